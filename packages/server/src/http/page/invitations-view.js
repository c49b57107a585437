import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { choice, choices, field } from './field.js'
import { say } from './language.js'
import { readAll } from './listing.js'
import { moment } from './moment.js'
import { showOnce } from './once.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { roleChoice, roleWords } from './roles.js'

/** @typedef {{ id: string, name: string | null, role: string, purpose: 'join' | 'password', expiresAt: string }} Invitation */

/** @param {import('./api.js').Api} api */
export function createInvitationsPanel(api) {
  async function invite() {
    /** @type {[{ data: import('./people-view.js').Role[] }, import('./people-view.js').Group[]]} */
    const [roles, groups] = await Promise.all([api.read('/api/roles'), readAll(api, '/api/groups')])
    const name = field('invite-name', 'invite.name', { help: 'invite.name.help' })
    const offered = roles.data.filter(({ givable }) => givable).map((one) => roleChoice(one.name))
    const role = choice('invite-role', 'person.role.field', offered)
    role.select.value = offered.some(({ value }) => value === 'member') ? 'member' : (offered[0]?.value ?? '')
    const given = groups.filter(({ givable }) => givable)
    const boxes = choices(
      'person.groups.field',
      given.map((group) => ({ value: group.name })),
    )
    const life = choice('invite-life', 'invite.life', [
      { value: '72', words: 'invite.life.72' },
      { value: '24', words: 'invite.life.24' },
      { value: '720', words: 'invite.life.720' },
    ])
    const answer = await askFor({
      title: 'invite.title',
      text: 'invite.text',
      parts: [name.node, role.node, ...(given.length === 0 ? [] : [boxes.node]), life.node],
      send: 'invite.send',
      act: () =>
        api.change('POST', '/api/invitations', {
          ...(name.input.value.trim() === '' ? {} : { name: name.input.value }),
          role: role.select.value,
          groups: given.filter((group) => boxes.chosen().includes(group.name)).map(({ id }) => id),
          hours: Number(life.select.value),
        }),
    })
    if (answer === null) return
    await showOnce({ title: 'once.link.title', text: 'invite.shown', lines: [answer.done.link] })
    await panel.load()
  }

  /** @param {string} id @param {string} name */
  async function withdraw(id, name) {
    const answer = await askFor({
      title: 'invite.withdraw.title',
      values: { name },
      text: 'invite.withdraw.text',
      send: 'invite.withdraw.send',
      isGrave: true,
      act: () => api.change('DELETE', `/api/invitations/${encodeURIComponent(id)}`),
    })
    if (answer === null) return
    announce(say('invite.withdrawn', { name }))
    await panel.load()
  }

  const panel = createPanel('invitations', async () => {
    /** @type {Invitation[]} */
    const open = await readAll(api, '/api/invitations')
    const list = open.map(({ id, name, role, purpose, expiresAt }) => {
      const called = name ?? say('invite.nameless')
      return row(
        [called],
        [
          fact(`invite.for.${purpose}`),
          roleWords(role),
          element('span', '', [fact('invite.until'), ' ', moment(expiresAt)]),
        ],
        [namedButton('invite.withdraw', { name: called }, () => withdraw(id, called))],
      )
    })
    const opener = workButton('invite', invite, 'primary')
    return [element('div', 'row-actions', [opener]), rows(list, 'invitations.none')]
  })
  return panel
}
