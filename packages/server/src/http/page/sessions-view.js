import { deviceOf } from './device.js'
import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { knows, say, write } from './language.js'
import { moment } from './moment.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'

/** @typedef {{ id: string, method: string, agent: string | null, current: boolean, createdAt: string, seenAt: string }} Session */

/**
 * A line for each session.
 * @param {readonly Session[]} sessions
 * @param {(session: Session, device: string) => Promise<unknown>} end
 */
export function sessionRows(sessions, end) {
  return sessions.map((session) => {
    const device = session.agent === null ? say('session.unknown') : deviceOf(session.agent)
    const method = `session.method.${session.method}`
    return row(
      [device, ...(session.current ? [' ', write(element('span', 'badge'), 'session.current')] : [])],
      [
        element('span', '', [fact('session.seen'), ' ', moment(session.seenAt)]),
        element('span', '', [fact('session.opened'), ' ', moment(session.createdAt)]),
        ...(knows(method) ? [fact(method)] : []),
      ],
      session.current ? [] : [namedButton('session.end', { device }, () => end(session, device))],
    )
  })
}

/** @param {import('./api.js').Api} api @param {string} id */
export const endSession = (api, id) => api.change('DELETE', `/api/sessions/${encodeURIComponent(id)}`)

/** @param {import('./api.js').Api} api */
export function createSessionsPanel(api) {
  /** @param {Session} session @param {string} device */
  async function end({ id }, device) {
    const answer = await askFor({
      title: 'session.end.title',
      values: { device },
      text: 'session.end.text',
      send: 'session.end.send',
      isGrave: true,
      act: () => endSession(api, id),
    })
    if (answer === null) return
    announce(say('session.ended', { count: 1 }))
    await panel.load()
  }

  /** @param {readonly Session[]} others */
  async function endOthers(others) {
    const answer = await askFor({
      title: 'session.others.title',
      values: { count: others.length },
      text: 'session.end.text',
      send: 'session.others.send',
      isGrave: true,
      act: async () => {
        for (const { id } of others) await endSession(api, id)
      },
    })
    if (answer !== null) announce(say('session.ended', { count: others.length }))
    await panel.load()
  }

  const panel = createPanel('sessions', async () => {
    /** @type {{ data: Session[] }} */
    const { data } = await api.read('/api/sessions')
    const others = data.filter(({ current }) => !current)
    const all = workButton('session.others', () => endOthers(others))
    return [
      rows(sessionRows(data, end), 'sessions.none'),
      ...(others.length > 0 ? [element('div', 'row-actions', [all])] : []),
    ]
  })
  return panel
}
