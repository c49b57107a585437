import type { Browser } from 'playwright-core'
import type { Bill, Layout, Person } from './layouts.ts'
import { LAYOUTS } from './layouts.ts'

/** What happens to a picture on its way. */
export const DEGRADATIONS = ['turned', 'blurred', 'compressed', 'shaded', 'noisy'] as const
export type Degradation = (typeof DEGRADATIONS)[number]

export interface Picture {
  readonly layout: string
  readonly degradation: Degradation
  readonly bill: Bill
  readonly bytes: Buffer
}

type Random = () => number
const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]
const SURNAMES = Array.from('徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕')
const GIVEN = Array.from('建国志华子涵梓萱浩宇欣怡晨曦雨桐思远嘉豪文博佳琪雪晴海燕春梅永健玉珍婷宏斌')
const PLACES = [
  '江苏省南京市玄武区珠江路',
  '湖北省武汉市洪山区珞喻路',
  '陕西省西安市雁塔区长安南路',
  '山东省青岛市市南区香港中路',
  '福建省厦门市思明区湖滨南路',
  '重庆市渝北区金开大道',
  '天津市和平区南京路',
  '湖南省长沙市岳麓区麓谷大道',
  '辽宁省大连市沙河口区黄河路',
  '河南省郑州市金水区花园路',
]
const BUILDINGS = ['阳光花园', '金茂大厦', '锦绣家园', '时代广场', '翠湖小区']
const FIRST = ['Oliver', 'Emma', 'Liam', 'Grace', 'Noah', 'Ruth']
const LAST = ['Turner', 'Hughes', 'Bennett', 'Foster', 'Walsh', 'Parker']
const STREETS = ['Mill Lane', 'Station Road', 'Church Street', 'Harbour View', 'Oak Avenue', 'Queen Street']
const TOWNS = ['Leeds LS1 4AP', 'Bristol BS1 5TR', 'York YO1 7HH', 'Exeter EX4 3SR', 'Derby DE1 2QY']

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
    layouts,
    count,
    seed,
  }: { readonly layouts: readonly string[]; readonly count: number; readonly seed: number },
): Promise<readonly Picture[]> {
  const random = randomFrom(seed)
  const page = await browser.newPage({ viewport: { width: 1100, height: 1500 } })
  const made: Picture[] = []
  for (let at = 0; at < count; at++) {
    const layout = layouts[at % layouts.length] ?? ''
    const drawn = LAYOUTS[layout] as Layout
    const degradation = DEGRADATIONS[Math.floor(at / layouts.length) % DEGRADATIONS.length] ?? 'turned'
    const bill = billOf(random, drawn.language)
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
    const url = await page.evaluate<string>(`(${DEGRADED})(${JSON.stringify(wish)})`)
    made.push({ layout, degradation, bill, bytes: Buffer.from(url.split(',')[1] ?? '', 'base64') })
  }
  await page.close()
  return made
}

/** Runs in the page, where there are other globals. */
const DEGRADED = `async ({ src, degradation, a, b, seed }) => {
  const image = new Image()
  image.src = src
  await image.decode()
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const edge = degradation === 'turned' ? 40 : 0
  const scale = degradation === 'compressed' ? 0.7 + 0.2 * b : 1
  canvas.width = Math.round((image.width + 2 * edge) * scale)
  canvas.height = Math.round((image.height + 2 * edge) * scale)
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  if (degradation === 'blurred') pen.filter = \`blur(\${0.6 + a * 0.7}px)\`
  if (degradation === 'turned') {
    pen.translate(canvas.width / 2, canvas.height / 2)
    pen.rotate(((a - 0.5) * 7 * Math.PI) / 180)
    pen.translate(-canvas.width / 2, -canvas.height / 2)
  }
  pen.drawImage(image, edge, edge, image.width * scale, image.height * scale)
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.filter = 'none'
  if (degradation === 'shaded') {
    const shade = pen.createLinearGradient(0, 0, canvas.width * a, canvas.height)
    shade.addColorStop(0, 'rgba(120,110,90,0.05)')
    shade.addColorStop(1, \`rgba(90,85,70,\${0.35 + 0.25 * b})\`)
    pen.fillStyle = shade
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }
  if (degradation === 'noisy') {
    const whole = pen.getImageData(0, 0, canvas.width, canvas.height)
    let state = seed
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 4294967296
    }
    for (let at = 0; at < whole.data.length; at += 4) {
      const grain = (random() + random() - 1) * (40 + 50 * a)
      const speck = random() < 0.004 ? (random() < 0.5 ? 0 : 255) : null
      for (let c = 0; c < 3; c++) whole.data[at + c] = speck ?? (whole.data[at + c] ?? 0) + grain
    }
    pen.putImageData(whole, 0, 0)
  }
  return degradation === 'compressed'
    ? canvas.toDataURL('image/jpeg', 0.25 + 0.3 * a)
    : canvas.toDataURL('image/png')
}`

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => between(random, 0, 9)).join('')

function billOf(random: Random, language: Layout['language']): Bill {
  const two = (from: number, to: number): string => String(between(random, from, to)).padStart(2, '0')
  const number = random() < 0.25 ? s10(random) : `${pick(random, ['YT', 'SF', 'JD'])}${digits(random, 13)}`
  const decimals = random() < 0.5 ? 1 : 2
  return {
    number,
    sender: personOf(random, language),
    recipient: personOf(random, language),
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

function personOf(random: Random, language: Layout['language']): Person {
  if (language === 'en')
    return {
      name: `${pick(random, FIRST)} ${pick(random, LAST)}`,
      address: `${between(random, 1, 199)} ${pick(random, STREETS)}, ${pick(random, TOWNS)}`,
      phone: `07${digits(random, 9)}`,
    }
  const tails = [
    `${between(random, 1, 30)}栋${between(random, 1, 6)}单元${between(random, 1, 32)}0${between(random, 1, 6)}室`,
    `${pick(random, BUILDINGS)}${between(random, 1, 30)}号楼${between(random, 101, 2805)}室`,
    `${pick(random, ['软件园', '创业大厦', '工业园'])}${pick(random, ['A', 'B', 'C', 'D'])}座${between(random, 2, 28)}层`,
  ]
  const given = Array.from({ length: between(random, 1, 2) }, () => pick(random, GIVEN)).join('')
  return {
    name: pick(random, SURNAMES) + given,
    address: `${pick(random, PLACES)}${between(random, 1, 999)}号${pick(random, tails)}`,
    phone: `1${pick(random, ['38', '39', '50', '59', '86', '77'])}${digits(random, 8)}`,
  }
}
