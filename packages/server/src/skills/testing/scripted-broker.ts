import { isDeepStrictEqual } from 'node:util'
import type { MockExchange } from '@freehold/contract/skill-operation.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import { assertAllowed } from '../broker/allowed.ts'
import { redirected } from '../broker/redirects.ts'
import type { Broker, BrokerRequest, BrokerResponse } from '../runner.ts'

/** Stands in for the world: answers what a test names, in its order, and nothing else. */
export interface ScriptedBroker extends Broker {
  /** Of a workflow: another skill's operation, `skill/operation` standing where paths do. */
  call(path: string, input: unknown): Promise<unknown>
  /** Of a model: the next answer as text. */
  text(path: string): Promise<string>
  /** What was asked and not in the script, in a sentence; null where everything was. */
  readonly surprise: string | null
  /** Requests that were made, and those that nobody made. */
  readonly made: number
  readonly left: number
}

/** What was asked of the world. */
interface Asked {
  readonly method: string | null
  readonly path: string
  readonly body: unknown
}

/** A broker without a network, under the same permissions as the real one. */
export function scriptedBroker(manifest: SkillManifest, script: readonly MockExchange[]): ScriptedBroker {
  const base = manifest.kind === 'http' ? new URL(manifest.http.baseUrl).pathname.replace(/\/$/, '') : ''
  let made = 0
  let surprise: string | null = null
  const next = (asked: Asked): MockExchange['response'] => {
    const exchange = script[made]
    const wrong =
      exchange === undefined ? 'no request more was expected' : differenceOf(exchange, asked, base)
    if (exchange === undefined || wrong !== null) {
      surprise ??= `request ${made + 1} was ${[asked.method, asked.path].filter(Boolean).join(' ')}: ${wrong}`
      throw new Fault('skill_failed', `In this test ${surprise}.`)
    }
    made += 1
    return exchange.response
  }
  const send = async (request: BrokerRequest, signal: AbortSignal): Promise<BrokerResponse> => {
    signal.throwIfAborted()
    assertAllowed(manifest, request)
    const { pathname, search } = new URL(request.url)
    const response = answerOf(
      next({ method: request.method, path: pathname + search, body: bodyOf(request) }),
    )
    const onward = redirected(request, response)
    return onward === null ? response : send(onward, signal)
  }
  return {
    send,
    async call(path, input) {
      const { status, body } = next({ method: null, path, body: input })
      if (status >= 400) throw new Fault('skill_failed', `${path} failed with ${status}.`)
      return body ?? null
    },
    async text(path) {
      const { body } = next({ method: null, path, body: undefined })
      return typeof body === 'string' ? body : JSON.stringify(body ?? '')
    },
    get surprise() {
      return surprise
    },
    get made() {
      return made
    },
    get left() {
      return script.length - made
    },
  }
}

function differenceOf({ request: wanted }: MockExchange, asked: Asked, base: string): string | null {
  if (wanted.method !== undefined && asked.method !== null && wanted.method !== asked.method) {
    return `expected was ${wanted.method}`
  }
  if (
    wanted.path !== undefined &&
    ![wanted.path, base + wanted.path].some((path) => isSamePath(path, asked.path))
  ) {
    return `expected was ${wanted.path}`
  }
  if (wanted.body === undefined || isDeepStrictEqual(asked.body, wanted.body)) return null
  return 'its body was another'
}

/** Whether both are the same once nothing is encoded; parameters may stand in any order. */
function isSamePath(wanted: string, path: string): boolean {
  const [one, other] = [wanted, path].map((text) => {
    const [place = '', query = ''] = text.split(/\?(.*)/s)
    const pairs = [...new URLSearchParams(query)].map((pair) => pair.join('='))
    return JSON.stringify([decoded(place).replace(/^\//, ''), pairs.toSorted()])
  })
  return one === other
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function bodyOf({ body, headers }: BrokerRequest): unknown {
  if (body === null) return null
  const text = body.toString()
  // A form is compared field by field.
  if (/^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? ''))
    return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function answerOf({ status, headers, body }: MockExchange['response']): BrokerResponse {
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const isText = typeof body === 'string' && !/json/i.test(named['content-type'] ?? '')
  return {
    status,
    headers: { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...named },
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(isText ? body : JSON.stringify(body)),
  }
}
