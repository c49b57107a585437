import type { X509Certificate } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import errors from 'undici/lib/core/errors.js'
import type { Allowance, Guard, Reason } from './addresses.ts'
import { isSameAddress } from './addresses.ts'

/** The machine's side of dialling: what `dns.lookup` and `net.connect` do. */
export interface Network {
  readonly lookup: (
    host: string,
    options: { readonly all: true },
    answer: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => void
  readonly connect: (to: { readonly host: string; readonly port: number }) => Socket
}

/** Where the connections of one line go. */
interface Way {
  readonly target: string
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
  /** Null for plain HTTP. */
  readonly context: SecureContext | null
  /** Until the connection stands, TLS included. */
  readonly connectMs: number
  readonly allowance: Allowance
}

/** A connection that the guard did not let happen. For the log only: clients learn no addresses. */
export class RefusedAddress extends Error {
  readonly target: string
  readonly address: string
  readonly reason: Reason

  constructor(target: string, address: string, reason: Reason) {
    super(`target ${target}: ${address} may not be dialled (${reason})`)
    this.name = 'RefusedAddress'
    this.target = target
    this.address = address
    this.reason = reason
  }
}

/** What one connection showed. */
export interface Examined {
  /** The last step that went well. */
  readonly reached: 'nothing' | 'address' | 'connection' | 'all'
  /** Where the connection arrived. */
  readonly address: string | null
  /** Of the target, found good; null for plain http and where it did not come so far. */
  readonly certificate: X509Certificate | null
  /** What ended it. */
  readonly error: Error | null
}

const KEEP_ALIVE_MS = 60_000
/** Waits until something happens, or until the attempt is over; `begin` returns what ends the waiting. */
type Wait = <T>(begin: (done: (value: T) => void, failed: (error: Error) => void) => () => void) => Promise<T>

/**
 * Makes the connections of one line. Every one of them starts from the name again: what was checked is dialled, and
 * what was dialled is compared with where the connection arrived, so a name that changes its mind gains nothing.
 */
export class Connector {
  readonly #way: Way
  readonly #network: Network
  readonly #guard: Guard
  readonly #attempts = new Set<AbortController>()
  #session: Buffer | undefined

  constructor(way: Way, network: Network, guard: Guard) {
    this.#way = way
    this.#network = network
    this.#guard = guard
  }

  /** @throws RefusedAddress, or what the network says */
  connect(): Promise<Socket> {
    return this.#attempt(async (by) => {
      const socket = await this.#dial(await this.#resolve(by.wait), by)
      return this.#way.context === null ? socket : await this.#secure(socket, this.#way.context, by.wait)
    })
  }

  /** Connects as a call would, looks and hangs up. Never throws: how far it came is the answer. */
  examine(): Promise<Examined> {
    return this.#attempt(async (by) => {
      const { context } = this.#way
      let step: Examined['reached'] = 'nothing'
      let address: string | null = null
      try {
        const addresses = await this.#resolve(by.wait)
        step = 'address'
        const socket = await this.#dial(addresses, by)
        step = 'connection'
        address = socket.remoteAddress ?? null
        const secured = context === null ? null : await this.#secure(socket, context, by.wait)
        const certificate = secured?.getPeerX509Certificate() ?? null
        secured?.destroy()
        socket.destroy()
        return { reached: 'all', address, certificate, error: null }
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error('no connection', { cause })
        return { reached: step, address, certificate: null, error }
      }
    })
  }

  async #attempt<T>(make: (by: { wait: Wait; deadlineMs: number }) => Promise<T>): Promise<T> {
    const { target, connectMs } = this.#way
    const attempt = new AbortController()
    this.#attempts.add(attempt)
    const deadlineMs = performance.now() + connectMs
    const timer = setTimeout(() => attempt.abort(timedOut(target, connectMs)), connectMs)
    try {
      return await make({ wait: waitUnder(attempt.signal), deadlineMs })
    } finally {
      clearTimeout(timer)
      this.#attempts.delete(attempt)
    }
  }

  /** Ends the attempts that are under way. */
  stop(): void {
    const gone = new Error(`the line to ${this.#way.target} was closed`)
    for (const attempt of this.#attempts) attempt.abort(gone)
  }

  /** Every address of the host. One that is refused spoils all: an honest name has no such answer among others. */
  async #resolve(wait: Wait): Promise<readonly string[]> {
    const { target, host, allowance } = this.#way
    const addresses = isIP(host) === 0 ? await this.#lookUp(wait) : [host]
    for (const address of addresses) {
      const reason = this.#guard.address(address, allowance)
      if (reason !== null) throw new RefusedAddress(target, address, reason)
    }
    return addresses
  }

  async #lookUp(wait: Wait): Promise<readonly string[]> {
    const { target, host } = this.#way
    const reason = this.#guard.name(host)
    if (reason !== null) throw new RefusedAddress(target, host, reason)
    const answers = await wait<LookupAddress[]>((done, failed) => {
      this.#network.lookup(host, { all: true }, (error, found) => (error ? failed(error) : done(found)))
      return () => {}
    })
    if (answers.length === 0) throw new Error(`target ${target}: ${host} has no address`)
    return answers.map(({ address }) => address)
  }

  /** The first address that answers. Each gets its share of the time, so one that is silent leaves some for the next. */
  async #dial(addresses: readonly string[], by: { wait: Wait; deadlineMs: number }): Promise<Socket> {
    let failure: unknown
    for (const [at, address] of addresses.entries()) {
      const shareMs = (by.deadlineMs - performance.now()) / (addresses.length - at)
      try {
        return await this.#dialOne(address, by.wait, shareMs)
      } catch (error) {
        if (error instanceof RefusedAddress) throw error
        failure = error
      }
    }
    throw failure
  }

  async #dialOne(address: string, wait: Wait, shareMs: number): Promise<Socket> {
    const { target, port, allowance } = this.#way
    const socket = this.#network.connect({ host: address, port })
    ignoreErrors(socket)
    try {
      await wait<void>((done, failed) => {
        const timer = setTimeout(() => failed(timedOut(target, Math.round(shareMs))), shareMs)
        socket.once('connect', done).once('error', failed)
        return () => {
          clearTimeout(timer)
          socket.off('connect', done).off('error', failed)
        }
      })
      const reached = socket.remoteAddress
      if (reached === undefined) throw new Error(`target ${target}: the connection ended as it began`)
      if (!isSameAddress(reached, address)) {
        throw new RefusedAddress(target, reached, this.#guard.address(reached, allowance) ?? 'elsewhere')
      }
      return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS)
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  async #secure(socket: Socket, secureContext: SecureContext, wait: Wait): Promise<TLSSocket> {
    // RFC 6066 section 3: no address, no trailing dot.
    const name = isIP(this.#way.host) === 0 ? this.#way.host.replace(/\.$/, '') : null
    const secured = connectTls({
      socket,
      secureContext,
      ...(name !== null && { servername: name }),
      ...(this.#session && { session: this.#session }),
      ALPNProtocols: ['http/1.1'],
      // Written out because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default.
      rejectUnauthorized: true,
      checkServerIdentity: (_, certificate) => checkServerIdentity(name ?? this.#way.host, certificate),
    })
    ignoreErrors(secured)
    // Node tells of sessions only once the certificate was found good.
    secured.on('session', (session) => {
      this.#session = session
    })
    try {
      await wait<void>((done, failed) => {
        const closed = (): void => failed(new Error(`target ${this.#way.target}: closed while securing`))
        secured.once('secureConnect', done).once('error', failed).once('close', closed)
        return () => secured.off('secureConnect', done).off('error', failed).off('close', closed)
      })
      return secured
    } catch (error) {
      secured.destroy()
      throw error
    }
  }
}

/** Between two listeners of ours, an error must not end the process; whoever uses the socket next sees it is gone. */
function ignoreErrors(socket: Socket): void {
  socket.on('error', () => {})
}

function timedOut(target: string, ms: number): Error {
  return new errors.ConnectTimeoutError(`target ${target}: no connection within ${ms} ms`)
}

function waitUnder(signal: AbortSignal): Wait {
  return async (begin) => {
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Parameters<typeof begin>[0]>[0]>()
    const over = (): void => reject(reasonOf(signal))
    signal.addEventListener('abort', over)
    if (signal.aborted) over()
    const end = begin(resolve, reject)
    try {
      return await promise
    } finally {
      end()
      signal.removeEventListener('abort', over)
    }
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('the attempt was ended', { cause: reason })
}
