import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { captureServer, event, ordinary, streamed } from '../system/gateway-upstream.ts'
import { json, packed, waybills } from '../system/skill-house.ts'
import { askedOf, callsThenSays } from '../system/tool-scripts.ts'
import { openApp, shoot } from './app.ts'
import { assertAccessible, launchBrowser, noBrowser } from './browser.ts'
import { startChatHouse } from './chat-house.ts'

const NUMBER = 'YT1234567890123'
const OTHER = {
  name: 'parcel-desk',
  version: '1.0.0',
  publisher: 'acme',
  title: 'Parcel desk',
  description: 'Where parcels are',
  licence: 'Apache-2.0',
}
const HOLD = 'waybill_tracking__hold_back'

const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
const say = async (page: Page, text: string): Promise<void> => {
  await field(page).fill(text)
  await page.keyboard.press('Enter')
}
/** Chooses what stands behind a sign. */
const take = async (page: Page, sign: string, option: string | RegExp): Promise<void> => {
  await field(page).focus()
  await page.keyboard.type(sign)
  await page.getByRole('option', { name: option }).first().waitFor()
  await page.keyboard.press('Enter')
}
const whole = (page: Page) => page.getByRole('button', { name: 'Answer again' }).last().waitFor()
const begin = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'New chat' }).click()
  await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor()
}

/** Drops or pastes files as a hand does. */
const bring = (page: Page, how: 'drop' | 'paste', files: readonly (readonly [string, string])[]) =>
  page.evaluate(`(() => {
    const carried = new DataTransfer()
    for (const [name, text] of ${JSON.stringify(files)})
      carried.items.add(new File([text], name, { type: 'text/plain' }))
    const area = document.querySelector('form textarea')
    const more = { bubbles: true, cancelable: true }
    if (${JSON.stringify(how)} === 'paste')
      return area.dispatchEvent(new ClipboardEvent('paste', { ...more, clipboardData: carried }))
    area.dispatchEvent(new DragEvent('dragover', { ...more, dataTransfer: carried }))
    area.dispatchEvent(new DragEvent('drop', { ...more, dataTransfer: carried }))
  })()`)

test(
  'what one chooses for a message is what happens to it',
  { skip: noBrowser, timeout: 420_000 },
  async (t) => {
    const parcels = await captureServer(json({ held: true }))
    const house = await startChatHouse()
    const { upstream } = house
    const browser = await launchBrowser()
    t.after(async () => {
      await browser.close()
      await house.stop()
      await parcels.close()
    })
    const { page, context, assertQuiet } = await openApp(browser, house, {
      viewport: { width: 1440, height: 900 },
    })
    page.setDefaultTimeout(40_000)
    upstream.answer(ordinary)
    const { csrf } = (await (await context.request.get(`${house.url}/api/session`)).json()) as {
      csrf: string
    }
    const send = async (method: 'POST' | 'PUT', path: string, data: object): Promise<void> => {
      const answer = await context.request.fetch(house.url + path, {
        method,
        data,
        headers: { 'x-csrf-token': csrf },
        // A skill is checked before it is installed.
        timeout: 120_000,
      })
      assert.ok(answer.ok(), `${path}: ${await answer.text()}`)
    }
    await send('PUT', '/api/skill-policy', { level: 'dev' })
    for (const skill of [waybills(parcels.url), waybills(parcels.url, { metadata: OTHER })])
      await send('POST', '/api/skills/install', { bundle: packed(skill).bundle, approve: true })
    /** Who was asked since, by the keys that the targets were given. */
    const zones = () =>
      upstream.seen.map(({ headers }) => (headers.authorization === 'Bearer sk-1' ? 'home' : 'cloud'))

    const goesTo = (place: string) =>
      page.getByRole('button', { name: /Where this would go, and why/ }).filter({ hasText: place })

    await t.test('a message is kept private: the rule would let it leave, and nothing does', async () => {
      await take(page, '@eith', 'either')
      await field(page).fill('Our offer to the town hall')
      await goesTo('Would go to cloud, a managed service').click()
      await page.getByRole('radio', { name: 'This message stays home' }).click()
      await page.keyboard.press('Escape')
      await page.getByText('Kept private', { exact: true }).waitFor()
      await goesTo('Goes to house, in your private zone').waitFor()
      upstream.forget()
      await field(page).press('Enter')
      await page.getByRole('button', { name: /Where this was answered: Private zone/ }).waitFor()
      assert.deepEqual(zones(), ['home'])
      // The wish was for this one message; in other words it is the same message still.
      await goesTo('Would go to cloud, a managed service').waitFor()
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByRole('textbox', { name: 'Edit your message' }).fill('Our offer to the mayor')
      await page.keyboard.press('Enter')
      await page.getByText('2/2').waitFor()
      await whole(page)
      assert.deepEqual(zones(), ['home', 'home'])
      await say(page, 'And this may go')
      await page.getByRole('button', { name: /Where this was answered: Managed service/ }).waitFor()
      assert.deepEqual(zones(), ['home', 'home', 'cloud'])
      assertQuiet()
    })

    await t.test(
      'a conversation is kept private, and where only services are left it is refused',
      async () => {
        await goesTo('Would go to cloud').click()
        await page.getByRole('radio', { name: 'The whole conversation stays home' }).click()
        await page.keyboard.press('Escape')
        await goesTo('Goes to house, in your private zone').waitFor()
        upstream.forget()
        await say(page, 'All of this stays')
        await page
          .getByRole('button', { name: /Where this was answered: Private zone/ })
          .nth(1)
          .waitFor()
        assert.deepEqual(zones(), ['home'])
        await page.reload()
        await whole(page)
        await take(page, '@clou', 'cloud')
        await goesTo('Would be refused').waitFor()
        await say(page, 'Not even this')
        await page
          .getByRole('alert')
          .getByText(/private/)
          .first()
          .waitFor()
        assert.deepEqual(zones(), ['home'])
        await shoot(page, 'kept-private')
        await page.getByRole('button', { name: 'What locks this conversation' }).click()
        await page.getByText('It is kept private: nothing of it goes to a managed service.').waitFor()
        await assertAccessible(page)
        await page.keyboard.press('Escape')
        assertQuiet()
      },
    )

    await t.test('files are dropped and pasted, and one that cannot be read says so', async () => {
      await begin(page)
      await bring(page, 'drop', [
        ['one.txt', 'The cellar floods in March.'],
        ['two.txt', 'The roof is of slate.'],
      ])
      await page
        .getByText(/^Ready/)
        .nth(1)
        .waitFor()
      await bring(page, 'paste', [['broken.pdf', 'no pdf']])
      await page.getByRole('listitem').filter({ hasText: 'broken.pdf' }).locator('svg.text-alarm').waitFor()
      await assertAccessible(page)
      await shoot(page, 'attached-three')
      await page.getByRole('button', { name: 'Remove two.txt' }).click()
      await page.getByRole('button', { name: 'Remove broken.pdf' }).click()
      upstream.forget()
      await say(page, 'When is the cellar wet?')
      await whole(page)
      await page.getByRole('article').getByText('one.txt').waitFor()
      assert.match(String(upstream.seen[0]?.body), /floods in March/)
      assert.doesNotMatch(String(upstream.seen[0]?.body), /slate/)
      assertQuiet()
    })

    await t.test('a skill that is named is what the model may use, and no other', async () => {
      await begin(page)
      await take(page, '@wayb', 'Waybills')
      await page.getByText('With the skill Waybills').waitFor()
      await shoot(page, 'skill-named')
      upstream.forget()
      await say(page, 'Good morning')
      await whole(page)
      const tools = askedOf(upstream.seen[0] ?? assert.fail()).tools?.map((tool) => tool.function.name) ?? []
      assert.ok(tools.includes('waybill_tracking__track'), tools.join())
      assert.ok(!tools.some((name) => name.startsWith('parcel_desk')), tools.join())
      assert.equal(await page.getByText('With the skill Waybills').count(), 0)
      assertQuiet()
    })

    await t.test('a call is allowed once, then always, and then it is not asked for again', async () => {
      upstream.answer(callsThenSays(HOLD, { number: NUMBER }, 'It is held.'))
      const holds = () => parcels.seen.filter(({ method }) => method === 'POST').length
      const card = page.getByRole('region', { name: /May .* be called/ })
      const other = await context.newPage()
      const inbox = other.getByRole('main').filter({ hasText: NUMBER })
      for (const [button, count] of [
        ['Allow once', 1],
        ['Always for this tool', 2],
        [null, 3],
      ] as const) {
        await begin(page)
        await say(page, `Hold the parcel back: ${count}`)
        if (button !== null) {
          await card.getByText(NUMBER).waitFor()
          assert.equal(holds(), count - 1)
          // What waits stands in the inbox as well, and either place decides.
          if (count === 1) await other.goto(`${house.url}/skills/approvals`)
          await (count === 1 ? inbox : card).getByRole('button', { name: button }).click()
        }
        await page.getByRole('article').getByText('It is held.').waitFor()
        assert.equal(holds(), count)
        assert.equal(await card.count(), 0)
      }
      await other.reload()
      await other.getByRole('row').filter({ hasText: HOLD }).getByRole('button', { name: 'Forget' }).waitFor()
      await other.close()
      await page.getByRole('button', { name: /1 tool call/ }).click()
      await page.getByRole('button', { name: /Done/ }).click()
      await page.getByRole('region', { name: 'Result' }).getByText('held').first().waitFor()
      upstream.answer(ordinary)
      assertQuiet()
    })

    await t.test('a version is tried on a share of the calls, taken into use and left again', async () => {
      const next = packed(waybills(parcels.url, {}, '1.1.0'))
      await send('POST', '/api/skills/waybill-tracking/update', { bundle: next.bundle, switch: 'keep' })
      const other = await context.newPage()
      await other.goto(`${house.url}/skills/of/waybill-tracking`)
      await other.getByRole('tab', { name: 'Versions' }).click()
      const row = other.getByRole('row').filter({ hasText: '1.1.0' })
      await row.getByRole('button', { name: 'Try on a share' }).click()
      await other.getByLabel('Percent of callers').fill('25')
      await other.getByRole('button', { name: 'Begin' }).click()
      await row.getByText('canary, 25 %').waitFor()
      await other.getByRole('button', { name: 'End the trial' }).click()
      await row.getByRole('button', { name: 'Switch to it' }).click()
      await row.getByText('in use').waitFor()
      await shoot(other, 'skills-versions-two')
      await other.getByRole('button', { name: 'Back to the version before' }).click()
      await other.getByRole('row').filter({ hasText: '1.0.0' }).getByText('in use').waitFor()
      await other.close()
    })

    await t.test('what a model thought is folded away, and can be read', async () => {
      const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
      const delta = (said: object, finish: string | null = null) =>
        event({ ...chunk, choices: [{ index: 0, delta: said, finish_reason: finish }] })
      upstream.answer(
        streamed([
          delta({ role: 'assistant', reasoning_content: 'Slate is a stone.' }),
          delta({ content: 'It is stone.' }),
          delta({}, 'stop'),
          'data: [DONE]\n\n',
        ]),
      )
      await begin(page)
      await say(page, 'What is slate?')
      await page.getByRole('article').getByText('It is stone.').waitFor()
      assert.equal(await page.getByText('Slate is a stone.').count(), 0)
      await page.getByRole('button', { name: 'Thought about it' }).click()
      await page.getByRole('button', { name: 'Reasoning' }).click()
      await page.getByText('Slate is a stone.').waitFor()
      upstream.answer(ordinary)
      assertQuiet()
    })

    await t.test('a template is called by its sign, and asks for what it leaves open', async () => {
      await send('POST', '/api/templates', { name: 'letter', text: 'Write to {{name}} about slate.' })
      await begin(page)
      await take(page, '/let', 'letter')
      await page.getByLabel('name', { exact: true }).fill('Ada')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.equal(await field(page).inputValue(), 'Write to Ada about slate.')
      await field(page).fill('')
      assertQuiet()
    })

    await t.test(
      'a temporary conversation is marked as one, in no list and found by no search, which finds all else',
      async () => {
        await take(page, '/tempo', 'temporary')
        await page.getByText('it stands in no list, no search finds it').first().waitFor()
        await say(page, 'The word is quixotry')
        await whole(page)
        await page.getByText('Temporary', { exact: true }).waitFor()
        const address = page.url()
        await begin(page)
        await page
          .getByRole('navigation', { name: 'Chat' })
          .getByRole('link', { name: /slate/ })
          .first()
          .waitFor()
        assert.equal(await page.getByRole('link', { name: /quixotry/ }).count(), 0)
        await page.goto(address)
        await page.getByText('The word is quixotry').first().waitFor()
        await begin(page)
        await page.keyboard.press('Control+k')
        await page.getByRole('combobox', { name: 'Find anything' }).fill('quixotry')
        await page.getByText('Nothing is called “quixotry”.').waitFor()
        await page.getByRole('combobox', { name: 'Find anything' }).fill('slate')
        await page.getByRole('option', { name: /What is slate/ }).waitFor()
        await page.getByRole('combobox', { name: 'Find anything' }).fill('Waybills')
        await page.getByRole('group', { name: 'Skills' }).getByRole('option').first().waitFor()
        await page.getByRole('combobox', { name: 'Find anything' }).fill('create an API key')
        await page.getByRole('group', { name: 'Documents' }).getByRole('option').first().waitFor()
        await page.keyboard.press('Escape')
        assertQuiet()
      },
    )

    await t.test('whoever reads further up is left there, and a screen reader hears the answer', async () => {
      const { model } = house
      upstream.answer(model.script)
      await begin(page)
      await say(page, 'Tell me more than fits')
      await model.begun()
      await model.says(...Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of the answer.\n\n`))
      await page.getByText('Paragraph 59 of').waitFor()
      const area = page.getByRole('region', { name: 'Conversation' })
      await area.hover()
      await page.mouse.wheel(0, -600)
      await page.getByRole('button', { name: 'Jump to the end' }).waitFor()
      const top = await area.evaluate('(area) => area.scrollTop')
      await model.says('The last words.')
      await page.getByText('The last words.').waitFor({ state: 'attached' })
      assert.equal(await area.evaluate('(area) => area.scrollTop'), top)
      await page.getByRole('button', { name: 'Jump to the end' }).click()
      await model.ends()
      await page.locator('[aria-live=polite]').getByText('The answer is complete.').waitFor()
      assertQuiet()
    })
  },
)
