import { element } from './element.js'
import { say, write } from './language.js'
import { Refusal } from './refusal.js'
import { WORDS } from './words.js'

/** @param {unknown} error */
function wordOf(error) {
  const key = error instanceof Refusal ? `fault.${error.code}` : 'fault.unknown'
  return key in WORDS.en ? key : 'fault.unknown'
}

/**
 * What would help, in the person's language, and below it the platform's own reason.
 * @param {unknown} error
 */
export function refusalNode(error) {
  const node = element('div', 'refusal', [write(element('p'), wordOf(error))])
  if (error instanceof Error && error.message !== '') {
    const reason = element('p', 'reason', [error.message])
    reason.lang = 'en'
    node.append(reason)
  }
  return node
}

/**
 * The same in one line, to be read aloud.
 * @param {unknown} error
 */
export function refusalLine(error) {
  return say(wordOf(error))
}
