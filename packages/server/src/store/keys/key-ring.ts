import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Dek, KeyRing, Place, TenantId } from '../store.ts'
import { keyVersionOf, open, openInSlices, seal, sealInSlices, type VersionedKey } from './sealing.ts'

const KEY_BYTES = 32
const BLIND_BYTES = 16
/** A data key is never replaced in place: a new one is a new wrapped value. */
const DEK_VERSION = 1

/** The unwrapped keys of one tenant. */
export interface TenantKeys {
  /** Every version that may still have sealed something; the highest seals. Never empty. */
  readonly keks: readonly VersionedKey[]
  readonly blind: KeyObject
}

/** The capability to open one tenant's rows. It seals under the newest version and opens what any version sealed. */
export function keyRing(tenant: TenantId, keys: TenantKeys): KeyRing {
  const active = keys.keks.reduce((newest, next) => (next.version > newest.version ? next : newest))
  return {
    tenant,
    newDek(place) {
      const bytes = randomBytes(KEY_BYTES)
      const wrapped = seal(active, at('dek', tenant, place), bytes)
      const dek = dekOf(tenant, createSecretKey(bytes))
      bytes.fill(0)
      return { dek, wrapped }
    },
    openDek(place, wrapped) {
      const version = keyVersionOf(wrapped)
      const kek = keys.keks.find((candidate) => candidate.version === version)
      if (!kek) throw new Error(`no version ${version} of this tenant's key`)
      const bytes = open(kek, at('dek', tenant, place), wrapped)
      const dek = dekOf(tenant, createSecretKey(bytes))
      bytes.fill(0)
      return dek
    },
    blind(field, value) {
      const mac = createHmac('sha256', keys.blind)
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

function dekOf(tenant: TenantId, key: KeyObject): Dek {
  const versioned = { version: DEK_VERSION, key }
  return {
    seal: (place, plain) => seal(versioned, at('value', tenant, place), plain),
    open: (place, sealed) => open(versioned, at('value', tenant, place), sealed),
    sealLarge: (place, plain) => sealInSlices(versioned, at('value', tenant, place), plain),
    openLarge: (place, sealed) => openInSlices(versioned, at('value', tenant, place), sealed),
  }
}

function at(kind: 'dek' | 'value', tenant: TenantId, place: Place): readonly string[] {
  return [kind, tenant, place.table, place.row, place.column]
}
