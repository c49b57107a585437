import { DIGIT, endOfSeparators, FOLDED, groupsDigits, KIND, LETTER, SEPARATOR } from './characters.ts'

/** Called for what was found: a form by its number, and where in the text. */
export type FormFound = (form: number, start: number, end: number) => boolean

/** Of each state the one before it, how many signs lead there, and the last of them. */
interface Planted {
  readonly parent: Int32Array
  readonly depth: Int32Array
  readonly by: Uint16Array
}

/**
 * Finds many values in one pass (Aho and Corasick 1975), folded as `folded` does. Its table is a hash table: values of all
 * scripts would need megabytes of rows.
 */
export class FormFinder {
  readonly #forms: readonly string[]
  readonly #from: Int32Array
  readonly #sign: Uint16Array
  readonly #to: Int32Array
  readonly #mask: number
  /** Of each state: the form that ends there plus one, the state of its longest tail, and the next such state with a form. */
  readonly #form: Int32Array
  readonly #tail: Int32Array
  readonly #shorter: Int32Array
  readonly #begins = new Uint8Array(256)
  /** Where the signs read last stand in the text, as many as the longest form has. */
  readonly #places: Int32Array
  readonly #wrap: number
  #states = 1

  /** `forms`: folded; each once. */
  constructor(forms: readonly string[]) {
    this.#forms = forms
    const most = forms.reduce((sum, form) => sum + form.length, 1)
    const size = 2 ** Math.ceil(Math.log2(most * 2))
    this.#mask = size - 1
    this.#from = new Int32Array(size)
    this.#sign = new Uint16Array(size)
    this.#to = new Int32Array(size)
    const longest = forms.reduce((length, form) => Math.max(length, form.length), 1)
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(longest)))
    this.#wrap = this.#places.length - 1
    this.#form = new Int32Array(most)
    this.#tail = new Int32Array(most)
    this.#shorter = new Int32Array(most)
    this.#link(this.#plant(most))
  }

  /** Calls back for each end of a form, the longest one first; true takes it, so that no shorter one is told. */
  scan(text: string, found: FormFound): void {
    let state = 0
    /** Signs read since the state was left in which nothing has begun. */
    let read = 0
    for (let at = 0; at < text.length; at += 1) {
      const sign = FOLDED[text.charCodeAt(at)] ?? 0
      if (sign === SEPARATOR) {
        // No form begins with one.
        if (state === 0) continue
        const end = endOfSeparators(text, at)
        if (!groupsDigits(text, at, end)) {
          state = this.#step(state, SEPARATOR)
          this.#places[read & this.#wrap] = at
          read += 1
        }
        at = end - 1
        continue
      }
      if (state === 0 && (this.#begins[sign & 255] === 0 || isWithinWord(text, at))) continue
      state = this.#step(state, sign)
      this.#places[read & this.#wrap] = at
      read += 1
      if (this.#form[state] === 0 && this.#shorter[state] === 0) continue
      if (!isWithinWord(text, at + 1)) this.#tell(text, { end: at + 1, state, read }, found)
    }
  }

  #tell(
    text: string,
    { end, state: from, read }: { readonly end: number; readonly state: number; readonly read: number },
    found: FormFound,
  ): void {
    for (let state = from; state !== 0; state = this.#shorter[state] ?? 0) {
      const form = (this.#form[state] ?? 0) - 1
      if (form < 0) continue
      const start = this.#places[(read - (this.#forms[form] ?? '').length) & this.#wrap] ?? 0
      if (!isWithinWord(text, start) && found(form, start, end)) return
    }
  }

  #plant(most: number): {
    readonly parent: Int32Array
    readonly depth: Int32Array
    readonly by: Uint16Array
  } {
    const parent = new Int32Array(most)
    const depth = new Int32Array(most)
    const by = new Uint16Array(most)
    for (const [index, form] of this.#forms.entries()) {
      let state = 0
      for (let at = 0; at < form.length; at += 1) {
        const sign = form.charCodeAt(at)
        const slot = this.#slot(state, sign)
        if (this.#to[slot] === 0) {
          const next = this.#states
          this.#states += 1
          this.#from[slot] = state
          this.#sign[slot] = sign
          this.#to[slot] = next
          parent[next] = state
          depth[next] = at + 1
          by[next] = sign
        }
        state = this.#to[slot] ?? 0
      }
      this.#form[state] = index + 1
      this.#begins[form.charCodeAt(0) & 255] = 1
    }
    return { parent, depth, by }
  }

  /** From the shallowest on: a tail is shorter than what it is the tail of. */
  #link({ parent, depth, by }: Planted): void {
    const states = Int32Array.from({ length: this.#states - 1 }, (_, at) => at + 1)
    states.sort((a, b) => (depth[a] ?? 0) - (depth[b] ?? 0))
    for (const state of states) {
      const above = parent[state] ?? 0
      const tail = above === 0 ? 0 : this.#step(this.#tail[above] ?? 0, by[state] ?? 0)
      this.#tail[state] = tail
      this.#shorter[state] = this.#form[tail] === 0 ? (this.#shorter[tail] ?? 0) : tail
    }
  }

  #step(from: number, sign: number): number {
    for (let state = from; ; state = this.#tail[state] ?? 0) {
      const next = this.#to[this.#slot(state, sign)] ?? 0
      if (next !== 0 || state === 0) return next
    }
  }

  /** Where this step lies or would lie. */
  #slot(state: number, sign: number): number {
    const hash = Math.imul(state + 1, 0x9e3779b1) ^ Math.imul(sign, 0x85ebca6b)
    let slot = (hash ^ (hash >>> 15)) & this.#mask
    while (this.#to[slot] !== 0 && (this.#from[slot] !== state || this.#sign[slot] !== sign))
      slot = (slot + 1) & this.#mask
    return slot
  }
}

/** Whether a word or a number goes on across this place. */
function isWithinWord(text: string, at: number): boolean {
  const kind = at === 0 ? 0 : (KIND[text.charCodeAt(at - 1)] ?? 0)
  return (kind === LETTER || kind === DIGIT) && at < text.length && KIND[text.charCodeAt(at)] === kind
}
