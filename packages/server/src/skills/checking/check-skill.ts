import { createHash } from 'node:crypto'
import type { SkillFinding, SkillReport } from '@freehold/contract/skill-report.ts'
import { SKILL_REPORT_VERSION } from '@freehold/contract/skill-report.ts'
import { permissionSummary } from '../manifest/permission-summary.ts'
import type { SkillPackage } from '../runner.ts'
import type { DocumentFinding } from './openapi.ts'
import { findInOpenapi } from './openapi.ts'
import { checkFile } from './check-file.ts'
import { excerptOf } from './excerpt.ts'
import { imitatedSkill } from './names.ts'
import { readManifestOf } from './reading.ts'
import { RULES_DIGEST, ruleOf } from './rules/all.ts'
import { findInManifest } from './semantics.ts'
import { isAboutHarm, ownershipOf } from './ownership.ts'
import { lineAt, readSkillFile } from './skill-file.ts'
import { verdictOf } from './verdict.ts'

/** What is checked: a package as it was read, or the files of a folder whose manifest may not be valid. */
export type Checked = Pick<SkillPackage, 'digest' | 'files'> & Partial<Pick<SkillPackage, 'manifest'>>

export interface CheckOptions {
  readonly scanner: string
  /** What a run in the strong sandbox found. */
  readonly dynamic?: {
    readonly ran: boolean
    readonly notes: readonly string[]
    readonly findings: readonly SkillFinding[]
  }
}

const MOST_FINDINGS = 500

/** Certifies a skill by its files alone: pure, and without a network. */
export function checkSkill(checked: Checked, { scanner, dynamic }: CheckOptions): SkillReport {
  const files = [...checked.files].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const read = files.map(([path, bytes]) => readSkillFile(path, bytes))
  const { manifest, name, isThere, problems } = readManifestOf(checked)
  const isPrompt = manifest === null ? isThere && problems.length === 0 : manifest.kind === 'prompt'
  const own = ownershipOf(manifest, name, checked.files)
  const isWatchful = isAboutHarm(manifest, checked.files)
  const findings: SkillFinding[] = [
    ...problems,
    ...read.flatMap((file) => checkFile(file, { manifest, own, isPrompt, isWatchful, files: checked.files })),
    ...(manifest
      ? [...findInManifest(manifest), ...findInOpenapi(manifest, checked.files)]
      : imitation(name)
    ).map((finding) => placed(finding, checked.files, isPrompt)),
    ...(dynamic?.findings ?? []),
  ]
  const { verdict, reasons } = verdictOf(findings)
  const order = ['block', 'suspect', 'review', 'note']
  const listed = findings.toSorted(
    (one, other) =>
      order.indexOf(one.act) - order.indexOf(other.act) ||
      Number(one.path > other.path) - Number(one.path < other.path) ||
      one.line - other.line ||
      Number(one.rule > other.rule) - Number(one.rule < other.rule),
  )
  return {
    version: SKILL_REPORT_VERSION,
    scanner: { version: scanner, rules: RULES_DIGEST },
    skill: {
      name,
      version: manifest?.metadata.version ?? '',
      publisher: manifest?.metadata.publisher ?? '',
      kind: manifest?.kind ?? null,
      digest: checked.digest,
    },
    verdict,
    reasons: [...reasons],
    findings: listed.slice(0, MOST_FINDINGS),
    unlisted: Math.max(0, listed.length - MOST_FINDINGS),
    permissions: manifest ? permissionSummary(manifest).map(({ words }) => words) : [],
    files: read.map(({ path, bytes }) => ({
      path,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    dynamic: dynamic ? { ran: dynamic.ran, notes: [...dynamic.notes] } : null,
  }
}

function imitation(name: string): readonly DocumentFinding[] {
  return imitatedSkill(name) === null ? [] : [{ rule: 'name.imitates-skill', path: 'SKILL.md', words: name }]
}

function placed(
  { rule, path, words }: DocumentFinding,
  files: ReadonlyMap<string, Buffer>,
  isPrompt: boolean,
): SkillFinding {
  const known = ruleOf(rule)
  const bytes = files.get(path)
  const file = bytes ? readSkillFile(path, bytes) : null
  const offset = file?.text.indexOf(words) ?? -1
  const line = file && offset >= 0 ? lineAt(file.lines, offset) : -1
  return {
    rule,
    act: (isPrompt ? known.inPrompt : undefined) ?? known.act,
    evidence: known.evidence,
    path,
    line: line + 1,
    column: file && line >= 0 ? offset - (file.lines[line] ?? 0) + 1 : 0,
    excerpt: excerptOf(words),
    quoted: false,
    says: known.says,
    advice: known.advice,
  }
}
