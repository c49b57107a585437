import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pdf } from '../system/pdf.ts'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse } from './browser.ts'
import { claim } from './visitors.ts'

const LEASE = {
  name: 'lease.pdf',
  mimeType: 'application/pdf',
  buffer: pdf([
    'Lease of the workshop in Mill Lane.',
    'The monthly rent is 1250 pounds, due on the third working day.',
    'The tenant may keep two cats and one quiet dog.',
  ]),
}
const RULES = {
  name: '差旅<img src=x onerror=alert(1)>.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from('# 差旅制度\n\n员工出差住宿标准为每晚四百五十元。\n'),
}

test(
  'somebody fills a collection, finds a passage in it and decides who may read it',
  { skip: noBrowser },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'freehold-papers-'))
    await writeFile(join(folder, 'notes.md'), '# Notes\n\nThe key of the shed hangs behind the door.\n')
    await writeFile(join(folder, 'broken.pdf'), 'no pdf')
    const house = await startHouse({ config: { sources: { folders: [folder] } } })
    t.after(async () => {
      await house.stop()
      await rm(folder, { recursive: true })
    })
    await claim(house)
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page, context, assertQuiet } = await openApp(browser, house, { path: '/knowledge' })

    await t.test('a collection is made, and files are dropped into it', async () => {
      await page.getByRole('heading', { level: 1, name: 'Knowledge' }).waitFor()
      await page.getByRole('main').getByRole('button', { name: 'New collection' }).click()
      await page.getByLabel('Name').fill('Leases')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Leases' }).waitFor()
      await page.getByText('Nothing in it yet').waitFor()
      await shoot(page, 'knowledge-empty')
      const broken = { name: 'broken.docx', mimeType: 'application/octet-stream', buffer: Buffer.from('no') }
      await page.locator('input[type=file]').setInputFiles([LEASE, RULES, broken])
      await page.getByRole('link', { name: 'lease' }).waitFor()
      await page.getByText('Not added').waitFor()
      await page.getByRole('link', { name: '差旅' }).waitFor()
      assert.equal(await page.locator('img[src=x]').count(), 0)
      await assertAccessible(page)
      await shoot(page, 'knowledge-documents')
    })

    await t.test(
      'a question finds passages and says why, and the passage is marked in the document',
      async () => {
        await page.getByRole('tab', { name: 'Search' }).click()
        await page.getByLabel('What are you looking for?').fill('monthly rent')
        await page.keyboard.press('Enter')
        const hit = page.getByRole('article').first()
        await hit.getByText('1250 pounds').waitFor()
        assert.ok((await hit.locator('mark').allTextContents()).includes('rent'))
        await hit.getByText('Why this passage?').click()
        await hit.getByRole('columnheader', { name: 'Points' }).waitFor()
        await assertAccessible(page)
        await shoot(page, 'knowledge-search')
        await hit.getByRole('link', { name: 'lease' }).click()
        await page.locator('mark', { hasText: 'rent' }).waitFor()
        await assertAccessible(page)
        await shoot(page, 'knowledge-document')
        await page.goBack()
      },
    )

    await t.test('a test question is kept, all are asked, and what is not found is told', async () => {
      await page.getByRole('tab', { name: 'Test questions' }).click()
      await page.getByText('No test questions yet').waitFor()
      const add = async (question: string, document: string, passage = ''): Promise<void> => {
        await page.getByLabel('Question', { exact: true }).fill(question)
        await page.getByLabel('Should come up').selectOption({ label: document })
        await page.getByLabel('Words of the passage').fill(passage)
        await page.getByRole('button', { name: 'Add the question' }).click()
        await page.getByRole('table', { name: 'Test questions' }).getByText(question).waitFor()
      }
      await add('How much is the monthly rent?', 'lease', '1250 pounds')
      await add('Which pets may the tenant keep?', 'lease', 'a horse')
      await page.getByRole('button', { name: 'Ask them all' }).click()
      await page.getByText('1 of 2 found among the first 5').waitFor()
      await page.getByRole('table', { name: 'Test questions' }).getByText('Place 1').waitFor()
      await page.getByRole('button', { name: 'Ask them all' }).click()
      await page.getByText('As many as the last time.').waitFor()
      await assertAccessible(page)
      await shoot(page, 'knowledge-questions')
      await page.getByRole('button', { name: 'Delete: Which pets may the tenant keep?' }).click()
      const left = page.getByRole('table', { name: 'Test questions' })
      await left.getByText('Which pets').waitFor({ state: 'detached' })
    })

    await t.test('a collection is renamed', async () => {
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Leases and rents')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Leases and rents' }).waitFor()
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Leases')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Leases', exact: true }).waitFor()
    })

    await t.test(
      'access is a list of names; one that nobody has is refused where it was written',
      async () => {
        await page.getByRole('tab', { name: 'Documents' }).click()
        await page.getByRole('button', { name: 'Who may read lease' }).click()
        await page.getByRole('radio', { name: 'Only these' }).check()
        await page.getByLabel('Add a group by name').fill('Nobodies')
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('dialog').getByRole('alert').waitFor()
        await assertAccessible(page)
        await shoot(page, 'knowledge-access')
        await page.getByRole('button', { name: 'Remove Nobodies' }).click()
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      },
    )

    await t.test('a source fills it, and what could not be read is named', async () => {
      await page.getByRole('tab', { name: 'Sources' }).click()
      await page.getByRole('button', { name: 'Add a source' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Papers')
      await page.getByLabel('Where documents come from').selectOption('folder')
      await page.getByRole('button', { name: 'Add source' }).click()
      await page.getByText('Needed').waitFor()
      await page.getByLabel('Folder').fill(folder)
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Add source' }).click()
      await page.getByText('Up to date').waitFor()
      await page.getByText('What could not be read').click()
      await page.getByText('broken.pdf').waitFor()
      await assertAccessible(page)
      await shoot(page, 'knowledge-sources')
    })

    await t.test('what is deleted is named first, and is gone', async () => {
      await page.getByRole('tab', { name: 'Documents' }).click()
      await page.getByRole('button', { name: 'Delete lease' }).click()
      await page.getByLabel('Type lease to confirm').fill('lease')
      await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
      await page.getByRole('paragraph').filter({ hasText: 'lease was deleted.' }).waitFor()
      await page.getByRole('main').getByRole('button', { name: 'Delete', exact: true }).click()
      const last = page.getByRole('dialog')
      await last.getByLabel('Type Leases to confirm').fill('Leases')
      await last.getByRole('button', { name: 'Delete', exact: true }).click()
      await page.getByRole('paragraph').filter({ hasText: 'Leases was deleted.' }).waitFor()
      await page.getByRole('heading', { level: 1, name: 'Knowledge' }).waitFor()
    })

    await t.test('of many collections the column reads on, and each opens by its address', async () => {
      const { csrf } = (await (await context.request.get(`${house.url}/api/session`)).json()) as {
        csrf: string
      }
      const call = { headers: { 'x-csrf-token': csrf } }
      const ids: string[] = []
      for (let n = 0; n < 101; n += 1) {
        const made = await context.request.post(`${house.url}/api/collections`, {
          ...call,
          data: { name: `Shelf ${n}` },
        })
        ids.push(((await made.json()) as { id: string }).id)
      }
      // They stand by their ids, and the guide is among them.
      const last = ids.toSorted().at(-1) ?? ''
      await page.reload()
      const column = page.getByRole('navigation', { name: 'Collections' })
      const link = column.locator(`a[href="/knowledge/${last}"]`)
      await column.getByRole('button', { name: 'Show more' }).waitFor()
      assert.equal(await link.count(), 0)
      await column.getByRole('button', { name: 'Show more' }).click()
      await link.waitFor()
      await page.goto(`${house.url}/knowledge/${last}`)
      await page.getByRole('heading', { level: 1, name: `Shelf ${ids.indexOf(last)}`, exact: true }).waitFor()
      await assertAccessible(page)
      assertQuiet()
    })
  },
)
