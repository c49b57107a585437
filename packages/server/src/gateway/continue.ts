import { hash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Asked } from './asked.ts'
import type { Classified } from './classify.ts'
import type { Conversations } from './conversations.ts'
import type { Route } from './decide.ts'
import type { Reply } from './reply.ts'

/** What a request goes on from. */
export interface Continued {
  readonly class: DataClass | null
  /** The only target that knows the answer before; null where nothing binds. */
  readonly bound: string | null
}

/** An answer that may be continued. */
export interface KnownAnswer {
  readonly target: string
  readonly class: DataClass
}

/** SHA-256 of the id that a target gave its answer, base64url: ids are the target's, and records hold none of them. */
export const answerHash = (id: string): string => hash('sha256', id, 'base64url')

const MOST_REMEMBERED = 20_000
const NOTHING: Continued = { class: null, bound: null }

/** Finds and keeps what requests go on from: named conversations, and answers named by id. */
export class Continuity {
  readonly #conversations: Conversations
  readonly #find: (caller: Caller, answerHash: string) => Promise<KnownAnswer | null>
  /** The newest answers, which may not be in the database yet. */
  readonly #answers = new Map<string, KnownAnswer>()

  constructor(
    conversations: Conversations,
    find: (caller: Caller, answerHash: string) => Promise<KnownAnswer | null>,
  ) {
    this.#conversations = conversations
    this.#find = find
  }

  /** @throws Fault `unknown_response` for an answer that is not of this caller */
  of(caller: Caller, asked: Asked): Continued | Promise<Continued> {
    return asked.conversation === null && asked.previous === null ? NOTHING : this.#from(caller, asked)
  }

  async #from(caller: Caller, { conversation, previous }: Asked): Promise<Continued> {
    const kept = conversation === null ? null : await this.#conversations.classOf(caller, conversation)
    if (previous === null) return { class: kept, bound: null }
    const hashed = answerHash(previous)
    const answer = this.#answers.get(keyOf(caller, hashed)) ?? (await this.#find(caller, hashed))
    if (answer === null) {
      throw new Fault('unknown_response', 'previous_response_id names no answer that you were given here.', {
        param: 'previous_response_id',
      })
    }
    return { class: highestClass(answer.class, kept ?? 'public'), bound: answer.target }
  }

  /** To be called before anything is tried: a client that gets no answer sends the same content again. */
  keep(
    caller: Caller,
    { conversation }: Asked,
    { class: reached }: Pick<Classified, 'class'>,
  ): Promise<void> | null {
    return conversation === null ? null : this.#conversations.raise(caller, conversation, reached)
  }

  /** To be called before the answer begins: the next request must not find less than this one left. */
  remember({ caller }: Route, { conversation }: Asked, reply: Reply): Promise<void> | null {
    const id = reply.answerId()
    if (id !== null) this.#note(keyOf(caller, answerHash(id)), { target: reply.target, class: reply.class })
    return conversation === null ? null : this.#conversations.raise(caller, conversation, reply.class)
  }

  #note(key: string, answer: KnownAnswer): void {
    if (this.#answers.size >= MOST_REMEMBERED) this.#answers.delete(this.#answers.keys().next().value ?? '')
    this.#answers.set(key, answer)
  }
}

const keyOf = ({ tenant, principal }: Caller, hashed: string): string => `${tenant} ${principal.id} ${hashed}`
