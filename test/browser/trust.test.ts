import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, openWindow } from './browser.ts'
import { sayAs, startTrustHouse } from './trust-house.ts'
import { join } from './visitors.ts'

const LETTER = 'Write to Anna Lindqvist, anna.lindqvist@example.org, that her card 4111 1111 1111 1111 works.'

test('what left, what stayed and why, in a browser', { skip: noBrowser, timeout: 280_000 }, async (t) => {
  const house = await startTrustHouse()
  t.after(() => house.stop())
  const browser = await launchBrowser()
  t.after(() => browser.close())

  const first = await openApp(browser, house, { path: '/trust', viewport: { width: 1440, height: 900 } })
  await first.page.getByText('Nothing was asked in this time yet.').waitFor()
  await shoot(first.page, 'trust-empty')
  const letter = await sayAs(first.context, house, {
    text: LETTER,
    model: 'cloud',
    title: 'A letter to Anna',
  })
  await sayAs(first.context, house, { text: 'What is a hedge?', model: 'house', title: 'Gardening' })
  await sayAs(first.context, house, { text: 'Good evening', model: 'extract-1', title: 'Good evening' })
  await sayAs(first.context, house, { text: 'Our plan', model: 'cloud', class: 'restricted', title: 'Plan' })

  await t.test('the overview shows what was answered at home and what left', async () => {
    const { page, assertQuiet } = first
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Trust' }).waitFor()
    await page.getByRole('heading', { name: 'What left lately' }).waitFor()
    await page.getByRole('button', { name: 'See what left for cloud' }).first().waitFor()
    await page.getByText('As a table').click()
    await page.getByRole('columnheader', { name: 'Managed service' }).waitFor()
    await page.getByText('Encrypted under your tenant’s own key').waitFor()
    await page.getByText('Models of your private zone: they read what they are asked').waitFor()
    assert.equal(await page.getByText(/\b0 (?:models|managed)/).count(), 0)
    await shoot(page, 'trust')
    await assertAccessible(page)
    assertQuiet()
  })

  await t.test(
    'the drawer shows the very body that left, its marks one by one, and gives it as a file',
    async () => {
      const { page, assertQuiet } = first
      const seen = house.cloud.seen.at(-1)?.body.toString('utf8') ?? ''
      assert.ok(!seen.includes('anna.lindqvist@example.org'))
      const opener = page.getByRole('button', { name: 'See what left for cloud' }).first()
      await opener.click()
      const drawer = page.getByRole('dialog', { name: 'What left the building' })
      await drawer.getByRole('button', { name: 'Next masked value' }).click()
      await drawer.getByText(/^\d+ \/ \d+$/).waitFor()
      await shoot(page, 'trust-drawer')
      await drawer.getByRole('tab', { name: 'Exact bytes' }).click()
      const raw = await drawer.getByRole('region', { name: 'The body as it left' }).innerText()
      assert.match(raw, /EMAIL_\w{4}_\d/)
      assert.ok(!raw.includes('anna.lindqvist@example.org'))
      await drawer.getByRole('button', { name: 'Previous masked value' }).click()
      await drawer.getByRole('tab', { name: 'What came back' }).click()
      await drawer.getByRole('region', { name: 'The answer before values were put back' }).waitFor()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        drawer.getByRole('button', { name: 'Download as evidence' }).click(),
      ])
      const evidence = JSON.parse(await readFile(await file.path(), 'utf8')) as {
        attempt: { outbound: string }
        sha256: string
      }
      assert.equal(evidence.attempt.outbound, seen)
      assert.match(evidence.sha256, /^[\da-f]{64}$/)
      await assertAccessible(page)
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'detached' })
      assertQuiet()
    },
  )

  await t.test(
    'in the chat one sees before what would be masked, and after where it was answered',
    async () => {
      const { page, assertQuiet } = first
      await page.goto(`${house.url}/chat/${letter}`)
      await page
        .getByRole('button', { name: /Where this was answered: Managed service · cloud · 3 masked/ })
        .click()
      await page.getByText('3 values were masked before it left.').waitFor()
      await page.getByRole('link', { name: /^req_/ }).waitFor()
      await shoot(page, 'chat-route-chip')
      await page.getByRole('button', { name: 'What left the building' }).click()
      const drawer = page.getByRole('dialog', { name: 'What left the building' })
      await drawer.getByText('[EMAIL', { exact: false }).first().waitFor()
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'detached' })
      await page.getByRole('textbox').last().fill('Tell bob.kaufmann@example.org too.')
      const foresight = page.getByRole('button', {
        name: /Would go to cloud, a managed service.*one value masked/,
      })
      await foresight.click()
      await page.getByText(/would be replaced before it leaves/).waitFor()
      await shoot(page, 'chat-foresight')
      await page.getByRole('button', { name: 'See exactly what would leave' }).click()
      const preview = page.getByRole('dialog', { name: 'What would leave' })
      await preview
        .getByRole('region', { name: 'The body that would leave' })
        .getByText(/\[EMAIL_/)
        .waitFor()
      await shoot(page, 'chat-preview')
      await page.keyboard.press('Escape')
      await preview.waitFor({ state: 'detached' })
      await foresight.and(page.locator(':focus')).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('radio', { name: 'This message stays home' }).click()
      await page.getByRole('button', { name: /Where this would go, and why.*Would be refused/ }).waitFor()
      await page.keyboard.press('Escape')
      assertQuiet()
    },
  )

  await t.test('the ledger finds what was not allowed to leave, and its record says why', async () => {
    const { page, assertQuiet } = first
    await page.goto(`${house.url}/trust/ledger`)
    await page.getByRole('heading', { level: 1, name: 'Ledger of requests' }).waitFor()
    await page.getByLabel('Where').selectOption('managed')
    await page.getByRole('table').getByText('cloud').first().waitFor()
    await shoot(page, 'ledger')
    await assertAccessible(page)
    await page.getByLabel('Where').selectOption('')
    await page.getByLabel('Class').selectOption('restricted')
    await page.getByRole('table').getByText('Restricted').first().waitFor()
    // The address says what was chosen: it can be sent, and the browser goes back in it.
    assert.equal(new URL(page.url()).search, '?class=restricted')
    await page.reload()
    await page.getByRole('table').getByText('Restricted').first().waitFor()
    assert.equal(await page.getByLabel('Class').inputValue(), 'restricted')
    await page.goBack()
    await page.getByRole('table').getByText('cloud').first().waitFor()
    assert.equal(await page.getByLabel('Class').inputValue(), '')
    await page.goForward()
    await page.getByRole('table').getByText('Restricted').first().waitFor()
    await page.getByRole('table').getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name: 'Record of a request' }).waitFor()
    await page.getByText('It was declared').waitFor()
    await page.getByText(/no rule lets that class go/).waitFor()
    await page.getByText('Nothing left the building.').waitFor()
    await shoot(page, 'request-restricted')
    await assertAccessible(page)
    assertQuiet()
  })

  await t.test(
    'from a refusal in the chat an administrator finds why, and what a change would do',
    async () => {
      const member = await openWindow(browser, house, { permissions: ['clipboard-read', 'clipboard-write'] })
      await join(member.page, await house.invite('Bo Example', '--role', 'member'))
      const asked = { text: 'Our next plan', model: 'cloud', class: 'restricted' }
      const refused = await sayAs(member.context, house, asked)
      // Whoever comes back later, or to another device, is told as well.
      await member.page.goto(`${house.url}/chat/${refused}`)
      await member.page.getByText(/This may not leave the house/).waitFor()
      await shoot(member.page, 'chat-refused')
      await assertAccessible(member.page)
      await member.page.getByRole('button', { name: 'Copy a link for your administrator' }).click()
      const link = await member.page.evaluate<string>('navigator.clipboard.readText()')
      await member.page.getByRole('link', { name: 'Why?' }).click()
      await member.page.getByText('Ask a model that may take class Restricted:').waitFor()
      assert.equal(await member.page.getByRole('button', { name: 'What would it change?' }).count(), 0)
      await member.context.close()

      const { page, assertQuiet } = first
      await page.goto(`${house.url}/trust`)
      await page.getByRole('heading', { level: 1, name: 'Trust' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Find anything' }).waitFor()
      await page.keyboard.insertText(`Why was this refused? ${link}`)
      await page.getByRole('option', { name: /Record of a request · Not allowed to leave · cloud/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Record of a request' }).waitFor()
      await page.getByText('Bo Example').waitFor()
      await page.getByText('It would be refused again.').waitFor()
      await page.getByText('not for this class', { exact: true }).waitFor()
      const change = page.getByRole('listitem').filter({ hasText: 'Answer it on this machine' })
      await change.getByRole('button', { name: 'What would it change?' }).click()
      await change.getByRole('table').getByText('Would be answered').first().waitFor()
      await shoot(page, 'request-refused')
      await assertAccessible(page)
      await change.getByRole('link', { name: 'Open in the rules' }).click()
      await page.getByText('Not saved yet.').waitFor()
      await page.getByRole('listitem').filter({ hasText: 'Class Restricted, model cloud' }).waitFor()
      assertQuiet()
    },
  )

  await t.test('the simulator says where something would go and marks what would be masked', async () => {
    const { page, assertQuiet } = first
    await page.goto(`${house.url}/trust/simulator`)
    await page.getByLabel('What would be asked').fill(LETTER)
    await page.getByLabel('Model').selectOption('cloud')
    await page
      .getByRole('list', { name: /The rules/ })
      .locator('[aria-current]')
      .getByText('cloud')
      .first()
      .waitFor()
    await page
      .getByRole('region', { name: 'The body that would leave' })
      .getByText(/\[EMAIL_/)
      .waitFor()
    await page.getByLabel('Profile').selectOption('pipl')
    await page.getByText('For cloud, by pipl').waitFor()
    await page.getByLabel('Show also what is too unsure to be acted on').check()
    await shoot(page, 'simulator')
    await page.getByLabel('Rules of the settings, as JSON').fill('[{"to": ["local"]}')
    await page.getByText('This is no JSON list of rules.').waitFor()
    await page.getByLabel('Rules of the settings, as JSON').fill('[{"to": ["local"]}]')
    await page.getByRole('button', { name: 'Try on recent requests' }).click()
    await page.getByText(/requests could be compared/).waitFor()
    await page.getByLabel('Declared class').selectOption('restricted')
    await page.getByText('It would be refused').waitFor()
    await assertAccessible(page)
    assertQuiet()
  })

  await t.test('in Chinese, in the dark and on a telephone', async () => {
    const { page, assertQuiet } = await openApp(browser, house, {
      path: '/trust',
      viewport: { width: 360, height: 740 },
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    await page.getByRole('heading', { level: 1, name: '信任' }).waitFor()
    await page.getByRole('button', { name: '查看发往 cloud 的内容' }).first().click()
    await page
      .getByRole('dialog', { name: '离开系统的内容' })
      .getByRole('button', { name: '下一个脱敏值' })
      .click()
    await shoot(page, 'trust-drawer-zh-narrow')
    await page.keyboard.press('Escape')
    await shoot(page, 'trust-zh-narrow')
    await page.goto(`${house.url}/trust/simulator`)
    await page.getByRole('heading', { level: 1, name: '会发往哪里？' }).waitFor()
    await page.getByRole('heading', { name: '会脱敏什么' }).waitFor()
    await shoot(page, 'simulator-zh-narrow')
    assertQuiet()
  })
})
