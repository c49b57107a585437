import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillFinding } from '@freehold/contract/skill-report.ts'
import { Fault } from '../../../kernel/fault.ts'
import { createLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metrics.ts'
import { checkedOperations } from '../../kinds/checked.ts'
import { openKind } from '../../kinds/kinds.ts'
import type { SkillPackage } from '../../runner.ts'
import type { Sandboxes } from '../../sandboxes.ts'
import { openSandboxes } from '../../sandboxes.ts'
import { runSkillTests } from '../../testing/skill-tests.ts'
import type { Checked, CheckOptions } from '../check-skill.ts'
import { excerptOf } from '../excerpt.ts'
import { readManifestOf } from '../reading.ts'
import { ruleOf } from '../rules/all.ts'
import { tryOperation } from './calls.ts'
import type { OpenDoor } from './exposed.ts'
import { probeExposed } from './exposed.ts'
import { plantCanaries } from './canaries.ts'
import type { Shown } from './recorded.ts'
import { judgeRecord } from './recorded.ts'
import { recording } from './recording-sandboxes.ts'
import { knockWhile } from './unknown-callers.ts'

type Dynamic = NonNullable<CheckOptions['dynamic']>

/**
 * Runs a skill where it can do no harm, and tells what it tried. It is refused where there is no such place. What it
 * exposes is called behind the `door` by nobody that is known.
 */
export async function runDynamic(checked: Checked, door: OpenDoor): Promise<Dynamic> {
  const sandboxes = openSandboxes({
    settings: { isolateWorkers: 1, strong: 'auto' },
    directory: tmpdir(),
    node: process.execPath,
    metrics: createMetrics({ seriesCap: 100, process: false }),
  })
  try {
    return await runIn(sandboxes, checked, door)
  } finally {
    await sandboxes.close()
  }
}

/** The same in sandboxes that are open. */
export async function runIn(sandboxes: Sandboxes, checked: Checked, door: OpenDoor): Promise<Dynamic> {
  const { manifest } = readManifestOf(checked)
  if (manifest === null)
    return { ran: false, notes: ['There is no manifest, so nothing runs.'], findings: [] }
  const { files, digest } = checked
  const ran = await runPackage({ manifest, files, digest }, sandboxes)
  if (manifest.exposes.length === 0) return ran
  const opened = await door()
  try {
    const { shown, notes } = await probeExposed(manifest, opened)
    return {
      ran: ran.ran,
      notes: [...ran.notes, ...notes],
      findings: [...ran.findings, ...shown.map(finding)],
    }
  } finally {
    await opened.close()
  }
}

async function runPackage(skill: SkillPackage, sandboxes: Sandboxes): Promise<Dynamic> {
  const { manifest } = skill
  if (manifest.kind === 'prompt' || manifest.kind === 'workflow') {
    return { ran: false, notes: [`A skill of kind ${manifest.kind} runs nothing by itself.`], findings: [] }
  }
  if (needsStrong(manifest)) {
    const strong = await sandboxes.strong()
    const reason =
      strong.backend === null ? strong.reason : strong.canRecord ? null : 'strace is not installed.'
    if (reason !== null) {
      return {
        ran: false,
        notes: [`Not run: ${reason}`],
        findings: [finding({ rule: 'dynamic.refused', what: reason })],
      }
    }
  }
  return await watched(skill, sandboxes)
}

const needsStrong = (manifest: SkillManifest): boolean =>
  (manifest.kind === 'code' && manifest.code.sandbox === 'process') ||
  (manifest.kind === 'mcp' && manifest.mcp.transport === 'stdio')

async function watched(skill: SkillPackage, sandboxes: Sandboxes): Promise<Dynamic> {
  const canaries = await plantCanaries(tmpdir(), `canary${randomBytes(12).toString('hex')}`)
  const ports = {
    sandboxes: recording(sandboxes, canaries),
    log: createLog({ level: 'error', write: () => undefined }),
  }
  const found: Shown[] = []
  const notes: string[] = []
  const strong = needsStrong(skill.manifest) ? await sandboxes.strong() : null
  const callers = knockWhile({
    manifest: skill.manifest,
    running: () => ports.sandboxes.running(),
    canKnock: strong?.backend === 'bubblewrap' && strong.canKnock,
  })
  try {
    const tests = await runSkillTests(skill, ports)
    notes.push(`${tests.passed} of its own tests passed, ${tests.failed} failed.`)
    for (const { name, failure } of tests.results) {
      if (failure !== null) found.push({ rule: 'dynamic.test-failed', what: `${name}: ${failure}` })
    }
    const runner = await openKind(skill, ports)
    try {
      for (const operation of checkedOperations(skill).values()) {
        found.push(...(await tryOperation(operation, { manifest: skill.manifest, runner, canaries })))
      }
    } finally {
      // While its programs are still there.
      const heard = await callers.over()
      found.push(...heard.shown)
      notes.push(...heard.notes)
      await runner.close()
    }
    const records = await ports.sandboxes.records()
    for (const record of records) found.push(...judgeRecord(record, skill.manifest, canaries))
    if (records.length > 0) notes.push(`What ${records.length} programs of it called was recorded.`)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // It could not be opened, which is an answer too.
    found.push({ rule: 'dynamic.crashes', what: error.message })
  } finally {
    await callers.over()
    await canaries.remove()
  }
  const once = new Map(found.map((one) => [`${one.rule} ${one.what}`, one]))
  return { ran: true, notes, findings: [...once.values()].map(finding) }
}

function finding({ rule, what }: Shown): SkillFinding {
  const { act, evidence, says, advice } = ruleOf(rule)
  return {
    rule,
    act,
    evidence,
    path: '',
    line: 0,
    column: 0,
    excerpt: excerptOf(what),
    quoted: false,
    says,
    advice,
  }
}
