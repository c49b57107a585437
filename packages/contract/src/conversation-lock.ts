import { z } from 'zod'

/** Who could read a conversation, and by what. */
export const LOCK_READERS = [
  /** Whoever it belongs to, with its sessions and keys. */
  'owner',
  /** People of the tenant to whom a branch was shown. */
  'shared-tenant',
  /** Anybody who has a link. */
  'shared-anyone',
  /** Targets that answer in it: they read what they are sent. */
  'private-targets',
  /** The same, of what is masked before it leaves. */
  'managed-targets',
  /** Administrators, of what left for managed targets while that is kept. */
  'administrators-egress',
  /** Whoever may hand out all that is held of a person. */
  'person-export',
  /** Whoever may hand out all that a tenant has. */
  'tenant-export',
  /** Whoever has the database and the root key in their hands. */
  'root-key',
] as const

/** What a conversation is locked with. */
export const conversationLock = z.object({
  /** `tenant-key`: a key of its own, wrapped by the tenant's. The server opens it for whoever may read. */
  mode: z.enum(['tenant-key']),
  cipher: z.literal('AES-256-GCM'),
  /** Version of the tenant's key that wraps it. */
  keyVersion: z.int(),
  /** Who keeps the root key, which wraps the tenant's. */
  rootKey: z.enum(['file', 'vault-transit', 'aws-kms', 'pkcs11']),
  /** Where its words lie, sealed. */
  home: z.enum(['database', 'objects']),
  /** Nothing of it goes to a managed target. */
  keepPrivate: z.boolean(),
  readers: z.array(
    z.object({
      who: z.enum(LOCK_READERS),
      /** How many there are, where that is counted. */
      count: z.int().nullable(),
      /** The audit event that each reading leaves; null: none does. */
      recorded: z.string().nullable(),
      /** For so long; null: as long as the conversation is there. */
      days: z.int().nullable(),
    }),
  ),
})
export type ConversationLock = z.output<typeof conversationLock>
