import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Speaker } from './ask.ts'
import type { Found } from './canary-search.ts'
import { CanarySearch, forms } from './canary-search.ts'
import { openGateway } from './gateway-house.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'
import { remove } from './house.ts'

export interface CanaryReport {
  readonly planted: number
  readonly found: readonly Found[]
  /** That were searched, in files, logs and traces. */
  readonly bytes: number
  /** Forms of one canary, written into the data directory on purpose, that the search found. */
  readonly control: number
}

const LETTERS = 'bcdfghjklmnpqrstvwxz'
const canary = (): string => Array.from({ length: 14 }, () => LETTERS[randomInt(LETTERS.length)]).join('')

/** Plants so many words in everything that people can write, and looks for them as raw bytes wherever anything is kept. */
export async function searchCanaries(count: number): Promise<CanaryReport> {
  const words = [...new Set(Array.from({ length: count }, canary))]
  const target = await captureServer(ordinary)
  const traces = await openTraces()
  const house = await openGateway(
    {
      targets: [
        { name: 'far', kind: 'model', zone: 'managed', dialect: 'openai', url: target.url, models: ['far'] },
      ],
      routes: [
        {
          when: { model: 'far', class: ['public', 'internal', 'confidential'] },
          to: ['far'],
          desensitise: 'strict',
        },
      ],
      telemetry: { otlp: { endpoint: traces.url } },
      log: { level: 'debug' },
    },
    { key: ['--scope', '*'] },
  )
  const search = new CanarySearch(words)
  try {
    await plant(new Speaker(house.url, house.apiKey), words, (path, body, headers) =>
      house.post(path, body, headers),
    )
    const living = search.inFolder(house.data)
    await house.stop()
    const dead = search.inFolder(house.data)
    const said = search.inBytes('log', Buffer.from(house.output()))
    const sent = search.inBytes('traces', traces.received())
    assert.ok(traces.received().length > 0, 'no trace was sent')
    const planted = join(house.data, 'planted')
    const [first = ''] = words
    writeFileSync(planted, Buffer.concat(forms(first).flatMap((form) => [Buffer.from([0, 255]), form])))
    return {
      planted: words.length,
      found: [...living.found, ...dead.found, ...said, ...sent],
      bytes: living.bytes + dead.bytes + house.output().length + traces.received().length,
      control: search.inFolder(house.data).found.filter(({ place }) => place === planted).length,
    }
  } finally {
    await house.stop()
    await target.close()
    await traces.close()
    await remove(house.data)
  }
}

type Post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>

/** Four in ten go into texts, the others into each of the other fields by turns. */
async function plant(speaker: Speaker, words: readonly string[], post: Post): Promise<void> {
  const rest = [...words]
  const take = (): string => rest.pop() ?? canary()
  const collection = await speaker.collection(take())
  const created = async (path: string, body: object, method = 'POST'): Promise<void> => {
    const { status, body: said } = await speaker.api(method, path, body)
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(said)}`)
  }
  while (rest.length > 0) {
    const documents = Array.from({ length: 10 }, () => ({
      id: take(),
      title: `About ${take()}`,
      text: `The ${take()} of ${take()} is kept beside the ${take()} and the ${take()}.`,
    }))
    await created(`/api/collections/${collection}/documents`, { documents })
    await created('/api/collections', { name: take() })
    await created('/api/keys', { name: take() })
    await created(
      `/api/privacy/dictionaries/d${rest.length % 10}`,
      { entries: [{ value: `${take()} & Sons` }, { value: take() }] },
      'PUT',
    )
    const asked = [
      [`What is the ${take()}?`, 'extract-1', {}],
      [`Write to ${take()}@example.org about ${take()}.`, 'far', { 'x-freehold-conversation': take() }],
    ] as const
    for (const [content, model, headers] of asked) {
      const answer = await post(
        '/v1/chat/completions',
        { model, messages: [{ role: 'user', content }] },
        headers,
      )
      assert.equal(answer.status, 200, await answer.text())
    }
  }
}

/** Takes what is sent as OTLP and keeps the bytes. */
async function openTraces() {
  const parts: Buffer[] = []
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }
  const server = createServer((request, response) => void take(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => Buffer.concat(parts),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
