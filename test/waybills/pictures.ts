import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { billOf } from './bills.ts'
import type { Degradation } from './degradations.ts'
import { DEGRADATIONS, DEGRADED, DEGRADED_OTHERWISE } from './degradations.ts'
import { DEGRADED_AS_TAKEN } from './degradations-third.ts'
import { SECOND_LAYOUTS } from './layouts-second.ts'
import type { Bill, Layout } from './layouts.ts'
import { LAYOUTS } from './layouts.ts'
import { THIRD_FONTS, THIRD_FORMS } from './layouts-third.ts'
import type { Words } from './people.ts'
import { FIRST_WORDS, SECOND_WORDS } from './people.ts'
import type { Random } from './random.ts'
import { randomFrom } from './random.ts'

/** A layout, and what the next waybill of it says. */
export interface Form {
  readonly html: (bill: Bill) => string
  readonly bill: (random: Random) => Bill
}
/** What pictures are made of. */
export interface WaybillSet {
  readonly forms: Readonly<Record<string, Form>>
  /** Runs in the page. */
  readonly degraded: string
  readonly viewport: { readonly width: number; readonly height: number }
  /** Families without which its pictures would be others. */
  readonly fonts: readonly string[]
}
const SMALL = { width: 1100, height: 1500 }
const withWords = (layouts: readonly (readonly [string, Layout])[], words: Words): WaybillSet['forms'] =>
  Object.fromEntries(
    layouts.map(([name, layout]) => [
      name,
      {
        html: (bill: Bill) => layout.html(bill),
        bill: (random: Random) => billOf(random, layout.language, words),
      },
    ]),
  )
const FIRST_LAYOUTS = Object.entries(LAYOUTS).filter(([, { isKnown }]) => !isKnown)
/** Six layouts each. The first two have been read; the third stays unread until a reader is done. */
export const SETS = {
  first: { forms: withWords(FIRST_LAYOUTS, FIRST_WORDS), degraded: DEGRADED, viewport: SMALL, fonts: [] },
  second: {
    forms: withWords(Object.entries(SECOND_LAYOUTS), SECOND_WORDS),
    degraded: DEGRADED_OTHERWISE,
    viewport: SMALL,
    fonts: [],
  },
  third: {
    forms: THIRD_FORMS,
    degraded: DEGRADED_AS_TAKEN,
    viewport: { width: 1700, height: 2200 },
    fonts: THIRD_FONTS,
  },
} as const satisfies Readonly<Record<string, WaybillSet>>

export interface Picture {
  readonly layout: string
  readonly degradation: Degradation
  readonly bill: Bill
  readonly bytes: Buffer
}

/** `count` pictures: layout after layout, and each degradation of each. */
export async function pictures(
  browser: Browser,
  {
    set: { forms, degraded, viewport, fonts },
    count,
    seed,
  }: { readonly set: WaybillSet; readonly count: number; readonly seed: number },
): Promise<readonly Picture[]> {
  const random = randomFrom(seed)
  const page = await browser.newPage({ viewport })
  await page.setContent('<body></body>')
  for (const font of fonts) assert.ok(await hasFont(page, font), `there is no font ${font}`)
  const made: Picture[] = []
  const names = Object.keys(forms)
  for (let at = 0; at < count; at++) {
    const layout = names[at % names.length] ?? ''
    const form = forms[layout] as Form
    const degradation = DEGRADATIONS[Math.floor(at / names.length) % DEGRADATIONS.length] ?? 'turned'
    const bill = form.bill(random)
    await page.setContent(
      `<body style="margin:24px;background:#fff;width:max-content">${form.html(bill)}</body>`,
    )
    const box = await page.locator('body > *').first().boundingBox()
    const { x = 0, y = 0, width = 0, height = 0 } = box ?? {}
    const clip = { x: 0, y: 0, width: Math.ceil(x + width + 24), height: Math.ceil(y + height + 24) }
    const png = await page.screenshot({ clip })
    const wish = {
      src: `data:image/png;base64,${png.toString('base64')}`,
      degradation,
      a: random(),
      b: random(),
      seed: Math.floor(random() * 1e9),
    }
    const url = await page.evaluate<string>(`(${degraded})(${JSON.stringify(wish)})`)
    made.push({ layout, degradation, bill, bytes: Buffer.from(url.split(',')[1] ?? '', 'base64') })
  }
  await page.close()
  return made
}

/** Whether it is here: text in it is not as wide as in what would stand in for it. */
async function hasFont(page: Page, font: string): Promise<boolean> {
  return page.evaluate<boolean>(`['serif', 'monospace'].some((other) => {
    const pen = document.createElement('canvas').getContext('2d')
    const width = (families) => ((pen.font = '40px ' + families), pen.measureText('WiIl.0mM').width)
    return width(${JSON.stringify(JSON.stringify(font))} + ', ' + other) !== width(other)
  })`)
}
