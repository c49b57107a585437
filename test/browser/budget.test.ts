import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { brotliDecompressSync, gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../../packages/web/dist')

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** The size of a file as most proxies would send it. */
function gzipped(file: string): number {
  const plain = join(dist, file)
  return gzipSync(existsSync(plain) ? readFileSync(plain) : brotliDecompressSync(readFileSync(`${plain}.br`)))
    .length
}

test('a first visit loads at most 250 KiB of scripts', (t) => {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >
  const files = new Set<string>()
  const take = (key: string): void => {
    const chunk = manifest[key]
    if (chunk === undefined || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const other of chunk.imports ?? []) take(other)
  }
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)
  assert.ok(entry)
  take(entry)
  const bare = [...files].reduce((sum, file) => sum + gzipped(file), 0)
  for (const key of ['src/screens/chat/chat-screen.tsx', 'src/screens/chat/chat-column.tsx']) {
    assert.ok(manifest[key], key)
    take(key)
  }
  const whole = [...files].reduce((sum, file) => sum + gzipped(file), 0)
  t.diagnostic(
    `entry ${(bare / 1024).toFixed(1)} KiB, with a new conversation ${(whole / 1024).toFixed(1)} KiB`,
  )
  assert.ok(whole <= 250 * 1024)
})
