import { hash } from 'node:crypto'
import type { Caller } from '../identity/caller.ts'
import type { Lot } from './routing/routing.ts'

type Who = Pick<Caller, 'tenant' | 'principal' | 'onBehalfOf'>

interface Conversing {
  /** The caller's own name of the conversation. */
  readonly conversation: string | null
  /** Its first words, for conversations without a name. */
  beginning(): string
}

/** Where the conversation of a request stands among all: the same for each of its requests. */
export class ConversationLot implements Lot {
  readonly bound: string | null
  readonly #who: Who
  readonly #asked: Conversing
  #key: string | null = null

  constructor(who: Who, asked: Conversing, bound: string | null) {
    this.#who = who
    this.#asked = asked
    this.bound = bound
  }

  key(): string {
    this.#key ??= this.#hashed()
    return this.#key
  }

  #hashed(): string {
    const { tenant, principal, onBehalfOf = '' } = this.#who
    const { conversation } = this.#asked
    const named = conversation === null ? ['', this.#asked.beginning()] : [conversation]
    return hash('sha256', JSON.stringify([tenant, principal.id, onBehalfOf, ...named]), 'base64url')
  }
}

/** Enough to tell conversations apart; more would only cost. */
const MOST_CHARACTERS = 65_536
/** Text lies no deeper in any of the APIs. */
const MOST_DEPTH = 4

/**
 * System prompt and first message of the user: what does not change while a conversation grows. Only text counts,
 * because clients move their marks for caching from message to message.
 */
export function beginningOf(fields: Readonly<Record<string, unknown>>): string {
  const { system, instructions, messages, input } = fields
  const said = messages ?? input
  const parts = [textIn(system, 0), textIn(instructions, 0)]
  if (Array.isArray(said)) {
    const first = said.findIndex((one: unknown) => isOfUser(one))
    parts.push(...said.slice(0, first < 0 ? said.length : first + 1).map((one: unknown) => textIn(one, 0)))
  } else parts.push(textIn(said, 0))
  return parts.join('\n').slice(0, MOST_CHARACTERS)
}

const isOfUser = (one: unknown): boolean =>
  typeof one === 'object' && one !== null && 'role' in one && one.role === 'user'

function textIn(value: unknown, depth: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (depth > MOST_DEPTH || typeof value !== 'object' || value === null) return ''
  if (Array.isArray(value)) return value.map((one: unknown) => textIn(one, depth + 1)).join('\n')
  if ('text' in value) return textIn(value.text, depth + 1)
  return 'content' in value ? textIn(value.content, depth + 1) : ''
}
