import { isDurable } from '@freehold/contract/loop-events.ts'
import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import { LOCAL_MODEL } from '../gateway/local-engine.ts'
import { uuidV7 } from '../kernel/ids.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import type { Store, Tx } from '../store/store.ts'
import type { AttachedFiles } from './attachments/attached-files.ts'
import type { RunFigures } from './figures.ts'
import type { Batch, Closing } from './journal.ts'
import { Journal, LostRun, raiseClass } from './journal.ts'
import type { Tool } from '../skills/tool.ts'
import type { OpenLoop } from './loop/opening.ts'
import { insertMessage } from './messages.ts'
import type { Credentials } from './model-exchange.ts'
import type { ModelPath } from './model.ts'
import { createModel, staying } from './model.ts'
import type { Own } from './ownership.ts'
import type { TakenRun } from './runs.ts'
import type { MessageBody } from './sealed-rows.ts'
import { Telling } from './telling.ts'

export interface ExecutorOptions {
  readonly store: Pick<Store, 'withTenant'>
  readonly clock: { readonly now: () => number }
  readonly replica: string
  readonly loop: OpenLoop
  readonly files: AttachedFiles
  /** What one run may cost, in the unit of the targets' prices. */
  readonly runCost: () => number | undefined
  readonly path: () => ModelPath
  readonly ring: (tx: Tx, run: string) => Promise<void>
  readonly stored: (batch: Batch) => void
  readonly figures: RunFigures
  readonly onBug: (request: string, error: unknown) => void
}

interface Live {
  readonly owner: string
  readonly journal: Journal
  readonly stopping: AbortController
  readonly done: Promise<void>
}

/** Why a run ends before its answer is there. */
type Why = 'stop' | 'lost' | 'draining'

/** Of one run. */
const LIMITS = { steps: 16, calls: 64, tokens: 2_000_000, timeMs: 1_800_000 }
const MICROS = 1_000_000
/** A third of the lease: one beat may be missed. */
const BEAT_MS = 5000

/** Works on runs. Whoever started one may leave; only a stop, a loss or the end of the process ends it. */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #live = new Map<string, Live>()
  readonly #beating: NodeJS.Timeout
  #isDraining = false

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#beating = setInterval(() => {
      for (const run of this.#live.keys()) this.look(run)
    }, BEAT_MS)
    this.#beating.unref()
  }

  /** How many runs of this owner are being worked on here. */
  of(owner: string): number {
    return [...this.#live.values()].filter((one) => one.owner === owner).length
  }

  /** Begins to work on it, for whoever came with these credentials. */
  start(own: Own, taken: TakenRun, credentials: Credentials): void {
    const { store, replica, ring, stored, figures } = this.#options
    const stopping = new AbortController()
    const journal = new Journal({
      store,
      tenant: own.caller.tenant,
      run: taken.run,
      conversation: taken.conversation,
      dek: taken.dek,
      replica,
      lastSeq: taken.lastSeq,
      ring,
      stored: (batch) => {
        figures.told(batch.events.length)
        stored(batch)
      },
      ended: (why) => stopping.abort(why satisfies Why),
    })
    stored({ run: taken.run, seq: taken.first.seq, events: [taken.first.event] })
    figures.began()
    const done = this.#work({ own, taken, credentials, journal, signal: stopping.signal }).finally(() =>
      this.#live.delete(taken.run),
    )
    this.#live.set(taken.run, { owner: own.owner, journal, stopping, done })
  }

  /** Somebody may want this run to end; nothing happens where it is none of ours. */
  look(run: string): void {
    // A database that is away says nothing: the lease runs out, or it is back before.
    this.#live
      .get(run)
      ?.journal.beat()
      .catch(() => undefined)
  }

  /** Ends it, and resolves when its model was let go and everything is stored. False: it is none of ours. */
  async stop(run: string): Promise<boolean> {
    const live = this.#live.get(run)
    if (!live) return false
    live.stopping.abort('stop' satisfies Why)
    await live.done
    return true
  }

  /**
   * Lets runs come to their end for a while; those that do not are left to be continued. So are those that wait for a
   * person, at once: whoever would answer has no way in any more.
   */
  async drain(patienceMs: number): Promise<void> {
    this.#isDraining = true
    for (const { journal, stopping } of this.#live.values())
      if (journal.isAwaiting) stopping.abort('draining' satisfies Why)
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, patienceMs)
    await Promise.race([this.#settled(), late.promise]).finally(() => clearTimeout(timer))
    clearInterval(this.#beating)
    for (const { stopping } of this.#live.values()) stopping.abort('draining' satisfies Why)
    await this.#settled()
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#live.values()].map(({ done }) => done))
  }

  /** Never rejects. */
  async #work(work: Work): Promise<void> {
    const { figures, onBug } = this.#options
    const { journal, taken } = work
    const telling = new Telling(taken.class, taken.done)
    try {
      const ending = await this.#ending(work, telling)
      const { event, state, code } = ending
      await journal.close(event, { state, code, also: (tx) => this.#keep(tx, { taken, telling, ...ending }) })
      figures.ended(state)
    } catch (error) {
      // Whoever has it now, or finds its lease run out, says what became of it.
      figures.ended('lost')
      const isAway = error instanceof LostRun || (error instanceof Fault && error.code !== 'bug')
      if (!isAway) onBug(taken.run, error)
    }
  }

  async #ending({ own, taken, credentials, journal, signal }: Work, telling: Telling): Promise<Ending> {
    const { loop, path } = this.#options
    const { keepPrivate } = taken.asked
    const caller = () => staying(path().recognise(credentials), keepPrivate)
    // The built-in engine knows of a tool only what its examples say.
    const isLocal = taken.asked.model === LOCAL_MODEL
    const usable = async (): Promise<readonly Tool[]> => {
      const offered = taken.asked.tools ? await loop.toolsFor(caller(), taken) : []
      // Where a tool dials, nobody here can say whether that is at home.
      const within = keepPrivate ? offered.filter(({ dials }) => dials === 'nowhere') : offered
      const callable = within.filter(({ examples }) => !isLocal || examples !== undefined)
      requireNamed(taken.asked.skills ?? [], callable)
      return callable
    }
    const model = createModel({
      path: path(),
      credentials,
      model: taken.asked.model,
      conversation: taken.isTemporary ? null : taken.conversation,
      collections: taken.asked.collections,
      keepPrivate,
      files: this.#options.files,
      reached: (of) => {
        telling.reached(of)
        journal.raise(telling.class)
      },
      failed: (request) => telling.failed(request),
    })
    const tell = async (event: LoopEvent): Promise<void> => {
      if (signal.reason === 'lost') throw new LostRun()
      telling.see(event)
      if (event.type === 'class.raised') journal.raise(telling.class)
      journal.await(telling.isWaiting)
      if (isDurable(event) || journal.isFull) await journal.store(event)
      else journal.take(event)
      if (this.#isDraining && telling.isWaiting)
        this.#live.get(taken.run)?.stopping.abort('draining' satisfies Why)
    }
    try {
      const end = await loop.runLoop(
        {
          caller,
          conversation: taken.conversation,
          run: taken.run,
          messages: taken.context,
          tools: await usable(),
          class: taken.class,
          ...(taken.asked.collections !== null && { collections: taken.asked.collections }),
          limits: { ...LIMITS, costMicros: this.#mostMicros(taken) },
          done: taken.done,
        },
        { model, approvals: loop.approvals, tell },
        signal,
      )
      telling.reached(end.class)
      const { limit } = telling
      return ended('completed', { message: taken.answer, ...(limit && { limit }) }, telling.whole(end))
    } catch (error) {
      if (signal.reason === 'stop') await this.#withdraw(own, taken.run)
      return this.#broken(error, { taken, telling, signal, journal })
    }
  }

  /** The lower of what its caller and the operator allow. */
  #mostMicros({ asked }: TakenRun): number | null {
    const allowed = [asked.maxCost ?? Infinity, this.#options.runCost() ?? Infinity]
    const least = Math.min(...allowed)
    return least === Infinity ? null : Math.floor(least * MICROS)
  }

  /** Nobody is asked any more for a run that was stopped; where that cannot be said now, the question runs out. */
  async #withdraw({ caller }: Own, run: string): Promise<void> {
    await this.#options.loop.approvals.withdraw(caller, run).catch((error: unknown) => {
      if (!(error instanceof Fault)) this.#options.onBug(run, error)
    })
  }

  #broken(
    error: unknown,
    { taken, telling, signal, journal }: Pick<Work, 'taken' | 'signal' | 'journal'> & { telling: Telling },
  ): Ending {
    // What aborted it is why it ended, whatever else was thrown on the way.
    const why = signal.aborted ? (signal.reason as Why) : null
    if (why === 'lost') throw journal.failure
    if (why === 'draining') return ended('interrupted', {}, null)
    if (why === 'stop') {
      const part = telling.part()
      return ended('stopped', { message: part === null ? null : taken.answer }, part)
    }
    if (!(error instanceof Fault)) this.#options.onBug(taken.run, error)
    const { code, body } = errorResponse(error, taken.run)
    // Whoever is asked why looks for it by this id.
    const request = telling.unanswered === null ? {} : { request: telling.unanswered }
    return { ...ended('failed', { ...JSON.parse(body.toString()), ...request }, null), code }
  }

  /** Written with the last event: an answer is there whole, or not at all. */
  async #keep(tx: Tx, { taken, telling, body, state }: Kept): Promise<void> {
    if (body === null) return
    const { conversation, answer, message, dek, run } = taken
    await insertMessage(tx, dek, {
      id: answer,
      conversation,
      parent: message,
      run,
      role: 'assistant',
      status: state === 'stopped' ? 'stopped' : 'complete',
      class: telling.class,
      body,
      at: new Date(this.#options.clock.now()),
    })
    await raiseClass(tx, conversation, telling.class)
    // Whoever has gone to another branch meanwhile stays there.
    await tx.db
      .updateTable('conversation')
      .set({ leaf_id: answer, touched: uuidV7(this.#options.clock.now()) })
      .where('id', '=', conversation)
      .where('leaf_id', '=', message)
      .execute()
  }
}

/** Whoever names a skill wants it and nothing in its place. @throws Fault `invalid` */
function requireNamed(skills: readonly string[], callable: readonly Tool[]): void {
  const missing = skills.find((name) => callable.every(({ skill }) => skill !== name))
  if (missing === undefined) return
  throw new Fault(
    'invalid',
    `skills: ${missing} has nothing that may be called here. It may be missing, not yours to use, reach outside of ` +
      'what is kept private, or need a language model.',
    { param: 'skills' },
  )
}

interface Work {
  readonly own: Own
  readonly taken: TakenRun
  readonly credentials: Credentials
  readonly journal: Journal
  readonly signal: AbortSignal
}

interface Ending {
  readonly event: { readonly type: string; readonly [name: string]: unknown }
  readonly code: string | null
  readonly state: Closing['state']
  readonly body: MessageBody | null
}

interface Kept extends Ending {
  readonly taken: TakenRun
  readonly telling: Telling
}

const ended = (state: Closing['state'], said: object, body: MessageBody | null): Ending => ({
  event: { type: `run.${state}`, ...said },
  code: null,
  state,
  body,
})
