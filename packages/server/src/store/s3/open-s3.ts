import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import type { Bucket } from '../../kernel/config/bucket.ts'
import type { S3Setting } from '../../kernel/config/remote-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { BlobStore } from '../store.ts'
import type { ObjectFigure } from './object-client.ts'
import { ObjectClient } from './object-client.ts'
import { startFault } from './refusal.ts'
import { S3BlobStore } from './s3-blobs.ts'

export interface S3Place {
  readonly bucket: Bucket
  readonly setting: S3Setting
}

export interface S3Surroundings {
  readonly dialler: Dialler
  readonly clock: Clock
  readonly figure: (figure: ObjectFigure) => void
  /** Until the head of an answer. */
  readonly answerMs?: number
}

export interface OpenS3 {
  readonly blobs: BlobStore
  /** Whether the bucket answers. */
  ping(): Promise<boolean>
  close(): Promise<void>
}

const CONNECT_MS = 3000
const CONNECTIONS = 32

/** The way to a bucket, before anything was asked of it. */
export function clientOf(
  { bucket, setting }: S3Place,
  { dialler, clock, figure, answerMs }: S3Surroundings,
): { readonly client: ObjectClient; readonly prefix: string; readonly line: Line } {
  const url = new URL(setting.endpoint)
  if (!setting.pathStyle) url.hostname = `${bucket.name}.${url.hostname}`
  const line = dialler.open({
    name: 's3',
    url,
    // Where it lies is the operator's choice, in the own network or not: what goes there is sealed.
    zone: 'private',
    connectMs: CONNECT_MS,
    connections: CONNECTIONS,
    ...(setting.ca !== null && { tls: { ca: setting.ca } }),
  })
  const client = new ObjectClient({
    line,
    host: url.host,
    base: setting.pathStyle ? `/${bucket.name}` : '',
    key: { ...setting, service: 's3' },
    clock,
    figure,
    ...(answerMs !== undefined && { answerMs }),
  })
  return { client, line, prefix: bucket.prefix === '' ? '' : `${bucket.prefix}/` }
}

/** How messages call it. */
export const nameOf = ({ bucket, setting }: S3Place): string => `s3://${bucket.name} at ${setting.endpoint}`

/** Opens a bucket and tries everything that will be asked of it. @throws Fault `cannot_start` that says what is wrong */
export async function openS3(place: S3Place, surroundings: S3Surroundings): Promise<OpenS3> {
  const { client, prefix, line } = clientOf(place, surroundings)
  try {
    await tryEverything(client, prefix)
  } catch (error) {
    await line.destroy()
    throw startFault(error, nameOf(place))
  }
  return {
    blobs: new S3BlobStore({ client, prefix, clock: surroundings.clock }),
    ping: () => answers(client, prefix),
    close: () => line.destroy(),
  }
}

/** Lists, writes, reads and deletes an object of no tenant. */
async function tryEverything(client: ObjectClient, prefix: string): Promise<void> {
  const path = `/${prefix}check-${randomBytes(8).toString('hex')}`
  const body = randomBytes(64)
  await client.ask({
    operation: 'list',
    method: 'GET',
    path: '/',
    query: { 'list-type': '2', 'max-keys': '1', prefix },
  })
  await client.ask({ operation: 'put', method: 'PUT', path, body })
  const read = await client.ask({ operation: 'get', method: 'GET', path })
  if (!read.body.equals(body)) throw new Error('what was written comes back changed')
  await client.ask({ operation: 'delete', method: 'DELETE', path })
}

async function answers(client: ObjectClient, prefix: string): Promise<boolean> {
  const probe = { operation: 'probe', method: 'GET', path: `/${prefix}probe`, tries: 1 } as const
  return client.ask(probe).then(
    () => true,
    () => false,
  )
}
