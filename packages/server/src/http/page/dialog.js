import { button, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {import('./language.js').Values} Values */
/**
 * @template T
 * @typedef {object} Question
 * @property {string} title
 * @property {Values} [values] for the title and for what is said
 * @property {string} [text] what it means, as a key of the dictionary
 * @property {readonly Element[]} [parts]
 * @property {string} send what the button says
 * @property {boolean} [isGrave] it takes something away
 * @property {string} [place] of the words of its refusals
 * @property {() => Promise<T>} act
 */

let count = 0

/** @param {string} title @param {Values} values */
function emptyDialog(title, values) {
  count += 1
  const heading = write(element('h2'), title, values)
  heading.id = `dialog-title-${count}`
  const dialog = element('dialog', 'asking')
  dialog.setAttribute('aria-labelledby', heading.id)
  return { dialog, heading }
}

/**
 * Asks in a dialog and does what is asked for while it is open: what is refused is said there and can be mended there.
 * @template T
 * @param {Question<T>} question
 * @returns {Promise<{ done: T } | null>} null where somebody thought better of it
 */
export function askFor({ title, values = {}, text, parts = [], send, isGrave = false, place, act }) {
  const { dialog, heading } = emptyDialog(title, values)
  const { promise, resolve } = Promise.withResolvers()
  /** @type {{ done: T } | null} */
  let result = null
  const refusal = element('div')
  refusal.role = 'alert'
  const submit = write(element('button', isGrave ? 'primary grave' : 'primary'), send)
  const cancel = write(
    button('quiet', () => dialog.close()),
    'dialog.cancel',
  )
  // Where nothing is typed in, Enter must not do what cannot be undone.
  if (isGrave && parts.length === 0) cancel.autofocus = true
  const form = element('form', '', [
    heading,
    ...(text === undefined ? [] : [write(element('p'), text, values)]),
    ...parts,
    refusal,
    element('div', 'dialog-foot', [cancel, submit]),
  ])
  form.noValidate = true
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (submit.ariaDisabled === 'true') return
    submit.ariaDisabled = 'true'
    refusal.replaceChildren()
    try {
      result = { done: await act() }
      dialog.close()
    } catch (error) {
      refusal.replaceChildren(refusalNode(error, place))
    } finally {
      submit.ariaDisabled = null
    }
  })
  dialog.append(form)
  open(dialog, () => resolve(result))
  return promise
}

/**
 * Shows something until it is closed.
 * @param {string} title
 * @param {readonly HTMLElement[]} parts
 * @param {Values} [values] for the title
 * @returns {Promise<void>}
 */
export function showInDialog(title, parts, values = {}) {
  const { dialog, heading } = emptyDialog(title, values)
  const { promise, resolve } = Promise.withResolvers()
  const close = write(
    button('primary', () => dialog.close()),
    'dialog.close',
  )
  heading.tabIndex = -1
  heading.autofocus = true
  dialog.append(element('div', 'shown', [heading, ...parts, element('div', 'dialog-foot', [close])]))
  open(dialog, () => resolve(undefined))
  return promise
}

/**
 * Begins something; what is refused before a dialog is open is shown in one.
 * @param {() => Promise<unknown>} work
 */
export async function attempt(work) {
  try {
    await work()
  } catch (error) {
    await showInDialog('dialog.refused', [refusalNode(error)])
  }
}

/** @param {HTMLDialogElement} dialog @param {() => void} onClose */
function open(dialog, onClose) {
  dialog.addEventListener('close', () => {
    dialog.remove()
    onClose()
  })
  document.body.append(dialog)
  dialog.showModal()
}
