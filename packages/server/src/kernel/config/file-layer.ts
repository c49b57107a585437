import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Entry } from './document.ts'
import { readDocument } from './document.ts'
import type { Findings, Place } from './findings.ts'
import { CONFIG_KEYS, isConfigKey, isStructured, SECTIONS } from './keys.ts'
import { nearest } from './nearest.ts'
import { pathOf } from './problem.ts'
import type { ValueOrigin } from './references.ts'
import { refersTo } from './references.ts'
import { UNBUILT_KEYS, unbuiltKey } from './unbuilt.ts'
import { checkValue } from './value.ts'

/** The configuration file, or a text in its place. */
export interface FileLayer {
  /** As it was named. */
  readonly file: string | undefined
  readonly text: string | undefined
  readonly outside: ValueOrigin
}

/** Judges everything that the file holds. */
export function readFileLayer(findings: Findings, layer: FileLayer): void {
  const text = readText(findings, layer)
  if (text === null) return
  const source = layer.file ?? 'config'
  const { outside } = layer
  const directory =
    layer.file === undefined ? outside.directory : dirname(resolve(outside.directory, layer.file))
  const { entries, problems } = readDocument(source, text)
  findings.problems.push(...problems)
  for (const entry of entries) readEntry({ findings, source, origin: { ...outside, directory } }, entry, '')
}

function readText(findings: Findings, { file, text, outside }: FileLayer): string | null {
  if (text !== undefined || file === undefined) return text ?? null
  const whole: Place = { source: file, line: null, column: null }
  try {
    const bytes = readFileSync(refersTo(file, outside))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const reason = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`
    const message = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'the file is not UTF-8 text' : reason
    findings.refuse('', { message }, whole)
    return null
  }
}

interface Reading {
  readonly findings: Findings
  readonly source: string
  readonly origin: ValueOrigin
}

function readEntry(reading: Reading, entry: Entry, section: string): void {
  const { findings, source, origin } = reading
  const keyPlace: Place = { source, ...entry.keyAt }
  const valuePlace: Place = { source, ...entry.valueAt }
  const { key } = entry
  const path = section === '' ? (key ?? '') : `${section}.${key ?? ''}`
  const unbuilt = key === null ? null : unbuiltKey(path)
  if (unbuilt !== null) return findings.refuse(path, { message: unbuilt }, keyPlace)
  if (isConfigKey(path)) {
    const written = { origin: `${source}:${entry.keyAt.line}`, place: valuePlace }
    if (isStructured(path)) return findings.judgeStructured(path, entry, { origin, written })
    const value = entry.value.kind === 'plain' ? entry.value.value : entry.value.kind === 'items' ? [] : {}
    return findings.judge(path, checkValue(path, value, origin), written)
  }
  if (section === '' && key !== null && SECTIONS.includes(key)) {
    if (entry.value.kind === 'entries') {
      for (const inner of entry.value.entries) readEntry(reading, inner, key)
      return undefined
    }
    // A section whose lines are all commented out is empty, not wrong.
    if (entry.value.kind === 'plain' && entry.value.value === null) return undefined
    const message = `must be a section with ${namesIn(CONFIG_KEYS, key).join(', ')}`
    return findings.refuse(path, { message }, valuePlace)
  }
  const suggestion = key === null ? undefined : suggestKey(section, key)
  const why = { message: 'unknown key', ...(suggestion === undefined ? {} : { suggestion }) }
  return findings.refuse(pathOf(section, key ?? '(this key)'), why, keyPlace)
}

/** Of dotted paths, the names that may stand in a section; at the top for none. */
function namesIn(paths: readonly string[], section: string): readonly string[] {
  if (section === '') return [...new Set(paths.filter((path) => !path.includes('.')))]
  return paths.filter((path) => path.startsWith(`${section}.`)).map((path) => path.slice(section.length + 1))
}

function suggestKey(section: string, key: string): string | undefined {
  const unbuilt = namesIn(UNBUILT_KEYS, section)
  const built = [...namesIn(CONFIG_KEYS, section), ...(section === '' ? SECTIONS : [])]
  const near = nearest(key, [...built, ...unbuilt])
  if (near !== undefined) return unbuilt.includes(near) ? `${near} (not built yet)` : near
  // The right key in the wrong section, or a section's key at the top.
  return CONFIG_KEYS.find((known) => known.toLowerCase().split('.').at(-1) === key.toLowerCase())
}
