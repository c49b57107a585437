import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { say, write } from './language.js'
import { moment } from './moment.js'
import { createPanel, fact, namedButton, row, rows } from './panel.js'
import { passwordAgain } from './password-view.js'

/** @typedef {{ id: string, connection: string, issuer: string, subject: string, createdAt: string,
 *   usedAt: string | null }} Linked */

/**
 * Accounts elsewhere that open this one.
 * @param {import('./api.js').Api} api
 */
export function createLinksPanel(api) {
  /** @param {import('./api.js').Connection} connection */
  async function begin({ id, name }) {
    const again = passwordAgain()
    const answer = await askFor({
      title: 'links.add.title',
      values: { name },
      text: 'links.add.text',
      parts: [again.node],
      send: 'links.add.send',
      place: 'password',
      act: () =>
        api.change('POST', '/api/session/identities', { connection: id, password: again.input.value }),
    })
    if (answer !== null) location.assign(answer.done.location)
  }

  /** @param {string} id @param {string} name */
  async function unlink(id, name) {
    const answer = await askFor({
      title: 'links.remove.title',
      values: { name },
      text: 'links.remove.text',
      send: 'links.remove.send',
      isGrave: true,
      place: 'links',
      act: () => api.change('DELETE', `/api/session/identities/${encodeURIComponent(id)}`),
    })
    if (answer === null) return
    announce(say('links.removed', { name }))
    await panel.load()
  }

  const panel = createPanel('links', async () => {
    /** @type {[import('./api.js').Connection[], { data: Linked[] }]} */
    const [connections, { data }] = await Promise.all([
      api.connections(),
      api.read('/api/session/identities'),
    ])
    const nameOf = (/** @type {string} */ id) => connections.find((one) => one.id === id)?.name ?? id
    const list = data.map((linked) => {
      const name = nameOf(linked.connection)
      return row(
        [name],
        [
          element('span', '', [linked.subject]),
          element('span', '', [fact('linked.at'), ' ', moment(linked.createdAt)]),
          linked.usedAt === null
            ? fact('used.never')
            : element('span', '', [fact('used.at'), ' ', moment(linked.usedAt)]),
        ],
        [namedButton('links.remove', { name }, () => unlink(linked.id, name), 'plain grave')],
      )
    })
    const adders = connections.map((connection) =>
      connection.state === 'away'
        ? write(element('p', 'soft'), 'elsewhere.away', { name: connection.name })
        : namedButton('links.add', { name: connection.name }, () => begin(connection)),
    )
    return [
      rows(list, connections.length === 0 ? 'links.nowhere' : 'links.none'),
      ...(adders.length === 0 ? [] : [element('div', 'row-actions', adders)]),
    ]
  })
  return panel
}
