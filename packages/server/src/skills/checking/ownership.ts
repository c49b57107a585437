import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { skillMdOf } from './reading.ts'
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

const ABOUT_HARM =
  /\b(?:security|secure|scann(?:er|ing)|audit(?:or|ing)?|malware|malicious|prompt.injection|injection|jailbreak|guard(?:ian|rails?)?|threat|vulnerabilit(?:y|ies)|pentest\w{0,6}|red.?team\w{0,4}|vett(?:er|ing)|forensic\w{0,2}|yara|sigma|ioc)\b|安全|扫描|审计|恶意|注入|漏洞|威胁|渗透|防护/i

/** Whether a skill says of itself, in name or description, that harm is its subject. */
export function isAboutHarm(manifest: SkillManifest | null, files: ReadonlyMap<string, Buffer>): boolean {
  if (manifest)
    return ABOUT_HARM.test(
      `${manifest.metadata.name} ${manifest.metadata.title} ${manifest.metadata.description}`,
    )
  const path = skillMdOf(files)
  return path !== undefined && ABOUT_HARM.test(frontMatter(files.get(path)))
}

const frontMatter = (bytes: Buffer | undefined): string =>
  /^---\r?\n([\s\S]{0,4000}?)\r?\n---/.exec(bytes?.toString('utf8').slice(0, 5000) ?? '')?.[1] ?? ''

/** What tells whether a host belongs to who wrote the skill. */
export function ownershipOf(
  manifest: SkillManifest | null,
  name: string,
  files: ReadonlyMap<string, Buffer>,
): Ownership {
  const sources = [name, manifest?.metadata.publisher ?? '']
  const hosts = new Set(manifest?.permissions.network.map(({ host }) => host) ?? [])
  if (manifest?.metadata.homepage !== undefined) hosts.add(new URL(manifest.metadata.homepage).hostname)
  const front = frontMatter(files.get('SKILL.md'))
  for (const { 1: host = '' } of front.matchAll(HOMEPAGE)) hosts.add(host.toLowerCase())
  const words = sources
    .flatMap((source) => source.toLowerCase().split(/[^a-z0-9]/))
    .filter((word) => word.length >= 4 && !ORDINARY.has(word))
  return { words: new Set(words), hosts }
}
