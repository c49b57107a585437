import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { House, HouseOptions } from './house.ts'
import { emptyData, open, preparedData, remove } from './house.ts'

/** A running house with a configuration of its own. */
export interface GatewayHouse extends House {
  readonly config: string
  /** Replaces the file; the house follows it by itself. */
  rewrite(config: object): Promise<void>
  /** Sends JSON with a key. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  readonly apiKey: string
  close(): Promise<void>
}

export interface GatewayHouseOptions extends Omit<HouseOptions, 'args' | 'data'> {
  readonly data?: string
  /** Arguments of `key create`. */
  readonly key?: readonly string[]
}

/** JSON is YAML, so a configuration can be written as an object. */
export async function openGateway(config: object, options: GatewayHouseOptions = {}): Promise<GatewayHouse> {
  // What was prepared belongs to a database of its own.
  const data = options.data ?? (await ('database' in config ? emptyData() : preparedData()))
  await mkdir(data, { recursive: true, mode: 0o711 })
  const file = join(data, 'freehold.yaml')
  const write = (next: object): Promise<void> =>
    writeFile(file, JSON.stringify({ listen: '127.0.0.1:0', knowledge: { guide: false }, ...next }))
  await write(config)
  const house = await open({ ...options, data, args: ['--config', file] })
  const apiKey = await house.key('--name', 'tests', ...(options.key ?? []))
  const authorization = `Bearer ${apiKey}`
  return {
    ...house,
    config: file,
    apiKey,
    rewrite: write,
    post: (path, body, headers = {}) =>
      fetch(house.url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => fetch(house.url + path, { headers: { authorization, ...headers } }),
    async close() {
      await house.stop()
      await remove(data)
    },
  }
}

/** Without retries, so that what is seen can be counted. */
export const privateModel = (url: string, more: object = {}): object => ({
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: `${url}/v1`,
  models: ['*'],
  auth: { jwt: { audience: 'vllm' } },
  retries: 0,
  ...more,
})

export const managedModel = (url: string, more: object = {}): object => ({
  name: 'cloud',
  kind: 'model',
  zone: 'managed',
  dialect: 'openai',
  url: `${url}/v1`,
  models: ['*'],
  auth: { apiKey: 'sk-managed-canary-0123456789' },
  ...more,
})

/** The record of a request once it is there and over, which may be a moment after its answer. */
export async function settledRecord<Of extends object>(
  house: Pick<GatewayHouse, 'get'>,
  id: string | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Of> {
  for (;;) {
    const response = await house.get(`/api/requests/${id}`, headers)
    const record: Of & { readonly state: string } = JSON.parse(await response.text())
    if (response.status === 200 && record.state !== 'admitted') return record
  }
}

const DAY_MS = 86_400_000

/** For tests of what may be spent in a day: they do not begin where the day (UTC) ends before they do. */
export async function withinOneDay(): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS)
  if (leftMs < 120_000) await setTimeout(leftMs + 100)
}
