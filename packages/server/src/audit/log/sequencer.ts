import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import { eachTenant, isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { entryOf } from './entry.ts'
import type { Leaf } from './log-rows.ts'
import {
  countOf,
  insertLeaves,
  MissingHashes,
  newestCheckpoint,
  readPending,
  sourcesOf,
  takePending,
  tilesIn,
  writeTiles,
} from './log-rows.ts'
import type { TreeHead } from './merkle.ts'
import { isConsistent, leafHash } from './merkle.ts'
import { checkpointText, openNote, readCheckpoint, signNote } from './note.ts'
import type { NoteSigner } from './note.ts'
import { allCarried, dropStaged, settleCarried, stage, writeCarried } from './staging.ts'
import { Edge, TiledTree } from './tiles.ts'

/** Any number of ours: one replica at a time makes leaves. */
const LOCK = 4_600_401
/** Of one transaction, and between two checkpoints at most: what a transaction costs by itself is a third less for each. */
const BATCH = 512
/** Entries made without a turn of the event loop: about two milliseconds. */
const SLICE = 32

/**
 * The database holds another log than the one that was signed, and nothing is signed on top of it: it has fewer
 * entries, a checkpoint of another key, or other hashes.
 */
export class LogBroken extends Error {
  readonly reason: 'shorter' | 'not_signed' | 'other_hashes'

  constructor(reason: LogBroken['reason']) {
    super(`the audit log in the database is not the one that was signed: ${reason}`)
    this.reason = reason
  }
}

/** A checkpoint that was signed and committed. */
export interface Signed extends TreeHead {
  readonly note: string
  readonly at: string
}

interface SequencerOptions {
  readonly store: Pick<Store, 'home' | 'tenants' | 'isSeparate' | 'withTenant'>
  readonly signer: NoteSigner
  /** What is known to have been signed before; null: nothing. */
  readonly signed: TreeHead | null
}

interface Grown {
  readonly edge: Edge
  readonly count: number
  readonly signed: Signed
}

interface Turn {
  readonly now: string
  readonly mine: boolean
}

/**
 * Makes leaves of what is due. A row is given its place when it is seen here and by nothing else: one whose transaction
 * commits late comes later, and none is passed over.
 */
export class Sequencer {
  readonly #options: SequencerOptions
  /** The tree as this process last knew it; its tiles are never read back from the database while it is. */
  #edge: Edge | null = null
  #root: TreeHead | null
  #entries = 0

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#root = options.signed
  }

  /** Leaves made by this process. */
  get entries(): number {
    return this.#entries
  }

  /** Of the log as this process last saw it. */
  get size(): number {
    return this.#root?.size ?? 0
  }

  /** Looks at the log in the database, also where nothing is due. @throws LogBroken */
  check(): Promise<void> {
    const { store } = this.#options
    return store.withTenant({ tenant: store.home }, async ({ db }) => void (await this.#stand(db)))
  }

  /** Everything that is due, of every tenant. @throws LogBroken */
  async round(): Promise<readonly Signed[]> {
    const signed: Signed[] = []
    const state = { logged: null as string | null }
    await eachTenant(this.#options.store, async (tenant) => {
      for (let one = await this.#open(tenant, state); one !== null; one = await this.#open(tenant, state))
        signed.push(one)
    })
    return signed
  }

  /** What is sealed of a tenant that is suspended becomes an entry when it is open again. */
  async #open(tenant: TenantId, state: { logged: string | null }): Promise<Signed | null> {
    try {
      const { store } = this.#options
      return await (store.isSeparate(tenant) ? this.#carry(tenant, state) : this.#batch(tenant, state))
    } catch (error) {
      if (error instanceof Fault && error.code === 'suspended') return null
      throw error
    }
  }

  /** Null where nothing is due, or another replica is at it. */
  async #batch(tenant: TenantId, state: { logged: string | null }): Promise<Signed | null> {
    const made = await this.#options.store.withTenant({ tenant }, async (tx) => {
      const turn = await takeTurn(tx.db)
      if (!turn?.mine) return null
      const edge = await this.#stand(tx.db)
      // Somebody else went on meanwhile: entries are never older than those before them.
      if (edge !== this.#edge) state.logged = null
      state.logged ??= turn.now
      const pending = await takePending(tx, BATCH)
      if (pending.length === 0) return null
      const leaves = await this.#leaves(tx, { from: edge.size, logged: state.logged, pending })
      await insertLeaves(tx, leaves)
      return this.#grow(tx.db, { edge, leaves, at: turn.now })
    })
    return made && this.#made(made)
  }

  /** As a batch, of a tenant whose rows are in another database than the log; the steps are told where entries are staged. */
  async #carry(tenant: TenantId, state: { logged: string | null }): Promise<Signed | null> {
    const { store } = this.#options
    const isDue = await store.withTenant({ tenant }, ({ db }) => hasDue(db))
    if (!isDue) return null
    const made = await store.withTenant({ tenant: store.home }, async ({ db }) => {
      const turn = await takeLog(db)
      if (!turn.mine) return null
      const edge = await this.#stand(db)
      if (edge !== this.#edge) state.logged = null
      const logged = (state.logged ??= turn.now)
      const before = (await allCarried(db)).get(tenant) ?? null
      const leaves = await store.withTenant({ tenant }, async (tx) => {
        await settleCarried(tx, before)
        await dropStaged(tx)
        const pending = await readPending(tx, BATCH)
        const fresh = pending.length === 0 ? [] : await this.#leaves(tx, { from: edge.size, logged, pending })
        await stage(tx, fresh)
        return fresh
      })
      const [first] = leaves
      if (first === undefined) return null
      const carried = { n: first.n, leaf: first.leaf, count: leaves.length }
      await writeCarried(db, tenant, carried)
      return { ...(await this.#grow(db, { edge, leaves, at: turn.now })), carried }
    })
    if (made === null) return null
    const signed = this.#made(made)
    // Where this fails, it is done before the next ones are staged.
    await isDone(store, tenant, () => store.withTenant({ tenant }, (tx) => settleCarried(tx, made.carried)))
    return signed
  }

  /** The tree with these leaves, signed, in the log's database. */
  async #grow(
    db: Kysely<Tables>,
    { edge, leaves, at }: { readonly edge: Edge; readonly leaves: readonly Leaf[]; readonly at: string },
  ): Promise<Grown> {
    const grown = edge.grown(leaves.map(({ entry }) => leafHash(entry)))
    const head = { size: grown.edge.size, root: grown.edge.root() }
    const { signer } = this.#options
    const note = signNote(checkpointText(signer.key.name, head), signer)
    await writeTiles(db, grown.tiles)
    await db
      .insertInto('audit_checkpoint')
      .values({ size: String(head.size), note })
      .execute()
    return { edge: grown.edge, count: leaves.length, signed: { ...head, note, at } }
  }

  /** What was committed is what this process knows of the log. */
  #made({ edge, count, signed }: Grown): Signed {
    this.#edge = edge
    this.#root = signed
    this.#entries += count
    return signed
  }

  async #leaves(
    tx: Tx,
    {
      from,
      logged,
      pending,
    }: { from: number; logged: string; pending: Awaited<ReturnType<typeof takePending>> },
  ): Promise<readonly Leaf[]> {
    const first = await countOf(tx)
    const leaves: Leaf[] = []
    for (const source of await sourcesOf(tx, pending)) {
      const n = first + leaves.length
      const { text, salts } = entryOf(source, { tenant: tx.tenant, n, logged })
      leaves.push({ leaf: from + leaves.length, n, kind: source.kind, source: source.id, entry: text, salts })
      if (leaves.length % SLICE === 0) await setImmediate()
    }
    return leaves
  }

  /** The edge of the tree as the database has it, which must be the one that was signed or grow out of it. */
  async #stand(db: Kysely<Tables>): Promise<Edge> {
    const newest = await newestCheckpoint(db)
    const size = newest?.size ?? 0
    if (this.#edge?.size === size) return this.#edge
    if (this.#root && size < this.#root.size) {
      throw new LogBroken('shorter')
    }
    if (newest === null) return Edge.empty()
    const { key } = this.#options.signer
    const text = openNote(newest.note, key)
    const head = text === null ? null : readCheckpoint(text, key.name)
    if (head?.size !== size) throw new LogBroken('not_signed')
    try {
      const edge = await Edge.of(size, tilesIn(db))
      const isTrue = edge.root().equals(head.root) && (await this.#follows(db, head))
      if (isTrue) return edge
    } catch (error) {
      if (!(error instanceof MissingHashes)) throw error
    }
    throw new LogBroken('other_hashes')
  }

  async #follows(db: Kysely<Tables>, head: TreeHead): Promise<boolean> {
    if (this.#root === null) return true
    const proof = await new TiledTree(head.size, tilesIn(db)).consistency(this.#root.size)
    return isConsistent(this.#root, head, proof)
  }
}

const TURN = sql<Turn>`
  SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now,
    pg_try_advisory_xact_lock(${LOCK}) AS mine`

/** Undefined where nothing of this tenant is due. */
async function takeTurn(db: Kysely<Tables>): Promise<Turn | undefined> {
  const { rows } = await sql<Turn>`${TURN} WHERE EXISTS (SELECT FROM audit_pending)`.execute(db)
  return rows[0]
}

async function takeLog(db: Kysely<Tables>): Promise<Turn> {
  const { rows } = await TURN.execute(db)
  if (!rows[0]) throw new Error('a query without FROM gave no row')
  return rows[0]
}

async function hasDue(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`SELECT EXISTS (SELECT FROM audit_pending) AS due`.execute(db)
  return rows[0]?.due === true
}
