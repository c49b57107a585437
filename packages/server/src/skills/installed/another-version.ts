import { BUILT_IN, SENT } from '@freehold/contract/skill-shop.ts'
import type { SkillUpdate } from '@freehold/contract/skills.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import { compareVersions } from '../manifest/version-range.ts'
import type { SkillPackage } from '../runner.ts'
import { requireSkill, versionRow } from './installed-rows.ts'
import { versionsOf } from './skill-rows.ts'

/** A version that is asked for by its name alone is looked for where the one that is called came from. @throws Fault `not_found` */
export async function wantedUpdate(tx: Tx, name: string, asked: SkillUpdate): Promise<SkillUpdate> {
  if (asked.bundle !== undefined) return asked
  const { active } = await requireSkill(tx, name)
  const [newest] = await versionsOf(tx, name)
  const source = ((active === null ? null : await versionRow(tx, active)) ?? newest)?.source ?? SENT
  return { ...asked, name, ...(asked.from === undefined && source !== SENT && { from: source }) }
}

interface Found {
  readonly skill: SkillPackage
  readonly source: string
}

/** What is there already, or was replaced by what is called now, is no other version to switch to. @throws Fault `conflict` */
export async function requireAnother(
  tx: Tx,
  { skill: { digest, manifest }, source }: Found,
  asked: SkillUpdate,
): Promise<void> {
  const { name, version } = manifest.metadata
  const isNewest = asked.bundle === undefined && asked.version === undefined
  const found = `The newest ${name} of ${placeOf(source)} is ${version}`
  if (await versionRow(tx, digest))
    throw conflict(isNewest ? `${found}, which is there already.` : 'This version is there already.')
  if (!isNewest) return
  const { active } = await requireSkill(tx, name)
  const called = active === null ? null : await versionRow(tx, active)
  if (called && compareVersions(version, called.version) < 0)
    throw conflict(
      `${found}, which is older than ${called.version} that is called. Name it to have it: ${name}@${version}.`,
    )
}

const conflict = (message: string): Fault => new Fault('conflict', message, { param: 'bundle' })
const placeOf = (source: string): string =>
  source === BUILT_IN ? 'what comes along' : `the repository "${source}"`
