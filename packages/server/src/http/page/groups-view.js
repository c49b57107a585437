import { askFor, showInDialog } from './dialog.js'
import { announce, element } from './element.js'
import { choices, field } from './field.js'
import { say, write } from './language.js'
import { readAll } from './listing.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { roleChoice, roleWords } from './roles.js'

/** @typedef {import('./people-view.js').Group} Group */

/** @param {import('./api.js').Api} api */
export function createGroupsPanel(api) {
  /** @param {Group | null} group null: a new one */
  async function edit(group) {
    /** @type {{ data: import('./people-view.js').Role[] }} */
    const { data } = await api.read('/api/roles')
    const name = field('group-name', 'group.name', group === null ? {} : { value: group.name })
    const roles = choices(
      'group.roles',
      data.filter(({ givable }) => givable).map(({ name }) => roleChoice(name, group?.roles.includes(name))),
    )
    const word = group === null ? 'group.add' : 'group.edit'
    const answer = await askFor({
      title: `${word}.title`,
      values: { name: group?.name ?? '' },
      text: 'group.text',
      parts: [name.node, roles.node],
      send: `${word}.send`,
      act: () => {
        const body = { name: name.input.value, roles: roles.chosen() }
        return group === null
          ? api.change('POST', '/api/groups', body)
          : api.change('PATCH', `/api/groups/${encodeURIComponent(group.id)}`, body)
      },
    })
    if (answer === null) return
    announce(say('group.saved', { name: answer.done.name }))
    await panel.load()
  }

  /** @param {Group} group */
  async function remove({ id, name, members }) {
    const answer = await askFor({
      title: 'group.delete.title',
      values: { name, count: members },
      text: 'group.delete.text',
      send: 'group.delete.send',
      isGrave: true,
      act: () => api.change('DELETE', `/api/groups/${encodeURIComponent(id)}`),
    })
    if (answer === null) return
    announce(say('group.deleted', { name }))
    await panel.load()
  }

  /** @param {Group} group */
  async function showMembers({ id, name }) {
    /** @type {{ data: import('./people-view.js').Member[] }} */
    const { data } = await api.read(`/api/groups/${encodeURIComponent(id)}/members`)
    const list = data.map((member) => row([member.name], [roleWords(member.role)], []))
    await showInDialog('group.members.title', [rows(list, 'group.members.none')], { name })
  }

  const panel = createPanel('groups', async () => {
    /** @type {Group[]} */
    const groups = await readAll(api, '/api/groups')
    const list = groups.map((group) => {
      const { name, roles, members, givable } = group
      return row(
        [name],
        [fact('group.count', { count: members }), ...roles.map(roleWords)],
        [
          namedButton('group.members', { name }, () => showMembers(group)),
          ...(givable
            ? [
                namedButton('group.edit', { name }, () => edit(group)),
                namedButton('group.delete', { name }, () => remove(group), 'plain grave'),
              ]
            : [write(element('p', 'soft'), 'group.barred')]),
        ],
      )
    })
    const adder = workButton('group.add', () => edit(null))
    return [rows(list, 'groups.none'), element('div', 'row-actions', [adder])]
  })
  return panel
}
