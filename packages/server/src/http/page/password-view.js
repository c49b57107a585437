import { announce, element } from './element.js'
import { complain } from './entry-view.js'
import { field } from './field.js'
import { say, write } from './language.js'
import { createPanel } from './panel.js'
import { refusalNode } from './refusal-view.js'

/** The person's own password once more, for a dialog. */
export function passwordAgain() {
  return field('password-again', 'again.label', {
    type: 'password',
    autocomplete: 'current-password',
    maxLength: 256,
    help: 'again.help',
  })
}

/**
 * @param {import('./api.js').Api} api
 * @param {() => void} onChanged the other sessions have ended
 */
export function createPasswordPanel(api, onChanged) {
  const current = field('password-current', 'password.current', {
    type: 'password',
    autocomplete: 'current-password',
    maxLength: 256,
  })
  const fresh = field('password-fresh', 'password.fresh', {
    type: 'password',
    autocomplete: 'new-password',
    maxLength: 256,
    help: 'password.rules',
  })
  const complaint = element('p', 'complaint')
  complaint.id = 'password-fresh-complaint'
  complaint.hidden = true
  fresh.node.append(complaint)
  fresh.input.setAttribute('aria-describedby', 'password-fresh-help password-fresh-complaint')
  const told = element('div')
  told.role = 'status'
  const submit = write(element('button', 'primary'), 'password.change')
  // A password manager keeps a new password under the name in the form.
  const name = element('input')
  Object.assign(name, { hidden: true, autocomplete: 'username', value: api.person().name ?? '' })
  const form = element('form', 'fields', [name, current.node, fresh.node, told, submit])
  form.noValidate = true

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (submit.ariaDisabled === 'true') return
    const short = complain('join', fresh.input.value)
    complaint.hidden = short === null
    fresh.input.ariaInvalid = short === null ? null : 'true'
    if (short !== null) {
      write(complaint, short.key, short.values)
      return fresh.input.focus()
    }
    submit.ariaDisabled = 'true'
    try {
      const body = { current: current.input.value, password: fresh.input.value }
      await api.change('PUT', '/api/session/password', body)
      form.reset()
      told.replaceChildren(element('div', 'notice', [write(element('p'), 'password.changed')]))
      announce(say('password.changed'))
      onChanged()
    } catch (error) {
      told.replaceChildren(refusalNode(error, 'password'))
    } finally {
      submit.ariaDisabled = null
    }
  })
  return createPanel('password.panel', async () => [form])
}
