import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Clock } from '../kernel/clock.ts'
import type { DocumentParser } from './ingest-process.ts'
import type { MediaType } from './media-type.ts'
import { mediaTypeOf } from './media-type.ts'
import type { Outline } from './outline.ts'

/** What a file says. */
export interface FileRead {
  readonly title: string
  readonly text: string
  readonly outline: Outline
  /** What of it could not be read. */
  readonly warning: string | null
}

interface AloneFile {
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly class: DataClass
  /** Most characters of its text. */
  readonly textLimit: number
}

/** What a file is, where it can be read by itself. @throws Fault `wrong_media_type`, `unreadable_document` */
export function kindOf(fileName: string, bytes: Uint8Array): MediaType {
  const type = mediaTypeOf(fileName, bytes)
  if (type !== 'application/zip') return type
  throw new Fault('wrong_media_type', 'An archive is not read as a whole. Take out of it what is needed.', {
    param: 'file',
  })
}

const INSIDE = 'Files that came inside of it were not read.'

/** Reads a file for whoever keeps it elsewhere: nothing is stored, and no search finds it. @throws Fault */
export async function readAlone(
  { parser, clock }: { readonly parser: DocumentParser; readonly clock: Clock },
  file: AloneFile,
): Promise<FileRead> {
  const id = uuidV7(clock.now())
  const { title, text, outline, warning, attachments } = await parser.run({
    ...file,
    kind: 'file',
    id,
    collection: id,
  })
  const warnings = [warning, attachments.length > 0 ? INSIDE : null].filter((one) => one !== null)
  return { title, text, outline, warning: warnings.length > 0 ? warnings.join(' ') : null }
}
