import { asSuperuser } from './cluster.ts'
import type { Speaker, Told } from './conversation-house.ts'
import { openConversations, speakerAt, textOf } from './conversation-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents } from './gateway-upstream.ts'
import { preparedData, remove } from './house.ts'
import type { Notice } from './socket-client.ts'
import { openSocket } from './socket-client.ts'

export interface RoundsReport {
  readonly rounds: number
  readonly kills: number
  readonly partitions: number
  readonly stops: number
  /** How often a client was cut off and came back. */
  readonly reloads: number
  readonly events: number
  readonly faults: readonly string[]
}

interface RoundsOptions {
  readonly rounds: number
  readonly random: () => number
  /** Rounds in which the server is killed. */
  readonly kills: (round: number) => boolean
}

/** Drawn from a seed, so that a failure can be drawn again (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const ENDS: ReadonlySet<string> = new Set(['run.completed', 'run.stopped'])
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What is wrong with the events that one client gathered, against all that there are. */
export function faultsIn(told: readonly Told[], all: readonly Told[]): readonly string[] {
  const faults: string[] = []
  for (const [at, { seq }] of told.entries()) if (seq !== at + 1) return [`event ${at + 1} came as ${seq}`]
  if (told.length !== all.length) faults.push(`${told.length} of ${all.length} events`)
  for (const [at, event] of told.entries())
    if (JSON.stringify(event) !== JSON.stringify(all[at]))
      return [...faults, `event ${at + 1} is another one`]
  return faults
}

/** The words of the answer: what was streamed of a step that began again is void. */
const finalText = (all: readonly Told[]): string =>
  textOf(all.slice(all.findLastIndex(({ type }) => type === 'model.started')))

/** Who follows a run, leaves at random or is cut off, and comes back with the number of the last event that it has. */
export class Client {
  readonly told: Told[] = []
  reloads = -1
  readonly #mostAtOnce: () => number

  /** How many events it takes before it leaves; by default it stays until somebody cuts it off. */
  constructor(mostAtOnce: () => number = () => Number.POSITIVE_INFINITY) {
    this.#mostAtOnce = mostAtOnce
  }

  async follow(run: string, speaker: () => Speaker, url: (() => string) | null): Promise<void> {
    while (!ENDS.has(this.told.at(-1)?.type ?? '')) {
      this.reloads += 1
      const most = this.#mostAtOnce()
      let seen = 0
      const enough = (event: Told): boolean => {
        this.told.push(event)
        return (seen += 1) >= most
      }
      try {
        if (url === null) await speaker().events(run, this.told.length, enough)
        else await this.#listen(run, { url: url(), headers: speaker().headers, enough })
      } catch {
        // The server is gone for a moment.
      }
      if (seen === 0) await pause(60)
    }
  }

  async #listen(
    run: string,
    how: { url: string; headers: Speaker['headers']; enough: (event: Told) => boolean },
  ): Promise<void> {
    const socket = await openSocket(`${how.url}/api/ws`, { headers: how.headers })
    socket.send({ type: 'subscribe', run, after: this.told.length })
    try {
      for (;;) {
        const notice: Notice & { readonly seq?: number; readonly event?: object } = await socket.next()
        if (notice.type === 'ended' || notice.type === 'error') return
        if (notice.type !== 'event') continue
        // As the other client has it: the number among the fields.
        if (how.enough({ seq: notice.seq ?? 0, ...notice.event } as Told)) return
      }
    } finally {
      socket.ws.terminate()
    }
  }
}

/** Every answer is made of words of its own, which come one after the other. */
export async function storyteller(random: () => number): Promise<CaptureServer> {
  return captureServer(async ({ body, hasLeft }, response) => {
    const { messages } = JSON.parse(String(body)) as { messages: { content: string }[] }
    const words = wordsOf(messages.at(-1)?.content ?? '')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of chatEvents(words)) {
      if (hasLeft()) return
      response.write(event)
      await pause(random() * 20)
    }
    response.end()
  })
}

const wordsOf = (prompt: string): string[] => Array.from({ length: 24 }, (_, at) => `${prompt}-${at} `)

/** Asks again while the database is away: that is said, and is no loss. */
function patient(speaker: Speaker): Speaker {
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Error && error.message.includes(': 503 '))) throw error
        await pause(60)
      }
    }
  }
  return {
    ...speaker,
    call: (method, path, body) => again(() => speaker.call(method, path, body)),
    messages: (conversation) => again(() => speaker.messages(conversation)),
    over: (run) => again(() => speaker.over(run)),
  }
}

/** Runs that are watched by two clients while everything breaks; says what of it was lost or doubled. */
export async function runRounds({ rounds, random, kills }: RoundsOptions): Promise<RoundsReport> {
  const target = await storyteller(random)
  const data = await preparedData()
  let house = await openConversations({}, { target, data })
  const key = house.apiKey
  const speaker = (): Speaker => patient(speakerAt(house.url, { authorization: `Bearer ${key}` }))
  const report = { rounds, kills: 0, partitions: 0, stops: 0, reloads: 0, events: 0 }
  const faults: string[] = []
  const again = async (): Promise<void> => {
    await house.kill()
    house = await openConversations({}, { target, data })
  }
  try {
    for (let round = 0; round < rounds; round += 1) {
      const { id: conversation } = await speaker().call<{ id: string }>('POST', '/api/conversations', {})
      const { run, answer } = await speaker().say(conversation, `r${round}`)
      const few = (): number => 1 + Math.floor(random() * 12)
      const [first, second] = [new Client(few), new Client(few)]
      const following = [first.follow(run, speaker, null), second.follow(run, speaker, () => house.url)]
      await pause(random() * 250)
      if (kills(round)) {
        report.kills += 1
        await again()
      } else if (round % 8 === 1) {
        report.partitions += 1
        await cutDatabase(data)
      } else if (round % 4 === 3) {
        report.stops += 1
        await speaker().call('POST', `/api/runs/${run}/stop`)
      }
      let state = await speaker().over(run)
      // Whoever asks for a model while the database is away is told so, and asks again.
      if (state === 'interrupted' || (state === 'failed' && (await isAway(speaker(), run)))) {
        const half = (await speaker().messages(conversation)).filter(({ role }) => role === 'assistant')
        if (half.length > 0) faults.push(`round ${round}: half a message`)
        await speaker().call('POST', `/api/runs/${run}/continue`)
        state = await speaker().over(run)
      }
      await Promise.all(following)
      await speaker().messages(conversation)
      const all = await speaker().events(run)
      report.events += all.length
      for (const { told, reloads } of [first, second]) {
        report.reloads += reloads
        faults.push(...faultsIn(told, all).map((fault) => `round ${round}: ${fault}`))
      }
      const said = (await speaker().messages(conversation)).find(({ id }) => id === answer)
      const whole = wordsOf(`r${round}`).join('')
      if (state === 'completed' && (said?.text !== whole || finalText(all) !== whole))
        faults.push(`round ${round}: completed with other words`)
      if (state === 'stopped' && (said?.text ?? '') !== finalText(all))
        faults.push(`round ${round}: what was told is not what is kept`)
      if (state === 'failed') faults.push(`round ${round}: failed with ${JSON.stringify(all.at(-1))}`)
    }
  } finally {
    await house.close()
    await target.close()
    await remove(data)
  }
  return { ...report, faults }
}

async function isAway(speaker: Speaker, run: string): Promise<boolean> {
  const { code } = await speaker.call<{ code: string }>('GET', `/api/runs/${run}`)
  return code === 'unavailable'
}

/** Every connection to the database breaks at once. */
const cutDatabase = (data: string): Promise<unknown> =>
  asSuperuser(data, (client) =>
    client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'fh%' AND pid <> pg_backend_pid()",
    ),
  )
