// Pictures of the main screens of the app, in both languages, light and dark, wide and narrow: `npm run screenshots`.
import { ordinary } from '../system/gateway-upstream.ts'
import { launchBrowser, noBrowser } from './browser.ts'
import { openApp, shoot } from './app.ts'
import { takePictures } from './readme-pictures.ts'
import { sayAs, startTrustHouse } from './trust-house.ts'

const SCREENS = {
  'chat-new': '/chat',
  chat: null,
  knowledge: '/knowledge',
  skills: '/skills/catalogue',
  trust: '/trust',
  ledger: '/trust/ledger',
  simulator: '/trust/simulator',
  start: '/start',
  admin: '/admin',
  audit: '/admin/audit',
  people: '/admin/people',
  targets: '/admin/targets',
  settings: '/admin/settings',
  account: '/account',
} as const

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } } as const

if (noBrowser) throw new Error(noBrowser)
const house = await startTrustHouse()
const browser = await launchBrowser()
try {
  await takePictures(browser, house)
  house.cloud.answer(ordinary)
  const { context } = await openApp(browser, house)
  const spoken = await sayAs(context, house, {
    text: 'Please write to Anna Lindqvist (anna.lindqvist@example.org) that her card 4111 1111 1111 1111 works again.',
    model: 'cloud',
    title: 'A letter to Anna',
  })
  for (const locale of ['en-GB', 'zh-CN'])
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [size, viewport] of Object.entries(SIZES)) {
        const { page, context: own } = await openApp(browser, house, { locale, colorScheme, viewport })
        for (const [name, path] of Object.entries(SCREENS)) {
          await page.goto(`${house.url}${path ?? `/chat/${spoken}`}`)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.waitForLoadState('networkidle')
          await shoot(page, `${name}-${locale.slice(0, 2)}-${colorScheme}-${size}`)
        }
        await own.close()
      }
} finally {
  await browser.close()
  await house.stop()
}
