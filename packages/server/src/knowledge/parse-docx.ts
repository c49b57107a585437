import mammoth from 'mammoth'
import { Fault } from '../kernel/fault.ts'
import { requireHonestPackage } from './office-package.ts'
import { parseHtml } from './parse-html.ts'
import type { TextOfRecord } from './text-of-record.ts'

/** Word's own styles for the name of a document; headings are known without being named. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]

/** Pictures are not read, and as text inside the page they would be most of it. */
const noPicture = mammoth.images.imgElement(async () => ({ src: '' }))

/** A Word document (Office Open XML, ECMA-376). @throws Fault `unreadable_document` */
export async function parseDocx(bytes: Uint8Array, limit: number): Promise<TextOfRecord> {
  requireHonestPackage(bytes)
  return parseHtml(await htmlOf(bytes), limit)
}

async function htmlOf(bytes: Uint8Array): Promise<string> {
  try {
    const options = { styleMap: STYLES, convertImage: noPicture }
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, options)
    return value
  } catch (error) {
    throw new Fault(
      'unreadable_document',
      'The Word document is broken: its parts cannot be read. Open it in a word processor and save it again.',
      { cause: error },
    )
  }
}
