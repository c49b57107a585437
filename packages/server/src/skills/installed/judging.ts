import { BUILT_IN, SENT } from '@freehold/contract/skill-shop.ts'
import type { SkillLevel } from '@freehold/contract/skills.ts'
import { Fault } from '../../kernel/fault.ts'
import { readBundle } from '../bundle/bundle.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { Believed } from '../repositories.ts'
import type { SkillPackage } from '../runner.ts'
import type { Envelope } from '../signing/envelope.ts'
import { readEnvelope } from '../signing/envelope.ts'
import type { Revoked } from '../signing/revocations.ts'
import type { Verified } from '../signing/verify-bundle.ts'
import { revokedFault } from '../signing/verify-bundle.ts'
import type { InstallingRooms, Judged } from './installing.ts'

export interface JudgingRooms {
  readonly repositories: {
    fetch(
      wanted: { readonly name: string; readonly version?: string; readonly from?: string },
      policy: SkillLevel,
    ): Promise<From>
    revoked(bundle: { readonly name: string; readonly digest: string }): Promise<Revoked | null>
    judge(bytes: Buffer, envelopes: readonly Envelope[], policy: SkillLevel): Promise<Verified>
  }
  /** What comes along. */
  readonly builtIn: { find(name: string, version: string | undefined): Promise<Believed | null> }
  readonly check: (bundle: Buffer) => Promise<Judged['report']>
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
  ({ check, ...sources }: JudgingRooms): InstallingRooms['judge'] =>
  async (sent, policy): Promise<Judged> => {
    const { bytes, verified, source } = await believed(sent, policy, sources)
    const skill = readSkill(bytes)
    return { skill, bytes, source, level: verified.level, report: await check(bytes) }
  }

interface From extends Believed {
  /** As `skill_version` keeps it. */
  readonly source: string
}

async function believed(
  { bundle, name, version, from, attestations = [] }: Parameters<InstallingRooms['judge']>[0],
  policy: SkillLevel,
  { repositories, builtIn }: Omit<JudgingRooms, 'check'>,
): Promise<From> {
  if (bundle !== undefined) {
    const bytes = Buffer.from(bundle, 'base64')
    const verified = await repositories.judge(bytes, attestations.map(readEnvelope), policy)
    return { bytes, verified, source: SENT }
  }
  if (name !== undefined) {
    const found = from === undefined || from === BUILT_IN ? await builtIn.find(name, version) : null
    if (found !== null) return { ...(await standing(found, repositories)), source: BUILT_IN }
    if (from !== BUILT_IN)
      return repositories.fetch(
        { name, ...(version !== undefined && { version }), ...(from !== undefined && { from }) },
        policy,
      )
    throw new Fault('not_found', `No ${[name, version].filter(Boolean).join(' ')} comes along.`, {
      param: 'name',
    })
  }
  throw new Fault('invalid', 'bundle: send a bundle, or name a skill of the repository.', { param: 'bundle' })
}

/** What comes along can be revoked like anything else. @throws Fault `skill_untrusted` */
async function standing(found: Believed, repositories: JudgingRooms['repositories']): Promise<Believed> {
  const { manifest, digest } = found.verified.skill
  const revoked = await repositories.revoked({ name: manifest.metadata.name, digest })
  if (revoked !== null) throw revokedFault(manifest.metadata, revoked)
  return found
}
