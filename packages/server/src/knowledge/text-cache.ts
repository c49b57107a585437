import type { DataClass } from '@freehold/contract/data-class.ts'

/** A document as it is quoted: its name towards the caller and its text. */
export interface QuotableDocument {
  /** Our own id of the row. */
  readonly row: string
  /** The caller's own id, or ours when it sent none. */
  readonly id: string
  readonly collectionId: string
  readonly title: string
  readonly class: DataClass
  readonly text: string
}

/** Opened texts, least recently used out first. A row never changes its text, so nothing in here grows stale. */
export class TextCache {
  readonly #limitBytes: number
  readonly #documents = new Map<string, QuotableDocument>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get(row: string): QuotableDocument | undefined {
    const found = this.#documents.get(row)
    if (!found) return undefined
    this.#documents.delete(row)
    this.#documents.set(row, found)
    return found
  }

  put(document: QuotableDocument): void {
    this.drop(document.row)
    const size = sizeOf(document)
    if (size > this.#limitBytes) return
    this.#documents.set(document.row, document)
    this.#bytes += size
    for (const [row, oldest] of this.#documents) {
      if (this.#bytes <= this.#limitBytes) break
      this.#documents.delete(row)
      this.#bytes -= sizeOf(oldest)
    }
  }

  drop(row: string): void {
    const found = this.#documents.get(row)
    if (!found) return
    this.#documents.delete(row)
    this.#bytes -= sizeOf(found)
  }

  get sizeBytes(): number {
    return this.#bytes
  }
}

function sizeOf(document: QuotableDocument): number {
  return (document.text.length + document.title.length) * 2 + 200
}
