import { Fault } from '../../kernel/fault.ts'
import { isObject, numberOf } from './exact-json.ts'

/** One request on its way from the API that its client speaks to the one of a target. */
export interface Journey {
  /** The API of the target. */
  readonly to: 'chat' | 'messages'
  /** Paths of the hints that were left behind: without them the answer is the same, at most slower or dearer. */
  readonly leftOut: string[]
}

const TARGETS = { chat: 'OpenAI chat completions', messages: 'Anthropic messages' } as const

/** @throws Fault `invalid` */
export function cannotCarry(path: string, journey: Journey, hint = ''): never {
  throw new Fault(
    'invalid',
    `${path} cannot be carried over to the target of this model, which speaks ${TARGETS[journey.to]}.${hint && ` ${hint}`}`,
    { param: path },
  )
}

const wrong = (path: string, what: string): never => {
  throw new Fault('invalid', `${path} must be ${what}.`, { param: path })
}

/**
 * The members of one object of a request, each of which is read by name. Whatever nobody has read when `done` is called
 * is refused with its name, so that nothing can be dropped in silence.
 */
export class Carried {
  readonly path: string
  readonly journey: Journey
  readonly #members: Readonly<Record<string, unknown>>
  readonly #unread: Set<string>

  /** @throws Fault `invalid` for what is no object */
  constructor(value: unknown, path: string, journey: Journey) {
    this.path = path
    this.journey = journey
    this.#members = isObject(value) ? value : wrong(path, 'an object')
    this.#unread = new Set(Object.keys(this.#members))
  }

  /** Any value; undefined where it is missing or null. */
  take(name: string): unknown {
    this.#unread.delete(name)
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
    return value ?? undefined
  }

  /** All of it as it came, for what is passed on whole. */
  get whole(): Readonly<Record<string, unknown>> {
    this.#unread.clear()
    return this.#members
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && (this.#members[name] ?? null) !== null
  }

  text(name: string): string | undefined {
    const value = this.take(name)
    return value === undefined || typeof value === 'string' ? value : wrong(this.at(name), 'a string')
  }

  /** @throws Fault `invalid` where it is missing */
  needed(name: string): string {
    return this.text(name) ?? wrong(this.at(name), 'a string')
  }

  number(name: string): number | undefined {
    const value = this.take(name)
    return value === undefined ? value : (numberOf(value) ?? wrong(this.at(name), 'a number'))
  }

  flag(name: string): boolean | undefined {
    const value = this.take(name)
    return value === undefined || typeof value === 'boolean' ? value : wrong(this.at(name), 'true or false')
  }

  one<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.take(name)
    if (value === undefined) return undefined
    const known = words.find((word) => word === value)
    return (
      known ??
      (typeof value === 'string'
        ? cannotCarry(this.at(name), this.journey)
        : wrong(this.at(name), 'a string'))
    )
  }

  inner(name: string): Carried | undefined {
    const value = this.take(name)
    return value === undefined ? undefined : new Carried(value, this.at(name), this.journey)
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.take(name)
    return value === undefined || Array.isArray(value) ? value : wrong(this.at(name), 'a list')
  }

  /** The items of a list, each with its path. */
  items(name: string): readonly Carried[] {
    return (this.list(name) ?? []).map(
      (item, at) => new Carried(item, `${this.at(name)}[${at}]`, this.journey),
    )
  }

  texts(name: string): readonly string[] {
    return (this.list(name) ?? []).map((item, at) =>
      typeof item === 'string' ? item : wrong(`${this.at(name)}[${at}]`, 'a string'),
    )
  }

  /** Values that mean the same as leaving the member out; any other is refused. */
  only(name: string, ...same: readonly unknown[]): void {
    const value = this.take(name)
    if (value === undefined || same.includes(numberOf(value) ?? value) || isEmpty(value)) return
    cannotCarry(this.at(name), this.journey)
  }

  /** What has no meaning outside of the client's API, such as the id of an item. */
  bookkeeping(...names: readonly string[]): void {
    for (const name of names) this.take(name)
  }

  /** What changes nothing in the answer: it is left behind, and the answer says so. */
  hint(...names: readonly string[]): void {
    for (const name of names) {
      const value = this.take(name)
      if (value !== undefined && !isEmpty(value)) this.journey.leftOut.push(this.at(name))
    }
  }

  /** @throws Fault `invalid` for the first member that nobody has read */
  done(): void {
    for (const name of this.#unread) {
      const value = this.#members[name] ?? null
      if (value !== null && !isEmpty(value)) cannotCarry(this.at(name.slice(0, 100)), this.journey)
    }
  }
}

/** An empty object may well switch something on. */
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0
