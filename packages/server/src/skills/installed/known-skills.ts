import type { SkillSettings, SkillState } from '@freehold/contract/skills.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { approvedTools } from '../mcp/approved-tools.ts'
import { withApproved } from '../mcp/described-operations.ts'
import type { SkillPackage } from '../runner.ts'
import type { VersionRow } from './skill-rows.ts'
import { openBundle, openSettings, readChanges, VERSION_COLUMNS } from './skill-rows.ts'

/** A version as it may be called. */
export interface KnownVersion {
  readonly package: SkillPackage
  readonly isUsable: boolean
  /** Aborted when it is revoked, switched off or gone: calls of it end. Not where only another version is called now. */
  readonly ended: AbortSignal
}

export interface KnownSkill {
  readonly name: string
  readonly state: SkillState
  readonly audience: ReadonlySet<string> | null
  readonly settings: SkillSettings
  readonly active: KnownVersion | null
  readonly canary: Canary | null
}

export interface Canary {
  readonly version: KnownVersion
  readonly share: number
  readonly principals: ReadonlySet<string>
  readonly sinceMs: number
}

/** A bundle with what was approved of the tools of its server, and by which pins that is known. */
interface Kept {
  readonly read: SkillPackage
  readonly approved: SkillPackage
  readonly pins: string
}

interface Shelf {
  readonly changes: bigint
  readonly skills: ReadonlyMap<string, KnownSkill>
  /** Versions that were called before and are not now, but still might be. */
  readonly stoodDown: ReadonlySet<string>
}

export interface KnownSkillsOptions {
  readonly store: Pick<Store, 'withTenant'>
  readonly readBundle: (bytes: Buffer) => SkillPackage
  /** Versions that may not be called any more: what was opened for them is closed. */
  readonly gone: (tenant: TenantId, digests: readonly string[]) => void
  /** Another version is called instead of this one. Resolves when what was under way in it is over. */
  readonly letGo: (tenant: TenantId, digest: string) => Promise<void>
}

/**
 * The skills of each tenant that needs them, as they are to be called. They are read again when they changed, here at
 * once and by other processes when these tell, and a version that may not be called any more ends what is under way.
 */
export class KnownSkills {
  readonly #options: KnownSkillsOptions
  readonly #shelves = new Map<TenantId, Shelf>()
  readonly #reading = new Map<TenantId, Promise<Shelf>>()
  readonly #ends = new Map<string, AbortController>()
  /** Versions that stood down while calls of them were under way. */
  readonly #leaving = new Map<TenantId, Set<string>>()
  /** Bundles do not change under their digest. */
  readonly #packages = new Map<string, Kept>()

  constructor(options: KnownSkillsOptions) {
    this.#options = options
  }

  /** At once where they are known. */
  of(tenant: TenantId): ReadonlyMap<string, KnownSkill> | Promise<ReadonlyMap<string, KnownSkill>> {
    return this.#shelves.get(tenant)?.skills ?? this.#read(tenant).then(({ skills }) => skills)
  }

  get tenants(): readonly TenantId[] {
    return [...this.#shelves.keys()]
  }

  /** Reads them again, where they are known at all. */
  async refresh(tenant: TenantId): Promise<void> {
    if (!this.#shelves.has(tenant) && !this.#reading.has(tenant)) return
    // What is being read may be from before.
    await this.#reading.get(tenant)?.catch(() => undefined)
    await this.#read(tenant)
  }

  /** Whether another process has changed something since they were read. */
  async follow(tenant: TenantId): Promise<void> {
    const known = this.#shelves.get(tenant)
    if (known === undefined) return
    const changes = await this.#options.store.withTenant({ tenant }, readChanges)
    if (changes !== known.changes) await this.refresh(tenant)
  }

  forget(tenant: TenantId): void {
    const shelf = this.#shelves.get(tenant)
    this.#shelves.delete(tenant)
    if (shelf) this.#end(tenant, this.#formerly(tenant, shelf))
  }

  #read(tenant: TenantId): Promise<Shelf> {
    const under = this.#reading.get(tenant)
    if (under) return under
    const reading = this.#options.store
      .withTenant({ tenant }, (tx) => this.#take(tx, this.#formerly(tenant, this.#shelves.get(tenant))))
      .then((shelf) => {
        const before = this.#shelves.get(tenant)
        // An older reading that comes later is none.
        if (before && before.changes > shelf.changes) return before
        this.#shelves.set(tenant, shelf)
        const former = this.#formerly(tenant, before).difference(digestsOf(shelf))
        for (const digest of former.intersection(shelf.stoodDown)) this.#leave(tenant, digest)
        this.#end(tenant, former.difference(shelf.stoodDown))
        return shelf
      })
      .finally(() => this.#reading.delete(tenant))
    this.#reading.set(tenant, reading)
    return reading
  }

  /** What was called, and what is still under way. */
  #formerly(tenant: TenantId, before: Shelf | undefined): ReadonlySet<string> {
    return (before ? digestsOf(before) : new Set<string>()).union(this.#leaving.get(tenant) ?? new Set())
  }

  /** Lets what is under way in it come to its end. */
  #leave(tenant: TenantId, digest: string): void {
    const leaving = this.#leaving.get(tenant) ?? new Set()
    if (leaving.has(digest)) return
    this.#leaving.set(tenant, leaving.add(digest))
    void this.#options.letGo(tenant, digest).finally(() => {
      leaving.delete(digest)
      const shelf = this.#shelves.get(tenant)
      if (shelf && digestsOf(shelf).has(digest)) return
      this.#ends.delete(`${tenant} ${digest}`)
      this.#packages.delete(`${tenant} ${digest}`)
    })
  }

  #end(tenant: TenantId, digests: ReadonlySet<string>): void {
    for (const digest of digests) {
      this.#ends.get(`${tenant} ${digest}`)?.abort(ENDED)
      this.#ends.delete(`${tenant} ${digest}`)
      this.#packages.delete(`${tenant} ${digest}`)
    }
    if (digests.size > 0) this.#options.gone(tenant, [...digests])
  }

  async #take(tx: Tx, former: ReadonlySet<string>): Promise<Shelf> {
    // First: what is changed in between is read again then, and never missed.
    const changes = await readChanges(tx)
    const rows = await tx.db.selectFrom('skill').selectAll().orderBy('name').execute()
    const wanted = rows.flatMap(({ active, candidate }) => [active, candidate].filter((one) => one !== null))
    const versions = new Map<string, VersionRow>()
    if (wanted.length > 0) {
      const found = await tx.db
        .selectFrom('skill_version')
        .select(VERSION_COLUMNS)
        .where('digest', 'in', wanted)
        .execute()
      for (const row of found) versions.set(row.digest, row)
    }
    const skills = new Map<string, KnownSkill>()
    for (const row of rows) {
      const isOn = row.state === 'enabled'
      const active = await this.#version(tx, versions.get(row.active ?? ''), isOn)
      const candidate = await this.#version(tx, versions.get(row.candidate ?? ''), isOn)
      skills.set(row.name, {
        name: row.name,
        state: row.state,
        audience: row.audience && new Set(row.audience),
        settings: openSettings(tx.keys, row),
        active,
        canary: candidate && {
          version: candidate,
          share: row.canary_share ?? 0,
          principals: new Set(row.canary_principals),
          sinceMs: row.canary_since?.getTime() ?? 0,
        },
      })
    }
    return { changes, skills, stoodDown: await callableOf(tx, [...former]) }
  }

  async #version(tx: Tx, row: VersionRow | undefined, isOn: boolean): Promise<KnownVersion | null> {
    if (row === undefined) return null
    const key = `${tx.tenant} ${row.digest}`
    const opened = await this.#package(tx, row, key)
    const isUsable = isOn && row.approved_at !== null && row.revoked_at === null
    if (!isUsable) {
      this.#ends.get(key)?.abort(ENDED)
      this.#ends.delete(key)
      return { package: opened, isUsable, ended: AbortSignal.abort(ENDED) }
    }
    const end = this.#ends.get(key) ?? new AbortController()
    this.#ends.set(key, end)
    return { package: opened, isUsable, ended: end.signal }
  }

  /** The same object as long as nothing of it changes: what was opened for it stays open. */
  async #package(tx: Tx, { name, digest, kind }: VersionRow, key: string): Promise<SkillPackage> {
    const known = this.#packages.get(key)
    const tools = kind === 'mcp' ? await approvedTools(tx, name) : []
    const pins = tools.map(({ tool, pin }) => `${tool} ${pin}`).join()
    if (known?.pins === pins) return known.approved
    const read = known?.read ?? this.#options.readBundle(await openBundle(tx, digest))
    const approved = withApproved(read, tools)
    this.#packages.set(key, { read, approved, pins })
    return approved
  }
}

/** Those of them that are approved, not revoked, and of a skill that is switched on. */
async function callableOf({ db }: Tx, digests: readonly string[]): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set()
  const found = await db
    .selectFrom('skill_version')
    .innerJoin('skill', 'skill.name', 'skill_version.name')
    .select('skill_version.digest')
    .where('skill_version.digest', 'in', digests)
    .where('skill_version.approved_at', 'is not', null)
    .where('skill_version.revoked_at', 'is', null)
    .where('skill.state', '=', 'enabled')
    .execute()
  return new Set(found.map(({ digest }) => digest))
}

/** Why a call ends whose version may not be called any more. */
export const ENDED = 'ended'

const digestsOf = ({ skills }: Shelf): ReadonlySet<string> =>
  new Set(
    [...skills.values()].flatMap(({ active, canary }) =>
      [active, canary?.version].flatMap((version) => version?.package.digest ?? []),
    ),
  )
