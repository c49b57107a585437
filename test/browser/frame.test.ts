import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow, startHouse, tabTo } from './browser.ts'
import { importTalks, longTalk } from './long-house.ts'
import { movingIn, smallTargetsIn, styleOf } from './preferences.ts'
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

    await t.test(
      'a menu opens by key with its first item, and gives the focus back to its button',
      async () => {
        const { page, assertQuiet } = await openApp(browser, house)
        const account = page.getByRole('button', { name: 'Your account' })
        const focused = page.locator(':focus')
        await tabTo(page, account)
        await page.getByRole('tooltip', { name: 'Your account' }).waitFor()
        await page.keyboard.press('Enter')
        await page.getByRole('menuitem', { name: 'Account and sign-in' }).and(focused).waitFor()
        assert.equal(await page.getByRole('tooltip').count(), 0)
        await page.keyboard.press('End')
        await page.getByRole('menuitem', { name: 'Sign out' }).and(focused).waitFor()
        await page.keyboard.press('Escape')
        await account.and(focused).waitFor()
        assert.equal(await account.getAttribute('aria-expanded'), 'false')
        assertQuiet()
      },
    )

    await t.test('a hint stays while it is read, and goes with Escape or a press', async () => {
      const { page, assertQuiet } = await openApp(browser, house)
      const hide = page.getByRole('button', { name: 'Hide the list' })
      const hint = page.getByRole('tooltip')
      await hide.hover()
      await hint.filter({ hasText: 'Hide the list' }).waitFor()
      await hint.hover()
      await page.waitForTimeout(300)
      assert.equal(await hint.count(), 1)
      await page.keyboard.press('Escape')
      await hint.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Find anything' }).hover()
      await hint.filter({ hasText: 'Ctrl K' }).waitFor()
      await hide.click()
      await page.getByRole('button', { name: 'Show the list' }).waitFor()
      await hint.waitFor({ state: 'detached' })
      assertQuiet()
    })

    await t.test('nothing moves for whoever asked for less motion', async () => {
      const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
        const { page, context } = await openApp(browser, house, { reducedMotion })
        // An answer that does not come: what waits for it turns.
        await context.route('**/api/collections?**', () => {})
        await page.getByRole('link', { name: 'Knowledge', exact: true }).click()
        await page.getByText('Loading …').first().waitFor()
        const found = await movingIn(page)
        await context.close()
        return found
      }
      const free = await moving('no-preference')
      assert.ok(free.some((one) => one.startsWith('runs')) && free.some((one) => one.startsWith('changes')))
      assert.deepEqual(await moving('reduce'), [])
    })

    await t.test(
      'in colours of one’s own, what is chosen and what has the focus are told apart',
      async () => {
        const { page, assertQuiet } = await openApp(browser, house, {
          forcedColors: 'active',
          colorScheme: 'dark',
        })
        const chosen = page.locator('#rooms a[aria-current]')
        assert.equal(await styleOf(chosen, 'outline-width'), '2px')
        assert.equal(await styleOf(chosen, 'outline-style'), 'solid')
        await tabTo(page, chosen)
        assert.equal(await styleOf(chosen, 'outline-width'), '4px')
        const field = page.getByRole('textbox', { name: 'Message' })
        await field.focus()
        assert.equal(await styleOf(field, 'outline-width'), '4px')
        assert.equal(await styleOf(field, 'outline-style'), 'solid')
        const account = page.getByRole('button', { name: 'Your account' })
        assert.equal(await styleOf(account, 'border-top-width'), '1px')
        await account.click()
        const english = page.getByRole('menuitemcheckbox', { name: 'English' })
        const tick = english.locator('svg')
        assert.equal(await styleOf(tick, 'color'), await styleOf(english, 'color'))
        await shoot(page, 'forced-colours')
        assertQuiet()
      },
    )

    await t.test('a finger finds everything that can be pressed', async () => {
      const { page, context, assertQuiet } = await openApp(browser, house, {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
      })
      assert.ok(await page.evaluate('matchMedia("(pointer: coarse)").matches'))
      const [talk = ''] = await importTalks(context.request, house, [longTalk('A talk', 14)])
      const screens: readonly (readonly [path: string, isThere: string])[] = [
        ['/chat', 'What would you like to know?'],
        [`/chat/${talk}`, 'Answer 14:'],
        ['/knowledge', 'Freehold guide'],
        ['/skills', 'What may be installed'],
        ['/trust/simulator', 'Show also what is too unsure'],
        ['/admin/people', 'Ada Lovelace'],
        ['/admin/audit', 'owner.claimed'],
        ['/admin/settings', 'Settings'],
        ['/account', 'Change password'],
      ]
      for (const [path, isThere] of screens) {
        await page.goto(`${house.url}${path}`)
        await page.locator('#content').getByText(isThere).first().waitFor()
        assert.deepEqual(await smallTargetsIn(page), [], path)
      }
      await page.evaluate(`(() => {
        const speck = document.createElement('button')
        Object.assign(speck.style, { position: 'fixed', inset: '50% auto auto 50%', width: '12px', height: '12px' })
        document.body.append(speck)
      })()`)
      assert.deepEqual(await smallTargetsIn(page), ['BUTTON  12 x 12'])
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
