import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { KmsSetting } from '../../kernel/config/root-keys.ts'
import { authorization, signingTime } from '../aws-signature.ts'
import type { KeyProvider } from './key-provider.ts'
import type { KeyServiceOptions } from './key-service.ts'
import { KeyService, KeyServiceRefusal, keysUnavailable } from './key-service.ts'

interface Surroundings extends Pick<KeyServiceOptions, 'dialler' | 'figure' | 'answerMs'> {
  readonly clock: Clock
}

const encrypted = z.object({ CiphertextBlob: z.base64().max(16_384) })
const decrypted = z.object({ Plaintext: z.base64().max(8192) })
const refused = z.object({ __type: z.string() })

/** Refusals that pass, under a status that does not say so. */
const PASSING = new Set([
  'ThrottlingException',
  'LimitExceededException',
  'DependencyTimeoutException',
  'KMSInternalException',
])

/** A symmetric key of AWS KMS. What is authenticated is its encryption context, which its policies and trail can see. */
export function awsKms(setting: KmsSetting, { clock, ...surroundings }: Surroundings): KeyProvider {
  const url = new URL(setting.endpoint)
  const service = new KeyService({
    ...surroundings,
    url,
    ca: setting.ca,
    // `com.amazonaws.kms#NotFoundException`, or without what stands before the sign.
    reasonIn: (answer) => /\w{1,64}$/.exec(refused.safeParse(answer).data?.__type ?? '')?.[0] ?? '',
    isPassing: ({ reason }) => PASSING.has(reason),
  })
  const signed = (action: string, body: Buffer): readonly string[] => {
    const { sessionToken } = setting
    const headers: Record<string, string> = {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': signingTime(clock.now()),
      'x-amz-target': `TrentService.${action}`,
      ...(sessionToken !== null && { 'x-amz-security-token': sessionToken.reveal() }),
    }
    const bodyHash = createHash('sha256').update(body).digest('hex')
    const value = authorization(
      { method: 'POST', path: '/', query: '', headers, bodyHash },
      { ...setting, service: 'kms' },
    )
    // The host is the line's.
    const sent = Object.entries(headers).flatMap((pair) => (pair[0] === 'host' ? [] : pair))
    return [...sent, 'authorization', value]
  }
  const call = (operation: 'wrap' | 'unwrap', action: 'Encrypt' | 'Decrypt', body: object) =>
    service.call({ operation, path: '/', headers: (bytes) => signed(action, bytes), body })
  return {
    kind: 'aws-kms',
    keyId: `aws-kms:${setting.key}`,
    async wrap(parts, bytes) {
      try {
        const answer = await call('wrap', 'Encrypt', {
          KeyId: setting.key,
          Plaintext: Buffer.from(bytes).toString('base64'),
          EncryptionContext: contextOf(parts),
        })
        return Buffer.from(encrypted.parse(answer).CiphertextBlob, 'base64')
      } catch (error) {
        throw keysUnavailable(error)
      }
    },
    async unwrap(parts, wrapped) {
      try {
        const answer = await call('unwrap', 'Decrypt', {
          // Named although the ciphertext says it too: another key of the account must not open it.
          KeyId: setting.key,
          CiphertextBlob: Buffer.from(wrapped).toString('base64'),
          EncryptionContext: contextOf(parts),
        })
        return Buffer.from(decrypted.parse(answer).Plaintext, 'base64')
      } catch (error) {
        if (
          error instanceof KeyServiceRefusal &&
          /^(InvalidCiphertext|IncorrectKey)Exception$/.test(error.reason)
        )
          throw new Error('this ciphertext was changed, moved, or belongs to another key', { cause: error })
        throw keysUnavailable(error)
      }
    },
    close: () => service.close(),
  }
}

/** `{ "freehold": "kek/<tenant>/1" }`; none of the parts has a slash. */
const contextOf = (parts: readonly string[]): Readonly<Record<string, string>> => ({
  freehold: parts.join('/'),
})
