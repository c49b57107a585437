import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { choices, field } from './field.js'
import { say } from './language.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { roleWords, SCOPES } from './roles.js'

/** @typedef {import('./people-view.js').Role} Role */

/** @param {import('./api.js').Api} api */
export function createRolesPanel(api) {
  const { powers } = api.person()
  const mayWrite = powers.includes('settings')

  /** @param {Role | null} role null: a new one */
  async function edit(role) {
    const name = field('role-name', 'role.name', { help: 'role.name.help' })
    const scopes = choices(
      'role.scopes',
      SCOPES.filter((scope) => powers.includes(scope)).map((scope) => ({
        value: scope,
        words: `scope.${scope}`,
        isOn: role?.scopes.includes(scope) ?? false,
      })),
    )
    const word = role === null ? 'role.add' : 'role.edit'
    const answer = await askFor({
      title: `${word}.title`,
      values: { name: role?.name ?? '' },
      text: `${word}.text`,
      parts: role === null ? [name.node, scopes.node] : [scopes.node],
      send: `${word}.send`,
      act: () =>
        api.change('PUT', `/api/roles/${encodeURIComponent(role?.name ?? name.input.value)}`, {
          scopes: scopes.chosen(),
        }),
    })
    if (answer === null) return
    announce(say('role.saved', { name: answer.done.name }))
    await panel.load()
  }

  /** @param {Role} role */
  async function remove({ name }) {
    const answer = await askFor({
      title: 'role.delete.title',
      values: { name },
      text: 'role.delete.text',
      send: 'role.delete.send',
      isGrave: true,
      place: 'role',
      act: () => api.change('DELETE', `/api/roles/${encodeURIComponent(name)}`),
    })
    if (answer === null) return
    announce(say('role.deleted', { name }))
    await panel.load()
  }

  const panel = createPanel('roles', async () => {
    /** @type {{ data: Role[] }} */
    const { data } = await api.read('/api/roles')
    const list = data.map((role) => {
      const { name, builtIn, givable } = role
      const actions =
        mayWrite && !builtIn && givable
          ? [
              namedButton('role.edit', { name }, () => edit(role)),
              namedButton('role.delete', { name }, () => remove(role), 'plain grave'),
            ]
          : []
      return row(
        [roleWords(name)],
        role.scopes.map((scope) => fact(`scope.${scope}`)),
        actions,
      )
    })
    const adder = workButton('role.add', () => edit(null))
    return [rows(list, 'roles.none'), ...(mayWrite ? [element('div', 'row-actions', [adder])] : [])]
  })
  return panel
}
