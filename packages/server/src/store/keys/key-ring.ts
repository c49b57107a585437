import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { Dek, KeyRing, Place, TenantId } from '../store.ts'
import { keyVersionOf, open, openInSlices, seal, sealInSlices, type VersionedKey } from './sealing.ts'

const KEY_BYTES = 32
const BLIND_BYTES = 16
/** A data key is never replaced in place: a new one is a new wrapped value. */
const DEK_VERSION = 1

/** A version of a tenant's key. It opens at once and seals a moment later, when every process has it. */
export interface KekVersion extends VersionedKey {
  /** As `performance.now()` counts. */
  readonly sealsFromMs: number
}

/** The unwrapped keys of one tenant. */
export interface TenantKeys {
  /** Every version that may still have sealed something. Never empty. */
  readonly keks: readonly KekVersion[]
  readonly blind: KeyObject
}

/** What a ring rests on: the keys as they are now, which rotation replaces. @throws Fault when they are gone */
export type HeldKeys = () => TenantKeys

/**
 * The capability to open one tenant's rows. It seals under the newest version that is due and opens what any version
 * sealed. Where the keys are gone, neither it nor any data key that it gave seals or opens anything.
 */
export function keyRing(tenant: TenantId, held: HeldKeys): KeyRing {
  const opened = (place: Place, wrapped: Uint8Array): Buffer =>
    open(versionIn(held(), keyVersionOf(wrapped)), at('dek', tenant, place), wrapped)
  return {
    tenant,
    newDek(place) {
      const bytes = randomBytes(KEY_BYTES)
      const wrapped = seal(sealing(held()), at('dek', tenant, place), bytes)
      return { dek: dekOf(tenant, held, bytes), wrapped }
    },
    openDek: (place, wrapped) => dekOf(tenant, held, opened(place, wrapped)),
    rewrapDek(place, wrapped) {
      const newest = sealing(held())
      if (keyVersionOf(wrapped) >= newest.version) return null
      const bytes = opened(place, wrapped)
      const anew = seal(newest, at('dek', tenant, place), bytes)
      bytes.fill(0)
      return anew
    },
    blind(field, value) {
      const mac = createHmac('sha256', held().blind)
      for (const part of ['blind', tenant, field, value]) {
        const bytes = Buffer.from(part)
        const length = Buffer.alloc(4)
        length.writeUInt32BE(bytes.length)
        mac.update(length).update(bytes)
      }
      return mac.digest().subarray(0, BLIND_BYTES)
    },
  }
}

function sealing({ keks }: TenantKeys): KekVersion {
  const nowMs = performance.now()
  const due = keks.filter(({ sealsFromMs }) => sealsFromMs <= nowMs)
  // Right after the first keys were made, none may be due by the hands of this machine.
  const [first, ...others] = due.length > 0 ? due : keks.slice(0, 1)
  if (!first) throw new Error('this tenant has no key')
  return others.reduce((newest, next) => (next.version > newest.version ? next : newest), first)
}

function versionIn({ keks }: TenantKeys, version: number): VersionedKey {
  const found = keks.find((candidate) => candidate.version === version)
  if (found) return found
  if (keks.every((known) => known.version < version)) {
    // The key service did not answer when this process should have fetched it.
    throw new Fault('unavailable', 'The newest key of this tenant is not here yet. Try again shortly.')
  }
  throw new Error(`no version ${version} of this tenant's key`)
}

/** Takes the bytes and wipes them. */
function dekOf(tenant: TenantId, held: HeldKeys, bytes: Buffer): Dek {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  const versioned = (): VersionedKey => {
    held()
    return { version: DEK_VERSION, key }
  }
  const place = (where: Place): readonly string[] => at('value', tenant, where)
  return {
    seal: (where, plain) => seal(versioned(), place(where), plain),
    open: (where, sealed) => open(versioned(), place(where), sealed),
    sealLarge: async (where, ...pieces) => sealInSlices(versioned(), place(where), pieces),
    openLarge: async (where, sealed) => openInSlices(versioned(), place(where), sealed),
  }
}

function at(kind: 'dek' | 'value', tenant: TenantId, place: Place): readonly string[] {
  return [kind, tenant, place.table, place.row, place.column]
}
