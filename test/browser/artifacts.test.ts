import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { openApp, shoot } from './app.ts'
import type { House } from './browser.ts'
import { assertAccessible, launchBrowser, noBrowser, startHouse } from './browser.ts'
import { claim } from './visitors.ts'

const WIDE = { width: 1440, height: 900 }

/** Somebody out there who counts what reaches them. */
async function startListener() {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.url ?? '')
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('heard')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const datagrams = createSocket('udp4', () => heard.push('datagram'))
  datagrams.bind(0, '127.0.0.1')
  await once(datagrams, 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    /** Where it takes datagrams, for STUN. */
    stun: `stun:127.0.0.1:${datagrams.address().port}`,
    heard,
    async stop() {
      datagrams.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Listener = Awaited<ReturnType<typeof startListener>>

/** Everything a page may try that does not want to stay where it is; it ends with a line of what it got. */
const escaping = (
  house: string,
  { url: listener, stun }: Listener,
): string => `<!doctype html><title>Innocent</title>
<meta http-equiv="refresh" content="1; url=${listener}/refresh">
<link rel="stylesheet" href="${listener}/style"><link rel="prefetch" href="${listener}/prefetch">
<img src="${listener}/image"><script src="${listener}/script"></script>
<style>@import url("${listener}/import"); body { background: url("${listener}/background") }</style>
<form id="form" action="${listener}/form" method="post"><input name="a" value="b"></form>
<script>
const got = []
const attempt = async (name, what) => {
  try { got.push(name + ': ' + (await what())) } catch (error) { got.push(name + ': no') }
}
;(async () => {
  await attempt('parent', () => parent.document.title)
  await attempt('top', () => top.document.cookie)
  await attempt('storage', () => localStorage.length)
  await attempt('cookie', () => document.cookie)
  await attempt('database', () => new Promise((yes, no) => {
    const open = indexedDB.open('x'); open.onsuccess = () => yes('opened'); open.onerror = no
  }))
  await attempt('session', async () => (await fetch('${house}/api/session', { credentials: 'include' })).status)
  await attempt('fetch', async () => (await fetch('${listener}/fetch', { mode: 'no-cors' })).type)
  await attempt('beacon', () => { navigator.sendBeacon('${listener}/beacon', 'x'); return 'no' })
  await attempt('socket', () => new Promise((yes, no) => {
    const socket = new WebSocket('${listener}/socket'.replace('http', 'ws')); socket.onopen = () => yes('open'); socket.onerror = no
  }))
  await attempt('worker', () => { new Worker('${house}/sw.js'); return 'ran' })
  await attempt('frame', () => {
    const frame = document.createElement('iframe'); frame.src = '${listener}/frame'; document.body.append(frame); return 'no'
  })
  await attempt('popup', () => (open('${listener}/popup') ? 'opened' : 'no'))
  await attempt('call', async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: '${stun}' }] })
    connection.createDataChannel('x')
    await connection.setLocalDescription()
    return connection.iceConnectionState === 'failed' ? 'no' : 'called'
  })
  await attempt('form', () => { document.querySelector('#form').submit(); return 'no' })
  await attempt('leave', () => { top.location = '${listener}/top'; return 'left' })
  for (let at = 0; at < 5000; at += 1) parent.postMessage(at % 2 ? 'ready' : { type: 'error', at }, '*')
  console.info('got ' + got.join(', '))
  setTimeout(() => { location = '${listener}/navigate' }, 300)
})()
</script>`

/** A call from a frame within the frame; the browser may end that process for it, and the frame with it. */
const calling = ({ stun }: Listener): string => `<!doctype html><body><script>
const frame = document.createElement('iframe')
frame.srcdoc = '<script>const call = new RTCPeerConnection({ iceServers: [{ urls: "${stun}" }] });' +
  'call.createDataChannel("x"); call.setLocalDescription().then(() => console.info("called"))</' + 'script>'
document.body.append(frame)
</script>`

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle id="dot" r="4" cx="4.5" cy="4.5" onclick="1"/><script>document.title="ran"</script></svg>'

/** What a citation, its preview and its pane say; none of them may take it for markup. */
const GARDEN = 'garden<img src=x onerror="window.hurt=1">.md'

/** Calls the server as the person of the window does. */
async function callerOf(context: BrowserContext, house: House) {
  const session = (await (await context.request.get(`${house.url}/api/session`)).json()) as { csrf: string }
  return async <T>(path: string, data: object): Promise<T> => {
    const answer = await context.request.post(`${house.url}${path}`, {
      data,
      headers: { 'x-csrf-token': session.csrf },
    })
    assert.equal(answer.status(), 201, await answer.text())
    return (await answer.json()) as T
  }
}

const pane = (page: Page) => page.getByRole('complementary', { name: 'Beside the conversation' })

test('what lies beside a conversation', { skip: noBrowser }, async (t) => {
  const house = await startHouse()
  t.after(() => house.stop())
  const browser = await launchBrowser()
  t.after(() => browser.close())
  const listener = await startListener()
  t.after(() => listener.stop())
  await claim(house)

  await t.test('an artifact is read in its versions, compared, changed and kept', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    const call = await callerOf(context, house)
    const { id } = await call<{ id: string }>('/api/conversations', { title: 'Papers' })
    const { id: plan } = await call<{ id: string }>(`/api/conversations/${id}/artifacts`, {
      title: 'Plan',
      text: '# Plan\n\nfirst\nsecond\n',
    })
    await call(`/api/artifacts/${plan}/versions`, { text: '# Plan\n\nfirst\nthird\n' })
    await call(`/api/conversations/${id}/artifacts`, {
      title: 'Flow',
      mediaType: 'text/vnd.mermaid',
      text: 'graph TD; Question --> Answer',
    })
    await call(`/api/conversations/${id}/artifacts`, { title: 'Dot', mediaType: 'image/svg+xml', text: SVG })
    await page.goto(`${house.url}/chat/${id}`)
    await page.getByRole('button', { name: 'Files and artifacts' }).click()
    await pane(page).getByText('No files').waitFor()
    await assertAccessible(page)
    await shoot(page, 'artifacts')
    await pane(page).getByRole('button', { name: /^Plan/ }).click()
    await pane(page).getByText('third').waitFor()
    await pane(page).getByRole('tab', { name: 'Changes' }).click()
    await pane(page).getByText('1 added, 1 removed').waitFor()
    await assertAccessible(page)
    await shoot(page, 'artifact-changes')
    await pane(page).getByLabel('Version', { exact: true }).selectOption('1')
    await pane(page).getByText('This is the first version.').waitFor()
    await pane(page).getByRole('tab', { name: 'Edit' }).click()
    await pane(page).getByRole('textbox', { name: 'Text', exact: true }).fill('# Plan\n\nfourth\n')
    await pane(page).getByRole('button', { name: 'Save as version 3' }).click()
    await pane(page).locator('option:checked', { hasText: '3, by you' }).waitFor({ state: 'attached' })
    await pane(page).getByText('fourth').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      pane(page).getByRole('button', { name: 'Download' }).click(),
    ])
    assert.equal(file.suggestedFilename(), 'Plan.md')
    assert.equal(await readFile(await file.path(), 'utf8'), '# Plan\n\nfourth\n')
    await pane(page).getByRole('button', { name: 'Delete' }).click()
    await pane(page).getByRole('button', { name: /^Flow/ }).waitFor()
    assert.equal(await pane(page).getByRole('button', { name: /^Plan/ }).count(), 0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await pane(page).getByRole('button', { name: /^Plan/ }).waitFor()
    await pane(page).getByRole('button', { name: /^Flow/ }).click()
    await page.frameLocator('iframe').getByText('Question').waitFor()
    await shoot(page, 'artifact-diagram')
    await pane(page).getByRole('button', { name: 'Back to the list' }).click()
    await pane(page).getByRole('button', { name: /^Dot/ }).click()
    await page.frameLocator('iframe').locator('#dot').waitFor()
    assert.match(await page.title(), /^Papers/)
    await page.getByRole('separator').focus()
    const before = (await pane(page).boundingBox())?.width ?? 0
    await page.keyboard.press('ArrowLeft')
    const frame = 'new Promise((done) => requestAnimationFrame(done))'
    while (((await pane(page).boundingBox())?.width ?? 0) !== before + 40) await page.evaluate(frame)
    await page.keyboard.press('Escape')
    await pane(page).waitFor({ state: 'detached' })
    assertQuiet()
  })

  await t.test(
    'a page that wants out reaches neither the app, nor its storage, nor anybody else',
    async () => {
      const { page, context } = await openApp(browser, house, { viewport: WIDE })
      const call = await callerOf(context, house)
      const { id } = await call<{ id: string }>('/api/conversations', { title: 'Trap' })
      await call(`/api/conversations/${id}/artifacts`, {
        title: 'Innocent',
        mediaType: 'text/html',
        text: escaping(house.url, listener),
      })
      await page.goto(`${house.url}/chat/${id}`)
      const address = page.url()
      const told = page.waitForEvent('console', (message) => message.text().startsWith('got '))
      await page.getByRole('button', { name: 'Files and artifacts' }).click()
      await pane(page)
        .getByRole('button', { name: /^Innocent/ })
        .click()
      const lines = (await told).text().split(', ')
      assert.ok(lines.length >= 14, lines.join('\n'))
      assert.deepEqual(
        lines.filter((line) => !/: (?:no|)$/.test(line)),
        [],
      )
      // Until after it wanted to go elsewhere, by itself and by its head.
      await page.waitForTimeout(1500)
      assert.deepEqual(listener.heard, [])
      assert.equal(page.url(), address)
      assert.equal(context.pages().length, 1)
      assert.ok(page.frames().every((frame) => !frame.url().startsWith(listener.url)))
      // The app heard the flood, and goes on.
      await pane(page).getByRole('tab', { name: 'Text', exact: true }).click()
      await pane(page).getByText('<!doctype html><title>Innocent</title>', { exact: false }).waitFor()
      await pane(page).getByRole('button', { name: 'Back to the list' }).click()
      await pane(page)
        .getByRole('button', { name: /^Innocent/ })
        .waitFor()

      const other = await openApp(browser, house, { viewport: WIDE })
      const { id: nest } = await call<{ id: string }>('/api/conversations', { title: 'Nest' })
      await call(`/api/conversations/${nest}/artifacts`, {
        title: 'Nested',
        mediaType: 'text/html',
        text: calling(listener),
      })
      await other.page.goto(`${house.url}/chat/${nest}`)
      const called = other.page.waitForEvent('console', (message) => message.text() === 'called')
      await other.page.getByRole('button', { name: 'Files and artifacts' }).click()
      await pane(other.page)
        .getByRole('button', { name: /^Nested/ })
        .click()
      await Promise.race([called, other.page.waitForEvent('crash')])
      await setTimeout(1000)
      assert.deepEqual(listener.heard, [])
      await other.context.close()
      await context.close()

      // Without the frame, the same page is heard at once.
      const loose = await browser.newPage()
      await loose.setContent(escaping(house.url, listener))
      for (let tries = 0; listener.heard.length === 0 && tries < 100; tries += 1)
        await loose.waitForTimeout(100)
      assert.notEqual(listener.heard.length, 0)
      await loose.close()
    },
  )

  await t.test('a browser that cannot cut an artifact off runs none before it is told to', async (inner) => {
    const older = await launchBrowser('--disable-features=ConnectionAllowlists')
    inner.after(() => older.close())
    const { page, context } = await openApp(older, house, { viewport: WIDE })
    const call = await callerOf(context, house)
    const { id } = await call<{ id: string }>('/api/conversations', { title: 'Trap' })
    await call(`/api/conversations/${id}/artifacts`, {
      title: 'Innocent',
      mediaType: 'text/html',
      // Where it went elsewhere, a slow machine would not get its call out before.
      text: escaping(house.url, listener)
        .replace(/<meta http-equiv="refresh"[^>]*>/, '')
        .replace(/setTimeout\(.*, 300\)/, ''),
    })
    const before = listener.heard.length
    await page.goto(`${house.url}/chat/${id}`)
    await page.getByRole('button', { name: 'Files and artifacts' }).click()
    await pane(page)
      .getByRole('button', { name: /^Innocent/ })
      .click()
    await pane(page).getByText('This browser cannot keep what runs here off the network').waitFor()
    await assertAccessible(page)
    await shoot(page, 'artifact-open')
    assert.equal(listener.heard.length, before)
    const told = page.waitForEvent('console', (message) => message.text().startsWith('got '))
    await pane(page).getByRole('button', { name: 'Run it all the same' }).click()
    // What no policy but the missing one would have kept back.
    assert.match((await told).text(), /call: called/)
    for (let tries = 0; listener.heard.length === before && tries < 100; tries += 1)
      await page.waitForTimeout(100)
    assert.deepEqual(new Set(listener.heard.slice(before)), new Set(['datagram']))
  })

  await t.test('a file is read beside the conversation, and a citation leads to its words', async () => {
    const { page, context, assertQuiet } = await openApp(browser, house, { viewport: WIDE })
    const call = await callerOf(context, house)
    const { id } = await call<{ id: string }>('/api/conversations', { title: 'Garden', model: 'extract-1' })
    const filler = Array.from({ length: 400 }, (_, at) => `Remark ${at} about nothing.`).join('\n')
    const { id: file } = await call<{ id: string }>(`/api/conversations/${id}/attachments`, {
      name: GARDEN,
      text: `# Garden\n\n${filler}\n\nThe hortensia is watered every second evening by Mina.\n\n${filler}\n`,
    })
    const stateOf = async (path: string) =>
      ((await (await context.request.get(`${house.url}${path}`)).json()) as { state: string }).state
    const until = async (path: string, wanted: string) => {
      for (let tries = 0; (await stateOf(path)) !== wanted; tries += 1) {
        assert.ok(tries < 200, `${path} did not become ${wanted}`)
        await page.waitForTimeout(100)
      }
    }
    await until(`/api/attachments/${file}`, 'ready')
    const { run } = await call<{ run: string }>(`/api/conversations/${id}/messages`, {
      text: 'Who waters the hortensia, and when?',
      attachments: [file],
    })
    await until(`/api/runs/${run}`, 'completed')
    await page.goto(`${house.url}/chat/${id}`)
    await page
      .getByRole('button', { name: `Source 1: ${GARDEN}` })
      .first()
      .click()
    const mark = pane(page).locator('mark')
    await mark.filter({ hasText: 'hortensia' }).first().waitFor()
    assert.ok(await mark.first().isVisible())
    assert.ok((await pane(page).locator('p').count()) < 120, 'the text is drawn as far as it is seen')
    await assertAccessible(page)
    await shoot(page, 'passage')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shoot(page, 'passage-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await pane(page).getByRole('button', { name: 'Close the pane' }).click()
    await page.locator('button:focus', { hasText: '1' }).waitFor()

    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('button', { name: 'Files and artifacts' }).click()
    const sheet = page.getByRole('dialog', { name: 'Beside the conversation' })
    await sheet.getByRole('button', { name: `Read what was read of ${GARDEN}` }).click()
    await sheet.getByText('Remark 3 about nothing.').waitFor()
    await assertAccessible(page)
    await shoot(page, 'file-narrow')
    await sheet.getByRole('button', { name: 'Back to the list' }).click()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      sheet.getByRole('button', { name: `Download ${GARDEN}` }).click(),
    ])
    assert.match(await readFile(await saved.path(), 'utf8'), /hortensia/)
    await sheet.getByRole('button', { name: `Delete ${GARDEN}` }).click()
    await sheet.getByText('No files').waitFor()
    assert.equal(await page.evaluate('window.hurt'), undefined)
    assert.equal(await page.locator('img[src=x]').count(), 0)
    assertQuiet()
  })
})
