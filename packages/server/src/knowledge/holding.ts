import { heldNow, isHeld } from '../audit/keeping/held.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tx } from '../store/store.ts'

interface Going {
  readonly creator: string | null
  readonly created_at: Date
}

/** Before documents are deleted or replaced. @throws Fault `on_hold` */
export async function requireNotHeld(tx: Tx, collection: string, documents: readonly Going[]): Promise<void> {
  const held = await heldNow(tx)
  const stays =
    held.collections.includes(collection) ||
    documents.some(({ creator, created_at: at }) => isHeld(held, { principal: creator, collection, at }))
  if (!stays) return
  throw new Fault(
    'on_hold',
    'A legal hold covers this: nothing of it may be deleted or replaced until it is lifted. See: freehold hold list',
    { param: 'id' },
  )
}
