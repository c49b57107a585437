import { ALLOWED_LICENCES } from '../checking/licences.ts'

/** Letters and digits of it, without the words that say no more than that it is a licence. */
const plain = (written: string): string =>
  written
    .toLowerCase()
    .replaceAll(/\b(?:the|licen[cs]e|version|v(?=\d))/g, '')
    .replaceAll(/[^a-z0-9.]/g, '')
    .replace(/(?<=\d)\.0$/, '')

const KNOWN = new Map([...ALLOWED_LICENCES].map((id) => [plain(id), id]))

/** The SPDX identifier that people mean by `Apache 2.0` or `The MIT License`; what is none stays as it was written. */
export const spdxOf = (written: string): string => KNOWN.get(plain(written)) ?? written
