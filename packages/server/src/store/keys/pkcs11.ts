import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Pkcs11Setting } from '../../kernel/config/root-keys.ts'
import { Fault } from '../../kernel/fault.ts'
import type { KeyProvider } from './key-provider.ts'
import { keysUnavailable } from './key-service.ts'

/** What is used of the package pkcs11js, which is no dependency: it is compiled when it is installed. */
interface Binding {
  readonly PKCS11: new () => Cryptoki
  readonly [constant: `CK${string}`]: number
}

interface Cryptoki {
  load(module: string): void
  C_Initialize(): void
  C_Finalize(): void
  close(): void
  C_GetSlotList(withToken: boolean): Buffer[]
  C_GetTokenInfo(slot: Buffer): { readonly label: string }
  C_OpenSession(slot: Buffer, flags: number): Buffer
  C_CloseSession(session: Buffer): void
  C_Login(session: Buffer, user: number, pin: string): void
  C_FindObjectsInit(
    session: Buffer,
    template: readonly { readonly type: number; readonly value: string | number }[],
  ): void
  C_FindObjects(session: Buffer, most: number): Buffer[]
  C_FindObjectsFinal(session: Buffer): void
  C_EncryptInit(session: Buffer, mechanism: object, key: Buffer): void
  C_Encrypt(session: Buffer, plain: Buffer, into: Buffer): Buffer
  C_DecryptInit(session: Buffer, mechanism: object, key: Buffer): void
  C_Decrypt(session: Buffer, sealed: Buffer, into: Buffer): Buffer
}

const FORMAT = Buffer.from('FHP\u0001')
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * An AES key on a PKCS#11 token, used with CKM_AES_GCM; the key never leaves the token. The calls are synchronous: they
 * are few, one for each version of a tenant's key in the life of a process.
 */
export function pkcs11(setting: Pkcs11Setting): KeyProvider {
  const binding = loadBinding(setting.binding)
  let open: Session | null = null
  const use = <T>(work: (session: Session) => T): T => {
    open ??= openSession(binding, setting)
    try {
      return work(open)
    } catch (error) {
      // A token that was taken out or logged out: the next call starts anew.
      if (!isRefusedCiphertext(error)) {
        open.close()
        open = null
      }
      throw error
    }
  }
  const keyId = `pkcs11:${setting.token}/${setting.key}`
  return {
    kind: 'pkcs11',
    keyId,
    async wrap(parts, key) {
      const nonce = randomBytes(NONCE_BYTES)
      try {
        const sealed = use((session) => session.encrypt(mechanismOf(binding, nonce, parts), Buffer.from(key)))
        return Buffer.concat([FORMAT, nonce, sealed])
      } catch (error) {
        throw keysUnavailable(error)
      }
    },
    async unwrap(parts, wrapped) {
      const bytes = Buffer.from(wrapped)
      const body = FORMAT.length + NONCE_BYTES
      if (bytes.length < body + TAG_BYTES || !bytes.subarray(0, FORMAT.length).equals(FORMAT))
        throw new Error('not wrapped by a PKCS#11 token')
      const nonce = bytes.subarray(FORMAT.length, body)
      try {
        return use((session) => session.decrypt(mechanismOf(binding, nonce, parts), bytes.subarray(body)))
      } catch (error) {
        if (isRefusedCiphertext(error))
          throw new Error('this ciphertext was changed, moved, or belongs to another key', { cause: error })
        throw keysUnavailable(error)
      }
    },
    async close() {
      open?.close()
      open = null
    },
  }
}

interface Session {
  encrypt(mechanism: object, plain: Buffer): Buffer
  decrypt(mechanism: object, sealed: Buffer): Buffer
  close(): void
}

function openSession(binding: Binding, { module, token, key, pin }: Pkcs11Setting): Session {
  const cryptoki = new binding.PKCS11()
  cryptoki.load(module)
  const isOurs = initialise(cryptoki)
  let session: Buffer | null = null
  const close = (): void => {
    if (session !== null) quietly(() => cryptoki.C_CloseSession(session ?? Buffer.alloc(0)))
    if (isOurs) quietly(() => cryptoki.C_Finalize())
    cryptoki.close()
  }
  try {
    const slot = cryptoki
      .C_GetSlotList(true)
      .find((one) => cryptoki.C_GetTokenInfo(one).label.trim() === token)
    if (!slot) throw new Error(`there is no token with the label ${token}`)
    const opened = cryptoki.C_OpenSession(slot, constant(binding, 'CKF_SERIAL_SESSION'))
    session = opened
    logIn(binding, cryptoki, opened, pin.reveal())
    const handle = findKey(binding, cryptoki, opened, key)
    return {
      encrypt(mechanism, plain) {
        cryptoki.C_EncryptInit(opened, mechanism, handle)
        return cryptoki.C_Encrypt(opened, plain, Buffer.alloc(plain.length + TAG_BYTES))
      },
      decrypt(mechanism, sealed) {
        cryptoki.C_DecryptInit(opened, mechanism, handle)
        return cryptoki.C_Decrypt(opened, sealed, Buffer.alloc(sealed.length))
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** A library is initialised once in a process; the root key and the next one may lie on the same token. */
function initialise(cryptoki: Cryptoki): boolean {
  try {
    cryptoki.C_Initialize()
    return true
  } catch (error) {
    if (saysOf(error, 'CKR_CRYPTOKI_ALREADY_INITIALIZED')) return false
    throw error
  }
}

function logIn(binding: Binding, cryptoki: Cryptoki, session: Buffer, pin: string): void {
  try {
    cryptoki.C_Login(session, constant(binding, 'CKU_USER'), pin)
  } catch (error) {
    if (!saysOf(error, 'CKR_USER_ALREADY_LOGGED_IN')) throw error
  }
}

const saysOf = (error: unknown, word: string): boolean =>
  error instanceof Error && error.message.includes(word)

/** Whatever state the token is in, it is let go of. */
function quietly(end: () => void): void {
  try {
    end()
  } catch {
    // It is gone already: there is nothing left to end.
  }
}

function findKey(binding: Binding, cryptoki: Cryptoki, session: Buffer, label: string): Buffer {
  cryptoki.C_FindObjectsInit(session, [
    { type: constant(binding, 'CKA_CLASS'), value: constant(binding, 'CKO_SECRET_KEY') },
    { type: constant(binding, 'CKA_KEY_TYPE'), value: constant(binding, 'CKK_AES') },
    { type: constant(binding, 'CKA_LABEL'), value: label },
  ])
  const found = cryptoki.C_FindObjects(session, 2)
  cryptoki.C_FindObjectsFinal(session)
  const [handle, other] = found
  if (!handle) throw new Error(`there is no AES key with the label ${label} on the token`)
  if (other) throw new Error(`there are several AES keys with the label ${label} on the token`)
  return handle
}

function mechanismOf(binding: Binding, iv: Buffer, parts: readonly string[]): object {
  return {
    mechanism: constant(binding, 'CKM_AES_GCM'),
    parameter: {
      type: constant(binding, 'CK_PARAMS_AES_GCM'),
      iv,
      ivBits: iv.length * 8,
      aad: Buffer.from(JSON.stringify(parts)),
      tagBits: TAG_BYTES * 8,
    },
  }
}

function constant(binding: Binding, name: `CK${string}`): number {
  const value = binding[name]
  if (value === undefined) throw new Error(`the package pkcs11js has no ${name}`)
  return value
}

/** Tokens differ in what they say of a tag that does not match. */
const isRefusedCiphertext = (error: unknown): boolean =>
  error instanceof Error &&
  /CKR_(ENCRYPTED_DATA_(INVALID|LEN_RANGE)|GENERAL_ERROR|AEAD_DECRYPT_FAILED)/.test(error.message)

function loadBinding(place: string | null): Binding {
  const require = createRequire(import.meta.url)
  try {
    // Checked where it is used: each constant by its name.
    return require(place ?? 'pkcs11js') as Binding
  } catch (error) {
    throw new Fault(
      'cannot_start',
      'The provider pkcs11 needs the package pkcs11js, which does not come with Freehold because it is compiled when ' +
        'it is installed. Install it and name its directory in keys.pkcs11.binding.',
      { cause: error },
    )
  }
}
