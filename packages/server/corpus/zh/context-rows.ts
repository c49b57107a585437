import { join } from 'node:path'
import { REACH, contextCode } from '../../src/privacy/names/zh/context.ts'
import { SURNAMES } from '../../src/privacy/names/zh/surnames.ts'
import type { Example } from '../fill-frames.ts'
import { fillFrame, readFrames } from '../fill-frames.ts'
import { Random } from '../random.ts'
import { asRead, CHINESE } from './language.ts'

const ROUNDS = 3
/** So many times the shorter context counts beside what was seen of the longer one. */
const PRIOR = 4
/** What says so little more than the shorter context is left out. */
const LEAST = 5
const SEEN = 2
const MOST = 40

interface Count {
  names: number
  all: number
}

const surnames = new Set(Array.from(SURNAMES.keys(), (name) => name[0]))

/** The contexts of a place, the shortest first. */
function gramsOf(text: string, from: number, step: number): string[] {
  const codes = Array.from({ length: REACH }, (_, i) => contextCode(text, from + i * step))
  return codes.map((_, i) => String.fromCharCode(...codes.slice(0, i + 1)))
}

function count(counts: Map<string, Count>, grams: readonly string[], isName: boolean): void {
  for (const gram of ['', ...grams]) {
    const seen = counts.get(gram) ?? { names: 0, all: 0 }
    seen.all += 1 / ROUNDS
    if (isName) seen.names += 1 / ROUNDS
    counts.set(gram, seen)
  }
}

function learn({ text, entities }: Example, before: Map<string, Count>, after: Map<string, Count>): void {
  const names = entities.filter(({ type }) => type === 'PERSON')
  const starts = new Set(names.map(({ start }) => start))
  const ends = new Set(names.map(({ end }) => end))
  const isInside = (at: number) => names.some(({ start, end }) => at > start && at < end)
  for (let at = 0; at <= text.length; at += 1) {
    if (isInside(at)) continue
    if (starts.has(at) || surnames.has(text[at] ?? ''))
      count(before, gramsOf(text, at - 1, -1), starts.has(at))
    const isEnd =
      [2, 3].some((length) => surnames.has(text[at - length] ?? '')) && !/[^㐀-鿿]/.test(text[at - 1] ?? ' ')
    if (ends.has(at) || isEnd) count(after, gramsOf(text, at, 1), ends.has(at))
  }
}

/** Lines of contexts by their value. */
function table(side: 'b' | 'a', counts: ReadonlyMap<string, Count>): string {
  const odds = (share: number) => Math.log(share / (1 - share))
  const all = counts.get('') ?? { names: 1, all: 2 }
  const shares = new Map<string, number>([['', all.names / all.all]])
  const values = new Map<string, number>([['', 0]])
  const rows = new Map<number, string[]>()
  for (const [gram, { names, all: total }] of [...counts].sort(
    ([one], [other]) => one.length - other.length,
  )) {
    if (gram === '') continue
    const shorter = shares.get(gram.slice(0, -1)) ?? 0
    const share = (names + PRIOR * shorter) / (total + PRIOR)
    shares.set(gram, share)
    const value = Math.max(-MOST, Math.min(MOST, Math.round((odds(share) - odds(shares.get('') ?? 0)) * 8)))
    const known = values.get(gram.slice(0, -1)) ?? 0
    const isKept = total > SEEN - 0.5 && Math.abs(value - known) >= LEAST
    values.set(gram, isKept ? value : known)
    if (isKept) rows.set(value, [...(rows.get(value) ?? []), gram])
  }
  return Array.from(rows)
    .sort(([one], [other]) => one - other)
    .map(([value, grams]) => `${side} ${value} ${grams.sort().join(' ')}\n`)
    .join('')
}

/** The rows of context.txt: what the characters beside a name say for it, counted in the frames of all registers but some. */
export function contextRows(isLeftOut: (register: string) => boolean = () => false): string {
  const random = new Random(1)
  const [before, after] = [new Map<string, Count>(), new Map<string, Count>()]
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [register, frames] of readFrames(join(import.meta.dirname, 'frames')))
      for (const frame of frames)
        if (!isLeftOut(register)) learn(asRead(fillFrame(frame, CHINESE, () => random.next())), before, after)
  return table('b', before) + table('a', after)
}
