import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse } from './browser.ts'
import { claim } from './visitors.ts'

const documentOf = (port: number): string =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Parcel desk', version: '1.0.0' },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    paths: {
      '/parcels/{id}': {
        get: {
          operationId: 'findParcel',
          summary: 'Where a parcel is',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            200: {
              description: 'The parcel',
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: { id: { type: 'string' }, state: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      },
    },
  })

test(
  'a skill is found, permitted, used and taken away, and one is built from an API',
  { skip: noBrowser },
  async (t) => {
    const asked: string[] = []
    const desk = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: 'P1', state: '<img src=x onerror=alert(1)>' }))
    })
    desk.listen(0, '127.0.0.1')
    await once(desk, 'listening')
    t.after(() => desk.close())
    const house = await startHouse()
    t.after(() => house.stop())
    await claim(house)
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page, assertQuiet } = await openApp(browser, house, { path: '/skills' })

    await t.test('one of the catalogue is installed after its permissions were read', async () => {
      await page.getByText('No skill is installed').waitFor()
      await page.getByRole('main').getByRole('link', { name: 'Look at the catalogue' }).first().click()
      await page.getByLabel('Find a skill').fill('spreadsheet')
      await page.getByRole('button', { name: /Install: Spreadsheet/ }).waitFor()
      await assertAccessible(page)
      await shoot(page, 'skills-catalogue')
      await page.getByRole('button', { name: /Install: Spreadsheet/ }).click()
      await page.getByText('It may do this, and nothing else:').waitFor()
      await page.getByText('It reaches nothing outside of itself.').waitFor()
      await assertAccessible(page)
      await shoot(page, 'skills-permissions')
      await page.getByRole('button', { name: 'Install and permit' }).click()
      await page
        .getByRole('heading', { level: 1, name: 'Spreadsheet calculation' })
        .waitFor({ timeout: 90_000 })
    })

    await t.test('it is called by hand, and what is missing is said first', async () => {
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByText('Needed').first().waitFor()
      await page.getByLabel('table').fill('a,b\n1,2\n3,4\n')
      await page.getByLabel('formulas').fill('["=SUM(B2:B3)"]')
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByLabel('Result').getByText(/\b6\b/).first().waitFor()
      await assertAccessible(page)
      await shoot(page, 'skills-call')
      for (const [tab, text] of [
        ['What it may do', 'Takes data up to Restricted, gives back up to Public'],
        ['Certification', 'Check passed'],
        ['Versions', 'in use'],
        ['Settings and secrets', 'It needs no secret'],
      ] as const) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByText(text).first().waitFor()
        await assertAccessible(page)
        await shoot(page, `skills-${tab.split(' ')[0]?.toLowerCase() ?? ''}`)
      }
    })

    await t.test('an API becomes a skill, is tried, and is installed where the policy lets it', async () => {
      await page.getByRole('link', { name: 'Build one from an API' }).click()
      await page.getByLabel('OpenAPI document (JSON or YAML)').fill('nonsense')
      await page.getByRole('button', { name: 'Make a draft' }).click()
      await page.getByRole('alert').waitFor()
      const { port } = desk.address() as AddressInfo
      await page.getByLabel('OpenAPI document (JSON or YAML)').fill(documentOf(port))
      await page.getByLabel('Where that is').selectOption('private')
      await page.getByRole('button', { name: 'Make a draft' }).click()
      await page.getByText('GET /parcels/{id}').waitFor()
      await page.getByText('Speaks to 127.0.0.1').waitFor()
      await assertAccessible(page)
      await shoot(page, 'skills-draft')
      await page.getByLabel('id', { exact: true }).fill('P1')
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByText('onerror').waitFor()
      assert.deepEqual(asked, ['/parcels/P1'])
      assert.equal(await page.locator('img[src=x]').count(), 0)
      await page.getByRole('button', { name: 'Install and permit' }).click()
      await page.getByRole('alert').last().waitFor()
      await page.getByRole('navigation', { name: 'Skills' }).getByRole('link', { name: 'Installed' }).click()
      await page.getByRole('radio', { name: /^Anything/ }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await assertAccessible(page)
      await shoot(page, 'skills-installed')
    })

    await t.test('nothing waits, and a skill is removed by its name', async () => {
      await page.getByRole('link', { name: 'Waiting for your yes' }).click()
      await page.getByText('Nothing waits').waitFor()
      await assertAccessible(page)
      await page.getByRole('link', { name: 'Reviews' }).click()
      await page.getByText('Nothing waits for a review').waitFor()
      await page.getByRole('link', { name: 'Spreadsheet calculation' }).click()
      await page.getByRole('button', { name: 'Remove' }).click()
      await page.getByLabel('Type spreadsheet to confirm').fill('spreadsheet')
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      await page.getByText('No skill is installed').waitFor()
      assertQuiet()
    })
  },
)
