import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillFinding } from '@freehold/contract/skill-report.ts'
import type { ManifestProblem } from '../manifest/manifest-problem.ts'
import { inspectManifest, MANIFEST_FILE } from '../manifest/read-manifest.ts'
import type { Checked } from './check-skill.ts'
import { excerptOf } from './excerpt.ts'
import { ruleOf } from './rules/all.ts'

interface ReadSkill {
  /** Null for a folder with a SKILL.md only, and where it is not valid. */
  readonly manifest: SkillManifest | null
  readonly name: string
  /** Whether there is a skill at all. */
  readonly isThere: boolean
  readonly problems: readonly SkillFinding[]
}

/** The manifest of what is checked; a folder with a SKILL.md only is a prompt that may do nothing. */
export function readManifestOf({ manifest: given, files }: Checked): ReadSkill {
  const text = files.get(MANIFEST_FILE)?.toString('utf8')
  // Other platforms have files of that name too; theirs says nothing here.
  const isForeign = text !== undefined && !text.includes('freehold.dev/') && skillMdOf(files) !== undefined
  if (text === undefined || isForeign) return given ? named(given, []) : readSkillMd(files)
  const { manifest, problems } = inspectManifest(text, files)
  return named(manifest ?? given ?? null, problems.map(finding))
}

const named = (manifest: SkillManifest | null, problems: readonly SkillFinding[]): ReadSkill => ({
  manifest,
  name: manifest?.metadata.name ?? '',
  isThere: true,
  problems,
})

export const skillMdOf = (files: ReadonlyMap<string, Buffer>): string | undefined =>
  [...files.keys()].find((path) => /^skill\.md$/i.test(path))

function readSkillMd(files: ReadonlyMap<string, Buffer>): ReadSkill {
  const path = skillMdOf(files)
  if (path === undefined) {
    const missing = ruleOf('manifest.missing')
    const place = { path: '', line: 0, column: 0, excerpt: '', quoted: false }
    const { act, evidence, says, advice } = missing
    const problem = { rule: 'manifest.missing', act, evidence, says, advice, ...place }
    return { manifest: null, name: '', isThere: false, problems: [problem] }
  }
  const text = files.get(path)?.toString('utf8') ?? ''
  const name =
    /^---\r?\n(?:[^\r\n]{0,2000}\r?\n){0,40}?name:\s{0,4}["']?([^"'\r\n]{1,128})/.exec(text)?.[1]?.trim() ??
    ''
  return { manifest: null, name, isThere: true, problems: [] }
}

/** What the reader of manifests says, as a finding; it names the field and what would be right. */
function finding(problem: ManifestProblem): SkillFinding {
  const rule = problem.level === 'error' ? 'manifest.invalid' : 'manifest.questionable'
  const { act, evidence, says, advice } = ruleOf(rule)
  return {
    rule,
    act,
    evidence,
    path: MANIFEST_FILE,
    line: problem.line ?? 0,
    column: problem.column ?? 0,
    excerpt: excerptOf(`${problem.rule}: ${problem.path} ${problem.message}`),
    quoted: false,
    says,
    advice,
  }
}
