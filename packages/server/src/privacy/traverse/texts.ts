import { skip } from '@freehold/contract/skips.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Place, Role, Shape } from './json-places.ts'
import { placesIn, rawPlaces, unescaped } from './json-places.ts'

/** Something to be read, in the words that it stands for. */
export interface Text {
  readonly value: string
  readonly role: Role
  /** What it is the value of. */
  readonly key: string | null
  /** What the model said in an earlier turn. */
  readonly isSpoken?: boolean
  /** It stands among the turns of a conversation, to which others are added. */
  readonly isTurn?: boolean
}

/** A replacement of a part of a text. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** A JSON text, and where it stands: in itself, or as the value of a string of another one. */
interface Layer {
  readonly json: string
  readonly parent: { readonly layer: Layer; readonly place: Place } | null
  readonly depth: number
  readonly isSpoken: boolean
  edits: Edit[]
}

interface Leaf extends Text {
  readonly layer: Layer
  readonly place: Place
}

/** JSON in a string in JSON in a string: nobody writes more, and nothing of it would be read. */
const MOST_LAYERS = 16

/** What is read of something that is about to leave, and what is put in the place of it. */
export interface Texts {
  readonly texts: readonly Text[]
  /** Of the text of that number, in its own offsets and order. What is not rewritten stays as it came. */
  edit(index: number, edits: readonly Edit[]): void
  written(): string
}

/** All that stands in a JSON text. Strings that are JSON themselves are read as such; nothing is parsed twice. */
export class JsonTexts implements Texts {
  readonly #outermost: Layer
  readonly #leaves: Leaf[] = []
  readonly #layers: Layer[]

  /** `json` must be valid. @throws Fault `stays_home` for what is nested too deeply to be read */
  constructor(json: string, shape: Shape, key: string | null = null) {
    this.#outermost = { json, parent: null, depth: 0, isSpoken: false, edits: [] }
    this.#layers = [this.#outermost]
    for (let at = 0; at < this.#layers.length; at += 1) {
      const layer = this.#layers[at]
      if (layer) this.#read(layer, at === 0 ? shape : 'free', layer.parent?.place.key ?? key)
    }
  }

  get texts(): readonly Text[] {
    return this.#leaves
  }

  edit(index: number, edits: readonly Edit[]): void {
    const leaf = this.#leaves[index]
    if (leaf === undefined || edits.length === 0) return
    if (leaf.role !== 'text' && leaf.role !== 'number')
      throw new Error('what is never rewritten was rewritten')
    const { layer, place } = leaf
    if (leaf.role === 'number') {
      const made = spliced(leaf.value, edits)
      const replacement = isExactNumber(made) ? made : quoted(made)
      layer.edits.push({ start: place.start, end: place.end, replacement })
    } else
      for (const edit of mapped(layer, { place, edits, length: leaf.value.length })) layer.edits.push(edit)
  }

  /** The JSON text with all edits in it. */
  written(): string {
    // From the innermost outwards: what stands in a string is part of its text.
    for (const { json, parent, edits } of this.#layers.toReversed()) {
      if (parent === null || edits.length === 0) continue
      const { layer, place } = parent
      for (const edit of mapped(layer, { place, edits: inOrder(edits), length: json.length }))
        layer.edits.push(edit)
    }
    const { json, edits } = this.#outermost
    return edits.length === 0 ? json : spliced(json, inOrder(edits))
  }

  #read(layer: Layer, shape: Shape, key: string | null): void {
    const isTurn = isAmongTurns(layer)
    for (const place of placesIn(layer.json, shape, key)) {
      const raw = layer.json.slice(place.start, place.end)
      const value = place.role === 'number' ? raw : unescaped(raw)
      if (value === '') continue
      if (place.role === 'text' && isJson(value)) {
        if (layer.depth >= MOST_LAYERS) throw tooDeep()
        const isSpoken = place.isSpoken ?? layer.isSpoken
        const depth = layer.depth + 1
        this.#layers.push({ json: value, parent: { layer, place }, depth, isSpoken, edits: [] })
      } else {
        const { role, key: of } = place
        const isSpoken = place.isSpoken ?? layer.isSpoken
        this.#leaves.push({ value, role, key: of, isSpoken, isTurn: isTurn || place.isTurn, layer, place })
      }
    }
  }
}

/** Of a layer what the place of the outermost one is. */
function isAmongTurns({ parent }: Layer): boolean {
  let above = parent
  while (above !== null && above.layer.parent !== null) above = above.layer.parent
  return above?.place.isTurn ?? false
}

const tooDeep = (): Fault =>
  new Fault(
    'stays_home',
    `This request holds JSON in strings of JSON, more than ${MOST_LAYERS} times, which is not read, so it does not leave.`,
    { remark: skip('not_searchable') },
  )

const inOrder = (edits: readonly Edit[]): readonly Edit[] => edits.toSorted((a, b) => a.start - b.start)

interface Mapping {
  readonly place: Place
  readonly edits: readonly Edit[]
  /** Of the text that stands there. */
  readonly length: number
}

/** Edits of the text of a place as edits of the JSON around it. */
function mapped({ json }: Layer, { place: { start, end }, edits, length }: Mapping): Edit[] {
  const raw = json.slice(start, end)
  const at = raw.length === length ? (index: number): number => index : rawPlaces(raw)
  return edits.map((edit) => ({
    start: start + at(edit.start),
    end: start + at(edit.end),
    replacement: quoted(edit.replacement).slice(1, -1),
  }))
}

/** What needs no escape in JSON, as placeholders do not. */
const PLAIN = /^[ !#-[\]-~]*$/

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

/** A text with its replacements, which come in its order and do not overlap. */
export function spliced(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let kept = 0
  for (const { start, end, replacement } of edits) {
    parts.push(text.slice(kept, start), replacement)
    kept = end
  }
  parts.push(text.slice(kept))
  return parts.join('')
}

/** A JSON number that nobody rounds who reads it. */
export const isExactNumber = (text: string): boolean => /^(?:0|[1-9]\d{0,14})$/.test(text)

const JSON_ENDS: Readonly<Record<string, string>> = { '{': '}', '[': ']', '"': '"' }

/** Looked at by its two ends first: most texts are none, and a parse costs as much as the rest. */
export function isJson(text: string): boolean {
  const trimmed = text.trim()
  const last = JSON_ENDS[trimmed[0] ?? '']
  if (last === undefined || trimmed.length < 2 || trimmed.at(-1) !== last) return false
  try {
    JSON.parse(trimmed)
    return true
  } catch {
    // Words that begin and end like JSON.
    return false
  }
}
