import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { rootKeyPath } from '../store/keys/root-key-file.ts'
import { isProtected, replacePassphrase } from '../store/keys/root-key-protection.ts'
import { takeDataDirectory } from '../store/supervisor/data-directory.ts'
import { EXIT } from './exit-codes.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type KekTerminal = Pick<Terminal, 'data' | 'out' | 'err'>

const SHORTEST = 12
const LONGEST = 1024
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

/** Says how the root key is protected, and changes it while the program is stopped. */
export const kek: Command & {
  readonly run: (args: readonly string[], terminal: KekTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show and change the passphrase of the root key (stop Freehold first)',
    usage:
      'freehold kek status [--json]\n' +
      '       freehold kek passphrase set --new FILE\n' +
      '       freehold kek passphrase change --old FILE --new FILE\n' +
      '       freehold kek passphrase remove --old FILE',
    options: {
      status: 'whether the root key has a passphrase; also while Freehold runs',
      '--old FILE': 'holds the passphrase of now, on one line',
      '--new FILE': `holds the passphrase to come, ${SHORTEST} to ${LONGEST} characters`,
      '-': 'instead of a file: standard input, one line each, the old one first',
      '--json': 'status as one line of JSON: {path, passphrase}',
    },
    examples: [
      'freehold kek status',
      'systemd-ask-password "New passphrase:" | freehold kek passphrase set --new -',
      'freehold kek passphrase change --old ./old --new ./new',
    ],
  }),
  run: kekCommand,
}

/** @returns 0 done, 1 refused @throws UsageError */
async function kekCommand(args: readonly string[], terminal: KekTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      old: { type: 'string' },
      new: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const [what, how, ...rest] = positionals
  const change = what === 'passphrase' && how !== undefined && rest.length === 0 ? CHANGES[how] : undefined
  if (change === undefined && !(what === 'status' && how === undefined)) {
    throw new UsageError('say what to do: freehold kek status, or kek passphrase set, change or remove')
  }
  for (const name of ['old', 'new'] as const) {
    const isTaken = change?.takes.includes(name) ?? false
    if (isTaken !== (values[name] !== undefined))
      throw new UsageError(isTaken ? `--${name} FILE is missing` : `--${name} does not belong here`)
  }
  if (change !== undefined && values.json) throw new UsageError('--json does not belong here')
  try {
    if (change === undefined) return status(values.json, terminal)
    return await replace(change, values, terminal)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    terminal.err(`freehold: ${error.message}`)
    return EXIT.refused.code
  }
}

function status(json: boolean, { data, out }: KekTerminal): number {
  const path = rootKeyPath(data)
  const passphrase = isProtected(path)
  out(
    json
      ? `${JSON.stringify({ path, passphrase })}\n`
      : `${path} ${passphrase ? 'is protected by a passphrase' : 'has no passphrase'}.\n`,
  )
  return EXIT.ok.code
}

async function replace(
  { takes, done }: Change,
  files: { readonly old?: string | undefined; readonly new?: string | undefined },
  { data, out }: KekTerminal,
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
function passphrases(files: { readonly old?: string | undefined; readonly new?: string | undefined }) {
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
