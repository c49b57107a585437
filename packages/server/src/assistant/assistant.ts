import type {
  conversationChange,
  conversationInput,
  conversationPage,
  conversationFind,
  conversationSearch,
  forkInput,
  importInput,
  messageInput,
  messagePage,
  projectInput,
  regenerateInput,
  shareInput,
} from '@freehold/contract/conversations.ts'
import type { ConversationLock } from '@freehold/contract/conversation-lock.ts'
import type { foreseenMessage } from '@freehold/contract/message-foresight.ts'
import type { page } from '@freehold/contract/platform.ts'
import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { eachTenant } from '../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../store/store.ts'
import type { Artifacts } from './artifacts/artifacts.ts'
import type { AttachedFiles } from './attachments/attached-files.ts'
import type { Commit, ConversationRooms, ConversationView } from './conversations.ts'
import {
  changeConversation,
  createConversation,
  deleteConversations,
  listConversations,
  viewConversation,
} from './conversations.ts'
import type { Executor } from './executor.ts'
import type { Exported } from './exporting.ts'
import { exportBranch, exportConversation, exportMarkdown } from './exporting.ts'
import type { Feed, RunSink } from './feed.ts'
import type { Foreseen } from './foreseeing.ts'
import { foresee } from './foreseeing.ts'
import { findIn } from './finding.ts'
import { forkConversation } from './forking.ts'
import { importConversations } from './importing.ts'
import { interruptLapsed, interruptOthers } from './lapsed.ts'
import type { Around } from './locking.ts'
import { lockOf } from './locking.ts'
import type { MessageSeen } from './messages.ts'
import { listMessages } from './messages.ts'
import { listBranch } from './branches.ts'
import type { Credentials } from './model-exchange.ts'
import type { Own } from './ownership.ts'
import { noConversation, ownConversation } from './ownership.ts'
import type { NoteKind } from './notes.ts'
import { changeNote, createNote, deleteNote, listNotes } from './notes.ts'
import { changeProject, createProject, deleteProject, listProjects } from './projects.ts'
import type { SharedSeen } from './shares.ts'
import type { OpenTo } from './shares.ts'
import { createShare, dropExpiredShares, listShares, openShare, readShare, revokeShare } from './shares.ts'
import type { Started } from './asking.ts'
import { regenerate, sendMessage } from './asking.ts'
import type { RunSeen, TakenRun } from './runs.ts'
import { continueRun, readRun, wantStop } from './runs.ts'
import type { ConversationSearch } from './search.ts'
import { dropExpired } from './temporary.ts'

export interface AssistantLimits {
  readonly enabled: boolean
  readonly model: string
  readonly temporaryHours: number
  readonly runsAtOnce: number
  readonly openShares: OpenTo
  /** What one run may cost, in the unit of the targets' prices; undefined: no limit of its own. */
  readonly runCost?: number | undefined
}

interface AssistantOptions {
  readonly store: Store
  readonly clock: { readonly now: () => number }
  readonly replica: string
  readonly executor: Executor
  readonly feed: Feed
  readonly search: ConversationSearch
  readonly limits: () => AssistantLimits
  /** @throws Fault `not_offered` */
  readonly own: (caller: Caller) => Own
  readonly files: AttachedFiles
  readonly artifacts: Artifacts
  /** Goes on with files that nobody reads any more. */
  readonly recoverFiles: (isAlone: boolean) => Promise<void>
  readonly ring: (tx: Tx, run: string) => Promise<void>
  /** One was closed, and may go to where closed ones lie. */
  readonly closed: () => void
}

/** Who asks, and under which request. */
export interface By {
  readonly caller: Caller
  readonly request: string
}

/** How long another process may take to let go of a model. */
const STOP_PATIENCE_MS = 25_000
const LOOK_AGAIN_MS = 150

/** Conversations and runs as callers use them: everybody their own. */
export class Assistant {
  readonly #options: AssistantOptions
  readonly #rooms: ConversationRooms
  /** Files that are attached to conversations. */
  readonly files: AttachedFiles
  /** Documents that are written in conversations. */
  readonly artifacts: Artifacts
  #isDraining = false

  constructor(options: AssistantOptions) {
    this.#options = options
    const { store, clock, ring, limits } = options
    this.files = options.files
    this.artifacts = options.artifacts
    this.#rooms = { store, clock, ring, temporaryHours: () => limits().temporaryHours }
  }

  create({ caller, request }: By, input: z.output<typeof conversationInput>): Promise<ConversationView> {
    return createConversation(this.#rooms, this.#own(caller), input, { request })
  }

  list(caller: Caller, asked: z.output<typeof conversationPage>) {
    return listConversations(this.#rooms, this.#own(caller), asked)
  }

  read(caller: Caller, id: string): Promise<ConversationView> {
    return this.#in(caller, (tx, own) => viewConversation(tx, own, id))
  }

  /** @throws Fault `not_found` */
  lock(caller: Caller, id: string, around: Around): Promise<ConversationLock> {
    return this.#in(caller, (tx, own) => lockOf(tx, own, id, around))
  }

  async change({ caller, request }: By, id: string, change: z.output<typeof conversationChange>) {
    const changed = await changeConversation(this.#rooms, this.#own(caller), { id, change, request })
    if (change.archived) this.#options.closed()
    return changed
  }

  /** What decides where a message would go. @throws Fault `not_found`, `conflict` */
  foresee(caller: Caller, input: z.output<typeof foreseenMessage>): Promise<Foreseen> {
    return this.#in(caller, (tx, own) => foresee(tx, own, input, this.#options.limits().model))
  }

  search(caller: Caller, asked: z.output<typeof conversationSearch>) {
    return this.#options.search.search(this.#own(caller), asked)
  }

  find(caller: Caller, id: string, asked: z.output<typeof conversationFind>) {
    return this.#in(caller, (tx, own) => findIn(tx, own, id, asked))
  }

  /** Nothing of this tenant stays in memory. */
  forget(tenant: TenantId): void {
    this.#options.search.forget(tenant)
  }

  /** @throws Fault `not_found`, `on_hold` */
  async delete(by: By, id: string): Promise<void> {
    if ((await this.deleteMany(by, [id])) === 0) throw noConversation()
  }

  /** Those of these that there are; returns how many. @throws Fault `on_hold`, and nothing is deleted */
  async deleteMany({ caller, request }: By, ids: readonly string[]): Promise<number> {
    const { deleted, files } = await deleteConversations(this.#rooms, this.#own(caller), ids, { request })
    this.#options.search.drop(caller.tenant, ids)
    await this.files.discard(caller.tenant, files)
    return deleted
  }

  fork({ caller, request }: By, id: string, input: z.output<typeof forkInput>): Promise<ConversationView> {
    return forkConversation(this.#rooms, this.#own(caller), { id, input, request })
  }

  messages(
    caller: Caller,
    id: string,
    asked: z.output<typeof messagePage>,
  ): Promise<{ data: MessageSeen[]; next: string | null }> {
    return this.#in(caller, async (tx, own) => {
      const conversation = await ownConversation(tx, own, id)
      return asked.branch === undefined && asked.through === undefined
        ? listMessages(tx, { id, dek: conversation.dek }, asked)
        : listBranch(tx, conversation, asked)
    })
  }

  createProject({ caller, request }: By, wish: z.output<typeof projectInput>) {
    return this.#in(caller, (tx, own) => createProject(tx, own, wish, { request }))
  }

  projects(caller: Caller, asked: z.output<typeof page>) {
    return this.#in(caller, (tx, own) => listProjects(tx, own, asked))
  }

  changeProject({ caller, request }: By, id: string, { name }: z.output<typeof projectInput>) {
    return this.#in(caller, (tx, own) => changeProject(tx, own, { id, name, request }))
  }

  deleteProject({ caller, request }: By, id: string): Promise<void> {
    return this.#in(caller, (tx, own) => deleteProject(tx, own, { id, request }))
  }

  createNote(
    { caller, request }: By,
    kind: NoteKind,
    wish: Omit<Parameters<typeof createNote>[3], 'request'>,
  ) {
    return this.#in(caller, (tx, own) => createNote(tx, own, kind, { ...wish, request }))
  }

  notes(caller: Caller, kind: NoteKind, asked: z.output<typeof page>) {
    return this.#in(caller, (tx, own) => listNotes(tx, own, kind, asked))
  }

  changeNote(
    { caller, request }: By,
    kind: NoteKind,
    wish: Omit<Parameters<typeof changeNote>[3], 'request'>,
  ) {
    return this.#in(caller, (tx, own) => changeNote(tx, own, kind, { ...wish, request }))
  }

  deleteNote({ caller, request }: By, kind: NoteKind, id: string): Promise<void> {
    return this.#in(caller, (tx, own) => deleteNote(tx, own, kind, { id, request }))
  }

  export(caller: Caller, id: string): Promise<Exported> {
    return this.#in(caller, (tx, own) => exportConversation(tx, own, id))
  }

  exportBranch(caller: Caller, id: string) {
    return this.#in(caller, (tx, own) => exportBranch(tx, own, id))
  }

  exportMarkdown(caller: Caller, id: string): Promise<string> {
    return this.#in(caller, (tx, own) => exportMarkdown(tx, own, id))
  }

  import({ caller, request }: By, input: z.output<typeof importInput>) {
    return importConversations(this.#rooms, this.#own(caller), input, { request })
  }

  share({ caller, request }: By, id: string, input: z.output<typeof shareInput>) {
    const { clock, limits } = this.#options
    const around = { openTo: limits().openShares, now: clock.now(), request }
    return this.#in(caller, (tx, own) => createShare(tx, own, { id, input, ...around }))
  }

  shares(caller: Caller, id: string) {
    return this.#in(caller, (tx, own) => listShares(tx, own, id))
  }

  revokeShare({ caller, request }: By, id: string): Promise<void> {
    return this.#in(caller, (tx, own) => revokeShare(tx, own, { id, request }))
  }

  shared(caller: Caller, token: string): Promise<SharedSeen> {
    return this.#in(caller, (tx, own) => readShare(tx, own, token))
  }

  /** For anybody who has the link. @throws Fault `not_found` */
  openShare(tenant: TenantId, token: string): Promise<SharedSeen> {
    const { enabled, openShares } = this.#options.limits()
    const openTo = enabled ? openShares : 'none'
    return this.#options.store.withTenant({ tenant }, (tx) => openShare(tx, token, openTo))
  }

  send(by: By, credentials: Credentials, id: string, input: z.output<typeof messageInput>): Promise<Started> {
    return this.#begin(by, credentials, (tx, own, around) => sendMessage(tx, own, { ...around, id, input }))
  }

  regenerate(
    by: By,
    credentials: Credentials,
    id: string,
    input: z.output<typeof regenerateInput>,
  ): Promise<Started> {
    return this.#begin(by, credentials, (tx, own, around) => regenerate(tx, own, { ...around, id, input }))
  }

  run(caller: Caller, id: string): Promise<RunSeen> {
    return this.#in(caller, (tx, own) => readRun(tx, own, id))
  }

  /** As `Feed.follow`. */
  async follow(caller: Caller, wish: { readonly run: string; readonly after: number }, sink: RunSink) {
    return this.#options.feed.follow(this.#own(caller), wish, sink)
  }

  /** Resolves when its model was let go, wherever it is worked on. @throws Fault `not_found`, `unavailable` */
  async stop({ caller, request }: By, id: string): Promise<RunSeen> {
    const over = await this.#in(caller, async (tx, own) => {
      const found = await wantStop(tx, own, id, { request })
      if (found === null) await this.#options.ring(tx, id)
      return found
    })
    if (over !== null) return over
    await this.#options.executor.stop(id)
    const untilMs = performance.now() + STOP_PATIENCE_MS
    for (;;) {
      const run = await this.run(caller, id)
      if (run.state !== 'running' && run.state !== 'waiting') return run
      if (performance.now() > untilMs)
        throw new Fault('unavailable', 'The process that works on this run has not let go of it yet.')
      await pause(LOOK_AGAIN_MS)
    }
  }

  /** @throws Fault `not_found`, `conflict` */
  async continue(by: By, credentials: Credentials, id: string): Promise<RunSeen> {
    await this.#begin(by, credentials, async (tx, own, around) => ({
      started: null,
      taken: await continueRun(tx, own, { ...around, id }),
    }))
    return this.run(by.caller, id)
  }

  /** Goes on with a run that waited for somebody's decision when its process ended; any other stays as it is. */
  async goOn(by: By, credentials: Credentials, id: string): Promise<void> {
    try {
      if ((await this.run(by.caller, id)).state === 'interrupted') await this.continue(by, credentials, id)
    } catch (error) {
      // The decision stands, whatever has become of the run meanwhile.
      if (!(error instanceof Fault)) throw error
    }
  }

  /** Marks what processes that are gone left behind; `isAlone`: there can be no other. */
  async recover(isAlone: boolean): Promise<void> {
    const { store, replica } = this.#options
    await eachTenant(store, async (tenant) => {
      try {
        await store.withTenant({ tenant }, (tx) =>
          isAlone ? interruptOthers(tx, replica) : interruptLapsed(tx, null),
        )
      } catch (error) {
        // One whose keys cannot be used now is looked at again, and keeps nobody else from starting.
        if (!(error instanceof Fault)) throw error
      }
    })
    await this.#options.recoverFiles(isAlone)
  }

  /** Deletes temporary conversations whose time is over, unless a hold keeps them. */
  async tidy(): Promise<void> {
    const { store } = this.#options
    await eachTenant(store, (tenant) =>
      store
        .withTenant({ tenant }, async (tx) => {
          await dropExpiredShares(tx)
          return dropExpired(tx)
        })
        .then((files) => this.files.discard(tenant, files)),
    )
    await this.recover(false)
  }

  /** No run begins any more; those under way have so long to come to their end. */
  async drain(patienceMs: number): Promise<void> {
    this.#isDraining = true
    await this.#options.executor.drain(patienceMs)
    this.#options.feed.close()
  }

  async #begin<T>(
    { caller, request }: By,
    credentials: Credentials,
    take: (
      tx: Tx,
      own: Own,
      around: Commit & { readonly replica: string; readonly now: () => number; readonly model: string },
    ) => Promise<{ readonly started: T; readonly taken: TakenRun }>,
  ): Promise<T> {
    const { executor, limits, replica, clock } = this.#options
    if (this.#isDraining) throw new Fault('draining', 'Freehold is stopping. Send this again in a moment.')
    const { model, runsAtOnce } = limits()
    const own = this.#own(caller)
    if (executor.of(own.owner) >= runsAtOnce)
      throw new Fault('too_many', `You have ${runsAtOnce} runs under way. Wait for one of them, or stop it.`)
    const around = { request, replica, now: () => clock.now(), model }
    const { started, taken } = await this.#in(caller, (tx) => take(tx, own, around))
    executor.start(own, taken, credentials)
    return started
  }

  #in<T>(caller: Caller, work: (tx: Tx, own: Own) => Promise<T>): Promise<T> {
    const own = this.#own(caller)
    return this.#options.store.withTenant(caller, (tx) => work(tx, own))
  }

  #own(caller: Caller): Own {
    return this.#options.own(caller)
  }
}
