import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Said } from './client-answers.ts'
import { eventsOf, readAnswer, readStream } from './client-answers.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { RawTarget } from './raw-target.ts'
import { rawTarget } from './raw-target.ts'
import type { Api, Recording } from './recorded-streams.ts'
import { RECORDINGS } from './recorded-streams.ts'
import type { Mutated, Random } from './stream-mutations.ts'
import { mutated, oneOf, randomOf } from './stream-mutations.ts'
import { errorOf, isComplete, saidAtOnce, saidIn, stopFor, Unreadable } from './stream-oracle.ts'

/** From the API of a client to that of a target, and the first letter of the models that are routed so. */
interface Flow {
  readonly client: Api
  readonly target: Api
  readonly letter: 'o' | 'a' | 't'
}

const FLOWS: readonly Flow[] = [
  { client: 'chat', target: 'chat', letter: 'o' },
  { client: 'messages', target: 'messages', letter: 'a' },
  { client: 'responses', target: 'responses', letter: 'o' },
  { client: 'chat', target: 'messages', letter: 'a' },
  { client: 'responses', target: 'messages', letter: 'a' },
  { client: 'messages', target: 'chat', letter: 'o' },
  { client: 'responses', target: 'chat', letter: 't' },
]

const PATHS: Readonly<Record<Api, string>> = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
}
const BODIES: Readonly<Record<Api, object>> = {
  chat: { messages: [{ role: 'user', content: 'hi' }] },
  messages: { messages: [{ role: 'user', content: 'hi' }], max_tokens: 99 },
  responses: { input: 'hi' },
}

/** A house between clients of every API and a target that writes raw bytes. */
export interface MutationHouse {
  readonly house: GatewayHouse
  readonly target: RawTarget
  close(): Promise<void>
}

export async function openMutationHouse(): Promise<MutationHouse> {
  const target = await rawTarget()
  const timeouts = { timeouts: { connectMs: 2000, firstByteMs: 8000, idleMs: 500, totalMs: 60_000 } }
  const house = await openGateway({
    circuit: { failures: 0 },
    targets: [
      privateModel(target.url, { name: 'o', models: ['o*'], ...timeouts }),
      privateModel(target.url, { name: 'a', models: ['a*'], dialect: 'anthropic', ...timeouts }),
      privateModel(target.url, { name: 't', models: ['t*'], responses: 'translated', ...timeouts }),
    ],
    routes: [{ when: { model: 'o*' }, to: ['o'] }, { when: { model: 'a*' }, to: ['a'] }, { to: ['t'] }],
  })
  return {
    house,
    target,
    async close() {
      await house.close()
      await target.close()
    },
  }
}

/** What a client got. */
export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly isWhole: boolean
}

/** No exchange may last longer, however busy the machine is. */
const HANG_MS = 30_000

export interface Asking {
  readonly client: Api
  readonly model: string
  readonly stream: boolean
  readonly agent: Agent
}

/** One request and all that came back. @throws AssertionError where that does not end */
export function exchange(house: GatewayHouse, { client, model, stream, agent }: Asking): Promise<Got> {
  const options = stream && client === 'chat' && { stream_options: { include_usage: true } }
  const sent = JSON.stringify({ model, stream, ...BODIES[client], ...options })
  return new Promise((resolve, reject) => {
    const hang = setTimeout(() => {
      call.destroy()
      reject(new assert.AssertionError({ message: 'the exchange does not end' }))
    }, HANG_MS)
    const call = request(house.url + PATHS[client], {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${house.apiKey}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(sent),
      },
    })
    call.on('error', reject)
    call.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => {})
      response.on('close', () => {
        clearTimeout(hang)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          isWhole: response.complete,
        })
      })
    })
    call.end(sent)
  })
}

/** What the clients saw, by kind. */
export type Tally = Record<string, number>

export interface MutationRun {
  readonly seed: number
  readonly count: number
  readonly clients?: number
}

/** Sends so many mutated recordings through the house and judges each. @throws AssertionError that names seed and case */
export async function runMutations(
  { house, target }: MutationHouse,
  { seed, count, clients = 16 }: MutationRun,
): Promise<Tally> {
  const tally: Tally = {}
  const wrong: string[] = []
  const kinds = new Map<string, string>()
  let next = 0
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let n = next++; n < count; n = next++) {
      const one = caseOf(seed, n)
      const { flow, recording, mutation } = one
      const model = `${flow.letter}-${seed}-${n}`
      target.answer(model, mutation.sending)
      try {
        const got = await exchange(house, { client: flow.client, model, stream: recording.stream, agent })
        const kind = judge(one, got)
        tally[kind] = (tally[kind] ?? 0) + 1
        kinds.set(String(got.headers['x-freehold-request']), kind)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        wrong.push(
          `seed ${seed}, case ${n}: ${flow.client} from ${flow.target}, ${recording.stream ? 'stream' : 'answer'} “${recording.name}”, ${mutation.how}: ${error.message.slice(0, 1500)}`,
        )
      }
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: clients }, client))
  assert.deepEqual(wrong.length, 0, `${wrong.length} of ${count} cases:\n${wrong.slice(0, 20).join('\n')}`)
  await checkRecords(house, kinds)
  return tally
}

/** Every request has its record, in the state in which its client saw it end, and none is under way. */
async function checkRecords(house: GatewayHouse, kinds: ReadonlyMap<string, string>): Promise<void> {
  const states = await settledStates(house, kinds.size)
  for (const [id, kind] of kinds) {
    const state = states.get(id)
    // The refusal of a target passes through as its answer.
    if (kind.startsWith('refused')) assert.match(state ?? '', /^(?:failed|settled)$/, `${id} was ${kind}`)
    else assert.equal(state, kind === 'broken' ? 'failed' : 'settled', `${id} was ${kind}`)
  }
}

async function settledStates(house: GatewayHouse, most: number): Promise<ReadonlyMap<string, string>> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const metrics = await (await house.get('/metrics')).text()
    const states = new Map<string, string>()
    for (let after = ''; states.size < most;) {
      const page = await (await house.get(`/api/requests?limit=200${after}`)).text()
      const { data, next }: { data: { id: string; state: string }[]; next: string | null } = JSON.parse(page)
      for (const { id, state } of data) states.set(id, state)
      if (next === null) break
      after = `&after=${encodeURIComponent(next)}`
    }
    const isQuiet = /^freehold_streams_active 0$/m.test(metrics)
    if (isQuiet && ![...states.values()].includes('admitted')) return states
    assert.ok(Date.now() < deadline, 'requests stay under way')
    await pause(50)
  }
}

interface Case {
  readonly flow: Flow
  readonly recording: Recording
  readonly mutation: Mutated
}

/** The same for the same seed and number. */
export function caseOf(seed: number, n: number): Case {
  const random: Random = randomOf(seed * 1_000_003 + n)
  const flow = oneOf(random, FLOWS)
  const isStream = random() < 0.8
  const recording = oneOf(
    random,
    RECORDINGS.filter(({ api, stream }) => api === flow.target && stream === isStream),
  )
  return { flow, recording, mutation: mutated(recording, random) }
}

const hasOddHead = ({ sending: { status, headers } }: Mutated): boolean =>
  status !== 200 ||
  headers.length !== 1 ||
  !/^content-type: (?:text\/event-stream; charset=utf-8|application\/json)$/.test(headers[0] ?? '')

/** @throws AssertionError for an answer that no client may get */
export function judge({ flow, recording, mutation }: Case, got: Got): string {
  const isOdd = hasOddHead(mutation)
  if (got.status >= 400) {
    assert.equal(got.isWhole, true)
    readError(flow.client, got.body.toString())
    if (!isOdd && isOrdinary(flow, recording, mutation))
      assert.fail(`refused: ${got.status} ${got.body.toString()}`)
    return `refused ${got.status}`
  }
  assert.ok(got.status >= 200 && got.status < 300, `${got.status}`)
  if (!recording.stream) {
    assert.equal(got.isWhole, true)
    if (isOdd) return 'odd'
    const text = mutation.body.toString('latin1').replace(MARK, '')
    if (flow.client === flow.target) assert.equal(got.body.toString('latin1'), text)
    else
      assertSame(
        flow,
        readAnswer(flow.client, got.body.toString()),
        saidAtOnce(targetOf(flow), Buffer.from(text, 'latin1').toString()),
      )
    return 'answered'
  }
  return got.isWhole ? judgeWhole({ flow, mutation }, got) : judgeBroken({ flow, recording, mutation }, got)
}

/** A byte order mark. */
const MARK = /^\u00ef\u00bb\u00bf/

/** One object to its end, whatever stands between its braces. */
function isOneObject(text: string): boolean {
  const braces = text.replaceAll(/"(?:[^"\\]|\\[^])*"/g, '').trim()
  if (!braces.startsWith('{') || braces.includes('"')) return false
  let depth = 0
  let ends = 0
  for (const letter of braces) {
    if (letter === '{' || letter === '[') depth += 1
    if (letter === '}' || letter === ']') depth -= 1
    if (depth === 0 && /[}\]]/.test(letter)) ends += 1
    else if (ends > 0) return false
  }
  return depth === 0 && ends === 1 && braces.endsWith('}')
}

/** What a stream says, in Latin-1: an event that nothing ends counts only where it was not cut. */
function withoutCut(body: Buffer): string {
  const text = body.toString('latin1')
  const [whole = ''] = /^[^]*(?:\n\n|\r\r\n?|\n\r\n?)/.exec(text) ?? []
  const isCut = eventsOf(text.slice(whole.length)).some(({ data }) => {
    if (data === null) return true
    if (data.trim() === '[DONE]') return false
    try {
      JSON.parse(data)
      return false
    } catch {
      return true
    }
  })
  return isCut ? whole : text
}

const decoded = (text: string): string => Buffer.from(text, 'latin1').toString()

const targetOf = ({ target }: Flow): 'chat' | 'messages' => (target === 'chat' ? 'chat' : 'messages')

/** Whether a client must get an answer. */
function isOrdinary(flow: Flow, recording: Recording, { body, sending }: Mutated): boolean {
  const text = recording.stream
    ? decoded(withoutCut(body))
    : decoded(body.toString('latin1').replace(MARK, ''))
  // What a reset connection still delivers is a matter of luck.
  if (sending.end === 'reset') return false
  // So deep that it may overflow the stack of whoever has to copy it.
  if (!recording.stream && body.length > 100_000) return false
  if (!recording.stream) {
    if (sending.end !== 'whole') return false
    if (flow.client === flow.target) return isOneObject(text)
    return !isUnreadable(() => saidAtOnce(targetOf(flow), text), flow)
  }
  // An event that nothing ends is whole only when the target has ended.
  if (sending.end === 'hang' && !/(?:\n\n|\n\r|\r\r)\n?$/.test(text)) return false
  const events = eventsOf(text)
  // How a connection ends says nothing any more only after the end marker.
  if (
    sending.end !== 'whole' &&
    flow.target === 'chat' &&
    !events.some(({ data }) => data?.trim() === '[DONE]')
  )
    return false
  const first = events.find(({ data }) => data !== null)
  if (first?.data?.trim() === '[DONE]') return false
  if (first === undefined || errorOf(flow.target, first) !== null || !isComplete(flow.target, events))
    return false
  if (flow.client === flow.target) return true
  return !isUnreadable(() => saidIn(targetOf(flow), text), flow)
}

function isUnreadable(read: () => Said, { client }: Flow): boolean {
  try {
    const { calls } = read()
    if (client !== 'messages') return false
    return !calls.every(({ arguments: text }) => isObjectText(text))
  } catch (error) {
    // So deep that no copy of it can be written.
    if (error instanceof Unreadable || error instanceof RangeError) return true
    throw error
  }
}

function judgeWhole({ flow, mutation }: Omit<Case, 'recording'>, { body }: Got): string {
  const latin = withoutCut(mutation.body)
  const text = decoded(latin)
  if (flow.client === flow.target) {
    assert.ok(isComplete(flow.target, eventsOf(body.toString())), 'it ends as if it were whole')
    const passed = body.toString('latin1')
    const isWhole = passed === latin || passed === `${latin}\n\n`
    // What a connection that broke had begun to say after the end is nobody's.
    const isSame = isWhole || (mutation.sending.end !== 'whole' && latin.startsWith(passed))
    assert.ok(isSame, `other bytes: ${body.toString()}\ninstead of ${text}`)
    return 'passed'
  }
  const said = readStream(flow.client, body.toString())
  assertSame(flow, said, saidIn(targetOf(flow), text))
  return 'translated'
}

function judgeBroken({ flow, recording, mutation }: Case, { body }: Got): string {
  const text = body.toString()
  const at = text.lastIndexOf('event: error')
  assert.ok(at >= 0, `it breaks without a word: ${text}`)
  const last = eventsOf(text).at(-1)
  assert.equal(last?.name, 'error', text)
  readError(flow.client, last.data ?? '')
  if (flow.client === flow.target) {
    const passed = body
      .toString('latin1')
      .slice(0, body.toString('latin1').lastIndexOf('event: error'))
      .trimEnd()
    assert.ok(mutation.body.toString('latin1').startsWith(passed), `other bytes: ${passed}`)
  }
  const isOdd = hasOddHead(mutation)
  if (!isOdd && isOrdinary(flow, recording, mutation))
    assert.fail(
      `broken: ${text.slice(-400)}\nwhile the target said ${mutation.body.toString().slice(0, 3000)}`,
    )
  return 'broken'
}

function readError(client: Api, text: string): void {
  const said: {
    type?: unknown
    message?: unknown
    sequence_number?: unknown
    error?: { message?: unknown; type?: unknown }
  } = JSON.parse(text)
  assert.equal(typeof said.error?.message, 'string', text)
  if (client === 'messages') assert.equal(said.type, 'error', text)
}

function assertSame({ client }: Flow, said: Said, meant: Said): void {
  const same = (said: Said): object => ({
    ...said,
    calls: said.calls.map((call) => ({ name: call.name, arguments: argumentsIn(call.arguments) })),
  })
  assert.deepEqual(same(said), same({ ...meant, stop: stopFor(client, meant.stop) }))
  for (const [at, { id }] of meant.calls.entries()) {
    if (id !== '') assert.equal(said.calls[at]?.id, id)
    else assert.match(said.calls[at]?.id ?? '', /^call_/)
  }
}

function isObjectText(text: string): boolean {
  if (text.trim() === '') return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** Numbers keep their value, not their digits, once they have been read as JSON. */
function argumentsIn(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return text
  }
}
