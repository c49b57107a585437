import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { choice, choices, field } from './field.js'
import { say, write } from './language.js'
import { moment } from './moment.js'
import { showOnce } from './once.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { SCOPES } from './roles.js'

/** @typedef {{ id: string, name: string | null, scopes: string[], createdAt: string, expiresAt: string | null,
 *   lastUsedAt: string | null, revokedAt: string | null }} Key */

const DAY_MS = 86_400_000
const USUAL = new Set(['model', 'service', 'knowledge', 'conversations', 'skills', 'requests'])

/** @param {import('./api.js').Api} api */
export function createKeysPanel(api) {
  const { powers } = api.person()
  const seesAll = powers.includes('keys-of-all')
  /** @type {string | null} */
  let after = null
  /** @type {Key[]} */
  let shown = []

  async function add() {
    const name = field('key-name', 'key.name', { help: 'key.name.help' })
    const scopes = choices(
      'key.scopes',
      SCOPES.filter((scope) => powers.includes(scope)).map((scope) => ({
        value: scope,
        words: `scope.${scope}`,
        isOn: USUAL.has(scope),
      })),
    )
    const life = choice('key-life', 'key.life', [
      { value: '90', words: 'key.life.90' },
      { value: '365', words: 'key.life.365' },
      { value: '', words: 'key.life.ever' },
    ])
    const answer = await askFor({
      title: 'key.add.title',
      parts: [name.node, scopes.node, life.node],
      send: 'key.add.send',
      act: () =>
        api.change('POST', '/api/keys', {
          ...(name.input.value.trim() === '' ? {} : { name: name.input.value }),
          scopes: scopes.chosen(),
          ...(life.select.value === ''
            ? {}
            : { expiresAt: new Date(Date.now() + Number(life.select.value) * DAY_MS).toISOString() }),
        }),
    })
    if (answer === null) return
    await showOnce({ title: 'key.made.title', text: 'key.made.text', lines: [answer.done.key] })
    await panel.load()
  }

  /** @param {Key} key @param {string} name */
  async function revoke({ id }, name) {
    const answer = await askFor({
      title: 'key.revoke.title',
      values: { name },
      text: 'key.revoke.text',
      send: 'key.revoke.send',
      isGrave: true,
      act: () => api.change('DELETE', `/api/keys/${encodeURIComponent(id)}`),
    })
    if (answer === null) return
    announce(say('key.revoked', { name }))
    await panel.load()
  }

  /** @param {Key} key */
  function keyRow(key) {
    const name = key.name ?? key.id
    const scopes = key.scopes.includes('*')
      ? [fact('scope.all')]
      : key.scopes.map((scope) => fact(`scope.${scope}`))
    return row(
      [name],
      [
        ...scopes,
        key.lastUsedAt === null
          ? fact('used.never')
          : element('span', '', [fact('used.at'), ' ', moment(key.lastUsedAt)]),
        ...(key.expiresAt === null
          ? []
          : [element('span', '', [fact('key.expires'), ' ', moment(key.expiresAt)])]),
      ],
      [namedButton('key.revoke', { name }, () => revoke(key, name), 'plain grave')],
    )
  }

  async function page() {
    /** @type {{ data: Key[], next: string | null }} */
    const { data, next } = await api.read(
      `/api/keys?limit=50${after === null ? '' : `&after=${encodeURIComponent(after)}`}`,
    )
    after = next
    // What was revoked opens nothing and cannot be brought back.
    shown.push(...data.filter(({ revokedAt }) => revokedAt === null))
  }

  function show() {
    const more = workButton(
      'documents.more',
      async () => {
        await page()
        list.replaceChildren(...show())
      },
      'quiet',
    )
    return [rows(shown.map(keyRow), 'keys.none'), ...(after === null ? [] : [more])]
  }

  const list = element('div')
  const panel = createPanel('keys', async () => {
    after = null
    shown = []
    await page()
    list.replaceChildren(...show())
    const adder = workButton('key.add', add)
    return [
      ...(seesAll ? [write(element('p', 'soft'), 'keys.of-all')] : []),
      list,
      element('div', 'row-actions', [adder]),
    ]
  })
  return panel
}
