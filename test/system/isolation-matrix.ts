import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Call, Headers } from './operation-ground.ts'
import { bearer } from './operation-ground.ts'
import type { Foreign, Heard, Isolation, Target } from './isolation-house.ts'

/** One way to ask for what is not one's own. */
interface Attack {
  readonly name: string
  readonly headers: (all: Isolation) => Headers
  readonly bent?: (call: Call, all: Isolation) => Call
  /** The answer may be that something broke: it was broken on purpose. */
  readonly breaks?: true
}

const key = ({ attacker }: Isolation): Headers => bearer(attacker.key.key)

/** What a proxy or a careless program could be made to send. */
const spoofed = ({ victim }: Isolation): Headers => ({
  'x-freehold-tenant': victim.id,
  'x-tenant-id': victim.id,
  'x-tenant': victim.slug,
  'x-forwarded-user': victim.owner.id,
  'x-freehold-principal': victim.owner.id,
  'x-original-url': '/api/users',
  forwarded: `for=127.0.0.1;host=${victim.slug}`,
})

/** Says in every place that the tenant is another. */
function assigned(call: Call, { victim }: Isolation): Call {
  const mass = { tenant_id: victim.id, tenantId: victim.id, tenant: victim.id }
  const query = new URLSearchParams(mass).toString()
  return {
    ...call,
    path: `${call.path}${call.path.includes('?') ? '&' : '?'}${query}`,
    ...(call.body && { body: { ...call.body, ...mass } }),
  }
}

export const ATTACKS: readonly Attack[] = [
  { name: 'another tenant’s key', headers: key },
  { name: 'another tenant’s session', headers: ({ attacker }) => attacker.owner.session },
  { name: 'spoofed header', headers: (all) => ({ ...key(all), ...spoofed(all) }) },
  { name: 'mass-assigned tenant', headers: key, bent: assigned },
  { name: 'nobody', headers: () => ({}) },
  { name: 'expired', headers: ({ headers }) => headers.expired },
  { name: 'revoked', headers: ({ headers }) => headers.revoked },
  { name: 'shut account', headers: ({ headers }) => headers.downgraded },
  { name: 'fault between', headers: key, breaks: true },
]

/** A cell: how often it was tried, and what was heard that is another tenant's. */
export interface Cell {
  attempts: number
  readonly finds: string[]
}
export type Matrix = ReadonlyMap<string, ReadonlyMap<string, Cell>>

/** What of the answer is foreign: words that only the victim wrote, ids that only its rows have and nobody sent. */
function finds({ text, status }: Heard, sent: string, { words, ids }: Foreign): readonly string[] {
  const found = [...words, ...ids].filter((one) => text.includes(one) && !sent.includes(one))
  // What broke was kept apart by luck.
  return status === 500 || status === 503 ? [...found, 'it broke'] : found
}

async function attempt(
  all: Isolation,
  { call, operation }: Target,
  attack: Attack,
): Promise<readonly string[]> {
  const by = attack.headers(all)
  const bent = attack.bent?.(call, all) ?? call
  const headers = {
    ...bent.headers,
    ...by,
    // The metrics are open to this machine; whoever comes through a proxy is not on it.
    ...(operation.action === 'metrics.read' && { 'x-forwarded-for': '203.0.113.9' }),
  }
  const answer = await all.send({ ...bent, headers })
  const sent = JSON.stringify([bent.path, bent.body, headers])
  return finds(answer, sent, all.foreign).filter((find) => !attack.breaks || find !== 'it broke')
}

const AT_ONCE = 12

async function atOnce(tries: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = tries.values()
  const work = async (): Promise<void> => {
    for (const one of waiting) await one()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** Every operation by every attack, so often each; `attacks` narrows it. */
export async function walk(
  all: Isolation,
  { attempts, attacks = ATTACKS }: { readonly attempts: number; readonly attacks?: readonly Attack[] },
): Promise<Matrix> {
  const matrix = new Map<string, Map<string, Cell>>()
  for (const target of all.targets) matrix.set(target.id, new Map())
  for (const attack of attacks) {
    if (attack.breaks) await all.switch({ fault: 'between' })
    const tries = all.targets.flatMap((target) => {
      const cell: Cell = { attempts: 0, finds: [] }
      matrix.get(target.id)?.set(attack.name, cell)
      return Array.from({ length: attempts }, () => async () => {
        const heard = await attempt(all, target, attack)
        cell.attempts += 1
        cell.finds.push(...heard)
      })
    })
    // The last ones end the session that the others come with.
    await atOnce(tries.slice(0, -attempts))
    await atOnce(tries.slice(-attempts))
    if (attack.breaks) await all.switch({ fault: 'none' })
  }
  return matrix
}

const cells = (matrix: Matrix): readonly (readonly [string, string, Cell])[] =>
  [...matrix].flatMap(([row, columns]) => [...columns].map(([column, cell]) => [row, column, cell] as const))

/** `operation, attack: what was heard`, for the cells where something was. */
export const caught = (matrix: Matrix): readonly string[] =>
  cells(matrix).flatMap(([row, column, { finds: found }]) =>
    found.length === 0 ? [] : [`${row}, ${column}: ${[...new Set(found)].slice(0, 3).join(' ')}`],
  )

export const attemptsIn = (matrix: Matrix): number =>
  cells(matrix).reduce((sum, [, , { attempts }]) => sum + attempts, 0)

/** Attempts and finds of each cell, one line for each operation. */
export function printed(matrix: Matrix, columns = ATTACKS.map(({ name }) => name)): string {
  const width = Math.max(...Object.keys(OPERATIONS).map((id) => id.length))
  const head = ['', ...columns].map((text, at) => (at === 0 ? text.padEnd(width) : text)).join(' | ')
  const rows = [...matrix].map(([row, own]) =>
    [row.padEnd(width), ...columns.map((name) => shown(own.get(name)).padStart(name.length))].join(' | '),
  )
  return [head, ...rows].join('\n')
}

const shown = (cell: Cell | undefined): string =>
  cell === undefined || cell.attempts === 0 ? '' : `${cell.finds.length}/${cell.attempts}`
