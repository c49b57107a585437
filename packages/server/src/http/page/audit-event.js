import { attempt, showInDialog } from './dialog.js'
import { button, element } from './element.js'
import { write } from './language.js'
import { moment } from './moment.js'
import { download } from './once.js'

/** What stands in the dialog, in this order; what an event does not have is left out. */
const SHOWN = ['id', 'request', 'from', 'through', 'reason', 'leaf']
const SHOWN_WHOLE = ['detail', 'before', 'after']

/** @param {string} word @param {Node | string} value */
const line = (word, value) => [write(element('dt'), `audit.field.${word}`), element('dd', '', [value])]

/** @param {string} id @param {import('./audit-view.js').Names} names */
function who(id, { nameOf }) {
  const name = nameOf(id)
  return name === null ? id : element('span', '', [name, ' ', element('span', 'soft', [id])])
}

/**
 * Everything that is on record of an event.
 * @param {import('./api.js').Api} api
 * @param {import('./audit-view.js').AuditEvent} event
 * @param {import('./audit-view.js').Names} names
 */
export function showEvent(api, event, names) {
  const { id, action, at, outcome, actor, subject, leaf } = event
  const whole = SHOWN_WHOLE.filter((word) => Object.keys(event[word] ?? {}).length > 0)
  const list = element('dl', 'facts-list', [
    ...line('action', element('code', '', [action])),
    ...line('at', moment(at)),
    ...line('outcome', write(element('span'), `audit.outcome.${outcome}`)),
    ...line('actor', who(actor, names)),
    ...(subject === null ? [] : line('subject', who(subject, names))),
    ...SHOWN.filter((word) => (event[word] ?? null) !== null).flatMap((word) =>
      line(word, String(event[word])),
    ),
    ...whole.flatMap((word) => line(word, element('pre', '', [JSON.stringify(event[word], null, 2)]))),
  ])
  const prove = write(
    button(
      'plain',
      () =>
        void attempt(async () => {
          const { proof } = await api.read(`/api/audit/${encodeURIComponent(id)}/proof`)
          download(`freehold-${id}.tlog-proof`, proof)
        }),
    ),
    'audit.prove',
  )
  const foot =
    leaf === null ? write(element('p', 'soft'), 'audit.not-yet') : element('div', 'row-actions', [prove])
  return showInDialog('audit.event.title', [list, foot])
}
