import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'

const SCREENS = process.env['SCREENS']

test(
  'what somebody shared with anybody who has the link, in a browser without script',
  { skip: noBrowser, timeout: 420_000 },
  async (t) => {
    const browser = await launchBrowser()
    const house = await startHouse()
    t.after(async () => {
      await browser.close()
      await house.stop()
    })
    const spoken = await house.cli('chat', '--json', 'How do I create an API key?')
    const { conversation } = JSON.parse(spoken) as { conversation: string }
    const hostile = '<img src=x onerror=alert(1)> ![p](https://elsewhere.example/p.png) **bold**'
    await house.cli('chat', '--conversation', conversation, '--json', hostile)
    const made = await house.cli('chat', 'share', conversation, '--anyone', '--json')
    const { id, path } = JSON.parse(made) as { id: string; path: string }

    for (const [locale, colorScheme, width, says] of [
      ['en-GB', 'light', 1100, 'Sources'],
      ['zh-CN', 'dark', 360, '来源'],
    ] as const)
      await t.test(`it is read in ${locale}, ${colorScheme}, ${width} px wide`, async () => {
        const { page, context, assertQuiet } = await openWindow(browser, house, {
          locale,
          colorScheme,
          viewport: { width, height: 900 },
          javaScriptEnabled: false,
        })
        const response = await page.goto(house.url + path)
        assert.equal(response?.status(), 200)
        await page.getByText(says, { exact: true }).first().waitFor()
        assert.equal(await page.locator('article').count(), 4)
        assert.deepEqual(await page.locator('img, script, form, iframe').count(), 0)
        if (SCREENS) await page.screenshot({ path: `${SCREENS}/${colorScheme}-${width}.png`, fullPage: true })
        assertQuiet()
        await context.close()
      })

    await t.test('it fits a narrow screen and everybody can read it', async () => {
      const { page, context } = await openWindow(browser, house)
      await page.goto(house.url + path)
      await assertAccessible(page)
      await context.close()
    })

    await t.test('once it is taken back, its page says that it is gone', async () => {
      await house.cli('chat', 'unshare', id)
      const { page, context } = await openWindow(browser, house, { locale: 'zh-CN' })
      const response = await page.goto(house.url + path)
      assert.equal(response?.status(), 404)
      await page.getByRole('heading', { name: '此内容未被分享，或已不再分享' }).waitFor()
      if (SCREENS) await page.screenshot({ path: `${SCREENS}/gone.png` })
      await context.close()
    })

    await t.test('what is printed opens as a file of its own', async () => {
      const file = await house.cli('chat', 'export', conversation, '--format', 'html', '--language', 'zh-CN')
      const { page, context } = await openWindow(browser, house, {})
      await page.setContent(file)
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('article').count(), 4)
      assert.equal(
        await page.evaluate("getComputedStyle(document.querySelector('article')).borderLeftWidth"),
        '0px',
      )
      if (SCREENS) await page.screenshot({ path: `${SCREENS}/print.png` })
      await context.close()
    })
  },
)
