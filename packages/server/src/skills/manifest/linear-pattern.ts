/** Why a pattern is not taken. */
export class PatternRefused extends Error {}

interface LinearPattern {
  readonly test: (text: string) => boolean
  /** The pattern: ajv tells them apart by their words. */
  readonly toString: () => string
}

type Step =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'start' | 'end' | 'edge' | 'within' }
  | { readonly kind: 'split'; readonly to: number }
  | { readonly kind: 'jump'; readonly to: number }

type Tree =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly of: Tree; readonly least: number; readonly most: number | null }

const LONGEST = 1024
const DEEPEST = 32
const MOST_STEPS = 4000

/**
 * A regular expression (ECMA-262 with the flag `u`) without references back and without looking around, which is tried in
 * all ways at once (Thompson 1968): no text takes longer than its length times that of the pattern.
 * @throws PatternRefused
 */
function createPattern(source: string): LinearPattern {
  if (source.length > LONGEST) throw new PatternRefused(`pattern is longer than ${LONGEST} characters`)
  try {
    // Only asked whether it is one.
    RegExp(source, 'u')
  } catch {
    throw new PatternRefused('pattern is no regular expression')
  }
  const steps = stepsOf(new PatternReader(source).whole())
  return { test: (text) => isFoundIn(text, steps), toString: () => source }
}

/** What ajv asks for patterns instead of the expressions of the language. */
export const linearPattern = Object.assign((source: string) => createPattern(source), {
  code: 'linearPattern',
})

/** Reads what the language has found to be well-formed. */
class PatternReader {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  whole(): Tree {
    return this.#choice()
  }

  #choice(): Tree {
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    return { kind: 'choice', parts }
  }

  #sequence(): Tree {
    const parts: Tree[] = []
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#one()))
    }
    return { kind: 'sequence', parts }
  }

  #one(): Tree {
    if (this.#take('(')) return this.#group()
    if (this.#take('^')) return { kind: 'step', step: { kind: 'start' } }
    if (this.#take('$')) return { kind: 'step', step: { kind: 'end' } }
    if (this.#take('\\b')) return { kind: 'step', step: { kind: 'edge' } }
    if (this.#take('\\B')) return { kind: 'step', step: { kind: 'within' } }
    const rest = this.#source.slice(this.#at)
    if (/^\\[1-9k]/.test(rest)) throw new PatternRefused('pattern refers back to a group')
    const atom =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[Dd][89ABab][\dA-Fa-f]{2}\\u[Dd][C-Fc-f][\dA-Fa-f]{2}|u.{4}|x.{2}|c.|.)|.)/su.exec(
        rest,
      )?.[0] ?? ''
    this.#at += atom.length
    return { kind: 'step', step: { kind: 'character', fits: fitting(atom) } }
  }

  #group(): Tree {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new PatternRefused('pattern is nested too deep')
    const opening = /^\?(?::|<[^=!>][^>]*>)/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    if (opening === '' && this.#source[this.#at] === '?') {
      throw new PatternRefused('pattern looks ahead or behind')
    }
    this.#at += opening.length
    const inner = this.#choice()
    this.#at += 1
    this.#depth -= 1
    return inner
  }

  #repeated(one: Tree): Tree {
    const [whole, sign, least, comma, most] =
      /^(?:([*+?])|\{(\d+)(,)?(\d+)?\})\??/.exec(this.#source.slice(this.#at)) ?? []
    if (whole === undefined) return one
    this.#at += whole.length
    if (sign !== undefined) {
      return { kind: 'repeat', of: one, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : null }
    }
    const from = Number(least)
    const upTo = comma === undefined ? from : most === undefined ? null : Number(most)
    return { kind: 'repeat', of: one, least: from, most: upTo }
  }

  #take(text: string): boolean {
    const isThere = this.#source.startsWith(text, this.#at)
    if (isThere) this.#at += text.length
    return isThere
  }
}

/** Whether one character is in a set, which the language reads; of those that are common it is remembered. */
function fitting(atom: string): (character: string) => boolean {
  const set = new RegExp(`^${atom}$`, 'su')
  const dot = atom === '.' ? /[\n\r\u2028\u2029]/ : null
  const known = Array.from({ length: 128 }, (_, code) => {
    const character = String.fromCharCode(code)
    return set.test(character) && dot?.test(character) !== true
  })
  return (character) => {
    const code = character.codePointAt(0) ?? 0
    return known[code] ?? (set.test(character) && dot?.test(character) !== true)
  }
}

function stepsOf(tree: Tree): readonly Step[] {
  const steps: Step[] = []
  const add = (step: Step): number => {
    if (steps.length >= MOST_STEPS) throw new PatternRefused('pattern repeats too much')
    return steps.push(step) - 1
  }
  const grow = (one: Tree): void => {
    if (one.kind === 'step') return void add(one.step)
    if (one.kind === 'sequence') return one.parts.forEach(grow)
    if (one.kind === 'choice') return growChoice(one.parts)
    for (let time = 0; time < one.least; time += 1) grow(one.of)
    if (one.most === null) {
      const fork = add({ kind: 'split', to: 0 })
      grow(one.of)
      add({ kind: 'jump', to: fork })
      steps[fork] = { kind: 'split', to: steps.length }
      return undefined
    }
    const forks: number[] = []
    for (let time = one.least; time < one.most; time += 1) {
      forks.push(add({ kind: 'split', to: 0 }))
      grow(one.of)
    }
    for (const fork of forks) steps[fork] = { kind: 'split', to: steps.length }
    return undefined
  }
  const growChoice = (parts: readonly Tree[]): void => {
    const ends: number[] = []
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1
      const fork = isLast ? -1 : add({ kind: 'split', to: 0 })
      grow(part)
      if (isLast) break
      ends.push(add({ kind: 'jump', to: 0 }))
      steps[fork] = { kind: 'split', to: steps.length }
    }
    for (const end of ends) steps[end] = { kind: 'jump', to: steps.length }
  }
  grow(tree)
  return steps
}

const isWord = (character: string | undefined): boolean => character !== undefined && /^\w$/.test(character)

function isFoundIn(text: string, steps: readonly Step[]): boolean {
  const characters = Array.from(text)
  let open: number[] = []
  const seenAt = new Int32Array(steps.length + 1).fill(-1)
  for (let at = 0; at <= characters.length; at += 1) {
    // A match may begin at every place.
    const reached: number[] = []
    const waiting = [0, ...open.toReversed()]
    for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
      if (seenAt[step] === at) continue
      seenAt[step] = at
      const one = steps[step]
      if (one === undefined) return true
      if (one.kind === 'character') reached.push(step)
      else if (one.kind === 'jump') waiting.push(one.to)
      else if (one.kind === 'split') waiting.push(one.to, step + 1)
      else if (holds(one.kind, characters, at)) waiting.push(step + 1)
    }
    const character = characters[at]
    if (character === undefined) return false
    open = reached.flatMap((step) => {
      const one = steps[step]
      return one?.kind === 'character' && one.fits(character) ? [step + 1] : []
    })
  }
  return false
}

function holds(
  kind: 'start' | 'end' | 'edge' | 'within',
  characters: readonly string[],
  at: number,
): boolean {
  if (kind === 'start') return at === 0
  if (kind === 'end') return at === characters.length
  return (isWord(characters[at - 1]) !== isWord(characters[at])) === (kind === 'edge')
}
