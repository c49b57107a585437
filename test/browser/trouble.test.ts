import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort } from '../system/openid-house.ts'
import { openApp, shoot } from './app.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { startChatHouse } from './chat-house.ts'

const WIDE = { width: 1440, height: 900 }
const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
/** A telephone at the edge of a village. */
const SLOW = { offline: false, latency: 400, downloadThroughput: 50 * 1024, uploadThroughput: 50 * 1024 }

const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
const say = async (page: Page, text: string): Promise<void> => {
  await field(page).fill(text)
  await page.keyboard.press('Enter')
}
const turn = (page: Page, text: string | RegExp) => page.getByRole('article').getByText(text)
/** Its run is over, and nothing more is asked of the server for it. */
const whole = (page: Page, text: string) =>
  page.getByRole('article').filter({ hasText: text }).getByRole('button', { name: 'Answer again' }).waitFor()

test(
  'a bad network loses nothing and says nothing twice',
  { skip: noBrowser, timeout: 420_000 },
  async (t) => {
    const house = await startChatHouse({ port: await freePort() })
    const { model, upstream } = house
    const browser = await launchBrowser()
    t.after(async () => {
      await browser.close()
      await house.stop()
    })
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE, hasOutages: true })
    page.setDefaultTimeout(40_000)
    const devtools = await context.newCDPSession(page)

    await t.test('over a slow network every wait is shown, and nothing is sent twice', async () => {
      await field(page).waitFor()
      await devtools.send('Network.enable')
      await devtools.send('Network.emulateNetworkConditions', SLOW)
      const words = 'How long does it take from here?'
      await say(page, words)
      await page.keyboard.press('Enter')
      await page.getByText('Sending …').waitFor()
      await shoot(page, 'slow-sending')
      await model.begun()
      await page.getByText('Working on it').waitFor()
      await model.says('A while')
      await field(page).focus()
      await page.keyboard.type('written while it comes')
      assert.equal(await field(page).inputValue(), 'written while it comes')
      await model.ends()
      await whole(page, 'A while')
      assert.equal(await turn(page, words).count(), 1)
      assert.equal(upstream.seen.filter(({ body }) => body.includes(words)).length, 1)
      await page.reload()
      await page.getByText('Loading …').first().waitFor()
      await shoot(page, 'slow-loading')
      await turn(page, 'A while').waitFor()
      assert.equal(await field(page).inputValue(), 'written while it comes')
      await devtools.send('Network.emulateNetworkConditions', FAST)
      assertQuiet()
    })

    await t.test('what reached the server is not sent again when only its answer was lost', async () => {
      const lost = Promise.withResolvers<void>()
      await page.route('**/messages', async (route) => {
        await route.fetch()
        await route.abort().then(lost.resolve, lost.reject)
      })
      await say(page, 'Did you hear me?')
      await model.begun()
      // A route that is taken away while its handler runs has been handled by the time it aborts.
      await lost.promise
      await page.unroute('**/messages')
      await page.getByText('Working on it').waitFor()
      assert.equal(await field(page).inputValue(), '')
      await model.says('I did')
      await model.ends()
      await whole(page, 'I did')
      assert.equal(await turn(page, 'Did you hear me?').count(), 1)
      assertQuiet()
    })

    await t.test('without a network the words stay, and so does the wish to keep them private', async () => {
      await context.setOffline(true)
      await page.getByText('No connection. What you see').waitFor()
      await say(page, 'Written on the train')
      await page.getByRole('form').getByText('What you write stays here until you can send it.').waitFor()
      assert.equal(await field(page).inputValue(), 'Written on the train')
      await shoot(page, 'offline')
      await context.setOffline(false)
      await page.getByText('No connection. What you see').waitFor({ state: 'detached' })
      // The browser knows of a network, and the house is out of reach all the same.
      await page.route('**/messages', (route) => route.abort())
      await page.getByRole('button', { name: /Where this would go/ }).click()
      await page.getByRole('radio', { name: 'This message stays home' }).click()
      await page.keyboard.press('Escape')
      await field(page).press('Enter')
      await page.getByRole('alert').waitFor()
      assert.equal(await field(page).inputValue(), 'Written on the train')
      await page.getByText('Kept private', { exact: true }).waitFor()
      await page.unroute('**/messages')
      await field(page).press('Enter')
      await model.begun()
      await model.says('Arrived')
      await model.ends()
      await whole(page, 'Arrived')
      assert.equal(await turn(page, 'Written on the train').count(), 1)
      assertQuiet()
    })

    await t.test('it is installed like a program, and opens without a network', async () => {
      const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
      assert.deepEqual(
        installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
        [],
      )
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
      await page.reload()
      await turn(page, 'Arrived').waitFor()
      await context.setOffline(true)
      await page.reload()
      await page.getByRole('heading', { name: 'Freehold does not answer' }).waitFor()
      await shoot(page, 'offline-opened')
      // What people wrote is not kept by the browser.
      const kept = await page.evaluate<string[]>(`(async () => {
      const names = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) names.push(new URL(url).pathname)
      return names
    })()`)
      assert.ok(kept.includes('/'))
      assert.deepEqual(
        kept.filter((path) => path !== '/' && !path.startsWith('/assets/')),
        [],
      )
      await context.setOffline(false)
      await page.getByRole('button', { name: 'Try again' }).last().click()
      await turn(page, 'Arrived').waitFor()
      assertQuiet()
    })
  },
)
