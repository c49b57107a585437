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
  /** Aborted when it is revoked, switched off or gone: calls of it end. */
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
}

export interface KnownSkillsOptions {
  readonly store: Pick<Store, 'withTenant'>
  readonly readBundle: (bytes: Buffer) => SkillPackage
  /** Versions that are not called any more: what was opened for them is let go. */
  readonly gone: (tenant: TenantId, digests: readonly string[]) => void
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
    if (shelf) this.#end(tenant, digestsOf(shelf))
  }

  #read(tenant: TenantId): Promise<Shelf> {
    const under = this.#reading.get(tenant)
    if (under) return under
    const reading = this.#options.store
      .withTenant({ tenant }, (tx) => this.#take(tx))
      .then((shelf) => {
        const before = this.#shelves.get(tenant)
        // An older reading that comes later is none.
        if (before && before.changes > shelf.changes) return before
        this.#shelves.set(tenant, shelf)
        if (before) this.#end(tenant, digestsOf(before).difference(digestsOf(shelf)))
        return shelf
      })
      .finally(() => this.#reading.delete(tenant))
    this.#reading.set(tenant, reading)
    return reading
  }

  #end(tenant: TenantId, digests: ReadonlySet<string>): void {
    for (const digest of digests) {
      this.#ends.get(`${tenant} ${digest}`)?.abort(ENDED)
      this.#ends.delete(`${tenant} ${digest}`)
      this.#packages.delete(`${tenant} ${digest}`)
    }
    if (digests.size > 0) this.#options.gone(tenant, [...digests])
  }

  async #take(tx: Tx): Promise<Shelf> {
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
    return { changes, skills }
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

/** Why a call ends whose version may not be called any more. */
export const ENDED = 'ended'

const digestsOf = ({ skills }: Shelf): ReadonlySet<string> =>
  new Set(
    [...skills.values()].flatMap(({ active, canary }) =>
      [active, canary?.version].flatMap((version) => version?.package.digest ?? []),
    ),
  )
