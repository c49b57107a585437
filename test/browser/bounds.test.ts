import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser } from './browser.ts'
import { startChatHouse } from './chat-house.ts'
import { importTalks, longTalk } from './long-house.ts'
import { movesOf, msUntil, nodesIn, watch, watched } from './watching.ts'

const WIDE = { viewport: { width: 1440, height: 900 } }
const MANY = 600
const REWORDED = 301
/** More than a screen needs, and less than a long conversation has. */
const MOST_NODES = 1500

const thread = (page: Page) => page.getByRole('region', { name: 'Conversation' })
const turn = (page: Page, text: string) => thread(page).getByRole('article').filter({ hasText: text })
const end = (page: Page, count: number) => turn(page, `Answer ${count}:`).first()

/** What is asked for while something is done, by the path. */
async function askedDuring(page: Page, work: () => Promise<void>): Promise<readonly string[]> {
  const asked: string[] = []
  const hear = (request: { url: () => string }): number => asked.push(new URL(request.url()).pathname)
  page.on('request', hear)
  await work()
  page.off('request', hear)
  return asked
}

/** Turns the wheel up until this is seen. */
async function scrollUpTo(page: Page, text: string): Promise<void> {
  await thread(page).hover()
  for (let turns = 0; (await turn(page, text).count()) === 0; turns += 1) {
    assert.ok(turns < 400, `no way up to ${text}`)
    await page.mouse.wheel(0, -1500)
    await page.waitForTimeout(20)
  }
}

test(
  'long conversations, long answers and the first visit keep within bounds',
  { skip: noBrowser },
  async (t) => {
    const house = await startChatHouse()
    t.after(() => house.stop())
    const browser = await launchBrowser()
    t.after(() => browser.close())
    const { page, context, assertQuiet } = await openApp(browser, house, WIDE)
    await watch(page)
    const [short = '', long = ''] = await importTalks(context.request, house, [
      longTalk('Short', 20),
      longTalk('Long', MANY, REWORDED),
    ])

    await t.test('the first visit asks for little, moves nothing and is soon painted', async () => {
      const first = await openApp(browser, house, { ...WIDE, serviceWorkers: 'block' })
      await watch(first.page)
      await (await first.context.newCDPSession(first.page)).send('Network.clearBrowserCache')
      const asked = await askedDuring(first.page, async () => {
        await first.page.goto(`${house.url}/chat`)
        await first.page.getByRole('link', { name: 'Long' }).waitFor()
        await first.page.waitForLoadState('networkidle')
      })
      const calls = asked.filter((path) => path.startsWith('/api/'))
      const bytes = await first.page.evaluate<number>(
        `performance.getEntriesByType('resource').reduce((sum, { transferSize }) => sum + transferSize, 0)`,
      )
      const { shift, paintMs, blockedMs } = await watched(first.page)
      t.diagnostic(
        `${asked.length} requests, ${calls.length} of them calls, ${Math.round(bytes / 1024)} KiB, largest paint ${Math.round(paintMs)} ms, blocked ${Math.round(blockedMs)} ms, shift ${shift.toFixed(3)}`,
      )
      assert.deepEqual(calls.length, new Set(calls.map((path) => path)).size + 1, calls.join(' '))
      assert.ok(calls.length <= 8 && asked.length <= 80, asked.join(' '))
      assert.ok(bytes > 100 * 1024 && bytes < 600 * 1024, `${bytes} bytes`)
      assert.ok(shift < 0.05, `moved by ${shift}`)
      first.assertQuiet()
      await first.context.close()
    })

    await t.test('a conversation opens with its end, however long it is', async () => {
      const open = async (id: string, count: number): Promise<number> => {
        await page.goto(`${house.url}/chat`)
        await page.locator(`a[href="/chat/${id}"]`).waitFor()
        await page.waitForLoadState('networkidle')
        const click = `document.querySelector('a[href="/chat/${id}"]').click()`
        return msUntil(page, click, '[role=feed] article', `Answer ${count}:`)
      }
      const times = { short: Infinity, long: Infinity }
      for (let round = 0; round < 3; round += 1) {
        times.short = Math.min(times.short, await open(short, 20))
        const asked = await askedDuring(page, async () => {
          times.long = Math.min(times.long, await open(long, MANY))
        })
        assert.equal(asked.filter((path) => path.endsWith('/messages')).length, 1)
      }
      t.diagnostic(`20 messages ${times.short.toFixed(0)} ms, ${MANY} messages ${times.long.toFixed(0)} ms`)
      assert.ok(times.long < 4 * times.short + 50)
      const nodes = await nodesIn(page)
      assert.ok(nodes < MOST_NODES, `${nodes} nodes`)
      // Nothing blank stands below the last turn.
      const below = await page.evaluate<number>(`(() => {
      const feed = document.querySelector('[role=feed]')
      const bottom = (one) => one.getBoundingClientRect().bottom
      return bottom(feed) - bottom([...feed.querySelectorAll('article')].at(-1))
    })()`)
      assert.ok(below >= 0 && below < 40, `${below} px`)
      assertQuiet()
    })

    await t.test('what is read stays where it is while what was said before comes above it', async () => {
      await thread(page).hover()
      const moves = await movesOf(page, '[role=feed] article', async () => {
        for (let turns = 0; turns < 60; turns += 1) {
          await page.mouse.wheel(0, -400)
          await page.waitForTimeout(60)
        }
      })
      assert.ok(moves.length >= 40)
      // A turn of the wheel, or two where no picture was made between them; and rounding.
      const wrong = moves.filter((px) => Math.abs(px - 400 * Math.max(1, Math.round(px / 400))) > 2)
      assert.deepEqual(wrong, [])
      await page.getByText(/^\d+ earlier messages are here\./).waitFor({ state: 'attached' })
      assert.ok((await nodesIn(page)) < MOST_NODES)
      assertQuiet()
    })

    await t.test('a key goes to the beginning, and the end is a press away', async () => {
      assert.equal(await turn(page, 'Answer').first().getAttribute('aria-setsize'), '-1')
      await thread(page).focus()
      await page.keyboard.press('Home')
      await turn(page, 'Question 1 about').waitFor()
      assert.equal(await turn(page, 'Question 1 about').getAttribute('aria-setsize'), String(MANY))
      await assertAccessible(page)
      await page.getByRole('button', { name: 'Jump to the end' }).click()
      await end(page, MANY).waitFor()
      assertQuiet()
    })

    await t.test(
      'another wording is gone to, and a message that is looked for, wherever they stand',
      async () => {
        await page.goto(`${house.url}/chat/${long}`)
        await end(page, MANY).waitFor()
        await scrollUpTo(page, `Question ${REWORDED} about`)
        await page.getByRole('button', { name: 'Previous version' }).click()
        await turn(page, 'Another answer').waitFor()
        await page.getByRole('button', { name: 'Next version' }).click()
        await turn(page, `Answer ${REWORDED + 1}:`)
          .first()
          .waitFor()
        const answer = await context.request.get(`${house.url}/api/conversations/${long}/messages?limit=200`)
        const { data } = (await answer.json()) as { data: { id: string; text: string }[] }
        const early = data.find(({ text }) => text.startsWith('Question 41 '))?.id
        await page.goto(`${house.url}/chat/${long}?message=${early}`)
        const found = turn(page, 'Question 41 about')
        await found.waitFor()
        const isAtTop = async () => {
          const { y } = (await found.boundingBox()) ?? { y: -1 }
          return y > 0 && y < 300
        }
        for (let tries = 0; !(await isAtTop()); tries += 1) {
          assert.ok(tries < 50, 'it is not gone to')
          await page.waitForTimeout(100)
        }
        assertQuiet()
      },
    )

    await t.test('what was said is found by Ctrl F, also where the page does not hold it', async () => {
      await page.goto(`${house.url}/chat/${long}`)
      await end(page, MANY).waitFor()
      await page.keyboard.press('Control+f')
      const field = page.getByRole('searchbox', { name: 'Find in this conversation' })
      await field.waitFor()
      await page.waitForFunction(`document.activeElement?.type === 'search'`)
      // As it reads on the page, over what is bold there; newest first.
      await page.keyboard.type('answer 4: the route of an Answer')
      await page.getByText('1 of 1', { exact: true }).waitFor()
      await turn(page, 'Answer 4:').first().waitFor()
      const marked = (name: string) =>
        page.waitForFunction(
          `[...(CSS.highlights.get('${name}') ?? [])].some((range) => {
            const { top } = range.getBoundingClientRect()
            return /answer 4: the route of an answer/i.test(range.toString()) && top > 0 && top < innerHeight
          })`,
        )
      await marked('found-here')
      assert.ok((await nodesIn(page)) < MOST_NODES)
      await field.fill('question 2')
      await page.getByText(/^1 of \d\d+$/).waitFor()
      await page.keyboard.press('Enter')
      await page.getByText(/^2 of \d\d+$/).waitFor()
      await page.keyboard.press('Shift+Enter')
      await page.getByText(/^1 of \d\d+$/).waitFor()
      await turn(page, 'Question 299 about').waitFor()
      await assertAccessible(page)
      await shoot(page, 'finding')
      await field.fill('no such words')
      await page.getByText('Not found').waitFor()
      await page.keyboard.press('Escape')
      await field.waitFor({ state: 'detached' })
      assert.equal(await page.evaluate(`CSS.highlights.size`), 0)
      assertQuiet()
    })

    await t.test('what could not be fetched is said, and asked for again', async () => {
      await page.goto(`${house.url}/chat/${long}`)
      await end(page, MANY).waitFor()
      await context.route('**/messages?**', (route) =>
        route.fulfill({
          status: 403,
          json: { error: { code: 'not_allowed', message: 'No.', type: 'x', param: null } },
        }),
      )
      await thread(page).hover()
      await page.mouse.wheel(0, -9000)
      await page.getByText('Earlier messages could not be loaded.').waitFor()
      await assertAccessible(page)
      await shoot(page, 'earlier-failed')
      await context.unroute('**/messages?**')
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('Earlier messages could not be loaded.').waitFor({ state: 'detached' })
      await scrollUpTo(page, 'Answer 500:')
      assertQuiet()
    })

    await t.test('an answer of 20 KB comes in 2,000 pieces, and nothing above it moves', async () => {
      const piece = '- A **rule** leads `somewhere`, see [1].\n\n'
      const text = piece.repeat(Math.ceil(20_000 / piece.length))
      await page.goto(`${house.url}/chat/${short}`)
      await end(page, 20).waitFor()
      await page.getByRole('textbox', { name: 'Message' }).fill('Tell me a lot')
      await page.keyboard.press('Enter')
      await house.model.begun()
      await page.getByText('Working on it').waitFor()
      await page.waitForTimeout(600)
      const before = await watched(page)
      for (let at = 0; at < text.length; at += 10) {
        await house.model.says(text.slice(at, at + 10))
        if (at % 500 === 0) await page.waitForTimeout(10)
      }
      await house.model.ends()
      await page.getByRole('button', { name: 'Answer again' }).last().waitFor()
      const { shift, blockedMs } = await watched(page)
      t.diagnostic(
        `moved by ${(shift - before.shift).toFixed(3)}, blocked ${Math.round(blockedMs - before.blockedMs)} ms`,
      )
      assert.ok(shift - before.shift < 0.05, `moved by ${shift - before.shift}`)
      assertQuiet()
    })
  },
)
