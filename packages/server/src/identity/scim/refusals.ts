import type { ScimType } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'

/** The refusal of a SCIM request, with the word that RFC 7644 section 3.12 has for it. */
export function refused(scimType: ScimType, message: string, param: string): Fault {
  return new Fault('invalid', message, { scimType, param: param.slice(0, 80) })
}

/** Also for what is there and is not of the directory: it must not be told apart. */
export const noSuch = (what: 'user' | 'group'): Fault =>
  new Fault('not_found', `The directory has made no such ${what} here.`, { param: 'id' })
