import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { toolName } from '../../installed/tool-names.ts'
import { mintKey } from '../../../identity/key-format.ts'
import type { Shown } from './recorded.ts'

/** The platform's ways to a skill, on this machine, as they are on a server; nobody is known there. */
export interface ExposedDoor {
  /** `http://127.0.0.1:41234` */
  readonly url: string
  /** How often somebody came through to what lies behind it. */
  timesReached(): number
  close(): Promise<void>
}

export type OpenDoor = () => Promise<ExposedDoor>

interface Way {
  readonly path: string
  readonly body: unknown
}

interface Credential {
  readonly said: string
  readonly headers: Readonly<Record<string, string>>
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** None, and wrong ones of each sort that the platform takes, with the looks of right ones. */
function credentials(): readonly Credential[] {
  const { key } = mintKey()
  const secret = randomBytes(32)
  const unsigned = `${base64({ alg: 'none', typ: 'at+jwt' })}.${base64({ sub: 'owner', scope: 'skills', exp: 4e9 })}.`
  return [
    { said: 'without a credential', headers: {} },
    {
      said: 'with a wrong key',
      headers: { authorization: `Bearer ${key}` },
    },
    { said: 'with a wrong x-api-key', headers: { 'x-api-key': key } },
    { said: 'with an unsigned token', headers: { authorization: `Bearer ${unsigned}` } },
    {
      said: 'with a wrong session',
      headers: {
        cookie: `freehold_session=${secret.toString('base64url')}`,
        'x-csrf-token': secret.toString('hex'),
      },
    },
  ]
}

/** Calls every operation that a skill exposes as somebody whom the platform does not know, on each way to it. */
export async function probeExposed(
  { metadata: { name }, exposes }: SkillManifest,
  door: ExposedDoor,
): Promise<{ readonly shown: readonly Shown[]; readonly notes: readonly string[] }> {
  const shown: Shown[] = []
  let asked = 0
  for (const { operation } of exposes) {
    const rpc = { name: toolName(name, operation), arguments: {} }
    const ways: readonly Way[] = [
      { path: `/api/skills/${name}/calls`, body: { operation, input: {}, confirmed: true } },
      { path: '/mcp', body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: rpc } },
    ]
    for (const { path, body } of ways)
      for (const { said, headers } of credentials()) {
        const before = door.timesReached()
        const status = await posted(door.url + path, body, headers)
        asked += 1
        if (door.timesReached() === before && (status === 401 || status === 403)) continue
        shown.push({
          rule: 'dynamic.exposed-to-anyone',
          what: `${operation}: POST ${path} ${status} ${said}`,
        })
      }
  }
  const note = `${exposes.length} exposed operations were called ${asked} times without a credential and with wrong ones; ${shown.length} calls were not refused.`
  return { shown, notes: [note] }
}

async function posted(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const text = JSON.stringify(body)
  const asking = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'content-length': Buffer.byteLength(text),
      ...headers,
    },
  })
  asking.end(text)
  const [response] = await once(asking, 'response')
  response.resume()
  return Number(response.statusCode)
}
