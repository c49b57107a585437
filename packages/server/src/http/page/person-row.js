import { askFor, showInDialog } from './dialog.js'
import { announce, element } from './element.js'
import { choice, choices } from './field.js'
import { say, write } from './language.js'
import { readAll } from './listing.js'
import { moment } from './moment.js'
import { showOnce } from './once.js'
import { fact, namedButton, row, rows } from './panel.js'
import { roleChoice, roleWords } from './roles.js'
import { endSession, sessionRows } from './sessions-view.js'

/** @typedef {import('./people-view.js').Member} Member */

/**
 * Somebody, and what the reader may do about their account. `again` shows everybody anew, and this one open.
 * @param {import('./api.js').Api} api
 * @param {Member} member
 * @param {(id: string) => Promise<void>} again
 */
export function personRow(api, member, again) {
  const { id, name, role, groups, disabledAt, lastSeenAt, barred } = member
  const path = `/api/users/${encodeURIComponent(id)}`

  /**
   * One question and what is said when it is done.
   * @param {string} word
   * @param {Partial<import('./dialog.js').Question<unknown>> & { act: () => Promise<unknown> }} question
   */
  async function ask(word, question) {
    const words = { title: `${word}.title`, text: `${word}.text`, send: `${word}.send`, values: { name } }
    const answer = await askFor({ ...words, place: 'person', ...question })
    if (answer === null) return
    announce(say(`${word}.done`, { name }))
    await again(id)
  }

  async function giveRole() {
    /** @type {{ data: import('./people-view.js').Role[] }} */
    const { data } = await api.read('/api/roles')
    const offered = data.filter(({ givable }) => givable).map((one) => roleChoice(one.name))
    const chosen = choice('person-role', 'person.role.field', offered)
    chosen.select.value = role
    await ask('person.role', {
      parts: [chosen.node],
      act: () => api.change('PATCH', path, { role: chosen.select.value }),
    })
  }

  async function chooseGroups() {
    /** @type {import('./people-view.js').Group[]} */
    const all = (await readAll(api, '/api/groups')).filter(({ givable }) => givable)
    const boxes = choices(
      'person.groups.field',
      all.map((group) => ({ value: group.name, isOn: groups.includes(group.name) })),
    )
    await ask('person.groups', {
      parts: all.length === 0 ? [write(element('p', 'soft'), 'groups.none')] : [boxes.node],
      async act() {
        const chosen = boxes.chosen()
        for (const group of all) {
          const isIn = chosen.includes(group.name)
          if (isIn === groups.includes(group.name)) continue
          await api.change(
            isIn ? 'PUT' : 'DELETE',
            `/api/groups/${encodeURIComponent(group.id)}/members/${encodeURIComponent(id)}`,
          )
        }
      },
    })
  }

  async function showSessions() {
    const list = element('div')
    const told = element('p', 'soft')
    told.role = 'status'
    async function load() {
      const { data } = await api.read(`/api/sessions?user=${encodeURIComponent(id)}`)
      const lines = sessionRows(data, async (session) => {
        await endSession(api, session.id)
        write(told, 'session.ended', { count: 1 })
        await load()
      })
      list.replaceChildren(rows(lines, 'sessions.none'))
    }
    await load()
    await showInDialog('person.sessions.title', [list, told], { name })
  }

  async function handPasswordLink() {
    const answer = await askFor({
      title: 'person.link.title',
      values: { name },
      text: 'person.link.text',
      send: 'person.link.send',
      place: 'person',
      act: () => api.change('POST', `${path}/password-link`),
    })
    if (answer === null) return
    await showOnce({ title: 'once.link.title', text: 'person.link.shown', lines: [answer.done.link] })
  }

  const act = (/** @type {string} */ word, /** @type {() => Promise<void>} */ work, className = 'plain') =>
    namedButton(word, { name }, work, className)
  const isShut = disabledAt !== null
  const grave = (/** @type {string} */ word, /** @type {() => Promise<unknown>} */ work) =>
    act(word, () => ask(word, { isGrave: true, act: work }), 'plain grave')
  const actions =
    barred === null
      ? [
          act('person.role', giveRole),
          act('person.groups', chooseGroups),
          ...(isShut ? [] : [act('person.sessions', showSessions), act('person.link', handPasswordLink)]),
          grave('person.factors', () => api.change('DELETE', `${path}/factors`)),
          isShut
            ? act('person.reopen', () =>
                ask('person.reopen', { act: () => api.change('PATCH', path, { disabled: false }) }),
              )
            : grave('person.shut', () => api.change('PATCH', path, { disabled: true })),
          grave('person.delete', () => api.change('DELETE', path)),
        ]
      : [write(element('p', 'soft'), `person.barred.${barred}`)]
  const more = element('details', 'more', [
    write(write(element('summary'), 'person.more'), 'person.more.label', { name }, 'data-words-label'),
    element('div', 'row-actions', actions),
  ])
  const node = row(
    [name, ...(isShut ? [' ', write(element('span', 'badge alarm'), 'person.is-shut')] : [])],
    [
      roleWords(role),
      ...(groups.length === 0 ? [] : [fact('account.groups', { groups: groups.join(', ') })]),
      lastSeenAt === null
        ? fact('person.away')
        : element('span', '', [fact('session.seen'), ' ', moment(lastSeenAt)]),
    ],
    [more],
  )
  return {
    node,
    /** What can be done is unfolded, and has the focus. */
    unfold() {
      more.open = true
      more.querySelector('summary')?.focus()
    },
  }
}
