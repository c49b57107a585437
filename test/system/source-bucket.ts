import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import type { S3Setting } from '../../packages/server/src/kernel/config/remote-keys.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { ObjectClient } from '../../packages/server/src/store/s3/object-client.ts'

/** Writes to a bucket, as whoever puts papers there. */
export function bucketClient(setting: S3Setting, bucket: string) {
  const url = new URL(setting.endpoint)
  const line = createDialler().open({ name: 's3', url, zone: 'private', connectMs: 1000 })
  const client = new ObjectClient({
    line,
    host: url.host,
    base: `/${bucket}`,
    key: { ...setting, service: 's3' },
    clock: systemClock,
    figure: () => undefined,
  })
  const path = (key: string): string =>
    `/${key
      .split('/')
      .map((part) =>
        encodeURIComponent(part).replaceAll(/[()]/g, (one) => `%${one.charCodeAt(0).toString(16)}`),
      )
      .join('/')}`
  return {
    put: (key: string, text: string) =>
      client.ask({ operation: 'put', method: 'PUT', path: path(key), body: Buffer.from(text) }),
    remove: (key: string) => client.ask({ operation: 'delete', method: 'DELETE', path: path(key) }),
    close: () => line.destroy(),
  }
}
