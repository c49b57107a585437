import { createHash } from 'node:crypto'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { z } from 'zod'
import { unfit } from '../installed/compatibility.ts'
import type { SkillPackage } from '../runner.ts'
import { narrowed, unkept } from './narrowing.ts'
import type { Schema, SkillSurface } from './surface.ts'

/** An installed skill, as an upgrade is tried on it. */
export interface Tried {
  readonly skill: SkillPackage
  /** Its own tests and calls that were kept, as the next version ran them; null where it could not be run there. */
  readonly results: readonly TestEnd[] | null
}

export interface TestEnd {
  readonly name: string
  readonly operation: string
  readonly failure: string | null
}

export interface Upgrade {
  /** The version of the platform that is asked about. */
  readonly version: string
  readonly before: SkillSurface
  readonly after: SkillSurface
}

export const FINDING_KINDS = ['compat', 'manifest', 'host', 'test'] as const

/** Something that would break. */
export interface UpgradeFinding {
  /** SHA-256 over the bundle and what is said of it: whoever lets it pass lets pass this and nothing else. */
  readonly id: string
  readonly skill: string
  readonly version: string
  readonly kind: (typeof FINDING_KINDS)[number]
  readonly what: string
}

/** What would break of this skill. */
export function judgeUpgrade(tried: Tried, { version, before, after }: Upgrade): readonly UpgradeFinding[] {
  const { skill, results } = tried
  const { manifest, digest } = skill
  const finding = (kind: UpgradeFinding['kind'], what: string): UpgradeFinding => ({
    id: createHash('sha256')
      .update(JSON.stringify([digest, kind, what]))
      .digest('hex'),
    skill: manifest.metadata.name,
    version: manifest.metadata.version,
    kind,
    what,
  })
  const misfit = unfit(manifest, version, after.skillApi)
  return [
    ...(misfit === null ? [] : [finding('compat', misfit)]),
    ...manifestMistakes(skill, after).map((what) => finding('manifest', what)),
    ...hostChanges(skill, before, after).map((what) => finding('host', what)),
    ...(results === null ? [finding('test', 'it could not be run')] : []),
    ...(results ?? []).flatMap(({ name, failure }) =>
      failure === null ? [] : [finding('test', `${name}: ${failure}`)],
    ),
  ]
}

const MOST_MISTAKES = 5
const compiled = new Map<string, ValidateFunction>()

/** What of its manifest the next version does not take, which is asked of what its author wrote. */
function manifestMistakes(
  { files, manifest: { kind } }: SkillPackage,
  { manifest }: SkillSurface,
): readonly string[] {
  const branch = branchOf(manifest, kind)
  if (branch === null) return [`skills of kind ${kind} are not there any more`]
  const isValid = validatorOf(branch)
  if (isValid(parse(files.get('skill.yaml')?.toString('utf8') ?? '', { maxAliasCount: 0 }))) return []
  const said = (isValid.errors ?? []).map(({ instancePath, message, params }) => {
    const extra: unknown = params['additionalProperty']
    const place = instancePath.slice(1).replaceAll('/', '.')
    const what = typeof extra === 'string' ? `${message}: ${extra}` : (message ?? 'is not valid')
    return `skill.yaml ${place === '' ? '' : `${place} `}${what}`
  })
  return [...new Set(said)].slice(0, MOST_MISTAKES)
}

/** The manifest of one kind, which is all that a skill is held against. */
function branchOf(manifest: Schema, kind: string): Schema | null {
  const branches: unknown = manifest['oneOf'] ?? manifest['anyOf']
  if (!Array.isArray(branches)) return manifest
  const found: unknown = branches.find((one) => kindShape.safeParse(one).data?.properties.kind.const === kind)
  // What fits the shape is an object.
  return found === undefined ? null : (found as Schema)
}
const kindShape = z.looseObject({ properties: z.looseObject({ kind: z.looseObject({ const: z.string() }) }) })

/** It is a schema because another version made it, and it is used once. */
const ajv = new Ajv2020({
  strict: false,
  validateFormats: false,
  validateSchema: false,
  addUsedSchema: false,
  allErrors: true,
  logger: false,
  code: { optimize: false },
})

function validatorOf(schema: Schema): ValidateFunction {
  const key = JSON.stringify(schema)
  const known = compiled.get(key)
  if (known) return known
  const made = ajv.compile(schema)
  compiled.set(key, made)
  return made
}

/** Host functions that its code names and that are others now. */
function hostChanges(
  { manifest, files }: SkillPackage,
  before: SkillSurface,
  after: SkillSurface,
): readonly string[] {
  if (manifest.kind !== 'code') return []
  const code = [...files]
    .filter(([path]) => path !== 'skill.yaml')
    .map(([, bytes]) => bytes.toString('utf8'))
    .join('\n')
  const said: string[] = []
  for (const [name, old] of Object.entries(before.host)) {
    const word = name.split('.').at(-1) ?? name
    if (!new RegExp(`\\b${word}\\b`).test(code)) continue
    const now = after.host[name]
    if (now === undefined) said.push(`the host function ${name} is not there any more`)
    else {
      for (const less of narrowed(old.takes, now.takes)) said.push(`${name} takes less: ${less}`)
      for (const other of unkept(old.gives, now.gives)) said.push(`${name} gives another answer: ${other}`)
    }
  }
  return said
}

/** What changes for skills, whether one that is installed uses it or not. */
export function surfaceChanges(before: SkillSurface, after: SkillSurface): readonly string[] {
  const host = Object.entries(before.host).flatMap(([name, old]) => {
    const now = after.host[name]
    if (now === undefined) return [`host function ${name}: is not there any more`]
    return [...narrowed(old.takes, now.takes), ...unkept(old.gives, now.gives)].map(
      (said) => `${name}: ${said}`,
    )
  })
  return [...narrowed(before.manifest, after.manifest), ...host]
}
