import type { SkillLevel } from '@freehold/contract/skills.ts'
import { Fault } from '../../kernel/fault.ts'
import { readBundle } from '../bundle/bundle.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { Believed } from '../repositories.ts'
import type { SkillPackage } from '../runner.ts'
import type { Envelope } from '../signing/envelope.ts'
import { readEnvelope } from '../signing/envelope.ts'
import type { Verified } from '../signing/verify-bundle.ts'
import type { InstallingRooms, Judged } from './installing.ts'

export interface JudgingRooms {
  readonly repositories: {
    fetch(name: string, version: string | undefined, policy: SkillLevel): Promise<Believed>
    judge(bytes: Buffer, envelopes: readonly Envelope[], policy: SkillLevel): Promise<Verified>
  }
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
  ({ repositories, check }: JudgingRooms): InstallingRooms['judge'] =>
  async (sent, policy): Promise<Judged> => {
    const { bytes, verified } = await believed(sent, policy, repositories)
    const skill = readSkill(bytes)
    return { skill, bytes, level: verified.level, report: await check(bytes) }
  }

async function believed(
  { bundle, name, version, attestations = [] }: Parameters<InstallingRooms['judge']>[0],
  policy: SkillLevel,
  repositories: JudgingRooms['repositories'],
): Promise<Believed> {
  if (bundle !== undefined) {
    const bytes = Buffer.from(bundle, 'base64')
    return { bytes, verified: await repositories.judge(bytes, attestations.map(readEnvelope), policy) }
  }
  if (name !== undefined) return repositories.fetch(name, version, policy)
  throw new Fault('invalid', 'bundle: send a bundle, or name a skill of the repository.', { param: 'bundle' })
}
