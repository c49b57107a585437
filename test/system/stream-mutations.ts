import type { Recording } from './recorded-streams.ts'

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export type Random = () => number
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
export const below = (random: Random, most: number): number => Math.floor(random() * most)
export function oneOf<T>(random: Random, list: readonly T[]): T {
  const one = list[below(random, list.length)]
  if (one === undefined) throw new Error('nothing to choose from')
  return one
}

/** How a target sends a body, and what it does at its end. */
export interface Sending {
  /** Each is written by itself, so that it usually arrives by itself. */
  readonly pieces: readonly Buffer[]
  readonly framing: 'chunked' | 'length' | 'close'
  /** `whole`: as HTTP wants it. `reset`, `hang`, `garbage`: in place of the last chunk or the missing bytes. */
  readonly end: 'whole' | 'reset' | 'hang' | 'garbage'
  readonly headers: readonly string[]
  readonly status: number
  /** Sent when the answer is over, on the same connection: nobody asked for it. */
  readonly behind?: string
}

export interface Mutated {
  readonly how: string
  readonly body: Buffer
  readonly sending: Sending
}

type Mutate = (text: Buffer, random: Random) => Buffer

const spliced = (text: Buffer, at: number, cut: number, put: Buffer | string): Buffer =>
  Buffer.concat([text.subarray(0, at), Buffer.from(put), text.subarray(at + cut)])

const put =
  (...bytes: readonly (string | readonly number[])[]): Mutate =>
  (text, random) => {
    const what = oneOf(random, bytes)
    return spliced(text, below(random, text.length + 1), 0, Buffer.from(what as string))
  }

/** Lines with their ends. */
const linesOf = (text: Buffer): string[] => text.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? []
const lines =
  (change: (all: string[], random: Random) => void): Mutate =>
  (text, random) => {
    const all = linesOf(text)
    change(all, random)
    return Buffer.from(all.join(''), 'latin1')
  }

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '\u0000',
  [],
  [null],
  {},
  { a: 1 },
  [[]],
  'stop',
  2 ** 60,
]

/** Replaces, drops or repeats one value somewhere in the JSON of one line. */
function withOtherValue(json: string, random: Random): string {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return json
  }
  const places: (readonly [object: Record<string, unknown>, key: string])[] = []
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    // Arrays too: their members have names of digits.
    const members = one as Record<string, unknown>
    for (const key of Object.keys(members)) {
      places.push([members, key])
      walk(members[key])
    }
  }
  walk(value)
  if (places.length === 0) return json
  const [object, key] = oneOf(random, places)
  if (random() < 0.2 && !Array.isArray(object)) delete object[key]
  else object[key] = oneOf(random, VALUES)
  return JSON.stringify(value)
}

function otherValue(text: Buffer, random: Random): Buffer {
  const all = text.toString('utf8').split(/(?<=\n)/)
  const found = all.flatMap((line, at) => (/^(?:data: )?\{/.test(line) ? [at] : []))
  if (found.length === 0) return text
  const at = oneOf(random, found)
  const [, prefix = '', json = '', end = ''] = /^(data: )?(\{.*\})(\s*)$/s.exec(all[at] ?? '') ?? []
  if (json !== '') all[at] = prefix + withOtherValue(json, random) + end
  return Buffer.from(all.join(''))
}

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** One string or value of the text becomes very deep. */
function nested(text: Buffer, random: Random): Buffer {
  const source = text.toString('utf8')
  const places = [...source.matchAll(/:(?:null|true|\d+|"[^"\\]*"|\{\})(?=[,}])/g)]
  if (places.length === 0) return text
  const place = oneOf(random, places)
  return Buffer.from(
    source.slice(0, place.index + 1) + deep(100_000) + source.slice(place.index + place[0].length),
  )
}

const MUTATIONS: Readonly<Record<string, Mutate>> = {
  nothing: (text) => text,
  truncated: (text, random) => text.subarray(0, below(random, text.length)),
  'a byte changed': (text, random) =>
    spliced(text, below(random, text.length), 1, Buffer.from([below(random, 256)])),
  'a byte dropped': (text, random) => spliced(text, below(random, text.length), 1, ''),
  'some bytes dropped': (text, random) => spliced(text, below(random, text.length), below(random, 200), ''),
  'some bytes repeated': (text, random) => {
    const at = below(random, text.length)
    return spliced(text, at, 0, text.subarray(at, at + below(random, 200)))
  },
  NUL: put([0], [0, 0, 0]),
  'bad UTF-8': put([0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc0, 0x80]),
  'a byte order mark': (text) => spliced(text, 0, 0, '\ufeff'),
  'lone CR': put('\r', '\r\r', '\n\r'),
  'only CR': (text) =>
    Buffer.from(text.toString('latin1').replaceAll('\r\n', '\n').replaceAll('\n', '\r'), 'latin1'),
  'blank lines': put('\n', '\n\n', '\n\n\n\n', '\r\n\r\n'),
  comments: put('\n: ping\n\n', '\n:\n', ': a\n'),
  'a line dropped': lines((all, random) => void all.splice(below(random, all.length), 1)),
  'a line repeated': lines((all, random) => {
    const at = below(random, all.length)
    all.splice(at, 0, all[at] ?? '')
  }),
  'two lines swapped': lines((all, random) => {
    const [a, b] = [below(random, all.length), below(random, all.length)]
    const kept = all[a] ?? ''
    all[a] = all[b] ?? ''
    all[b] = kept
  }),
  'another value': otherValue,
  'two other values': (text, random) => otherValue(otherValue(text, random), random),
  'deep nesting': nested,
  'something after the end': (text, random) =>
    Buffer.concat([
      text,
      Buffer.from(oneOf(random, ['\n', 'x', 'data: {', '\n\ndata: [DONE]\n\n', '\0\0', ': bye\n\n'])),
    ]),
}

function piecesOf(body: Buffer, random: Random): readonly Buffer[] {
  const kind = random()
  if (kind < 0.3 || body.length < 2) return [body]
  if (kind > 0.98 && body.length < 3000) return Array.from(body, (_, at) => body.subarray(at, at + 1))
  const most = Math.min(kind < 0.6 ? 4 : 40, body.length - 1)
  const cuts = new Set(
    Array.from({ length: 1 + below(random, most) }, () => 1 + below(random, body.length - 1)),
  )
  const places = [0, ...[...cuts].toSorted((a, b) => a - b), body.length]
  return places.slice(1).map((to, at) => body.subarray(places[at] ?? 0, to))
}

const TYPES: readonly (readonly string[])[] = [
  ['content-type: text/html'],
  ['content-type: text/plain; charset=utf-8'],
  [],
  ['content-type: application/x-ndjson'],
  ['content-type: text/event-stream', 'content-type: application/json'],
  ['content-type: text/event-stream', 'content-encoding: gzip'],
  ['content-type: text/event-stream', 'x-request-id: \u4f60'],
]

/** The second one would be the answer to the next request, if anybody took it for one. */
const BEHIND = [
  'nonsense',
  'HTTP/1.1 200 OK\r\ncontent-length: 13\r\ncontent-type: application/json\r\n\r\n{"poison":"!"}',
]

/** Changes one recording as its seed says. */
export function mutated({ text, stream }: Recording, random: Random): Mutated {
  const [name, mutate] = oneOf(random, Object.entries(MUTATIONS))
  const body = mutate(Buffer.from(text), random)
  const framing = oneOf(random, ['chunked', 'chunked', 'length', 'close'] as const)
  // In any other framing garbage would be a part of the body.
  const ends = framing === 'chunked' ? (['reset', 'garbage', 'hang'] as const) : (['reset', 'hang'] as const)
  const fate = random()
  const end = fate < 0.85 ? 'whole' : oneOf(random, ends)
  const isOddHead = random() < 0.05
  const type = stream ? 'content-type: text/event-stream; charset=utf-8' : 'content-type: application/json'
  const headers = isOddHead ? oneOf(random, TYPES) : [type]
  const behind = end === 'whole' && framing !== 'close' && random() < 0.03 ? oneOf(random, BEHIND) : ''
  const status = random() < 0.02 ? oneOf(random, [204, 302, 206, 600, 999]) : 200
  return {
    how: [
      name,
      framing,
      end === 'whole' ? '' : end,
      isOddHead ? headers.join('; ') : '',
      status === 200 ? '' : status,
      behind === '' ? '' : 'more behind it',
    ]
      .filter((one) => one !== '')
      .join(', '),
    body,
    sending: { pieces: piecesOf(body, random), framing, end, headers, status, behind },
  }
}
