import { z } from 'zod'
import type { VaultSetting } from '../../kernel/config/root-keys.ts'
import type { KeyProvider } from './key-provider.ts'
import type { KeyServiceOptions } from './key-service.ts'
import { KeyService, KeyServiceRefusal, keysUnavailable } from './key-service.ts'

type Surroundings = Pick<KeyServiceOptions, 'dialler' | 'figure' | 'answerMs'>

const encrypted = z.object({
  data: z.object({
    ciphertext: z
      .string()
      .regex(/^vault:v\d+:[\w+/=]+$/)
      .max(8192),
  }),
})
const decrypted = z.object({ data: z.object({ plaintext: z.base64().max(8192) }) })
const refused = z.object({ errors: z.array(z.string()).min(1) })

/** Vault says where a call that it cannot take now belongs: a standby, or one that is behind. */
const ELSEWHERE = new Set([472, 473])

/** A key in the transit engine of a Vault. Its ciphertext names Vault's own version of the key. */
export function vaultTransit(setting: VaultSetting, surroundings: Surroundings): KeyProvider {
  const { address, namespace, mount, key, token } = setting
  const url = new URL(address)
  const base = url.pathname === '/' ? '' : url.pathname
  const service = new KeyService({
    ...surroundings,
    url,
    ca: setting.ca,
    reasonIn: (answer) =>
      refused
        .safeParse(answer)
        .data?.errors[0]?.replaceAll(/[^\x20-\x7e]/g, ' ')
        .slice(0, 200) ?? '',
    isPassing: ({ status }) => ELSEWHERE.has(status),
  })
  const headers = (): readonly string[] => [
    'content-type',
    'application/json',
    'x-vault-request',
    'true',
    ...(token === null ? [] : ['x-vault-token', token.reveal()]),
    ...(namespace === null ? [] : ['x-vault-namespace', namespace]),
  ]
  const call = (operation: 'wrap' | 'unwrap', verb: string, body: object) =>
    service.call({ operation, path: `${base}/v1/${mount}/${verb}/${key}`, headers, body })
  return {
    kind: 'vault-transit',
    keyId: `vault-transit:${namespace === null ? '' : `${namespace.replace(/\/$/, '')}/`}${mount}/${key}`,
    async wrap(parts, bytes) {
      try {
        const plaintext = Buffer.from(bytes).toString('base64')
        const answer = await call('wrap', 'encrypt', { plaintext, associated_data: bound(parts) })
        return Buffer.from(encrypted.parse(answer).data.ciphertext)
      } catch (error) {
        throw keysUnavailable(error)
      }
    },
    async unwrap(parts, wrapped) {
      const ciphertext = Buffer.from(wrapped).toString('latin1')
      try {
        const answer = await call('unwrap', 'decrypt', { ciphertext, associated_data: bound(parts) })
        return Buffer.from(decrypted.parse(answer).data.plaintext, 'base64')
      } catch (error) {
        if (error instanceof KeyServiceRefusal && error.status === 400)
          throw new Error('this ciphertext was changed, moved, or belongs to another key', { cause: error })
        throw keysUnavailable(error)
      }
    },
    close: () => service.close(),
  }
}

const bound = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64')
