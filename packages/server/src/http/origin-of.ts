import type { FastifyRequest } from 'fastify'
import type { Origin } from '../audit/origin.ts'
import type { Caller } from '../identity/caller.ts'
import type { Door } from '../gateway/exchange.ts'
import { Fault } from '../kernel/fault.ts'

/** Of what somebody says of an action, at most. */
const REASON = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u

/** From where a request came, and why. @throws Fault `invalid` for a reason that could not be kept */
export function originOf(
  { headers, raw }: Pick<FastifyRequest, 'headers' | 'raw'>,
  { door, caller }: { readonly door: Door; readonly caller: Caller | null },
): Origin {
  const given = headers['x-freehold-reason']
  // Header bytes are those of UTF-8, which Node hands out as Latin-1.
  const reason = given === undefined ? null : Buffer.from(String(given), 'latin1').toString('utf8').trim()
  if (reason !== null && !REASON.test(reason))
    throw new Fault('invalid', 'x-freehold-reason: must be one line of at most 500 characters.', {
      param: 'x-freehold-reason',
    })
  const through = door === 'control' ? 'control' : 'network'
  const from = raw.socket.remoteAddress ?? null
  if (!caller?.breakGlass) return { from, through, reason }
  const { id, reason: emergency } = caller.breakGlass
  return { from, through, reason: reason === null ? emergency : `${reason} (${emergency})`, breakGlass: id }
}
