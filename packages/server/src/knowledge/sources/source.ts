import type { DataClass } from '@freehold/contract/data-class.ts'
import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import type { Fault } from '../../kernel/fault.ts'

/** A document as its source hands it out. */
export type Content = FileContent | TextContent

export interface FileContent {
  readonly fileName: string
  readonly bytes: Uint8Array
}

export interface TextContent {
  readonly title: string
  readonly text: string
}

/** A document that is there. It is read only when its version is not the one that is known. */
export interface FoundItem {
  readonly change: 'found'
  /** As the source calls it; the same in every run. */
  readonly id: string
  /** Another one whenever the document may be another. */
  readonly version: string
  readonly title: string
  /** Where the source knows it before it is read. */
  readonly sizeBytes?: number
  /** What is in memory already, until it is read. */
  readonly heldBytes?: number
  readonly class?: DataClass
  /** Who may read it there. */
  readonly acl?: DocumentAcl
  /** @throws Fault that is about this document, or about the way to it */
  read(): Promise<Content>
}

export type Change =
  | FoundItem
  | { readonly change: 'gone'; readonly id: string }
  /** It is there, and it cannot be had. */
  | { readonly change: 'unreadable'; readonly id: string; readonly title: string; readonly fault: Fault }

export interface Ending {
  /** Where the next run goes on; null: it looks at everything again. */
  readonly cursor: string | null
  /** Everything that is there was found: what was not is gone. */
  readonly isWhole: boolean
}

export type Changes = AsyncGenerator<Change, Ending, void>

/** One place that documents come from. */
export interface Source {
  /**
   * What is there, or what changed since the cursor. A run that was cut short begins again at the cursor of the one
   * before: what it brought already is known by its version.
   * @throws Fault that is about the source as a whole
   */
  changes(cursor: string | null): Changes
  /** Lets go of connections; what is under way fails. */
  close(): Promise<void>
}
