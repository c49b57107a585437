import { phraseSignals } from './signal.ts'
import type { Ownership } from './signals/piping.ts'
import { pipeSignals } from './signals/piping.ts'
import type { SkillFile } from './skill-file.ts'
import { isCode } from './skill-file.ts'

export interface HiddenFinding {
  readonly rule: string
  readonly start: number
  readonly end: number
}

const BASE64 = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{24,400000}={0,2}/g
const HEX = /(?<![\w])(?:0x)?(?:[0-9a-fA-F]{2}){16,5000}(?![\w])|(?:\\x[0-9a-fA-F]{2}){10,4000}/g
const CODES = /(?:\b\d{2,3}\s{0,2},\s{0,12}){12,2000}\d{2,3}/g
/** Digests, keys of lock files and pictures are encoded and hide nothing. */
const DATA_BEFORE =
  /(?:sha\d{1,3}[-:]|integrity["':\s]{1,6}|;base64,|data:[\w/+.-]{1,40},|digest["':=\s]{1,6}|checksum\w{0,4}["':=\s]{1,6}|hash["':=\s]{1,6}|commit["':=\s]{1,6})$/i
const HARMFUL = new Set([
  'decode-to-shell',
  'reverse-shell',
  'uploads-file',
  'uploads-command',
  'pipe-strange',
  'pipe-unknown',
  'collector',
  'secret-place',
  'remote-eval',
  'decoded-eval',
  'adds-ssh-key',
  'miner',
])
const TELLING =
  /https?:\/\/|\bcurl\b|\bwget\b|\/bin\/(?:ba)?sh|powershell|child_process|subprocess|os\.system|socket\.|eval\(|exec\(|api\.telegram|(?:\d{1,3}\.){3}\d{1,3}/i
const SHORTEST_COMMAND = 12
const BLOB = 1200
const MOST_LOOKED_AT = 2000

/** Texts in other clothes: what a file holds in base64, hexadecimal or as numbers of characters, and code made unreadable. */
export function findHidden(
  file: SkillFile,
  own: Ownership,
  texts: ScriptTexts = [],
): readonly HiddenFinding[] {
  if (file.sort === 'binary') return []
  const found: HiddenFinding[] = []
  let looked = 0
  const consider = (text: string | null, start: number, end: number): boolean => {
    if (text === null || (looked += 1) > MOST_LOOKED_AT) return false
    const rule = judge(text, own)
    if (rule !== null) found.push({ rule, start, end })
    return rule !== null
  }
  for (const { index, 0: match } of file.text.matchAll(BASE64)) {
    if (DATA_BEFORE.test(file.text.slice(Math.max(0, index - 60), index))) continue
    const isFound = consider(decoded(match, 'base64'), index, index + match.length)
    if (!isFound && match.length >= BLOB && isCode(file.sort))
      found.push({ rule: 'hidden.blob', start: index, end: index + 40 })
  }
  for (const { index, 0: match } of file.text.matchAll(HEX)) {
    consider(decoded(match.replaceAll(/\\x|^0x/g, ''), 'hex'), index, index + match.length)
  }
  for (const { index, 0: match } of file.text.matchAll(CODES)) {
    const codes = match.split(',').map(Number)
    consider(codes.every(isPrintable) ? String.fromCharCode(...codes) : null, index, index + match.length)
  }
  if (isCode(file.sort)) {
    // What a program joins from pieces is not in its text; what is there has been searched already.
    for (const { text, start } of texts) {
      if (!file.text.includes(text) && isCommand(text, own))
        found.push({ rule: 'hidden.command', start, end: start + 40 })
    }
    const packed = packedAt(file.text)
    if (packed >= 0) found.push({ rule: 'hidden.packed-code', start: packed, end: packed + 40 })
  }
  return found
}

type ScriptTexts = readonly { readonly text: string; readonly start: number }[]

const isPrintable = (code: number): boolean =>
  (code >= 32 && code < 127) || code === 10 || code === 13 || code === 9

function decoded(text: string, form: 'base64' | 'hex'): string | null {
  const bytes = Buffer.from(text, form)
  if (bytes.length < 12) return null
  let printable = 0
  for (const byte of bytes) if (isPrintable(byte)) printable += 1
  return printable / bytes.length > 0.95 ? bytes.toString('latin1') : null
}

const isCommand = (text: string, own: Ownership): boolean =>
  text.length >= SHORTEST_COMMAND &&
  (phraseSignals(text).some(({ name }) => HARMFUL.has(name)) ||
    pipeSignals(text, own).some(({ name }) => HARMFUL.has(name)))

function judge(text: string, own: Ownership, depth = 0): string | null {
  if (isCommand(text, own)) return 'hidden.command'
  if (depth < 2) {
    for (const { 0: match } of text.matchAll(BASE64)) {
      const inside = decoded(match, 'base64')
      const rule = inside === null ? null : judge(inside, own, depth + 1)
      if (rule !== null) return rule
    }
  }
  return TELLING.test(text) ? 'hidden.address' : null
}

/** Names as packers make them, or a very long line that is dense with escapes. */
function packedAt(text: string): number {
  const names = text.match(/\b_0x[0-9a-f]{4,6}\b/g)
  if (names && names.length > 20) return text.indexOf(names[0] ?? '')
  const packer = text.search(
    /eval\(function\(p,a,c,k,e,[dr]\)|\bjjencode\b|(?:\[\]|!\[\]|\+\[\]){12}|(?:\(!\[\]\+\[\]\)\[\+){2}/,
  )
  if (packer >= 0) return packer
  return text.search(/(?:\\u00[0-9a-f]{2}|\\x[0-9a-f]{2}){40}/i)
}
