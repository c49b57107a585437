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
/** More would only be cut off again. */
const MOST_READ = 4096
/** So much of a secret in a row is the secret; providers like to repeat the half of a key. */
const TELLING = 6

/** What a target said of its refusal, as `shown`; null where it said nothing that could be. */
export function saidBy({ body }: Pick<Told, 'body'>, credential: readonly string[]): string | null {
  const parsed = refusal.safeParse(parsedOrNull(body))
  return parsed.success ? shown(parsed.data, credential) || null : null
}

/** A text of a target as one short printable line. Words that hold a part of a credential are left out. */
export function shown(text: string, credential: readonly string[]): string {
  const secrets = credential.filter((_, at) => at % 2 === 1).map((value) => value.replace(/^Bearer /, ''))
  const words = text
    .slice(0, MOST_READ)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .split(' ')
  const line = words.map((word) => (secrets.some((secret) => shares(word, secret)) ? '[…]' : word)).join(' ')
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
