import type { Detector } from '../detect/detector.ts'
import type { ScanContext } from '../detect/recogniser.ts'
import type { Span } from '../detect/span.ts'
import { findInAddress } from './addresses.ts'
import { findAssigned, isSecretKey, judgeWhole, keyAround } from './assignments.ts'
import type { Finding } from './assignments.ts'
import { findKeyBlock, findPuttyKey } from './key-blocks.ts'
import { createKeywordAutomaton } from '../keyword-automaton.ts'
import { findByRule, SECRET_RULES } from './rules/all.ts'
import { SPOKEN } from './key-names.ts'
import { findSaid } from './sentences.ts'
import { findInColumn, findInserted } from './tables.ts'

/** Parts of names such as `dbPassword`, `api_key`, `X-Auth-Token`; whether the whole name means a secret is asked later. */
const STEMS =
  'passw pw passphrase passcode pwd psw passwd secret token apikey key cred auth cookie session sess sid bearer psk pass mnemonic dsn salt license jwt sas'.split(
    ' ',
  )

type Sourced = Finding & { readonly source: string }

/** What is tried where a word was found. `judged` is the end of the last value that was found. */
type Finder = (text: string, start: number, end: number, judged: number) => readonly Sourced[]

interface Place {
  readonly word: string
  readonly find: Finder
}

const PLACES: readonly Place[] = [
  ...SECRET_RULES.map((rule): Place => ({
    word: rule.keyword,
    find: (text, start) => from(rule.id, findByRule(rule, text, start)),
  })),
  ...STEMS.map((word) => ({ word, find: findByName })),
  ...Object.keys(SPOKEN).map((word): Place => ({
    word,
    find: (text, start, end) => from('said-secret', findSaid(text, start, end)),
  })),
  { word: '://', find: (text, start) => from('address-credentials', findInAddress(text, start)) },
  { word: '-----begin ', find: (text, start) => from('private-key-block', findKeyBlock(text, start)) },
  { word: '---- begin ssh2', find: (text, start) => from('private-key-block', findKeyBlock(text, start)) },
  { word: 'putty-user-key-file', find: (text, start) => from('putty-key', findPuttyKey(text, start)) },
]
const WORDS = [...new Set(PLACES.map(({ word }) => word))]
const AUTOMATON = createKeywordAutomaton(WORDS)
const FINDERS: readonly (readonly Finder[])[] = WORDS.map((word) =>
  PLACES.filter((place) => place.word === word).map(({ find }) => find),
)

/** Keys, tokens, passwords: by the vendors' forms, by the names they are given, by what is said of them. */
export const createSecretDetector = (): Detector => ({ id: 'secrets', detect })

function detect(text: string, context: ScanContext): readonly Span[] {
  const found: Span[] = []
  const add = ({ start, end, score, source }: Sourced) =>
    found.push({ start, end, score, type: 'SECRET', source })
  const whole = context.key === null ? null : judgeWhole(text, context.key)
  if (whole !== null) add({ ...whole, source: 'named-by-key' })
  let judged = 0
  AUTOMATON.scan(text, (word, end) => {
    const start = end - (WORDS[word]?.length ?? 0)
    for (const find of FINDERS[word] ?? []) {
      for (const finding of find(text, start, end, judged)) {
        judged = Math.max(judged, finding.end)
        if (finding.score > 0) add(finding)
      }
    }
  })
  return found.length > 1 ? widest(found) : found
}

/** The key around a stem and what it is given; failing that, what a sentence says of it, or the column that it heads. */
function findByName(text: string, start: number, end: number, judged: number): readonly Sourced[] {
  if (start < judged) return NONE
  const key = keyAround(text, start, end)
  const examined = { start: key.start, end: key.end, score: 0, source: 'name' }
  if (!isSecretKey(key) || key.start < judged) return [examined]
  const assigned = findAssigned(text, key)
  if (assigned !== null) return from('assigned-secret', assigned)
  const said = findSaid(text, key.start, key.end)
  if (said !== null) return from('said-secret', said)
  const column = inTable(text, key.start, key.end, key.class)
  return column.length === 0 ? [examined] : column.flatMap((finding) => from('secret-column', finding))
}

function inTable(...place: Parameters<typeof findInColumn>): readonly Finding[] {
  const inserted = findInserted(...place)
  return inserted.length > 0 ? inserted : findInColumn(...place)
}

const NONE: readonly Sourced[] = []
const from = (source: string, finding: Finding | null): readonly Sourced[] =>
  finding === null ? NONE : [{ ...finding, source }]

/** Of spans that lie within another only the outer one stays: the block and not its lines, the token and not a half of it. */
function widest(spans: readonly Span[]): readonly Span[] {
  const ordered = spans.toSorted(
    (one, other) => one.start - other.start || other.end - one.end || other.score - one.score,
  )
  let reached = -1
  return ordered.filter(({ end }) => {
    const isInside = end <= reached
    reached = Math.max(reached, end)
    return !isInside
  })
}
