import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asSuperuser } from './cluster.ts'
import { TABLE } from './every-operation.ts'
import type { Fault, Isolation } from './isolation-house.ts'
import { openIsolation } from './isolation-house.ts'
import { ATTACKS, attemptsIn, caught, printed, walk } from './isolation-matrix.ts'

/** Of each operation by each attack; the long test makes a million of all. */
const ATTEMPTS = 1

let all: Isolation
before(async () => {
  all = await openIsolation()
})
after(() => all?.close())

test('the document of the interface and the table of routes name the same operations', async () => {
  const document = await all.ground.ok<{ paths: Record<string, object> }>({
    method: 'GET',
    path: '/api/openapi.json',
  })
  const said = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(said.toSorted(), TABLE.map(([, { method, path }]) => `${method} ${path}`).toSorted())
  assert.deepEqual(all.targets.map(({ id }) => id).toSorted(), TABLE.map(([id]) => id).toSorted())
})

test('no operation gives another tenant a byte of what is not its own, whatever is tried', async (t) => {
  const matrix = await walk(all, { attempts: ATTEMPTS })
  t.diagnostic(`\n${printed(matrix)}\n${attemptsIn(matrix)} attempts`)
  assert.deepEqual(caught(matrix), [])
  const isFull = [...matrix.values()].every((row) =>
    ATTACKS.every(({ name }) => row.get(name)?.attempts === ATTEMPTS),
  )
  assert.ok(isFull && matrix.size === TABLE.length)
})

const KEY = ATTACKS.filter(({ name }) => name === 'another tenant’s key')

/** What the matrix finds with a wall switched off. */
async function withFault(fault: Fault['fault'], { rows = false } = {}): Promise<readonly string[]> {
  const { attacker, victim, ground } = all
  const security = (verb: 'DISABLE' | 'ENABLE') =>
    asSuperuser(ground.house.data, async (sql) => {
      const { rows: tables } = await sql.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND NOT a.attisdropped`,
      )
      for (const { name } of tables) await sql.query(`ALTER TABLE ${name} ${verb} ROW LEVEL SECURITY`)
    })
  if (rows) await security('DISABLE')
  await all.switch({ fault, attacker: attacker.id, victim: victim.id, key: victim.key.id })
  try {
    return caught(await walk(all, { attempts: 1, attacks: KEY }))
  } finally {
    await all.switch({ fault: 'none' })
    if (rows) await security('ENABLE')
  }
}

const WALLS: readonly (readonly [string, () => Promise<readonly string[]>, RegExp])[] = [
  ['the caller is taken for another', () => withFault('caller'), /collection\.list, .*Zeisig/],
  ['the transaction is of another tenant', () => withFault('tenant'), /request\.list|key\.list/],
  ['row-level security is off', () => withFault('none', { rows: true }), /request\.list|key\.list/],
  ['nothing is switched off, and says nothing', () => withFault('none'), /^$/],
  // Last: what the attacker's tenant writes meanwhile opens under no key of its own later.
  ['the keys of another tenant are handed out', () => withFault('ring'), /list, .*it broke/],
  [
    'the keys of another tenant are handed out and row-level security is off',
    () => withFault('ring and rows', { rows: true }),
    /Zeisig/,
  ],
]

for (const [wall, found, expected] of WALLS) {
  test(`the matrix shows it when ${wall}`, async (t) => {
    const heard = await found()
    t.diagnostic(`${heard.length} operations`)
    assert.match(heard.join('\n'), expected)
  })
}
