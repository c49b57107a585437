import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { syncDirectory, writeDurably } from '../durable-file.ts'
import type { KeyProvider } from './key-provider.ts'
import { open, seal } from './sealing.ts'

const ROOT_BYTES = 32

/** Where the `file` provider keeps the root key: 32 bytes, mode 0600. */
export function rootKeyPath(data: string): string {
  return join(data, 'keys', 'root.key')
}

/**
 * The provider whose root key is a file. `inUse` says whether anything was sealed under a root key before: then a
 * missing file is refused, because a new key would make everything unreadable for good.
 * @throws Fault when the file is missing, readable by others, or not a key.
 */
export function rootKeyFile(path: string, inUse: boolean): KeyProvider {
  if (!existsSync(path)) {
    if (inUse) {
      throw new Fault(
        'cannot_start',
        `${path} is missing, and this database was encrypted with it. Put the file back from your key backup.`,
      )
    }
    create(path)
  }
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw new Fault(
      'cannot_start',
      `${path} may be read by others (mode ${mode.toString(8)}). Allow only its owner: chmod 600 ${path}`,
    )
  }
  const root = readFileSync(path)
  if (root.length !== ROOT_BYTES) {
    throw new Fault(
      'cannot_start',
      `${path} is not a root key (${root.length} bytes instead of ${ROOT_BYTES}).`,
    )
  }
  const provider = providerOf(root)
  root.fill(0)
  return provider
}

function create(path: string): void {
  const directory = dirname(path)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeDurably(path, randomBytes(ROOT_BYTES), 0o600)
  // The directory's own name must survive a power cut as well, or the key is lost with it.
  syncDirectory(dirname(directory))
}

/** A provider over 32 bytes that the caller may wipe afterwards. */
export function providerOf(root: Uint8Array): KeyProvider {
  const secret = createSecretKey(root)
  // One purpose, one key: what derives values for other rooms never wraps, and the other way round.
  const derive = (purpose: string, label: string, info: string): Buffer => {
    const context = JSON.stringify([purpose, label, info])
    return Buffer.from(hkdfSync('sha256', secret, 'freehold root key', context, 32))
  }
  const wrapping = { version: 1, key: createSecretKey(derive('wrap', '', '')) }
  return {
    keyId: derive('id', '', '').toString('hex', 0, 8),
    wrap: (parts, key) => Promise.resolve(seal(wrapping, parts, key)),
    // The async function turns the throw of a refused frame into a rejection.
    unwrap: async (parts, wrapped) => open(wrapping, parts, wrapped),
    derive: (label, info) => derive('derive', label, info),
  }
}
