import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Ownership } from './signals/piping.ts'

const HOMEPAGE =
  /^\s{0,8}(?:homepage|repository|url|website|author|publisher)\s{0,2}:\s{0,2}["']?(?:https?:\/\/)?(?:www\.)?([\w.-]{1,120})/gim
/** Words that many names have; who owns a host is not told by them. */
const ORDINARY = new Set([
  'skill',
  'skills',
  'agent',
  'agents',
  'tool',
  'tools',
  'setup',
  'install',
  'installer',
  'helper',
  'openclaw',
  'claw',
  'assistant',
  'github',
  'gitlab',
  'google',
  'the',
  'app',
  'apps',
  'cli',
  'api',
  'data',
  'crypto',
  'trading',
  'wallet',
  'update',
  'updater',
  'auto',
  'download',
  'server',
  'cloud',
  'code',
  'manager',
  'tracker',
  'search',
  'youtube',
  'twitter',
])

/** What tells whether a host belongs to who wrote the skill. */
export function ownershipOf(
  manifest: SkillManifest | null,
  name: string,
  files: ReadonlyMap<string, Buffer>,
): Ownership {
  const sources = [name, manifest?.metadata.publisher ?? '']
  const hosts = new Set(manifest?.permissions.network.map(({ host }) => host) ?? [])
  if (manifest?.metadata.homepage !== undefined) hosts.add(new URL(manifest.metadata.homepage).hostname)
  const head = files.get('SKILL.md')?.toString('utf8').slice(0, 4000) ?? ''
  const front = /^---\r?\n([\s\S]{0,4000}?)\r?\n---/.exec(head)?.[1] ?? ''
  for (const { 1: host = '' } of front.matchAll(HOMEPAGE)) hosts.add(host.toLowerCase())
  const words = sources
    .flatMap((source) => source.toLowerCase().split(/[^a-z0-9]/))
    .filter((word) => word.length >= 4 && !ORDINARY.has(word))
  return { words: new Set(words), hosts }
}
