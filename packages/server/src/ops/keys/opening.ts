import type { RemovalOptions } from '../tenants/removal.ts'
import { Removal } from '../tenants/removal.ts'
import type { Kek } from './kek.ts'
import { createKek } from './kek.ts'
import type { UpkeepOptions } from './upkeep.ts'
import { KeyUpkeep } from './upkeep.ts'

/** Looking after keys, by request and in the background, up to removing all that a tenant has after its keys. */
export interface OpenKek {
  readonly kek: Kek
  close(): Promise<void>
}

export function openKek(options: UpkeepOptions & Pick<RemovalOptions, 'databases'>): OpenKek {
  const upkeep = new KeyUpkeep(options)
  const kek = createKek({ ...options, moveRoot: () => upkeep.moveRoot() })
  const removal = new Removal({ ...options, kek })
  return {
    kek,
    async close() {
      await removal.close()
      await upkeep.close()
    },
  }
}
