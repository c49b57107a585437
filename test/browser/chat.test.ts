import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { answered } from '../system/gateway-upstream.ts'
import { callsThenSays } from '../system/tool-scripts.ts'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser } from './browser.ts'
import { startChatHouse } from './chat-house.ts'

const WIDE = { viewport: { width: 1440, height: 900 } }

const say = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}
const whole = (page: Page) => page.getByRole('button', { name: 'Answer again' }).last().waitFor()

interface SkillsSeen {
  readonly data: readonly { readonly operations: readonly { readonly id: string; readonly tool: string }[] }[]
}

const HOSTILE = [
  '<img src=x onerror="window.hurt=1"> <script>window.hurt=2</script>',
  '[press](javascript:window.hurt=3) ![pixel](https://elsewhere.example/p.png?q=secret)',
  '<svg onload="window.hurt=4"><a href="javascript:window.hurt=5">x</a></svg>',
  '| <b onmouseover=alert(1)>a</b> | b |\n|---|---|\n| [c](data:text/html,x) | `<i>` |',
  '```html\n<script>window.hurt=6</script>\n```',
  String.raw`$\href{javascript:window.hurt=7}{x}$ and $\includegraphics{https://elsewhere.example/q.png}$`,
  '[1]: https://elsewhere.example/ "not a source"',
].join('\n\n')

test(
  'a conversation is asked, answered as it comes, stopped, changed and gone on with',
  { skip: noBrowser },
  async (t) => {
    const house = await startChatHouse()
    t.after(() => house.stop())
    const { model, upstream } = house
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page, context, assertQuiet } = await openApp(browser, house, WIDE)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    page.setDefaultTimeout(15_000)
    const pasted = (): Promise<string> => page.evaluate('navigator.clipboard.readText()')

    await t.test('the guide answers a first question without any model, with its sources', async () => {
      await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor()
      await page.getByText('Goes to house').waitFor()
      await assertAccessible(page)
      await shoot(page, 'chat-new')
      await page.getByRole('button', { name: 'How do I create an API key?' }).click()
      await whole(page)
      await page.getByRole('button', { name: /^Source 1:/ }).focus()
      await page.getByText('Press to read it in the document').waitFor()
      await shoot(page, 'chat-guide')
      await page.keyboard.press('Enter')
      await page.getByRole('complementary').locator('mark').first().waitFor()
      await page.keyboard.press('Escape')
      assertQuiet()
    })

    await t.test('an answer is seen as it comes, and stays when it is whole', async () => {
      await page.getByRole('link', { name: 'New chat' }).click()
      await say(page, 'Tell me of routes')
      await model.begun()
      await page.getByText('Working on it').waitFor()
      await model.says('# Routes\n\n', 'A **rule** leads ', 'somewhere.\n\n', '```ts\nconst a = 1\n```\n\n')
      await page.getByText('somewhere.').waitFor()
      await shoot(page, 'chat-streaming')
      await model.says('| a | b |\n|---|---|\n| 1 | 2 |\n\nand $a^2$ too.')
      await model.ends()
      await whole(page)
      await page.locator('math').waitFor()
      await page.locator('pre .text-accent', { hasText: 'const' }).waitFor()
      await page.getByRole('button', { name: 'Copy the code' }).click()
      assert.equal(await pasted(), 'const a = 1')
      await page.getByRole('button', { name: 'Copy as CSV' }).click()
      assert.equal(await pasted(), '\ufeffa,b\r\n1,2\r\n')
      await assertAccessible(page)
      await shoot(page, 'chat-answer')
      assertQuiet()
    })

    await t.test('it is stopped before the first word, and in the middle', async () => {
      await say(page, 'Never mind')
      const asked = upstream.next()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await page.getByText('Stopped before the first word.').waitFor()
      await asked.catch(() => {})
      model.again()
      await page.getByRole('button', { name: 'Ask again' }).click()
      await model.begun()
      await model.says('Half of')
      await page.getByText('Half of').waitFor()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await page.getByText('Stopped', { exact: true }).waitFor()
      model.again()
      assertQuiet()
    })

    await t.test('a message that is written meanwhile waits, and is sent after it', async () => {
      await say(page, 'First')
      await model.begun()
      await say(page, 'Second')
      await say(page, 'Third')
      const waiting = page.getByRole('list', { name: 'Messages that wait' })
      await waiting.getByText('Third').waitFor()
      await waiting.getByRole('button', { name: 'Withdraw' }).last().click()
      await waiting.getByRole('button', { name: 'Edit' }).click()
      await say(page, 'Second, in other words')
      await shoot(page, 'chat-queue')
      await model.says('One')
      const next = upstream.next()
      await model.ends()
      await next
      await model.begun()
      await model.says('Two')
      await model.ends()
      await page.getByText('Two', { exact: true }).waitFor()
      assert.equal(await waiting.count(), 0)
      assertQuiet()
    })

    await t.test('a message is worded anew, and both wordings stay', async () => {
      await page.getByRole('article').filter({ hasText: 'Second, in other words' }).hover()
      await page.getByRole('button', { name: 'Edit', exact: true }).last().click()
      await page.getByRole('textbox', { name: 'Edit your message' }).fill('Second, once more')
      await page.keyboard.press('Enter')
      await model.begun()
      await model.says('Three')
      await model.ends()
      await page.getByText('Three', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Previous version' }).last().click()
      await page.getByText('Two', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Next version' }).last().click()
      await page.getByText('Three', { exact: true }).waitFor()
      assertQuiet()
    })

    await t.test('another model answers the same, in the managed zone', async () => {
      await page.getByRole('button', { name: 'Answer again' }).last().click()
      await page.getByRole('menuitem', { name: 'cloud' }).click()
      await model.begun()
      await model.says('Four')
      await model.ends()
      await page.getByRole('button', { name: /Managed service\W+cloud/ }).waitFor()
      await page.getByText('2/2').last().waitFor()
      await shoot(page, 'chat-managed')
      assertQuiet()
    })

    await t.test('a second tab sees it come, and so does a page that was loaded again', async () => {
      const other = await context.newPage()
      await other.goto(page.url())
      await other.getByText('Four', { exact: true }).waitFor()
      await say(page, 'To both')
      await model.begun()
      await model.says('seen twice')
      await page.getByRole('article').getByText('seen twice').waitFor()
      await other.getByRole('article').getByText('seen twice').waitFor()
      await page.reload()
      await page.getByRole('article').getByText('seen twice').waitFor()
      await model.says(' and whole.')
      await model.ends()
      await page.getByRole('article').getByText('seen twice and whole.').waitFor()
      await other.getByRole('article').getByText('seen twice and whole.').waitFor()
      await other.close()
      assertQuiet()
    })

    await t.test('what failed says why and is tried again', async () => {
      upstream.answer(answered(500, { error: { message: 'out of order' } }))
      await say(page, 'Does it work?')
      await page.getByRole('alert').waitFor()
      await shoot(page, 'chat-failed')
      await page.reload()
      await page.getByRole('alert').waitFor()
      upstream.answer(model.script)
      await page.getByRole('button', { name: 'Go on' }).click()
      await model.begun()
      await model.says('It does.')
      await model.ends()
      await page.getByRole('article').getByText('It does.').waitFor()
      assertQuiet()
    })

    await t.test('nothing that a model writes becomes part of the page', async () => {
      await say(page, '<img src=x onerror="window.hurt=8"> ‮ אבג')
      await model.begun()
      await model.says(HOSTILE)
      await model.ends()
      await whole(page)
      await page.getByText('Image, not loaded: pixel').waitFor()
      assert.equal(await page.evaluate('window.hurt'), undefined)
      const thread = page.getByRole('feed')
      assert.equal(await thread.locator('img, script, svg a, [onerror], [onload], [onmouseover]').count(), 0)
      assert.equal(
        await thread
          .locator('a[href^="javascript"], a[href^="data"], a[href*="elsewhere.example/p"]')
          .count(),
        0,
      )
      assertQuiet()
    })

    await t.test('a diagram is drawn where it has no origin', async () => {
      await say(page, 'Draw it')
      await model.begun()
      await model.says('```mermaid\ngraph TD; A[Here]-->B[There]\n```\n')
      await model.ends()
      await page.frameLocator('iframe[title="Diagram"]').locator('svg').waitFor()
      assert.equal(await page.getByRole('feed').locator('svg[id="diagram"]').count(), 0)
      await shoot(page, 'chat-diagram')
      assertQuiet()
    })

    await t.test(
      'a call that changes something waits for a person, who sees exactly what it does',
      async () => {
        await house.cli('skill', 'install', 'order-lookup', '--from', 'built-in', '--approve')
        const token = join(await mkdtemp(join(tmpdir(), 'freehold-token-')), 'token')
        await writeFile(token, 'a token')
        await house.cli('skill', 'secret', 'set', 'order-lookup', 'order-token', '--file', token)
        await rm(dirname(token), { recursive: true })
        const { data } = (await (await context.request.get(`${house.url}/api/skills`)).json()) as SkillsSeen
        const tool = data
          .flatMap(({ operations }) => operations)
          .find(({ id }) => id === 'announce_return')?.tool
        assert.ok(tool)
        const input = { order: 'SO-2041', reason: 'too\u200b small' }
        upstream.answer(callsThenSays(tool, input, 'It is ', 'announced.'))
        await say(page, 'Send SO-2041 back')
        const card = page.getByRole('region', { name: /May .* be called/ })
        await card.getByText('too\\u200b small').waitFor()
        await card.getByText('Announces that a customer sends an order back').waitFor()
        await shoot(page, 'chat-approval')
        const inbox = await context.newPage()
        await inbox.goto(`${house.url}/skills/approvals`)
        const waiting = inbox.getByRole('region', { name: 'May Orders: announce return be called?' })
        await waiting.getByText('too\\u200b small').waitFor()
        await waiting.getByRole('link', { name: 'To the conversation' }).waitFor()
        await assertAccessible(inbox)
        await inbox.close()
        await card.getByRole('button', { name: 'Deny' }).click()
        await page.getByRole('article').getByText('It is announced.').first().waitFor()
        // While it is made it stands open; a press would fold it away.
        await page
          .getByRole('button', { name: /1 tool call/, expanded: false })
          .last()
          .click()
        await page.getByRole('button', { name: /Denied/ }).click()
        await page.getByRole('region', { name: 'Arguments' }).waitFor()
        await shoot(page, 'chat-tools')
        await page.reload()
        await page
          .getByRole('button', { name: /1 tool call/ })
          .last()
          .click()
        await page.getByRole('button', { name: /Denied/ }).waitFor()
        upstream.answer(model.script)
        assertQuiet()
      },
    )

    await t.test('signs offer commands, models and collections, by keyboard', async () => {
      const field = page.getByRole('textbox', { name: 'Message' })
      await field.focus()
      await page.keyboard.type('@oth')
      await page.getByRole('option', { name: 'other' }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByText('Answered by other').waitFor()
      await page.keyboard.type('#')
      await page.getByRole('option', { name: 'Freehold guide' }).waitFor()
      await shoot(page, 'chat-choices')
      await page.keyboard.press('Tab')
      await page.getByText('Only in Freehold guide').waitFor()
      await page.getByRole('button', { name: 'Remove Freehold guide' }).click()
      await field.focus()
      await page.keyboard.type('kept words')
      await page.reload()
      await page.getByText('Answered by other').waitFor()
      assert.equal(await field.inputValue(), 'kept words')
      await page.getByRole('button', { name: 'Remove other' }).click()
      await field.fill('/tem')
      await page.keyboard.press('Enter')
      await page.getByText('no search finds it').waitFor()
      await page.goBack()
      assertQuiet()
    })

    await t.test('a file is attached, read, and named by the message', async () => {
      await page.getByRole('textbox', { name: 'Message' }).fill('')
      const name = '<img src=x onerror=alert(1)>.txt'
      const buffer = Buffer.from('The order was placed on Monday.')
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Attach files' }).click()
      await (await chooser).setFiles({ name, mimeType: 'text/plain', buffer })
      await page.getByText(/^Ready/).waitFor()
      await shoot(page, 'chat-attached')
      await say(page, 'When was it?')
      await model.begun()
      await model.says('On Monday.')
      await model.ends()
      await page.getByRole('article').getByText(name).waitFor()
      const sent = page.getByRole('list', { name: 'Files of this message' }).getByRole('button', { name })
      await sent.click()
      await page.getByRole('complementary').getByText('The order was placed on Monday.').waitFor()
      await assertAccessible(page)
      await shoot(page, 'chat-sent-file')
      await page.keyboard.press('Escape')
      await sent.and(page.locator(':focus')).waitFor()
      assertQuiet()
    })

    await t.test('what a model wrote beside the conversation opens from its answer', async () => {
      const paper = { title: 'Returns', mediaType: 'text/markdown', text: '# Returns\n\nWithin 14 days.' }
      upstream.answer(callsThenSays('write_artifact', paper, 'It is ', 'written.'))
      await say(page, 'Write it down')
      const written = page.getByRole('article').getByRole('button', { name: /^Returns/ })
      await written.click()
      const pane = page.getByRole('complementary', { name: 'Beside the conversation' })
      await pane.getByText('Within 14 days.').waitFor()
      await pane.getByRole('button', { name: 'Back to the list' }).click()
      await pane.getByRole('region', { name: 'Files' }).waitFor()
      await written.click()
      await pane.getByText('Within 14 days.').waitFor()
      await shoot(page, 'chat-artifact')
      await page.keyboard.press('Escape')
      upstream.answer(model.script)
      assertQuiet()
    })

    await t.test('from an answer one goes on in a conversation of its own', async () => {
      const before = page.url()
      const last = page.getByRole('article').filter({ hasText: 'On Monday.' })
      await last.getByRole('button', { name: 'Continue in a new conversation' }).click()
      await page.waitForURL((url) => url.href !== before)
      await page.getByRole('article').getByText('On Monday.').waitFor()
      assertQuiet()
    })

    await t.test('in Chinese, in the dark and on a telephone', async () => {
      const viewport = { width: 360, height: 740 }
      const other = await openApp(browser, house, { viewport, locale: 'zh-CN', colorScheme: 'dark' })
      await other.page.getByRole('button', { name: '如何创建 API 密钥？' }).waitFor()
      await shoot(other.page, 'chat-new-zh')
      await other.page.goto(page.url())
      await other.page.getByRole('button', { name: '重新回答' }).last().waitFor()
      await shoot(other.page, 'chat-zh')
      other.assertQuiet()
    })
  },
)
