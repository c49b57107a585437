import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { OWNER } from './visitors.ts'

const root = join(import.meta.dirname, '../..')

/** What a page of the server itself does with the client; only the imported module speaks to the server. */
const visit = (token: string): string => `(async () => {
  const { createClient, FreeholdError } = await import('/sdk/sdk.js')
  const client = createClient()
  const { caller } = await client.owner.claim(${JSON.stringify({ ...OWNER, token })})
  const { id } = await client.collections.create({ name: 'From a page' })
  const steps = []
  const text = '# Herons\\n\\n' + 'The heron nests on the north shore. '.repeat(30000)
  const { documents } = await client.documents.addFile(id, {
    file: new File([text], 'herons.md', { type: 'text/markdown' }),
    onProgress: ({ sentBytes, totalBytes }) => steps.push([sentBytes, totalBytes]),
  })
  const { hits } = await client.collections.search(id, { query: 'heron nests' })
  const question = { model: 'extract-1', messages: [{ role: 'user', content: 'Where does the heron nest?' }] }
  const answer = await client.chat.stream(question).text()
  const refused = await client.collections.create({ name: '' }).catch((error) => error)
  const fresh = createClient()
  await fresh.documents.delete(documents[0].id, { collection: id })
  const calledOff = await client.platform.read({ signal: AbortSignal.abort('left') }).catch((error) => error)
  await client.sessions.close()
  const outside = await client.keys.list().catch((error) => error)
  return {
    name: caller.name, titles: documents.map(({ title }) => title), hits: hits.length, answer, steps,
    refused: [refused instanceof FreeholdError, refused.code, refused.param], calledOff, outside: outside.code,
  }
})()`

test(
  'a page of the server imports the client as it is published, and works with it',
  { skip: noBrowser },
  async () => {
    const staged = await mkdtemp(join(tmpdir(), 'sdk-page-'))
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), 'sdk', staged], { cwd: root })
    const browser = await launchBrowser()
    const house = await startHouse()
    const { page, assertQuiet } = await openWindow(browser, house)
    await page.route('**/sdk/**', async (route) => {
      const { pathname } = new URL(route.request().url())
      if (pathname === '/sdk/') return route.fulfill({ contentType: 'text/html', body: '<title>sdk</title>' })
      const body = await readFile(join(staged, 'sdk/dist', pathname.replace('/sdk/', '')), 'utf8')
      return route.fulfill({ contentType: 'text/javascript', body })
    })
    await page.goto(`${house.url}/sdk/`)
    const token = new URL(house.claimUrl).hash.replace('#claim=', '')
    const seen = await page.evaluate<{
      name: string
      titles: string[]
      hits: number
      answer: string
      steps: [number, number][]
      refused: unknown[]
      calledOff: string
      outside: string
    }>(visit(token))
    assert.equal(seen.name, OWNER.name)
    assert.equal(seen.titles.length, 1)
    assert.ok(seen.hits > 0)
    assert.match(seen.answer, /north shore/)
    const last = seen.steps.at(-1)
    assert.ok(last && last[0] === last[1] && last[0] > 1_000_000, 'the whole file was sent')
    assert.deepEqual(seen.refused, [true, 'invalid', 'name'])
    assert.equal(seen.calledOff, 'left')
    assert.equal(seen.outside, 'unidentified')
    assertQuiet()
    await browser.close()
    await house.stop()
    await rm(staged, { recursive: true })
  },
)
