import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import type { SkillTerminal } from './skill-remote.ts'
import { at, detailFrom, digestIn, tell, tellWhole } from './skill-remote.ts'
import { alignedTable } from './table.ts'
import type { Command } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type Remote = Command & {
  readonly run: (args: readonly string[], terminal: SkillTerminal) => Promise<number>
}

const JSON_OPTION = { '--json': 'one line of JSON, as the API answers' }
const NAME = { NAME: 'the name of the skill' }
const VERSION = { VERSION: 'a version that is installed, as its number or the beginning of its digest' }

const OPTIONS = {
  share: { type: 'string' },
  for: { type: 'string', multiple: true },
  hours: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof read>['values']
const read = (args: readonly string[]) =>
  parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })

interface Verb {
  readonly summary: string
  readonly usage: string
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string>>
  readonly examples: readonly string[]
  /** Options of this verb besides `json`. */
  readonly takes?: readonly string[]
  readonly act: (words: readonly string[], values: Values, terminal: SkillTerminal) => Promise<void>
}

/** A command on a skill that is installed. */
const remote = ({ summary, usage, words, options, examples, takes = [], act }: Verb): Remote => ({
  help: helpText({
    summary,
    usage: `freehold skill ${usage}`,
    options: { ...options, ...JSON_OPTION },
    examples,
  }),
  async run(args, terminal) {
    const { values, positionals } = read(args)
    const strange = Object.keys(values).find((name) => name !== 'json' && !takes.includes(name))
    if (strange !== undefined)
      throw new UsageError(`--${strange} does not belong to "skill ${usage.split(' ')[0]}"`)
    exactly(positionals, [...words], `skill ${usage.split(' ')[0]}`)
    await act(positionals, values, terminal)
    return EXIT.ok.code
  },
})

export const skillList = remote({
  summary: 'List the skills of a server',
  usage: 'list [--json]',
  words: [],
  options: {},
  examples: ['freehold skill list'],
  async act(_, { json }, { client, out }) {
    const { method, path, output } = OPERATIONS['skill.list']
    const { data } = output.parse(await client.call(method, path))
    if (json) return out(`${JSON.stringify({ data })}\n`)
    if (data.length === 0) return out('No skills. Install one with: freehold skill install SOURCE\n')
    const rows = data.map((one) => [
      one.name,
      one.version ?? '-',
      one.kind,
      one.isUsable ? 'yes' : one.state === 'enabled' ? 'waits for a yes' : one.state,
      one.canary === null ? '-' : `${one.canary.share} %`,
      one.title,
    ])
    out(alignedTable([['NAME', 'VERSION', 'KIND', 'CALLED', 'CANARY', 'TITLE'], ...rows]))
  },
})

export const skillShow = remote({
  summary: 'Show a skill: its versions, what it may do, and its operations',
  usage: 'show NAME [--json]',
  words: ['NAME'],
  options: NAME,
  examples: ['freehold skill show order-lookup'],
  async act([name = ''], { json }, terminal) {
    const detail = await detailFrom(terminal, name)
    if (json) return terminal.out(`${JSON.stringify(detail)}\n`)
    tellWhole(detail, terminal)
  },
})

export const skillApprove = remote({
  summary: 'Say yes to what a version of a skill may do',
  usage: 'approve NAME VERSION [--json]',
  words: ['NAME', 'VERSION'],
  options: { ...NAME, ...VERSION },
  examples: ['freehold skill approve order-lookup 1.1.0'],
  act: ([name = '', version = ''], values, terminal) =>
    onVersion('skill.approve', { name, version, values, terminal }),
})

export const skillSwitch = remote({
  summary: 'Call another version of a skill that is installed',
  usage: 'switch NAME VERSION [--json]',
  words: ['NAME', 'VERSION'],
  options: { ...NAME, ...VERSION },
  examples: ['freehold skill switch order-lookup 1.1.0'],
  async act([name = '', version = ''], values, terminal) {
    const active = digestIn(await detailFrom(terminal, name), version)
    await change(name, { active }, { values, terminal })
  },
})

export const skillEnable = remote({
  summary: 'Switch a skill on again',
  usage: 'enable NAME [--json]',
  words: ['NAME'],
  options: NAME,
  examples: ['freehold skill enable order-lookup'],
  act: ([name = ''], values, terminal) => change(name, { state: 'enabled' }, { values, terminal }),
})

export const skillDisable = remote({
  summary: 'Switch a skill off: its calls end, and it is no tool any more',
  usage: 'disable NAME [--json]',
  words: ['NAME'],
  options: NAME,
  examples: ['freehold skill disable order-lookup'],
  act: ([name = ''], values, terminal) => change(name, { state: 'disabled' }, { values, terminal }),
})

export const skillCanary = remote({
  summary: 'Try a version on some calls; it is taken back by itself when it does worse',
  usage: 'canary NAME VERSION [--share PERCENT] [--for MEMBER]… [--json]',
  words: ['NAME', 'VERSION'],
  options: {
    ...NAME,
    ...VERSION,
    '--share PERCENT': 'of calls (default: 10)',
    '--for MEMBER': 'who always gets it: user:ID, group:ID, service:ID or key:ID; repeat it',
  },
  examples: ['freehold skill canary order-lookup 1.1.0 --share 20'],
  takes: ['share', 'for'],
  act: ([name = '', version = ''], values, terminal) =>
    onVersion('skill.canary', {
      name,
      version,
      values,
      terminal,
      more: {
        ...(values.share !== undefined && { share: Number(values.share) }),
        ...(values.for !== undefined && { principals: values.for }),
      },
    }),
})

export const skillRollback = remote({
  summary: 'End the canary of a skill, or go back to the version before',
  usage: 'rollback NAME [--json]',
  words: ['NAME'],
  options: NAME,
  examples: ['freehold skill rollback order-lookup'],
  async act([name = ''], values, terminal) {
    const { method, path } = OPERATIONS['skill.rollback']
    tell(await terminal.client.call(method, at(path, name)), values, terminal)
  },
})

export const skillRevoke = remote({
  summary: 'Revoke a version: its calls end, and it is never called again',
  usage: 'revoke NAME VERSION [--json]',
  words: ['NAME', 'VERSION'],
  options: { ...NAME, ...VERSION },
  examples: ['freehold skill revoke order-lookup 1.1.0'],
  async act([name = '', version = ''], { json }, terminal) {
    const digest = digestIn(await detailFrom(terminal, name), version)
    const { method, path, output } = OPERATIONS['skill.revoke']
    const revoked = output.parse(await terminal.client.call(method, path, { digest }))
    terminal.out(json ? `${JSON.stringify(revoked)}\n` : `${name} ${version} is revoked.\n`)
  },
})

export const skillRemove = remote({
  summary: 'Remove a skill with all its versions, its secrets and what it kept',
  usage: 'remove NAME [--json]',
  words: ['NAME'],
  options: NAME,
  examples: ['freehold skill remove order-lookup'],
  async act([name = ''], { json }, { client, out }) {
    const { method, path } = OPERATIONS['skill.remove']
    await client.call(method, at(path, name))
    out(json ? `${JSON.stringify({ name, removed: true })}\n` : `${name} is removed.\n`)
  },
})

export const skillFigures = remote({
  summary: 'Show how calls of each version of a skill went',
  usage: 'figures NAME [--hours HOURS] [--json]',
  words: ['NAME'],
  options: { ...NAME, '--hours HOURS': 'of so many hours (default: 24, at most 168)' },
  examples: ['freehold skill figures order-lookup --hours 2'],
  takes: ['hours'],
  async act([name = ''], { json, hours }, { client, out }) {
    const { method, path, output } = OPERATIONS['skill.figures']
    const query = hours === undefined ? '' : `?hours=${encodeURIComponent(hours)}`
    const found = output.parse(await client.call(method, at(path, name) + query))
    if (json) return out(`${JSON.stringify(found)}\n`)
    const right = ['CALLS', 'FAILED', 'P50 MS', 'P95 MS']
    const rows = found.versions.map((one) => [
      one.version,
      one.digest.slice(0, 12),
      String(one.calls),
      String(one.failed),
      String(one.p50Ms ?? '-'),
      String(one.p95Ms ?? '-'),
    ])
    out(alignedTable([['VERSION', 'DIGEST', ...right], ...rows], right))
  },
})

interface Named {
  readonly name: string
  readonly version: string
  readonly values: Values
  readonly terminal: SkillTerminal
  readonly more?: object
}

async function onVersion(
  operation: 'skill.approve' | 'skill.canary',
  { name, version, values, terminal, more = {} }: Named,
): Promise<void> {
  const digest = digestIn(await detailFrom(terminal, name), version)
  const { method, path } = OPERATIONS[operation]
  tell(await terminal.client.call(method, at(path, name), { digest, ...more }), values, terminal)
}

async function change(
  name: string,
  wish: object,
  { values, terminal }: Pick<Named, 'values' | 'terminal'>,
): Promise<void> {
  const { method, path } = OPERATIONS['skill.change']
  tell(await terminal.client.call(method, at(path, name), wish), values, terminal)
}
