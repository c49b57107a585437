import type { SkillCanary, SkillDetail } from '@freehold/contract/skills.ts'
import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { SKILLS_CHANNEL } from '../../store/listening.ts'
import { SYSTEM } from '../../identity/local-operator.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { SkillPackage } from '../runner.ts'
import type { By } from './acting.ts'
import { NO_CALLS, sumsSince } from './call-figures.ts'
import { worse } from './canary-verdict.ts'
import { NO_CANARY, requireCallable, requireSkill } from './installed-rows.ts'
import { detailOf } from './presenting.ts'
import { countChange } from './skill-rows.ts'

const MINUTE_MS = 60_000

export interface CanaryRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly readBundle: (bytes: Buffer) => SkillPackage
  readonly changed: (tenant: TenantId) => Promise<void>
  /** A version was taken back by itself. */
  readonly takenBack: () => void
}

/** Versions that are tried beside the one that is called, and the way back. */
export class Canaries {
  readonly #rooms: CanaryRooms

  constructor(rooms: CanaryRooms) {
    this.#rooms = rooms
  }

  /** @throws Fault `not_found`, `skill_denied`, `conflict` where it is what is called already */
  async start({ caller, commit }: By, name: string, asked: SkillCanary): Promise<SkillDetail> {
    const { digest, share, principals } = asked
    const detail = await this.#rooms.store.withTenant(caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      const row = await requireSkill(tx, name)
      if (row.active === digest)
        throw new Fault('conflict', 'This is the version that is called.', { param: 'digest' })
      await requireCallable(tx, name, digest)
      await tx.db
        .updateTable('skill')
        .set({
          candidate: digest,
          canary_share: share,
          canary_principals: principals ?? null,
          canary_since: new Date(),
          changed_at: new Date(),
        })
        .where('name', '=', name)
        .execute()
      await append(tx, {
        action: 'skill.canary_started',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { digest, share, principals: principals?.length ?? 0 },
      })
      return detailOf(tx, await requireSkill(tx, name), this.#rooms.readBundle)
    })
    await this.#rooms.changed(caller.tenant)
    return detail
  }

  /** Ends a trial, or else goes back to the version before. @throws Fault `not_found`, `conflict`, `skill_denied` */
  async rollback({ caller, commit }: By, name: string): Promise<SkillDetail> {
    const detail = await this.#rooms.store.withTenant(caller, async (tx) => {
      await countChange(tx, SKILLS_CHANNEL)
      const row = await requireSkill(tx, name)
      const { candidate, active, previous } = row
      if (candidate === null) {
        if (previous === null || active === null)
          throw new Fault('conflict', 'There is no version before this one.', { param: 'name' })
        await requireCallable(tx, name, previous)
      }
      const from = candidate ?? active ?? ''
      await tx.db
        .updateTable('skill')
        .set({
          ...(candidate === null ? { active: previous, previous: active } : NO_CANARY),
          changed_at: new Date(),
        })
        .where('name', '=', name)
        .execute()
      await append(tx, {
        action: 'skill.rolled_back',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { from, to: candidate === null ? previous : active, because: 'asked', calls: 0, failed: 0 },
      })
      return detailOf(tx, await requireSkill(tx, name), this.#rooms.readBundle)
    })
    await this.#rooms.changed(caller.tenant)
    return detail
  }

  /** Takes back what does worse than the version beside it. Called when calls were counted. */
  async watch(tenant: TenantId): Promise<void> {
    const isChanged = await this.#rooms.store.withTenant({ tenant }, async (tx) => {
      const tried = await tx.db
        .selectFrom('skill')
        .select('name')
        .where('candidate', 'is not', null)
        .execute()
      let changes = 0
      for (const { name } of tried) if (await takeBackWhereWorse(tx, name)) changes += 1
      return changes > 0
    })
    if (!isChanged) return
    this.#rooms.takenBack()
    await this.#rooms.changed(tenant)
  }
}

async function takeBackWhereWorse(tx: Tx, name: string): Promise<boolean> {
  const before = await tx.db.selectFrom('skill').selectAll().where('name', '=', name).executeTakeFirst()
  if (!before?.candidate || before.canary_since === null) return false
  const digests = [before.candidate, before.active].filter((one) => one !== null)
  // Figures are kept minute by minute, so that the first one has what was called just before as well.
  const since = new Date(Math.floor(before.canary_since.getTime() / MINUTE_MS) * MINUTE_MS)
  const sums = await sumsSince(tx, digests, since)
  const tried = sums.get(before.candidate) ?? NO_CALLS
  const because = worse(tried, sums.get(before.active ?? '') ?? NO_CALLS)
  if (because === null) return false
  await countChange(tx, SKILLS_CHANNEL)
  // Another process may have been first; from here on this one is alone.
  const now = await tx.db.selectFrom('skill').select('candidate').where('name', '=', name).executeTakeFirst()
  if (now?.candidate !== before.candidate) return false
  await tx.db
    .updateTable('skill')
    .set({ ...NO_CANARY, changed_at: new Date() })
    .where('name', '=', name)
    .execute()
  await append(tx, {
    action: 'skill.rolled_back',
    actor: SYSTEM,
    subject: name,
    detail: {
      from: before.candidate,
      to: before.active,
      because,
      calls: tried.calls,
      failed: tried.failed,
    },
  })
  return true
}
