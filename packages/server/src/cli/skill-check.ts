import { lstat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { SkillVerdict } from '@freehold/contract/skill-report.ts'
import { digestOf, readBundle } from '../skills/bundle/bundle.ts'
import { readFolder } from '../skills/bundle/pack.ts'
import type { Checked } from '../skills/checking/check-skill.ts'
import { checkSkill } from '../skills/checking/check-skill.ts'
import { folderDigest } from '../skills/checking/folder-digest.ts'
import { reportDigest } from '../skills/checking/report-digest.ts'
import { sarifOf } from '../skills/checking/sarif.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { programVersion } from './program-version.ts'
import { readBytes } from './skill-files.ts'
import { textOf } from './skill-report-text.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const EXITS: Readonly<Record<SkillVerdict, number>> = {
  pass: EXIT.ok.code,
  review: EXIT.review.code,
  block: EXIT.refused.code,
}

type CheckTerminal = Pick<Terminal, 'cwd' | 'out' | 'env'>

/** Certifies a skill here: no server, no data directory, no network. */
export const skillCheck: Command & {
  readonly run: (args: readonly string[], terminal: CheckTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Check a skill: manifest, secrets, code, texts, dependencies and names, without a network',
    usage: 'freehold skill check DIR|FILE.skill.tar [--dynamic] [--all] [--zh] [--json | --sarif]',
    options: {
      DIR: 'a folder with skill.yaml or SKILL.md in it',
      'FILE.skill.tar': 'what freehold skill pack made',
      '--dynamic': 'also run it in the strong sandbox with planted secrets, and look what it does',
      '--all': 'also findings that change nothing',
      '--zh': 'in Chinese',
      '--json': 'the report as one line of JSON, with its digest',
      '--sarif': 'findings as SARIF 2.1.0, for code hosts and editors',
    },
    examples: ['freehold skill check order-lookup', 'freehold skill check order-lookup --json'],
  }),
  run: checkCommand,
}

/** @returns 0 it passes, 1 it is blocked, 7 a person has to decide @throws UsageError, Fault */
async function checkCommand(args: readonly string[], terminal: CheckTerminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      dynamic: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      zh: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sarif: { type: 'boolean', default: false },
    },
  })
  exactly(positionals, ['DIR|FILE'], 'skill check')
  if (values.json && values.sarif) throw new UsageError('--json and --sarif exclude each other')
  const { out, cwd, env } = terminal
  const checked = await read(positionals[0] ?? '', cwd)
  const scanner = programVersion()
  const dynamic = values.dynamic ? await run(checked) : undefined
  const report = checkSkill(checked, { scanner, ...(dynamic && { dynamic }) })
  if (values.json) out(`${JSON.stringify({ ...report, digest: reportDigest(report) })}\n`)
  else if (values.sarif) out(`${JSON.stringify(sarifOf(report))}\n`)
  else {
    const isColoured = process.stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb'
    out(textOf(report, { language: values.zh ? 'zh' : 'en', all: values.all, isColoured }))
  }
  return EXITS[report.verdict]
}

/** What only this needs is loaded only for it. */
async function run(checked: Checked) {
  const { runDynamic } = await import('../skills/checking/dynamic/run-dynamic.ts')
  return await runDynamic(checked, async () => {
    const { nobodyKnown, openExposedDoor } = await import('../http/exposed-door.ts')
    return await openExposedDoor(nobodyKnown())
  })
}

async function read(path: string, cwd: string): Promise<Checked> {
  const at = resolve(cwd, path)
  const found = await lstat(at).catch(() => null)
  if (found === null) throw new UsageError(`there is no file or folder ${path}`)
  if (!found.isDirectory()) {
    const bytes = readBytes(path, { cwd })
    return { ...readBundle(bytes), digest: digestOf(bytes) }
  }
  const { files } = await readFolder(at)
  return { files, digest: folderDigest(files) }
}
