import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { House, Window } from './browser.ts'
import { openWindow } from './browser.ts'
import { OWNER } from './visitors.ts'

/** Where nobody looks, as when all tests run: a picture takes as long as some tests. */
const noPictures = process.env.PICTURES === 'none'

interface AppWish extends BrowserContextOptions {
  /** The screen to begin with. */
  readonly path?: string
  /** Origins besides the house's own that it may speak to. */
  readonly elsewhere?: readonly string[]
  readonly hasOutages?: boolean
  readonly person?: { readonly name: string; readonly password: string }
}

/** A window of the app in which somebody is signed in already; the owner unless told otherwise. */
export async function openApp(
  browser: Browser,
  house: House,
  { path = '/chat', person = OWNER, ...options }: AppWish = {},
): Promise<Window> {
  const window = await openWindow(browser, house, options)
  const answer = await window.context.request.post(`${house.url}/api/session`, { data: person })
  assert.equal(answer.status(), 201)
  await window.page.goto(`${house.url}${path}`)
  await window.page.locator('#content').waitFor()
  return window
}

/** A picture of what the window shows, for whoever looks at the screens; kept out of the repository. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (noPictures) return
  const folder = join(import.meta.dirname, 'shots')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** The same as a telephone shows it in the dark. */
export async function shootNarrow(page: Page, name: string): Promise<void> {
  if (noPictures) return
  const size = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await shoot(page, name)
  await page.emulateMedia({ colorScheme: 'light' })
  if (size) await page.setViewportSize(size)
}
