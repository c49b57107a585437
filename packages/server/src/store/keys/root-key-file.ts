import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { Secret } from '../../kernel/secret.ts'
import { syncDirectory, writeDurably } from '../durable-file.ts'
import type { KeyProvider } from './key-provider.ts'
import { readWrapped, unwrapRoot, wrapRoot } from './passphrase.ts'
import { open, seal } from './sealing.ts'

const ROOT_BYTES = 32

/** Where the `file` provider keeps the root key: 32 bytes or, under a passphrase, JSON; mode 0600. */
export function rootKeyPath(data: string): string {
  return join(data, 'keys', 'root.key')
}

interface RootKeyOptions {
  /**
   * Whether anything was sealed under a root key before: then a missing file is refused, because a new key would make
   * everything unreadable for good.
   */
  readonly inUse: boolean
  readonly passphrase: Secret<string> | null
}

/**
 * The provider whose root key is a file; made at the first start, under the passphrase if there is one.
 * @throws Fault when the file is missing, readable by others, not a key, or not opened by the passphrase.
 */
export function rootKeyFile(path: string, { inUse, passphrase }: RootKeyOptions): KeyProvider {
  if (!existsSync(path)) {
    if (inUse) {
      throw new Fault(
        'cannot_start',
        `${path} is missing, and this database was encrypted with it. Put the file back from your key backup.`,
      )
    }
    create(path, passphrase)
  }
  const root = readRoot(path, passphrase)
  const provider = providerOf(root)
  root.fill(0)
  return provider
}

/** The key itself, to be wiped by the caller. @throws Fault `cannot_start`; a passphrase for a key without one is refused too */
export function readRoot(path: string, passphrase: Secret<string> | null): Buffer {
  const refuse = (what: string): Fault => new Fault('cannot_start', `${path} ${what}`)
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw refuse(`may be read by others (mode ${mode.toString(8)}). Allow only its owner: chmod 600 ${path}`)
  }
  // A change that was cut short may have left a key without its passphrase.
  rmSync(`${path}.new`, { force: true })
  const bytes = readFileSync(path)
  if (bytes.length === ROOT_BYTES) {
    if (passphrase === null) return bytes
    throw refuse(
      'has no passphrase, but one is given. Set it with `freehold kek passphrase set`, or give none (keys.passphrase).',
    )
  }
  const wrapped = readWrapped(bytes)
  if (wrapped === null) throw refuse(`is not a root key (${bytes.length} bytes instead of ${ROOT_BYTES}).`)
  if (passphrase === null) throw refuse('is protected by a passphrase. Give it in keys.passphrase.')
  return opened(wrapped, passphrase, refuse)
}

function opened(
  wrapped: NonNullable<ReturnType<typeof readWrapped>>,
  passphrase: Secret<string>,
  refuse: (what: string) => Fault,
): Buffer {
  try {
    const root = unwrapRoot(wrapped, passphrase.reveal())
    if (root.length === ROOT_BYTES) return root
  } catch {
    // One sentence for both: whoever changed the file must not learn which it was.
  }
  throw refuse('is not opened by this passphrase, or was changed. Nothing was written.')
}

function create(path: string, passphrase: Secret<string> | null): void {
  const directory = dirname(path)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const root = randomBytes(ROOT_BYTES)
  writeDurably(path, passphrase === null ? root : wrapRoot(root, passphrase.reveal()), 0o600)
  root.fill(0)
  // The directory's own name must survive a power cut as well, or the key is lost with it.
  syncDirectory(dirname(directory))
}

/** A provider over 32 bytes that the caller may wipe afterwards. */
export function providerOf(root: Uint8Array): KeyProvider {
  const secret = createSecretKey(root)
  // One purpose, one key: what names the root never wraps.
  const derive = (purpose: string): Buffer => {
    const context = JSON.stringify([purpose, '', ''])
    return Buffer.from(hkdfSync('sha256', secret, 'freehold root key', context, 32))
  }
  const wrapping = { version: 1, key: createSecretKey(derive('wrap')) }
  return {
    kind: 'file',
    keyId: derive('id').toString('hex', 0, 8),
    wrap: (parts, key) => Promise.resolve(seal(wrapping, parts, key)),
    // The async function turns the throw of a refused frame into a rejection.
    unwrap: async (parts, wrapped) => open(wrapping, parts, wrapped),
    close: () => Promise.resolve(),
  }
}
