import { element } from './element.js'
import { knows, say, write } from './language.js'
import { Refusal } from './refusal.js'

/** @param {unknown} error @param {string} [place] whose words come first */
function wordOf(error, place) {
  const code = error instanceof Refusal ? error.code : 'unknown'
  return [`${place}.fault.${code}`, `fault.${code}`].find(knows) ?? 'fault.unknown'
}

/**
 * What would help, in the person's language, and below it the platform's own reason.
 * @param {unknown} error
 * @param {string} [place] where words for it of its own may be: `PLACE.fault.CODE`
 */
export function refusalNode(error, place) {
  const node = element('div', 'refusal', [write(element('p'), wordOf(error, place))])
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
