import './account-words.js'
import './people-words.js'
import { element } from './element.js'
import { createGroupsPanel } from './groups-view.js'
import { createInvitationsPanel } from './invitations-view.js'
import { write } from './language.js'
import { createPanel, rows, workButton } from './panel.js'
import { personRow } from './person-row.js'
import { createRolesPanel } from './roles-view.js'

/** @typedef {{ id: string, name: string, role: string, groups: string[], createdAt: string, disabledAt: string | null,
 *   lastSeenAt: string | null, barred: 'owner' | 'own' | 'break_glass' | 'above' | null }} Member */
/** @typedef {{ id: string, name: string, roles: string[], members: number, givable: boolean }} Group */
/** @typedef {{ name: string, scopes: string[], builtIn: boolean, givable: boolean }} Role */

const PAGE = 50
/** What a search reads at once: names are sealed in the database, so they are compared here. */
const SEARCHED = 200

/** @param {string} name @param {string} word */
const fits = (name, word) => name.toLocaleLowerCase().includes(word.toLocaleLowerCase())

/**
 * @param {import('./api.js').Api} api
 * @param {() => void} onChanged groups count their members
 */
function createPeoplePanel(api, onChanged) {
  const box = element('input')
  Object.assign(box, { type: 'search', id: 'people-search', maxLength: 128, autocomplete: 'off' })
  const label = write(element('label'), 'people.search')
  label.htmlFor = box.id
  const search = element('form', 'field', [label, box])
  search.role = 'search'
  const count = element('p', 'soft')
  count.role = 'status'
  const list = element('div')
  const more = workButton('documents.more', readMore, 'quiet')
  /** @type {Member[]} */
  let known = []
  /** @type {string | null} */
  let next = null
  /** @type {ReturnType<typeof show>} */
  let shown = new Map()

  async function readPage(limit = PAGE) {
    const after = next === null ? '' : `&after=${encodeURIComponent(next)}`
    const page = await api.read(`/api/users?limit=${limit}${after}`)
    known.push(...page.data)
    next = page.next
  }

  function show() {
    const word = box.value.trim()
    const found = known.filter(({ name }) => fits(name, word))
    /** @type {Map<string, ReturnType<typeof personRow>>} */
    const lines = new Map(found.map((member) => [member.id, personRow(api, member, again)]))
    list.replaceChildren(
      rows(
        [...lines.values()].map(({ node }) => node),
        'people.none',
      ),
    )
    more.hidden = next === null
    if (word === '') count.replaceChildren()
    else write(count, 'people.found', { count: found.length })
    return lines
  }

  /** @param {string} id */
  async function again(id) {
    await panel.load()
    shown.get(id)?.unfold()
    onChanged()
  }

  async function readMore() {
    await readPage()
    shown = show()
  }

  async function find() {
    while (box.value.trim() !== '' && next !== null) await readPage(SEARCHED)
    shown = show()
  }

  search.addEventListener('submit', (event) => event.preventDefault())
  box.addEventListener('input', () => void find())
  const panel = createPanel('people', async () => {
    known = []
    next = null
    await readPage()
    await find()
    return [search, count, list, more]
  })
  return panel
}

/** @type {import('./rooms.js').Room} */
export function openPeople(api) {
  const heading = write(element('h1'), 'people.title')
  heading.tabIndex = -1
  const groups = createGroupsPanel(api)
  const panels = [
    createInvitationsPanel(api),
    createPeoplePanel(api, () => void groups.load()),
    groups,
    createRolesPanel(api),
  ]
  for (const panel of panels) void panel.load()
  return [heading, write(element('p', 'lead'), 'people.lead-in'), ...panels.map(({ node }) => node)]
}
