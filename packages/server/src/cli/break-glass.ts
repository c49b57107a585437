import { text as read } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, minute } from './people-names.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type GlassTerminal = Pick<Terminal, 'out' | 'err' | 'client'>

const OPTIONS = {
  minutes: { type: 'string' },
  reason: { type: 'string' },
  code: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: GlassTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = { arm, use, status, disarm }
const BELONGS = { minutes: ['arm'], reason: ['use'], code: ['use'] }

/** The way in for emergencies. */
export const breakGlass: Command & {
  readonly run: (args: readonly string[], terminal: GlassTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Arm, use and disarm the emergency account',
    usage: [
      'freehold break-glass arm [--minutes N] [--json]',
      'freehold break-glass use --reason TEXT [--code -] [--json]',
      'freehold break-glass status | disarm [--json]',
    ].join('\n       '),
    options: {
      '--minutes N': 'arm: how long the session lasts that it opens, 5 to 480 (default: 60)',
      '--reason TEXT':
        'use: what the emergency is, in 20 characters or more; it stands in every event of the session',
      '--code CODE': 'use: the code that arm printed; - reads it from standard input (default: -)',
      '--json': 'one line of JSON',
    },
    examples: [
      'freehold break-glass arm',
      'freehold break-glass status',
      'freehold break-glass use --reason "The owner is unreachable and keys leak" < code.txt',
    ],
  }),
  run: glassCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function glassCommand(args: readonly string[], terminal: GlassTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = actOf({ command: 'break-glass', verbs: VERBS, belongs: BELONGS }, verb, values)
  await act(words, values, terminal)
  return EXIT.ok.code
}

async function arm(
  words: readonly string[],
  { minutes, json }: Values,
  { client, out, err }: GlassTerminal,
): Promise<void> {
  exactly(words, [], 'break-glass arm')
  const asked = minutes === undefined ? undefined : Number(minutes)
  if (asked !== undefined && !Number.isInteger(asked))
    throw new UsageError(`--minutes: "${minutes}" is not a whole number of minutes`)
  const { method, path, output } = OPERATIONS['break_glass.arm']
  const armed = output.parse(await client.call(method, path, asked === undefined ? {} : { minutes: asked }))
  if (json) return out(`${JSON.stringify(armed)}\n`)
  out(`${armed.code}\n`)
  err(
    `Good once, for a session of ${armed.minutes} minutes. It is shown only this once: keep it sealed, apart from this\n` +
      'machine, where two people are needed to open it. An earlier code is void.',
  )
}

async function use(
  words: readonly string[],
  { reason, code = '-', json }: Values,
  { client, out, err }: GlassTerminal,
): Promise<void> {
  exactly(words, [], 'break-glass use')
  if (reason === undefined) throw new UsageError('say with --reason what the emergency is')
  const { method, path, output } = OPERATIONS['break_glass.use']
  const given = code === '-' ? (await read(process.stdin)).trim() : code
  const { cookie, body } = await client.enter(method, path, { code: given, reason })
  const view = output.parse(body)
  if (json) return out(`${JSON.stringify({ session: cookie, ...view })}\n`)
  out(`export FREEHOLD_SESSION='${cookie}'\n`)
  err(`Open until ${view.expiresAt === null ? '-' : minute(view.expiresAt)}. All of it stands on record.`)
}

async function status(
  words: readonly string[],
  { json }: Values,
  { client, out }: GlassTerminal,
): Promise<void> {
  exactly(words, [], 'break-glass status')
  const { method, path, output } = OPERATIONS['break_glass.status']
  const { armed, uses } = output.parse(await client.call(method, path))
  if (json) return out(`${JSON.stringify({ armed, uses })}\n`)
  out(armed === null ? 'Not armed.\n' : `Armed ${minute(armed.armedAt)} for ${armed.minutes} minutes.\n`)
  if (uses.length === 0) return
  const rows = uses.map((one) => [
    one.id,
    one.isOpen ? 'open' : 'over',
    minute(one.usedAt),
    minute(one.endsAt),
    one.reason,
  ])
  out(alignedTable([['USE', 'STATE', 'FROM', 'TO', 'WHY'], ...rows]))
}

async function disarm(
  words: readonly string[],
  { json }: Values,
  { client, out }: GlassTerminal,
): Promise<void> {
  exactly(words, [], 'break-glass disarm')
  const { method, path } = OPERATIONS['break_glass.disarm']
  await client.call(method, path)
  out(json ? `${JSON.stringify({ armed: false })}\n` : 'The code is void, and no session of it is open.\n')
}
