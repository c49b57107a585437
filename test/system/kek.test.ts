import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import {
  providerOf,
  readRoot,
  rootKeyFile,
  rootKeyPath,
} from '../../packages/server/src/store/keys/root-key-file.ts'
import { Speaker } from './ask.ts'
import { emptyData, freehold, open, remove, run, serverEntry } from './house.ts'

const PASSPHRASE = 'correct horse battery staple'

test('a passphrase protects the root key from one start to the next, and the record says since when', async (t) => {
  const data = await emptyData()
  const words = mkdtempSync(join(tmpdir(), 'fh-words-'))
  t.after(async () => {
    rmSync(words, { recursive: true })
    await remove(data)
  })
  const file = join(words, 'new')
  writeFileSync(file, `${PASSPHRASE}\n`)
  const kek = (...args: readonly string[]) => freehold(['kek', ...args, '--data', data])
  assert.match((await kek('status')).stderr, /There is no root key at .*root\.key/)

  const lean = { FREEHOLD_KNOWLEDGE__GUIDE: 'false' }
  const before = await open({ data, env: lean })
  const key = await before.key('--scope', '*')
  const collection = await new Speaker(before.url, key).collection('Shelf')
  const busy = await kek('passphrase', 'set', '--new', file)
  assert.deepEqual([busy.status, /already uses/.test(busy.stderr)], [1, true], busy.stderr)
  await before.stop()
  const raw = readFileSync(rootKeyPath(data))
  writeFileSync(join(words, 'short'), 'too short')
  const short = await kek('passphrase', 'set', '--new', join(words, 'short'))
  assert.deepEqual(
    [short.status, short.stderr],
    [1, 'freehold: --new: the passphrase must have 12 to 1024 characters\n'],
  )
  assert.ok(readFileSync(rootKeyPath(data)).equals(raw))
  assert.equal((await kek('passphrase', 'set', '--new', file)).status, 0)
  assert.deepEqual(JSON.parse((await kek('status', '--json')).stdout), {
    path: rootKeyPath(data),
    passphrase: true,
  })
  assert.equal((await run('grep', ['-rlF', '--', PASSPHRASE, join(data, 'keys')])).stdout, '')
  assert.ok(!readFileSync(rootKeyPath(data)).includes(raw.toString('base64').slice(0, 12)))

  const up = (passphrase: string) =>
    freehold(['up', '--data', data, '--listen', '127.0.0.1:0'], { FREEHOLD_KEYS__PASSPHRASE: passphrase })
  const without = await freehold(['up', '--data', data, '--listen', '127.0.0.1:0'])
  assert.deepEqual(
    [without.status, /is protected by a passphrase. Give it in keys/.test(without.stderr)],
    [5, true],
  )
  const wrong = await up('a wrong passphrase')
  assert.deepEqual([wrong.status, /is not opened by this passphrase/.test(wrong.stderr)], [5, true])
  assert.doesNotMatch(wrong.stderr, /a wrong passphrase/)

  const house = await open({ data, env: { ...lean, FREEHOLD_KEYS__PASSPHRASE: PASSPHRASE } })
  const speaker = new Speaker(house.url, key)
  assert.equal((await speaker.documents(collection)).status, 200)
  const { body } = await speaker.api<{ data: { action: string; detail: object }[] }>(
    'GET',
    '/api/audit?limit=20',
  )
  assert.match(
    JSON.stringify(body.data.find(({ action }) => action === 'root_key.passphrase')?.detail),
    /"change":"set"/,
  )
  await house.stop()

  const removed = await run(
    process.execPath,
    [serverEntry, 'kek', 'passphrase', 'remove', '--old', '-', '--data', data],
    {
      input: `${PASSPHRASE}\n`,
    },
  )
  assert.equal(removed.status, 0, removed.stderr)
  assert.ok(readFileSync(rootKeyPath(data)).equals(raw))
})

/** Changes the passphrase to and fro without end. */
const CHANGING = (path: string): string => `
import { replacePassphrase } from '${join(import.meta.dirname, '../../packages/server/src/store/keys/root-key-protection.ts')}'
import { Secret } from '${join(import.meta.dirname, '../../packages/server/src/kernel/secret.ts')}'
const words = [new Secret('one'), new Secret('other'), null]
const cost = { memoryKiB: 64, passes: 1, lanes: 1 }
let at = Number(process.argv[1])
console.log('begun')
for (;;) {
  replacePassphrase('${path}', { from: words[at % 3], to: words[(at + 1) % 3], nowMs: 1, cost })
  at += 1
}`

test('whatever kills a change, one of the two passphrases opens the same key', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'fh-'))
  t.after(() => rmSync(data, { recursive: true }))
  const path = rootKeyPath(data)
  const { keyId } = rootKeyFile(path, { inUse: false, passphrase: null })
  const words = [new Secret('one'), new Secret('other'), null]
  let opensWith = 2
  const seen = new Set<number>()
  // On a busy machine a kill may come before anything was changed: then there are more of them.
  for (let round = 0; round < 12 || (seen.size < 2 && round < 200); round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHANGING(path), String(opensWith)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    // Later and later: a slow disk must have time for a change as well.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40 * (round + 1)))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const opening = words.flatMap((word, at) => {
      try {
        return providerOf(readRoot(path, word)).keyId === keyId ? [at] : []
      } catch {
        return []
      }
    })
    assert.equal(opening.length, 1)
    opensWith = opening[0] ?? 0
    seen.add(opensWith)
    rmSync(`${path}.changes`, { force: true })
  }
  assert.ok(seen.size > 1, 'every kill came before the first change')
})
