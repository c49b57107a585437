import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  type Book,
  MoodyDisk,
  type ReadLine,
  admitted,
  openBook,
  place,
  readLine,
  requestNumber,
  settled,
} from './write-ahead-house.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 3)
const STEPS = 60

/** Mulberry32: the same numbers for the same seed, so that a failure can be repeated. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A house that crashes again and again, and a database that remembers what it was given. */
class House {
  readonly #root: string
  readonly #roll: () => number
  readonly #stored = new Map<number, string>()
  readonly #kinds = new Map<string, Set<string>>()
  #disk = new MoodyDisk()
  #place = 0
  #book: Book['book'] | null = null
  #next = 1
  /** Admitted by the process that runs, and not settled yet. */
  #open: number[] = []
  #reading = 0
  /** Promised to survive a kill; a power cut. */
  readonly promised = new Set<number>()
  readonly durable = new Set<number>()
  readonly damaged: string[] = []

  constructor(root: string, roll: () => number) {
    this.#root = root
    this.#roll = roll
  }

  get #directory(): string {
    return `${this.#root}-${this.#place}`
  }

  get running(): Book['book'] {
    assert.ok(this.#book !== null)
    return this.#book
  }

  async open(): Promise<void> {
    const { book, events } = await openBook(this.#directory, {
      files: this.#disk,
      segmentBytes: 3000,
      gatherMs: this.#roll() < 0.5 ? 0 : 60_000,
      retryMs: 1,
    })
    for (const event of events) if (event.event === 'records.damaged') this.damaged.push(event.damage)
    this.#book = book
    this.#reading = book.shippedTo
    this.#open = []
  }

  async crash(way: 'kill' | 'power cut', losesPosition: boolean): Promise<void> {
    const from = this.#directory
    this.#place += 1
    const disk = this.#disk
    if (way === 'kill') {
      this.#disk = disk.kill(from, this.#directory)
    } else {
      disk.powerCut(from, this.#directory)
      this.#disk = new MoodyDisk()
    }
    if (way === 'power cut') for (const n of this.promised) if (!this.durable.has(n)) this.promised.delete(n)
    if (losesPosition) rmSync(join(this.#directory, 'shipped'), { force: true })
    await this.#book?.close().catch(() => {})
    await this.open()
  }

  async step(): Promise<void> {
    const roll = this.#roll()
    if (roll < 0.45) await this.#admit(1 + Math.floor(this.#roll() * 4))
    else if (roll < 0.7) this.#settle()
    else if (roll < 0.8) await this.ship()
    else if (roll < 0.85) await setImmediate()
    else this.#changeMood(this.#roll())
  }

  async #admit(count: number): Promise<void> {
    const numbers = Array.from({ length: count }, () => this.#next++)
    const isStrict = this.#roll() < 0.3
    await Promise.all(
      numbers.map(async (n) => {
        try {
          await this.running.admit(admitted(n))
          this.promised.add(n)
          this.#open.push(n)
          if (isStrict) await this.running.durable()
          if (isStrict) this.durable.add(n)
        } catch (error) {
          assert.match(String(error), /Nothing was sent/)
        }
      }),
    )
  }

  #settle(): void {
    const [n] = this.#open.splice(Math.floor(this.#roll() * this.#open.length), 1)
    if (n !== undefined) this.running.settle(settled(n))
  }

  #changeMood(roll: number): void {
    this.#disk.roomBytes = roll < 0.2 ? Math.floor(roll * 3000) : Infinity
    this.#disk.writeFails = roll >= 0.2 && roll < 0.3 ? 'EIO' : null
    this.#disk.truncateFails = roll >= 0.1 && roll < 0.2
    this.#disk.syncFails = roll >= 0.3 && roll < 0.45 ? 'EIO' : null
  }

  calm(): void {
    this.#changeMood(1)
  }

  async ship(): Promise<void> {
    const lines = await this.running.read(this.#reading, 900).catch(() => [])
    for (const line of lines) this.#store(readLine(line))
    this.#reading = lines.at(-1)?.next ?? this.#reading
    if (this.#roll() < 0.7) await this.running.shipped(this.#reading).catch(() => {})
  }

  #store({ offset, kind, record }: ReadLine): void {
    const what = `${kind} ${record.request}`
    assert.equal(this.#stored.get(offset) ?? what, what, 'a place was given twice')
    this.#stored.set(offset, what)
    const kinds = this.#kinds.get(record.request) ?? new Set()
    this.#kinds.set(record.request, kinds.add(kind))
  }

  async shipAll(): Promise<void> {
    while (this.#reading < this.running.writtenTo) {
      const lines = await this.running.read(this.#reading, 900)
      for (const line of lines) this.#store(readLine(line))
      this.#reading = lines.at(-1)?.next ?? this.running.writtenTo
    }
  }

  kindsOf(n: number): string {
    return [...(this.#kinds.get(requestNumber(n)) ?? [])].toSorted().join()
  }

  async close(): Promise<void> {
    await this.#book?.close()
  }
}

async function lived(root: string, seed: number, ways: readonly ('kill' | 'power cut')[]): Promise<House> {
  const roll = dice(seed)
  const house = new House(root, roll)
  await house.open()
  for (let step = 0; step < STEPS; step += 1) {
    await house.step()
    const way = ways[Math.floor(roll() * ways.length)]
    if (way !== undefined && roll() < 0.06) await house.crash(way, roll() < 0.3)
  }
  house.calm()
  await house.crash(ways[0] ?? 'kill', false)
  await house.shipAll()
  return house
}

test('kills and full disks in any order lose no admitted request, and every one is closed', async (t) => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const house = await lived(join(place(t), 'book'), seed, ['kill'])
    for (const n of house.promised)
      assert.equal(house.kindsOf(n), 'admitted,settled', `seed ${seed}, request ${n}`)
    // What a crash leaves is not taken for damage.
    assert.deepEqual(house.damaged, [], `seed ${seed}`)
    await house.close()
  }
})

test('power cuts in any order lose no durable request, and no place is given twice', async (t) => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const house = await lived(join(place(t), 'book'), seed, ['power cut', 'kill'])
    for (const n of house.durable) {
      assert.match(house.kindsOf(n), /settled/, `seed ${seed}, request ${n}`)
      assert.match(house.kindsOf(n), /admitted/, `seed ${seed}, request ${n}`)
    }
    await house.close()
  }
})
