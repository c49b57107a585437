import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse } from './browser.ts'
import { claim, goTo, join, PASSWORD, signIn } from './visitors.ts'

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const dialog = (page: Page) => page.locator('dialog[open]')
const account = (page: Page, name: string) =>
  panel(page, 'Accounts')
    .locator('.row')
    .filter({ has: page.locator('.row-title', { hasText: name }) })

/** Opens what can be done about somebody, and begins one thing of it. */
async function begin(page: Page, name: string, button: string): Promise<void> {
  const row = account(page, name)
  if ((await row.locator('details[open]').count()) === 0) await row.locator('summary').click()
  await row.getByRole('button', { name: button }).click()
}

async function confirm(page: Page, says: RegExp, button: string): Promise<void> {
  await dialog(page).getByText(says).first().waitFor()
  await dialog(page).getByRole('button', { name: button }).click()
  await dialog(page).waitFor({ state: 'detached' })
}

/** The link that is shown once. */
async function takeLink(page: Page): Promise<string> {
  await dialog(page).getByRole('heading', { name: 'The one-time link' }).waitFor()
  const link = await page.locator('dialog .secret').innerText()
  await dialog(page).getByRole('button', { name: 'Close' }).click()
  return link.trim()
}

test('people and the record, in a browser', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const browser = await launchBrowser()
  const house = await startHouse()
  t.after(async () => {
    await browser.close()
    await house.stop()
  })
  await claim(house)
  /** Somebody who was invited, has come and gone. */
  async function come(name: string, role = 'member'): Promise<void> {
    const { page, context } = await openWindow(browser, house)
    await join(page, await house.invite(name, '--role', role))
    await context.close()
  }

  await t.test('somebody is invited with a role and a group, comes in, and is found', async () => {
    const { page, context, assertQuiet } = await openWindow(browser, house)
    await page.goto(house.url)
    await signIn(page)
    await goTo(page, 'People', 'People')
    await account(page, 'Ada Lovelace').locator('summary').click()
    await account(page, 'Ada Lovelace').getByText('The owner’s account is changed by nobody else.').waitFor()
    await panel(page, 'Groups').getByRole('button', { name: 'Make a group' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('Support')
    await dialog(page).getByLabel('Guest').check()
    await assertAccessible(page)
    await dialog(page).getByRole('button', { name: 'Make group' }).click()
    await panel(page, 'Groups').getByText('Support').waitFor()

    await panel(page, 'Roles').getByRole('button', { name: 'Make a role' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('Not a role')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('Something that was entered cannot be taken.').waitFor()
    await dialog(page).getByLabel('Name', { exact: true }).fill('support-lead')
    await dialog(page).getByLabel('people', { exact: true }).check()
    await page.keyboard.press('Enter')
    await panel(page, 'Roles').getByText('support-lead').waitFor()

    await page.getByRole('button', { name: 'Invite somebody' }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('Berta Schulze')
    await dialog(page).getByLabel('Role').selectOption('support-lead')
    await dialog(page).getByLabel('Support', { exact: true }).check()
    await assertAccessible(page)
    await dialog(page).getByRole('button', { name: 'Make link' }).click()
    const link = await takeLink(page)
    await panel(page, 'Invitations').getByText('Berta Schulze').waitFor()
    await assertAccessible(page)

    const berta = await openWindow(browser, house)
    await join(berta.page, link)
    await berta.context.close()
    await come('Carl')
    await page.reload()
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('bert')
    await panel(page, 'Accounts').getByText('One account found.').waitFor()
    await account(page, 'Berta Schulze').getByText('in Support').waitFor()
    assert.equal(await panel(page, 'Accounts').locator('.row').count(), 1)
    await panel(page, 'Groups').getByText('1 member').waitFor()
    assertQuiet()
    await context.close()
  })

  await t.test(
    'an account is changed, shut, opened and deleted, and each question says what will happen',
    async () => {
      const { page, context, assertQuiet } = await openWindow(browser, house)
      const bruno = await openWindow(browser, house)
      await join(bruno.page, await house.invite('Bruno Weber', '--role', 'guest'))
      await page.goto(`${house.url}/#people`)
      await signIn(page)
      await panel(page, 'Groups').getByRole('button', { name: 'Make a group' }).click()
      await dialog(page).getByLabel('Name', { exact: true }).fill('Readers')
      await page.keyboard.press('Enter')
      await panel(page, 'Groups').getByText('Readers').waitFor()
      await begin(page, 'Bruno Weber', 'Sessions of Bruno Weber')
      await dialog(page).getByText('Chrome · Linux').first().waitFor()
      await assertAccessible(page)
      const ends = dialog(page).getByRole('button', { name: /^End the session/ })
      while ((await ends.count()) > 0) {
        const count = await ends.count()
        await ends.first().click()
        await ends.nth(count - 1).waitFor({ state: 'detached' })
      }
      await dialog(page).getByText('There are no open sessions.').waitFor()
      await page.keyboard.press('Escape')
      await bruno.page.reload()
      await bruno.page.getByRole('heading', { name: 'Welcome back' }).waitFor()

      await begin(page, 'Bruno Weber', 'Role of Bruno Weber')
      await dialog(page).getByLabel('Role', { exact: true }).selectOption('member')
      await confirm(page, /It counts at once/, 'Give role')
      await account(page, 'Bruno Weber').getByText('Member').waitFor()
      await begin(page, 'Bruno Weber', 'Groups of Bruno Weber')
      await dialog(page).getByLabel('Readers').check()
      await confirm(page, /A group may carry roles/, 'Keep groups')
      await account(page, 'Bruno Weber').getByText('in Readers').waitFor()
      await begin(page, 'Bruno Weber', 'Groups of Bruno Weber')
      await dialog(page).getByLabel('Readers').uncheck()
      await confirm(page, /A group may carry roles/, 'Keep groups')
      await account(page, 'Bruno Weber').getByText('in Readers').waitFor({ state: 'detached' })
      await begin(page, 'Bruno Weber', 'Remove second factor')
      await confirm(page, /recovery codes and the passkeys of Bruno Weber/, 'Remove second factor')
      await begin(page, 'Bruno Weber', 'Password link')
      await dialog(page).getByText('chooses a new password for Bruno Weber', { exact: false }).waitFor()
      await dialog(page).getByRole('button', { name: 'Make link' }).click()
      const link = await takeLink(page)
      await join(bruno.page, link)

      await begin(page, 'Bruno Weber', 'Shut the account')
      await dialog(page).locator('button:focus', { hasText: 'Leave it' }).waitFor()
      await assertAccessible(page)
      await confirm(page, /Every session of Bruno Weber ends/, 'Shut account')
      await account(page, 'Bruno Weber').getByText('shut').waitFor()
      await bruno.page.reload()
      await bruno.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
      await begin(page, 'Bruno Weber', 'Open again')
      await confirm(page, /can sign in again/, 'Open account')
      await begin(page, 'Bruno Weber', 'Delete the account')
      await confirm(page, /This cannot be undone/, 'Delete account')
      await account(page, 'Bruno Weber').waitFor({ state: 'detached' })
      assert.equal(await page.locator('#announcer').innerText(), 'The account of Bruno Weber was deleted.')
      await panel(page, 'Accounts').locator('h2:focus').waitFor()
      await bruno.context.close()
      assertQuiet()
      await context.close()
    },
  )

  await t.test('nobody is offered what they may not do, and a member sees nothing of others', async () => {
    const admin = await openWindow(browser, house)
    await join(admin.page, await house.invite('Dora', '--role', 'admin'))
    assert.deepEqual(await admin.page.locator('#rooms a:visible').allInnerTexts(), [
      'Ask',
      'People',
      'Account',
    ])
    await come('Sam', 'security-officer')
    await come('Otto')
    await goTo(admin.page, 'People', 'People')
    await account(admin.page, 'Sam').locator('summary').click()
    await account(admin.page, 'Sam').getByText('This account may do more than you may').waitFor()
    assert.equal(await account(admin.page, 'Sam').getByRole('button').count(), 0)
    await account(admin.page, 'Dora').locator('summary').click()
    await account(admin.page, 'Dora').getByText('This is you.').waitFor()
    await begin(admin.page, 'Otto', 'Role of Otto')
    await dialog(admin.page).getByText('It counts at once', { exact: false }).waitFor()
    const offered = dialog(admin.page).getByLabel('Role', { exact: true }).locator('option')
    const builtIn = (await offered.allInnerTexts()).slice(0, 3)
    assert.deepEqual(builtIn, ['Administrator', 'Member', 'Guest'])
    await assertAccessible(admin.page)
    admin.assertQuiet()
    await admin.context.close()

    const member = await openWindow(browser, house)
    await member.page.goto(`${house.url}/#people`)
    await signIn(member.page, { name: 'Otto', password: PASSWORD })
    await member.page.getByRole('heading', { name: 'Ask your own documents' }).waitFor()
    assert.deepEqual(await member.page.locator('#rooms a:visible').allInnerTexts(), ['Ask', 'Account'])
    await member.context.close()
  })

  await t.test(
    'the record is searched by person, action and time, an event is shown, and what was found is saved',
    async () => {
      await come('Olive Green', 'security-officer')
      const { page, context, assertQuiet } = await openWindow(browser, house)
      await page.goto(house.url)
      await signIn(page, { name: 'Olive Green', password: PASSWORD })
      // A security officer has no models to ask.
      await page.getByRole('heading', { level: 1, name: 'The record' }).waitFor()
      assert.deepEqual(await page.locator('#rooms a:visible').allInnerTexts(), [
        'People',
        'Record',
        'Account',
      ])
      await goTo(page, 'Record', 'The record')
      const log = panel(page, 'State of the log')
      await log.getByText('Root hash').waitFor()
      assert.match(await log.innerText(), /\n[A-Za-z0-9+/]{43}=\n/)
      await log.getByRole('button', { name: 'Look for events in no log' }).click()
      await log.getByText('Every event is in the log', { exact: false }).waitFor()
      const events = panel(page, 'Events')
      await events.locator('.row').first().waitFor()
      await assertAccessible(page)
      await events.getByLabel('Action', { exact: true }).fill('no action')
      await page.keyboard.press('Enter')
      await events.getByText('An action is a name such as key.created', { exact: false }).waitFor()
      await events.getByLabel('Action', { exact: true }).fill('session.*')
      await events.getByLabel('Done by').fill('olive green')
      await events.getByLabel('From').fill('2020-01-01T00:00')
      await events.getByRole('button', { name: 'Search' }).click()
      await events.getByText(/^\d+ events found\.$/).waitFor()
      const found = await events.locator('.row-title').allInnerTexts()
      assert.ok(found.length >= 2 && found.every((action) => action.startsWith('session.')), found.join())
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        events.getByRole('button', { name: 'Download what was found' }).click(),
      ])
      const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n')
      assert.deepEqual(
        lines.map((line) => (JSON.parse(line) as { action: string }).action),
        found,
      )
      await events.getByRole('button', { name: 'Show the event session.opened' }).last().click()
      await dialog(page).getByText('Olive Green').waitFor()
      await dialog(page).getByText('Place in the log').waitFor()
      await assertAccessible(page)
      const [proof] = await Promise.all([
        page.waitForEvent('download'),
        dialog(page).getByRole('button', { name: 'Download proof' }).click(),
      ])
      assert.match(await readFile(await proof.path(), 'utf8'), /^c2sp\.org\/tlog-proof@v1\n/)
      assertQuiet()
      await context.close()
    },
  )
})
