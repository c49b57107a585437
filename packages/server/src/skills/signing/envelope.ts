import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { parseInput } from '../../kernel/input.ts'
import type { PublicKey, SigningKey } from './signing-key.ts'

/** https://github.com/in-toto/attestation, spec v1: what a statement travels as. */
export const IN_TOTO = 'application/vnd.in-toto+json'
const MOST_BYTES = 64 * 1024

/** One way to write each value, so that an envelope cannot be changed without breaking it. */
const base64 = z
  .string()
  .max(MOST_BYTES)
  .refine(
    (text) => Buffer.from(text, 'base64').toString('base64') === text,
    'is no base64 (RFC 4648 section 4)',
  )

const envelopeShape = z.strictObject({
  payloadType: z.string().max(128),
  payload: base64,
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/, 'is no key id'), sig: base64 }))
    .min(1)
    .max(16),
})

/** DSSE v1 (https://github.com/secure-systems-lab/dsse): a statement and who signed it. */
export type Envelope = z.output<typeof envelopeShape>

/** @throws Fault `invalid`, `too_large` */
export function readEnvelope(text: string): Envelope {
  if (text.length > 2 * MOST_BYTES)
    throw new Fault('too_large', `An envelope has at most ${2 * MOST_BYTES} bytes.`, { param: 'envelope' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('invalid', 'An envelope is no JSON.', { param: 'envelope', cause: error })
  }
  return parseInput(envelopeShape, value)
}

/** One envelope on each line. @throws Fault `invalid`, `too_large` */
export const readEnvelopes = (text: string): readonly Envelope[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(readEnvelope)

export const writeEnvelopes = (envelopes: readonly Envelope[]): string =>
  envelopes.map((one) => `${JSON.stringify(one)}\n`).join('')

/** Pre-authentication encoding: what is signed is the type and the content, neither readable as the other. */
function paeOf(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType)
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ])
}

export function signEnvelope(payload: Buffer, keys: readonly SigningKey[]): Envelope {
  const signed = paeOf(IN_TOTO, payload)
  return {
    payloadType: IN_TOTO,
    payload: payload.toString('base64'),
    signatures: keys.map((key) => ({ keyid: key.public.id, sig: key.sign(signed).toString('base64') })),
  }
}

/** Which of these keys have signed it, each counted once. */
export function signersOf(envelope: Envelope, keys: ReadonlyMap<string, PublicKey>): ReadonlySet<string> {
  const signed = paeOf(envelope.payloadType, Buffer.from(envelope.payload, 'base64'))
  const found = envelope.signatures.filter(
    ({ keyid, sig }) => keys.get(keyid)?.verify(signed, Buffer.from(sig, 'base64')) ?? false,
  )
  return new Set(found.map(({ keyid }) => keyid))
}
