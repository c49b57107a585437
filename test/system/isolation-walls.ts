import { asSuperuser } from './cluster.ts'
import type { Attack } from './isolation-attacks.ts'
import { ATTACKS } from './isolation-attacks.ts'
import type { Fault, Isolation } from './isolation-house.ts'
import type { Matrix, Row } from './isolation-matrix.ts'
import { walk } from './isolation-matrix.ts'

/** A wall that is switched off, and by which attack it must be seen. */
export interface Wall {
  readonly name: string
  readonly fault: Fault['fault']
  readonly attack: string
  readonly seen: RegExp
  /** Row-level security is off as well. */
  readonly rows?: true
  /** So many that everything is tried that they come with. */
  readonly attempts?: number
}

/** Canaries or ids in lists. */
const LISTED = /(?:collection|key|request)\.list, .*\(0\)/
/** By a key and by a session. */
const BOTH = /collection\.list, .*Zeisig\w+ \(0\).*Zeisig\w+ \(1\)/

export const WALLS: readonly Wall[] = [
  { name: 'the caller is taken for another', fault: 'caller', attack: 'another tenant’s key', seen: LISTED },
  {
    name: 'a session is taken for one of another tenant',
    fault: 'session',
    attack: 'another tenant’s session',
    seen: /collection\.list, .*Zeisig/,
  },
  {
    name: 'the transaction is of another tenant',
    fault: 'tenant',
    attack: 'another tenant’s key',
    seen: LISTED,
  },
  {
    name: 'row-level security is off',
    fault: 'none',
    rows: true,
    attack: 'another tenant’s key',
    seen: LISTED,
  },
  {
    name: 'a header is believed that says whose the request is',
    fault: 'header',
    attack: 'spoofed header',
    seen: /collection\.list, .*Zeisig/,
  },
  {
    name: 'an address or a body is believed that says whose it is',
    fault: 'assigned',
    attack: 'mass-assigned tenant',
    seen: /collection\.list, .*Zeisig/,
  },
  {
    name: 'who comes with nothing is let in',
    fault: 'nobody',
    attack: 'nobody',
    seen: /collection\.list, .*Zeisig/,
  },
  { name: 'what expired still opens', fault: 'expiry', attack: 'expired', seen: BOTH, attempts: 2 },
  { name: 'what was revoked still opens', fault: 'revocation', attack: 'revoked', seen: BOTH, attempts: 2 },
  {
    name: 'an account that was shut is still there',
    fault: 'shut',
    attack: 'shut account',
    seen: BOTH,
    attempts: 2,
  },
  {
    name: 'roles and scopes that were taken away still count',
    fault: 'rights',
    attack: 'downgraded',
    seen: /collection\.list, .*\(0\).*\(1\).*\(2\)/,
    attempts: 3,
  },
  {
    name: 'every member is taken for an owner',
    fault: 'owner',
    attack: 'another user',
    seen: /user\.list, .*\(0\)/,
  },
  {
    name: 'the policies about knowledge are off',
    fault: 'policies',
    attack: 'another user',
    seen: /chat\.complete, .*Zeisig[^]*document\.text, .*Zeisig[^]*collection\.search, .*Zeisig/,
  },
  {
    name: 'a connection keeps the tenant of the request before',
    fault: 'left over',
    attack: 'fault between',
    seen: /\.list, .*\(\d\)/,
    attempts: 2,
  },
  // Last: what the attacker's tenant writes meanwhile opens under no key of its own later.
  {
    name: 'the keys of another tenant are handed out',
    fault: 'ring',
    attack: 'another tenant’s key',
    seen: /list, .*it broke/,
  },
  {
    name: 'the keys of another tenant are handed out and row-level security is off',
    fault: 'ring and rows',
    rows: true,
    attack: 'another tenant’s key',
    seen: /Zeisig/,
  },
]

const during =
  (fault: Fault['fault'] | undefined) =>
  (attack: Attack): Attack => ({ ...attack, during: fault })

/** What the matrix finds with a wall switched off, of what only reads. */
export async function without(all: Isolation, rows: readonly Row[], wall: Wall): Promise<Matrix> {
  const attacks = ATTACKS.filter(({ name }) => name === wall.attack)
  const security = (verb: 'DISABLE' | 'ENABLE') =>
    asSuperuser(all.ground.house.data, async (sql) => {
      const { rows: tables } = await sql.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND NOT a.attisdropped`,
      )
      for (const { name } of tables) await sql.query(`ALTER TABLE ${name} ${verb} ROW LEVEL SECURITY`)
    })
  if (wall.rows) await security('DISABLE')
  await all.switch(wall.fault)
  try {
    return await walk(all, {
      rows: rows.filter(({ isReading }) => isReading),
      attempts: wall.attempts ?? 1,
      attacks: attacks.map((attack) => ({ ...during(undefined)(attack), isHasty: true })),
    })
  } finally {
    await all.switch('none')
    if (wall.rows) await security('ENABLE')
  }
}

/** Every cell with an answer that carries what is foreign to whoever asks. */
export async function leaking(all: Isolation, rows: readonly Row[]): Promise<Matrix> {
  return walk(all, { rows, attempts: 1, attacks: ATTACKS.map(during('leak')) })
}
