import { KIND, LETTER } from './characters.ts'
import { FormFinder } from './form-finder.ts'
import type { ChineseForms, KnownForm } from './known-forms.ts'
import { isCapital } from './known-forms.ts'
import type { SignRuns } from './sign-runs.ts'
import { runsOf } from './sign-runs.ts'

/** Where a known form stands in a text. */
export interface KnownHit {
  readonly start: number
  readonly end: number
  /** Which one, as `nameOf` says. */
  readonly form: string
}

interface Stretch {
  readonly start: number
  readonly end: number
}

/** The same for forms that are found in the same places. */
export const nameOf = ({ form, case: how, value, doubt }: KnownForm): string =>
  how === 'exact' ? `${how} ${value}` : `${how}${doubt ?? ''} ${form}`

/** Shorter numbers occur within words of letters and figures. */
const FEWEST_IN_A_WORD = 7

/** Each costs a look around it: what is doubtful more often in one text is taken for meant. */
const MOST_DOUBTS = 1000

/** Forms that became known together. */
export class KnownPart {
  readonly #forms: readonly KnownForm[]
  readonly #names: readonly string[]
  readonly #finder: FormFinder
  readonly #chinese: ChineseForms | null
  /** Of each form; null: nobody has asked. */
  #runs: readonly (readonly number[])[] | null = null

  /** `chinese`: tells of doubtful forms whether they are meant; null: there are none. */
  constructor(forms: readonly KnownForm[], chinese: ChineseForms | null) {
    this.#chinese = chinese
    this.#forms = forms
    this.#names = forms.map(nameOf)
    this.#finder = new FormFinder(forms.map(({ form }) => form))
  }

  /** Which of them may stand in texts of which these are the runs, as `nameOf` says. */
  *near(signs: SignRuns): Generator<string> {
    this.#runs ??= this.#forms.map(({ form }) => runsOf(form))
    for (const [at, runs] of this.#runs.entries()) if (signs.mayHold(runs)) yield this.#names[at] ?? ''
  }

  /** In a text that was normalised, in its order; none of them holds another one. */
  find(text: string): readonly KnownHit[] {
    const hits: KnownHit[] = []
    let doubts = 0
    this.#finder.scan(text, (at, start, end) => {
      const form = this.#forms[at]
      if (form === undefined || !isMeant(text, form, { start, end })) return false
      if (form.doubt !== undefined && this.#chinese !== null) {
        doubts += 1
        if (doubts <= MOST_DOUBTS && !this.#chinese.isMeant(text, { start, end }, form.doubt === 'word'))
          return false
      }
      let last = hits.at(-1)
      // What ends later and begins no later holds it.
      while (last !== undefined && last.start >= start) {
        hits.pop()
        last = hits.at(-1)
      }
      hits.push({ start, end, form: this.#names[at] ?? '' })
      return true
    })
    return hits
  }
}

/** In the order of the text, without those that another one holds. */
export function outermost<S extends Stretch>(stretches: readonly S[]): readonly S[] {
  if (stretches.length < 2) return stretches
  let end = 0
  return stretches
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((one) => {
      const isHeld = one.end <= end
      if (!isHeld) end = one.end
      return !isHeld
    })
}

function isMeant(text: string, { case: how, form, value }: KnownForm, { start, end }: Stretch): boolean {
  if (how === 'capital') return isCapital(text.slice(start, start + 1))
  if (how === 'exact') return text.startsWith(value, start)
  const standsAlone = form.length < FEWEST_IN_A_WORD && /\d/.test(form)
  return !standsAlone || !touchesLetter(text, { start, end })
}

const touchesLetter = (text: string, { start, end }: Stretch): boolean =>
  (start > 0 && KIND[text.charCodeAt(start - 1)] === LETTER) || KIND[text.charCodeAt(end)] === LETTER
