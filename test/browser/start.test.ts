import { test } from 'node:test'
import { answered, captureServer, ordinary } from '../system/gateway-upstream.ts'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { OWNER } from './visitors.ts'

const HANDBOOK = `# Handbook of the depot

The cold store must be kept at minus eighteen degrees.

Forklifts are inspected every second Tuesday of the month.
`

test('the first minutes of a new owner', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const model = await captureServer((seen, response) =>
    seen.path.endsWith('/models')
      ? answered(200, { object: 'list', data: [{ id: 'tiny', object: 'model' }] })(seen, response)
      : ordinary(seen, response),
  )
  t.after(() => model.close())
  const house = await startHouse()
  t.after(() => house.stop())
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const { page, context, assertQuiet } = await openWindow(browser, house, {
    viewport: { width: 1440, height: 900 },
  })

  context.setDefaultTimeout(20_000)

  await t.test('whoever has claimed is led to the first steps', async () => {
    await page.goto(house.claimUrl)
    await page.locator('#name').fill(OWNER.name)
    await page.locator('#password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Claim Freehold' }).click()
    await page.getByRole('heading', { level: 1, name: 'First steps' }).waitFor()
    await page.getByRole('link', { name: 'Skip to the chat' }).waitFor()
    await page.getByText('Stays on this machine').waitFor()
    await shoot(page, 'start')
    await assertAccessible(page)
  })

  await t.test('a first question is answered from the guide, with its source and its route', async () => {
    await page.getByRole('button', { name: 'How do I create an API key?' }).click()
    const answer = page.getByRole('group', { name: 'The answer' })
    await answer
      .getByRole('button', { name: /^Source 1/ })
      .first()
      .click()
    await answer.locator('blockquote mark').waitFor()
    await answer.getByRole('button', { name: /Where this was answered: On this machine/ }).click()
    await page.getByText('Nothing left the building.').waitFor()
    await shoot(page, 'start-answer')
    await page.getByRole('button', { name: 'What left the building' }).click()
    const drawer = page.getByRole('dialog', { name: 'What left the building' })
    await drawer.getByText('Nothing left the building.').waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await answer
      .getByRole('button', { name: /Where this was answered/ })
      .and(page.locator(':focus'))
      .waitFor()
    await answer.getByRole('link', { name: 'Go on in the chat' }).waitFor()
    await assertAccessible(page)
  })

  await t.test('a message can be kept private before it is sent', async () => {
    await page.getByRole('button', { name: /Where this would go, and why/ }).click()
    await page.getByRole('radio', { name: 'This message stays home' }).click()
    await shoot(page, 'start-foresight')
    await page.keyboard.press('Escape')
    await page.getByText('Kept private').waitFor()
  })

  await t.test('a file of one’s own is read and asked', async () => {
    await page.getByRole('button', { name: /Ask a file of yours/ }).click()
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'handbook.md', mimeType: 'text/markdown', buffer: Buffer.from(HANDBOOK) })
    await page
      .getByText(/was read/)
      .first()
      .waitFor()
    await page.getByLabel('Ask about your file').fill('When are forklifts inspected?')
    await page.getByLabel('Ask about your file').press('Enter')
    await page
      .getByRole('group', { name: 'The answer' })
      .getByText(/every second Tuesday/)
      .waitFor()
    await assertAccessible(page)
  })

  await t.test('a skill that comes along is permitted, installed and run', async () => {
    await page.getByRole('button', { name: /Run a skill/ }).click()
    await page.getByText('It reaches no network: none is open to it.').waitFor()
    await page.getByRole('button', { name: 'Permit and install' }).click()
    // It is checked before it is installed.
    await page.getByRole('button', { name: 'Run the skill' }).click({ timeout: 60_000 })
    await page.getByRole('cell', { name: '1249.5' }).waitFor()
    await shoot(page, 'start-skill')
    await assertAccessible(page)
  })

  await t.test('what is private is marked, and one sees that it would stay', async () => {
    await page.getByRole('button', { name: /See what would leave/ }).click()
    await page.locator('mark').filter({ hasText: 'anna.lindqvist@example.org' }).waitFor()
    await shoot(page, 'start-privacy')
    await assertAccessible(page)
  })

  await t.test('a model is looked for, tested, connected by a rule, and taken back', async () => {
    await page.getByRole('button', { name: /Connect intelligence/ }).click()
    await page.getByRole('button', { name: 'Look for models on this machine' }).click()
    await page.getByText('llama.cpp', { exact: true }).waitFor()
    await page.getByLabel('Provider').selectOption('compatible')
    await page.getByRole('button', { name: 'Test it' }).click()
    await page.getByText('Name at least one model.').waitFor()
    await page.getByLabel('Address').fill(`${model.url}/v1`)
    await page.getByLabel('Models', { exact: true }).fill('tiny')
    await page.getByLabel('It is a server of ours').check()
    await page.getByRole('button', { name: 'Test it' }).click()
    await page.getByText('my-models works.').waitFor()
    await shoot(page, 'start-connect')
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Save and use it' }).click()
    await page.getByText('my-models is connected').waitFor()
    await page.getByText('5 of 5 done').waitFor()
    await shoot(page, 'start-connected')
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByText('Everything is as it was before.').first().waitFor()
    assertQuiet()
  })

  await t.test('in Chinese, in the dark and on a telephone', async () => {
    const other = await openApp(browser, house, {
      path: '/start',
      viewport: { width: 360, height: 740 },
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    await other.page.getByRole('heading', { level: 1, name: '入门' }).waitFor()
    await other.page.getByRole('button', { name: '数据存储在哪里？' }).click()
    await other.page
      .getByRole('group', { name: '答案' })
      .getByRole('button', { name: /^来源 1/ })
      .first()
      .waitFor()
    await shoot(other.page, 'start-zh-narrow')
    await other.page.getByRole('button', { name: /接入智能/ }).click()
    await other.page.getByLabel('提供方').waitFor()
    await shoot(other.page, 'start-connect-zh-narrow')
    other.assertQuiet()
  })
})
