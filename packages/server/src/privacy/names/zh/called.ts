import type { Lexicon } from './lexicon.ts'
import type { Stretch } from './organisations.ts'
import type { Tokens } from './tokens.ts'
import { MARK, NAME } from './tokens.ts'
import { Segmenter } from './segmenter.ts'
import { simplified } from './traditional.ts'
import { WordNames } from './word-names.ts'
import { CUE, FUNCTION_WORD, PLACE, SAYS, TITLE } from './word-table.ts'

const FULL_NAME = /^[㐀-䶿一-鿿]{2,4}$/
const BEFORE = Array.from('小阿老大')
const BEHIND = Array.from('哥姐总弟妹叔姨仔儿子')
const LONGEST = 4
/** So far around a form is read what tells whether somebody is meant. */
const AROUND = 16
/** A word that is somebody's given name is one for less than a word of which nothing is known. */
const ENOUGH_OF_KNOWN = { whole: -120, part: -75 }

interface Form extends Stretch {
  /** What must be said for it where it is a word. */
  readonly enough: number
}

interface Search {
  readonly start: number
  /** Of the token that `start` lies in. */
  readonly index: number
  readonly forms: ReadonlySet<string>
  readonly names: ReadonlySet<string>
}

const firstTwo = (text: string, at: number, length: number): number =>
  ((text.charCodeAt(at) * 31) ^ (length > 1 ? text.charCodeAt(at + 1) : 0)) & 0xffff

/** What else somebody is called: of 张建国 the given name 建国, and 小国, 阿国, 国哥; of 张伟 also 伟. */
function formsOf(name: string, { surnames, compounds }: Lexicon): readonly string[] {
  if (!FULL_NAME.test(name)) return []
  const read = simplified(name)
  const compound = compounds.get(read.charCodeAt(0))?.find(([surname]) => read.startsWith(surname))?.[0]
  const isCompound = compound !== undefined && name.length > compound.length
  if (!isCompound && (name.length === 4 || surnames[read.charCodeAt(0)] === 0)) return []
  const given = name.slice(isCompound ? compound.length : 1)
  const last = given.slice(-1)
  return [
    given,
    `${last}${last}`,
    ...BEFORE.flatMap((word) => (given === last ? [word + last] : [word + given, word + last])),
    ...BEHIND.map((word) => last + word),
  ]
}

/** Finds who is named in full once and otherwise in a text. */
export class Called {
  readonly #lexicon: Lexicon
  readonly #words: WordNames
  readonly #segmenter: Segmenter
  /** Where a form may begin, by its first two characters; empty between two texts. */
  readonly #begins = new Uint8Array(65_536)

  constructor(lexicon: Lexicon, words = new WordNames(lexicon), segmenter = new Segmenter(lexicon)) {
    this.#lexicon = lexicon
    this.#words = words
    this.#segmenter = segmenter
  }

  /** Where the names stand again, whole and in their other forms; they may overlap what was found already. */
  find(text: string, tokens: Tokens, names: ReadonlySet<string>): readonly Stretch[] {
    const again: Stretch[] = []
    const forms = new Set<string>()
    for (const name of names) for (const form of [name, ...formsOf(name, this.#lexicon)]) forms.add(form)
    if (forms.size === 0) return again
    const begins = this.#begins
    for (const form of forms) begins[firstTwo(form, 0, form.length)] = 1
    for (let start = 0, index = 0; start < text.length; start += 1) {
      while (tokens.end(index) <= start && index < tokens.count) index += 1
      const isAlone = tokens.start(index) === start && tokens.length(index) === 1
      const mayBegin =
        begins[firstTwo(text, start, 2)] === 1 || (isAlone && begins[firstTwo(text, start, 1)] === 1)
      if (!mayBegin) continue
      const found = this.#at(text, tokens, { start, index, forms, names })
      if (found === 0) continue
      again.push({ start, end: start + found })
      start += found - 1
    }
    for (const form of forms) begins[firstTwo(form, 0, form.length)] = 0
    return again
  }

  /** How long the form is that begins here; 0: none does. */
  #at(text: string, tokens: Tokens, { start, index, forms, names }: Search): number {
    for (let length = LONGEST; length > 0; length -= 1) {
      const form = text.slice(start, start + length)
      if (form.length < length || !forms.has(form)) continue
      const isName = names.has(form)
      if (isName && length > 2) return length
      const enough = isName ? ENOUGH_OF_KNOWN.whole : ENOUGH_OF_KNOWN.part
      if (this.#isMeant(text, tokens, index, { start, end: start + length, enough })) return length
    }
    return 0
  }

  /** What else than in full somebody is called. */
  formsOf(name: string): readonly string[] {
    return formsOf(name, this.#lexicon)
  }

  /** Whether a name is a word as well: then it is not one wherever it stands. */
  isWord(name: string): boolean {
    return this.#lexicon.words.kindOf(simplified(name), 0, name.length) !== 0
  }

  /** Whether somebody is meant by a form, by what stands around it; `isWhole`: it is the name in full. */
  isMeant(written: string, { start, end }: Stretch, isWhole: boolean): boolean {
    const from = Math.max(0, start - AROUND)
    const text = simplified(written.slice(from, end + AROUND))
    const tokens = this.#segmenter.cut(text)
    let index = 0
    while (index < tokens.count && tokens.end(index) <= start - from) index += 1
    const enough = isWhole ? ENOUGH_OF_KNOWN.whole : ENOUGH_OF_KNOWN.part
    return this.#isMeant(text, tokens, index, { start: start - from, end: end - from, enough })
  }

  #isMeant(text: string, tokens: Tokens, index: number, { start, end, enough }: Form): boolean {
    if (tokens.start(index) !== start) return false
    let last = index
    while (tokens.end(last) < end && last < tokens.count) last += 1
    if (tokens.end(last) !== end) return false
    const [before, after] = [tokens.kind(index - 1), tokens.kind(last + 1)]
    if (end - start === 1)
      return (before & MARK) !== 0 && (after & (MARK | SAYS)) !== 0 && isPlain(tokens, index)
    if (last === index && (tokens.kind(index) & NAME) === 0)
      return isPlain(tokens, index) && this.#words.score(text, tokens, index) >= enough
    for (let i = index; i <= last; i += 1) if ((tokens.kind(i) & FUNCTION_WORD) === 0) return true
    return false
  }
}

const isPlain = (tokens: Tokens, index: number) =>
  (tokens.kind(index) & (CUE | TITLE | PLACE | FUNCTION_WORD)) === 0
