import { z } from 'zod'
import type { Told } from './enquiry.ts'

/** Where model APIs put the text of a refusal. */
const refusal = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
])

const LONGEST = 200
/** So much of a secret in a row is the secret; providers like to repeat the half of a key. */
const TELLING = 6

/**
 * What a target said of its refusal, as one short printable line; null where it said nothing that could be shown.
 * Words that hold a part of a credential are left out.
 */
export function saidBy({ body }: Pick<Told, 'body'>, credential: readonly string[]): string | null {
  const parsed = refusal.safeParse(parsedOrNull(body))
  if (!parsed.success) return null
  const secrets = credential.filter((_, at) => at % 2 === 1).map((value) => value.replace(/^Bearer /, ''))
  const words = parsed.data
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .split(' ')
  const line = words.map((word) => (secrets.some((secret) => shares(word, secret)) ? '[…]' : word)).join(' ')
  if (line === '') return null
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function shares(word: string, secret: string): boolean {
  for (let at = 0; at + TELLING <= secret.length; at += 1)
    if (word.includes(secret.slice(at, at + TELLING))) return true
  return secret.length < TELLING && word.includes(secret)
}

/** Null for what is no JSON. */
export function parsedOrNull(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
