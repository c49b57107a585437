import { availableParallelism } from 'node:os'
import { Fault } from '../../kernel/fault.ts'
import type { Dictionary, Sought } from '../dictionary/dictionary.ts'
import { findIn, settled } from '../dictionary/dictionary.ts'
import { combined } from '../plugins/combined.ts'
import { FAILURES } from '../plugins/plugin.ts'
import type { Finder } from '../plugins/plugins.ts'
import type { DetectorSource } from './detector.ts'
import { loaded } from './detector.ts'
import type { ScanContext } from './recogniser.ts'
import { ScanLane } from './scan-lane.ts'
import type { ScanJob } from './scan-thread.ts'
import type { Span } from './span.ts'

/** Detection as the server uses it: nobody else waits while a long text is scanned. */
export interface Detection {
  /**
   * By the engine, a tenant's dictionary and all others.
   * @throws Fault `too_many` when too much waits already, `unavailable` when the scan failed, `draining` at the end.
   */
  detect(text: string, context: ScanContext, dictionary?: Dictionary | null): Promise<readonly Span[]>
  /**
   * Always in threads, whatever their size, and with the same errors. What was found in each, where terms of the
   * dictionary may overlap the rest.
   */
  detectAll(texts: ScanJob['texts'], dictionary: Dictionary | null): Promise<readonly (readonly Span[])[]>
  /** For short texts, at once. */
  readonly engine: DetectorSource
  /** Who looks beside the engine. */
  readonly others: Finder
  close(): Promise<void>
}

export interface DetectionOptions {
  readonly engine: DetectorSource
  readonly others?: Finder
  /** Told of each text: what was found, and how long it took. */
  readonly scanned: (spans: readonly Span[], ms: number) => void
  /** Wall time of one text; linear work on the longest takes a second or less. */
  readonly timeoutMs?: number
  /** How long a thread without work stays. */
  readonly idleMs?: number
  /** Most threads; up to four, and a core is left for whoever waits for none of them. */
  readonly lanes?: number
}

/** Up to here a text is scanned at once: that takes about a millisecond, as long as handing it over. */
const AT_ONCE = 16 * 1024
const MOST_WAITING = 64
const MOST_WAITING_CHARACTERS = 16 * 1024 * 1024
/** Each takes 75 MB while it searches, and 40 MB while it stays. */
const MOST_LANES = 4
/** Conversations whose whole context comes anew come in spells. */
const IDLE_MS = 300_000
/** Less is not worth a second thread, which compiles all anew. */
const LEAST_SHARE = 64 * 1024

interface Waiting {
  readonly job: ScanJob
  readonly characters: number
  readonly resolve: (spans: readonly (readonly Span[])[]) => void
  readonly reject: (error: unknown) => void
}

const failed = (cause: string, why = ''): Fault =>
  new Fault(
    'unavailable',
    `The text could not be searched for personal data${why}. Send it again, or a shorter one.`,
    {
      cause,
    },
  )

const NOBODY: Finder = {
  isOn: false,
  generation: 0,
  find: async (texts) => ({ spans: texts.map(() => []), missing: [] }),
}

class ThreadedDetection implements Detection {
  readonly #options: Required<DetectionOptions>
  readonly #queue: Waiting[] = []
  readonly #lanes: readonly ScanLane[]
  #waitingCharacters = 0
  #isClosed = false

  constructor(options: DetectionOptions) {
    const lanes = Math.max(1, Math.min(availableParallelism() - 1, MOST_LANES))
    this.#options = { timeoutMs: 20_000, idleMs: IDLE_MS, lanes, others: NOBODY, ...options }
    this.#lanes = Array.from({ length: this.#options.lanes }, () => new ScanLane(this.#options.idleMs))
  }

  async detect(
    text: string,
    context: ScanContext,
    dictionary: Dictionary | null = null,
  ): Promise<readonly Span[]> {
    const fromMs = performance.now()
    // The engine first: while it reads a short text nothing else is heard, and the others' time would run.
    const [own, others] = await Promise.all([
      this.#detectOwn({ text, context, dictionary }),
      this.#askOthers(text, context),
    ])
    const spans = combined(settled(own), others, text)
    this.#options.scanned(spans, performance.now() - fromMs)
    return spans
  }

  async #detectOwn({ text, context, dictionary }: Sought): Promise<readonly Span[]> {
    if (text.length <= AT_ONCE)
      return findIn(await loaded(this.#options.engine), { text, context, dictionary })
    return (await this.#hand({ texts: [{ text, context }], dictionary }))[0] ?? []
  }

  async #askOthers(text: string, context: ScanContext): Promise<readonly Span[]> {
    const { others } = this.#options
    if (!others.isOn) return []
    const { spans, missing } = await others.find([{ text, context }])
    const missed = missing.find(({ isRequired }) => isRequired)
    if (missed) throw failed(missed.code, `: the detector ${missed.name} ${FAILURES[missed.code]}`)
    return spans[0] ?? []
  }

  get others(): Finder {
    return this.#options.others
  }

  detectAll(texts: ScanJob['texts'], dictionary: Dictionary | null): Promise<readonly (readonly Span[])[]> {
    return this.#handShared({ texts, dictionary })
  }

  get engine(): DetectorSource {
    return this.#options.engine
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiting of this.#queue.splice(0)) waiting.reject(draining())
    await Promise.all(this.#lanes.map((lane) => lane.end()))
  }

  /** Between as many threads as it is worth. */
  async #handShared(job: ScanJob): Promise<readonly (readonly Span[])[]> {
    const shares = sharesOf(job, this.#lanes.length)
    return (await Promise.all(shares.map((share) => this.#hand(share)))).flat()
  }

  async #hand(job: ScanJob): Promise<readonly (readonly Span[])[]> {
    if (this.#isClosed) throw draining()
    const characters = job.texts.reduce((sum, { text }) => sum + text.length, 0)
    const isFull =
      this.#queue.length >= MOST_WAITING || this.#waitingCharacters + characters > MOST_WAITING_CHARACTERS
    if (isFull) {
      throw new Fault(
        'too_many',
        'Many long texts are being searched already. Send this one again in a moment.',
        {
          retryAfterS: 2,
        },
      )
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, characters, resolve, reject })
      this.#waitingCharacters += characters
      this.#work()
    })
  }

  /** Gives what waits to threads that are free, first to those that are there already. */
  #work(): void {
    const free = this.#lanes.filter(({ isBusy }) => !isBusy)
    for (const lane of free.toSorted((a, b) => Number(b.isWarm) - Number(a.isWarm))) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#waitingCharacters -= next.characters
      void this.#perform(lane, next.job)
        .then(next.resolve, next.reject)
        .then(() => this.#work())
    }
  }

  async #perform(lane: ScanLane, job: ScanJob): Promise<readonly (readonly Span[])[]> {
    const answer = await lane.perform(job, this.#options.timeoutMs)
    if (answer !== null && 'spans' in answer) return answer.spans
    if (answer === null && this.#isClosed) throw draining()
    throw failed(answer === null ? 'the thread ended early' : answer.broken)
  }
}

/** Texts that follow each other stay together, so that what was found comes back in their order. */
function sharesOf(job: ScanJob, most: number): readonly ScanJob[] {
  const { texts, dictionary } = job
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0)
  const count = Math.min(most, Math.floor(characters / LEAST_SHARE))
  if (count <= 1) return [job]
  const shares: ScanJob['texts'][number][][] = Array.from({ length: count }, () => [])
  let before = 0
  for (const one of texts) {
    // By its middle, so that a long one goes where most of it would.
    const at = Math.floor(((before + one.text.length / 2) / characters) * count)
    shares[Math.min(at, count - 1)]?.push(one)
    before += one.text.length
  }
  return shares.filter((share) => share.length > 0).map((share) => ({ texts: share, dictionary }))
}

const draining = (): Fault => new Fault('draining', 'The server is shutting down.')

/** Detection whose threads start with long texts and end when they have been idle. */
export const createDetection = (options: DetectionOptions): Detection => new ThreadedDetection(options)
