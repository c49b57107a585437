import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { preparedData, remove } from '../system/house.ts'

const CHROMIUM = '/usr/bin/chromium'
const LONGEST_STOP_MS = 20_000
/** In one file where this run made one, as the system tests start it; otherwise as people start it. */
const ENTRY =
  process.env.PREPARED_PROGRAM ?? join(import.meta.dirname, '../../packages/server/bin/freehold.js')

/** Why the browser tests cannot run here; false when they can. */
export const noBrowser = existsSync(CHROMIUM)
  ? false
  : `${CHROMIUM} is missing: bash scripts/system-packages.sh`

/** Debian's Chromium, kept from speaking to anyone by itself. */
export function launchBrowser(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

/** A Freehold of its own in a temporary folder. */
export interface House {
  readonly url: string
  /** The one-time link; null once somebody has claimed. */
  readonly claimUrl: string
  /** Of the server itself, which the launcher starts again when it is killed. */
  readonly pid: number
  /** The one-time link for somebody of this name. */
  readonly invite: (name: string, ...options: readonly string[]) => Promise<string>
  /** What a command of the operator's says. */
  readonly cli: (...words: readonly string[]) => Promise<string>
  readonly stop: () => Promise<void>
}

interface HouseWish {
  readonly port?: number
  /** What stands in its configuration. */
  readonly config?: object
  readonly env?: Readonly<Record<string, string>>
}

export async function startHouse({ port = 0, config, env = {} }: HouseWish = {}): Promise<House> {
  const data = await preparedData()
  const args = [ENTRY, 'up', '--data', data, '--listen', `127.0.0.1:${port}`, '--json']
  if (config !== undefined) {
    await writeFile(join(data, 'freehold.yaml'), JSON.stringify(config))
    args.push('--config', join(data, 'freehold.yaml'))
  }
  const server = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  const ended = once(server, 'exit')
  const stop = async () => {
    server.kill('SIGTERM')
    const hung = setTimeout(() => server.kill('SIGKILL'), LONGEST_STOP_MS)
    const [, signal] = await ended
    clearTimeout(hung)
    await remove(data)
    assert.notEqual(signal, 'SIGKILL', `freehold did not end within ${LONGEST_STOP_MS} ms of SIGTERM`)
  }
  const cli = async (...words: readonly string[]) =>
    (await promisify(execFile)(process.execPath, [ENTRY, ...words, '--data', data])).stdout.trim()
  const invite = (name: string, ...options: readonly string[]) =>
    cli('user', 'invite', '--name', name, ...options)
  for await (const line of createInterface({ input: server.stdout })) {
    const { event, url, claimUrl, pid } = JSON.parse(line) as Record<string, string>
    if (event === 'ready' && url && claimUrl) return { url, claimUrl, pid: Number(pid), invite, cli, stop }
  }
  await stop()
  throw new Error('freehold ended before it was ready')
}

/** A person's window: English, light and desktop-sized unless told otherwise. */
export interface Window {
  readonly page: Page
  readonly context: BrowserContext
  /** Fails when the page logged an error or spoke to another origin than those that were named. */
  readonly assertQuiet: () => void
}

/** Chromium notes every refused request; a refusal that the page shows is no error of the page. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/
/** And every request that did not get through. */
const UNREACHED =
  /net::ERR_(?:INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|FAILED)|status of 503/

interface WindowWish extends BrowserContextOptions {
  readonly elsewhere?: readonly string[]
  /** Its network, or the house, goes away now and then. */
  readonly hasOutages?: boolean
}

export async function openWindow(
  browser: Browser,
  house: House,
  { elsewhere = [], hasOutages = false, ...options }: WindowWish = {},
): Promise<Window> {
  // Without motion nothing is looked at halfway.
  const still = { locale: 'en-GB', colorScheme: 'light', reducedMotion: 'reduce' } as const
  const context = await browser.newContext({ ...still, ...options })
  const page = await context.newPage()
  const wrongs: string[] = []
  const isAway = (address: string) => elsewhere.some((origin) => address.startsWith(`${origin}/`))
  page.on('console', (message) => {
    if (isAway(page.url())) return
    if (message.type() !== 'error' || REFUSED.test(message.text())) return
    if (!hasOutages || !UNREACHED.test(message.text())) wrongs.push(message.text())
  })
  page.on('pageerror', (error) => wrongs.push(String(error)))
  context.on('request', (request) => {
    const address = request.url()
    // What the page of somebody else asks for is theirs to answer for.
    if (new URL(address).origin === house.url || isAway(address) || isAway(page.url())) return
    wrongs.push(`asked ${address}`)
  })
  return { page, context, assertQuiet: () => assert.deepEqual(wrongs, []) }
}

/** What appears beside the pointer belongs to what it points at, wherever in the page it stands. */
const HINT = '[role=tooltip]'

/** Looks at colours in the dark as well: `npm run test:long` does, all of them come from one file of tokens. */
const LOOKS = process.env.LONG_ROUNDS === undefined ? (['light'] as const) : (['light', 'dark'] as const)

/** Nothing that axe finds wrong, and nothing wider than a small telephone. */
export async function assertAccessible(page: Page): Promise<void> {
  for (const colorScheme of LOOKS) {
    await page.emulateMedia({ colorScheme })
    const axe = new AxeBuilder({ page }).exclude(HINT).options({ resultTypes: ['violations'] })
    // Only what several frames have to say is put together on a page of its own.
    if (page.frames().length === 1) axe.setLegacyMode()
    const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} (${colorScheme}): ${nodes.map(({ html }) => html).join(' ')}`),
      [],
    )
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await assertFits(page)
}

/** What scrolls a screen or a dialog as a whole: there, too, nothing may lie beside the edge. */
const WIDER = `Array.from(document.querySelectorAll('#content, #content > *, [role=dialog], [role=dialog] > *'))
  .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth + 1)
  .map(({ tagName, className, scrollWidth }) => tagName + ' ' + scrollWidth + ' ' + className)`

async function assertFits(page: Page): Promise<void> {
  const size = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  // Laid out for the new size: what hears of it does so before the next frame.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
  assert.deepEqual(await page.evaluate(WIDER), [])
  if (size) await page.setViewportSize(size)
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await wanted.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`no way by keyboard to ${String(wanted)}`)
}
