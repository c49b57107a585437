import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Speaker } from './ask.ts'
import { open, preparedData, remove } from './house.ts'
import { pdf } from './pdf.ts'

const CANARIES = [
  'zygomorphic',
  'quixotical',
  'brobdingnag',
  'flibbertigib',
  '紫电清霜',
  'owner-velvet',
  'velociraptorkey',
  'hippocampine',
  'sesquipedal',
]

function filesWith(folder: string, needles: readonly Buffer[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .filter((file) => {
      const bytes = readFileSync(file)
      return needles.some((needle) => bytes.includes(needle))
    })
}

/** The ways in which a word could lie in a file. */
function forms(words: readonly string[]): Buffer[] {
  return words.flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text.toUpperCase()),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('hex')),
    ...[0, 1, 2].map((shift) =>
      Buffer.from(
        Buffer.from(' '.repeat(shift) + text)
          .toString('base64')
          .slice(shift === 0 ? 0 : 4, -4),
      ),
    ),
  ])
}

test('no word of a document, title, question, account or key name lies readable in the data directory', async () => {
  const data = await preparedData()
  const house = await open({ data })
  const claim = new URL(house.claimUrl ?? '').hash.slice('#claim='.length)
  await fetch(`${house.url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: claim, name: 'owner-velvet', password: 'sesquipedal-password' }),
  })
  const me = new Speaker(house.url, await house.key('--name', 'velociraptorkey'))
  const collection = await me.collection('quixotical papers')
  const documents = [
    {
      id: 'hippocampine',
      title: 'About brobdingnag',
      text: 'The zygomorphic flower opens at dawn. 紫电清霜乃古剑之名。',
    },
  ]
  const added = await me.api('POST', `/api/collections/${collection}/documents`, {
    documents,
  })
  assert.equal(added.status, 201)
  await me.addFile(collection, 'flibbertigib.pdf', pdf(['The zygomorphic lamp is green.']))
  const answer = await me.ask('When does the zygomorphic flower open?')
  assert.match(answer.text, /dawn/)
  const living = filesWith(data, forms(CANARIES))
  await house.stop()
  assert.deepEqual([...living, ...filesWith(data, forms(CANARIES))], [])
  assert.doesNotMatch(house.output(), new RegExp(CANARIES.join('|')))
  // The search sees what is there: an id is stored plain on purpose.
  assert.ok(filesWith(data, [Buffer.from(collection.replaceAll('-', ''), 'hex')]).length > 0)
  await remove(data)
})
