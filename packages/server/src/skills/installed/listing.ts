import type {
  SkillExport,
  SkillDetail,
  SkillFigures,
  SkillVersionView,
  SkillView,
} from '@freehold/contract/skills.ts'
import { append } from '../../audit/audit.ts'
import { runsTheHouse } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store } from '../../store/store.ts'
import type { SkillPackage } from '../runner.ts'
import { isFor } from './choosing.ts'
import type { By } from './acting.ts'
import { figuresOf } from './figures.ts'
import { fixturesOf } from './fixtures.ts'
import { requireSkill, requireVersion } from './installed-rows.ts'
import type { KnownSkills } from './known-skills.ts'
import { detailOf, viewOf } from './presenting.ts'
import { openBundle, VERSION_COLUMNS, versionsOf } from './skill-rows.ts'

export interface ListingRooms {
  readonly store: Pick<Store, 'withTenant'>
  readonly known: KnownSkills
  readonly readBundle: (bytes: Buffer) => SkillPackage
}

/** What is told of skills. */
export class Listing {
  readonly #rooms: ListingRooms

  constructor(rooms: ListingRooms) {
    this.#rooms = rooms
  }

  /** By name: those that the caller may use, or all for whoever looks after them. */
  async list(caller: Caller): Promise<SkillView[]> {
    const { store, known } = this.#rooms
    const isKeeper = runsTheHouse(caller)
    const skills = await known.of(caller.tenant)
    const rows = await store.withTenant(caller, async ({ db }) => ({
      skills: await db.selectFrom('skill').selectAll().orderBy('name').execute(),
      versions: await db.selectFrom('skill_version').select(VERSION_COLUMNS).execute(),
    }))
    return rows.skills.flatMap((row) => {
      const skill = skills.get(row.name)
      if (!isKeeper && (skill === undefined || !isFor(skill, caller))) return []
      const view = viewOf(row, { active: skill?.active?.package, versions: rows.versions })
      return isKeeper || view.isUsable ? [view] : []
    })
  }

  /** @throws Fault `not_found` */
  detail(caller: Caller, name: string): Promise<SkillDetail> {
    return this.#rooms.store.withTenant(caller, async (tx) =>
      detailOf(tx, await requireSkill(tx, name), this.#rooms.readBundle),
    )
  }

  /** What an upgrade is tried on; whoever takes it away stands on record. @throws Fault `not_found`, `conflict` */
  async export({ caller, commit }: By, name: string): Promise<SkillExport> {
    return this.#rooms.store.withTenant(caller, async (tx) => {
      const { active } = await requireSkill(tx, name)
      if (active === null)
        throw new Fault('conflict', 'No version of this skill is called.', { param: 'name' })
      const { version } = await requireVersion(tx, name, active)
      const fixtures = await fixturesOf(tx, name)
      await append(tx, {
        action: 'skill.exported',
        actor: caller.principal.id,
        subject: name,
        ...commit,
        detail: { digest: active, fixtures: fixtures.length },
      })
      const bundle = (await openBundle(tx, active)).toString('base64')
      return { name, version, digest: active, bundle, fixtures: [...fixtures] }
    })
  }

  /** Newest first. @throws Fault `not_found` */
  async versions(caller: Caller, name: string): Promise<SkillVersionView[]> {
    return (await this.detail(caller, name)).versions
  }

  /** @throws Fault `not_found` */
  figures(caller: Caller, name: string, hours: number): Promise<SkillFigures[]> {
    return this.#rooms.store.withTenant(caller, async (tx) => {
      await requireSkill(tx, name)
      return figuresOf(tx, await versionsOf(tx, name), hours)
    })
  }
}
