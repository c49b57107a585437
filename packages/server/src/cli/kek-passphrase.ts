import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { rootKeyPath } from '../store/keys/root-key-file.ts'
import { isProtected, replacePassphrase } from '../store/keys/root-key-protection.ts'
import { takeDataDirectory } from '../store/supervisor/data-directory.ts'
import { EXIT } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './terminal.ts'

type PassphraseTerminal = Pick<Terminal, 'data' | 'out'>

export const SHORTEST = 12
export const LONGEST = 1024
const MOST_BYTES = 64 * 1024
const STANDARD_INPUT = 0

interface Change {
  /** Which passphrases it takes, in the order in which standard input has them. */
  readonly takes: readonly ('old' | 'new')[]
  readonly done: string
}

const CHANGES: Readonly<Record<string, Change>> = {
  set: {
    takes: ['new'],
    done:
      'The root key is protected by the passphrase now. Give it in keys.passphrase before the next start.\n' +
      'Older copies of the file still open without it: replace your key backup.',
  },
  change: {
    takes: ['old', 'new'],
    done:
      'The root key is protected by the new passphrase now. Give it in keys.passphrase before the next start.\n' +
      'Older copies of the file still open with the old one: replace your key backup.',
  },
  remove: {
    takes: ['old'],
    done: 'The root key has no passphrase any more. Remove keys.passphrase before the next start.',
  },
}

/** What may stand after `freehold kek passphrase`. */
export const PASSPHRASE_OPTIONS = { old: { type: 'string' }, new: { type: 'string' } } as const

interface PassphraseFiles {
  readonly old?: string | undefined
  readonly new?: string | undefined
}

/** Changes the passphrase of the root key while the program is stopped. @returns 0 done @throws UsageError, Fault */
export async function kekPassphrase(
  how: string | undefined,
  files: PassphraseFiles,
  terminal: PassphraseTerminal,
): Promise<number> {
  const change = how === undefined ? undefined : CHANGES[how]
  if (change === undefined)
    throw new UsageError('say what to do: freehold kek passphrase set, change or remove')
  for (const name of ['old', 'new'] as const) {
    const isTaken = change.takes.includes(name)
    if (isTaken !== (files[name] !== undefined))
      throw new UsageError(isTaken ? `--${name} FILE is missing` : `--${name} does not belong here`)
  }
  return replace(change, files, terminal)
}

async function replace(
  { takes, done }: Change,
  files: PassphraseFiles,
  { data, out }: PassphraseTerminal,
): Promise<number> {
  const path = rootKeyPath(data)
  const hasOne = isProtected(path)
  if (hasOne !== takes.includes('old')) {
    throw new Fault(
      'conflict',
      hasOne
        ? 'The root key has a passphrase already: change or remove it.'
        : 'The root key has no passphrase: set one.',
    )
  }
  const [from, to] = passphrases(files)
  // Whoever runs on this directory has the key open and would not notice.
  const directory = await takeDataDirectory(data)
  try {
    replacePassphrase(join(directory.path, 'keys', 'root.key'), { from, to, nowMs: systemClock.now() })
  } finally {
    directory.release()
  }
  out(`${done}\n`)
  return EXIT.ok.code
}

/** @throws Fault `invalid` */
function passphrases(files: PassphraseFiles) {
  const usesInput = Object.values(files).includes('-')
  const lines = usesInput ? readFileSync(STANDARD_INPUT, 'utf8').split(/\r?\n/) : []
  const take = (name: 'old' | 'new'): Secret<string> | null => {
    const file = files[name]
    if (file === undefined) return null
    const text = file === '-' ? (lines.shift() ?? '') : textOf(file, name)
    const { length } = text
    if (text === '' || /[\r\n\0]/.test(text)) throw wrong(name, 'must be one line')
    if (name === 'new' && (length < SHORTEST || length > LONGEST))
      throw wrong(name, `must have ${SHORTEST} to ${LONGEST} characters`)
    return new Secret(text)
  }
  return [take('old'), take('new')] as const
}

function textOf(file: string, name: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) throw wrong(name, 'must be one line')
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    if (error instanceof Fault) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new Fault('invalid', `--${name}: the file cannot be read (${code})`, { param: name, cause: error })
  }
}

const wrong = (name: string, what: string): Fault =>
  new Fault('invalid', `--${name}: the passphrase ${what}`, { param: name })
