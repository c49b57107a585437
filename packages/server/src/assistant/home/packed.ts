import { z } from 'zod'

/** One sealed body, as it stands in its row: of a message, or some events of a run from `seq` on. */
export type Body =
  | { readonly message: string; readonly sealed: Buffer }
  | { readonly run: string; readonly seq: number; readonly sealed: Buffer }

const length = z.int().nonnegative()
const contents = z.strictObject({
  version: z.literal(1),
  bodies: z.array(
    z.union([
      z.strictObject({ message: z.uuid(), bytes: length }),
      z.strictObject({ run: z.uuid(), seq: z.int().positive(), bytes: length }),
    ]),
  ),
})

/**
 * What of a conversation lies in one object, before it is sealed: the length of the list of contents (four bytes), the list
 * as JSON, then each body. They stay sealed as in their rows, so that whoever moves them reads nothing.
 */
export function pack(bodies: readonly Body[]): Buffer[] {
  const list = Buffer.from(
    JSON.stringify({
      version: 1,
      bodies: bodies.map((one) => {
        const bytes = one.sealed.length
        return 'message' in one ? { message: one.message, bytes } : { run: one.run, seq: one.seq, bytes }
      }),
    }),
  )
  const head = Buffer.alloc(4)
  head.writeUInt32BE(list.length)
  return [head, list, ...bodies.map(({ sealed }) => sealed)]
}

/** @throws Error where that is not what `pack` made */
export function unpack(packed: Buffer): Body[] {
  const from = 4 + packed.readUInt32BE(0)
  const { bodies } = contents.parse(JSON.parse(packed.subarray(4, from).toString('utf8')))
  let at = from
  const found = bodies.map((one): Body => {
    const sealed = packed.subarray(at, (at += one.bytes))
    return 'message' in one ? { message: one.message, sealed } : { run: one.run, seq: one.seq, sealed }
  })
  if (at !== packed.length) throw new Error('an object of bodies is not as long as it says')
  return found
}
