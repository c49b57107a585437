import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Speaker } from '../system/ask.ts'
import { serverProcesses, signalServer } from '../system/cluster.ts'
import { type House, open } from '../system/house.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)
const WRITERS = 4
const IMAGE_BYTES = 2 * 1024 ** 3

/** A disk whose power can be cut: a file system on a loop device. Its backing file holds what was flushed, no more. */
class Disk {
  readonly #place = mkdtempSync(join(tmpdir(), 'fh-cut-'))
  readonly #image = join(this.#place, 'disk')
  readonly #mount = join(this.#place, 'm')

  constructor() {
    chmodSync(this.#place, 0o711)
    mkdirSync(this.#mount)
    writeFileSync(this.#image, '')
    truncateSync(this.#image, IMAGE_BYTES)
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.#image])
    this.#attach()
  }

  get data(): string {
    return join(this.#mount, 'data')
  }

  /** Keeps what is on the device at this moment; everything that writes must stand still. */
  keep(): void {
    execFileSync('cp', ['--sparse=always', this.#image, `${this.#image}.kept`])
  }

  /** Goes back to what was kept, as if the power had been gone since. */
  goBack(): void {
    this.#detach()
    renameSync(`${this.#image}.kept`, this.#image)
    this.#attach()
  }

  remove(): void {
    this.#detach()
    rmSync(this.#place, { recursive: true, force: true })
  }

  #attach(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.#mount])
  }

  #detach(): void {
    spawnSync('umount', [this.#mount])
  }
}

/** Why it cannot run here, or false. */
function obstacle(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  for (const tool of ['mkfs.ext4', 'losetup']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `needs ${tool}`
  }
  return spawnSync('losetup', ['-f']).status === 0 ? false : 'needs a loop device'
}

const textOf = (n: number): string => `Entry ${n} was written in full, with the sum of ${n * 7919}.`

/** Writes documents over HTTP with several connections and notes each number that was acknowledged with 201. */
async function write(house: House, key: string, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const writer = async (): Promise<void> => {
    const speaker = new Speaker(house.url, key)
    while (!signal.aborted) {
      ledger.next += 1
      const n = ledger.next
      const documents = [{ id: `d${n}`, title: `Entry ${n}`, text: textOf(n) }]
      const answer = speaker.api('POST', `/api/collections/${ledger.collection}/documents`, { documents })
      // Whatever breaks with the power may or may not be stored: only what was acknowledged is promised.
      if ((await answer.catch(() => null))?.status === 201) ledger.acknowledged.push(n)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

interface Ledger {
  readonly collection: string
  readonly acknowledged: number[]
  next: number
}

/** Stops server and database where they stand, keeps the disk, and lets nobody finish what was begun. */
async function cutPower(house: House, disk: Disk): Promise<void> {
  house.process.kill('SIGSTOP')
  signalServer(disk.data, 'SIGSTOP')
  disk.keep()
  const exited = once(house.process, 'exit')
  house.process.kill('SIGKILL')
  signalServer(disk.data, 'SIGKILL')
  await exited
  while (serverProcesses(disk.data).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  disk.goBack()
}

/** Acknowledged documents that are not there, or not as they were written. */
async function missing(house: House, key: string, ledger: Ledger): Promise<readonly number[]> {
  const speaker = new Speaker(house.url, key)
  const listed = new Set<string>()
  for (let after = ''; ;) {
    const { status, body } = await speaker.documents(ledger.collection, `?limit=200${after}`)
    if (status !== 200) return ledger.acknowledged
    for (const document of body.data) listed.add(document.id)
    if (body.next === null) break
    after = `&after=${encodeURIComponent(body.next)}`
  }
  const lost = ledger.acknowledged.filter((n) => !listed.has(`d${n}`))
  // The last ones are where a cut hurts; reading everything again in every round would take hours.
  for (const n of ledger.acknowledged.slice(-50)) {
    const { body } = await speaker.api<{ text?: string }>('GET', `/api/documents/d${n}/text`)
    if (body.text !== textOf(n) && !lost.includes(n)) lost.push(n)
  }
  return lost
}

interface Outcome {
  readonly acknowledged: number
  readonly lost: number
  /** What the server said when it did not start on what the cut had left. */
  readonly unopened: string | null
}

/** Cuts the power `rounds` times while documents are written. Ends early when something was lost. */
async function powerCuts(rounds: number, env: Record<string, string>): Promise<Outcome> {
  const disk = new Disk()
  let house: House | null = null
  try {
    house = await open({ data: disk.data, env })
    const key = await house.key()
    const collection = await new Speaker(house.url, key).collection('Ledger')
    const ledger: Ledger = { collection, acknowledged: [], next: 0 }
    for (let round = 0; round < rounds; round += 1) {
      const stop = new AbortController()
      const writing = write(house, key, ledger, stop.signal)
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 1500))
      await cutPower(house, disk)
      stop.abort()
      await writing
      const acknowledged = ledger.acknowledged.length
      try {
        house = null
        house = await open({ data: disk.data, env })
      } catch (error) {
        return { acknowledged, lost: 0, unopened: String(error) }
      }
      const lost = await missing(house, key, ledger)
      if (lost.length > 0) return { acknowledged, lost: lost.length, unopened: null }
    }
    return { acknowledged: ledger.acknowledged.length, lost: 0, unopened: null }
  } finally {
    await house?.stop()
    signalServer(disk.data, 'SIGKILL')
    disk.remove()
  }
}

/** A directory whose `postgres` runs with fsync off: the last setting on the command line wins. */
function carelessBinaries(place: string): string {
  const real = realpathSync(
    execFileSync('sh', ['-c', 'command -v postgres || ls /usr/lib/postgresql/*/bin/postgres | tail -1'], {
      encoding: 'utf8',
    }).trim(),
  )
  writeFileSync(join(place, 'postgres'), `#!/bin/sh\nexec ${real} "$@" -c fsync=off\n`, { mode: 0o755 })
  symlinkSync(join(dirname(real), 'initdb'), join(place, 'initdb'))
  return `${place}:${process.env['PATH'] ?? ''}`
}

const skip = obstacle()

test(`nothing acknowledged is lost in ${ROUNDS} power cuts`, { skip }, async (t) => {
  const outcome = await powerCuts(ROUNDS, {})
  t.diagnostic(JSON.stringify({ rounds: ROUNDS, ...outcome }))
  assert.deepEqual([outcome.lost, outcome.unopened], [0, null])
  assert.ok(outcome.acknowledged > ROUNDS, `${outcome.acknowledged} acknowledged`)
})

test('with fsync switched off the same cuts do lose acknowledged documents', { skip }, async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'fh-careless-'))
  t.after(() => rmSync(place, { recursive: true }))
  chmodSync(place, 0o755)
  const outcome = await powerCuts(Math.max(4, Math.min(ROUNDS, 10)), { PATH: carelessBinaries(place) })
  t.diagnostic(JSON.stringify(outcome))
  assert.ok(
    outcome.lost > 0 || outcome.unopened !== null,
    'the test sees nothing when there is something to see',
  )
})
