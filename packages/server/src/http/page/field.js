import { element } from './element.js'
import { write } from './language.js'

/** @typedef {{ help?: string, autocomplete?: AutoFill, type?: string, maxLength?: number, value?: string }} FieldWish */

/**
 * A labelled line to type in. `id` must be its own on the whole page.
 * @param {string} id
 * @param {string} label a key of the dictionary
 * @param {FieldWish} [wish]
 */
export function field(id, label, { help, autocomplete = 'off', type = 'text', maxLength = 128, value } = {}) {
  const input = element('input')
  Object.assign(input, { id, type, autocomplete, maxLength, spellcheck: false, autocapitalize: 'none' })
  if (value !== undefined) input.value = value
  return { node: labelled(input, label, help), input }
}

/**
 * A labelled choice of one. A choice without words of ours is shown as it stands.
 * @param {string} id
 * @param {string} label
 * @param {readonly { value: string, words?: string }[]} choices
 */
export function choice(id, label, choices) {
  const select = element('select')
  select.id = id
  for (const { value, words } of choices) {
    const option = element('option', '', [value])
    option.value = value
    select.append(words === undefined ? option : write(option, words))
  }
  return { node: labelled(select, label), select }
}

/**
 * A labelled choice of any number.
 * @param {string} legend
 * @param {readonly { value: string, words?: string, isOn?: boolean }[]} choices
 */
export function choices(legend, choices) {
  const boxes = choices.map(({ value, isOn = false }) => {
    const box = element('input')
    Object.assign(box, { type: 'checkbox', value, checked: isOn })
    return box
  })
  const lines = boxes.map((box, at) => {
    const words = choices[at]?.words
    const text = element('span', '', [box.value])
    return element('label', 'tick', [box, words === undefined ? text : write(text, words)])
  })
  const node = element('fieldset', 'field', [write(element('legend'), legend), ...lines])
  return { node, chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => value) }
}

/** @param {HTMLInputElement | HTMLSelectElement} input @param {string} label @param {string} [help] */
function labelled(input, label, help) {
  const name = write(element('label'), label)
  name.htmlFor = input.id
  /** @type {HTMLElement[]} */
  const parts = [name, input]
  if (help !== undefined) {
    const words = write(element('p', 'soft'), help)
    words.id = `${input.id}-help`
    input.setAttribute('aria-describedby', words.id)
    parts.push(words)
  }
  return element('div', 'field', parts)
}
