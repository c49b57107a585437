import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort, startOpenIdProvider } from '../system/openid-house.ts'
import { openApp, shoot, shootNarrow } from './app.ts'
import { startApplication } from './application.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { claim, openAccount, OWNER, PASSWORD, signIn, signOut } from './visitors.ts'

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
  { skip: noBrowser, timeout: 420_000 },
  async (t) => {
    const browser = await launchBrowser()
    const port = await freePort()
    const provider = await startOpenIdProvider(`http://127.0.0.1:${port}`)
    const house = await startHouse({
      port,
      config: { identity: { connections: [{ ...provider.connection, create: false }] } },
      env: { OIDC_SECRET: provider.secret },
    })
    const wiki = await startApplication(house)
    t.after(async () => {
      await browser.close()
      await wiki.stop()
      await house.stop()
      await provider.stop()
    })
    await claim(house)
    const elsewhere = [provider.issuer, wiki.origin]

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
      await openAccount(page)
      const links = page.getByRole('region', { name: 'Accounts elsewhere' })
      await links.getByText('None is linked.').waitFor()
      await links.getByRole('button', { name: 'Link Head office' }).click()
      await page.getByLabel('Your password').fill('not the password')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByText('The password is wrong.', { exact: false }).first().waitFor()
      await page.getByLabel('Your password').fill(OWNER.password)
      await page.keyboard.press('Enter')
      await vouch(page, 'ada.at.hq')
      await page.getByText('The account elsewhere is linked.', { exact: false }).waitFor()
      assert.equal(page.url(), `${house.url}/account`)
      await links.getByText('ada.at.hq').waitFor()
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Dismiss' }).click()

      await signOut(page)
      // From an application to the house, from there to the provider, and all the way back.
      await page.goto(`${wiki.origin}/sign-in`)
      await page.getByText('An application sent you here to sign in.', { exact: false }).waitFor()
      assert.equal(page.url(), `${house.url}/`)
      await page.getByRole('link', { name: 'Sign in with Head office' }).click()
      await page.getByRole('heading', { level: 1, name: 'Sign in to Team wiki?' }).waitFor()
      const asked = page.locator('#authorise')
      await page.getByText(`takes you back to ${new URL(wiki.origin).host}`, { exact: false }).waitFor()
      await asked.getByText('Your name: Ada Lovelace').waitFor()
      assert.equal(await asked.getByText('e-mail', { exact: false }).count(), 0)
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
      await page.goto(`${wiki.origin}/sign-in`)
      await page.getByRole('button', { name: 'Refuse', exact: true }).click()
      await page.getByRole('heading', { name: 'Refused: access_denied' }).waitFor()

      await page.goto(`${wiki.origin}/act`)
      await asked.getByText(`may act in your name at: ${house.url}/mcp`, { exact: false }).waitFor()
      await assertAccessible(page)
      await shoot(page, 'authorise-acting')
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.getByRole('heading', { name: 'Connected' }).waitFor()

      await page.goto(house.url)
      await page.locator('#rooms').waitFor()
      await openAccount(page)
      await page.getByText('Signed in as Ada Lovelace').waitFor()
      const programs = page.getByRole('region', { name: 'Programs that act in your name' })
      await programs.getByText(`${house.url}/mcp`).waitFor()
      await programs.scrollIntoViewIfNeeded()
      await assertAccessible(page)
      await shoot(page, 'account-programs')
      await shootNarrow(page, 'account-programs-narrow')
      await programs.getByRole('button', { name: 'End that Team wiki acts in your name' }).click()
      await programs.getByText('No program acts in your name.').waitFor()
      await page.getByText('by an account elsewhere').first().waitFor()

      const berta = await openWindow(browser, house, { elsewhere, locale: 'zh-CN' })
      await berta.page.goto(await house.invite('Berta'))
      await berta.page.locator('#password').fill(PASSWORD)
      await berta.page.keyboard.press('Enter')
      await berta.page.locator('#rooms').waitFor()
      await berta.page.goto(`${house.url}/account`)
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
        .getByRole('dialog')
        .getByText('It does not open your account any more.', { exact: false })
        .waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Unlink account' }).click()
      await links.getByText('None is linked.').waitFor()
      assertQuiet()
      await context.close()
    })

    await t.test(
      'whoever runs the house tests the provider, and tries a sign-in that opens nothing',
      async () => {
        const { page, context, assertQuiet } = await openApp(browser, house, {
          path: '/admin/sign-in',
          elsewhere,
        })
        const providers = page.getByRole('region', { name: 'Identity providers' })
        await providers.getByText('answers', { exact: true }).waitFor()
        await providers.getByRole('button', { name: 'Test Head office' }).click()
        const report = page.getByRole('dialog')
        await report.getByText('Everything that was looked at is as it should be.').waitFor()
        await report.getByText(`${house.url}/api/oidc/`, { exact: false }).waitFor()
        await assertAccessible(page)
        await shoot(page, 'sign-in-report')
        const link = report.getByRole('link', { name: 'Try a sign-in' })
        const trial = await openWindow(browser, house, { elsewhere })
        await trial.page.goto((await link.getAttribute('href')) ?? '')
        await vouch(trial.page, 'ada.at.hq')
        await trial.page.getByText('ada.at.hq').first().waitFor()
        await trial.context.close()
        await page.keyboard.press('Escape')

        const directory = page.getByRole('region', { name: 'Directory (SCIM)' })
        await directory.getByText(`${house.url}/scim/v2`).waitFor()
        await directory.getByText('It has made nobody yet').waitFor()
        await directory.getByRole('button', { name: 'Make a key for it' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Make key' }).click()
        await page.getByRole('heading', { name: 'Your new key' }).waitFor()
        const key = await page.locator('[data-secret]').innerText()
        const made = await fetch(`${house.url}/scim/v2/Users`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key.trim()}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
            userName: 'mara@example.org',
            externalId: 'm-1',
          }),
        })
        assert.equal(made.status, 201)
        await page.reload()
        await directory.getByText('mara@example.org').waitFor()
        await assertAccessible(page)
        await shoot(page, 'sign-in')
        assertQuiet()
        await context.close()
      },
    )

    await t.test(
      'an application asks in the reader’s own language, and what is wrong is said on the page',
      async () => {
        const { page, context, assertQuiet } = await openWindow(browser, house, {
          elsewhere,
          locale: 'zh-CN',
        })
        await page.goto(`${wiki.origin}/sign-in`)
        await page.locator('#name').fill(OWNER.name)
        await page.locator('#password').fill(OWNER.password)
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { level: 1, name: '登录到 Team wiki？' }).waitFor()
        await page.getByText('您的姓名： Ada Lovelace').waitFor()
        await assertAccessible(page)
        await page.getByRole('button', { name: '我是其他人' }).click()
        await page.locator('#name').fill(OWNER.name)
        await page.locator('#password').fill(OWNER.password)
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: '允许', exact: true }).click()
        await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()

        await page.goto(`${house.url}/#authorise=AAAA`)
        await page.getByRole('heading', { name: '没有登录到该应用' }).waitFor()
        await page.getByText('请返回该应用重新开始', { exact: false }).waitFor()
        await assertAccessible(page)
        await page.getByRole('button', { name: '前往 Freehold' }).click()
        await page.locator('#rooms').waitFor()
        assertQuiet()
        await context.close()

        const stranger = await openWindow(browser, house, { locale: 'zh-CN' })
        await stranger.page.goto(`${house.url}/oidc/authorize?client_id=nobody`)
        await stranger.page.getByText('一个应用以本系统不认识的方式', { exact: false }).waitFor()
        await stranger.context.close()
      },
    )
  },
)
