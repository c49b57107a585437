import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN } from '../detect/recogniser.ts'

/** Addresses as people write them (a part of RFC 5321): the local part is sought backwards from the sign. */
export const EMAIL: Recogniser = {
  id: 'email',
  type: 'EMAIL',
  starts: /@/,
  pattern: /@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}/iy,
  judge({ text, start, end }) {
    const before = text.slice(Math.max(0, start - 64), start)
    const local = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}$/.exec(before)?.[0] ?? ''
    return local === '' ? null : { ...CERTAIN, start: start - local.length, end }
  },
}
