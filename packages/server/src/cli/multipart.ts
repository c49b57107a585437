import { randomBytes } from 'node:crypto'
import type { Upload } from './client.ts'

/** RFC 7578 form of a few short fields and one file. */
export function multipart(fields: Readonly<Record<string, string>>, name: string, bytes: Buffer): Upload {
  const boundary = `freehold-${randomBytes(12).toString('hex')}`
  const quoted = (text: string): string => text.replaceAll('"', '%22').replaceAll(/[\r\n]/g, ' ')
  const parts = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(name)}"\r\ncontent-type: application/octet-stream\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(parts.join('') + head),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: body }
}
