/** How a word begins that a regular expression matches, as far as it is looked at. */
export interface WordStart {
  readonly letters: string
  /** The word ends there; otherwise anything may follow. */
  readonly isWhole: boolean
}

/** Of a word so many letters are looked at; more would only make the tables larger. */
const MOST_LETTERS = 8
const CUT = '…'

type Starts = ReadonlySet<string>

/**
 * What the words begin with that a source of `cues` stands for: letters, classes, groups and how often they come. Signs that
 * `isLeftOut` are left out.
 * @throws Error where a word may begin with anything
 */
export function wordStarts(source: string, isLeftOut: (letter: string) => boolean): WordStart[] {
  const found = new Reader(source, isLeftOut).whole()
  return [...found].map((word) => {
    const isWhole = !word.endsWith(CUT)
    const letters = isWhole ? word : word.slice(0, -1)
    if (letters === '') throw new Error(`a cue may begin with anything: ${source}`)
    return { letters, isWhole }
  })
}

class Reader {
  readonly #source: string
  readonly #isLeftOut: (letter: string) => boolean
  #at = 0

  constructor(source: string, isLeftOut: (letter: string) => boolean) {
    this.#source = source
    this.#isLeftOut = isLeftOut
  }

  whole(): Starts {
    return this.#choice()
  }

  #choice(): Starts {
    let all = this.#sequence()
    while (this.#source[this.#at] === '|') {
      this.#at += 1
      all = all.union(this.#sequence())
    }
    return all
  }

  #sequence(): Starts {
    let starts: Starts = new Set([''])
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? ''))
      starts = followed(starts, this.#item())
    return starts
  }

  /** What one letter, class or group may be, with how often it comes. */
  #item(): Starts {
    const one = this.#one()
    const times = /^(?:\?|\{(\d+),\d+\})/.exec(this.#source.slice(this.#at))
    if (times === null) return one
    this.#at += times[0].length
    if (times[0] === '?') return one.union(new Set(['']))
    return new Set([CUT])
  }

  #one(): Starts {
    const sign = this.#source[this.#at] ?? ''
    this.#at += 1
    if (sign === '[') return this.#class()
    if (sign === '(') {
      this.#at += '?:'.length
      const inner = this.#choice()
      this.#at += 1
      return inner
    }
    if (sign === '\\') {
      this.#at += 1
      return this.#letter(this.#source[this.#at - 1] ?? '')
    }
    return sign === '.' ? new Set([CUT]) : this.#letter(sign)
  }

  #class(): Starts {
    const end = this.#source.indexOf(']', this.#at)
    const inside = this.#source.slice(this.#at, end)
    this.#at = end + 1
    if (/[\\^-]/.test(inside)) return new Set([CUT])
    return new Set(Array.from(inside, (letter) => letter))
  }

  #letter(letter: string): Starts {
    return new Set([this.#isLeftOut(letter) ? '' : letter])
  }
}

/** Each of the one with each of the other behind it, unless it is cut. */
function followed(starts: Starts, next: Starts): Starts {
  const all = new Set<string>()
  for (const start of starts) {
    if (start.endsWith(CUT)) all.add(start)
    else
      for (const more of next) {
        const word = start + more
        const letters = word.endsWith(CUT) ? word.slice(0, -1) : word
        all.add(letters.length > MOST_LETTERS ? letters.slice(0, MOST_LETTERS) + CUT : word)
      }
  }
  return all
}
