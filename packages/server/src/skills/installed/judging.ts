import type { SkillLevel } from '@freehold/contract/skills.ts'
import { Fault } from '../../kernel/fault.ts'
import { readBundle } from '../bundle/bundle.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import type { Envelope } from '../signing/envelope.ts'
import { readEnvelope } from '../signing/envelope.ts'
import type { Revocations } from '../signing/revocations.ts'
import type { TrustRoot } from '../signing/trust-root.ts'
import { verifyBundle } from '../signing/verify-bundle.ts'
import type { InstallingRooms, Judged } from './installing.ts'

/** What a check of a skill comes to. */
export interface Checked {
  readonly verdict: Judged['verdict']
  readonly report: unknown
}

/** A bundle with what was said about it. */
export interface Fetched {
  readonly bytes: Buffer
  readonly envelopes: readonly Envelope[]
}

export interface JudgingRooms {
  readonly trust: () => TrustRoot
  readonly revocations: () => Revocations
  readonly now: () => number
  readonly check: (skill: SkillPackage) => Promise<Checked>
  /** By its name out of a repository. @throws Fault `not_found`, `not_offered` where there is none */
  readonly fetch: (name: string, version: string | undefined) => Promise<Fetched>
}

/** A bundle with its manifest read, its short forms written out. @throws Fault `invalid` with the line of each mistake */
export function readSkill(bytes: Buffer): SkillPackage {
  const skill = readBundle(bytes)
  return {
    ...skill,
    manifest: readManifest(skill.files.get('skill.yaml')?.toString('utf8') ?? '', skill.files),
  }
}

/** Looks at everything that is sent, or fetched, before anything of it is believed. */
export const createJudge =
  ({ trust, revocations, now, check, fetch }: JudgingRooms): InstallingRooms['judge'] =>
  async (sent, policy: SkillLevel): Promise<Judged> => {
    const { bytes, envelopes } = await fetched(sent, fetch)
    const { level } = verifyBundle(bytes, envelopes, {
      trust: trust(),
      revocations: revocations(),
      policy,
      now: now(),
    })
    const skill = readSkill(bytes)
    return { skill, bytes, level, ...(await check(skill)) }
  }

async function fetched(
  { bundle, name, version, attestations = [] }: Parameters<InstallingRooms['judge']>[0],
  fetch: JudgingRooms['fetch'],
): Promise<Fetched> {
  if (bundle !== undefined)
    return { bytes: Buffer.from(bundle, 'base64'), envelopes: attestations.map(readEnvelope) }
  if (name !== undefined) return fetch(name, version)
  throw new Fault('invalid', 'bundle: send a bundle, or name a skill of the repository.', { param: 'bundle' })
}
