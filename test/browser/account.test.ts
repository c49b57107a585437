import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import jsQR from 'jsqr'
import type { Page } from 'playwright-core'
import { openApp, shoot, shootNarrow } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse, tabTo } from './browser.ts'
import {
  addAuthenticator,
  claim,
  codeOf,
  join,
  openAccount,
  OWNER,
  PASSWORD,
  signIn,
  signOut,
} from './visitors.ts'

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const dialog = (page: Page) => page.getByRole('dialog')
const BERTA = { name: 'Berta Schulze', password: PASSWORD }

/** What the telephone reads off the screen. */
async function scan(page: Page): Promise<URL> {
  const png = await page.getByRole('img', { name: /^QR code/ }).screenshot()
  const pixels = await page.evaluate<{ data: number[]; width: number; height: number }>(`(async () => {
    const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (letter) => letter.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height)
    return { data: [...data], width, height }
  })()`)
  const read = jsQR.default(Uint8ClampedArray.from(pixels.data), pixels.width, pixels.height)
  assert.ok(read, 'the QR code cannot be read')
  return new URL(read.data)
}

test('my account, in a browser', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const browser = await launchBrowser()
  const house = await startHouse()
  t.after(async () => {
    await browser.close()
    await house.stop()
  })
  await claim(house)

  await t.test(
    'an app is set up by its QR code, its recovery codes are shown once, and it is removed',
    async () => {
      const { page, context, assertQuiet } = await openWindow(browser, house)
      await join(page, await house.invite('Berta Schulze'))
      await openAccount(page)
      await page.getByText('Signed in as Berta Schulze').waitFor()
      await panel(page, 'Where you are signed in').getByText('this one').waitFor()
      await assertAccessible(page)

      const app = panel(page, 'Authenticator app')
      await app.getByRole('button', { name: 'Set up an app' }).click()
      await dialog(page).getByRole('heading', { name: 'Set up an authenticator app' }).waitFor()
      const scanned = await scan(page)
      assert.equal(decodeURIComponent(scanned.pathname), '/Freehold:Berta Schulze')
      const secret = scanned.searchParams.get('secret') ?? ''
      assert.equal((await page.getByRole('dialog').locator('code').innerText()).replaceAll(' ', ''), secret)
      await page.getByLabel('Code that the app shows now').fill('000000')
      await page.getByLabel('Your password').fill(PASSWORD)
      await page.keyboard.press('Enter')
      await dialog(page).getByText('The code does not fit.', { exact: false }).first().waitFor()
      await assertAccessible(page)
      await page.getByLabel('Code that the app shows now').fill(codeOf(secret, 0))
      await page.keyboard.press('Enter')

      await dialog(page).getByRole('heading', { name: 'Your recovery codes' }).waitFor()
      await assertAccessible(page)
      const codes = await page.locator('[data-secret] li').allInnerTexts()
      assert.equal(codes.length, 10)
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        dialog(page).getByRole('button', { name: 'Download' }).click(),
      ])
      assert.equal(await readFile(await file.path(), 'utf8'), `${codes.join('\n')}\n`)
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await dialog(page).getByRole('button', { name: 'Copy' }).click()
      await dialog(page).getByText('Copied.').waitFor()
      assert.equal(await page.evaluate('navigator.clipboard.readText()'), codes.join('\n'))
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.locator('#content').isVisible(), false)
      assert.equal(await page.locator('[data-secret]').isVisible(), true)
      await page.emulateMedia({ media: 'screen' })
      await dialog(page).getByRole('button', { name: 'Done' }).click()
      await app.getByText('10 recovery codes left').waitFor()
      await app.locator(':focus').waitFor()

      await signOut(page)
      await page.locator('#name').fill('Berta Schulze')
      await page.locator('#password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.locator('#code').fill(codes[3] ?? '')
      await page.keyboard.press('Enter')
      await openAccount(page)
      await app.getByText('9 recovery codes left').waitFor()
      await app.getByRole('button', { name: 'New recovery codes' }).click()
      await page.getByLabel('Your password').fill('not the password')
      await page.keyboard.press('Enter')
      await dialog(page).getByText('The password is wrong.').first().waitFor()
      await page.getByLabel('Your password').fill(PASSWORD)
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('heading', { name: 'Your recovery codes' }).waitFor()
      assert.ok(!(await page.locator('[data-secret] li').allInnerTexts()).includes(codes[4] ?? ''))
      await page.keyboard.press('Escape')
      await app.getByRole('button', { name: 'Remove the app' }).click()
      await page.getByLabel('Your password').fill(PASSWORD)
      await page.keyboard.press('Enter')
      await app.getByText('Not set up.').waitFor()
      assertQuiet()
      await context.close()
    },
  )

  await t.test(
    'a password that would be guessed is refused, and a good one ends the other sessions',
    async () => {
      const other = await openApp(browser, house, { path: '/account', person: BERTA })
      const { page, context, assertQuiet } = await openApp(browser, house, {
        path: '/account',
        person: BERTA,
      })
      const sessions = panel(page, 'Where you are signed in')
      await sessions.getByRole('button', { name: 'End all others' }).waitFor()
      const password = panel(page, 'Password')
      await password.getByText('Fifteen characters or more', { exact: false }).waitFor()
      await password.getByRole('textbox', { name: 'Password now' }).fill(PASSWORD)
      await password.getByRole('textbox', { name: 'New password' }).fill('too short')
      await page.keyboard.press('Enter')
      await password.getByText('At least fifteen characters: 6 more are needed.').waitFor()
      await password.getByRole('textbox', { name: 'New password' }).fill('passwordpassword')
      await page.keyboard.press('Enter')
      await password.getByText('This password would be guessed', { exact: false }).first().waitFor()
      await assertAccessible(page)
      await password.getByRole('textbox', { name: 'New password' }).fill('seven paper umbrellas')
      await page.keyboard.press('Enter')
      await page.getByText('Your password is changed.', { exact: false }).first().waitFor()
      await sessions.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' })
      await other.page.getByRole('button', { name: 'Set up an app' }).click()
      await other.page.getByText('Your session has ended.').waitFor()
      await other.context.close()
      await signOut(page)
      await signIn(page, { name: 'Berta Schulze', password: 'seven paper umbrellas' })
      assertQuiet()
      await context.close()
    },
  )

  await t.test('one session is ended, and then all others, with the keyboard alone', async () => {
    const others = []
    for (let count = 0; count < 3; count += 1) {
      others.push(await openApp(browser, house))
    }
    const { page, context, assertQuiet } = await openApp(browser, house, { path: '/account' })
    const sessions = panel(page, 'Where you are signed in')
    await sessions.getByText('this one').waitFor()
    const ends = sessions.getByRole('button', { name: /^End the session/ })
    const before = await ends.count()
    await tabTo(page, ends.first())
    await page.keyboard.press('Enter')
    // What takes something away waits for a second thought.
    await dialog(page).getByText('Whoever uses it is signed out within seconds', { exact: false }).waitFor()
    await page.keyboard.press('Escape')
    await sessions.locator('button:focus', { hasText: 'End' }).waitFor()
    await page.keyboard.press('Enter')
    await tabTo(page, dialog(page).getByRole('button', { name: 'End session' }))
    await page.keyboard.press('Enter')
    await ends.nth(before - 1).waitFor({ state: 'detached' })
    await sessions.locator('h2:focus').waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: 'One session was ended.' })
      .first()
      .waitFor({ state: 'attached' })
    await tabTo(page, sessions.getByRole('button', { name: 'End all others' }))
    await page.keyboard.press('Enter')
    await tabTo(page, dialog(page).getByRole('button', { name: 'End them' }))
    await page.keyboard.press('Enter')
    await ends.first().waitFor({ state: 'detached' })
    for (const other of others) {
      await other.page.reload()
      await other.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
      await other.context.close()
    }
    assertQuiet()
    await context.close()
  })

  await t.test('a passkey is added, signs in, and is removed', async () => {
    // An address has no passkeys.
    const home = house.url.replace('127.0.0.1', 'localhost')
    const { page, context, assertQuiet } = await openWindow(browser, { ...house, url: home })
    await addAuthenticator(page)
    await page.goto(home)
    await signIn(page)
    await openAccount(page)
    const passkeys = panel(page, 'Passkeys')
    await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('What to call it').fill('Telephone')
    await page.getByLabel('Your password').fill('not the password')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('The password is wrong.').first().waitFor()
    await page.getByLabel('Your password').fill(OWNER.password)
    await page.keyboard.press('Enter')
    await passkeys.getByText('Telephone').waitFor()
    await passkeys.getByText('never used').waitFor()
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await openAccount(page)
    await passkeys.getByText(/^used /).waitFor()
    await panel(page, 'Where you are signed in').getByText('by passkey').waitFor()
    await passkeys.getByRole('button', { name: 'Remove the passkey Telephone' }).click()
    await dialog(page).getByText('It opens nothing here any more.', { exact: false }).waitFor()
    await dialog(page).getByRole('button', { name: 'Remove passkey' }).click()
    await passkeys.getByText('You have none.').waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('a key is made, shown once, opens what it may, and is revoked', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { path: '/account' })
    const keys = panel(page, 'API keys')
    await keys.getByRole('button', { name: 'Make a key' }).click()
    await page.getByLabel('What to call it').fill('laptop')
    await assertAccessible(page)
    await dialog(page).getByRole('button', { name: 'Make key' }).click()
    await dialog(page).getByRole('heading', { name: 'Your new key' }).waitFor()
    const key = await page.locator('[data-secret]').innerText()
    await page.keyboard.press('Escape')
    await keys.getByText('laptop', { exact: true }).waitFor()
    const models = () =>
      fetch(`${house.url}/v1/models`, { headers: { authorization: `Bearer ${key.trim()}` } })
    assert.equal((await models()).status, 200)
    await keys.getByRole('button', { name: 'Revoke the key laptop' }).click()
    await dialog(page).getByLabel('Type laptop to confirm').fill('laptop')
    await dialog(page).getByRole('button', { name: 'Revoke key' }).click()
    await keys.getByText('There are no keys.').waitFor()
    assert.equal((await models()).status, 401)
    assertQuiet()
    await context.close()
  })

  await t.test('what is held of oneself is taken along, and a limit on a key counts', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { path: '/account' })
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download everything' }).click(),
    ])
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n')
    assert.ok(lines.some((line) => line.includes(OWNER.name)))
    await page.getByRole('button', { name: 'Make a key' }).click()
    await dialog(page).getByLabel('What to call it').fill('2026')
    await dialog(page).getByText('Classes and limits').click()
    await dialog(page).getByLabel('Requests per minute').fill('many')
    await dialog(page).getByRole('button', { name: 'Make key' }).click()
    await dialog(page).getByRole('alert').waitFor()
    await dialog(page).getByLabel('Requests per minute').fill('5')
    await dialog(page).getByRole('button', { name: 'Make key' }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await panel(page, 'API keys').getByText('Requests per minute: 5').waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('all of it is there in Chinese, and changes language where one stands', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, {
      path: '/account',
      locale: 'zh-CN',
    })
    await panel(page, '登录的设备').getByText('当前会话').waitFor()
    await panel(page, '无需询问的工具').getByText('所有工具都会询问。').waitFor()
    await assertAccessible(page)
    await shoot(page, 'account-zh')
    await shootNarrow(page, 'account-narrow')
    const text = await page.locator('#content').innerText()
    assert.doesNotMatch(
      text.replaceAll(/Ada Lovelace|Freehold|API|Chrome|Linux|PIN|JSON|English|localhost/g, ''),
      /[A-Za-z]{2,}/,
    )
    await page.getByLabel('语言', { exact: true }).selectOption('English')
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
    await panel(page, 'Where you are signed in').getByText('this one').waitFor()
    assertQuiet()
    await context.close()
  })
})
