import type { RealtimeEvent } from '@freehold/contract/realtime.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ServerEvent } from './server-event.ts'

/** Base64 of telephone audio: 8000 bytes make 10 tokens a second. Finer audio has more bytes for each, never fewer. */
const AUDIO_BYTES_OF_TOKEN = 1000
const BYTES_OF_TOKEN = 4

type Most = number | 'inf' | null

/** What a session has been told so far, as far as it decides what may be asked next and what that will cost. */
export class Conversation {
  /** As long as nobody said otherwise, a target may begin responses by itself when it hears somebody speak. */
  #isAutomatic = true
  /** So do targets that were told nothing. */
  #speaks = true
  #most: Most = null
  #bytes = 0

  /** Text that a response reads, in bytes; audio counts by the tokens that it makes. */
  get bytes(): number {
    return this.#bytes
  }

  /** @throws Fault `invalid` for audio while the target would begin responses by itself */
  requireAsked({ type }: RealtimeEvent): void {
    if (type !== 'input_audio_buffer.append' || !this.#isAutomatic) return
    throw new Fault(
      'invalid',
      'audio: first send session.update with audio.input.turn_detection null, or with its create_response false. A response is begun by response.create, which limits and records count.',
      { param: 'audio' },
    )
  }

  /** Whether the answer to this event, or to those behind it, would be audio. */
  speaks(event: RealtimeEvent): boolean {
    if (event.type === 'session.update') return event.session.output_modalities?.includes('audio') ?? false
    if (event.type !== 'response.create') return false
    return speaking(event.response?.output_modalities) ?? this.#speaks
  }

  /** Most tokens of the response that this event asks for; null where nobody set a bound. */
  mostTokens(event: RealtimeEvent): number | null {
    const own = event.type === 'response.create' ? event.response?.max_output_tokens : undefined
    const most = own ?? this.#most
    return most === 'inf' ? null : most
  }

  /** To be called with each event that was sent on. */
  sent(event: RealtimeEvent, bytes: number): void {
    this.#bytes +=
      event.type === 'input_audio_buffer.append'
        ? Math.ceil(event.audio.length / AUDIO_BYTES_OF_TOKEN) * BYTES_OF_TOKEN
        : bytes
    if (event.type !== 'session.update') return
    const { audio, output_modalities: modalities, max_output_tokens: most } = event.session
    this.#speaks = speaking(modalities) ?? this.#speaks
    this.#most = most ?? this.#most
    if (audio?.input?.turn_detection !== undefined) this.#isAutomatic = false
  }

  /** What the target said of itself counts before what it was told. */
  heard({ session }: ServerEvent): void {
    const detection = session?.audio?.input?.turn_detection
    if (detection !== undefined) this.#isAutomatic = detection?.create_response ?? detection !== null
  }

  /** What was answered is read again by the next response. */
  answered(tokens: number): void {
    this.#bytes += tokens * BYTES_OF_TOKEN
  }
}

const speaking = (modalities: readonly string[] | undefined): boolean | null =>
  modalities === undefined ? null : modalities.length === 0 || modalities.includes('audio')
