import type { ConversationLock } from '@freehold/contract/conversation-lock.ts'
import type { AuditEventName } from '@freehold/contract/audit-events.ts'
import { keyVersionOf } from '../store/keys/sealing.ts'
import type { Tx } from '../store/store.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import { listShares } from './shares.ts'

type Reader = ConversationLock['readers'][number]

/** What of the installation decides who could read. */
export interface Around {
  readonly rootKey: ConversationLock['rootKey']
  /** For how long bodies that left are kept. */
  readonly egressDays: number
}

/** What a conversation is locked with, and who could read it all the same. @throws Fault `not_found` */
export async function lockOf(
  tx: Tx,
  own: Own,
  id: string,
  { rootKey, egressDays }: Around,
): Promise<ConversationLock> {
  const { row } = await ownConversation(tx, own, id)
  const { data: shares } = await listShares(tx, own, id)
  const sharedWith = (audience: string): number => shares.filter((one) => one.audience === audience).length
  const [tenant, anyone] = [sharedWith('tenant'), sharedWith('anyone')]
  return {
    mode: 'tenant-key',
    cipher: 'AES-256-GCM',
    keyVersion: keyVersionOf(row.dek),
    rootKey,
    home: row.bodies_blob === null ? 'database' : 'objects',
    keepPrivate: row.keep_private,
    readers: [
      reader('owner'),
      ...(tenant > 0 ? [reader('shared-tenant', null, { count: tenant })] : []),
      ...(anyone > 0 ? [reader('shared-anyone', null, { count: anyone })] : []),
      reader('private-targets'),
      ...(row.keep_private ? [] : [reader('managed-targets')]),
      // What left before it was kept private is there all the same.
      reader('administrators-egress', 'egress.read', { days: egressDays }),
      reader('person-export', 'person.exported'),
      reader('tenant-export', 'tenant.exported'),
      reader('root-key'),
    ],
  }
}

const reader = (
  who: Reader['who'],
  recorded: AuditEventName | null = null,
  { count = null, days = null }: Partial<Pick<Reader, 'count' | 'days'>> = {},
): Reader => ({ who, count, recorded, days })
