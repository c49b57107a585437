import { z } from 'zod'
import { compareVersions } from '../manifest/version-range.ts'
import { accessOf } from '../kinds/access.ts'
import type { SkillPackage } from '../runner.ts'
import type { Listing, Signed } from './metadata.ts'
import { listing } from './metadata.ts'

type Targets = Signed<'targets'>['targets']

/** A skill as a catalogue lists it. */
export interface ListedSkill extends Listing {
  /** SHA-256 of the bundle. */
  readonly digest: string
  readonly length: number
}

/** The list of what was revoked, among the targets. */
export const REVOCATIONS = 'revocations.intoto.jsonl'
export const targetOf = ({ name, version }: Pick<Listing, 'name' | 'version'>): string =>
  `${name}/${version}.skill.tar`

const custom = z.looseObject({ freehold: listing })

/** What is no skill, or one of a later version of the platform, is passed over. */
export function skillsIn(targets: Targets): readonly ListedSkill[] {
  return Object.entries(targets).flatMap(([path, { length, hashes, custom: more }]) => {
    const read = custom.safeParse(more)
    if (!read.success || targetOf(read.data.freehold) !== path) return []
    return [{ ...read.data.freehold, digest: hashes.sha256, length }]
  })
}

/** The entry of a bundle in the targets. */
export function targetEntry(
  skill: SkillPackage,
  stored: { readonly length: number; readonly manifest: string },
  proven: Pick<Listing, 'level' | 'verdict'> = {},
): Targets {
  const { length, manifest } = stored
  const freehold: Listing = { ...listingOf(skill), ...proven, manifest }
  return {
    [targetOf(freehold)]: { length, hashes: { sha256: skill.digest }, custom: { freehold } },
  }
}

/** What a catalogue says of a skill by itself. */
export function listingOf(skill: SkillPackage): Omit<Listing, 'manifest' | 'level' | 'verdict'> {
  const { kind, metadata } = skill.manifest
  const { name, version, publisher, title, description, keywords, zh } = metadata
  return {
    name,
    version,
    publisher,
    kind,
    title,
    description,
    keywords,
    ...(zh !== undefined && { zh }),
    access: accessOf(skill),
  }
}

/** Newest version of each name that all the words stand in, those first that are called so. */
export function searchSkills(skills: readonly ListedSkill[], words: string): readonly ListedSkill[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const newest = new Map<string, ListedSkill>()
  for (const one of skills) {
    const other = newest.get(one.name)
    if (other === undefined || isNewer(one.version, other.version)) newest.set(one.name, one)
  }
  const textOf = (one: ListedSkill): string =>
    [one.name, one.title, one.description, one.zh?.title, one.zh?.description, one.publisher, one.kind]
      .concat(one.keywords)
      .join('\n')
      .toLowerCase()
  const named = (one: ListedSkill): number => wanted.filter((word) => one.name.includes(word)).length
  return [...newest.values()]
    .filter((one) => wanted.every((word) => textOf(one).includes(word)))
    .sort((a, b) => named(b) - named(a) || (a.name < b.name ? -1 : 1))
}

/** The version that was asked for, else the newest that is no preview, else the newest. */
export function chosenVersion(
  skills: readonly ListedSkill[],
  name: string,
  version: string | null,
): ListedSkill | null {
  const all = skills.filter((one) => one.name === name && (version === null || one.version === version))
  return all.reduce<ListedSkill | null>(
    (best, one) => (best === null || isNewer(one.version, best.version) ? one : best),
    null,
  )
}

function isNewer(one: string, other: string): boolean {
  const [isPreview, wasPreview] = [one.includes('-'), other.includes('-')]
  return isPreview === wasPreview ? compareVersions(one, other) > 0 : wasPreview
}
