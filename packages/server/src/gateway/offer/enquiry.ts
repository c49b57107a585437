import type { IncomingHttpHeaders } from 'node:http'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Tokens } from '../../identity/tokens.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Sink } from '../call/upstream-call.ts'
import { UpstreamCall } from '../call/upstream-call.ts'
import type { Watchdog } from '../call/watchdog.ts'
import type { TargetWay } from '../targets.ts'

/** Something that is asked of a target itself, not for a client. */
export interface Enquiry {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  /** Flat; what the API wants besides the credential. */
  readonly headers?: readonly string[]
  readonly body?: Buffer
  readonly maxBytes?: number
}

export interface Told {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly firstByteMs: number
}

/** The whole answer of one target to one enquiry. @throws Fault `upstream_…` */
export type Enquire = (enquiry: Enquiry) => Promise<Told>

export interface EnquiringParts {
  readonly tokens: Pick<Tokens, 'tokenFor'>
  readonly watchdog: Watchdog
}

/** Lists of models are long at some providers; what is longer than this is no list. */
const LARGEST_BYTES = 4 * 1024 * 1024
/** Nothing of any content is in an enquiry. */
const CLASS: DataClass = 'public'

/** What tells the target who asks: its own credential, or a token in the name of this caller. Flat. */
export function credentialFor(
  { audience, certificate, credential }: TargetWay,
  tokens: EnquiringParts['tokens'],
  caller: Pick<Caller, 'tenant' | 'principal'>,
): readonly string[] {
  if (audience === null) return credential
  return ['authorization', `Bearer ${tokens.tokenFor(caller, audience, CLASS, certificate)}`, ...credential]
}

/** A call to a target with its credential. */
export function callTo(
  open: TargetWay,
  { path, method = 'GET', headers = [], body }: Enquiry,
  { watchdog, credential }: { readonly watchdog: Watchdog; readonly credential: readonly string[] },
): UpstreamCall {
  return new UpstreamCall(
    {
      line: open.line,
      path,
      method,
      headers: [
        'accept',
        'application/json',
        'user-agent',
        'freehold',
        ...(body ? ['content-type', 'application/json'] : []),
        ...headers,
        ...credential,
      ],
      body: body ?? null,
      format: null,
      timeouts: open.timeouts,
    },
    watchdog,
  )
}

/** Enquiries at one target in the name of one caller. */
export function enquirer(
  open: TargetWay,
  { tokens, watchdog }: EnquiringParts,
  caller: Pick<Caller, 'tenant' | 'principal'>,
): Enquire {
  return async (enquiry) => {
    const call = callTo(open, enquiry, { watchdog, credential: credentialFor(open, tokens, caller) })
    return whole(call, enquiry.maxBytes ?? LARGEST_BYTES)
  }
}

/** The answer as one piece. @throws Fault `upstream_…` */
export async function whole(call: UpstreamCall, maxBytes: number): Promise<Told> {
  const { status, headers, body, firstByteMs } = await call.answer()
  if (Buffer.isBuffer(body)) return { status, headers, body, firstByteMs }
  const pieces: Buffer[] = []
  let bytes = 0
  const sink: Sink = {
    write(piece) {
      bytes += piece.length
      if (bytes <= maxBytes) pieces.push(piece)
      else body.abort(new Fault('upstream_broke', `The answer is larger than ${maxBytes} bytes.`))
      return true
    },
    onDrain() {},
    end() {},
  }
  await body.forward(sink)
  return { status, headers, body: Buffer.concat(pieces), firstByteMs }
}
