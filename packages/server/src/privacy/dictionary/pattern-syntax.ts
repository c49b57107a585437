import type { CharacterSet } from './character-set.ts'
import { EVERY, inverse, matching, only, union } from './character-set.ts'

/** Why a pattern is not taken. It names the place and never the pattern, which is the tenant's own. */
export class PatternError extends Error {}

/** What a pattern says. There is no repeat without an end, so that everything it matches is short. */
export type Pattern =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number }

/** Characters that a pattern matches at most: what is searched at one place of a text costs no more steps. */
const LONGEST_MATCH = 128
/** One character is everywhere. */
const SHORTEST_MATCH = 2
const LONGEST_PATTERN = 256
const DEEPEST = 20

/** @throws PatternError for what is not understood, and for what cannot be searched in linear time */
export function readPattern(text: string): Pattern {
  if (text.length > LONGEST_PATTERN) throw new PatternError(`is longer than ${LONGEST_PATTERN} characters`)
  const pattern = new PatternReader(text).whole()
  const { least, most } = lengthOf(pattern)
  if (least < SHORTEST_MATCH) throw new PatternError(`can match less than ${SHORTEST_MATCH} characters`)
  if (most > LONGEST_MATCH) throw new PatternError(`can match more than ${LONGEST_MATCH} characters`)
  return pattern
}

interface Length {
  readonly least: number
  readonly most: number
}

function lengthOf(pattern: Pattern): Length {
  if (pattern.kind === 'set') return { least: 1, most: 1 }
  if (pattern.kind === 'repeat') {
    const { least, most } = lengthOf(pattern.of)
    return { least: least * pattern.least, most: most * pattern.most }
  }
  const parts = pattern.parts.map(lengthOf)
  if (pattern.kind === 'sequence') {
    return parts.reduce((sum, one) => ({ least: sum.least + one.least, most: sum.most + one.most }), {
      least: 0,
      most: 0,
    })
  }
  return {
    least: Math.min(...parts.map(({ least }) => least)),
    most: Math.max(...parts.map(({ most }) => most)),
  }
}

const byForm = (form: RegExp): CharacterSet => matching((code) => form.test(String.fromCharCode(code)))

/** What may stand behind a backslash; its capital is what is not in it. */
const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: [[0x30, 0x39]],
  w: union([only(0x5f), [[0x30, 0x39]], [[0x41, 0x5a]], [[0x61, 0x7a]]]),
  // Any white space is one space by the time a text is searched.
  s: only(0x20),
}
const PROPERTIES: Readonly<Record<string, RegExp>> = {
  L: /^\p{L}$/u,
  Lu: /^\p{Lu}$/u,
  Ll: /^\p{Ll}$/u,
  N: /^\p{N}$/u,
  Han: /^\p{Script=Han}$/u,
}
const ESCAPES: Readonly<Record<string, string>> = { t: ' ', n: ' ', r: ' ' }

const LOOKAROUND = /^\?(?:<?[=!])/

class PatternReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Pattern {
    const pattern = this.#choice()
    if (this.#at < this.#text.length) throw this.#wrong('has a ")" without a "("')
    return pattern
  }

  #wrong(why: string): PatternError {
    return new PatternError(`${why}, at character ${this.#at + 1}`)
  }

  get #next(): string {
    return this.#text[this.#at] ?? ''
  }

  #takes(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #choice(): Pattern {
    const parts = [this.#sequence()]
    while (this.#takes('|')) parts.push(this.#sequence())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
  }

  #sequence(): Pattern {
    const parts: Pattern[] = []
    while (this.#next !== '' && this.#next !== '|' && this.#next !== ')') parts.push(this.#repeated())
    return { kind: 'sequence', parts }
  }

  #repeated(): Pattern {
    const of = this.#one()
    const times = this.#times()
    if (times === null) return of
    if (/[?*+{]/.test(this.#next)) throw this.#wrong('has a repeat behind a repeat, which is not understood')
    return { kind: 'repeat', of, ...times }
  }

  #times(): Length | null {
    if (this.#takes('?')) return { least: 0, most: 1 }
    if (this.#next === '*' || this.#next === '+') {
      throw this.#wrong(`repeats without an end ("${this.#next}"); say how often at most, as in {1,20}`)
    }
    if (!this.#takes('{')) return null
    const said = /^(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at))
    if (said === null) throw this.#wrong('has a "{" that is no repeat; write \\{ for the character')
    if (said[2] === ',') throw this.#wrong('repeats without an end; say how often at most, as in {1,20}')
    const least = Number(said[1])
    const most = said[3] === undefined ? least : Number(said[3])
    if (most < least || most === 0) throw this.#wrong('has a repeat that ends before it begins')
    this.#at += said[0].length
    return { least, most }
  }

  #one(): Pattern {
    if (this.#takes('(')) return this.#group()
    if (this.#takes('[')) return { kind: 'set', set: this.#class() }
    if (this.#takes('.')) return { kind: 'set', set: EVERY }
    if (/[?*+{]/.test(this.#next)) throw this.#wrong('repeats nothing')
    if (/[\^$]/.test(this.#next)) {
      throw this.#wrong('has an anchor (^ or $), which is not understood; whole words are found anyway')
    }
    if (/[\])}]/.test(this.#next))
      throw this.#wrong(`has a "${this.#next}" too many; write \\${this.#next} for the character`)
    return { kind: 'set', set: this.#character() }
  }

  #group(): Pattern {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw this.#wrong('has too many groups inside of groups')
    if (LOOKAROUND.test(this.#text.slice(this.#at)))
      throw this.#wrong('looks ahead or behind, which is not understood')
    if (!this.#takes('?:') && this.#next === '?')
      throw this.#wrong('has a kind of group that is not understood')
    const pattern = this.#choice()
    if (!this.#takes(')')) throw this.#wrong('has a "(" without a ")"')
    this.#depth -= 1
    return pattern
  }

  /** Behind the bracket. */
  #class(): CharacterSet {
    const isInverse = this.#takes('^')
    const sets: CharacterSet[] = []
    for (let isFirst = true; isFirst || this.#next !== ']'; isFirst = false) {
      if (this.#next === '') throw this.#wrong('has a "[" without a "]"')
      if (this.#next === ']') throw this.#wrong('has an empty class')
      const from = this.#character()
      const isRange = this.#next === '-' && this.#text[this.#at + 1] !== ']'
      if (isRange) this.#at += 1
      const to = isRange ? this.#character() : from
      sets.push(isRange ? this.#range(from, to) : from)
    }
    this.#at += 1
    return isInverse ? inverse(union(sets)) : union(sets)
  }

  #range(from: CharacterSet, to: CharacterSet): CharacterSet {
    const [first, last] = [onlyOf(from), onlyOf(to)]
    if (first === null || last === null || last < first) throw this.#wrong('has a range that is none')
    return [[first, last]]
  }

  #character(): CharacterSet {
    if (this.#takes('\\')) return this.#escaped()
    const sign = this.#next
    if (sign === '') throw this.#wrong('ends too early')
    const code = sign.charCodeAt(0)
    if (code >= 0xd800 && code <= 0xdfff) {
      throw this.#wrong('has a character beyond the basic plane, which only values may have')
    }
    this.#at += 1
    return only(code)
  }

  #escaped(): CharacterSet {
    const letter = this.#next
    if (letter === '') throw this.#wrong('ends with a backslash')
    if (/[1-9k]/.test(letter)) throw this.#wrong('refers back to a group, which is not understood')
    if (letter === 'b' || letter === 'B') {
      throw this.#wrong('has a word boundary, which is not understood; whole words are found anyway')
    }
    const known = CLASSES[letter.toLowerCase()]
    if (known !== undefined) {
      this.#at += 1
      return letter === letter.toLowerCase() ? known : inverse(known)
    }
    if (letter === 'p' || letter === 'P') return this.#property(letter === 'P')
    if (letter === 'x' || letter === 'u') return this.#byNumber()
    if (/[a-z0-9]/i.test(letter) && !(letter in ESCAPES))
      throw this.#wrong('has an escape that is not understood')
    this.#at += 1
    return only((ESCAPES[letter] ?? letter).charCodeAt(0))
  }

  #property(isInverse: boolean): CharacterSet {
    const [whole, name = ''] = /^.\{(?:Script=)?(\w{1,10})\}/.exec(this.#text.slice(this.#at)) ?? []
    const form = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined
    if (whole === undefined || form === undefined) {
      throw this.#wrong(`has a property other than ${Object.keys(PROPERTIES).join(', ')}`)
    }
    this.#at += whole.length
    return isInverse ? inverse(byForm(form)) : byForm(form)
  }

  #byNumber(): CharacterSet {
    const [whole, two, four] = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(this.#text.slice(this.#at)) ?? []
    if (whole === undefined) throw this.#wrong('has an escape that is not understood')
    this.#at += whole.length
    return only(Number.parseInt(two ?? four ?? '', 16))
  }
}

/** The character of a set of one. */
function onlyOf(set: CharacterSet): number | null {
  const [range] = set
  return set.length === 1 && range && range[0] === range[1] ? range[0] : null
}
