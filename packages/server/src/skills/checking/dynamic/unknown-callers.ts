import { setTimeout as pause } from 'node:timers/promises'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Knocked, Listener } from '../../strong/knocking.ts'
import type { StrongProcess } from '../../strong/strong.ts'
import type { Shown } from './recorded.ts'

/** Between two looks for new listeners. */
const LOOK_MS = 100
const MOST_LISTENERS = 8
const MOST_OPERATIONS = 12

/** One way to come to a listener. */
export interface Approach {
  readonly said: string
  readonly withToken: boolean
  readonly request: string
}

export interface Around {
  readonly manifest: SkillManifest
  /** Programs of the skill that run now. */
  readonly running: () => readonly StrongProcess[]
  /** Whether their network can be entered. */
  readonly canKnock: boolean
}

/** What came of knocking where a skill listens, as somebody who has no credential, and as one with a wrong one. */
export interface UnknownCallers {
  /** Ends the watch, after a last look. */
  over(): Promise<{ readonly shown: readonly Shown[]; readonly notes: readonly string[] }>
}

/** Watches the programs of a skill while they run, and knocks once wherever one of them begins to listen. */
export function knockWhile({ manifest, running, canKnock }: Around): UnknownCallers {
  const approaches = approachesTo(manifest)
  const requests = approaches.map(({ request }) => request)
  const known = new WeakMap<StrongProcess, Set<string>>()
  const ended = new AbortController()
  const listeners = new Set<string>()
  const shown: (Shown & { readonly place: string })[] = []
  let programs = 0
  const look = async (): Promise<void> => {
    for (const box of running()) {
      if (!known.has(box)) programs += 1
      const before = known.get(box) ?? new Set()
      known.set(box, before)
      const found = box.listeners().filter((one) => !before.has(nameOf(one)))
      const fresh = found.slice(0, MOST_LISTENERS - before.size)
      if (fresh.length === 0) continue
      for (const one of fresh) {
        before.add(nameOf(one))
        listeners.add(nameOf(one))
      }
      shown.push(...judgeAnswers(await box.knock(fresh, requests), approaches))
    }
  }
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await look()
      await pause(LOOK_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined)
    }
    await look()
  })()
  return {
    async over() {
      ended.abort()
      await watching
      const open = new Set(shown.map(({ place }) => place))
      const note =
        listeners.size === 0
          ? 'Its programs were not seen listening, so there was nowhere to knock without a credential.'
          : canKnock
            ? `Its programs listened in ${listeners.size} places, which were asked without a credential and with a wrong one; ${open.size} served.`
            : `Its programs listened in ${listeners.size} places, where nobody knocked: nsenter (util-linux) is not installed.`
      return { shown, notes: programs === 0 ? [] : [note] }
    },
  }
}

const nameOf = ({ address, port }: Listener): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const TOOLS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
const WRONG = ['authorization: Bearer wrong-token', 'x-api-key: wrong-token', 'cookie: session=wrong-token']

/** As browsers, clients of MCP and callers of its operations come. */
export function approachesTo({ operations }: SkillManifest): readonly Approach[] {
  const posts = operations.slice(0, MOST_OPERATIONS).map(({ id }) => ['POST', `/${id}`, '{}'] as const)
  const ways = [
    ['GET', '/', ''],
    ['POST', '/mcp', TOOLS],
    ['POST', '/', TOOLS],
    ['GET', '/sse', ''],
    ...posts,
  ] as const
  return [false, true].flatMap((withToken) =>
    ways.map(([method, path, body]) => ({
      said: `${method} ${path}`,
      withToken,
      request: httpRequest(`${method} ${path}`, body, withToken ? WRONG : []),
    })),
  )
}

function httpRequest(line: string, body: string, more: readonly string[]): string {
  const of = [
    `${line} HTTP/1.1`,
    'host: localhost',
    'accept: application/json, text/event-stream, */*',
    'connection: close',
    ...more,
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
  ]
  return `${of.join('\r\n')}\r\n\r\n${body}`
}

/** Of each listener the first way in without a credential, and the first with a wrong one. */
export function judgeAnswers(
  knocked: readonly Knocked[],
  approaches: readonly Approach[],
): readonly (Shown & { readonly place: string })[] {
  const found = new Map<string, Shown & { readonly place: string }>()
  for (const { listener, request, heard } of knocked) {
    const approach = approaches[request]
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(heard)?.[1] ?? 0)
    // Whoever is sent elsewhere or told that he is unknown was not served.
    if (approach === undefined || status < 200 || status > 299) continue
    const place = nameOf(listener)
    const key = `${place} ${approach.withToken}`
    if (found.has(key)) continue
    const how = approach.withToken ? 'with a wrong token' : 'without a credential'
    found.set(key, {
      rule: 'dynamic.answers-anyone',
      what: `${place}: ${approach.said} ${status} ${how}`,
      place,
    })
  }
  return [...found.values()]
}
