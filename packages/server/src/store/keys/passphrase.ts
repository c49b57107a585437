import { argon2Sync, createSecretKey, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { open, seal } from './sealing.ts'

/** What one derivation costs: whoever guesses pays it for each guess. */
export interface Cost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

/** RFC 9106 section 4, second recommended option; about a quarter of a second of one core, once per start. */
const COST: Cost = { memoryKiB: 65_536, passes: 3, lanes: 4 }
const SALT_BYTES = 16
const KEY_BYTES = 32
const SEALED_UNDER = 1

const wrapped = z.strictObject({
  format: z.literal('freehold root key'),
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    // The most that a file may ask for: a changed one must not take all memory.
    memoryKiB: z.int().min(8).max(1_048_576),
    passes: z.int().min(1).max(64),
    lanes: z.int().min(1).max(64),
    salt: z.base64().max(128),
  }),
  sealed: z.base64().max(512),
})
type Wrapped = z.output<typeof wrapped>

/** The root key as it is kept under a passphrase: JSON with everything that opening it needs but the passphrase. */
export function wrapRoot(root: Uint8Array, passphrase: string, cost: Cost = COST): Buffer {
  const kdf = { name: 'argon2id', ...cost, salt: randomBytes(SALT_BYTES).toString('base64') } as const
  const sealed = seal(keyOf(passphrase, kdf), partsOf(kdf), root).toString('base64')
  const file: Wrapped = { format: 'freehold root key', version: 1, kdf, sealed }
  return Buffer.from(`${JSON.stringify(file)}\n`)
}

/** Null when the bytes are no wrapped root key. */
export function readWrapped(bytes: Buffer): Wrapped | null {
  try {
    return wrapped.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    // Neither what the parser says nor the bytes may be repeated: they could be a key.
    return null
  }
}

/** @throws Error when it is not the passphrase, or a byte was changed */
export function unwrapRoot({ kdf, sealed }: Wrapped, passphrase: string): Buffer {
  return open(keyOf(passphrase, kdf), partsOf(kdf), Buffer.from(sealed, 'base64'))
}

const partsOf = ({ name, memoryKiB, passes, lanes, salt }: Wrapped['kdf']): readonly string[] => [
  'root',
  name,
  ...[memoryKiB, passes, lanes].map(String),
  salt,
]

function keyOf(passphrase: string, { memoryKiB, passes, lanes, salt }: Wrapped['kdf']) {
  const bytes = argon2Sync('argon2id', {
    // The same passphrase typed on two keyboards can differ in code points (NIST SP 800-63B 5.1.1.2).
    message: passphrase.normalize('NFKC'),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: lanes,
    tagLength: KEY_BYTES,
    memory: memoryKiB,
    passes,
  })
  const key = { version: SEALED_UNDER, key: createSecretKey(bytes) }
  bytes.fill(0)
  return key
}
