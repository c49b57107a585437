import { byId, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'
import { Refusal } from './refusal.js'

/** @typedef {'claim' | 'join' | 'sign-in'} Way */
/** @typedef {{ key: string, values?: import('./language.js').Values }} Complaint */

const SHORTEST = 15

/**
 * What is wrong with a password before it is even sent. Length is all that counts (NIST SP 800-63B).
 * @param {Way} way
 * @param {string} password
 * @returns {Complaint | null}
 */
export function complain(way, password) {
  if (way === 'sign-in') return password === '' ? { key: 'password.missing' } : null
  const missing = SHORTEST - password.length
  return missing > 0 ? { key: 'password.short', values: { count: missing } } : null
}

/** @param {HTMLInputElement} input @param {Complaint | null} complaint */
function mark(input, complaint) {
  const place = byId(`${input.id}-complaint`, HTMLElement)
  place.hidden = complaint === null
  input.ariaInvalid = complaint === null ? null : 'true'
  if (complaint !== null) write(place, complaint.key, complaint.values)
  return complaint === null
}

/** By name only: an address cannot have passkeys (WebAuthn level 3, section 5.1.3). */
export const canUsePasskeys = () =>
  'PublicKeyCredential' in globalThis && isSecureContext && !/^[\d.:[\]]+$/.test(location.hostname)

/** Who names none means the home tenant. @param {string} tenant */
const named = (tenant) => (tenant === '' ? {} : { tenant })

/** @param {HTMLInputElement} password */
function wireReveal(password) {
  const reveal = byId('password-reveal', HTMLButtonElement)
  const show = (/** @type {boolean} */ isShown) => {
    const key = isShown ? 'password.hide' : 'password.show'
    password.type = isShown ? 'text' : 'password'
    write(write(reveal, key), `${key}.label`, {}, 'data-words-label')
  }
  reveal.addEventListener('click', () => show(password.type === 'password'))
  return () => show(false)
}

/**
 * The door: one form for claiming with the one-time link and for signing in.
 * @param {import('./api.js').Api} api
 * @param {() => void} onOpen
 */
export function wireEntry(api, onOpen) {
  const form = byId('entry-form', HTMLFormElement)
  const name = byId('name', HTMLInputElement)
  const password = byId('password', HTMLInputElement)
  const refusal = byId('entry-refusal', HTMLElement)
  const submit = byId('entry-send', HTMLButtonElement)
  const code = byId('code', HTMLInputElement)
  const codeField = byId('code-field', HTMLElement)
  const passkey = byId('passkey-send', HTMLButtonElement)
  const tenant = byId('tenant', HTMLInputElement)
  const tenantField = byId('tenant-field', HTMLElement)
  const hidePassword = wireReveal(password)
  /** @type {Way} */
  let way = 'sign-in'
  let token = ''
  /** Of the link. */
  let invitedTo = ''

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    refusal.replaceChildren()
    const isFree = way === 'join' && name.value.trim() === ''
    const isNamed = mark(name, !isFree && name.value.trim() === '' ? { key: 'name.missing' } : null)
    const isGood = mark(password, complain(way, password.value))
    if (!isNamed || !isGood) return (isNamed ? password : name).focus()
    if (submit.ariaDisabled === 'true') return
    // Not `disabled`: the button keeps the focus while the platform thinks.
    submit.ariaDisabled = 'true'
    const credentials = { name: name.value.trim(), password: password.value }
    try {
      await enter(credentials)
      form.reset()
      hidePassword()
      onOpen()
    } catch (error) {
      refuse(error)
    } finally {
      submit.ariaDisabled = null
    }
  })

  passkey.addEventListener('click', async () => {
    refusal.replaceChildren()
    try {
      await api.signInByPasskey(named(tenant.value.trim()))
      form.reset()
      onOpen()
    } catch (error) {
      // Whoever closes the browser's own window has changed their mind.
      if (error instanceof DOMException && error.name === 'NotAllowedError') return
      refusal.replaceChildren(refusalNode(error))
    }
  })

  /** @param {unknown} error */
  function refuse(error) {
    const isAsked = error instanceof Refusal && error.code === 'second_factor'
    if (!isAsked || !codeField.hidden) refusal.replaceChildren(refusalNode(error))
    if (isAsked) codeField.hidden = false
    if (codeField.hidden) password.select()
    else code.focus()
  }

  /** @param {{ name: string, password: string }} credentials */
  function enter(credentials) {
    if (way === 'claim') return api.claim({ token, ...credentials })
    const sent = code.value.trim() === '' ? {} : { code: code.value.trim() }
    if (way === 'sign-in') return api.signIn({ ...credentials, ...named(tenant.value.trim()), ...sent })
    // Who was invited by name, or is to choose a new password, may leave the name out.
    const { name: chosen, ...rest } = credentials
    return api.join({
      token,
      ...named(invitedTo),
      ...(chosen === '' ? {} : { name: chosen }),
      ...rest,
      ...sent,
    })
  }

  /** @param {Way} next @param {string | null} notice why the form is shown, as a key of the dictionary */
  function prepare(next, notice) {
    way = next
    for (const part of ['title', 'lead', 'send']) write(byId(`entry-${part}`, HTMLElement), `${way}.${part}`)
    byId('entry-notice', HTMLElement).replaceChildren(notice === null ? '' : write(element('p'), notice))
    byId('password-help', HTMLElement).hidden = way === 'sign-in'
    password.autocomplete = way === 'sign-in' ? 'current-password' : 'new-password'
    byId('name-help', HTMLElement).hidden = way !== 'join'
    codeField.hidden = true
    tenantField.hidden = way !== 'sign-in'
    passkey.hidden = way !== 'sign-in' || !canUsePasskeys()
    refusal.replaceChildren()
    const elsewhere = byId('elsewhere', HTMLElement)
    elsewhere.hidden = way !== 'sign-in' || elsewhere.childElementCount === 0
    mark(name, null)
    mark(password, null)
    form.reset()
    hidePassword()
  }

  return {
    /** @param {{ way: 'claim' | 'join', token: string, tenant: string }} link */
    open(link) {
      token = link.token
      invitedTo = link.tenant
      prepare(link.way, null)
    },
    /** @param {unknown} error */
    refuse: (error) => refusal.replaceChildren(refusalNode(error)),
    /** @param {string | null} notice */
    signIn: (notice) => prepare('sign-in', notice),
  }
}
