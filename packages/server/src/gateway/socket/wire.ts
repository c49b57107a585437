import type { IncomingHttpHeaders } from 'node:http'
import type { Door } from '../exchange.ts'

/** One WebSocket as those see it who speak over it; frames, pings and limits are the door's. */
export interface Wire {
  readonly door: Door
  /** Of the handshake; a key that came as a subprotocol stands where a header would. */
  readonly headers: IncomingHttpHeaders
  /** What was sent waits for the client to read. */
  readonly isFull: boolean
  /** Hands one text message over. False: not so fast, `onDrain` tells when to go on. */
  send(text: string): boolean
  onDrain(resume: () => void): void
  /** No more messages are read until `resume`; few that are here already may still come. */
  pause(): void
  resume(): void
  /** `code`: RFC 6455 section 7.4. */
  close(code: number, reason: string): void
}

/** What is done with the messages of one WebSocket. */
export interface Session {
  message(bytes: Buffer): void
  /** Something is under way that a stop waits for, and that keeps the connection from being idle. */
  readonly isBusy: boolean
  /** Takes no more work and lets what is under way finish. */
  stop(): void
  /** The connection is gone. */
  left(): void
}
