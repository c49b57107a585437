import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillFinding } from '@freehold/contract/skill-report.ts'
import { parse } from 'yaml'
import type { Checked } from './check-skill.ts'
import { excerptOf } from './excerpt.ts'
import { RULES } from './rules/all.ts'

export interface ReadSkill {
  /** Null for a folder with a SKILL.md only, and where it is not valid. */
  readonly manifest: SkillManifest | null
  readonly name: string
  readonly problems: readonly SkillFinding[]
}

const MOST_PROBLEMS = 20

/** The manifest of what is checked; a folder with a SKILL.md only is a prompt that may do nothing. */
export function readManifestOf({ manifest, files }: Checked): ReadSkill {
  if (manifest) return { manifest, name: manifest.metadata.name, problems: [] }
  const text = files.get('skill.yaml')?.toString('utf8')
  if (text === undefined) return readSkillMd(files)
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 100 })
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { manifest: null, name: '', problems: [problem('manifest.invalid', 'skill.yaml', why)] }
  }
  const read = skillManifest.safeParse(value)
  if (read.success) return { manifest: read.data, name: read.data.metadata.name, problems: [] }
  const problems = read.error.issues
    .slice(0, MOST_PROBLEMS)
    .map((issue) => problem('manifest.invalid', 'skill.yaml', `${issue.path.join('.')}: ${issue.message}`))
  return { manifest: null, name: '', problems }
}

function readSkillMd(files: ReadonlyMap<string, Buffer>): ReadSkill {
  const path = [...files.keys()].find((one) => /^skill\.md$/i.test(one))
  if (path === undefined) return { manifest: null, name: '', problems: [problem('manifest.missing', '', '')] }
  const text = files.get(path)?.toString('utf8') ?? ''
  const name =
    /^---\r?\n(?:[^\n]{0,2000}\r?\n){0,40}?name:\s{0,4}["']?([^"'\r\n]{1,128})/.exec(text)?.[1]?.trim() ?? ''
  return { manifest: null, name, problems: [] }
}

function problem(rule: 'manifest.missing' | 'manifest.invalid', path: string, why: string): SkillFinding {
  const known = RULES[rule]
  if (!known) throw new Error(`there is no rule ${rule}`)
  return {
    rule,
    act: known.act,
    evidence: known.evidence,
    path,
    line: 0,
    column: 0,
    excerpt: excerptOf(why),
    quoted: false,
    says: known.says,
    advice: known.advice,
  }
}
