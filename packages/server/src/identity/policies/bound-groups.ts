import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import { powersOf } from '../authorise.ts'
import type { Caller } from '../caller.ts'
import { namesIn } from './compiled.ts'
import { newestVersion, readVersion } from './versions.ts'

async function isNamed(tx: Tx, group: string): Promise<boolean> {
  const { policies } = await readVersion(tx, await newestVersion(tx))
  return policies.some(({ json }) => namesIn(json).some(({ type, id }) => type === 'Group' && id === group))
}

/**
 * Who is in a group that policies are about is bound by them or freed of them, so that is for those who may write
 * policies.
 * @throws Fault `not_allowed`
 */
export async function requireMayMove(tx: Tx, caller: Caller, group: string, param: string): Promise<void> {
  if (powersOf(caller).has('settings') || !(await isNamed(tx, group))) return
  throw new Fault(
    'not_allowed',
    `Policies are about the group "${group}": only who may write policies changes who is in it.`,
    { param },
  )
}

/** A policy about a name that nobody has forbids nothing. @throws Fault `conflict` */
export async function requireUnnamed(tx: Tx, group: string): Promise<void> {
  if (!(await isNamed(tx, group))) return
  throw new Fault(
    'conflict',
    `Policies are about the group "${group}". Change them first: freehold policy show`,
    { param: 'id' },
  )
}
