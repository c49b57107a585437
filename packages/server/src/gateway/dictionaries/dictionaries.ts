import type { DictionaryEntry, DictionaryView } from '@freehold/contract/dictionaries.ts'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import type { TenantTerms } from '../../privacy/dictionary/dictionary.ts'
import type { DictionaryMaker, SentEntries } from '../../privacy/dictionary/dictionary-maker.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { KnownTermsOptions } from './known-terms.ts'
import { KnownTerms } from './known-terms.ts'
import {
  deleteDictionary,
  listDictionaries,
  readAll,
  readChanges,
  readDictionary,
  writeDictionary,
} from './stored-dictionaries.ts'

const POLL_MS = 3000

export interface DictionariesOptions extends KnownTermsOptions {
  readonly store: Pick<Store, 'isSeparate' | 'withTenant'>
  readonly maker: Pick<DictionaryMaker, 'check' | 'make' | 'close'>
  /** How long a change by another process may go unseen. */
  readonly pollMs?: number
  /** Terms were read and are in force. */
  readonly applied: (told: {
    readonly values: number
    readonly patterns: number
    readonly ms: number
  }) => void
  readonly failed: (error: unknown) => void
}

interface Named {
  readonly name: string
  readonly request: string
}

/**
 * Dictionaries of tenants: kept in the database, read when a tenant first needs them, and again when they were changed,
 * here at once and by other processes a moment later. Those that nobody needs for a while are let go. Those that cannot be
 * read are an error and never none.
 */
export class Dictionaries {
  readonly #options: DictionariesOptions
  readonly #known: KnownTerms
  readonly #reading = new Map<TenantId, Promise<TenantTerms>>()
  #timer: NodeJS.Timeout | null = null
  #beat: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: DictionariesOptions) {
    this.#options = options
    this.#known = new KnownTerms(options)
  }

  /** At once where they are known already. @throws Error where they cannot be read */
  of(tenant: TenantId): TenantTerms | Promise<TenantTerms> {
    return this.#known.use(tenant) ?? this.#read(tenant)
  }

  /** Terms that are in force in this process. */
  get count(): number {
    return this.#known.count
  }

  /** Memory that they take. */
  get bytes(): number {
    return this.#known.bytes
  }

  list(caller: Caller): Promise<DictionaryView[]> {
    return this.#options.store.withTenant(caller, listDictionaries)
  }

  /** What the operator of the machine reads stands on record first. @throws Fault `not_found`, `invalid` */
  read(
    caller: Caller,
    { name, request, ...page }: Named & { readonly after?: string | undefined; readonly limit: number },
  ): Promise<DictionaryView & { readonly entries: DictionaryEntry[]; readonly next: string | null }> {
    return this.#options.store.withTenant(caller, async (tx) => {
      const found = await readDictionary(tx, name, page)
      if (caller.principal.kind === 'operator') {
        await append(tx, {
          action: 'dictionary.read',
          actor: caller.principal.id,
          subject: name,
          request,
          detail: {},
        })
      }
      return found
    })
  }

  /** In force here when it resolves. @throws Fault `invalid` that names the line or field, and never a term */
  async put(caller: Caller, { name, request }: Named, sent: SentEntries): Promise<DictionaryView> {
    const { store, maker } = this.#options
    const checked = await maker.check(sent)
    const view = await store.withTenant(caller, async (tx) => {
      const written = await writeDictionary(tx, name, checked)
      const { values, patterns, version } = written
      await append(tx, {
        action: 'dictionary.put',
        actor: caller.principal.id,
        subject: name,
        request,
        detail: { values, patterns, version },
      })
      return written
    })
    await this.#changed(caller.tenant)
    return view
  }

  /** @throws Fault `not_found` */
  async delete(caller: Caller, { name, request }: Named): Promise<void> {
    await this.#options.store.withTenant(caller, async (tx) => {
      await deleteDictionary(tx, name)
      await append(tx, {
        action: 'dictionary.deleted',
        actor: caller.principal.id,
        subject: name,
        request,
        detail: {},
      })
    })
    await this.#changed(caller.tenant)
  }

  /** Lets go of what is not used, and looks for changes of other processes now. */
  async follow(): Promise<void> {
    this.#known.dropIdle()
    const { store } = this.#options
    for (const tenant of this.#known.tenants()) {
      await isDone(store, tenant, async () => {
        const newest = await store.withTenant({ tenant }, readChanges)
        const changes = this.#known.changesOf(tenant)
        if (changes !== undefined && newest !== changes) await this.#changed(tenant, newest)
      })
    }
  }

  /** Stops following; resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#options.maker.close()
    await this.#beat
    await Promise.allSettled(this.#reading.values())
  }

  /**
   * What was known is in force until what is new can be. When that fails nothing is known any more. `newest`: how often
   * they have changed, where that is known.
   */
  async #changed(tenant: TenantId, newest?: bigint): Promise<void> {
    // One that is under way may have read what was there before.
    await this.#reading.get(tenant)?.catch(() => undefined)
    if (newest !== undefined && (this.#known.changesOf(tenant) ?? 0n) >= newest) return
    try {
      await this.#read(tenant)
    } catch {
      this.#known.delete(tenant)
    }
  }

  #read(tenant: TenantId): Promise<TenantTerms> {
    const before = this.#reading.get(tenant)
    if (before !== undefined) return before
    const reading = this.#readNow(tenant)
    this.#reading.set(tenant, reading)
    return reading
  }

  async #readNow(tenant: TenantId): Promise<TenantTerms> {
    const { store, maker, applied, failed } = this.#options
    const fromMs = performance.now()
    try {
      const { changes, lists, values, patterns } = await store.withTenant({ tenant }, readAll)
      const dictionary = lists.length === 0 ? null : await maker.make(lists)
      for (const lines of lists) lines.fill(0)
      const terms = { version: `${changes}`, dictionary }
      this.#known.set(tenant, { changes, terms, count: values + patterns })
      if (changes > 0n) applied({ values, patterns, ms: performance.now() - fromMs })
      if (this.#timer === null && !this.#isClosed) this.#schedule()
      return terms
    } catch (error) {
      if (!this.#isClosed) failed(error)
      throw error
    } finally {
      this.#reading.delete(tenant)
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#beat = this.#refresh()
    }, this.#options.pollMs ?? POLL_MS).unref()
  }

  async #refresh(): Promise<void> {
    try {
      await this.follow()
    } catch (error) {
      if (!this.#isClosed) this.#options.failed(error)
    }
    if (!this.#isClosed) this.#schedule()
  }
}
