import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openApp } from '../app.ts'
import { launchBrowser, noBrowser, startHouse } from '../browser.ts'
import { importTalks, longTalk, shortTalk } from '../long-house.ts'
import { claim } from '../visitors.ts'
import { msUntil, nodesIn, tasksDuring, watch } from '../watching.ts'

const WIDE = { viewport: { width: 1440, height: 900 } }
const MESSAGES = 5000
const CONVERSATIONS = 10_000
const MOST_NODES = 1500
const HOUR = 3600

const thread = (page: Page) => page.getByRole('region', { name: 'Conversation' })
const rows = (page: Page) => page.getByRole('list', { name: 'Conversations' })

test(
  '10,000 conversations and one of 5,000 messages open like few, and scroll with a page that stays small',
  { skip: noBrowser, timeout: 1_800_000 },
  async (t) => {
    const house = await startHouse()
    t.after(() => house.stop())
    const browser = await launchBrowser()
    t.after(() => browser.close())
    await claim(house)
    const { page, context, assertQuiet } = await openApp(browser, house, WIDE)
    await watch(page)
    const [short = '', long = ''] = await importTalks(context.request, house, [
      longTalk('Short', 20),
      longTalk('Long', MESSAGES),
    ])
    /** From a full load of the page to the first row. */
    const openList = async (): Promise<number> => {
      await page.goto('about:blank')
      await page.goto(`${house.url}/chat`, { waitUntil: 'commit' })
      await msUntil(page, '', 'nav li', 'Long')
      return page.evaluate<number>('performance.now()')
    }
    const least = async (work: () => Promise<number>): Promise<number> => {
      const times: number[] = []
      for (let round = 0; round < 3; round += 1) times.push(await work())
      return Math.min(...times)
    }
    const few = await least(openList)

    const now = Math.floor(Date.now() / 1000)
    const many = Array.from({ length: CONVERSATIONS }, (_, n) => shortTalk(`Talk ${n}`, now - HOUR * (n + 1)))
    await importTalks(context.request, house, many)
    const whole = await least(openList)
    t.diagnostic(`the list: 2 conversations ${few.toFixed(0)} ms, ${CONVERSATIONS} ${whole.toFixed(0)} ms`)
    assert.ok(whole < 3 * few + 100)

    await rows(page).getByRole('link').first().focus()
    const last = page.locator('a:focus', { hasText: `Talk ${CONVERSATIONS - 1}` })
    let most = 0
    const listTasks = await tasksDuring(browser, page, async () => {
      for (let presses = 0; (await last.count()) === 0; presses += 1) {
        assert.ok(presses < 1000, 'no way to the end of the list')
        await page.keyboard.press('End')
        most = Math.max(most, await nodesIn(page))
        await page.waitForTimeout(50)
      }
    })
    t.diagnostic(`the list to its end: ${most} nodes, tasks ${JSON.stringify(listTasks)}`)
    assert.ok(most < MOST_NODES, `${most} nodes`)

    const open = (id: string, count: number) => async (): Promise<number> => {
      await openList()
      await page.waitForLoadState('networkidle')
      const click = `document.querySelector('a[href="/chat/${id}"]').click()`
      return msUntil(page, click, '[role=feed] article', `Answer ${count}:`)
    }
    const shortMs = await least(open(short, 20))
    const longMs = await least(open(long, MESSAGES))
    t.diagnostic(`a conversation: 20 messages ${shortMs.toFixed(0)} ms, ${MESSAGES} ${longMs.toFixed(0)} ms`)
    assert.ok(longMs < 3 * shortMs + 100)

    await thread(page).focus()
    await page.keyboard.press('Home')
    await thread(page).getByText('Question 1 about').waitFor({ timeout: 120_000 })
    await thread(page).hover()
    most = 0
    const threadTasks = await tasksDuring(browser, page, async () => {
      for (let turns = 0; turns < 300; turns += 1) {
        await page.mouse.wheel(0, 1200)
        await page.waitForTimeout(30)
        if (turns % 10 === 0) most = Math.max(most, await nodesIn(page))
      }
    })
    t.diagnostic(`through ${MESSAGES} messages: ${most} nodes, tasks ${JSON.stringify(threadTasks)}`)
    assert.ok(most < MOST_NODES, `${most} nodes`)
    // Of their own thread, and hardly any: what else the machine does counts in caches all the same.
    for (const { long: slow, count } of [listTasks, threadTasks])
      assert.ok(slow <= count / 1000, `${slow} long tasks`)
    assertQuiet()
  },
)
