import { LABELS } from './model.ts'
import type { Read } from './read.ts'
import { flagsOf } from './read.ts'
import { CAPITALISED, CAPITALS, ONE_CAPITAL, hashOf } from './tokens.ts'
import { ADJECTIVE, CALENDAR, FIRST_NAME, LAST_NAME, TITLE } from './vocabulary.ts'

const [OUTSIDE, BEGINS, GOES_ON] = [0, LABELS.indexOf('B-PERSON'), LABELS.indexOf('I-PERSON')]
const [ADDRESS, FIRM] = [LABELS.indexOf('B-ADDRESS'), LABELS.indexOf('B-ORGANIZATION')]
/** Words that begin sentences, which some list has as given names. */
const NO_NAMES = new Set(
  'a an and are as ask at be but by call can dear do even for from general get has he hi his how i if in into is it its just let line like long major may me mr mrs my no not now of on only or our per please said say see send she so tell than thanks that the then they this to two us was we when where who why will with yes you your'
    .split(' ')
    .map(hashOf),
)

/** A given name and the surname after it are one name. Changes the labels of the tokens from `from` to `to`. */
export function joinNames(read: Read, labels: Uint8Array, { from, to }: { from: number; to: number }): void {
  for (let token = from + 1; token < to; token += 1) {
    joinAtComma(read, labels, { from, token })
    const [label, before] = [labels[token - from] ?? OUTSIDE, labels[token - 1 - from] ?? OUTSIDE]
    joinInitial(read, labels, { from, token })
    if (!areTogether(read, token)) continue
    if (label === FIRM && before !== OUTSIDE && before < ADDRESS) joinFirm(labels, token - from)
    if (label === BEGINS && (before === OUTSIDE || before === BEGINS) && isGiven(read, token - 1)) {
      labels[token - 1 - from] = BEGINS
      labels[token - from] = GOES_ON
    } else if (before === BEGINS && isSurname(read, token) && isFree(labels, token - from)) {
      labels[token - from] = GOES_ON
    }
  }
}

/** `Reis, Ana; Hale, Tom` */
function joinAtComma(
  { text, tokens }: Read,
  labels: Uint8Array,
  { from, token }: { from: number; token: number },
): void {
  const at = token - from
  if (text[tokens.start[token] ?? 0] === '/') joinAtSlash(tokens, labels, { from, token })
  if (text[tokens.start[token] ?? 0] !== ',' || labels[at + 1] !== BEGINS || labels[at] !== OUTSIDE) return
  let [first, last] = [at - 1, at + 1]
  while (first > 0 && labels[first] === GOES_ON) first -= 1
  while (labels[last + 1] === GOES_ON) last += 1
  if (labels[first] !== BEGINS) return
  const isListed =
    text[tokens.end[last + from] ?? 0] === ';' || text[(tokens.start[first + from] ?? 0) - 2] === ';'
  if (isListed) labels.fill(GOES_ON, at, at + 2)
}

/** `LEHTINEN/AINO`, as tickets have it. */
function joinAtSlash(
  { shape, spaced }: Read['tokens'],
  labels: Uint8Array,
  { from, token }: { from: number; token: number },
): void {
  const at = token - from
  const isTicket = shape[token - 1] === CAPITALS && shape[token + 1] === CAPITALS && spaced[token + 1] === 0
  const isName = labels[at - 1] === BEGINS && (labels[at + 1] === BEGINS || labels[at + 1] === OUTSIDE)
  if (isTicket && isName && spaced[token] === 0) labels.fill(GOES_ON, at, at + 2)
}

/** `A. J.` and Fairbanks. */
function joinInitial(
  { text, tokens }: Read,
  labels: Uint8Array,
  { from, token }: { from: number; token: number },
): void {
  const at = token - from
  const { shape, start } = tokens
  const isAfterInitial =
    at > 1 && shape[token] === CAPITALISED && shape[token - 2] === ONE_CAPITAL && tokens.spaced[token] === 1
  if (!isAfterInitial || text[start[token - 1] ?? 0] !== '.') return
  const isName = labels[at - 2] === BEGINS || labels[at - 2] === GOES_ON
  if (isName && isFree(labels, at)) labels.fill(GOES_ON, at - 1, at + 1)
}

/** Calder Valley, of Calder Valley Foods Ltd. */
function joinFirm(labels: Uint8Array, at: number): void {
  let first = at - 1
  while (first > 0 && labels[first] === GOES_ON) first -= 1
  labels.fill(FIRM + 1, first, at + 1)
  labels[first] = FIRM
}

function areTogether({ tokens }: Read, token: number): boolean {
  const { shape, spaced, start, end } = tokens
  return (
    shape[token] === CAPITALISED &&
    shape[token - 1] === CAPITALISED &&
    spaced[token] === 1 &&
    start[token] === (end[token - 1] ?? 0) + 1
  )
}

const isGiven = (read: Read, token: number): boolean =>
  (flagsOf(read, token) & (FIRST_NAME | TITLE)) === FIRST_NAME && !NO_NAMES.has(read.tokens.hash[token] ?? 0)

function isSurname(read: Read, token: number): boolean {
  const flags = flagsOf(read, token)
  return (flags & LAST_NAME) !== 0 && (flags & (CALENDAR | TITLE | ADJECTIVE)) === 0
}

/** Nothing, or something that is one word or an address whose number comes first. */
function isFree(labels: Uint8Array, at: number): boolean {
  const label = labels[at] ?? OUTSIDE
  if (label === OUTSIDE) return true
  const name = LABELS[label] ?? ''
  return name === 'B-ADDRESS' || (name.startsWith('B-') && labels[at + 1] !== label + 1)
}
