import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { kekShredding } from '@freehold/contract/kek.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { Fault } from '../kernel/fault.ts'
import { EXIT } from './exit-codes.ts'
import { kekPassphrase, LONGEST, PASSPHRASE_OPTIONS, SHORTEST } from './kek-passphrase.ts'
import type { KekTerminal } from './kek-status.ts'
import { kekStatus, readKek } from './kek-status.ts'
import { progressBar } from './progress.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const OPTIONS = {
  ...PASSPHRASE_OPTIONS,
  tenant: { type: 'string' },
  confirm: { type: 'string' },
  root: { type: 'boolean', default: false },
  home: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  count: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
type Values = ReturnType<typeof parse>['values']

/** Which options each verb takes. */
const VERBS = {
  status: ['tenant', 'count', 'json'],
  rotate: ['tenant', 'root', 'wait', 'json'],
  shred: ['tenant', 'confirm', 'home', 'json'],
  passphrase: ['old', 'new'],
} as const satisfies Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>>

/** Looks after the keys under which everything is encrypted. */
export const kek: Command & {
  readonly run: (args: readonly string[], terminal: KekTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Show, rotate and destroy the keys under which everything is encrypted',
    usage:
      'freehold kek status [--tenant ID] [--count] [--json]\n' +
      '       freehold kek rotate [--tenant ID] [--wait] [--json]\n' +
      '       freehold kek rotate --root [--wait] [--json]\n' +
      '       freehold kek shred --tenant ID --confirm ID [--home] [--json]\n' +
      '       freehold kek passphrase set --new FILE\n' +
      '       freehold kek passphrase change --old FILE --new FILE\n' +
      '       freehold kek passphrase remove --old FILE',
    options: {
      status:
        'root key, versions, ages and what wraps what; while Freehold is stopped, the file of the root key',
      rotate: 'make a new version of a tenant’s key; data keys follow in the background',
      shred: 'destroy all keys of a tenant for good: nothing of it can be read any more',
      passphrase: 'change how the file of the root key is protected; stop Freehold first',
      '--tenant ID': 'of this tenant (rotate: default your own)',
      '--count': 'count the data keys under each version, which takes a look at every row',
      '--root': 'move to the root key keys.next of the configuration',
      '--wait': 'until everything is under the new key',
      '--confirm ID': 'the id of the tenant once more',
      '--home': 'even the tenant without which Freehold cannot run',
      '--old FILE': 'holds the passphrase of now, on one line',
      '--new FILE': `holds the passphrase to come, ${SHORTEST} to ${LONGEST} characters`,
      '-': 'instead of a file: standard input, one line each, the old one first',
      '--json': 'one line of JSON, as the API answers; status: with {path, passphrase} of the file',
    },
    examples: [
      'freehold kek status',
      'freehold kek rotate --wait',
      'freehold kek rotate --root --wait',
      'freehold kek shred --tenant 0190c0de-0000-7000-8000-000000000001 --confirm 0190c0de-0000-7000-8000-000000000001',
      'systemd-ask-password "New passphrase:" | freehold kek passphrase set --new -',
    ],
  }),
  run: kekCommand,
}

/** @returns 0 done, 1 refused @throws UsageError, RefusedError, UnreachableError */
async function kekCommand(args: readonly string[], terminal: KekTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', how, ...rest] = positionals
  if (!isVerb(verb)) throw new UsageError('say what to do: freehold kek status, rotate, shred or passphrase')
  const surplus = verb === 'passphrase' ? rest[0] : how
  if (surplus !== undefined) throw new UsageError(`unexpected "${surplus}" after "freehold kek ${verb}"`)
  for (const [name, value] of Object.entries(values)) {
    const isTaken = VERBS[verb].some((taken) => taken === name)
    if (!isTaken && value !== false) throw new UsageError(`--${name} does not belong to "${verb}"`)
  }
  try {
    if (verb === 'passphrase') return await kekPassphrase(how, values, terminal)
    if (verb === 'status') return await kekStatus(values, terminal)
    if (verb === 'shred') return await shred(values, terminal)
    return values.root ? await rotateRoot(values, terminal) : await rotate(values, terminal)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    terminal.err(`freehold: ${error.message}`)
    return EXIT.refused.code
  }
}

const isVerb = (word: string): word is keyof typeof VERBS => Object.hasOwn(VERBS, word)

async function rotate({ tenant, wait, json }: Values, terminal: KekTerminal): Promise<number> {
  const { method, path, output } = OPERATIONS['kek.rotate']
  const made = output.parse(await terminal.client.call(method, path, tenant === undefined ? {} : { tenant }))
  if (wait) {
    await waitFor(terminal, async () => {
      const [found] = (await readKek(terminal.client, { tenant: made.tenant })).data
      const rewrap = found?.rewrap
      if (!rewrap || rewrap.toVersion > made.version || rewrap.state !== 'walking') return 1
      return rewrap.total === 0 ? 0 : Math.min(0.99, rewrap.seen / rewrap.total)
    })
  }
  const how = wait ? 'Its data keys are wrapped under it.' : 'Its data keys follow in the background.'
  terminal.out(
    json
      ? `${JSON.stringify(made)}\n`
      : `Version ${made.version} of the key of tenant ${made.tenant} is made. ${how}\n`,
  )
  return EXIT.ok.code
}

async function rotateRoot({ tenant, wait, json }: Values, terminal: KekTerminal): Promise<number> {
  if (tenant !== undefined) throw new UsageError('--tenant does not go with --root: all tenants are moved')
  const { method, path, output } = OPERATIONS['kek.rotate-root']
  const begun = output.parse(await terminal.client.call(method, path, {}))
  let left = begun.leftToMove
  if (wait) {
    await waitFor(terminal, async () => {
      left = (await readKek(terminal.client, { limit: '1' })).leftToMove
      return begun.leftToMove === 0 || left === 0 ? 1 : Math.min(0.99, 1 - left / begun.leftToMove)
    })
  }
  const said =
    left === 0
      ? 'Every key is under it. Write it as keys in the configuration and remove keys.next before the next start.'
      : `${left} tenants are still to be moved; see freehold kek status.`
  terminal.out(
    json
      ? `${JSON.stringify({ ...begun, leftToMove: left })}\n`
      : `The root key is ${begun.to} now. ${said}\n`,
  )
  return EXIT.ok.code
}

const LOOK_MS = 500

/** Until `share` says 1; on a terminal with a bar. */
async function waitFor(terminal: KekTerminal, share: () => Promise<number>): Promise<void> {
  const { interactive, progress, signal } = terminal
  for (let done = await share(); done < 1; done = await share()) {
    if (interactive) progress(`\r\u001B[2K${progressBar(done)} ${Math.round(done * 100)} %`)
    await setTimeout(LOOK_MS, undefined, { signal })
  }
  if (interactive) progress('\r\u001B[2K')
}

async function shred({ tenant, confirm, home, json }: Values, terminal: KekTerminal): Promise<number> {
  if (tenant === undefined || confirm === undefined)
    throw new UsageError('name the tenant twice: freehold kek shred --tenant ID --confirm ID')
  const asked = kekShredding.safeParse({ tenant, confirm, ...(home && { home }) })
  if (!asked.success)
    throw new UsageError(`--${String(asked.error.issues[0]?.path[0])} must be the id of a tenant`)
  const { method, path, output } = OPERATIONS['kek.shred']
  const gone = output.parse(await terminal.client.call(method, path, asked.data))
  terminal.out(
    json
      ? `${JSON.stringify(gone)}\n`
      : `The keys of tenant ${gone.tenant} are destroyed. What older backups of the database hold of it opens as long as they ` +
          'and the root key exist: see docs/keys.md.\n',
  )
  return EXIT.ok.code
}
