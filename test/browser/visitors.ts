import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { totp } from '../../packages/server/src/identity/factors/totp.ts'
import type { House } from './browser.ts'

export const OWNER = { name: 'Ada Lovelace', password: 'a short sentence will do' }
/** Of everybody who is invited. */
export const PASSWORD = 'copper lantern drifts'

/** What an authenticator app shows now, or half a minute later. */
export function codeOf(secret: string, later: number): string {
  const bits = Array.from(secret, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return totp(key, Math.floor(Date.now() / 30_000) + later)
}

/** Makes Ada the owner. */
export async function claim({ url, claimUrl }: House): Promise<void> {
  const token = new URL(claimUrl).hash.slice('#claim='.length)
  const answer = await fetch(`${url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...OWNER }),
  })
  assert.equal(answer.status, 201)
}

/** A device that makes passkeys and is always touched by the right person. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const
  const able = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...able } })
}

/** Signs in at the door and waits for what is behind it. */
export async function signIn(page: Page, { name, password } = OWNER, button = 'Sign in'): Promise<void> {
  await page.locator('#name').fill(name)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.locator('#rooms').waitFor()
}

/** Comes in by a one-time link. */
export async function join(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.locator('#password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Come in' }).click()
  await page.locator('#rooms').waitFor()
}

/** Opens the menu of whoever is signed in and takes one thing of it. */
export async function choose(page: Page, item: string, menu = 'Your account'): Promise<void> {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** Goes to one's own account. */
export async function openAccount(page: Page): Promise<void> {
  await choose(page, 'Account and sign-in')
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
}

/** Leaves, and stands at the door. */
export async function signOut(page: Page): Promise<void> {
  await choose(page, 'Sign out')
  await page.locator('#name').waitFor()
}
