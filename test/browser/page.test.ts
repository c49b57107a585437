import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileChooser, Page } from 'playwright-core'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse, tabTo } from './browser.ts'
import { addAuthenticator, claim, codeOf, OWNER } from './visitors.ts'
import { pdf } from '../system/pdf.ts'
import { zipFile } from '../system/zip-file.ts'

const LEASE = {
  name: 'lease.pdf',
  mimeType: 'application/pdf',
  buffer: pdf([
    'Lease of the workshop in Mill Lane.',
    'The monthly rent is 1250 pounds, due on the third working day.',
    'The tenant may keep two cats and one quiet dog.',
  ]),
}
const RULES = {
  name: '差旅制度.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from(
    '# 差旅制度\n\n员工出差住宿标准为每晚四百五十元。\n\n报销单须在返回后十个工作日内提交给财务部。\n',
  ),
}

async function sendCredentials(page: Page, button: string): Promise<void> {
  await page.locator('#name').fill(OWNER.name)
  await page.locator('#password').fill(OWNER.password)
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.locator('#question').waitFor()
}

/** What a page does to make a passkey, as the browser runs it. */
const makePasskey = (password: string): string => `(async () => {
  const { csrf } = await (await fetch('/api/session')).json()
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
  const post = async (path, body) => {
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }
  const { options } = await post('/api/session/passkeys/options', { password: ${JSON.stringify(password)} })
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const credential = await navigator.credentials.create({ publicKey })
  await post('/api/session/passkeys', { name: 'Test key', response: credential.toJSON() })
})()`

/** A call of the signed-in page that changes something; gives the answer. */
const change = (method: string, path: string, body?: object): string => `(async () => {
  const { csrf } = await (await fetch('/api/session')).json()
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
  const body = ${JSON.stringify(body === undefined ? null : JSON.stringify(body))}
  const init = { method: '${method}', headers: body === null ? { 'x-csrf-token': csrf } : headers }
  return (await fetch('${path}', body === null ? init : { ...init, body })).json()
})()`

async function addFile(page: Page, file: typeof LEASE): Promise<void> {
  await page.locator('#files').setInputFiles(file)
  await page.locator('.document .title', { hasText: file.name.replace(/\.\w+$/, '') }).waitFor()
}

/** Now and then Chromium opens no chooser for a key that comes sooner after the focus than a hand can press it. */
async function chooserByEnter(page: Page): Promise<FileChooser> {
  for (let press = 1; press <= 5; press += 1) {
    const chosen = page.waitForEvent('filechooser', { timeout: 2000 }).catch(() => null)
    await page.keyboard.press('Enter')
    const chooser = await chosen
    if (chooser) return chooser
  }
  return assert.fail('Enter opens no file chooser')
}

async function ask(page: Page, question: string): Promise<ReturnType<Page['locator']>> {
  await page.locator('#question').fill(question)
  await page.keyboard.press('Enter')
  const card = page.locator('.exchange').first()
  await card.locator('.question', { hasText: question }).waitFor()
  await card.locator('.origin').waitFor()
  return card
}

test('the first page, in a browser', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const stops: (() => Promise<void>)[] = []
  const opened = async () => {
    const house = await startHouse()
    stops.push(house.stop)
    return house
  }
  t.after(async () => {
    await browser.close()
    await Promise.all(stops.map((stop) => stop()))
  })
  const browser = await launchBrowser()
  const [house, claimed] = await Promise.all([opened(), opened()])
  await claim(claimed)

  await t.test('the link, two files and a question in each language give a cited answer', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, house)
    await page.goto(house.url)
    await page.getByRole('heading', { name: 'Waiting for its owner' }).waitFor()
    await assertAccessible(page)

    await page.goto(house.claimUrl)
    await page.getByRole('heading', { name: 'This house is yours' }).waitFor()
    assert.equal(page.url(), `${house.url}/`)
    await page.getByRole('button', { name: 'Claim Freehold' }).click()
    await page.getByText('At least fifteen characters: 15 more are needed.').waitFor()
    await assertAccessible(page)
    await sendCredentials(page, 'Claim Freehold')
    await assertAccessible(page)

    await addFile(page, LEASE)
    await addFile(page, RULES)
    const answer = await ask(page, 'How much is the monthly rent of the workshop?')
    assert.match(await answer.locator('.answer').innerText(), /1250 pounds/)
    await answer.getByText('Quoted from your documents · processed on this machine').waitFor()
    assert.deepEqual((await answer.locator('.chip summary').allInnerTexts()).slice(0, 2), [
      'model: extract-1',
      'zone: local',
    ])
    await answer.locator('.chip summary').nth(1).click()
    await answer.getByText('Nothing was sent to another machine.').waitFor()
    await assertAccessible(page)

    await answer.locator('.reference').first().click()
    const passage = page.getByRole('dialog', { name: /lease/ })
    assert.match(await passage.locator('mark').innerText(), /^The monthly rent is 1250 pounds/)
    await assertAccessible(page)
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { name: '向自己的文档提问' }).waitFor()
    const chinese = await ask(page, '出差住宿标准是多少？')
    assert.match(await chinese.locator('.answer').innerText(), /四百五十元/)
    await chinese.locator('.source').first().click()
    assert.match(await page.locator('dialog mark').innerText(), /员工出差住宿标准为每晚四百五十元/)
    await assertAccessible(page)
    await page.reload()
    await page.getByRole('heading', { name: '向自己的文档提问' }).waitFor()
    await page.locator('.document').nth(1).waitFor()

    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('heading', { name: '欢迎回来' }).waitFor()
    await assertAccessible(page)
    assertQuiet()
    await context.close()
  })

  await t.test(
    'the first minute gives an answer about Freehold itself in the language of the browser',
    async () => {
      for (const [locale, signIn] of [
        ['en-GB', 'Sign in'],
        ['zh-CN', '登录'],
      ] as const) {
        const { page, context, assertQuiet } = await openWindow(browser, claimed, { locale })
        await page.goto(claimed.url)
        await sendCredentials(page, signIn)
        for (let i = 0; i < 3; i += 1) {
          await page.locator('#examples button').nth(i).click()
          const card = page.locator('.exchange').first()
          await card.locator('.origin').waitFor()
          assert.ok((await card.locator('.source').count()) > 0, await card.innerText())
        }
        assertQuiet()
        await context.close()
      }
    },
  )

  await t.test('everything can be done with the keyboard alone', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, claimed)
    await page.goto(claimed.url)
    await page.locator('#name:focus').waitFor()
    await page.keyboard.type(OWNER.name)
    await tabTo(page, page.locator('#password'))
    await page.keyboard.type(OWNER.password)
    await page.keyboard.press('Enter')
    await page.locator('#question:focus').waitFor()

    await tabTo(page, page.getByLabel('choose files'))
    await (await chooserByEnter(page)).setFiles(LEASE)
    await page.locator('.document .title', { hasText: 'lease' }).waitFor()

    await tabTo(page, page.getByLabel('Your question'))
    await page.keyboard.type('Which pets may the tenant keep?')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.press('Enter')
    await page.locator('.exchange .origin').waitFor()
    await tabTo(page, page.getByRole('button', { name: /^Source 1/ }))
    await page.keyboard.press('Enter')
    await page.locator('dialog mark', { hasText: 'two cats' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.reference:focus').waitFor()
    assert.match(await page.locator('#announcer').innerText(), /^Answer: .*two cats/)
    await tabTo(page, page.getByRole('button', { name: /^Remove lease/ }))
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.locator('.document').waitFor({ state: 'detached' })
    await tabTo(page, page.getByRole('button', { name: 'Sign out' }))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('what is refused says why and what would help', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, claimed)
    await page.goto(`${claimed.url}/#claim=used`)
    await page.getByText('has already been claimed').waitFor()
    await page.locator('#name').fill(OWNER.name)
    await page.locator('#password').fill('not the password at all')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Name or password is wrong.', { exact: false }).first().waitFor()
    await assertAccessible(page)
    await sendCredentials(page, 'Sign in')

    const broken = Buffer.concat([LEASE.buffer.subarray(0, 60), Buffer.alloc(400, 7)])
    const bundle = zipFile([
      { name: 'inside.md', bytes: Buffer.from('# Lamps\n\nThe lamp burns.') },
      { name: 'inside.gif', bytes: Buffer.from('GIF89a') },
    ])
    await page.locator('#files').setInputFiles([
      { ...LEASE, name: 'broken.pdf', buffer: broken },
      { name: 'cat.gif', mimeType: 'image/gif', buffer: Buffer.from('GIF89a') },
      { name: 'bundle.zip', mimeType: 'application/zip', buffer: bundle },
    ])
    await page.locator('#uploads').getByText('No text could be read from it.').waitFor()
    await page.locator('#uploads').getByText('Freehold does not read this kind of file.').waitFor()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Dismiss the notice about cat.gif' }).click()
    await page.getByRole('button', { name: 'Dismiss the notice about inside.gif' }).click()
    await page.getByRole('button', { name: 'Read Lamps' }).waitFor()

    const nothing = await ask(page, 'Zyzzyva quokka xylophone?')
    await nothing.getByText('Nothing quoted · processed on this machine').waitFor()
    assert.equal(await nothing.locator('.source').count(), 0)

    await context.clearCookies()
    await page.locator('#question').fill('Anything?')
    await page.keyboard.press('Enter')
    await page.getByText('Your session has ended.').waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('who was invited opens the link, chooses a password and is in', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, claimed)
    await page.setViewportSize({ width: 360, height: 740 })
    const link = await claimed.invite('Berta Schulze')
    await page.goto(link)
    await page.getByRole('heading', { name: 'You are invited' }).waitFor()
    assert.equal(page.url(), `${claimed.url}/`)
    await page.locator('#password').fill('passwordpassword')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByText('This password would be guessed', { exact: false }).first().waitFor()
    await assertAccessible(page)
    await page.locator('#password').fill('copper lantern drifts')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('heading', { name: 'Ask your own documents' }).waitFor()
    await page.goto(link)
    await page.getByRole('heading', { name: 'You are invited' }).waitFor()
    await page.locator('#password').fill('copper lantern drifts')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByText('The link is not valid', { exact: false }).first().waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test('an authenticator app is asked for, and a passkey signs in without a name', async () => {
    // An address has no passkeys.
    const home = claimed.url.replace('127.0.0.1', 'localhost')
    const { page, context, assertQuiet } = await openWindow(browser, { ...claimed, url: home })
    const link = (await claimed.invite('Carla')).replace('127.0.0.1', 'localhost')
    await addAuthenticator(page)
    await page.goto(link)
    await page.locator('#password').fill('copper lantern drifts')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.locator('#question').waitFor()
    await page.evaluate(makePasskey('copper lantern drifts'))
    const { secret } = await page.evaluate<{ secret: string }>(change('POST', '/api/session/totp'))
    const { codes } = await page.evaluate<{ codes: string[] }>(
      change('PUT', '/api/session/totp', {
        secret,
        code: codeOf(secret, 0),
        password: 'copper lantern drifts',
      }),
    )
    assert.equal(codes.length, 10)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()

    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.locator('#question').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.locator('#name').fill('carla')
    await page.locator('#password').fill('copper lantern drifts')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.locator('#code:focus').waitFor()
    await assertAccessible(page)
    await page.locator('#code').fill('000000')
    await page.keyboard.press('Enter')
    await page.getByText('The code is wrong', { exact: false }).first().waitFor()
    await page.locator('#code').fill(codeOf(secret, 1))
    await page.keyboard.press('Enter')
    await page.locator('#question').waitFor()
    assert.equal(page.url(), `${home}/`)
    assertQuiet()
    await context.close()
  })

  await t.test('an answer can be stopped, and one that breaks off says so', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, claimed)
    await page.goto(claimed.url)
    await sendCredentials(page, 'Sign in')
    const box = page.locator('#question')

    const late = Promise.withResolvers<void>()
    await page.route('**/v1/chat/completions', () => late.promise, { times: 1 })
    await box.fill('Will this ever be answered?')
    await page.keyboard.press('Enter')
    await page.getByText('Reading your documents …').waitFor()
    await page.locator('.exchange[aria-busy=true]').waitFor()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.exchange').getByText('You stopped this answer.').waitFor()
    late.resolve()

    const half = 'data: {"model":"extract-1","choices":[{"index":0,"delta":{"content":"Half an"}}]}\n\n'
    await page.route(
      '**/v1/chat/completions',
      (route) => route.fulfill({ contentType: 'text/event-stream', body: half }),
      { times: 1 },
    )
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.locator('.exchange').first().getByText('The answer broke off').waitFor()
    assert.equal(await page.locator('.exchange').first().locator('.answer').innerText(), 'Half an')
    assertQuiet()
    await context.close()
  })
})
