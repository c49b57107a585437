import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort } from '../../system/openid-house.ts'
import { openApp, shoot } from '../app.ts'
import { assertAccessible, launchBrowser, noBrowser } from '../browser.ts'
import { startChatHouse } from '../chat-house.ts'

const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
const turn = (page: Page, text: string) => page.getByRole('article').getByText(text)

// Who works on a run is taken for gone after fifteen seconds.
test(
  'a server that is killed in mid-answer says so, and goes on where it was',
  { skip: noBrowser, timeout: 280_000 },
  async (t) => {
    const house = await startChatHouse({ port: await freePort() })
    const { model } = house
    const browser = await launchBrowser()
    t.after(async () => {
      await browser.close()
      await house.stop()
    })
    const viewport = { width: 1440, height: 900 }
    const { page, assertQuiet } = await openApp(browser, house, { viewport, hasOutages: true })
    await field(page).fill('A long story')
    await page.keyboard.press('Enter')
    await model.begun()
    await model.says('Once upon')
    await turn(page, 'Once upon').waitFor()
    await field(page).fill('my next question')
    process.kill(house.pid, 'SIGKILL')
    await page.getByText('Connection lost. Reconnecting').waitFor()
    await shoot(page, 'server-gone')
    model.again()
    await page.getByText('The server stopped in the middle.').waitFor({ timeout: 60_000 })
    await turn(page, 'Once upon').waitFor()
    assert.equal(await field(page).inputValue(), 'my next question')
    await page.getByText('Goes to house').waitFor()
    await assertAccessible(page)
    await shoot(page, 'server-back')
    await page.getByRole('button', { name: 'Go on' }).click()
    await model.begun()
    await model.says('Once upon a time.')
    await model.ends()
    await page.getByRole('button', { name: 'Answer again' }).waitFor()
    await page.reload()
    await turn(page, 'Once upon a time.').waitFor()
    assert.equal(await turn(page, 'A long story').count(), 1)
    assertQuiet()
  },
)
