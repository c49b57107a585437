import { showInDialog } from './dialog.js'
import { button, element } from './element.js'
import { write } from './language.js'

/**
 * Hands a text to the reader as a file.
 * @param {string} name
 * @param {string} text
 * @param {string} [type]
 */
export function download(name, text, type = 'text/plain') {
  const link = element('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** @param {HTMLElement} shown @param {string} text @returns {Promise<string>} what came of it, as a key */
async function copy(shown, text) {
  try {
    await navigator.clipboard.writeText(text)
    return 'once.copied'
  } catch {
    // Without TLS browsers hand out no clipboard: it is marked, to be copied by hand.
    getSelection()?.selectAllChildren(shown)
    return 'once.marked'
  }
}

/**
 * Shows a secret that no answer holds a second time.
 * @param {{ title: string, text: string, lines: readonly string[], file?: string }} secret `file`: it can be kept as
 *   one of this name, and printed
 */
export function showOnce({ title, text, lines, file }) {
  const whole = lines.join('\n')
  const list = element(
    'ol',
    lines.length === 1 ? 'secret single' : 'secret',
    lines.map((line) => element('li', '', [line])),
  )
  const told = element('p', 'soft')
  told.role = 'status'
  const copier = write(
    button('plain', () => void copy(list, whole).then((key) => write(told, key))),
    'once.copy',
  )
  const keep =
    file === undefined
      ? []
      : [
          write(
            button('plain', () => download(file, `${whole}\n`)),
            'once.download',
          ),
          write(
            button('plain', () => print()),
            'once.print',
          ),
        ]
  return showInDialog(title, [
    write(element('p'), text),
    list,
    element('div', 'row-actions', [copier, ...keep]),
    told,
  ])
}
