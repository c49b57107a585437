import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { semver } from '@freehold/contract/skill-manifest.ts'
import type { SkillExport } from '@freehold/contract/skills.ts'
import { readSkill } from '../skills/installed/judging.ts'
import { runSkillTests } from '../skills/testing/skill-tests.ts'
import type { TestEnd, UpgradeFinding } from '../skills/upgrade/judge-upgrade.ts'
import { judgeUpgrade, surfaceChanges } from '../skills/upgrade/judge-upgrade.ts'
import { NextProgram } from '../skills/upgrade/next-program.ts'
import type { SkillSurface } from '../skills/upgrade/surface.ts'
import { skillSurface } from '../skills/upgrade/surface.ts'
import type { SkillPackage } from '../skills/runner.ts'
import type { Client } from './client.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { programVersion } from './program-version.ts'
import { at } from './skill-remote.ts'
import { withTestPorts } from './skill-test-ports.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type UpgradeTerminal = Pick<Terminal, 'out' | 'err' | 'cwd'> & { readonly client: Pick<Client, 'call'> }

const OPTIONS = {
  against: { type: 'string' },
  skill: { type: 'string' },
  reason: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof read>['values']
const read = (args: readonly string[]) =>
  parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })

/** Says what another version would break, before it is installed. */
export const upgrade: Command & {
  readonly run: (args: readonly string[], terminal: UpgradeTerminal) => Promise<number>
} = {
  help: helpText({
    summary:
      'Try another version of Freehold on every skill that is installed, before it is installed itself',
    usage: [
      'freehold upgrade check [--against DIR | VERSION] [--json]',
      'freehold upgrade allow FINDING --skill NAME --reason TEXT',
      'freehold upgrade exceptions [--json]',
    ].join('\n       '),
    options: {
      '--against DIR': 'where the other version lies: a checkout, or an installation',
      '--against VERSION':
        'only whether the skills say that they run on that version (default: this version, with its tests)',
      FINDING: 'the id of a finding, whole as --json prints it: from then on it stops no upgrade',
      '--skill NAME': 'of the finding',
      '--reason TEXT': 'why; it is kept encrypted, and the decision stands on record',
      '--json': 'one line of JSON',
    },
    examples: [
      'freehold upgrade check --against ../freehold-2.0.0',
      'freehold upgrade check --against 2.0.0 --json',
      'freehold upgrade allow 4f2a… --skill orders --reason "ticket 42: replaced next week"',
    ],
  }),
  run: upgradeCommand,
}

/** @returns 0 nothing breaks, 1 something does @throws UsageError, RefusedError, Fault */
async function upgradeCommand(args: readonly string[], terminal: UpgradeTerminal): Promise<number> {
  const { values, positionals } = read(args)
  const [verb, ...words] = positionals
  if (verb === 'check') return check(words, values, terminal)
  if (verb === 'allow') return allow(words, values, terminal)
  if (verb === 'exceptions') return exceptions(words, values, terminal)
  throw new UsageError('say what to do: freehold upgrade check, allow or exceptions')
}

/** The version that is asked about. */
interface Next {
  readonly version: string
  readonly surface: SkillSurface
  readonly test: (skill: SkillPackage, fixtures: readonly object[]) => Promise<readonly TestEnd[] | null>
}

async function check(words: readonly string[], values: Values, terminal: UpgradeTerminal): Promise<number> {
  exactly(words, [], 'upgrade check')
  const { client, out } = terminal
  const next = await nextOf(values.against, terminal)
  const before = skillSurface()
  const findings: UpgradeFinding[] = []
  const skills = await exported(client)
  for (const { bundle, fixtures } of skills) {
    const skill = readSkill(Buffer.from(bundle, 'base64'))
    const results = await next.test(skill, fixtures)
    findings.push(...judgeUpgrade({ skill, results }, { version: next.version, before, after: next.surface }))
  }
  const { method, path, output } = OPERATIONS['upgrade.exceptions']
  const allowed = new Set(output.parse(await client.call(method, path)).data.map(({ finding }) => finding))
  const blocking = findings.filter(({ id }) => !allowed.has(id))
  const changes = surfaceChanges(before, next.surface)
  if (values.json)
    out(
      `${JSON.stringify({ version: next.version, skills: skills.length, findings, blocking: blocking.length, changes })}\n`,
    )
  else tell({ next, skills: skills.length, findings, allowed, changes }, out)
  return blocking.length === 0 ? EXIT.ok.code : EXIT.refused.code
}

async function nextOf(against: string | undefined, { cwd, err }: UpgradeTerminal): Promise<Next> {
  if (against === undefined)
    return {
      version: programVersion(),
      surface: skillSurface(),
      test: (skill, fixtures) => testedHere(skill, fixtures, err),
    }
  const directory = resolve(cwd, against)
  if (existsSync(directory) && statSync(directory).isDirectory()) {
    const program = new NextProgram(directory, process.execPath)
    return {
      version: await program.version(),
      surface: await program.surface(),
      test: (skill, fixtures) => program.test(skill, fixtures),
    }
  }
  if (!semver.safeParse(against).success) throw new UsageError(`${against} is no directory and no version`)
  // Without the program nothing of it can be run.
  return { version: against, surface: skillSurface(), test: async () => [] }
}

async function testedHere(
  skill: SkillPackage,
  fixtures: readonly object[],
  err: (line: string) => void,
): Promise<readonly TestEnd[]> {
  const kept = fixtures.map((one, place) => ({ name: `a call that was kept (${place + 1})`, ...one }))
  // What the server hands out was read by the same schema.
  const tests = [...skill.manifest.tests, ...kept] as SkillPackage['manifest']['tests']
  const whole = { ...skill, manifest: { ...skill.manifest, tests } }
  const { results } = await withTestPorts(err, (ports) => runSkillTests(whole, ports))
  return results
}

async function exported(client: UpgradeTerminal['client']): Promise<readonly SkillExport[]> {
  const list = OPERATIONS['skill.list']
  const { data } = list.output.parse(await client.call(list.method, list.path))
  const { method, path, output } = OPERATIONS['skill.export']
  const found: SkillExport[] = []
  for (const { name, active } of data)
    if (active !== null) found.push(output.parse(await client.call(method, at(path, name))))
  return found
}

interface Told {
  readonly next: Next
  readonly skills: number
  readonly findings: readonly UpgradeFinding[]
  readonly allowed: ReadonlySet<string>
  readonly changes: readonly string[]
}

function tell({ next, skills, findings, allowed, changes }: Told, out: (text: string) => void): void {
  out(`Freehold ${next.version}, tried on ${skills} skill${skills === 1 ? '' : 's'}.\n`)
  if (changes.length > 0) {
    out('\nFor skills this changes:\n')
    for (const change of changes.slice(0, 20)) out(`  - ${change}\n`)
  }
  if (findings.length === 0) return out('Nothing breaks.\n')
  const rows = findings.map((one) => [
    one.id,
    `${one.skill} ${one.version}`,
    one.kind,
    allowed.has(one.id) ? 'allowed' : 'stops',
    one.what,
  ])
  out(`\n${alignedTable([['FINDING', 'SKILL', 'KIND', '', 'WHAT BREAKS'], ...rows])}`)
  if (findings.some(({ id }) => !allowed.has(id)))
    out(
      '\nStay with this version, or update these skills first. To go on all the same: freehold upgrade allow FINDING --skill NAME --reason TEXT\n',
    )
}

async function allow(
  words: readonly string[],
  values: Values,
  { client, out }: UpgradeTerminal,
): Promise<number> {
  exactly(words, ['FINDING'], 'upgrade allow')
  if (values.skill === undefined || values.reason === undefined)
    throw new UsageError('say of which skill and why: --skill NAME --reason TEXT')
  const { method, path, output } = OPERATIONS['upgrade.except']
  const body = { finding: words[0], skill: values.skill, reason: values.reason }
  const made = output.parse(await client.call(method, path, body))
  out(`${made.finding.slice(0, 12)} of ${made.skill} stops no upgrade any more.\n`)
  return EXIT.ok.code
}

async function exceptions(
  words: readonly string[],
  { json }: Values,
  { client, out }: UpgradeTerminal,
): Promise<number> {
  exactly(words, [], 'upgrade exceptions')
  const { method, path, output } = OPERATIONS['upgrade.exceptions']
  const { data } = output.parse(await client.call(method, path))
  if (json) out(`${JSON.stringify({ data })}\n`)
  else if (data.length === 0) out('None.\n')
  else {
    const rows = data.map((one) => [one.finding.slice(0, 12), one.skill, one.by, one.at, one.reason])
    out(alignedTable([['FINDING', 'SKILL', 'BY', 'AT', 'REASON'], ...rows]))
  }
  return EXIT.ok.code
}
