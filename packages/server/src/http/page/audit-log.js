import { element } from './element.js'
import { write } from './language.js'
import { download } from './once.js'
import { createPanel, workButton } from './panel.js'

/** @typedef {{ origin: string, key: string, size: number, checkpoint: string | null }} Checkpoint */

/**
 * The root in a signed checkpoint: its third line (C2SP tlog-checkpoint).
 * @param {string} checkpoint
 */
export const rootOf = (checkpoint) => checkpoint.split('\n')[2] ?? ''

/**
 * The newest checkpoint of the log, to be compared with one that is kept elsewhere.
 * @param {import('./api.js').Api} api
 */
export function createLogPanel(api) {
  const told = element('p', 'soft')
  told.role = 'status'

  /** Looks through the whole record, a part at a time. */
  async function look() {
    let [due, outside] = [0, 0]
    for (let after = ''; ;) {
      /** @type {{ data: { isDue: boolean }[], next: string | null }} */
      const { data, next } = await api.read(`/api/audit/unlogged${after}`)
      due += data.filter(({ isDue }) => isDue).length
      outside += data.filter(({ isDue }) => !isDue).length
      if (next === null) break
      after = `?after=${encodeURIComponent(next)}`
    }
    write(told, outside === 0 ? 'audit.log.whole' : 'audit.log.outside', {
      count: outside === 0 ? due : outside,
    })
  }

  const panel = createPanel('audit.log', async () => {
    told.replaceChildren()
    /** @type {Checkpoint} */
    const { origin, key, size, checkpoint } = await api.read('/api/audit/checkpoint')
    if (checkpoint === null) return [write(element('p', 'soft'), 'audit.log.empty')]
    const line = (/** @type {string} */ word, /** @type {Node | string} */ value) => [
      write(element('dt'), `audit.log.${word}`),
      element('dd', '', [value]),
    ]
    return [
      element('dl', 'facts-list', [
        ...line('size', write(element('span'), 'audit.log.entries', { count: size })),
        ...line('root', element('code', '', [rootOf(checkpoint)])),
        ...line('origin', element('code', '', [origin])),
        ...line('key', element('code', '', [key])),
      ]),
      write(element('p', 'soft'), 'audit.log.verify'),
      element('div', 'row-actions', [
        workButton('audit.log.again', () => panel.load()),
        workButton('audit.log.look', look),
        workButton('audit.log.save', async () => download('freehold-checkpoint.txt', checkpoint)),
      ]),
      told,
    ]
  })
  return panel
}
