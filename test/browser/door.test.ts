import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse, tabTo } from './browser.ts'
import { addAuthenticator, codeOf, join, OWNER, PASSWORD, signIn, signOut } from './visitors.ts'

test('the door, in a browser', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const browser = await launchBrowser()
  // Nobody answers at this provider.
  const away = {
    id: 'hq',
    name: 'Head office',
    issuer: 'http://127.0.0.1:9',
    clientId: 'x',
    clientSecret: 'x',
  }
  const house = await startHouse({ config: { identity: { connections: [away] } } })
  t.after(async () => {
    await browser.close()
    await house.stop()
  })

  await t.test('the house is claimed by keyboard, and its link is good once', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, house)
    await page.goto(house.claimUrl)
    await page.locator('#name:focus').waitFor()
    assert.equal(page.url(), `${house.url}/`)
    await page.keyboard.press('Enter')
    await page.getByText('Enter your name.').waitFor()
    await page.getByText('At least fifteen characters: 15 more are needed.').waitFor()
    await assertAccessible(page)
    await page.keyboard.type(OWNER.name)
    await tabTo(page, page.locator('#password'))
    await page.keyboard.type(OWNER.password)
    await tabTo(page, page.getByRole('button', { name: 'Show password' }))
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('#password').getAttribute('type'), 'text')
    await tabTo(page, page.getByRole('button', { name: 'Claim Freehold' }))
    await page.keyboard.press('Enter')
    await page.locator('#rooms').waitFor()
    await signOut(page)
    await page.goto(house.claimUrl)
    await page.getByText('has already been claimed', { exact: false }).waitFor()
    await page.getByText('Head office does not answer just now').waitFor()
    await page.locator('#name').fill(OWNER.name)
    await page.locator('#password').fill('not the password at all')
    await page.keyboard.press('Enter')
    await page.getByText('Name or password is wrong.', { exact: false }).first().waitFor()
    await assertAccessible(page)
    await shoot(page, 'door')
    await signIn(page)
    assertQuiet()
    await context.close()
  })

  await t.test('who was invited opens the link on a telephone, chooses a password and is in', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, house, {
      viewport: { width: 360, height: 740 },
    })
    const link = await house.invite('Berta Schulze')
    await page.goto(house.url)
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    // The link is opened in a window in which the page is open already.
    await page.goto(link)
    await page.getByRole('heading', { name: 'You are invited' }).waitFor()
    assert.equal(page.url(), `${house.url}/`)
    await page.locator('#password').fill('passwordpassword')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByText('This password would be guessed', { exact: false }).first().waitFor()
    await assertAccessible(page)
    await shoot(page, 'join-narrow')
    await page.locator('#password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.locator('#content').waitFor()
    await page.goto(link)
    await page.getByRole('heading', { name: 'You are invited' }).waitFor()
    await page.locator('#password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByText('The link is not valid', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'I have an account already' }).click()
    await page.locator('#content').waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('whose session ends is told so, in the language of the browser, and goes on', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, {
      path: '/account',
      locale: 'zh-CN',
    })
    await page.getByRole('heading', { level: 1, name: '我的账户' }).waitFor()
    await context.clearCookies()
    await page.getByRole('button', { name: '设置应用' }).click()
    await page.getByRole('main').getByText('会话已结束，请重新登录。').waitFor()
    await assertAccessible(page)
    await signIn(page, OWNER, '登录')
    await page.getByRole('heading', { level: 1, name: '我的账户' }).waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('an authenticator app is asked for, and a passkey signs in without a name', async () => {
    // An address has no passkeys.
    const home = house.url.replace('127.0.0.1', 'localhost')
    const { page, context, assertQuiet } = await openWindow(browser, { ...house, url: home })
    await addAuthenticator(page)
    await join(page, (await house.invite('Carla')).replace('127.0.0.1', 'localhost'))
    await page.goto(`${home}/account`)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('What to call it').fill('Telephone')
    await page.getByLabel('Your password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('never used').waitFor()
    await page.getByRole('button', { name: 'Set up an app' }).click()
    const secret = (await page.getByRole('dialog').locator('code').innerText()).replaceAll(' ', '')
    await page.getByLabel('Code that the app shows now').fill(codeOf(secret, 0))
    await page.getByLabel('Your password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Done' }).click()
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.locator('#rooms').waitFor()
    await signOut(page)
    await page.locator('#name').fill('carla')
    await page.locator('#password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.locator('#code:focus').waitFor()
    await assertAccessible(page)
    await page.locator('#code').fill('000000')
    await page.keyboard.press('Enter')
    await page.getByText('The code does not fit', { exact: false }).first().waitFor()
    await page.locator('#code').fill(codeOf(secret, 1))
    await page.keyboard.press('Enter')
    await page.locator('#rooms').waitFor()
    assertQuiet()
    await context.close()
  })
})
