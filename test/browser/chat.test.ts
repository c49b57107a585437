import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser } from './browser.ts'
import { startChatHouse } from './chat-house.ts'

test(
  'a conversation: asked, answered as it comes, stopped, edited and gone on with',
  { skip: noBrowser },
  async (t) => {
    const house = await startChatHouse()
    t.after(() => house.stop())
    const { model } = house
    const browser = await launchBrowser()
    t.after(() => browser.close())

    await t.test('the guide answers a first question without any model', async () => {
      const { page, assertQuiet } = await openApp(browser, house, { viewport: { width: 1440, height: 900 } })
      await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor()
      await shoot(page, 'chat-new')
      await page.getByRole('button', { name: 'How do I create an API key?' }).click()
      await page.getByRole('button', { name: 'Answer again' }).waitFor()
      await shoot(page, 'chat-guide')
      assertQuiet()
    })

    await t.test('an answer is seen as it comes', async () => {
      const { page, assertQuiet } = await openApp(browser, house, { viewport: { width: 1440, height: 900 } })
      await page.getByRole('textbox', { name: 'Message' }).fill('Tell me of routes')
      await page.keyboard.press('Enter')
      await model.begun()
      await page.getByText('Working on it').waitFor()
      await model.says('# Routes\n\n', 'A **rule** leads ', 'somewhere.\n\n', '```ts\nconst a = 1\n```\n\n')
      await page.getByText('somewhere.').waitFor()
      await shoot(page, 'chat-streaming')
      await model.says('| a | b |\n|---|---|\n| 1 | 2 |\n\nand $a^2$ too.')
      await model.ends()
      await page.getByRole('button', { name: 'Answer again' }).waitFor()
      await shoot(page, 'chat-answer')
      await assertAccessible(page)
      assertQuiet()
    })
  },
)
