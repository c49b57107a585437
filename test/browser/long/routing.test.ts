import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedModel } from '../../system/gateway-house.ts'
import { captureServer } from '../../system/gateway-upstream.ts'
import type { Script } from '../../system/gateway-upstream.ts'
import { openApp, shoot } from '../app.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse } from '../browser.ts'
import { claim } from '../visitors.ts'
import { sayAs } from '../trust-house.ts'
import { ordinary } from '../../system/gateway-upstream.ts'

/** A model server that says which models it has, as OpenAI does. */
const withModels: Script = (seen, response) => {
  if (seen.path !== '/v1/models') return ordinary(seen, response)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ object: 'list', data: [{ id: 'qwen', object: 'model' }] }))
}

test('an administrator looks after targets, rules and dictionaries', { skip: noBrowser }, async (t) => {
  const upstream = await captureServer(withModels)
  t.after(() => upstream.close())
  const house = await startHouse({
    config: {
      targets: [managedModel(upstream.url, { models: ['cloud'] })],
      routes: [{ when: { model: 'cloud', class: ['public', 'internal'] }, to: ['cloud'] }],
    },
  })
  t.after(() => house.stop())
  await claim(house)
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const { page, context, assertQuiet } = await openApp(browser, house, { path: '/admin/targets' })
  const column = page.getByRole('navigation', { name: 'Admin' })
  const dialog = page.getByRole('dialog')
  const button = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true })

  await t.test('a target is tried before it is saved, and what failed is told', async () => {
    await page.getByRole('link', { name: 'cloud' }).waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-targets')
    await button('Add a target').click()
    await page.getByLabel('Name', { exact: true }).fill('house')
    await page.getByLabel('Address').fill('http://127.0.0.1:1/v1')
    await page.getByLabel('Models asked for').fill('qwen\nsmall = qwen')
    await button('Test').click()
    await page.getByText('house does not work yet.').waitFor()
    await page.getByLabel('Address').fill(`${upstream.url}/v1`)
    await page.getByLabel('How it knows who asks').selectOption('apiKey')
    await page.getByLabel('Secret').fill('sk-house-canary')
    await page.getByText('Price and limits').click()
    await page.getByLabel('Price in, per million tokens').fill('a lot')
    await button('Test').click()
    await page.getByText('Something that was entered cannot be taken.').waitFor()
    await page.getByLabel('Price in, per million tokens').fill('1')
    await page.getByLabel('Price out, per million tokens').fill('2')
    await page.getByLabel('Also let a model answer').check()
    await button('Test').click()
    await page.getByText('house works.').waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-target-form')
    await button('Save').click()
    await page.getByRole('heading', { level: 1, name: 'house' }).waitFor()
  })

  await t.test('a target is tried, asked for its models, taken out of service and used again', async () => {
    await button('Test').click()
    await page.getByText('house works.').waitFor()
    await button('Ask it').click()
    await page.getByText('asked for as qwen, small').waitFor()
    await button('Take out of service').click()
    await page.getByText('Out of service', { exact: true }).waitFor()
    await button('Use it again').click()
    await page.getByText('In use', { exact: true }).waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-target')
    await button('Edit').click()
    await page.getByText('Credentials, certificates and time-outs are never told again').waitFor()
    assert.equal(await page.getByLabel('Secret').inputValue(), '')
    await page.getByLabel('Secret').fill('sk-house-canary')
    await page.getByLabel('Models asked for').fill('qwen')
    await button('Save').click()
    await page.getByRole('definition').getByText('qwen', { exact: true }).waitFor()
  })

  const rules = page.getByRole('list', { name: 'Rules of the settings' })
  const add = async (models: string): Promise<void> => {
    await button('Add a rule').click()
    await dialog.getByLabel('Models asked for').fill(models)
    await dialog.getByLabel('Target').selectOption('house')
    await dialog.getByRole('button', { name: 'Add as next' }).click()
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  await t.test('rules are added, ordered by the keyboard, tried on what was asked, and saved', async () => {
    await sayAs(context, house, { text: 'Good morning', model: 'cloud', class: 'public' })
    await column.getByRole('link', { name: 'Rules' }).click()
    await page.getByText('Rules of the file').waitFor()
    await add('qwen')
    await button('Add a rule').click()
    await dialog.getByLabel('Public').check()
    await dialog.getByRole('button', { name: 'Add as next' }).click()
    await assertAccessible(page)
    await shoot(page, 'routing-rule-form')
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await rules.getByText('Class Public').waitFor()
    await button('Move rule 2 up').focus()
    await page.keyboard.press('Enter')
    assert.match(await rules.getByRole('listitem').first().innerText(), /Class Public/)
    assert.equal(await page.evaluate('document.activeElement.dataset.way'), 'up')
    await page.keyboard.press('Alt+ArrowDown')
    await page.waitForFunction('document.activeElement.dataset.way === "down"')
    assert.match(await rules.getByRole('listitem').first().innerText(), /model qwen/)
    await button('Try on recent requests').click()
    await page.getByText('requests could be compared').waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-rules')
    await button('Save the rules').click()
    await page.getByRole('paragraph').filter({ hasText: 'The rules are in force.' }).waitFor()
  })

  await t.test('other rules are put on trial, put in force, and an earlier version is restored', async () => {
    await button('Edit rule 1').click()
    await dialog.getByLabel('Models asked for').fill('qwen*')
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await button('Put on trial').click()
    await page.getByText('No request has come since.').waitFor()
    await rules.getByText('model qwen', { exact: true }).waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-trial')
    await button('Put in force').click()
    await dialog.getByRole('button', { name: 'Put in force' }).click()
    await rules.getByText('model qwen*').waitFor()
    await page.getByText('No rules are on trial.').waitFor()
    await page.getByRole('button', { name: 'Restore: Version' }).first().click()
    await dialog.getByRole('button', { name: 'Restore' }).click()
    await rules.getByText('model qwen', { exact: true }).waitFor()
  })

  await t.test('whoever was slower is told, and nothing is overwritten', async () => {
    await button('Remove rule 2').click()
    const other = await openApp(browser, house, { path: '/admin/routes' })
    await other.page.getByRole('button', { name: 'Move rule 1 down' }).click()
    await other.page.getByRole('button', { name: 'Save the rules' }).click()
    await other.page.getByRole('paragraph').filter({ hasText: 'The rules are in force.' }).waitFor()
    await other.context.close()
    await button('Save the rules').click()
    await page.getByText('Somebody saved other targets or rules meanwhile.').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Discard' }).click()
  })

  await t.test(
    'a dictionary is imported with a preview, and a pattern that is not taken is named',
    async () => {
      await column.getByRole('link', { name: 'Desensitising' }).click()
      await page.getByText('It looks alone.').waitFor()
      await button('Add a dictionary').click()
      const csv = 'value,pattern,type\nAcme Corp,,ORGANIZATION\n,PRJ-.*,\n'
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'Customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      await dialog.getByText('1 value, 1 pattern').waitFor()
      assert.equal(await dialog.getByLabel('Name').inputValue(), 'customers')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByText('Nothing was changed.').waitFor()
      await shoot(page, 'routing-dictionary')
      await dialog.getByLabel('Terms, as CSV').fill(csv.replace('.*', String.raw`\d{4}`))
      await assertAccessible(page)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await button('Edit customers').click()
      await dialog.getByText('1 value, 1 pattern').waitFor()
      await page.keyboard.press('Escape')
      await assertAccessible(page)
      await shoot(page, 'routing-desensitising')
      await button('Delete customers').click()
      await dialog.getByLabel('Type customers to confirm').fill('customers')
      await dialog.getByRole('button', { name: 'Delete' }).click()
      await page.getByText('None yet.').waitFor()
    },
  )

  await t.test('what is kept is shown', async () => {
    await column.getByRole('link', { name: 'Kept answers and vectors' }).click()
    await page.getByText('Nothing is kept now.').waitFor()
    await assertAccessible(page)
    await shoot(page, 'routing-cache')
  })

  await t.test('a target that a rule names stays, and one that none names is deleted', async () => {
    await page.goto(`${house.url}/admin/targets/house`)
    await page.getByText('It can be deleted when no rule names it.').waitFor()
    assert.equal(await button('Delete').getAttribute('aria-disabled'), 'true')
    await column.getByRole('link', { name: 'Rules' }).click()
    await button('Remove rule 2').click()
    await button('Remove rule 1').click()
    await button('Save the rules').click()
    await page.getByText('None yet.').waitFor()
    await page.goto(`${house.url}/admin/targets/house`)
    await button('Delete').click()
    await dialog.getByLabel('Type house to confirm').fill('house')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { level: 1, name: 'Targets' }).waitFor()
    await page.getByRole('link', { name: 'house' }).waitFor({ state: 'detached' })
    assertQuiet()
  })

  await t.test('the screens fit a telephone, in Chinese and in the dark', async () => {
    const phone = await openApp(browser, house, {
      path: '/admin/targets',
      viewport: { width: 360, height: 740 },
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    for (const path of ['targets', 'new-target', 'routes', 'desensitising']) {
      await phone.page.goto(`${house.url}/admin/${path}`)
      await phone.page.getByRole('heading', { level: 1 }).waitFor()
      const width = await phone.page.evaluate('document.documentElement.scrollWidth')
      assert.equal(width, 360, path)
      await shoot(phone.page, `routing-phone-${path}`)
    }
    await assertAccessible(phone.page)
    phone.assertQuiet()
    await phone.context.close()
  })
})
