import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApp } from './app.ts'
import { launchBrowser, noBrowser, openWindow } from './browser.ts'
import { listenToFocus, settling, walkByTab } from './tab-walk.ts'
import { sayAs, startTrustHouse } from './trust-house.ts'

const SCREENS = join(import.meta.dirname, '../../packages/web/src/screens')
const NOTES = 'The key of the shed hangs behind the door.'

/** Every address of the app that its route files name. */
const named = (): readonly string[] =>
  globSync('**/*-routes.tsx', { cwd: SCREENS }).flatMap((file) =>
    [...readFileSync(join(SCREENS, file), 'utf8').matchAll(/ path: '([^']+)'/g)].map(([, path = '']) => path),
  )

/** Where this is opened from: what is pressed, and the heading of the dialog. Nothing is sent from any of them. */
const DIALOGS = [
  ['/chat/templates', 'New template'],
  ['/chat/templates', 'Use Letter'],
  ['/knowledge', 'New collection'],
  ['/admin/people', 'Invite somebody'],
  ['/admin/people', 'Withdraw the link for Berta'],
  ['/admin/groups', 'Make a group'],
  ['/admin/groups', 'Delete the group Support'],
  ['/admin/api-keys', 'Make a key'],
  ['/admin/encryption', 'Rotate the key of Home tenant'],
  ['/admin/emergency', 'Arm it'],
  ['/admin/keeping', 'Add a hold'],
  ['/admin/tenants', 'Make a tenant'],
] as const

test('every screen is complete by keyboard alone', { skip: noBrowser }, async (t) => {
  const house = await startTrustHouse()
  t.after(() => house.stop())
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const { page, context, assertQuiet } = await openApp(browser, house)
  await listenToFocus(page)
  const settle = settling(page)
  const ids = await furnish()

  /** Another screen without another start of the app. */
  async function show(path: string): Promise<void> {
    await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`)
    await page.waitForURL(`**${path}`)
    await page.locator('#content h1').first().waitFor()
    // Everything that it asks for is there: what comes later would not be walked over.
    await settle()
  }

  /** Something of each kind, so that screens are seen with what they are for. */
  async function furnish(): Promise<Readonly<Record<string, string>>> {
    const { csrf } = (await (await context.request.get(`${house.url}/api/session`)).json()) as {
      csrf: string
    }
    const make = async (path: string, data: object): Promise<Readonly<Record<string, string>>> => {
      const answer = await context.request.post(house.url + path, { data, headers: { 'x-csrf-token': csrf } })
      assert.ok(answer.ok(), `${path}: ${await answer.text()}`)
      return (await answer.json()) as Record<string, string>
    }
    const talk = await sayAs(context, house, { text: 'Write a letter to Anna.', model: 'cloud' })
    const collection = await make('/api/collections', { name: 'Leases' })
    const texts = { documents: [{ id: 'notes', title: 'Notes', text: NOTES }] }
    await make(`/api/collections/${collection['id']}/documents`, texts)
    await make(`/api/collections/${collection['id']}/questions`, {
      question: 'Where is the key?',
      document: 'notes',
    })
    await make('/api/groups', { name: 'Support', roles: ['member'] })
    await make('/api/invitations', { name: 'Berta', role: 'member' })
    await make('/api/keys', { name: 'laptop', scopes: ['model'] })
    await make('/api/templates', { name: 'Letter', text: 'Write to {{name}}.' })
    const service = await make('/api/service-accounts', { name: 'nightly' })
    const tenant = await make('/api/tenants', { slug: 'north-clinic' })
    await make('/api/holds', { scope: 'everything', reason: 'Case 12' })
    const share = await make(`/api/conversations/${talk}/shares`, {})
    await house.cli('skill', 'install', 'spreadsheet', '--approve')
    const { data: asked } = (await (await context.request.get(`${house.url}/api/requests`)).json()) as {
      data: { id: string }[]
    }
    const { data: people } = (await (await context.request.get(`${house.url}/api/users`)).json()) as {
      data: { id: string }[]
    }
    return {
      '/chat/$id': `/chat/${talk}`,
      '/chat/shared/$token': `/chat/shared/${share['token']}`,
      '/knowledge/$collection': `/knowledge/${collection['id']}`,
      '/knowledge/$collection/$document': `/knowledge/${collection['id']}/notes`,
      '/skills/of/$name': '/skills/of/spreadsheet',
      '/trust/requests/$id': `/trust/requests/${asked[0]?.id}`,
      '/admin/people/$id': `/admin/people/${people[0]?.id}`,
      '/admin/service-accounts/$id': `/admin/service-accounts/${service['id']}`,
      '/admin/tenants/$id': `/admin/tenants/${tenant['id']}`,
      '/admin/targets/$name': '/admin/targets/cloud',
      '/admin/targets/$name/edit': '/admin/targets/cloud/edit',
    }
  }

  await t.test(
    'all that can be acted on is reached by Tab, is seen where the focus is, and lets go',
    async () => {
      await page.goto(`${house.url}/chat`)
      const tabs = ['search', 'sources', 'questions', 'access'].map(
        (tab) => `${ids['/knowledge/$collection']}?tab=${tab}`,
      )
      const paths = [...named().map((path) => ids[path] ?? path), ...tabs]
      assert.deepEqual(
        paths.filter((path) => path.includes('$')),
        [],
        'an address without an example',
      )
      const wrong: Record<string, readonly string[]> = {}
      const seen = new Set<string>()
      for (const path of paths) {
        await show(path)
        // What stands around the screens of an area is the same on all of them.
        const [, area = ''] = path.split('/')
        const within = seen.has(area) ? '#content' : 'body'
        seen.add(area)
        // What comes late leaves the walk without its place: the second look counts.
        if ((await walkByTab(page, within)).wrongs.length === 0) continue
        await settle()
        const { wrongs } = await walkByTab(page, within)
        if (wrongs.length > 0) wrong[path] = wrongs
      }
      assert.deepEqual(wrong, {})
    },
  )

  await t.test('the first key leads past everything that is on every screen', async () => {
    await page.goto(`${house.url}/admin/people`)
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('#content:focus').waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Invite somebody' }).and(page.locator(':focus')).waitFor()
  })

  await t.test('what opens takes the focus, keeps it, and gives it back', async () => {
    for (const [path, name] of DIALOGS) {
      await show(path)
      const opener = page.locator('#content').getByRole('button', { name, exact: true }).first()
      await opener.press('Enter')
      await page.getByRole('dialog').waitFor()
      for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press('Tab')
      assert.equal(
        await page.evaluate(`document.activeElement.closest('[role=dialog]') !== null`),
        true,
        name,
      )
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await opener.and(page.locator(':focus')).waitFor()
    }
    assertQuiet()
  })

  await t.test('and so are the doors, for whoever is not in yet', async () => {
    const doors = await openWindow(browser, house)
    await listenToFocus(doors.page)
    const invited = await house.invite('Carl')
    const wrong: Record<string, readonly string[]> = {}
    for (const [what, address] of [
      ['door', house.url],
      ['emergency', `${house.url}/#emergency`],
      ['link', invited],
    ] as const) {
      await doors.page.goto('about:blank')
      await doors.page.goto(address)
      await doors.page.locator('form input').first().waitFor()
      const { wrongs } = await walkByTab(doors.page)
      if (wrongs.length > 0) wrong[what] = wrongs
    }
    assert.deepEqual(wrong, {})
  })

  await t.test('a screen that hides what has the focus is found out', async () => {
    await show('/admin/usage')
    await page.evaluate(`(() => {
      const add = (html) => document.querySelector('#content h1').insertAdjacentHTML('afterend', html)
      add('<button tabindex="3">late</button>')
      add('<span role="button">deaf</span>')
      add('<button id="unseen">unseen</button>')
      document.querySelector('#unseen').style.outline = 'none'
    })()`)
    const { wrongs } = await walkByTab(page)
    assert.deepEqual(
      wrongs.toSorted().filter((wrong) => /late|deaf|unseen/.test(wrong)),
      ['focus is not seen: button unseen', 'not reached: span deaf', 'out of order: button late'],
    )
  })
})
