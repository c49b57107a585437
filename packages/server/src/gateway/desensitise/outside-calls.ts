import { isUtf8 } from 'node:buffer'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Departing } from '../../privacy/mask/desensitiser.ts'
import { opaqueBody } from '../../privacy/opaque.ts'
import type { Outbound } from '../../privacy/outbound.ts'
import { createRestorer } from '../../privacy/restore/restorer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Classifying } from './classifying.ts'
import type { Desensitising } from './desensitising.ts'
import { isWholeText } from './restored-service.ts'

/** A call of a managed host that is no request of the data path: what a skill sends. */
export interface OutsideCall {
  readonly caller: Caller
  /** Of the text that it was made of; what stands in it can only raise it. */
  readonly class: DataClass
  /** Classes that never leave. */
  readonly privateOnly: readonly DataClass[]
  /** Under this id it can be read what left. */
  readonly request: string
  /** What stands in the list of what left. */
  readonly target: string
  readonly path: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** What leaves instead, and the way back for what is answered. */
export interface Leaving {
  readonly outbound: Outbound<'managed'>
  readonly path: string
  /** Values that were replaced. */
  readonly masked: number
  /** The answer with what was masked put back. To be called once, or `over`. */
  answered(body: Buffer, headers: Readonly<Record<string, string>>): Buffer
  /** Nothing comes. */
  over(): void
}

export interface OutsideCalls {
  /** @throws Fault `stays_home` for what cannot be read, cannot be masked or must not leave */
  leave(call: OutsideCall): Promise<Leaving>
}

interface Rooms {
  readonly classifying: Pick<Classifying, 'of'>
  readonly desensitising: Pick<Desensitising, 'outbound' | 'left'>
  /** Hears of placeholders that stand for nothing. */
  readonly unknown: (placeholders: number) => void
}

/** By which all of it is masked; nobody can choose a milder one for a skill. */
const PROFILE = 'strict'

/** Masks what skills send to managed hosts by the same engine and the same rules as what requests send. */
export function createOutsideCalls({ classifying, desensitising, unknown }: Rooms): OutsideCalls {
  return {
    async leave(call) {
      const written = departureOf(call)
      const departure = {
        ...written,
        route: { ...written.route, class: await classOf(classifying, call, written) },
      }
      const outbound = await desensitising.outbound(departure)
      const left = desensitising.left({ ...departure, request: call.request }, outbound)
      const minted = outbound.masked?.minted ?? []
      return {
        outbound,
        path: outbound.masked?.path ?? call.path,
        masked: outbound.masked?.count ?? 0,
        answered(body, headers) {
          left?.answered(body)
          // What says nothing of itself is looked at as text.
          const said = { 'content-type': 'text/plain', ...headers }
          if (minted.length === 0 || !isWholeText({ headers: said })) return body
          const restorer = createRestorer(minted)
          const restored = restorer.whole('service', body)
          if (restorer.unknown > 0) unknown(restorer.unknown)
          return restored
        },
        over: () => left?.over(),
      }
    },
  }
}

/** With what stands in it. @throws Fault `stays_home`, `above_ceiling` */
async function classOf(
  classifying: Pick<Classifying, 'of'>,
  { caller, class: said, privateOnly, target }: OutsideCall,
  { asked }: ReturnType<typeof departureOf>,
): Promise<DataClass> {
  const unread = {
    asked: {
      ...asked,
      declared: said,
      ask: (found: DataClass) => ({ kind: 'service', service: target, class: found }) as const,
    },
    conversation: null,
  }
  const { class: found } = await classifying.of(caller, unread, { findingsMatter: () => true })
  if (!privateOnly.includes(found)) return found
  throw new Fault(
    'stays_home',
    `This call is ${found}, and content of that class never leaves, masked or not.`,
  )
}

function departureOf({ caller, class: dataClass, target, path, body, headers }: OutsideCall) {
  const contentType = headers['content-type']
  const what = opaqueBody({
    contentType,
    contentEncoding: undefined,
    isUtf8: isUtf8(body) && !body.includes(0),
    length: body.length,
  })
  const departing: Departing = { path, body, shape: null, contentType, headers: [], isOpaque: what !== null }
  return {
    attempt: { desensitise: PROFILE, opaque: false, target: { name: target } },
    dialled: { path, body, headers: Object.entries(headers).flat(), shape: null },
    route: { caller, class: dataClass },
    asked: {
      conversation: null,
      model: null,
      beginning: () => '',
      departing: () => departing,
      opaque: () => what,
    },
  } as const
}
