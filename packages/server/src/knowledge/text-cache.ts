import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Outline } from './outline.ts'
import type { PieceText } from './text-pieces.ts'

/** A document as it is quoted: its name towards the caller and its text. */
export interface QuotableDocument {
  /** Our own id of the row. */
  readonly row: string
  /** The caller's own id, or ours when it sent none. */
  readonly id: string
  readonly collectionId: string
  readonly title: string
  readonly class: DataClass
  /** Where its parts lie; absent when that was not kept. */
  readonly outline?: Outline | undefined
  /** Whoever found the document sees to it that what is quoted can be cut out. */
  readonly text: { slice(start: number, end: number): string }
}

/** A document whose text is opened piece by piece. */
export interface OpenedDocument extends QuotableDocument {
  readonly text: PieceText
}

/** Opened texts, least recently used out first. A row never changes its text, so nothing in here grows stale. */
export class TextCache {
  readonly #limitBytes: number
  readonly #documents = new Map<string, { readonly document: OpenedDocument; readonly size: number }>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get(row: string): OpenedDocument | undefined {
    const found = this.#documents.get(row)
    if (!found) return undefined
    this.#documents.delete(row)
    this.#documents.set(row, found)
    return found.document
  }

  /** Again after more of its text was opened. */
  put(document: OpenedDocument): void {
    this.drop(document.row)
    const size = sizeOf(document)
    if (size > this.#limitBytes) return
    this.#documents.set(document.row, { document, size })
    this.#bytes += size
    for (const [row, { size: left }] of this.#documents) {
      if (this.#bytes <= this.#limitBytes) break
      this.#documents.delete(row)
      this.#bytes -= left
    }
  }

  drop(row: string): void {
    const found = this.#documents.get(row)
    if (!found) return
    this.#documents.delete(row)
    this.#bytes -= found.size
  }

  /** Everything, whoever's it is. */
  clear(): void {
    this.#documents.clear()
    this.#bytes = 0
  }

  get sizeBytes(): number {
    return this.#bytes
  }
}

/** What a heading, page or table takes with its name. */
const PLACE_BYTES = 100

function sizeOf(document: OpenedDocument): number {
  const { headings = [], pages = [], tables = [], cells = [] } = document.outline ?? {}
  const places = headings.length + pages.length + tables.length + cells.length
  return (document.text.length + document.title.length) * 2 + places * PLACE_BYTES + 200
}
