import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import { judge } from './mutation-judge.ts'
import type { RawTarget } from './raw-target.ts'
import { rawTarget } from './raw-target.ts'
import type { Api, Recording } from './recorded-streams.ts'
import { RECORDINGS } from './recorded-streams.ts'
import type { Mutated, Random } from './stream-mutations.ts'
import { mutated, oneOf, randomOf } from './stream-mutations.ts'

/** From the API of a client to that of a target, and the first letter of the models that are routed so. */
export interface Flow {
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

/** `idleMs`: how long a target may be silent; a busy machine makes every one silent for a while. */
export async function openMutationHouse({ idleMs = 500 } = {}): Promise<MutationHouse> {
  const target = await rawTarget()
  const timeouts = { timeouts: { connectMs: 2000, firstByteMs: 8000, idleMs, totalMs: 60_000 } }
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
    const metrics = await house.metrics()
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

export interface Case {
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
