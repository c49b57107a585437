import { Agent, request } from 'node:http'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import { preparedData, remove } from './house.ts'
import { captureServer } from './gateway-upstream.ts'

export interface KillReport {
  /** Requests of which at least the head of the answer had arrived. */
  readonly answered: number
  /** Those that have no record. */
  readonly lost: readonly string[]
  /** Records that the start had to close. */
  readonly unknown: number
}

const CLIENTS = 16
/** Answers that begin in each round before the kill, and at most twice as many. */
const LEAST = 45

/** Kills the server while clients ask without pause, then looks for the record of every request that got an answer. */
export async function killUnderLoad(rounds: number, config: object = {}): Promise<KillReport> {
  const target = await captureServer()
  const data = await preparedData()
  const open = (): Promise<GatewayHouse> =>
    openGateway({ targets: [privateModel(target.url)], routes: [{ to: ['house'] }], ...config }, { data })
  let house = await open()
  const answered = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const stop = new AbortController()
    // Counted and not timed, so that a slow machine is killed under the same load.
    let left = LEAST + ((round * 37) % LEAST)
    const enough = Promise.withResolvers<void>()
    const heard = (): void => void (--left === 0 && enough.resolve())
    const asking = Promise.all(
      Array.from({ length: CLIENTS }, (_, at) => ask(house, stop.signal, at % 4 === 0, heard)),
    )
    await Promise.race([enough.promise, asking])
    await house.kill()
    stop.abort()
    for (const ids of await asking) for (const id of ids) answered.add(id)
    house = await open()
  }
  const states = await recordedStates(house)
  await house.stop()
  await remove(data)
  await target.close()
  return {
    answered: answered.size,
    lost: [...answered].filter((id) => !states.has(id)),
    unknown: [...states.values()].filter((state) => state === 'unknown').length,
  }
}

/** Asks until the server is gone; the ids of all requests whose heads arrived. */
export async function ask(
  house: GatewayHouse,
  signal: AbortSignal,
  stream: boolean,
  heard: () => void = () => undefined,
): Promise<readonly string[]> {
  const ids: string[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] })
  while (!signal.aborted) {
    const isAlive = await new Promise<boolean>((resolve) => {
      const call = request(
        `${house.url}/v1/chat/completions`,
        {
          method: 'POST',
          agent,
          headers: {
            authorization: `Bearer ${house.apiKey}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          ids.push(String(response.headers['x-freehold-request']))
          heard()
          response.on('error', () => resolve(false))
          response.on('close', () => resolve(response.complete))
          response.resume()
        },
      )
      call.on('error', () => resolve(false))
      call.end(body)
    })
    if (!isAlive) break
  }
  agent.destroy()
  return ids
}

/** Of every request on record, by id. */
export async function recordedStates(house: GatewayHouse): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>()
  for (let after = ''; ;) {
    const ran = await house.cli(
      'request',
      'list',
      '--json',
      '--limit',
      '200',
      ...(after ? ['--after', after] : []),
    )
    if (ran.status !== 0) throw new Error(ran.stderr)
    const { data, next }: { data: { id: string; state: string }[]; next: string | null } = JSON.parse(
      ran.stdout,
    )
    for (const { id, state } of data) states.set(id, state)
    if (next === null) return states
    after = next
  }
}
