import type { TenantId } from '../../store/store.ts'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import type { OpenedSkill } from './offered.ts'
import type { KnownSkill, KnownVersion } from './known-skills.ts'

type Open = (tenant: TenantId, pack: SkillPackage) => Promise<OpenedSkill>

/** One version as it was opened, with the calls that are under way in it. */
class Entry {
  readonly pack: SkillPackage
  /** JSON of the settings that it was opened with. */
  readonly settings: string
  readonly opened: Promise<OpenedSkill>
  readonly #closed = Promise.withResolvers<void>()
  #calls = 0
  #isLeaving = false

  constructor(pack: SkillPackage, settings: string, opened: Promise<OpenedSkill>) {
    this.pack = pack
    this.settings = settings
    this.opened = opened
  }

  /** Counts a call; what it returns counts its end, once. */
  enter(): () => void {
    this.#calls += 1
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#calls -= 1
      if (this.#isLeaving && this.#calls === 0) void this.close()
    }
  }

  /** Closes when the calls under way are over. */
  leave(): Promise<void> {
    this.#isLeaving = true
    return this.#calls === 0 ? this.close() : this.#closed.promise
  }

  async close(): Promise<void> {
    // What never opened has nothing to close.
    const found = await this.opened.catch(() => null)
    await Promise.all([found?.runner.close(), found?.brokers.close()]).finally(() => this.#closed.resolve())
  }
}

export interface EnteredSkill {
  readonly opened: OpenedSkill
  /** To be called when the call is over, however it ended. */
  readonly leave: () => void
}

/** Runners of the versions that are called, each opened when it is first needed. */
export class OpenedSkills {
  readonly #open: Open
  readonly #entries = new Map<string, Entry>()
  /** Nobody comes in any more, and calls are under way. */
  readonly #leaving = new Map<string, Set<Entry>>()

  constructor(open: Open) {
    this.#open = open
  }

  /** To look at. @throws Fault where this version cannot be run here */
  of(tenant: TenantId, skill: KnownSkill, version: KnownVersion): Promise<OpenedSkill> {
    return this.#entryOf(tenant, skill, version).opened
  }

  /** To be called: what is entered is not closed before it is left, unless it may not be called any more. @throws Fault as `of` */
  async enter(tenant: TenantId, skill: KnownSkill, version: KnownVersion): Promise<EnteredSkill> {
    const entry = this.#entryOf(tenant, skill, version)
    const leave = entry.enter()
    try {
      return { opened: await entry.opened, leave }
    } catch (error) {
      leave()
      throw error
    }
  }

  #entryOf(tenant: TenantId, skill: KnownSkill, { package: pack }: KnownVersion): Entry {
    const key = `${tenant} ${pack.digest}`
    const settings = JSON.stringify(skill.settings)
    const known = this.#entries.get(key)
    if (known?.settings === settings && known.pack === pack) return known
    if (known) void this.#letGo(key, known)
    const entry = new Entry(pack, settings, this.#opened(tenant, pack, skill))
    this.#entries.set(key, entry)
    // What could not be opened is tried again by whoever comes next.
    entry.opened.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    return entry
  }

  /** @throws Fault `invalid` for settings that this version does not have */
  async #opened(tenant: TenantId, pack: SkillPackage, { settings }: KnownSkill): Promise<OpenedSkill> {
    return this.#open(tenant, leadingTo(settled(pack, settings.values), settings.baseUrl))
  }

  /** They may not be called any more: what is under way in them breaks off. */
  gone(tenant: TenantId, digests: readonly string[]): void {
    for (const digest of digests) {
      const key = `${tenant} ${digest}`
      const entries = [this.#entries.get(key), ...(this.#leaving.get(key) ?? [])]
      this.#entries.delete(key)
      for (const entry of entries) if (entry) void entry.close()
    }
  }

  /** Another version is called instead. Resolves when what was under way in this one is over. */
  async letGo(tenant: TenantId, digest: string): Promise<void> {
    const key = `${tenant} ${digest}`
    const entry = this.#entries.get(key)
    if (entry) await this.#letGo(key, entry)
  }

  async #letGo(key: string, entry: Entry): Promise<void> {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    const leaving = this.#leaving.get(key) ?? new Set()
    this.#leaving.set(key, leaving.add(entry))
    await entry.leave().finally(() => {
      leaving.delete(entry)
      if (leaving.size === 0 && this.#leaving.get(key) === leaving) this.#leaving.delete(key)
    })
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    for (const all of this.#leaving.values()) entries.push(...all)
    this.#entries.clear()
    await Promise.all(entries.map((entry) => entry.close()))
  }
}

/** The skill with the settings of this house. @throws Fault `invalid` */
export function settled(pack: SkillPackage, values: SettingValues): SkillPackage {
  if (Object.keys(values).length === 0) return pack
  const text = pack.files.get('skill.yaml')?.toString('utf8') ?? ''
  const manifest = readManifest(text, pack.files, values)
  if (manifest.kind !== 'mcp' || pack.manifest.kind !== 'mcp') return { ...pack, manifest }
  // What was approved of the tools of its server does not stand in the file.
  return { ...pack, manifest: { ...manifest, operations: pack.manifest.operations } }
}

/** The skill with its server where this house has it. */
export function leadingTo(pack: SkillPackage, baseUrl: string | undefined): SkillPackage {
  if (baseUrl === undefined) return pack
  const { manifest } = pack
  switch (manifest.kind) {
    case 'http':
      return { ...pack, manifest: { ...manifest, http: { ...manifest.http, baseUrl } } }
    case 'openapi':
      return { ...pack, manifest: { ...manifest, openapi: { ...manifest.openapi, baseUrl } } }
    case 'mcp':
      if (manifest.mcp.transport !== 'http') return pack
      return { ...pack, manifest: { ...manifest, mcp: { ...manifest.mcp, url: baseUrl } } }
    default:
      return pack
  }
}
