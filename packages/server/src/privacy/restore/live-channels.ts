import type { Automaton } from './automaton.ts'
import type { Channel } from './layout.ts'
import { Nesting } from './nesting.ts'
import type { Tally } from './text-channel.ts'
import { TextChannel } from './text-channel.ts'
import type { AnswerShape } from './whole-texts.ts'

/** A channel of one stream. */
export interface LiveChannel {
  readonly channel: Channel
  readonly first: number
  readonly second: number
  readonly text: TextChannel
  /** Since when it holds something back; null while it holds nothing. */
  event: PassedEvent | null
}

/** An event that went out: what must be said later is said in its form. One value for all that it left unsaid. */
export interface PassedEvent {
  readonly bytes: Buffer
  readonly nameStart: number
  readonly nameEnd: number
  readonly dataStart: number
  readonly dataEnd: number
  /** What it says, once somebody has looked. */
  fields: Readonly<Record<string, unknown>> | null
}

/** Which channels have come to an end: all, or those of some indices. */
export type Ended = 'all' | readonly number[]

export const NOTHING_ENDED: Ended = []
const MOST_INDEX = 1 << 20
/** Kinds of channels in one stream. */
export const MOST_KINDS = 64
const MOST_HOLDING = 256

/** The channels of one stream, by kind and indices. */
export class LiveChannels {
  readonly #kinds: Channel[] = []
  readonly #live = new Map<number, LiveChannel>()
  readonly #answers = new Map<number, LiveChannel>()
  #last: LiveChannel | null = null
  readonly #holding: LiveChannel[] = []
  readonly #automaton: Automaton
  readonly #tally: Tally
  readonly #shape: AnswerShape

  constructor(automaton: Automaton, tally: Tally, shape: AnswerShape) {
    this.#automaton = automaton
    this.#tally = tally
    this.#shape = shape
  }

  of(channel: Channel, first: number, second: number): LiveChannel {
    const last = this.#last
    if (last !== null && last.channel === channel && last.first === first && last.second === second)
      return last
    const kind = this.#kindOf(channel)
    const key = kind + MOST_KINDS * placeOf(first, second)
    let live = this.#live.get(key)
    if (live === undefined) {
      live = { channel, first, second, text: this.#text(channel), event: null }
      this.#live.set(key, live)
      if (channel.isAnswer) this.#answers.set(placeOf(first, second), live)
    }
    this.#last = live
    return live
  }

  /** The answer itself, if any of it has come. */
  answer(first: number, second: number): LiveChannel | null {
    return this.#answers.get(placeOf(first, second)) ?? null
  }

  /** The channel holds something back since this event. False: too many do already. */
  holds(live: LiveChannel, event: PassedEvent): boolean {
    if (live.event === null) {
      if (this.#holding.length === MOST_HOLDING) return false
      this.#holding.push(live)
    }
    live.event = event
    return true
  }

  /** The channel holds nothing back any more. */
  frees(live: LiveChannel): void {
    if (live.event === null) return
    live.event = null
    this.#holding.splice(this.#holding.indexOf(live), 1)
  }

  get isHolding(): boolean {
    return this.#holding.length > 0
  }

  /** Those that end and still hold something, with the event that may carry it; the caller lets them say it. */
  take(ended: Ended): readonly { readonly live: LiveChannel; readonly event: PassedEvent }[] {
    const taken: { readonly live: LiveChannel; readonly event: PassedEvent }[] = []
    for (const live of this.#holding) {
      const { event } = live
      if (event !== null && isOver(live, ended)) taken.push({ live, event })
    }
    for (const { live } of taken) this.frees(live)
    return taken
  }

  #kindOf(channel: Channel): number {
    const known = this.#kinds.indexOf(channel)
    return known >= 0 ? known : this.#kinds.push(channel) - 1
  }

  #text({ isJson, isAnswer }: Channel): TextChannel {
    const nesting = isJson || (isAnswer && this.#shape.isStructured) ? new Nesting(true) : null
    return new TextChannel(this.#automaton, { nesting, tally: this.#tally, isCited: isAnswer })
  }
}

const placeOf = (first: number, second: number): number => bounded(first) + MOST_INDEX * bounded(second)

const bounded = (index: number): number => Math.min(Math.max(index, -1), MOST_INDEX - 2) + 1

const isOver = ({ first }: LiveChannel, ended: Ended): boolean => ended === 'all' || ended.includes(first)
