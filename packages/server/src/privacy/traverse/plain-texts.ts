import type { Edit, Text, Texts } from './texts.ts'
import { isJson, JsonTexts, spliced } from './texts.ts'

/** A text that is one as a whole. */
export class WholeText implements Texts {
  readonly texts: readonly Text[]
  #value: string

  constructor(value: string, role: Text['role'] = 'text', key: string | null = null) {
    this.#value = value
    this.texts = value === '' ? [] : [{ value, role, key }]
  }

  edit(_: number, edits: readonly Edit[]): void {
    this.#value = spliced(this.#value, edits)
  }

  written(): string {
    return this.#value
  }
}

/** One part of an address or a form: a name that stays, or a value. */
interface Part {
  readonly raw: string
  readonly inner: Texts
  /** Where its texts begin among all. */
  readonly from: number
  isEdited: boolean
}

/** Parts with what stands between them: the segments of a path, or the names and values of a query or a form. */
export class EncodedTexts implements Texts {
  readonly texts: readonly Text[]
  readonly #parts: readonly (Part | string)[]
  /** The part in which each text stands. */
  readonly #byText: Part[] = []

  private constructor(pieces: readonly Piece[]) {
    const texts: Text[] = []
    this.#parts = pieces.map((piece) => {
      if (piece.role === null) return piece.raw
      const inner = readAs(decoded(piece), piece)
      const from = texts.length
      const part = { raw: piece.raw, inner, from, isEdited: false }
      for (const text of inner.texts) {
        texts.push(text)
        this.#byText.push(part)
      }
      return part
    })
    this.texts = texts
  }

  /** `/users/anna%40example.org` */
  static path(path: string): EncodedTexts {
    const pieces = path
      .split(/(\/)/)
      .map((raw): Piece => ({ raw, role: raw === '/' ? null : 'text', key: null }))
    return new EncodedTexts(pieces)
  }

  /** `?to=anna%40example.org`, with or without the question mark. */
  static form(form: string): EncodedTexts {
    const pieces: Piece[] = []
    for (const pair of form.split(/([&?])/)) {
      const sign = pair.indexOf('=')
      if (pair === '&' || pair === '?') pieces.push({ raw: pair, role: null, key: null })
      else if (sign < 0) pieces.push({ raw: pair, role: 'text', key: null, isForm: true })
      else {
        const name = pair.slice(0, sign)
        pieces.push({ raw: name, role: 'key', key: null, isForm: true }, { raw: '=', role: null, key: null })
        const key = decoded({ raw: name, role: 'key', key: null, isForm: true })
        pieces.push({ raw: pair.slice(sign + 1), role: 'text', key, isForm: true })
      }
    }
    return new EncodedTexts(pieces)
  }

  edit(index: number, edits: readonly Edit[]): void {
    const part = this.#byText[index]
    if (part === undefined || edits.length === 0) return
    part.inner.edit(index - part.from, edits)
    part.isEdited = true
  }

  written(): string {
    return this.#parts
      .map((part) => {
        if (typeof part === 'string') return part
        return part.isEdited ? encodeURIComponent(part.inner.written()) : part.raw
      })
      .join('')
  }
}

interface Piece {
  readonly raw: string
  /** Null: a sign between two others. */
  readonly role: 'text' | 'key' | null
  readonly key: string | null
  /** A plus is a space there. */
  readonly isForm?: true
}

function decoded({ raw, isForm }: Piece): string {
  const plain = isForm ? raw.replaceAll('+', ' ') : raw
  try {
    return decodeURIComponent(plain)
  } catch {
    // No UTF-8, or a sign that begins no escape: read as it stands.
    return plain
  }
}

function readAs(value: string, { role, key }: Piece): Texts {
  if (role === 'text' && isJson(value)) return new JsonTexts(value, 'free', key)
  return new WholeText(value, role ?? 'text', key)
}
