import type { Browser } from 'playwright-core'
import type { Degradation } from './degradations.ts'
import { DEGRADATIONS, DEGRADED, DEGRADED_OTHERWISE } from './degradations.ts'
import { SECOND_LAYOUTS } from './layouts-second.ts'
import type { Bill, Layout, Person } from './layouts.ts'
import { LAYOUTS } from './layouts.ts'
import type { Words } from './people.ts'
import { FIRST_WORDS, SECOND_WORDS } from './people.ts'

/** What pictures are made of. */
export interface WaybillSet {
  readonly layouts: Readonly<Record<string, Layout>>
  readonly words: Words
  /** Runs in the page. */
  readonly degraded: string
}
const FIRST_LAYOUTS = Object.fromEntries(Object.entries(LAYOUTS).filter(([, { isKnown }]) => !isKnown))
/** Six layouts each. The first has been read many times; the second stays unread until a reader is done. */
export const SETS = {
  first: { layouts: FIRST_LAYOUTS, words: FIRST_WORDS, degraded: DEGRADED },
  second: { layouts: SECOND_LAYOUTS, words: SECOND_WORDS, degraded: DEGRADED_OTHERWISE },
} as const satisfies Readonly<Record<string, WaybillSet>>

export interface Picture {
  readonly layout: string
  readonly degradation: Degradation
  readonly bill: Bill
  readonly bytes: Buffer
}

type Random = () => number
const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** `count` pictures: layout after layout, and each degradation of each. */
export async function pictures(
  browser: Browser,
  {
    set: { layouts, words, degraded },
    count,
    seed,
  }: { readonly set: WaybillSet; readonly count: number; readonly seed: number },
): Promise<readonly Picture[]> {
  const random = randomFrom(seed)
  const page = await browser.newPage({ viewport: { width: 1100, height: 1500 } })
  const made: Picture[] = []
  const names = Object.keys(layouts)
  for (let at = 0; at < count; at++) {
    const layout = names[at % names.length] ?? ''
    const drawn = layouts[layout] as Layout
    const degradation = DEGRADATIONS[Math.floor(at / names.length) % DEGRADATIONS.length] ?? 'turned'
    const bill = billOf(random, drawn.language, words)
    await page.setContent(
      `<body style="margin:24px;background:#fff;width:max-content">${drawn.html(bill)}</body>`,
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

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => between(random, 0, 9)).join('')

function billOf(random: Random, language: Layout['language'], words: Words): Bill {
  const two = (from: number, to: number): string => String(between(random, from, to)).padStart(2, '0')
  const number = random() < 0.25 ? s10(random) : `${pick(random, words.carriers)}${digits(random, 13)}`
  const decimals = random() < 0.5 ? 1 : 2
  return {
    number,
    sender: personOf(random, language, words),
    recipient: personOf(random, language, words),
    weight: (between(random, 5, 4000) / 100).toFixed(decimals),
    date: `20${between(random, 25, 27)}-${two(1, 12)}-${two(1, 28)}`,
  }
}

/** UPU S10, with its check digit. */
function s10(random: Random): string {
  const serial = digits(random, 8)
  const sum = S10_WEIGHTS.reduce((total, weight, at) => total + weight * Number(serial[at]), 0)
  const check = 11 - (sum % 11)
  const letters = `${pick(random, ['E', 'R', 'L', 'C'])}${pick(random, Array.from('ABCDEFGHJKLMNPQRSTUVXYZ'))}`
  return `${letters}${serial}${check === 10 ? 0 : check === 11 ? 5 : check}CN`
}

function personOf(random: Random, language: Layout['language'], words: Words): Person {
  if (language === 'en')
    return {
      name: `${pick(random, words.first)} ${pick(random, words.last)}`,
      address: `${between(random, 1, 199)} ${pick(random, words.streets)}, ${pick(random, words.towns)}`,
      phone: `07${digits(random, 9)}`,
    }
  const tails = [
    `${between(random, 1, 30)}栋${between(random, 1, 6)}单元${between(random, 1, 32)}0${between(random, 1, 6)}室`,
    `${pick(random, words.buildings)}${between(random, 1, 30)}号楼${between(random, 101, 2805)}室`,
    `${pick(random, words.estates)}${pick(random, ['A', 'B', 'C', 'D'])}座${between(random, 2, 28)}层`,
  ]
  const characters = Array.from(words.given)
  const given = Array.from({ length: between(random, 1, 2) }, () => pick(random, characters)).join('')
  return {
    name: pick(random, Array.from(words.surnames)) + given,
    address: `${pick(random, words.places)}${between(random, 1, 999)}号${pick(random, tails)}`,
    phone: `1${pick(random, words.mobiles)}${digits(random, 8)}`,
  }
}
