import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse } from './browser.ts'
import { claim } from './visitors.ts'

test(
  'whoever runs the installation sees how it does, and verifies its record',
  { skip: noBrowser },
  async (t) => {
    const house = await startHouse()
    t.after(() => house.stop())
    await claim(house)
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page, assertQuiet } = await openApp(browser, house, { path: '/admin' })
    const column = page.getByRole('navigation', { name: 'Admin' })

    await t.test('the overview says what is left to set up', async () => {
      await page.getByText('A second factor for the owner').first().waitFor()
      await page.getByText('Audit log').first().waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-overview')
    })

    await t.test('a setting is found by its meaning, with where it was said', async () => {
      await column.getByRole('link', { name: 'Settings' }).click()
      await page.getByLabel('Find a setting').fill('audit.keep')
      await page.getByText('audit.keepDays').first().waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-settings')
    })

    await t.test('the key of the tenant is rotated while everything can be read', async () => {
      await column.getByRole('link', { name: 'Encryption keys' }).click()
      await page.getByText('Version 1').waitFor()
      await page.getByRole('button', { name: 'Rotate' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
      await page.getByText('Version 2', { exact: true }).waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-encryption')
    })

    await t.test('an event is found, and its proof is checked by the browser itself', async () => {
      await column.getByRole('link', { name: 'Audit' }).click()
      await page.getByText('Seen for the first time in this browser').waitFor()
      await page.getByLabel('Action').fill('owner.claimed')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByRole('button', { name: 'Open the event owner.claimed' }).click()
      await page.getByRole('button', { name: 'Verify in this browser' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText('What is shown here is what the entry says.').waitFor()
      assert.equal(await drawer.getByText('Not so:').count(), 0)
      await assertAccessible(page)
      await shoot(page, 'admin-audit-event')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Look for events in no log' }).click()
      await page.getByText('Every event is in the log').waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-audit')
    })

    await t.test('a table goes into a spreadsheet and into lines of JSON, as far as its filter', async () => {
      await page.getByLabel('Filter').fill('owner.claimed')
      const download = async (format: RegExp) => {
        await page.getByRole('button', { name: 'Export' }).click()
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: format }).click(),
        ])
        return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
      }
      const sheet = await download(/^CSV/)
      assert.equal(sheet.name, 'Events.csv')
      assert.deepEqual(sheet.text.trim().split('\r\n').length, 2)
      const lines = await download(/^JSON/)
      assert.equal(lines.name, 'Events.jsonl')
      const events = lines.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { action: string; id: string })
      assert.deepEqual(
        events.map(({ action }) => action),
        ['owner.claimed'],
      )
      // More than the columns show.
      assert.ok(events[0]?.id)
    })

    await t.test('an event that the database tells otherwise than the log is found out', async () => {
      await page.route('**/api/audit?*', async (route) => {
        const answer = await route.fetch()
        const body = (await answer.json()) as { data: { action: string; from: string | null }[] }
        for (const event of body.data) if (event.action === 'owner.claimed') event.from = '203.0.113.9'
        await route.fulfill({ response: answer, json: body })
      })
      await page.reload()
      await page.getByText('is signed with the key that this browser knows').waitFor()
      await page.getByRole('button', { name: 'Open the event owner.claimed' }).click()
      await page.getByRole('button', { name: 'Verify in this browser' }).click()
      await page.getByText('Not so: What is shown here is what the entry says.').waitFor()
      await page.keyboard.press('Escape')
      await page.unroute('**/api/audit?*')
    })

    await t.test('a log that is not the one that was seen before is not trusted', async () => {
      await page.evaluate(`(() => {
      const kept = JSON.parse(localStorage.getItem('freehold.audit-log'))
      kept.checkpoint.root = btoa('x'.repeat(32))
      localStorage.setItem('freehold.audit-log', JSON.stringify(kept))
    })()`)
      await page.reload()
      await page.getByText('entries were changed or cut off').waitFor()
    })

    await t.test('a hold is added with its reason, and lifted', async () => {
      await column.getByRole('link', { name: 'Keeping and holds' }).click()
      await page.getByText('Nothing is held').waitFor()
      await page.getByRole('button', { name: 'Add a hold' }).click()
      await page.getByLabel('Of what').selectOption('everything')
      await page.getByLabel('Reason (stands on record)').fill('Case 12')
      await page.getByRole('dialog').getByRole('button', { name: 'Add a hold' }).click()
      await page.getByText('In force').waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-keeping')
      await page.getByRole('button', { name: 'Lift' }).click()
      await page.getByLabel('Type Case 12 to confirm').fill('Case 12')
      await page.getByRole('dialog').getByRole('button', { name: 'Lift' }).click()
      await page.getByRole('cell', { name: 'Lifted' }).waitFor()
    })

    await t.test('usage is shown by day, and can be exported', async () => {
      await column.getByRole('link', { name: 'Usage and budgets' }).click()
      await page.getByText('No limit is set').waitFor()
      await assertAccessible(page)
      await shoot(page, 'admin-usage')
      assertQuiet()
    })
  },
)
