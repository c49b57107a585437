import { element } from './element.js'
import { write } from './language.js'

/**
 * A time as its reader's language and clock write it.
 * @param {string} iso
 */
export function moment(iso) {
  const node = write(element('time'), 'moment', { at: new Date(iso) })
  node.dateTime = iso
  return node
}
