import type { PullStep, PullView } from '@freehold/contract/offer.ts'
import { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Sink, UpstreamCall } from '../call/upstream-call.ts'
import type { TargetBook, Targets } from '../targets.ts'
import type { EnquiringParts } from './enquiry.ts'
import { callTo, credentialFor } from './enquiry.ts'
import { ollamaPath } from './ollama.ts'
import { parsedOrNull, saidBy, shown } from './said.ts'

export interface PullsOptions extends EnquiringParts {
  readonly targets: Pick<Targets, 'hold'>
  readonly nowMs: () => number
  readonly onEnd: (ended: {
    readonly target: string
    readonly outcome: 'done' | 'failed' | 'cancelled'
    readonly bytes: number
    readonly ms: number
  }) => void
}

interface Layer {
  totalBytes: number
  completedBytes: number
}

interface Pull {
  readonly id: string
  readonly target: string
  readonly model: string
  readonly startedMs: number
  readonly layers: Map<string, Layer>
  readonly call: UpstreamCall
  state: PullView['state']
  step: PullStep
  status: string
  endedMs: number | null
}

type Told = Pick<PullView, 'step' | 'status'>

const MOST_AT_ONCE = 4
/** Those that are over are shown for a while. */
const MOST_KEPT = 50
const MOST_LAYERS = 1000
const LONGEST_LINE_BYTES = 64 * 1024
/** A large model is verified for minutes without a word. */
const TIMES = { firstByteMs: 60_000, idleMs: 1_800_000, totalMs: 86_400_000 }
const bytes = z.int().min(0).optional().catch(undefined)
/** One line of the answer of `/api/pull`. */
const line = z.object({
  status: z.string().optional().catch(undefined),
  digest: z.string().max(256).optional().catch(undefined),
  total: bytes,
  completed: bytes,
  error: z.string().optional(),
})

/** Models that an Ollama fetches because we asked it to. It goes on when nobody watches, and ends with this process. */
export class Pulls {
  readonly #options: PullsOptions
  readonly #pulls = new Map<string, Pull>()
  readonly #reserved = new Set<string>()

  constructor(options: PullsOptions) {
    this.#options = options
  }

  /**
   * Keeps the place of one that is about to begin; to be given back once it has begun, or does not.
   * @throws Fault `not_found`, `invalid` for a target that cannot, `too_many`, `conflict` for one under way
   */
  reserve(name: string, model: string): () => void {
    const book = this.#options.targets.hold()
    try {
      requireOllama(book, name)
    } finally {
      book.release()
    }
    const active = [...this.#pulls.values()].filter(({ state }) => state === 'pulling')
    // Names of targets hold no space.
    const place = `${name} ${model}`
    if (this.#reserved.has(place) || active.some((one) => one.target === name && one.model === model)) {
      throw new Fault('conflict', `The target ${name} is fetching this model already.`, { param: 'model' })
    }
    if (active.length + this.#reserved.size >= MOST_AT_ONCE) {
      throw new Fault('too_many', `${MOST_AT_ONCE} models are being fetched already. Wait for one of them.`)
    }
    this.#reserved.add(place)
    return () => void this.#reserved.delete(place)
  }

  /** Begins one whose place was kept. @throws Fault `not_found`, `invalid` */
  start(caller: Caller, name: string, model: string): PullView {
    const { targets, tokens, watchdog, nowMs } = this.#options
    const book = targets.hold()
    try {
      const target = requireOllama(book, name)
      const open = { ...book.of(target), timeouts: TIMES }
      const credential = credentialFor(open, tokens, caller)
      const call = callTo(
        open,
        {
          path: `${ollamaPath(target.definition.url)}/pull`,
          method: 'POST',
          body: Buffer.from(JSON.stringify({ model, stream: true })),
        },
        { watchdog, credential },
      )
      const pull: Pull = {
        id: uuidV7(nowMs()),
        target: name,
        model,
        startedMs: nowMs(),
        layers: new Map(),
        call,
        state: 'pulling',
        step: 'asked',
        status: 'asked for',
        endedMs: null,
      }
      this.#makeRoom()
      this.#pulls.set(pull.id, pull)
      void this.#follow(pull, credential).finally(() => book.release())
      return viewOf(pull)
    } catch (error) {
      book.release()
      throw error
    }
  }

  of(target: string): PullView[] {
    return [...this.#pulls.values()].filter((one) => one.target === target).map(viewOf)
  }

  /** @throws Fault `not_found` */
  find(id: string): Pick<PullView, 'target' | 'model'> {
    const pull = this.#pulls.get(id)
    if (pull) return viewOf(pull)
    throw new Fault('not_found', 'There is no such fetching of a model.', { param: 'id' })
  }

  /** Ends it at once; one that is over stays as it is. Ollama keeps what it has and goes on from there next time. */
  cancel(id: string): void {
    const pull = this.#pulls.get(id)
    if (pull?.state !== 'pulling') return
    this.#end(pull, 'cancelled', { step: 'cancelled', status: 'cancelled' })
    pull.call.abort(new Fault('client_left', 'The operator cancelled this.'))
  }

  close(): void {
    for (const id of this.#pulls.keys()) this.cancel(id)
  }

  async #follow(pull: Pull, credential: readonly string[]): Promise<void> {
    try {
      const { status, body } = await pull.call.answer()
      if (Buffer.isBuffer(body)) throw new Error('a pull is read piece by piece')
      const first: Buffer[] = []
      const reader = new LineReader((text) => {
        if (status === 200) this.#hear(pull, text, credential)
        else first.push(text)
      })
      const sink: Sink = {
        write: (piece) => {
          if (!reader.push(piece))
            body.abort(new Fault('upstream_broke', 'A line of the answer is too long.'))
          return true
        },
        onDrain() {},
        end() {},
      }
      await body.forward(sink)
      reader.end()
      if (status !== 200) {
        const said = saidBy({ body: Buffer.concat(first) }, credential)
        this.#end(pull, 'failed', { step: 'said', status: said ?? `status ${status}` })
      } else {
        this.#end(pull, 'failed', { step: 'unfinished', status: 'ended without saying that it is done' })
      }
    } catch (error) {
      const ended: Told =
        error instanceof Fault
          ? { step: 'said', status: error.message }
          : { step: 'bug', status: 'something went wrong on our side' }
      this.#end(pull, 'failed', ended)
    }
  }

  #hear(pull: Pull, text: Buffer, credential: readonly string[]): void {
    const parsed = line.safeParse(parsedOrNull(text))
    if (!parsed.success || pull.state !== 'pulling') return
    const { status, digest, total, completed, error } = parsed.data
    if (error !== undefined) {
      this.#end(pull, 'failed', { step: 'said', status: saidBy({ body: text }, credential) ?? 'it failed' })
      return
    }
    if (
      digest !== undefined &&
      total !== undefined &&
      (pull.layers.has(digest) || pull.layers.size < MOST_LAYERS)
    ) {
      pull.layers.set(digest, { totalBytes: total, completedBytes: Math.min(completed ?? 0, total) })
    }
    if (status === 'success') this.#end(pull, 'done', { step: 'done', status })
    else if (status !== undefined) {
      pull.step = stepOf(status)
      pull.status = shown(status, credential)
    }
  }

  #end(pull: Pull, state: 'done' | 'failed' | 'cancelled', { step, status }: Told): void {
    if (pull.state !== 'pulling') return
    const { nowMs, onEnd } = this.#options
    pull.state = state
    pull.step = step
    pull.status = status
    pull.endedMs = nowMs()
    onEnd({
      target: pull.target,
      outcome: state,
      bytes: fetched(pull).completedBytes,
      ms: pull.endedMs - pull.startedMs,
    })
  }

  #makeRoom(): void {
    for (const { id, state } of this.#pulls.values()) {
      if (this.#pulls.size < MOST_KEPT) return
      if (state !== 'pulling') this.#pulls.delete(id)
    }
  }
}

/** @throws Fault `not_found`, `invalid` */
function requireOllama({ routing }: TargetBook, name: string) {
  const target = routing.targets.get(name)
  if (!target) {
    throw new Fault('not_found', `No target ${name} is in use. See freehold target list.`, { param: 'name' })
  }
  if (
    target.definition.kind !== 'model' ||
    target.definition.native !== 'ollama' ||
    target.zone !== 'private'
  ) {
    throw new Fault(
      'invalid',
      `The target ${name} is no private one with "native: ollama", so it cannot fetch models.`,
      {
        param: 'name',
      },
    )
  }
  return target
}

/** What Ollama writes into `status`, as its API describes it. */
const STEPS: Readonly<Record<string, PullStep>> = {
  'pulling manifest': 'manifest',
  'verifying sha256 digest': 'verifying',
  'writing manifest': 'writing',
  'removing any unused layers': 'tidying',
  'removing unused layers': 'tidying',
}

function stepOf(status: string): PullStep {
  const step = Object.hasOwn(STEPS, status) ? STEPS[status] : undefined
  // Followed by the digest of the layer.
  return step ?? (status.startsWith('pulling ') || status.startsWith('downloading') ? 'layers' : 'said')
}

/** Cuts pieces into lines, without their ends. */
class LineReader {
  readonly #take: (line: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(take: (line: Buffer) => void) {
    this.#take = take
  }

  /** False when a line is longer than any that is taken. */
  push(piece: Buffer): boolean {
    let rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      if (end > LONGEST_LINE_BYTES) return false
      this.#take(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
    }
    this.#rest = rest
    return rest.length <= LONGEST_LINE_BYTES
  }

  end(): void {
    if (this.#rest.length > 0) this.#take(this.#rest)
  }
}

function fetched({ layers }: Pull): Layer {
  const sum = { totalBytes: 0, completedBytes: 0 }
  for (const { totalBytes, completedBytes } of layers.values()) {
    sum.totalBytes += totalBytes
    sum.completedBytes += completedBytes
  }
  return sum
}

const viewOf = (pull: Pull): PullView => ({
  id: pull.id,
  target: pull.target,
  model: pull.model,
  state: pull.state,
  step: pull.step,
  status: pull.status,
  ...fetched(pull),
  startedAt: new Date(pull.startedMs).toISOString(),
  endedAt: pull.endedMs === null ? null : new Date(pull.endedMs).toISOString(),
})
