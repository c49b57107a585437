import type { TenantId } from '../../store/store.ts'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import type { OpenedSkill } from './offered.ts'
import type { KnownSkill, KnownVersion } from './known-skills.ts'

type Open = (tenant: TenantId, pack: SkillPackage) => Promise<OpenedSkill>

interface Entry {
  readonly pack: SkillPackage
  /** JSON of the settings that it was opened with. */
  readonly settings: string
  readonly opened: Promise<OpenedSkill>
}

/** Runners of the versions that are called, each opened when it is first needed. */
export class OpenedSkills {
  readonly #open: Open
  readonly #entries = new Map<string, Entry>()

  constructor(open: Open) {
    this.#open = open
  }

  /** @throws Fault where this version cannot be run here */
  of(tenant: TenantId, skill: KnownSkill, { package: pack }: KnownVersion): Promise<OpenedSkill> {
    const key = `${tenant} ${pack.digest}`
    const settings = JSON.stringify(skill.settings)
    const known = this.#entries.get(key)
    if (known?.settings === settings && known.pack === pack) return known.opened
    if (known) void close(known)
    const opened = this.#opened(tenant, pack, skill)
    this.#entries.set(key, { pack, settings, opened })
    // What could not be opened is tried again by whoever comes next.
    opened.catch(() => {
      if (this.#entries.get(key)?.opened === opened) this.#entries.delete(key)
    })
    return opened
  }

  /** @throws Fault `invalid` for settings that this version does not have */
  async #opened(tenant: TenantId, pack: SkillPackage, { settings }: KnownSkill): Promise<OpenedSkill> {
    return this.#open(tenant, leadingTo(settled(pack, settings.values), settings.baseUrl))
  }

  gone(tenant: TenantId, digests: readonly string[]): void {
    for (const digest of digests) {
      const entry = this.#entries.get(`${tenant} ${digest}`)
      this.#entries.delete(`${tenant} ${digest}`)
      if (entry) void close(entry)
    }
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    await Promise.all(entries.map(close))
  }
}

async function close({ opened }: Entry): Promise<void> {
  // What never opened has nothing to close.
  const found = await opened.catch(() => null)
  await Promise.all([found?.runner.close(), found?.brokers.close()])
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
