import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse, tabTo } from './browser.ts'
import { claim } from './visitors.ts'

const WIDE = { width: 1440, height: 900 }
const MANY = 240

/** A conversation as ChatGPT exports it. */
const exported = (title: string, atSeconds: number, question: string, answer: string) => ({
  title,
  create_time: atSeconds,
  current_node: 'b',
  mapping: {
    a: { message: { author: { role: 'user' }, create_time: atSeconds, content: { parts: [question] } } },
    b: {
      parent: 'a',
      message: { author: { role: 'assistant' }, create_time: atSeconds, content: { parts: [answer] } },
    },
  },
})

const rows = (page: Page) => page.getByRole('list', { name: 'Conversations' })
const row = (page: Page, title: string) => rows(page).getByRole('link', { name: title, exact: true })
const menuOf = (page: Page, title: string) =>
  page.getByRole('button', { name: `Actions for ${title}`, exact: true })
const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true })

test('conversations are kept, found, sorted and shown to others', { skip: noBrowser }, async (t) => {
  const house = await startHouse()
  t.after(() => house.stop())
  const browser = await launchBrowser()
  t.after(() => browser.close())
  await claim(house)
  const now = Math.floor(Date.now() / 1000)

  await t.test('conversations of another product are imported, and stand in their order', async () => {
    const { page, assertQuiet } = await openApp(browser, house, { path: '/chat/import', viewport: WIDE })
    const file = (name: string, data: unknown) => ({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
    })
    const many = Array.from({ length: MANY }, (_, at) =>
      exported(`Talk ${at}`, now - 86_400 * (2 + at / 8), `Question ${at}`, 'An answer'),
    )
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles([
        file('conversations.json', [
          ...many,
          exported('Root keys', now - 60, 'How do I rotate a root key?', 'With kek rotate-root.'),
          exported('重置密钥', now - 120, '怎样重置根密钥？', '使用命令轮换。'),
          exported('Lunch', now - 180, 'Where is lunch?', 'Around the corner.'),
        ]),
        file('notes.json', 'no JSON'),
      ])
    await page
      .getByText(`${MANY + 3} conversations with ${(MANY + 3) * 2} messages imported`)
      .first()
      .waitFor()
    await page.getByText('This is no JSON export.').waitFor()
    await assertAccessible(page)
    await shoot(page, 'import')
    await page.getByRole('link', { name: 'To the conversations' }).click()
    await row(page, 'Root keys').waitFor()
    await page.getByRole('heading', { name: 'Today' }).waitFor()
    await shoot(page, 'list')
    assertQuiet()
  })

  await t.test('a long list is scrolled to its end, and the page stays small', async () => {
    const { page, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    await row(page, 'Root keys').focus()
    const focused = page.locator('a:focus', { hasText: `Talk ${MANY - 1}` })
    let most = 0
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('End')
      most = Math.max(most, await rows(page).getByRole('listitem').count())
      if ((await focused.count()) > 0) break
    }
    await focused.waitFor()
    assert.ok(most > 0 && most < 80, `${most} rows stand in the page`)
    await page.keyboard.press('Home')
    await page.locator('a:focus', { hasText: 'Root keys' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.locator('a:focus', { hasText: '重置密钥' }).waitFor()
    assertQuiet()
  })

  await t.test(
    'a conversation is renamed where it stands, pinned, tagged and put into a project',
    async () => {
      const { page, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
      await row(page, 'Lunch').focus()
      await page.keyboard.press('F2')
      await page.getByLabel('New title').fill('Lunch plans')
      await page.keyboard.press('Enter')
      await row(page, 'Lunch plans').waitFor()
      await page.locator('a:focus', { hasText: 'Lunch plans' }).waitFor()

      await row(page, 'Lunch plans').hover()
      await menuOf(page, 'Lunch plans').click()
      await shoot(page, 'row-menu')
      await item(page, 'Pin').click()
      await page.getByRole('heading', { name: 'Pinned' }).waitFor()

      await menuOf(page, 'Lunch plans').click()
      await item(page, 'Tags').click()
      await page.getByLabel('Tags, separated by commas').fill('food, team')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Narrow the list' }).click()
      await page.getByRole('menuitemcheckbox', { name: 'food' }).click()
      await row(page, 'Root keys').waitFor({ state: 'detached' })
      await row(page, 'Lunch plans').waitFor()
      await page.getByRole('button', { name: 'Show everything' }).click()

      await page.getByRole('button', { name: 'New project' }).click()
      await page.getByLabel('Name of the project').fill('Security')
      await assertAccessible(page)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Security', exact: true }).waitFor()
      await page.getByText('No conversation fits.').waitFor()
      await page.getByRole('button', { name: 'Show everything' }).click()
      await row(page, 'Root keys').hover()
      await menuOf(page, 'Root keys').click()
      await item(page, 'Move to project').click()
      await page.getByRole('menuitemcheckbox', { name: 'Security' }).click()
      await page.getByRole('button', { name: 'Security', exact: true }).click()
      await row(page, 'Lunch plans').waitFor({ state: 'detached' })
      await row(page, 'Root keys').waitFor()
      await page.getByRole('button', { name: 'Actions for the project Security' }).click()
      await item(page, 'Rename the project').click()
      await page.getByLabel('Name of the project').fill('Keys')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Keys', exact: true }).waitFor()
      await page.getByRole('button', { name: 'Actions for the project Keys' }).click()
      await item(page, 'Delete the project').click()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('button', { name: 'Keys', exact: true }).waitFor()
      await assertAccessible(page)
      assertQuiet()
    },
  )

  await t.test('several are archived and deleted at once, and it is undone', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    await row(page, 'Talk 0').waitFor()
    await page.getByRole('button', { name: 'Select several' }).click()
    const tick = (title: string) => page.getByRole('checkbox', { name: `Select ${title}`, exact: true })
    await tick('Talk 0').click()
    await tick('Talk 3').click({ modifiers: ['Shift'] })
    await page.getByText('4 selected').waitFor()
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('5 selected').waitFor()
    await page.keyboard.press('Space')
    await page.getByText('4 selected').waitFor()
    await assertAccessible(page)
    await shoot(page, 'select')
    await page
      .getByRole('navigation', { name: 'Chat' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click()
    await row(page, 'Talk 3').waitFor({ state: 'detached' })
    await page.getByText('4 conversations are deleted.').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Talk 3').waitFor()

    await row(page, 'Talk 1').hover()
    await menuOf(page, 'Talk 1').click()
    await item(page, 'Archive').click()
    await row(page, 'Talk 1').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Narrow the list' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'Show the archive' }).click()
    await row(page, 'Talk 1').waitFor()
    await page.getByRole('button', { name: 'Show everything' }).click()

    // A tab that is closed has no time to undo any more, and deletes.
    await row(page, 'Talk 2').focus()
    await page.keyboard.press('Delete')
    await row(page, 'Talk 2').waitFor({ state: 'detached' })
    await page.reload()
    await row(page, 'Talk 3').waitFor()
    const gone = async () => {
      const answer = await context.request.get(`${house.url}/api/conversations?limit=50`)
      const { data } = (await answer.json()) as { data: { title: string }[] }
      return data.every(({ title }) => title !== 'Talk 2')
    }
    for (let tries = 0; !(await gone()); tries += 1) {
      assert.ok(tries < 50, 'the conversation was not deleted')
      await page.waitForTimeout(100)
    }
    assertQuiet()
  })

  await t.test('a conversation is taken along as Markdown, JSON and a page', async () => {
    const { page, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    const download = async (format: string) => {
      await row(page, 'Root keys').hover()
      await menuOf(page, 'Root keys').click()
      await item(page, 'Export').click()
      const [file] = await Promise.all([page.waitForEvent('download'), item(page, format).click()])
      return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
    }
    const markdown = await download('Markdown')
    assert.equal(markdown.name, 'Root keys.md')
    assert.match(markdown.text, /With kek rotate-root\./)
    const json = await download('JSON, to be imported again')
    assert.equal((JSON.parse(json.text) as { freehold: string }).freehold, 'conversation')
    const printed = await download('Page to print or keep as PDF')
    assert.match(printed.name, /\.html$/)
    assert.match(printed.text, /With kek rotate-root\./)
    assertQuiet()
  })

  await t.test('a link is made for people here and for anybody, and taken back', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    await row(page, 'Root keys').hover()
    await menuOf(page, 'Root keys').click()
    await item(page, 'Share').click()
    await page.getByText('Nothing of it is shared.').waitFor()
    await page.getByRole('button', { name: 'Make a link' }).click()
    const link = await page.getByLabel('The link is shown once').inputValue()
    await assertAccessible(page)
    await shoot(page, 'share')
    const reader = await context.newPage()
    await reader.goto(link)
    await reader.getByRole('heading', { level: 1, name: 'Root keys' }).waitFor()
    await reader.getByText('With kek rotate-root.').waitFor()
    await assertAccessible(reader)
    await shoot(reader, 'shared')
    await page.getByRole('button', { name: /^Take back/ }).click()
    await page.getByText('Nothing of it is shared.').waitFor()
    await reader.reload()
    await reader.getByText('This is not shared any more').waitFor()
    await reader.close()
    await page.getByLabel('Who may read it').selectOption('anyone')
    await page.getByLabel('For how long').selectOption('1')
    await page.getByRole('button', { name: 'Make a link' }).click()
    await page.waitForFunction(`document.querySelector('input[readonly]')?.value.includes('/shared/')`)
    await page.getByText('Anybody who has the link').last().waitFor()
    assertQuiet()
  })

  await t.test('one answer is shared by itself, and linked to for oneself', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await row(page, 'Root keys').click()
    await page.getByRole('button', { name: 'Share or link to this answer' }).last().click()
    await page.getByRole('menuitem', { name: 'Copy a link for yourself' }).click()
    await page.getByText('The link is copied.').first().waitFor()
    const own = String(await page.evaluate('navigator.clipboard.readText()'))
    assert.match(own, /\/chat\/[\w-]+\?message=[\w-]+$/)
    await page.getByRole('button', { name: 'Share or link to this answer' }).last().click()
    await page.getByRole('menuitem', { name: 'Share…' }).click()
    assert.equal(await page.getByLabel('How much').inputValue(), 'only')
    await page.getByRole('button', { name: 'Make a link' }).click()
    const link = await page.getByLabel('The link is shown once').inputValue()
    await assertAccessible(page)
    await shoot(page, 'share-answer')
    const reader = await context.newPage()
    await reader.goto(link)
    await reader.getByRole('heading', { level: 1, name: 'A shared conversation' }).waitFor()
    await reader.getByText('With kek rotate-root.').waitFor()
    await reader.goto(own)
    await reader.getByText('With kek rotate-root.').first().waitFor()
    await reader.close()
    assertQuiet()
  })

  await t.test('everything is found by a few letters, in both languages and by keyboard', async () => {
    const { page, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    await row(page, 'Root keys').waitFor()
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Find anything' })
    await page.getByRole('group', { name: 'Recent conversations' }).waitFor()
    await shoot(page, 'finder')
    await field.fill('rotate')
    await page.getByRole('option', { name: /Root keys/ }).waitFor()
    await field.fill('怎样重置')
    const chinese = page.getByRole('option', { name: /重置密钥/ })
    await chinese.waitFor()
    await assertAccessible(page)
    await shoot(page, 'finder-found')
    assert.equal(await field.getAttribute('aria-activedescendant'), await chinese.getAttribute('id'))
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/chat\/[\da-f-]{36}$/)
    await page.keyboard.press('Control+k')
    await field.fill('memory')
    await page.getByRole('option', { name: /^Memory/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Memory' }).waitFor()
    await page.keyboard.press('Control+k')
    await field.fill('中文')
    await page.getByRole('option', { name: 'Language: 中文' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '记忆' }).waitFor()
    await page.locator('#content').focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: '键盘' }).waitFor()
    await assertAccessible(page)
    await shoot(page, 'keyboard-zh')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '查找一切' }).fill('qqqq')
    await page.getByText('没有找到“qqqq”。').waitFor()
    assertQuiet()
  })

  await t.test('prompts are kept, filled in and deleted, and so is what is remembered', async () => {
    const { page, assertQuiet } = await openApp(browser, house, { path: '/chat/templates', viewport: WIDE })
    await page.getByText('No templates yet').waitFor()
    await page.getByRole('button', { name: 'New template' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Letter')
    await page.getByLabel('Prompt').fill('Write to {{name}} about {{topic}}.')
    await page.getByText('Asks for: name, topic').waitFor()
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Letter' }).waitFor()
    await shoot(page, 'templates')
    await page.getByRole('button', { name: 'Edit Letter' }).click()
    await page.getByLabel('Name', { exact: true }).fill('A letter')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Use A letter' }).click()
    await page.getByLabel('name', { exact: true }).fill('Ada')
    await page.getByLabel('topic', { exact: true }).fill('keys')
    await page.getByText('Write to Ada about keys.').waitFor()
    await assertAccessible(page)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/chat$/)
    await page.goBack()
    await page.getByRole('button', { name: 'Delete A letter' }).click()
    await page.getByText('No templates yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'A letter' }).waitFor()
    await assertAccessible(page)

    await page.goto(`${house.url}/chat/memories`)
    await page.getByText('Nothing is remembered').waitFor()
    await page.getByLabel('What should be remembered?').fill('Answer briefly.')
    await tabTo(page, page.getByRole('button', { name: 'Remember' }))
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Edit this' }).click()
    await page.getByLabel('Remembered text').fill('Answer briefly, in German.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Answer briefly, in German.').waitFor()
    await assertAccessible(page)
    await shoot(page, 'memories')
    await page.getByRole('button', { name: 'Delete this' }).click()
    await page.getByText('Nothing is remembered').waitFor()
    assertQuiet()
  })

  await t.test('on a telephone and in the dark the list stands in the menu', async () => {
    const { page, assertQuiet } = await openApp(browser, house, {
      viewport: { width: 360, height: 740 },
      locale: 'zh-CN',
      colorScheme: 'dark',
      path: '/chat/templates',
    })
    await shoot(page, 'templates-narrow')
    await page.getByRole('button', { name: '打开菜单' }).click()
    await page.getByRole('link', { name: '重置密钥' }).waitFor()
    await shoot(page, 'list-narrow')
    await page.getByRole('button', { name: '临时对话：', exact: false }).click()
    await page.waitForURL(/\/chat\?temporary=true$/)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await shoot(page, 'finder-narrow')
    assertQuiet()
  })
})
