import type { Client, ConversationChange, MessageView } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { before, grow, siblingsOf } from './branch.ts'
import { createFrames } from './frames.ts'
import type { Queued } from './queue.ts'
import { keepQueue, readQueue } from './queue.ts'
import { Reading } from './reading.ts'
import type { RunTold } from './run-told.ts'
import { hear, NOTHING_TOLD } from './run-told.ts'
import type { Live, ThreadState } from './thread-state.ts'
import { EMPTY_THREAD, isBusy } from './thread-state.ts'
import type { ToldEvent } from './told-events.ts'
import type { Wording } from './wording.ts'

interface ThreadOptions {
  readonly server: Pick<Client, 'conversations' | 'messages' | 'runs' | 'follow'>
  /** Tells the other tabs that something happened here. */
  readonly tell: (conversation: string) => void
}

/** One conversation as this tab knows it: its messages, the answer that is being made, and what waits to be said. */
export class Thread {
  readonly id: string
  readonly #options: ThreadOptions
  readonly #watching = new Set<() => void>()
  readonly #frames = createFrames(() => this.#notify())
  readonly #reading: Reading
  /** What runs of this tab told: a kept message knows neither reasoning nor durations. */
  readonly #told = new Map<string, RunTold>()
  #state: ThreadState
  #following: AbortController | null = null
  #loading: Promise<void> | null = null
  #isStopWanted = false

  constructor(id: string, options: ThreadOptions) {
    this.id = id
    this.#options = options
    this.#state = { ...EMPTY_THREAD, queue: readQueue(sessionStorage, id) }
    this.#reading = new Reading(id, {
      server: options.server,
      state: this.state,
      set: (change) => this.#set(change),
    })
  }

  readonly state = (): ThreadState => this.#state

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#watching.add(changed)
    return () => this.#watching.delete(changed)
  }

  /** What the run of an answer told, where this tab heard it. */
  toldOf(answer: string): RunTold | null {
    return this.#told.get(answer) ?? null
  }

  /** Hears once more what the run of a kept answer told: how long its tools took, and what the model thought. */
  async recall(answer: MessageView): Promise<void> {
    if (answer.run === null || this.#told.has(answer.id)) return
    let told = NOTHING_TOLD
    this.#told.set(answer.id, told)
    try {
      for await (const { seq, event } of this.#options.server.follow(answer.run))
        // What the contract says of events.
        told = hear(told, seq, event as unknown as ToldEvent)
      this.#told.set(answer.id, told)
      // A message that was replaced is drawn anew.
      this.#set({ tree: grow(this.#state.tree, [{ ...answer }]) })
    } catch {
      // What is kept of it is shown already.
      this.#told.delete(answer.id)
    }
  }

  /** Takes part: loads what is missing and follows what runs. Returns how to leave; a run does not mind. */
  enter(): () => void {
    void this.refresh()
    return () => {
      this.#following?.abort()
      this.#following = null
    }
  }

  /** Looks what has happened elsewhere. */
  refresh(): Promise<void> {
    this.#loading ??= this.#refresh().finally(() => (this.#loading = null))
    return this.#loading
  }

  async #refresh(): Promise<void> {
    try {
      const [conversation] = await Promise.all([
        this.#options.server.conversations.read(this.id),
        this.#reading.first(),
      ])
      await this.#reading.upTo(conversation.leaf)
      this.#set({ conversation, isHere: true, error: null })
      if (conversation.run !== null) await this.#attach(conversation.run.id)
      else if (!isBusy(this.#state)) await this.#recallFailed()
    } catch (error) {
      this.#set({ error })
    }
  }

  /** Loads what was said before the first message that is here; false where it could not, or there is nothing. */
  loadEarlier(): Promise<boolean> {
    return this.#reading.earlier()
  }

  /** Loads all that was said before. */
  async loadBeginning(): Promise<void> {
    let isMore = true
    while (isMore) isMore = await this.loadEarlier()
  }

  /** Has a message in what is shown, wherever it stands in the conversation; goes to its branch where it must. */
  async show(message: string): Promise<void> {
    await this.refresh()
    while (!this.#reading.isShown(message)) if (!(await this.loadEarlier())) break
    if (!this.#reading.isShown(message) && this.#state.earlier.error === null) await this.#goThrough(message)
  }

  /** Goes to the branch through a message that was spoken in last. */
  async #goThrough(message: string): Promise<void> {
    await this.#try(async () => {
      const end = await this.#reading.through(message)
      if (end !== null) await this.goTo(end, message)
    })
  }

  async #attach(run: string): Promise<void> {
    if (this.#state.live?.run === run && this.#following !== null) return
    const { message, answer } = await this.#options.server.runs.read(run)
    this.#begin(
      { run, message, answer },
      this.#state.live?.run === run ? this.#state.live.told : NOTHING_TOLD,
    )
  }

  /** A run that failed leaves no message; this tab still knows which one it was. */
  async #recallFailed(): Promise<void> {
    const run = sessionStorage.getItem(this.#runName)
    if (run === null || this.#state.live !== null) return
    const seen = await this.#options.server.runs.read(run)
    const isOpenEnd = seen.message === this.#state.conversation?.leaf
    if (isOpenEnd && (seen.state === 'failed' || seen.state === 'interrupted')) await this.#attach(run)
    else sessionStorage.removeItem(this.#runName)
  }

  get #runName(): string {
    return `freehold.run.${this.id}`
  }

  /** Says something; it waits while an answer is being made. Resolves when the server has it, or it waits. */
  async send(wording: Wording): Promise<void> {
    if (isBusy(this.#state)) return this.enqueue(wording)
    this.#isStopWanted = false
    this.#set({ sending: wording, refusal: null })
    const known = this.#state.tree.messages
    try {
      const started = await this.#options.server.messages.send(this.id, {
        text: wording.text,
        ...(wording.model !== undefined && { model: wording.model }),
        ...(wording.collections && { collections: wording.collections }),
        ...(wording.skills && { skills: wording.skills }),
        ...(wording.attachments && { attachments: wording.attachments }),
        ...(wording.keepPrivate && { keepPrivate: true }),
        ...(wording.edits !== undefined && { edits: wording.edits }),
      })
      this.#started(started)
    } catch (error) {
      const code = error instanceof FreeholdError ? error.code : null
      if (code === 'unreachable' && (await this.#hasArrived(wording.text, known))) return
      this.#set({ sending: null })
      if (code !== 'conflict') throw error
      // Another tab was quicker.
      this.enqueue(wording)
      await this.refresh()
    }
  }

  /** Whether words had reached the server and only its answer was lost on the way: nothing is said twice. */
  async #hasArrived(text: string, known: ThreadState['tree']['messages']): Promise<boolean> {
    await this.refresh()
    const { messages } = this.#state.tree
    const fresh = Array.from(messages.values()).filter(({ id }) => !known.has(id))
    const isThere = fresh.some((message) => message.role === 'user' && message.text === text)
    if (isThere) this.#set({ sending: null })
    return isThere
  }

  /** Says the first thing in a conversation that was just begun. */
  async open(wording: Wording): Promise<void> {
    const conversation = await this.#options.server.conversations.read(this.id)
    this.#set({ conversation, isHere: true })
    await this.send(wording)
  }

  /** Has an answer made again beside this one, or one to a message that has none. */
  async regenerate(message: string, model?: string): Promise<void> {
    await this.#try(async () => {
      const wish = { message, ...(model !== undefined && { model }) }
      this.#started(await this.#options.server.messages.regenerate(this.id, wish))
    })
  }

  #started({
    run,
    message,
    answer,
  }: {
    readonly run: string
    readonly message: MessageView
    readonly answer: string
  }) {
    this.#set({
      sending: null,
      refusal: null,
      tree: grow(this.#state.tree, [message]),
      conversation: this.#state.conversation && { ...this.#state.conversation, leaf: message.id },
    })
    sessionStorage.setItem(this.#runName, run)
    this.#begin({ run, message: message.id, answer }, NOTHING_TOLD)
    this.#options.tell(this.id)
    if (this.#isStopWanted) void this.stop()
    this.#isStopWanted = false
  }

  #begin(of: Pick<Live, 'run' | 'message' | 'answer'>, told: RunTold): void {
    this.#following?.abort()
    const following = new AbortController()
    this.#following = following
    this.#set({ live: { ...of, told, isStopping: false, isCutOff: false } })
    void this.#follow(of.run, told.seq, following)
  }

  async #follow(run: string, after: number, following: AbortController): Promise<void> {
    const { signal } = following
    const onConnection = (state: 'open' | 'lost'): void => this.#setLive(run, { isCutOff: state === 'lost' })
    try {
      for await (const { seq, event } of this.#options.server.follow(run, { after, signal, onConnection })) {
        const live = this.#state.live
        if (live?.run !== run || signal.aborted) return
        // What the contract says of events.
        const told = hear(live.told, seq, event as unknown as ToldEvent)
        this.#set({ live: { ...live, told, isCutOff: false } }, true)
      }
      await this.#over(run)
    } catch (error) {
      if (signal.aborted) return
      this.#setLive(run, { isCutOff: true })
      this.#set({ refusal: error })
    } finally {
      if (this.#following === following) this.#following = null
    }
  }

  /** The run has ended: its answer is a message now, unless it came to none. */
  async #over(run: string): Promise<void> {
    const { live } = this.#state
    if (live?.run !== run) return
    this.#told.set(live.answer, live.told)
    const { end } = live.told
    if (end?.how === 'failed' || end?.how === 'interrupted') return this.#frames.now()
    const wish = { after: before(live.answer), limit: 1 }
    const { data } = await this.#options.server.messages.list(this.id, wish)
    const answer = data.find(({ id }) => id === live.answer)
    sessionStorage.removeItem(this.#runName)
    if (answer === undefined && end?.how === 'stopped') {
      // Stopped before the first word: there is nothing to keep, and this tab says so.
      this.#frames.now()
      return
    }
    const { conversation } = this.#state
    const stays = conversation !== null && conversation.leaf !== live.message
    this.#set({
      live: null,
      ...(answer && { tree: grow(this.#state.tree, [answer]) }),
      ...(answer &&
        conversation && {
          conversation: {
            ...conversation,
            leaf: stays ? conversation.leaf : answer.id,
            class: answer.class,
            run: null,
          },
        }),
    })
    this.#options.tell(this.id)
    this.#sendNext()
  }

  #sendNext(): void {
    const next = this.#state.queue[0]
    if (next !== undefined) void this.sendQueued(next.key)
  }

  enqueue(wording: Wording): void {
    this.#setQueue([...this.#state.queue, { ...wording, key: crypto.randomUUID() }])
  }

  /** Takes a message out of what waits; null where it is on its way already. */
  withdraw(key: string): Queued | null {
    const found = this.#state.queue.find((queued) => queued.key === key) ?? null
    this.#setQueue(this.#state.queue.filter((queued) => queued.key !== key))
    return found
  }

  async sendQueued(key: string): Promise<void> {
    if (isBusy(this.#state)) return
    const queued = this.withdraw(key)
    if (queued === null) return
    const { key: _, ...wording } = queued
    await this.send(wording).catch((error: unknown) => {
      this.#setQueue([queued, ...this.#state.queue])
      this.#set({ refusal: error })
    })
  }

  #setQueue(queue: readonly Queued[]): void {
    keepQueue(sessionStorage, this.id, queue)
    this.#set({ queue })
  }

  /** Has the model let go. That it is stopped is shown when the server says so. */
  async stop(): Promise<void> {
    const { live, sending } = this.#state
    // Its run has no name yet.
    if (sending !== null) this.#isStopWanted = true
    if (live === null || live.told.end !== null) return
    this.#setLive(live.run, { isStopping: true })
    await this.#try(() => this.#options.server.runs.stop(live.run))
    if (this.#state.refusal !== null) this.#setLive(live.run, { isStopping: false })
  }

  /** Goes on with what was interrupted or failed. */
  async continue(): Promise<void> {
    const { live } = this.#state
    if (live === null) return
    await this.#try(async () => {
      await this.#options.server.runs.continue(live.run)
      this.#begin(live, { ...live.told, end: null })
      this.#options.tell(this.id)
    })
  }

  /** Comes back after the network was gone for too long. */
  again(): void {
    this.#set({ refusal: null })
    const { live } = this.#state
    if (live !== null && live.told.end === null) this.#begin(live, live.told)
    else void this.refresh()
  }

  /** Goes to the branch of a message that stands where this one does. */
  async choose(message: MessageView, by: 1 | -1): Promise<void> {
    const { ids, at } = siblingsOf(this.#state.tree, message)
    const other = ids[at + by]
    if (other !== undefined) await this.#goThrough(other)
  }

  /** Shows the branch that ends with a message, here and wherever it is opened next. */
  async goTo(leaf: string, message = leaf): Promise<void> {
    const { conversation } = this.#state
    if (conversation === null) return
    this.#set({ conversation: { ...conversation, leaf }, chosen: { message } })
    await this.#try(() => this.#options.server.conversations.change(this.id, { leaf }))
  }

  /** @throws FreeholdError when it is refused */
  async change(wanted: ConversationChange): Promise<void> {
    const conversation = await this.#options.server.conversations.change(this.id, wanted)
    this.#set({ conversation })
    this.#options.tell(this.id)
  }

  async #try(wanted: () => Promise<unknown>): Promise<void> {
    this.#set({ refusal: null })
    try {
      await wanted()
    } catch (refusal) {
      this.#set({ refusal })
    }
  }

  #setLive(run: string, change: Partial<Live>): void {
    if (this.#state.live?.run === run) this.#set({ live: { ...this.#state.live, ...change } })
  }

  #set(change: Partial<ThreadState>, mayWait = false): void {
    this.#state = { ...this.#state, ...change }
    if (mayWait) this.#frames.ask()
    else this.#notify()
  }

  #notify(): void {
    for (const tell of this.#watching) tell()
  }
}
