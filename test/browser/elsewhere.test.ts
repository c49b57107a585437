import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort, startOpenIdProvider } from '../system/openid-house.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { claim, goTo, OWNER, PASSWORD, signIn } from './visitors.ts'

/** Signs in at the provider's own page and agrees to what it asks. */
async function vouch(page: Page, name: string): Promise<void> {
  await page.locator('input[name=login]').fill(name)
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' })
  await page.locator('button[type=submit]').click()
}

test(
  'signing in with an account elsewhere, in a browser',
  { skip: noBrowser, timeout: 280_000 },
  async (t) => {
    const browser = await launchBrowser()
    const port = await freePort()
    const provider = await startOpenIdProvider(`http://127.0.0.1:${port}`)
    const house = await startHouse({
      port,
      config: { identity: { connections: [{ ...provider.connection, create: false }] } },
      env: { OIDC_SECRET: provider.secret },
    })
    t.after(async () => {
      await browser.close()
      await house.stop()
      await provider.stop()
    })
    await claim(house)
    const elsewhere = [provider.issuer]

    await t.test('nobody comes in whom nobody linked, and the reader’s own language says so', async () => {
      for (const [locale, link, says] of [
        ['en-GB', 'Sign in with Head office', 'You have no open account here.'],
        ['zh-CN', '使用 Head office 登录', '您在这里没有可用的账户。'],
      ] as const) {
        const { page, context, assertQuiet } = await openWindow(browser, house, { locale, elsewhere })
        await page.goto(house.url)
        await page.getByRole('link', { name: link }).click()
        await vouch(page, 'ada.at.hq')
        await page.getByText(says, { exact: false }).waitFor()
        assert.equal(page.url(), `${house.url}/`)
        await assertAccessible(page)
        assertQuiet()
        await context.close()
      }
    })

    await t.test('an account is linked with the password, opens the house, and is unlinked', async () => {
      const { page, context, assertQuiet } = await openWindow(browser, house, { elsewhere })
      await page.goto(house.url)
      await signIn(page)
      await goTo(page, 'Account', 'Your account')
      const links = page.getByRole('region', { name: 'Accounts elsewhere' })
      await links.getByText('None is linked.').waitFor()
      await links.getByRole('button', { name: 'Link Head office' }).click()
      await page.getByLabel('Your password').fill('not the password')
      await page.keyboard.press('Enter')
      await page.locator('dialog').getByText('The password is wrong.', { exact: false }).first().waitFor()
      await page.getByLabel('Your password').fill(OWNER.password)
      await page.keyboard.press('Enter')
      await vouch(page, 'ada.at.hq')
      await page.getByText('The account elsewhere is linked.', { exact: false }).waitFor()
      assert.equal(page.url(), `${house.url}/`)
      await links.getByText('ada.at.hq').waitFor()
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Dismiss' }).click()

      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('link', { name: 'Sign in with Head office' }).click()
      await page.locator('#rooms').waitFor()
      await goTo(page, 'Account', 'Your account')
      await page.getByText('Signed in as Ada Lovelace').waitFor()
      await page.getByText('by an account elsewhere').first().waitFor()

      const berta = await openWindow(browser, house, { elsewhere, locale: 'zh-CN' })
      await berta.page.goto(await house.invite('Berta'))
      await berta.page.locator('#password').fill(PASSWORD)
      await berta.page.keyboard.press('Enter')
      await goTo(berta.page, '我的账户', '我的账户')
      await berta.page.getByRole('button', { name: '关联 Head office' }).click()
      await berta.page.getByLabel('您的密码').fill(PASSWORD)
      await berta.page.keyboard.press('Enter')
      await vouch(berta.page, 'ada.at.hq')
      // It opens Ada's account: that is not taken from her.
      await berta.page.getByText('没有关联该外部账户', { exact: false }).waitFor()
      await assertAccessible(berta.page)
      berta.assertQuiet()
      await berta.context.close()

      await links.getByRole('button', { name: 'Unlink the account of Head office' }).click()
      await page
        .locator('dialog')
        .getByText('It does not open your account any more.', { exact: false })
        .waitFor()
      await page.locator('dialog').getByRole('button', { name: 'Unlink account' }).click()
      await links.getByText('None is linked.').waitFor()
      assertQuiet()
      await context.close()
    })
  },
)
