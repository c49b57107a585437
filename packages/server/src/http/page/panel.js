import { attempt } from './dialog.js'
import { button, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {import('./language.js').Values} Values */

/**
 * A part of a screen, which reads what it shows, and reads it again after a change.
 * @param {string} name of its heading, as a key of the dictionary; `NAME.lead` says what it is for
 * @param {() => Promise<readonly (Node | string)[]>} read
 */
export function createPanel(name, read) {
  const heading = write(element('h2'), name)
  heading.tabIndex = -1
  heading.id = `panel-${name.replaceAll('.', '-')}`
  const body = element('div', 'panel-body', [write(element('p', 'soft'), 'room.loading')])
  const node = element('section', 'sheet panel', [
    heading,
    write(element('p', 'soft lead-in'), `${name}.lead`),
    body,
  ])
  node.setAttribute('aria-labelledby', heading.id)

  let isLoaded = false
  async function load() {
    try {
      body.replaceChildren(...(await read()))
    } catch (error) {
      body.replaceChildren(refusalNode(error))
    }
    // The button that was pressed may be gone: whoever uses a keyboard must not be sent to the top of the page.
    if (isLoaded && document.activeElement === document.body) heading.focus()
    isLoaded = true
  }
  return { node, load }
}

/**
 * A button that begins something; what is refused is shown.
 * @param {string} word
 * @param {() => Promise<unknown>} work
 * @param {string} [className]
 */
export function workButton(word, work, className = 'plain') {
  return write(
    button(className, () => void attempt(work)),
    word,
  )
}

/**
 * The same with a name that says of what it is, too.
 * @param {string} word `WORD.label` is what a screen reader says
 * @param {Values} values
 * @param {() => Promise<unknown>} work
 * @param {string} [className]
 */
export function namedButton(word, values, work, className) {
  return write(
    write(workButton(word, work, className), word, values),
    `${word}.label`,
    values,
    'data-words-label',
  )
}

/**
 * A line of a list: what it is, what is known of it, and what can be done with it.
 * @param {readonly (Node | string)[]} title
 * @param {readonly Node[]} facts
 * @param {readonly Node[]} actions
 */
export function row(title, facts, actions) {
  return element('li', 'row', [
    element('div', 'row-what', [element('p', 'row-title', title), element('p', 'soft facts', facts)]),
    element('div', 'row-actions', actions),
  ])
}

/** @param {readonly HTMLElement[]} rows @param {string} none what is said where there are none */
export function rows(rows, none) {
  return rows.length === 0 ? write(element('p', 'soft'), none) : element('ul', 'rows', rows)
}

/** @param {string} key @param {Values} [values] */
export const fact = (key, values) => write(element('span'), key, values)
