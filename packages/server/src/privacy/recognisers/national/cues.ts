import type { Said } from '../../detect/cue-words.ts'
import { CUE_WORDS } from '../../detect/cue-words.ts'
import type { Candidate } from '../../detect/recogniser.ts'
import { createKeywordAutomaton } from '../../keyword-automaton.ts'

/** How far before the value its cue may stand, and how far behind it one is looked for. */
const REACH = 72
const BEHIND = 24
/** Between a cue and its value: a few words, but neither the end of a sentence nor another number; or signs only. */
const GAP = /^(?:(?!\d{4})[^\n;。；!?]){0,30}$|^[^\p{L}\d]{0,16}$/u
const LETTER = /\p{L}/u
/** Writings that put no space between words: a cue may stand anywhere in them. */
const UNSPACED = /[぀-ヿ一-鿿가-힯฀-๿]/

/** Say that a number is of a person or firm, and not of which country: its checksum tells. */
export const ANY_ID_WORDS: readonly string[] = [
  '(?:national|personal|citizen|civil|government|gov|state)[ _-]?(?:id(?:entity|entification)?|insurance)',
  '(?:tax|fiscal)[ _-]?(?:payer)?[ _-]?(?:id(?:entity|entification)?|number|no)',
  'id[ _-]?(?:number|no|document)',
]

/** The cues of rows. */
export interface RowCues {
  /** Of each row its words. */
  readonly said: readonly Said[]
  /** Whether one of a row's stands near a value. */
  readonly isCued: (row: number, candidate: Candidate) => boolean
}

/** Of a cue with signs that mean something in a regular expression. */
const SIGNS = /[\\^$.*+?()[\]{}|]/g
const literal = (cue: string): string => cue.replaceAll(SIGNS, String.raw`\$&`)
const isUnspaced = (cue: string): boolean => UNSPACED.test(cue[0] ?? '')

function saidBy(row: string): Said {
  const all = row.split('|')
  return CUE_WORDS.add(
    [...all.filter((cue) => !isUnspaced(cue)).map(literal), ...ANY_ID_WORDS],
    all.filter(isUnspaced).map(literal),
  )
}

/** Reads the cues of rows. All rows ask about the same place, one after the other, so it is looked at once. */
export function createCues(rows: readonly string[]): RowCues {
  const said = rows.map(saidBy)
  const words: string[] = []
  const owners: number[][] = []
  rows.forEach((cues, row) => {
    for (const cue of cues.split('|').map(plain)) {
      const at = words.indexOf(cue)
      if (at === -1) owners[words.push(cue) - 1] = [row]
      else owners[at]?.push(row)
    }
  })
  const automaton = createKeywordAutomaton(words)
  const near = new Uint8Array(rows.length)
  const last: { text: string; start: number; key: string | null } = { text: '', start: -1, key: null }

  /** Marks the rows with a cue in a text, where the place of the cue is one that counts. */
  const mark = (text: string, counts: (start: number, end: number) => boolean) =>
    automaton.scan(text, (word, end) => {
      const start = end - (words[word]?.length ?? 0)
      if (isWhole(text, start, end) && counts(start, end)) for (const row of owners[word] ?? []) near[row] = 1
    })

  const look = ({ text, start, end, context }: Candidate) => {
    near.fill(0)
    const window = text.slice(Math.max(0, start - REACH), start)
    if (LETTER.test(window)) {
      const before = plain(window)
      mark(before, (_, cueEnd) => GAP.test(before.slice(cueEnd)))
    }
    const following = text.slice(end, end + BEHIND)
    if (LETTER.test(following)) {
      const behind = plain(following)
      mark(behind, (cueStart) => !/[^\s,(（[]/.test(behind.slice(0, cueStart)))
    }
    if (context.key !== null) mark(plain(context.key), () => true)
  }

  const isCued: RowCues['isCued'] = (row, candidate) => {
    const { text, start, end, context } = candidate
    const words = said[row]
    if (words === undefined) return false
    const isNear =
      CUE_WORDS.isInKey(words, context.key) || CUE_WORDS.isNear(words, text, start - REACH, end + BEHIND)
    if (!isNear) return false
    if (
      last.start !== candidate.start ||
      last.text !== candidate.text ||
      last.key !== candidate.context.key
    ) {
      look(candidate)
      last.text = candidate.text
      last.start = candidate.start
      last.key = candidate.context.key
    }
    return near[row] === 1
  }
  return { said, isCued }
}

/** `taxFileNumber`, `tax_file_number`, `Tax-File  Number` and `T.F.N.` lose what makes them differ. */
export const plain = (text: string): string =>
  text
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .replaceAll(/(?<=\p{L})\.(?=\p{L}|\s|$)|(?<=\p{L})\.(?=:)/gu, '')
    .replaceAll(/[^\S\n]+|[_'’"-]+/g, ' ')

const isWhole = (text: string, start: number, end: number): boolean =>
  UNSPACED.test(text[start] ?? '') || !(isLetter(text[start - 1]) || isLetter(text[end]))
/** `SSN为` is a whole word and another. */
const isLetter = (sign: string | undefined): boolean =>
  sign !== undefined && LETTER.test(sign) && !UNSPACED.test(sign)
