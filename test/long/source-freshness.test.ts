import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceView } from '@freehold/contract/sources.ts'
import type { SourceHouse } from '../system/source-house.ts'
import { openSourceHouse } from '../system/source-house.ts'

const FILES = 10_000
const CHANGED = 100
const ROUNDS = 3

let house: SourceHouse
let root: string

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'fh-fresh-'))
  house = await openSourceHouse({ folders: [root] })
})
after(async () => {
  await house.close()
  await rm(root, { recursive: true, force: true })
})

const WORDS =
  'harbour ledger beacon granite willow anchor cellar meadow lantern quarry orchard timber saddle copper'.split(
    ' ',
  )
const sentence = (seed: number): string =>
  Array.from({ length: 14 }, (_, at) => WORDS[(seed * 7 + at * (1 + (seed % 5))) % WORDS.length]).join(' ')
const body = (at: number, word: string): string =>
  `# Entry ${at}\n\n${Array.from({ length: 8 }, (_, line) => `${sentence(at + line)}.`).join(' ')}\n\nIts mark is ${word}.\n`

/** A directory of ten thousand, in a hundred folders. */
async function put(folder: string, extension: string, ats: readonly number[], word: (at: number) => string) {
  for (let from = 0; from < ats.length; from += 100)
    await Promise.all(
      ats.slice(from, from + 100).map(async (at) => {
        const directory = join(folder, String(at % 100))
        await mkdir(directory, { recursive: true })
        await writeFile(join(directory, `entry-${at}.${extension}`), body(at, word(at)))
      }),
    )
}

for (const extension of ['txt', 'md'])
  test(`a hundred of ten thousand .${extension} files that changed are found within seconds`, async (t) => {
    const folder = join(root, extension)
    await put(folder, extension, [...Array(FILES).keys()], (at) => `first${at}`)
    const firstMs = performance.now()
    const source = await house.add({ kind: 'folder', path: folder })
    const first = await ended(source.id)
    t.diagnostic(`all of them: ${((performance.now() - firstMs) / 1000).toFixed(1)} s`)
    assert.equal(first.items, FILES)
    const times: string[] = []
    let { finishedAt } = first
    for (let round = 0; round < ROUNDS; round++) {
      const ats = Array.from({ length: CHANGED }, (_, at) => at * 97 + round)
      await put(folder, extension, ats, (at) => `round${round}x${at}`)
      const fromMs = performance.now()
      const asked = await house.speaker.api('POST', `/api/sources/${source.id}/sync`)
      assert.equal(asked.status, 200)
      await isFound(source, `round${round}x${ats.at(-1)}`)
      times.push(`${((performance.now() - fromMs) / 1000).toFixed(2)} s`)
      for (const at of ats) await isFound(source, `round${round}x${at}`)
      const after = await ended(source.id, finishedAt)
      assert.equal(after.progress.changed, CHANGED)
      finishedAt = after.finishedAt
    }
    t.diagnostic(`asked for until found: ${times.join(', ')}`)
  })

/** The source when it waits again, asked for now and then: each question costs what is measured. */
async function ended(id: string, before: string | null = null): Promise<SourceView> {
  for (;;) {
    const view = await house.get(id)
    if (view.state === 'waiting' && view.finishedAt !== before) return view
    await sleep(250)
  }
}

async function isFound({ collectionId }: SourceView, word: string): Promise<void> {
  for (;;) {
    const { body: answer } = await house.speaker.api<{ hits: { text: string }[] }>(
      'POST',
      `/api/collections/${collectionId}/search`,
      { query: word, limit: 1 },
    )
    if (answer.hits[0]?.text.includes(word)) return
    await sleep(100)
  }
}
