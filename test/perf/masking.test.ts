import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDetection } from '../../packages/server/src/privacy/detect/detection.ts'
import { createEngine } from '../../packages/server/src/privacy/detect/engine.ts'
import type { Departing } from '../../packages/server/src/privacy/mask/desensitiser.ts'
import { Desensitiser } from '../../packages/server/src/privacy/mask/desensitiser.ts'
import { Mint } from '../../packages/server/src/privacy/mask/mint.ts'
import type { Afar } from '../../packages/server/src/privacy/mask/scanning.ts'
import { Scanning } from '../../packages/server/src/privacy/mask/scanning.ts'
import { profileNamed } from '../../packages/server/src/privacy/policy/profile.ts'
import type { Text } from '../../packages/server/src/privacy/traverse/texts.ts'

const engine = createEngine()
const detection = createDetection({ engine, scanned: () => undefined })
const afar: Afar = (texts: readonly Text[]) =>
  detection.detectAll(
    texts.map(({ value, key }) => ({ text: value, context: { language: null, key } })),
    null,
  )
const profile = profileNamed('own', { own: { SECRET: 'redact' } }) ?? assert.fail()
const conversation = async () => ({ mint: new Mint({ nonce: 'k7f2', secret: null }), keep: async () => true })

const departing = (messages: readonly object[]): Departing => ({
  path: '',
  body: Buffer.from(JSON.stringify({ model: 'm', messages })),
  shape: 'chat',
  contentType: undefined,
  headers: [],
  isOpaque: false,
})

const DOCS = join(import.meta.dirname, '../../docs')
const PAGES = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(DOCS, name), 'utf8'))
const WORDS = PAGES.join('\n')
const NOTE = 'Contact Anna Schmidt, anna.schmidt@example.org, +49 30 901820345, card 4111 1111 1111 1111. '
const CHARACTERS = 400_000

/** About a hundred thousand tokens in messages of one to four thousand characters, with a person in every third. */
function context(salt: string): object[] {
  const messages: object[] = [{ role: 'system', content: `You help. ${salt}` }]
  for (let at = 0, n = 0; at < CHARACTERS; n += 1) {
    const length = 1000 + ((n * 617) % 3000)
    const from = at % (WORDS.length - length)
    const content = `${salt} ${n % 3 === 0 ? NOTE : ''}${WORDS.slice(from, from + length)}`
    messages.push({ role: n % 2 === 0 ? 'user' : 'assistant', content })
    at += length
  }
  return messages
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

/** Of all threads of this process, in milliseconds. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  return milliseconds(process.cpuUsage(before))
}

/** The most that this thread works between two turns of its event loop, in milliseconds of CPU. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = milliseconds(process.threadCpuUsage())
  let isOver = false
  const turn = (): void => {
    const now = milliseconds(process.threadCpuUsage())
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  await new Promise(setImmediate)
  isOver = true
  return longest
}

const desensitiserOf = (thread: Afar = afar): Desensitiser =>
  new Desensitiser(new Scanning(engine, { afar: thread }), () => 0)
const masking = (desensitiser: Desensitiser, messages: readonly object[]) => {
  const leaving = departing(messages)
  return async () => {
    await desensitiser.findings(leaving, 't')
    return desensitiser.masked(leaving, {
      tenant: 't',
      profile,
      conversation,
      continues: false,
      sameAs: 'k7f2',
    })
  }
}

test('a body that comes again is not searched again', async (t) => {
  const desensitiser = desensitiserOf()
  const bodies = Array.from({ length: 200 }, (_, n) => [
    { role: 'user', content: `${n} ${NOTE}${WORDS.slice(n * 100, n * 100 + 1900)}` },
  ])
  const all = async () => {
    for (const body of bodies) await masking(desensitiser, body)()
  }
  const first = await cpuOf(all)
  await all()
  const again = await cpuOf(all)
  t.diagnostic(
    `2 KB: ${((first / 200) * 1000).toFixed(0)} µs at first, ${((again / 200) * 1000).toFixed(0)} µs again`,
  )
  assert.ok(again <= first / 40, `it costs ${(again / first).toFixed(2)} of the first time`)
})

test('of a conversation that goes on only what is new is searched, and nobody waits for it', async (t) => {
  const desensitiser = desensitiserOf()
  const pages = context('warm')
  await masking(desensitiser, pages)()
  // As in a server that has seen conversations go on before.
  for (const name of ['Gerd', 'Hanna', 'Ingo', 'Jana', 'Karl', 'Lena', 'Mark', 'Nora', 'Olaf', 'Paula']) {
    pages.push({ role: 'user', content: `And what did ${name} Sommer say?` })
    await masking(desensitiser, pages)()
  }
  const whole = await cpuOf(() =>
    engine.detect(`cold ${WORDS}`.slice(0, CHARACTERS), { language: null, key: null }),
  )
  const messages = context('cold')
  const cold = await longestBlock(masking(desensitiser, messages))
  const turns: number[] = []
  let nextBlock = 0
  for (const name of ['Berta Schulze', 'Carl Weber', 'Dora Klein', 'Emil Vogt', 'Frieda Lang']) {
    messages.push({ role: 'user', content: `And what does ${name} say?` })
    const next = masking(desensitiser, messages)
    turns.push(await cpuOf(async () => void (nextBlock = Math.max(nextBlock, await longestBlock(next)))))
  }
  const nextCpu = Math.min(...turns)
  t.diagnostic(
    `100k tokens: ${whole.toFixed(0)} ms of CPU to search, longest block ${cold.toFixed(1)} ms cold and ${nextBlock.toFixed(1)} ms in the next turns, which take ${turns.map((turn) => turn.toFixed(1)).join(', ')} ms`,
  )
  assert.ok(nextCpu <= whole / 16, `the next turn takes ${nextCpu.toFixed(0)} ms of ${whole.toFixed(0)} ms`)
  assert.ok(Math.max(cold, nextBlock) <= whole / 12, 'the event loop is held up')
  // Without the thread it would be.
  const here = await longestBlock(
    masking(desensitiserOf(null), [{ role: 'user', content: WORDS.slice(0, CHARACTERS) }]),
  )
  assert.ok(here > whole / 6, `${here.toFixed(0)} ms: the measure finds nothing`)
  await detection.close()
})
