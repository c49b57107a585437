import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Secret } from '../../kernel/secret.ts'
import { writeDurably } from '../durable-file.ts'
import type { Cost } from './passphrase.ts'
import { readWrapped, unwrapRoot, wrapRoot } from './passphrase.ts'
import { readRoot } from './root-key-file.ts'

export type ProtectionChange = 'set' | 'changed' | 'removed'

const note = z.array(
  z.strictObject({ change: z.enum(['set', 'changed', 'removed']), atMs: z.int().min(0), file: z.string() }),
)
type Note = z.output<typeof note>

/** What a root key's passphrase becomes; null stands for none. */
interface Replacing {
  readonly from: Secret<string> | null
  readonly to: Secret<string> | null
  readonly nowMs: number
  /** Default: what a passphrase deserves. */
  readonly cost?: Cost
}

/** Whether a passphrase is needed to open the root key. @throws Fault where there is no root key */
export function isProtected(path: string): boolean {
  if (!existsSync(path)) throw new Fault('not_found', `There is no root key at ${path}.`)
  return readWrapped(readFileSync(path)) !== null
}

/**
 * Replaces the file by the same key under another passphrase, at once or not at all: whatever ends the process, one of
 * the two passphrases opens what is there. The program must not run meanwhile. @throws Fault
 */
export function replacePassphrase(path: string, { from, to, nowMs, cost }: Replacing): ProtectionChange {
  requireOwner(path)
  const root = readRoot(path, from)
  const bytes = to === null ? Buffer.from(root) : wrapRoot(root, to.reveal(), cost)
  requireOpens(bytes, to, root)
  const change = to === null ? 'removed' : from === null ? 'set' : 'changed'
  const before = changesOf(path)
  const next: Note = [...before, { change, atMs: nowMs, file: hashOf(bytes) }]
  // First the note, then the change: of a note whose file never came nothing is said.
  writeDurably(notePath(path), JSON.stringify(next))
  writeDurably(path, bytes)
  for (const secret of [root, bytes]) secret.fill(0)
  return change
}

/** A file that the program could not read any more would lock it out. */
function requireOwner(path: string): void {
  const { uid } = statSync(path)
  if (process.getuid !== undefined && process.getuid() !== uid) {
    throw new Fault('not_allowed', `${path} belongs to user ${uid}: run this command as that user.`)
  }
}

function requireOpens(bytes: Buffer, passphrase: Secret<string> | null, root: Buffer): void {
  const wrapped = passphrase === null ? null : readWrapped(bytes)
  const again = wrapped === null || passphrase === null ? bytes : unwrapRoot(wrapped, passphrase.reveal())
  if (!again.equals(root)) throw new Error('a root key that was wrapped does not open')
}

/** Changes of the protection that were made while the program was stopped, and that are not in the record yet. */
export interface KeyChanges {
  readonly changes: readonly { readonly change: ProtectionChange; readonly atMs: number }[]
  /** They are in the record now. */
  forget(): void
}

/** Null when there is none. */
export function unrecordedChanges(path: string): KeyChanges | null {
  if (!existsSync(notePath(path))) return null
  return { changes: changesOf(path), forget: () => rmSync(notePath(path), { force: true }) }
}

function changesOf(path: string): Note {
  if (!existsSync(notePath(path))) return []
  const noted = note.parse(JSON.parse(readFileSync(notePath(path), 'utf8')))
  const last = noted.at(-1)
  return last?.file === hashOf(readFileSync(path)) ? noted : noted.slice(0, -1)
}

const notePath = (path: string): string => `${path}.changes`

/** Tells two versions of the file apart and says nothing about the key, which is random. */
const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update('freehold root key file').update(bytes).digest('hex')
