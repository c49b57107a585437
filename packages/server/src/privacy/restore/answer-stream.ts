import type { StreamDialect } from './answer-layouts.ts'
import { channelOfType, STREAM_LAYOUTS } from './answer-layouts.ts'
import type { Automaton } from './automaton.ts'
import { carrierOf } from './carrier.ts'
import type { EventPlace } from './event-bytes.ts'
import { EventBytes, readEvent } from './event-bytes.ts'
import type { Find } from './json-reader.ts'
import { JsonReader, OUTERMOST, textAt } from './json-reader.ts'
import type { Channel } from './layout.ts'
import type { Ended, LiveChannel, PassedEvent } from './live-channels.ts'
import { LiveChannels, MOST_KINDS, NOTHING_ENDED } from './live-channels.ts'
import type { Tally } from './text-channel.ts'
import type { AnswerShape } from './whole-texts.ts'
import { applyEdits, numberAt, WholeTexts } from './whole-texts.ts'

/** A stream whose events pass by. */
export interface StreamRestorer {
  /** What may go out, in whole events; the same buffer where nothing is to be restored, null where nothing may go yet. */
  push(events: Buffer): Buffer | null
  /** What is left, however the stream ended. */
  end(): Buffer | null
}

/** A piece in this event whose text is another one now, or whose channel holds something back. */
interface ChangedPiece {
  readonly live: LiveChannel
  readonly start: number
  readonly end: number
  readonly came: string
  goes: string
}

const OPEN_BRACKET = 0x5b
/** Some servers write these where a choice goes on. */
const NO_FINISH: ReadonlySet<string | null> = new Set([null, '', 'null'])
/** Ends the whole answer, in the APIs that name their events. */
const END = /^(?:error|message_(?:delta|stop)|response\.(?:completed|incomplete|failed|cancelled|done))$/
const END_OF_ITEM = /^(?:content_block_stop|response\..*\.done)$/

/** Restores the answer of one stream. Everything else that the events say keeps its bytes and its order. */
export class AnswerStream implements StreamRestorer {
  readonly #dialect: StreamDialect
  readonly #reader: JsonReader
  readonly #live: LiveChannels
  readonly #texts: WholeTexts
  readonly #bytes = new EventBytes()
  readonly #place: EventPlace = {
    start: 0,
    end: 0,
    nameStart: -1,
    nameEnd: -1,
    dataStart: -1,
    dataEnd: -1,
  }
  /** Channels that the Responses API names in its events. */
  readonly #channels = new Map<string, Channel | null>()
  #changed: ChangedPiece[] = []
  /** This event, once something in it is held back. */
  #passed: PassedEvent | null = null
  #type = ''
  /** How many events were added to those that are numbered, and the last number. */
  #added = 0
  #sequence = -1

  constructor(
    dialect: StreamDialect,
    { automaton, tally, shape }: { automaton: Automaton; tally: Tally; shape: AnswerShape },
  ) {
    this.#dialect = dialect
    this.#reader = new JsonReader(STREAM_LAYOUTS[dialect], true)
    this.#live = new LiveChannels(automaton, tally, shape)
    // The last events say once more what the pieces said, and it counts once.
    this.#texts = new WholeTexts(automaton, { restored: 0, unknown: 0 }, shape)
  }

  push(chunk: Buffer): Buffer | null {
    const events = this.#bytes.push(chunk)
    return events === null ? null : this.#restored(events, NOTHING_ENDED)
  }

  end(): Buffer | null {
    const rest = this.#bytes.rest()
    const last = rest === null ? [] : [this.#restored(rest, 'all')]
    this.#changed = []
    // An event that was cut comes after what was held: nobody can read it.
    const all = [...this.#flush('all', this.#sequence + 1), ...last]
    return all.length === 0 ? null : joined(all)
  }

  #restored(bytes: Buffer, over: Ended): Buffer {
    const place = this.#place
    let out: Buffer[] | null = null
    let done = 0
    for (let at = 0; at < bytes.length; at = place.end) {
      readEvent(bytes, at, place, this.#readJson)
      const changed = place.dataEnd < 0 ? null : this.#event(bytes, over)
      if (changed === null) continue
      out ??= []
      if (place.start > done) out.push(bytes.subarray(done, place.start))
      out.push(...changed)
      done = place.end
    }
    if (out === null) return bytes
    if (done < bytes.length) out.push(bytes.subarray(done))
    return joined(out)
  }

  readonly #readJson = (bytes: Buffer, from: number): number => this.#reader.read(bytes, from, bytes.length)

  /** What stands in the place of the event; null: it stays as it is. */
  #event(bytes: Buffer, over: Ended): readonly Buffer[] | null {
    const { start, end, dataStart, dataEnd } = this.#place
    const reader = this.#reader
    const texts = this.#texts
    texts.begin()
    this.#passed = null
    if (this.#changed.length > 0) this.#changed = []
    if (bytes[dataStart] === OPEN_BRACKET) {
      const isDone = bytes.toString('latin1', dataStart, dataEnd) === '[DONE]'
      const before = isDone ? this.#flush('all', this.#sequence + 1) : []
      return before.length === 0 ? null : [...before, bytes.subarray(start, end)]
    }
    const type = this.#dialect === 'chat' ? '' : this.#typeIn(bytes)
    for (let at = 0; at < reader.count; at += 1) this.#read(bytes, at, type)
    const before = this.#number(bytes, over === 'all' ? over : this.#endedBy(bytes, type))
    for (const { start, end, came, goes } of this.#changed)
      if (goes !== came) texts.edits.push({ start, end, text: JSON.stringify(goes) })
    this.#follow(bytes)
    if (before.length === 0 && texts.edits.length === 0) return null
    return [...before, applyEdits(bytes, texts.edits, { from: start, to: end })]
  }

  #typeIn(bytes: Buffer): string {
    for (let at = 0; at < this.#reader.count; at += 1) {
      const find = this.#reader.finds[at]
      if (find?.rule.task !== 'type' || !find.isString) continue
      // Nearly always that of the event before.
      if (!isSame(bytes, find, this.#type)) this.#type = textAt(bytes, find) ?? ''
      return this.#type
    }
    return ''
  }

  #endedBy(bytes: Buffer, type: string): Ended {
    if (this.#dialect !== 'chat') {
      if (type.endsWith('.delta') || type === 'content_block_delta' || !this.#live.isHolding)
        return NOTHING_ENDED
      if (END.test(type)) return 'all'
      return END_OF_ITEM.test(type) ? [this.#reader.indices[OUTERMOST] ?? -1] : NOTHING_ENDED
    }
    let ended: number[] | null = null
    for (let at = 0; at < this.#reader.count; at += 1) {
      const find = this.#reader.finds[at]
      if (find?.rule.task === 'error') return 'all'
      if (find?.rule.task !== 'finish' || NO_FINISH.has(textAt(bytes, find))) continue
      ended ??= []
      ended.push(this.#reader.indices[find.first] ?? -1)
    }
    return ended ?? NOTHING_ENDED
  }

  #read(bytes: Buffer, at: number, type: string): void {
    const find = this.#reader.finds[at]
    if (find === undefined || !find.isString) return
    switch (find.rule.task) {
      case 'piece':
        return this.#piece(bytes, find, find.rule.channel ?? this.#channelOf(type))
      case 'text':
      case 'json':
      case 'free':
      case 'error':
        return this.#texts.restore(bytes, this.#reader, find)
    }
  }

  #channelOf(type: string): Channel | null {
    let channel = this.#channels.get(type)
    if (channel === undefined) {
      if (this.#channels.size === MOST_KINDS) return null
      channel = channelOfType(type)
      this.#channels.set(type, channel)
    }
    return channel
  }

  #piece(bytes: Buffer, find: Find, channel: Channel | null): void {
    const { indices } = this.#reader
    if (channel === null) return
    const live = this.#live.of(channel, indices[find.first] ?? -1, indices[find.second] ?? -1)
    const { text } = live
    if (text.passes(bytes, find.start + 1, find.end - 1)) return
    const came = textAt(bytes, find)
    if (came === null) return
    let goes = text.push(came, false)
    if (text.held !== '') {
      this.#passed ??= { ...this.#place, bytes, fields: null }
      if (!this.#live.holds(live, this.#passed)) goes += text.push('', true)
    } else {
      this.#live.frees(live)
      if (goes === came) return
    }
    this.#changed.push({ live, start: find.start, end: find.end, came, goes })
    this.#texts.change(this.#reader, find.owner)
  }

  /** Flushes what ends with this event, and numbers the event behind what that adds. */
  #number(bytes: Buffer, ended: Ended): readonly Buffer[] {
    const find = this.#dialect === 'responses' ? this.#sequenceFind() : undefined
    if (find === undefined) return ended.length === 0 ? [] : this.#flush(ended, 0)
    const came = numberAt(bytes, find)
    if (Number.isNaN(came)) return ended.length === 0 ? [] : this.#flush(ended, 0)
    const before = ended.length === 0 ? [] : this.#flush(ended, came + this.#added)
    this.#added += before.length
    this.#sequence = came + this.#added
    if (this.#added > 0) this.#texts.replace(find, String(this.#sequence))
    return before
  }

  #sequenceFind(): Find | undefined {
    for (let at = 0; at < this.#reader.count; at += 1) {
      const find = this.#reader.finds[at]
      if (find?.rule.task === 'sequence') return find
    }
    return undefined
  }

  /** Events for what the channels still hold; a channel that has a piece in this event says it there. */
  #flush(ended: Ended, sequence: number): readonly Buffer[] {
    const added: Buffer[] = []
    for (const { live, event } of this.#live.take(ended)) {
      const text = live.text.push('', true)
      const here = this.#changed.findLast((piece) => piece.live === live)
      if (here !== undefined) here.goes += text
      else if (text !== '') {
        const late = { text, sequence: sequence + added.length }
        added.push(carrierOf(this.#dialect, live, event, late))
      }
    }
    return added
  }

  /** Tokens and places depend on the texts, which are all known now. */
  #follow(bytes: Buffer): void {
    const { finds, count, indices } = this.#reader
    for (let at = 0; at < count; at += 1) {
      const find = finds[at]
      if (find === undefined) continue
      const { task } = find.rule
      if (task === 'start' || task === 'end') {
        const answer = this.#live.answer(indices[find.first] ?? -1, indices[find.second] ?? -1)
        this.#texts.follow(bytes, find, answer?.text.shifts ?? null)
      } else if (task === 'tokens') this.#texts.follow(bytes, find, null)
    }
  }
}

const joined = (parts: readonly Buffer[]): Buffer =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)

function isSame(bytes: Buffer, { start, end }: Find, text: string): boolean {
  if (end - start - 2 !== text.length) return false
  for (let at = 0; at < text.length; at += 1) if (bytes[start + 1 + at] !== text.charCodeAt(at)) return false
  return true
}
