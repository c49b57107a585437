import './account-words.js'
import './audit-words.js'
import { showEvent } from './audit-event.js'
import { createLogPanel } from './audit-log.js'
import { element } from './element.js'
import { choice, field } from './field.js'
import { write } from './language.js'
import { readAll } from './listing.js'
import { moment } from './moment.js'
import { download } from './once.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {{ id: string, at: string, action: string, outcome: 'done' | 'refused', actor: string, subject: string | null,
 *   leaf: number | null } & Record<string, unknown>} AuditEvent */
/** @typedef {{ nameOf: (id: string) => string | null, idOf: (name: string) => string, all: readonly string[] }} Names */

const PAGE = 50
/** A download holds at most so many: more is for `freehold audit export`. */
const MOST = 20_000
/** What an action may begin with; offered, not demanded. */
const FAMILIES = [
  'session.*',
  'user.*',
  'invitation.*',
  'group.*',
  'role.*',
  'key.*',
  'password.*',
  'totp.*',
  'passkey.*',
  'identity.*',
  'collection.*',
  'document.*',
  'documents.*',
  'target.*',
  'routes.*',
  'server.*',
]

/**
 * Names of people, for readers who may see them; others search by id.
 * @param {import('./api.js').Api} api
 * @returns {Promise<Names>}
 */
async function readNames(api) {
  /** @type {{ id: string, name: string }[]} */
  const people = api.person().powers.includes('people') ? await readAll(api, '/api/users') : []
  const byId = new Map(people.map(({ id, name }) => [id, name]))
  const byName = new Map(people.map(({ id, name }) => [name.toLocaleLowerCase(), id]))
  return {
    nameOf: (id) => byId.get(id) ?? null,
    idOf: (name) => byName.get(name.toLocaleLowerCase()) ?? name,
    all: people.map(({ name }) => name),
  }
}

/** @param {string} id @param {readonly string[]} words */
function offers(id, words) {
  const list = element(
    'datalist',
    '',
    words.map((word) => Object.assign(element('option'), { value: word })),
  )
  list.id = id
  return list
}

/** A time of the reader's clock as an instant. @param {string} local */
const instant = (local) => new Date(local).toISOString()

function createSearch() {
  const action = field('audit-action', 'audit.action', { help: 'audit.action.help' })
  action.input.setAttribute('list', 'audit-actions')
  const actor = field('audit-actor', 'audit.actor')
  const subject = field('audit-subject', 'audit.subject', { maxLength: 256 })
  const since = field('audit-since', 'audit.since', { type: 'datetime-local' })
  const until = field('audit-until', 'audit.until', { type: 'datetime-local' })
  const outcome = choice('audit-outcome', 'audit.outcome', [
    { value: '', words: 'audit.outcome.any' },
    { value: 'done', words: 'audit.outcome.done' },
    { value: 'refused', words: 'audit.outcome.refused' },
  ])
  for (const { input } of [actor, subject]) input.setAttribute('list', 'audit-people')
  const form = element('form', 'fields two', [
    action.node,
    outcome.node,
    actor.node,
    subject.node,
    since.node,
    until.node,
    element('div', 'row-actions', [write(element('button', 'primary'), 'audit.find')]),
    offers('audit-actions', FAMILIES),
  ])
  form.role = 'search'

  /** @param {Names} names */
  function query({ idOf }) {
    const asked = new URLSearchParams()
    const put = (/** @type {string} */ name, /** @type {string} */ value) => {
      if (value !== '') asked.set(name, value)
    }
    put('action', action.input.value.trim())
    put('actor', idOf(actor.input.value.trim()))
    put('subject', idOf(subject.input.value.trim()))
    put('outcome', outcome.select.value)
    if (since.input.value !== '') asked.set('since', instant(since.input.value))
    if (until.input.value !== '') asked.set('until', instant(until.input.value))
    return asked
  }
  return { form, query }
}

/** @param {import('./api.js').Api} api */
function createEventsPanel(api) {
  const { form, query } = createSearch()
  const list = element('div')
  const told = element('div')
  told.role = 'status'
  /** @type {Names} */
  let names = { nameOf: () => null, idOf: (name) => name, all: [] }
  let asked = new URLSearchParams()
  /** @type {AuditEvent[]} */
  let found = []
  /** @type {string | null} */
  let next = null
  const more = workButton('documents.more', readMore, 'quiet')

  /** @param {string | null} after @param {number} limit @returns {Promise<{ data: AuditEvent[], next: string | null }>} */
  function page(after, limit) {
    const words = new URLSearchParams(asked)
    words.set('limit', String(limit))
    if (after !== null) words.set('after', after)
    return api.read(`/api/audit?${words}`)
  }

  /** @param {AuditEvent} event */
  function eventRow(event) {
    const { action, at, actor, subject, outcome } = event
    const who = (/** @type {string} */ id) => names.nameOf(id) ?? id
    return row(
      [
        element('code', '', [action]),
        ...(outcome === 'refused'
          ? [' ', write(element('span', 'badge alarm'), 'audit.outcome.refused')]
          : []),
      ],
      [
        moment(at),
        fact('audit.by', { name: who(actor) }),
        ...(subject === null ? [] : [fact('audit.of', { name: who(subject) })]),
      ],
      [namedButton('audit.show', { action }, () => showEvent(api, event, names))],
    )
  }

  function show() {
    list.replaceChildren(rows(found.map(eventRow), 'audit.none'))
    more.hidden = next === null
  }

  async function readMore() {
    const { data, next: following } = await page(next, PAGE)
    found.push(...data)
    next = following
    show()
  }

  async function find() {
    told.replaceChildren()
    try {
      asked = query(names)
      found = []
      next = null
      await readMore()
      told.replaceChildren(
        write(element('p', 'soft'), next === null ? 'audit.found' : 'audit.found.more', {
          count: found.length,
        }),
      )
    } catch (error) {
      told.replaceChildren(refusalNode(error, 'audit'))
    }
  }

  async function save() {
    const lines = []
    let after = null
    do {
      const { data, next: following } = await page(after, 200)
      lines.push(...data.map((event) => JSON.stringify(event)))
      after = following
      told.replaceChildren(write(element('p', 'soft'), 'audit.reading', { count: lines.length }))
    } while (after !== null && lines.length < MOST)
    download('freehold-audit.jsonl', `${lines.join('\n')}\n`, 'application/jsonl')
    const word = after === null ? 'audit.saved' : 'audit.saved.part'
    told.replaceChildren(write(element('p', 'soft'), word, { count: lines.length }))
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void find()
  })
  return createPanel('audit.events', async () => {
    names = await readNames(api)
    await find()
    return [
      form,
      offers('audit-people', names.all),
      told,
      list,
      more,
      element('div', 'row-actions', [workButton('audit.save', save)]),
    ]
  })
}

/** @type {import('./rooms.js').Room} */
export function openAudit(api) {
  const heading = write(element('h1'), 'audit.title')
  heading.tabIndex = -1
  const panels = [createLogPanel(api), createEventsPanel(api)]
  for (const panel of panels) void panel.load()
  return [heading, write(element('p', 'lead'), 'audit.lead-in'), ...panels.map(({ node }) => node)]
}
