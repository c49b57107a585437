import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { OWNER } from './visitors.ts'

/** What the page logs as wrong from now on, refused requests among it: that nobody is signed in is no refusal. */
function errorsOf(page: Page): readonly string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return errors
}

test(
  'the app opens for whoever holds the link, in both languages and on a telephone',
  { skip: noBrowser },
  async (t) => {
    const house = await startHouse()
    t.after(() => house.stop())
    const browser = await launchBrowser()
    t.after(() => browser.close())

    await t.test('the owner claims the house', async () => {
      const { page, assertQuiet } = await openWindow(browser, house)
      const errors = errorsOf(page)
      await page.goto(house.url)
      await page.getByRole('heading', { name: 'Waiting for its owner' }).waitFor()
      assert.deepEqual(errors, [])
      await page.goto(house.claimUrl)
      await page.reload()
      await page.goto('about:blank')
      await page.goto(house.claimUrl)
      await page.getByRole('heading', { name: 'This house is yours' }).waitFor()
      assert.equal(new URL(page.url()).hash, '')
      await assertAccessible(page)
      await shoot(page, 'claim')
      await page.locator('#name').fill(OWNER.name)
      await page.locator('#password').fill(OWNER.password)
      await page.getByRole('button', { name: 'Claim Freehold' }).click()
      await page.locator('#content').waitFor()
      assertQuiet()
    })

    await t.test('the language and the look change without a reload', async () => {
      const { page, assertQuiet } = await openApp(browser, house)
      await page.getByRole('button', { name: 'Your account' }).click()
      await shoot(page, 'person-menu')
      await page.getByRole('menuitemcheckbox', { name: '中文' }).click()
      await page.getByRole('link', { name: '知识库' }).waitFor()
      assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-CN')
      await page.getByRole('button', { name: '您的账户' }).click()
      await page.getByRole('menuitemcheckbox', { name: '深色' }).click()
      await shoot(page, 'dark')
      assert.equal(await page.evaluate('document.documentElement.dataset.look'), 'dark')
      assertQuiet()
    })

    await t.test('on a telephone the menu holds the areas', async () => {
      const { page, assertQuiet } = await openApp(browser, house, { viewport: { width: 360, height: 740 } })
      const focused = (role: 'link' | 'button', name: string) =>
        page.getByRole(role, { name, exact: true }).and(page.locator(':focus')).waitFor()
      await page.getByRole('button', { name: 'Open the menu' }).press('Enter')
      await focused('link', 'Chat')
      await page.keyboard.press('Escape')
      await focused('button', 'Open the menu')
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Find anything' }).waitFor()
      await page.keyboard.press('Escape')
      await focused('button', 'Open the menu')
      await page.keyboard.press('Enter')
      await shoot(page, 'menu-narrow')
      await page.getByRole('link', { name: 'Trust', exact: true }).first().click()
      await page.getByRole('heading', { level: 1, name: 'Trust' }).waitFor()
      await page.goto(`${house.url}/trust/nowhere`)
      await page.getByRole('heading', { name: 'Nothing is here' }).waitFor()
      await assertAccessible(page)
      assertQuiet()
    })

    await t.test('whoever signs out stands at the door', async () => {
      const { page, assertQuiet } = await openApp(browser, house)
      await page.getByRole('button', { name: 'Your account' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
      const errors = errorsOf(page)
      await page.reload()
      await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
      assert.deepEqual(errors, [])
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('Enter your name.').waitFor()
      await assertAccessible(page)
      assertQuiet()
    })
  },
)
