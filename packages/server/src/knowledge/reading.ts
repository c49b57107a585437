import { Fault } from '../kernel/fault.ts'

/** A picture whose text is wanted, or a page of the job's own file that has to be drawn first. */
export type Recognisable = { readonly image: Uint8Array } | { readonly page: number }

/** How text in pictures is read for one document. */
export type Recognition =
  /** Not at all: what is missing, as a sentence. */
  | { readonly kind: 'missing'; readonly reason: string }
  /** Somewhere else, since it takes long: the document is to be handed back. */
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'here'
      readonly read: (what: Recognisable) => Promise<string>
      /** Most pages of one document. */
      readonly pages: number
      /** Whether pages can be drawn whole, beyond the pictures in them. */
      readonly draws: boolean
    }

/** Where nobody said how. */
export const NO_RECOGNITION: Recognition = {
  kind: 'missing',
  reason: 'Text in images cannot be read here.',
}

/** The document needs its pictures read, which is not done here. */
export class HasPictures extends Error {}

/** @throws Fault `unreadable_document` naming what is missing; HasPictures */
export function requireRecognition(recognition: Recognition): (what: Recognisable) => Promise<string> {
  if (recognition.kind === 'missing') throw new Fault('unreadable_document', recognition.reason)
  if (recognition.kind === 'elsewhere') throw new HasPictures()
  return recognition.read
}
