import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, request as requestHttp } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import type { S3Setting } from '../../packages/server/src/kernel/config/remote-keys.ts'
import type { DiallerOptions } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import type { ObjectFigure } from '../../packages/server/src/store/s3/object-client.ts'
import { ObjectClient } from '../../packages/server/src/store/s3/object-client.ts'
import type { OpenS3 } from '../../packages/server/src/store/s3/open-s3.ts'
import { openS3 } from '../../packages/server/src/store/s3/open-s3.ts'

const PYTHON = '/usr/bin/python3'
const HAS_SWIFT = spawnSync(PYTHON, ['-c', 'import swift.proxy.server, eventlet']).status === 0

/** Why no object store can be had here; false where it can. */
export const withoutS3 = HAS_SWIFT ? false : 'OpenStack Swift is not installed (Debian: python3-swift)'

export const REGION = 'eu-central-1'
export const ACCESS_KEY = 'test:ada'
export const SECRET_KEY = 'not-to-be-told-to-anybody'

export interface ObjectServer {
  readonly endpoint: string
  readonly port: number
  /** Where it keeps its files. */
  readonly directory: string
  makeBucket(name: string): Promise<void>
  /** Ends it as a power cut would; `goOn` starts it again in the same place. */
  pause(): Promise<void>
  goOn(): Promise<void>
  stop(): Promise<void>
}

/** Starts a real object store (OpenStack Swift with its S3 interface), which checks every signature. */
export async function startObjectServer(): Promise<ObjectServer> {
  const directory = mkdtempSync(join(tmpdir(), 'fh-s3-'))
  let { child, port } = await startSwift(directory, 0)
  const endpoint = `http://127.0.0.1:${port}`
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return {
    endpoint,
    port,
    directory,
    makeBucket: (name) => makeBucket(endpoint, name),
    pause: end,
    async goOn() {
      ;({ child, port } = await startSwift(directory, port))
    },
    async stop() {
      await end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** It ends with us: its standard input is ours. */
async function startSwift(directory: string, port: number) {
  const words = [directory, ACCESS_KEY.replace('test:', ''), SECRET_KEY, String(port)]
  const child = spawn(PYTHON, [join(import.meta.dirname, 's3-server.py'), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, port: (JSON.parse(line) as { port: number }).port }
}

async function makeBucket(endpoint: string, name: string): Promise<void> {
  const url = new URL(endpoint)
  const line = createDialler().open({ name: 's3', url, zone: 'private', connectMs: 1000 })
  const client = new ObjectClient({
    line,
    host: url.host,
    base: `/${name}`,
    key: { ...settingOf(endpoint), service: 's3' },
    clock: systemClock,
    figure: () => undefined,
  })
  await client.ask({ operation: 'put', method: 'PUT', path: '/' })
  await line.destroy()
}

export const settingOf = (endpoint: string, changed: Partial<S3Setting> = {}): S3Setting => ({
  endpoint,
  region: REGION,
  accessKeyId: ACCESS_KEY,
  secretAccessKey: new Secret(SECRET_KEY),
  pathStyle: true,
  ca: null,
  ...changed,
})

interface OpenOptions {
  readonly endpoint: string
  readonly bucket: string
  readonly prefix?: string
  readonly setting?: Partial<S3Setting>
  readonly aheadMs?: number
  readonly answerMs?: number
  readonly figure?: (figure: ObjectFigure) => void
  /** Stands in for the system's resolver. */
  readonly lookup?: NonNullable<DiallerOptions['lookup']>
}

/** Opens a bucket as the program does. */
export function openBucket(options: OpenOptions): Promise<OpenS3> {
  const { endpoint, bucket, prefix = '', setting = {}, aheadMs = 0, answerMs, lookup } = options
  return openS3(
    { bucket: { name: bucket, prefix }, setting: settingOf(endpoint, setting) },
    {
      dialler: createDialler(lookup === undefined ? {} : { lookup }),
      clock: { now: () => Date.now() + aheadMs },
      figure: options.figure ?? (() => undefined),
      ...(answerMs !== undefined && { answerMs }),
    },
  )
}

/** Stands in for an answer and returns true, or lets the request through. */
export type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean

/** Something that lies between us and the object store and does to a request what the test says. */
export interface Between {
  readonly endpoint: string
  trouble: Trouble | null
  /** Changes what passes, both ways. */
  edit: ((bytes: Buffer, way: 'up' | 'down') => Buffer) | null
  stop(): void
}

export async function standBetween(
  to: number,
  listen: (serve: (request: IncomingMessage, response: ServerResponse) => void) => Server = createServer,
): Promise<Between> {
  const between: { -readonly [K in keyof Between]: Between[K] } = {
    endpoint: '',
    trouble: null,
    edit: null,
    stop: () => server.closeAllConnections(),
  }
  const server = listen((request, response) => {
    if (between.trouble?.(request, response)) return
    void passOn(request, response, to, between.edit)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  between.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return between
}

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  edit: Between['edit'],
): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
  const { method, url: path, headers } = request
  const onward = requestHttp({ host: '127.0.0.1', port, method, path, headers })
  onward.on('error', () => response.destroy())
  onward.end(edit === null ? body : edit(body, 'up'))
  const [answer] = (await once(onward, 'response')) as [IncomingMessage]
  const bytes = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>))
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  response.end(edit === null ? bytes : edit(bytes, 'down'))
}
