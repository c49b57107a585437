import type { Reply } from '../reply.ts'

/** What of an answer is kept. */
export type PackedAnswer = Pick<Reply, 'model' | 'masked' | 'headers'> & { readonly body: Buffer }

/** What a kept answer still says; how much room a limit had, or how long a call took, is true only once. */
const LASTING = new Set([
  'content-type',
  'cache-control',
  'openai-version',
  'x-request-id',
  'request-id',
  'x-freehold-left-out',
])

/** One piece: the length of the head (uint32), the head as JSON, the body. */
export function packed({ model, masked, headers, body }: PackedAnswer): Buffer {
  const lasting = headers.filter((_, at) => LASTING.has(headers[at - (at % 2)] ?? ''))
  const head = Buffer.from(JSON.stringify([model, masked, lasting]))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, body])
}

/** Reads what `packed` made. */
export function unpacked(bytes: Buffer): PackedAnswer {
  const end = 4 + bytes.readUInt32BE(0)
  // It was sealed by this process, from values of these types.
  const [model, masked, headers] = JSON.parse(bytes.toString('utf8', 4, end)) as [
    string | null,
    number,
    string[],
  ]
  return { model, masked, headers, body: bytes.subarray(end) }
}
