import type { SkillReport } from '@freehold/contract/skill-report.ts'
import type {
  SkillChange,
  SkillDetail,
  SkillInstallation,
  SkillLevel,
  SkillUpdate,
} from '@freehold/contract/skills.ts'
import { SKILL_LEVELS, skillSettings } from '@freehold/contract/skills.ts'
import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { systemCaller } from '../../identity/local-operator.ts'
import { requestId } from '../../kernel/ids.ts'
import { SKILLS_CHANNEL } from '../../store/listening.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { permissionGrowth } from '../manifest/permission-summary.ts'
import { isInRange } from '../manifest/version-range.ts'
import type { SkillPackage } from '../runner.ts'
import type { By } from './acting.ts'
import { requireAnother, wantedUpdate } from './another-version.ts'
import { isCleared, policyOf, wasCleared, wordsOf } from './clearing.ts'
import { requireFits } from './compatibility.ts'
import {
  insertVersion,
  isApproved,
  isCallable,
  NO_CANARY,
  notCleared,
  noVersion,
  requireCallable,
  requireSkill,
  requireVersion,
  revoked,
  skillRow,
  switchTo,
  versionRow,
} from './installed-rows.ts'
import { settled } from './opened-skills.ts'
import { asSettled, detailOf } from './presenting.ts'
import type { SkillRow } from './skill-rows.ts'
import { countChange, newSettings, openBundle, openSettings, sealSettings, versionsOf } from './skill-rows.ts'
import { dropSecret, putSecret } from './skill-secrets.ts'

/** What is known of a bundle once it was looked at. */
export interface Judged {
  readonly skill: SkillPackage
  readonly bytes: Buffer
  readonly level: SkillLevel
  readonly report: SkillReport
  /** `built-in`, a repository by its name, or `sent`. */
  readonly source: string
}

export interface InstallingRooms {
  readonly store: Pick<Store, 'withTenant'>
  /** The version of this program, which skills say that they fit. */
  readonly platform: string
  readonly readBundle: (bytes: Buffer) => SkillPackage
  /** What vouches for it, and what its check says. @throws Fault where that is less than the policy asks for */
  readonly judge: (
    sent: Pick<SkillInstallation, 'bundle' | 'name' | 'version' | 'from' | 'attestations'>,
    policy: SkillLevel,
  ) => Promise<Judged>
  /** Runs the skill's own tests. @throws Fault that names those that fail */
  readonly prove: (skill: SkillPackage) => Promise<void>
  /** What the tenant's skills are is known anew in this process. */
  readonly changed: (tenant: TenantId) => Promise<void>
}

/** Takes skills in, lets them be called, and takes them back. */
export class Installing {
  readonly #rooms: InstallingRooms

  constructor(rooms: InstallingRooms) {
    this.#rooms = rooms
  }

  /** @throws Fault `conflict` where it is there, `skill_denied`, `invalid`, `skill_untrusted` */
  async install(by: By, asked: SkillInstallation): Promise<SkillDetail> {
    const { caller, commit } = by
    const judged = await this.#judged(by, asked)
    const { skill, level, report } = judged
    const { verdict } = report
    const { name } = skill.manifest.metadata
    return this.#change(by, name, async (tx) => {
      if (await skillRow(tx, name))
        throw new Fault('conflict', `The skill "${name}" is installed. Update it instead.`, { param: 'name' })
      await this.#requireRoom(tx, skill)
      settled(skill, asked.settings?.values ?? {})
      const approved = (await this.#isCleared(tx, by, judged)) && asked.approve
      await insertVersion(tx, judged, { by, approved })
      await tx.db
        .insertInto('skill')
        .values({
          tenant_id: tx.tenant,
          name,
          ...newSettings(tx.keys, name, asked.settings ?? skillSettings.parse({})),
          state: 'enabled',
          audience: asked.audience,
          active: skill.digest,
          creator: caller.principal.id,
        })
        .execute()
      await append(tx, {
        action: 'skill.installed',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { digest: skill.digest, kind: skill.manifest.kind, level, verdict, approved },
      })
    })
  }

  /** @throws Fault `not_found`, `conflict` where this version is there, and as `install` */
  async update(by: By, name: string, asked: SkillUpdate): Promise<SkillDetail> {
    const { caller, commit } = by
    const wanted = await this.#rooms.store.withTenant(caller, (tx) => wantedUpdate(tx, name, asked))
    const judged = await this.#judged(by, wanted)
    const { skill, level, report } = judged
    const { verdict } = report
    if (skill.manifest.metadata.name !== name)
      throw new Fault('invalid', `bundle: is the skill "${skill.manifest.metadata.name}".`, {
        param: 'bundle',
      })
    return this.#change(by, name, async (tx) => {
      const row = await requireSkill(tx, name)
      await requireAnother(tx, judged, asked)
      await this.#requireRoom(tx, skill)
      const grows = await this.#growth(tx, row, skill)
      const approved = (await this.#isCleared(tx, by, judged)) && (asked.approve || grows === 0)
      await insertVersion(tx, judged, { by, approved })
      const isActive = approved && asked.switch === 'now'
      if (isActive) await switchTo(tx, row, skill.digest)
      await append(tx, {
        action: 'skill.updated',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { digest: skill.digest, level, verdict, grows, approved, active: isActive },
      })
    })
  }

  /** @throws Fault `not_found`, `skill_denied` where the version may not be called */
  async change(by: By, name: string, change: SkillChange): Promise<SkillDetail> {
    const { caller, commit } = by
    return this.#change(by, name, async (tx) => {
      const row = await requireSkill(tx, name)
      if (change.state === 'enabled' && row.state === 'quarantined') await this.#requireClean(tx, row)
      if (change.active !== undefined) {
        await requireCallable(tx, name, change.active)
        await switchTo(tx, row, change.active)
      }
      if (change.settings !== undefined && row.active !== null)
        settled(this.#rooms.readBundle(await openBundle(tx, row.active)), change.settings.values)
      await tx.db
        .updateTable('skill')
        .set({
          changed_at: new Date(),
          ...(change.state !== undefined && { state: change.state, why: null }),
          ...(change.audience !== undefined && { audience: change.audience }),
          ...(change.settings !== undefined && {
            settings_sealed: sealSettings(tx.keys, row, change.settings),
          }),
        })
        .where('name', '=', name)
        .execute()
      await append(tx, {
        action: 'skill.changed',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { changed: Object.keys(change).toSorted(), digest: change.active ?? null },
      })
    })
  }

  /** @throws Fault `not_found`, `skill_denied` where its check has not passed */
  async approve(by: By, name: string, digest: string): Promise<SkillDetail> {
    const { caller, commit } = by
    return this.#change(by, name, async (tx) => {
      await requireSkill(tx, name)
      const version = await requireVersion(tx, name, digest)
      if (version.revoked_at !== null) throw revoked()
      const { level, verdict } = version
      if (!(await wasCleared(tx, digest, { level, verdict, policy: await policyOf(tx) }))) throw notCleared()
      await tx.db
        .updateTable('skill_version')
        .set({ approved_by: caller.principal.id, approved_at: new Date() })
        .where('digest', '=', digest)
        .execute()
      await append(tx, {
        action: 'skill.approved',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { digest },
      })
    })
  }

  /** Where it is called, calls of it end, and the version before is called again. @throws Fault `not_found` */
  async revoke(by: By, digest: string): Promise<readonly string[]> {
    const { caller, commit } = by
    const name = await this.#rooms.store.withTenant(caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      const version = await versionRow(tx, digest)
      if (version === null) throw noVersion()
      const row = await requireSkill(tx, version.name)
      await tx.db
        .updateTable('skill_version')
        .set({ revoked_by: caller.principal.id, revoked_at: new Date() })
        .where('digest', '=', digest)
        .execute()
      const before = row.previous === null ? null : await versionRow(tx, row.previous)
      const isBack = isCallable(before)
      await tx.db
        .updateTable('skill')
        .set({
          changed_at: new Date(),
          ...(row.candidate === digest && NO_CANARY),
          ...(row.previous === digest && { previous: null }),
          ...(row.active === digest &&
            (isBack
              ? { active: row.previous, previous: null }
              : { state: 'quarantined' as const, why: 'revoked' })),
        })
        .where('name', '=', row.name)
        .execute()
      await append(tx, {
        action: 'skill.revoked',
        actor: caller.principal.id,
        subject: row.name,
        ...commit,
        detail: { digest },
      })
      return row.name
    })
    await this.#rooms.changed(caller.tenant)
    return [name]
  }

  /** Revokes what a repository says is revoked, in the name of the program itself. */
  async revokeListed(
    tenant: TenantId,
    revoked: (bundle: { readonly name: string; readonly digest: string }) => Promise<object | null>,
  ): Promise<void> {
    const caller = systemCaller(tenant)
    const standing = await this.#rooms.store.withTenant({ tenant }, ({ db }) =>
      db.selectFrom('skill_version').select(['name', 'digest']).where('revoked_at', 'is', null).execute(),
    )
    for (const bundle of standing)
      if (await revoked(bundle))
        await this.revoke({ caller, commit: { request: requestId() } }, bundle.digest)
  }

  /** @throws Fault `not_found` */
  async remove({ caller, commit }: By, name: string): Promise<void> {
    await this.#rooms.store.withTenant(caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      await requireSkill(tx, name)
      const digests = (await versionsOf(tx, name)).map(({ digest }) => digest)
      await tx.db.deleteFrom('skill').where('name', '=', name).execute()
      await tx.db
        .deleteFrom('skill_figure')
        .where('digest', 'in', [...digests, ''])
        .execute()
      await tx.db.deleteFrom('skill_version').where('name', '=', name).execute()
      for (const table of ['skill_secret', 'skill_item', 'skill_fixture', 'workflow_run'] as const)
        await tx.db.deleteFrom(table).where('skill', '=', name).execute()
      await append(tx, {
        action: 'skill.removed',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { versions: digests.length },
      })
    })
    await this.#rooms.changed(caller.tenant)
  }

  /** @throws Fault `not_found` */
  async setSecret(by: By, skill: string, name: string, value: string | null): Promise<void> {
    await this.#rooms.store.withTenant(by.caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      await requireSkill(tx, skill)
      if (value === null) await dropSecret(tx, by, { skill, name })
      else await putSecret(tx, by, { skill, name }, value)
    })
    await this.#rooms.changed(by.caller.tenant)
  }

  policy({ caller }: Pick<By, 'caller'>): Promise<SkillLevel> {
    return this.#rooms.store.withTenant(caller, policyOf)
  }

  async setPolicy({ caller, commit }: By, level: SkillLevel): Promise<SkillLevel> {
    await this.#rooms.store.withTenant(caller, async (tx) => {
      const row = { level, creator: caller.principal.id, changed_at: new Date() }
      await tx.db
        .insertInto('skill_policy')
        .values({ tenant_id: tx.tenant, ...row })
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
        .execute()
      await append(tx, {
        action: 'skill.policy_set',
        actor: caller.principal.id,
        subject: tx.tenant,
        ...commit,
        detail: { level },
      })
    })
    return level
  }

  async #requireClean(tx: Tx, { name, active }: SkillRow): Promise<void> {
    if (active !== null) await requireCallable(tx, name, active)
  }

  async #judged({ caller }: By, asked: SkillInstallation | SkillUpdate): Promise<Judged> {
    const policy = await this.policy({ caller })
    const judged = await this.#rooms.judge(asked, policy)
    if (SKILL_LEVELS.indexOf(judged.level) < SKILL_LEVELS.indexOf(policy))
      throw new Fault(
        'skill_denied',
        `Skills must be ${policy} here, and this one is ${judged.level}. See: freehold skill policy`,
        { param: 'bundle' },
      )
    if (judged.report.verdict === 'block')
      throw new Fault('skill_denied', `The check of this skill says no: ${wordsOf(judged.report)}`, {
        param: 'bundle',
      })
    requireFits(judged.skill.manifest, this.#rooms.platform)
    await this.#rooms.prove(judged.skill)
    return judged
  }

  async #isCleared(tx: Tx, by: By, { level, report }: Judged): Promise<boolean> {
    return isCleared(tx, by, { level, report, policy: await policyOf(tx) })
  }

  /** @throws Fault `skill_denied` where a skill that it needs is not there */
  async #requireRoom(tx: Tx, { manifest }: SkillPackage): Promise<void> {
    const { numberOf } = await tx.db
      .selectFrom('skill')
      .select(({ fn }) => fn.countAll<string>().as('numberOf'))
      .executeTakeFirstOrThrow()
    if (Number(numberOf) >= MOST_SKILLS)
      throw new Fault('over_quota', `A tenant may have ${MOST_SKILLS} skills.`)
    for (const { skill, range } of manifest.compat.requires) {
      const row = await skillRow(tx, skill)
      const version = row?.active ? await versionRow(tx, row.active) : null
      if (version === null || !isInRange(version.version, range))
        throw new Fault('skill_denied', `It needs the skill "${skill}" ${range}, which is not here.`, {
          param: 'bundle',
        })
    }
  }

  /** In how many ways it may do more than what is called now; what nobody has said yes to is nothing to compare with. */
  async #growth(tx: Tx, row: SkillRow, skill: SkillPackage): Promise<number> {
    const { active } = row
    if (active === null) return 1
    const before = await versionRow(tx, active)
    if (!isApproved(before)) return 1
    const { values } = openSettings(tx.keys, row)
    // What is so in this house counts, not what its author left.
    const earlier = asSettled(this.#rooms.readBundle(await openBundle(tx, active)), values)
    return permissionGrowth(earlier.manifest, asSettled(skill, values).manifest).length
  }

  async #change(by: By, name: string, work: (tx: Tx) => Promise<void>): Promise<SkillDetail> {
    const detail = await this.#rooms.store.withTenant(by.caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      await work(tx)
      return detailOf(tx, await requireSkill(tx, name), this.#rooms.readBundle)
    })
    await this.#rooms.changed(by.caller.tenant)
    return detail
  }
}

const MOST_SKILLS = 1000
