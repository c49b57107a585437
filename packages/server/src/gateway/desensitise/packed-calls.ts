import { packed } from '../../store/keys/packing.ts'
import { Scratch } from '../records/scratch.ts'

/**
 * Packs calls before they are sealed. Conversations send again what they sent before, and events repeat all but a word
 * of the one before: a tenth is left and less, which then is sealed, sent to the database and kept.
 */
export class Packer {
  readonly #scratch = new Scratch()

  /** One at a time. */
  pack(pieces: readonly Buffer[]): Promise<Buffer> {
    const bytes = this.#scratch.of(pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of pieces) at += piece.copy(bytes, at)
    return packed(bytes)
  }
}
