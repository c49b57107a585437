import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { ScriptReading } from './script/script-findings.ts'
import type { SkillFile } from './skill-file.ts'
import { isCode } from './skill-file.ts'
import type { PlacedRule } from './dependencies.ts'

/** Hosts that stand in code as names of things and are not dialled. */
const NAMES_ONLY =
  /(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|xmlsoap\.org|openxmlformats\.org|example\.(?:com|org|net)|localhost|microsoft\.com|purl\.org|ns\.adobe\.com|spdx\.org|apache\.org|opensource\.org|creativecommons\.org|invalid|test|example|local)$|^(?:127\.|0\.0\.0\.0|\[|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/
const ADDRESS =
  /\b(?:https?|wss?):\/\/([\w.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?(?=[/"'\x60\s?#),\]};$]|$)/gi
const BARE = /^\d{1,3}(?:\.\d{1,3}){3}$/
const COMMENT_LINE = /^\s{0,200}(?:#|\/\/|\*|\/\*|<!--)/
/** A line of text that is a command. */
const COMMAND_LINE = /(?:^|[\s\x60$>])(?:curl|wget|http|iwr|irm|nc|ssh|scp|fetch|Invoke-\w{4,20})\s/
const MACHINE_PATH =
  /["'\x60](\/(?:etc|home|root|Users|var|proc|sys|usr\/local|opt|dev|mnt|Library)\/[\w./-]{1,120}|~\/[\w./-]{1,120})["'\x60]/g
const HARMLESS_PATH =
  /^\/(?:dev\/(?:null|stdin|stdout|stderr|urandom)|usr\/(?:local\/)?bin\/(?:env|node|python3?)|etc\/(?:ssl|localtime|os-release|timezone))/
const PYTHON_ENV = /os\.(?:environ(?:\.get\(\s{0,2}|\[)\s{0,2}|getenv\(\s{0,2})["'](\w{1,80})["']/g
const PYTHON_SPAWN = /\b(?:subprocess\.\w{3,16}|os\.(?:system|popen|exec\w{1,4}|spawn\w{1,4}))\(/g
/** A script at a fixed place of the machine, as a command of a text runs it. */
const FIXED_PROGRAM =
  /(?<![\w-])(?:uv run|python3?|bash|zsh|sh|node|bun|tsx|deno run|ruby|perl)\s{1,3}(?:-\S{1,20}\s{1,3})?["']?((?:~|\$\{?HOME\}?|)\/[\w./-]{2,120}\/([\w-]{1,60}\.(?:py|sh|js|mjs|ts|rb|pl)))(?!\w)/g
const STANDS_FOR = /path|your|^\/(?:tmp|workspace|app|mnt|opt|usr|bin)\//
/** Set by every system, and nothing is learned from them. */
const PLAIN_VARIABLES =
  /^(?:PATH|HOME|TMPDIR|TMP|TEMP|LANG|LC_\w{1,20}|TZ|NODE_ENV|DEBUG|CI|TERM|COLUMNS|NO_COLOR|PYTHONPATH|PORT)$/
const MOST = 5

/** What files use against what the manifest says. */
export function findUndeclared(
  file: SkillFile,
  manifest: SkillManifest | null,
  script: ScriptReading | null,
): readonly PlacedRule[] {
  if (file.sort === 'binary' || file.sort === 'settings') return []
  const code = isCode(file.sort)
  return [
    ...first(hosts(file, manifest, code)),
    ...(code ? first(paths(file, manifest)) : []),
    ...(code ? first(variables(file, manifest, script)) : []),
    ...(code ? first(programs(file, manifest, script)) : []),
  ]
}

const first = (found: readonly PlacedRule[]): readonly PlacedRule[] => found.slice(0, MOST)

function hosts(file: SkillFile, manifest: SkillManifest | null, code: boolean): readonly PlacedRule[] {
  const seen = new Set<string>()
  return [...file.text.matchAll(ADDRESS)].flatMap(({ index, 0: match, 1: name = '' }): PlacedRule[] => {
    const host = name.toLowerCase().replace(/\.$/, '')
    const line = lineAround(file.text, index)
    // Prose links to pages; only what it orders to dial counts.
    if (code ? COMMENT_LINE.test(line) : !COMMAND_LINE.test(line)) return []
    if (!host.includes('.') || NAMES_ONLY.test(host) || seen.has(host) || isDeclared(host, manifest))
      return []
    seen.add(host)
    const rule =
      BARE.test(host) && code ? 'declared.bare-address' : code ? 'declared.host' : 'declared.host-in-text'
    return [{ rule, start: index, end: index + match.length }]
  })
}

/** Whether a host is among those of the manifest. */
export function isDeclared(host: string, manifest: SkillManifest | null): boolean {
  const declared = manifest?.permissions.network ?? []
  return declared.some(({ host: one }) =>
    one.startsWith('*.')
      ? host.endsWith(one.slice(1)) && !host.slice(0, -one.length + 1).includes('.')
      : one === host,
  )
}

function paths(file: SkillFile, manifest: SkillManifest | null): readonly PlacedRule[] {
  const { read = [], write = [] } = manifest?.permissions.files ?? {}
  const declared = [...read, ...write]
  return [...file.text.matchAll(MACHINE_PATH)].flatMap(({ index, 0: match, 1: path = '' }): PlacedRule[] =>
    HARMLESS_PATH.test(path) ||
    COMMENT_LINE.test(lineAround(file.text, index)) ||
    declared.some((one) => path === one || path.startsWith(`${one}/`))
      ? []
      : [{ rule: 'declared.path', start: index, end: index + match.length }],
  )
}

function variables(
  file: SkillFile,
  manifest: SkillManifest | null,
  script: ScriptReading | null,
): readonly PlacedRule[] {
  const given = manifest?.kind === 'mcp' && manifest.mcp.transport === 'stdio' ? manifest.mcp.env : {}
  const read =
    file.sort === 'python'
      ? [...file.text.matchAll(PYTHON_ENV)].map(({ index, 1: name = '' }) => ({ name, start: index }))
      : (script?.environment ?? [])
  return read
    .filter(({ name }) => !PLAIN_VARIABLES.test(name) && !(name in given))
    .map(({ name, start }) => ({ rule: 'declared.environment', start, end: start + name.length + 12 }))
}

function programs(
  file: SkillFile,
  manifest: SkillManifest | null,
  script: ScriptReading | null,
): readonly PlacedRule[] {
  if ((manifest?.permissions.process ?? 'none') !== 'none') return []
  if (file.sort === 'python') {
    return [...file.text.matchAll(PYTHON_SPAWN)].map(({ index, 0: match }) => ({
      rule: 'declared.program',
      start: index,
      end: index + match.length,
    }))
  }
  return (script?.findings ?? [])
    .filter(({ rule }) => rule === 'code.spawns')
    .map(({ start, end }) => ({ rule: 'declared.program', start, end }))
}

function lineAround(text: string, offset: number): string {
  const begin = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return text.slice(begin, Math.min(end < 0 ? text.length : end, begin + 2000))
}

/** Scripts that a text has run from a fixed place of the machine, and that the package does not bring. */
export function findMissingPrograms(text: string, files: ReadonlyMap<string, Buffer>): readonly PlacedRule[] {
  const brought = new Set([...files.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)))
  return first(
    [...text.matchAll(FIXED_PROGRAM)]
      .filter(({ 1: path = '', 2: name = '' }) => !brought.has(name) && !STANDS_FOR.test(path))
      .map(({ index, 0: match }) => ({
        rule: 'declared.missing-program',
        start: index,
        end: index + match.length,
      })),
  )
}
