import type {
  routeList,
  RouteInput,
  settingsVersions,
  TargetInput,
  targetPutResult,
} from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { FileRouting, Guarded } from './changes.ts'
import { asOfToday } from './maintenance.ts'
import { guarded, requireFitting, tryRoutes, withoutTarget, withRoutes, withTarget } from './changes.ts'
import type { Compiled, Defined } from './compile.ts'
import { compileRouting } from './compile.ts'
import type { TargetView } from './views.ts'
import { routeViews, targetViews } from './views.ts'
import type { Settings } from './versions.ts'
import {
  listVersions,
  newestVersion,
  readVersion,
  requireReadable,
  takeTurn,
  writeVersion,
} from './versions.ts'

const POLL_MS = 3000

export interface RoutingSettingsOptions {
  readonly store: Store
  /** What the configuration file says at this moment. */
  file(): FileRouting
  /** Puts a routing in force. @throws Fault `invalid` for one that cannot be; then the one before stays in force. */
  applied(next: InForce): void
  /** Hears of a newer version that could not be read or applied; the one before stays in force. */
  onRefreshFailed(error: unknown): void
  /** How long a change on another replica may go unseen. */
  readonly pollMs?: number
}

/** What requests are routed by at the moment. */
export interface InForce extends Compiled {
  /** Of the settings: how many changes there have been. */
  readonly version: number
  readonly file: Defined
  readonly settings: Guarded
  /** The rules on trial, in the place of those of the settings. */
  readonly shadow: Compiled | null
}

/** How a change was asked for. */
export interface ChangeRequest {
  /** The version that it is based on; absent: whatever is the newest. */
  readonly version?: number | undefined
  readonly request: string
}

interface Change {
  readonly caller: Caller
  readonly basedOn: number | undefined
  /** @throws Fault where it may not be made */
  readonly edit: (tx: Tx, newest: number) => Promise<Settings>
  readonly record: (tx: Tx, version: number) => Promise<void>
}

/** A change that has a file of its own. */
interface OwnChange extends Pick<Change, 'caller' | 'basedOn' | 'record'> {
  /** @throws Fault where it may not be made */
  readonly edit: (newest: Settings, file: FileRouting) => Settings
}

/** Targets and rules of file and settings. `start` is to be called before anything is routed. */
export function createRoutingSettings(options: RoutingSettingsOptions): RoutingSettings {
  return new RoutingSettings(options)
}

/** The settings' targets and rules: kept in versions, changed by people, joined with the file's, put in force. */
export class RoutingSettings {
  readonly #options: RoutingSettingsOptions
  #current: InForce | null = null
  #timer: NodeJS.Timeout | null = null
  #beat: Promise<void> = Promise.resolve()
  /** What the file says now could not be put in force; every poll tries again. */
  #isBehind = false
  readonly #followers: (() => void)[] = []
  /** The end of the last thing that reads or changes versions here. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: RoutingSettingsOptions) {
    this.#options = options
  }

  /**
   * Reads the newest version and puts it in force.
   * @throws Fault `cannot_start` when it cannot be read: without its rules, requests would go where they may not
   */
  async start(): Promise<void> {
    try {
      await this.#inTurn(() => this.#follow())
    } catch (error) {
      if (error instanceof Fault && error.code === 'unavailable') throw error
      const why = error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown'
      throw new Fault(
        'cannot_start',
        `The targets and rules of the settings cannot be put in force: ${why}. Freehold does not start without them. Restore a backup of the database.`,
        { cause: error },
      )
    }
    this.#schedule()
  }

  /** @throws Error before `start` */
  get current(): InForce {
    if (this.#current === null) throw new Error('the routing settings were not started')
    return this.#current
  }

  targets(): { readonly version: number; readonly data: readonly TargetView[] } {
    return { version: this.current.version, data: targetViews(this.current) }
  }

  /** What would be decided by these rules instead of the settings'. @throws Fault `invalid` with the field */
  trying(routes: readonly RouteInput[]): Compiled['routing'] {
    return tryRoutes(this.current.settings, routes, this.#options.file())
  }

  routes(): z.output<typeof routeList> {
    return routesOf(this.current)
  }

  /** Creates or replaces a target. @throws Fault `invalid` with the field, or `conflict` */
  async put(
    caller: Caller,
    target: TargetInput,
    asked: ChangeRequest,
  ): Promise<z.output<typeof targetPutResult>> {
    const { name, zone, kind } = target
    const isIt = (one: TargetView): boolean => one.name === name && one.origin === 'settings'
    const old = targetViews(this.current).find(isIt)
    const made = await this.#change({
      caller,
      basedOn: asked.version,
      edit: async (tx, newest) => withTarget(await readVersion(tx, newest), target, this.#options.file()),
      record: (tx, version) =>
        append(tx, {
          action: 'target.put',
          actor: caller.principal.id,
          subject: name,
          request: asked.request,
          detail: { zone, kind, version },
          change: { before: old ? { zone: old.zone, kind: old.kind } : null, after: { zone, kind } },
        }),
    })
    const view = targetViews(made).find(isIt)
    if (!view) throw new Error('a target that was put is not there')
    return { version: made.version, target: view }
  }

  /** @throws Fault `not_found`, or `conflict` for one of the file or one that a rule names */
  async remove(caller: Caller, name: string, asked: ChangeRequest): Promise<void> {
    await this.#change({
      caller,
      basedOn: asked.version,
      edit: async (tx, newest) => withoutTarget(await readVersion(tx, newest), name, this.#options.file()),
      record: (tx, version) =>
        append(tx, {
          action: 'target.deleted',
          actor: caller.principal.id,
          subject: name,
          request: asked.request,
          detail: { version },
        }),
    })
  }

  /** @throws Fault `invalid` with the field, or `conflict` */
  async replaceRoutes(
    caller: Caller,
    routes: readonly RouteInput[],
    asked: ChangeRequest,
  ): Promise<z.output<typeof routeList>> {
    const next = await this.#change({
      caller,
      basedOn: asked.version,
      edit: async (tx, newest) =>
        withRoutes(await readVersion(tx, newest), [...routes], this.#options.file()),
      record: (tx, version) =>
        append(tx, {
          action: 'routes.replaced',
          actor: caller.principal.id,
          subject: 'settings',
          request: asked.request,
          detail: { routes: routes.length, version },
        }),
    })
    return routesOf(next)
  }

  /** Makes the targets and rules of an earlier version the newest; 0 is the empty beginning. @throws Fault */
  async restore(caller: Caller, from: number, asked: ChangeRequest): Promise<z.output<typeof routeList>> {
    const next = await this.#change({
      caller,
      basedOn: asked.version,
      edit: async (tx, newest) => {
        requireReadable(from, newest)
        const { targets, routes } = await readVersion(tx, from)
        // A newest version that cannot be read must not stand in the way.
        const today = await readVersion(tx, newest).catch(() => this.current.settings)
        const settings = asOfToday({ targets, routes }, today)
        requireFitting(from, settings, this.#options.file())
        return settings
      },
      record: (tx, version) =>
        append(tx, {
          action: 'routing.restored',
          actor: caller.principal.id,
          subject: 'settings',
          request: asked.request,
          detail: { from, version },
        }),
    })
    return routesOf(next)
  }

  /** Makes a version of its own and puts it in force. @throws Fault */
  change({ edit, ...change }: OwnChange): Promise<InForce> {
    return this.#change({
      ...change,
      edit: async (tx, newest) => edit(await readVersion(tx, newest), this.#options.file()),
    })
  }

  /** Newest first, from the database. */
  versions(page: {
    readonly after?: string | undefined
    readonly limit: number
  }): Promise<z.output<typeof settingsVersions>> {
    const { store } = this.#options
    return store.withTenant({ tenant: store.home }, (tx) => listVersions(tx, page))
  }

  /** The configuration was read again: the same settings are joined with the file of now. Never throws. */
  fileChanged(): void {
    if (this.#current !== null) this.#reapply(this.#current)
  }

  /** Stops following; resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#beat
    await this.#turn.catch(() => undefined)
  }

  async #change({ caller, basedOn, edit, record }: Change): Promise<InForce> {
    return this.#inTurn(async () => {
      const { store } = this.#options
      const before = this.current
      let next: InForce | null = null
      try {
        return await store.withTenant({ tenant: store.home }, async (tx) => {
          const newest = await takeTurn(tx)
          requireBasedOn(basedOn, newest)
          const settings = await edit(tx, newest)
          const version = newest + 1
          await writeVersion(tx, { version, actor: caller.principal.id, settings })
          await record(tx, version)
          // Last: what cannot be put in force here is not stored either.
          next = this.#apply(version, guarded(settings))
          return next
        })
      } catch (error) {
        // The commit failed, so it must not be in force. Should it have come through all the same, the poll will see it.
        if (next !== null) this.#reapply(before)
        throw error
      }
    })
  }

  /** Calls back whenever targets or rules have changed. */
  whenApplied(then: () => void): void {
    this.#followers.push(then)
  }

  /** Compiles with the file of this moment. @throws what `applied` throws; then nothing has changed */
  #apply(version: number, settings: Guarded): InForce {
    const file = this.#options.file()
    const compiled = compileRouting({
      ...file,
      file,
      settings,
      drained: settings.drained,
    })
    const next = { ...compiled, version, file, settings, shadow: shadowOf(settings, file) }
    this.#options.applied(next)
    this.#current = next
    this.#isBehind = false
    for (const tell of this.#followers) tell()
    return next
  }

  /** Settings that were in force already, with the file of this moment. */
  #reapply({ version, settings }: InForce): void {
    try {
      this.#apply(version, settings)
    } catch (error) {
      this.#isBehind = true
      this.#options.onRefreshFailed(error)
    }
  }

  /** Reads the newest version unless it is in force already. */
  async #follow(): Promise<void> {
    const { store } = this.#options
    const read = await store.withTenant({ tenant: store.home }, async (tx) => {
      const version = await newestVersion(tx)
      if (version === this.#current?.version && !this.#isBehind) return null
      return { version, settings: guarded(await readVersion(tx, version)) }
    })
    if (read) this.#apply(read.version, read.settings)
  }

  /** One after the other: a poll must not put an older version in force while a newer one is being committed. */
  #inTurn<T>(fn: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(fn, fn)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#beat = this.#refresh()
    }, this.#options.pollMs ?? POLL_MS).unref()
  }

  async #refresh(): Promise<void> {
    try {
      await this.#inTurn(() => this.#follow())
    } catch (error) {
      this.#options.onRefreshFailed(error)
    }
    if (this.#timer !== null) this.#schedule()
  }
}

const shadowOf = (settings: Guarded, file: FileRouting): Compiled | null =>
  settings.shadow &&
  compileRouting({
    ...file,
    file,
    settings: { ...settings, routes: settings.shadow },
    drained: settings.drained,
  })

const routesOf = (shown: InForce): z.output<typeof routeList> => ({
  version: shown.version,
  data: routeViews(shown),
})

function requireBasedOn(basedOn: number | undefined, newest: number): void {
  if (basedOn === undefined || basedOn === newest) return
  throw new Fault(
    'conflict',
    `The targets and rules are at version ${newest} by now, and this change is based on version ${basedOn}. Look at them again, then repeat it.`,
    { param: 'version' },
  )
}
