import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Door } from '../gateway/exchange.ts'
import { Fault } from '../kernel/fault.ts'
import type { Health, HealthAnswer } from '../kernel/health.ts'
import { requestId } from '../kernel/ids.ts'
import type { Serve } from './server.ts'
import { refuse } from './server.ts'

interface Telling {
  /** Called with what is no refusal; the caller learns a request id only. */
  readonly onBug: (request: string, error: unknown) => void
}

export interface ProbeOptions extends Telling {
  readonly health: Health
}

/** `/livez`, `/readyz` and `/startupz`. */
export function createProbes({ health, onBug }: ProbeOptions): Serve {
  const json = (ask: () => HealthAnswer | Promise<HealthAnswer>): Answer => {
    return async (_, response) => {
      const { status, body } = await ask()
      send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
    }
  }
  const answers: ReadonlyMap<string, Answer> = new Map([
    ['/livez', json(() => health.livez())],
    ['/readyz', json(() => health.readyz())],
    ['/startupz', json(() => health.startupz())],
  ])
  return answering(answers, onBug)
}

export interface MetricsOptions extends Telling {
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  /** Throws where the caller is neither this machine nor allowed by key. */
  readonly mayReadMetrics: (request: IncomingMessage) => void
}

/** `/metrics`. */
export function createMetricsPlace({ metrics, mayReadMetrics, onBug }: MetricsOptions): Serve {
  const figures: Answer = async (request, response, door) => {
    if (door !== 'control' && !isLoopback(request)) mayReadMetrics(request)
    send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', await metrics())
  }
  return answering(new Map([['/metrics', figures]]), onBug)
}

function answering(answers: ReadonlyMap<string, Answer>, onBug: Telling['onBug']): Serve {
  return (request, response, door) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const answer = answers.get(path)
    if (!answer) return false
    const allowed = request.method === 'GET' || request.method === 'HEAD'
    if (!allowed) response.setHeader('allow', 'GET, HEAD')
    const done = allowed
      ? answer(request, response, door)
      : Promise.reject(new Fault('wrong_method', `${path} takes GET, HEAD, not ${request.method}.`))
    done.catch((error: unknown) => refuse(response, error, { id: requestId(), onBug }))
    return true
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse, door: Door) => Promise<void>

/** A proxy on this machine makes every caller look local; what it forwards shows in these headers. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

/** Whether a request comes from this machine itself. */
export function isLoopback(request: {
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingHttpHeaders
}): boolean {
  const address = request.socket.remoteAddress ?? ''
  const local = address === '::1' || /^(::ffff:)?127\./.test(address)
  return local && !FORWARDED.some((name) => request.headers[name] !== undefined)
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const bytes = Buffer.from(body)
  response
    .writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'content-length': bytes.length })
    .end(bytes)
}
