import { once } from 'node:events'
import { extname, join } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'
import { threadEnvironment } from '../kernel/thread-environment.ts'
import type { TenantId } from '../store/store.ts'
import type { VectorBytes } from './embeddings/vector-memory.ts'
import type { LatentBasis, TermMatrix } from './latent-training.ts'
import type { Lacking, SearchQuery, SearchResult, Segment, Visible } from './retrieval.ts'
import { SearchEngine } from './search-engine.ts'

/** What the thread is told, in the order in which it takes effect. */
export type SearchOrder =
  | {
      readonly kind: 'add'
      readonly call: number
      tenant: TenantId
      segment: Segment
      gone: readonly string[]
    }
  | { readonly kind: 'remove'; readonly tenant: TenantId; readonly documents: readonly string[] }
  | { readonly kind: 'restrict'; readonly tenant: TenantId; readonly acl: ReadonlyMap<string, number> }
  | { readonly kind: 'add_vectors'; readonly call: number; tenant: TenantId; vectors: VectorBytes }
  | { readonly kind: 'drop_vectors'; readonly tenant: TenantId; readonly lots: readonly string[] }
  | { readonly kind: 'forget'; readonly tenant: TenantId }
  | { readonly kind: 'memory'; readonly bytes: number }
  | {
      readonly kind: 'search'
      readonly call: number
      readonly query: SearchQuery
      readonly visible: Visible
      readonly opened: readonly Segment[]
    }

/** The answer to an order that has a number. */
export type SearchAnswer =
  | { readonly call: number; readonly result: SearchResult | Lacking | null }
  | { readonly call: number; readonly broken: string }

let memoryBytes = Infinity
const engine = new SearchEngine({ train: inAnotherThread, memoryBytes: () => memoryBytes })

/** Learning takes seconds: it has a thread of its own, which ends with it. */
async function inAnotherThread(matrix: TermMatrix): Promise<LatentBasis> {
  const thread = new Worker(join(import.meta.dirname, `training-thread${extname(import.meta.filename)}`), {
    env: threadEnvironment(),
    workerData: matrix,
  })
  // `once` rejects when the thread fails.
  const [basis] = (await once(thread, 'message')) as [LatentBasis]
  return basis
}

function answer(call: number, work: () => Promise<SearchResult | Lacking> | void): void {
  const say = (said: SearchAnswer): void => parentPort?.postMessage(said, [])
  const failed = (error: unknown): void =>
    say({ call, broken: error instanceof Error ? error.message : 'unknown' })
  try {
    const done = work()
    if (done) done.then((result) => say({ call, result }), failed)
    else say({ call, result: null })
  } catch (error) {
    failed(error)
  }
}

parentPort?.on('message', (order: SearchOrder) => {
  if (order.kind === 'add') answer(order.call, () => engine.add(order.tenant, order.segment, order.gone))
  else if (order.kind === 'remove') engine.remove(order.tenant, order.documents)
  else if (order.kind === 'restrict') engine.restrict(order.tenant, order.acl)
  else if (order.kind === 'add_vectors')
    answer(order.call, () => engine.addVectors(order.tenant, order.vectors))
  else if (order.kind === 'drop_vectors') engine.dropVectors(order.tenant, order.lots)
  else if (order.kind === 'forget') engine.forget(order.tenant)
  else if (order.kind === 'memory') memoryBytes = order.bytes
  else answer(order.call, () => engine.search(order.query, order.visible, order.opened))
})
