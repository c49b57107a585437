import jpeg from '/packages/node_modules/jpeg-js/index.js'
import pngjs from '/packages/node_modules/pngjs/lib/png.js'

const MOST_PIXELS = 24_000_000
const { PNG } = pngjs

/** RGBA, row by row. */
export function decoded(bytes) {
  const picture = isPng(bytes) ? png(bytes) : jpg(bytes)
  if (picture.w * picture.h > MOST_PIXELS) throw new Error('The picture has more than 24 million pixels.')
  return picture
}

const isPng = (bytes) => bytes.readUInt32BE(0) === 0x89504e47

function png(bytes) {
  if (bytes.length < 24 || bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS)
    throw new Error('The picture is no PNG, or has more than 24 million pixels.')
  const { width: w, height: h, data: d } = PNG.sync.read(bytes)
  return { w, h, d }
}

function jpg(bytes) {
  if (bytes.readUInt16BE(0) !== 0xffd8) throw new Error('The picture is neither PNG nor JPEG.')
  const options = { useTArray: true, maxResolutionInMP: 24, maxMemoryUsageInMB: 512 }
  const { width: w, height: h, data: d } = jpeg.decode(bytes, options)
  return { w, h, d }
}

/** Median of absolute second differences along rows: grain, and no edges. */
export function grain({ w, h, d }) {
  const counts = new Uint32Array(1024)
  let all = 0
  for (let y = 1; y < h - 1; y += 3) {
    for (let x = 1; x < w - 1; x += 3) {
      const at = (y * w + x) * 4 + 1
      counts[Math.min(1023, Math.abs(2 * d[at] - d[at - 4] - d[at + 4]))] += 1
      all += 1
    }
  }
  let sum = 0
  return Math.max(
    0,
    counts.findIndex((count) => (sum += count) > all / 2),
  )
}

/** Specks are gone; thin strokes suffer. */
export function median({ w, h, d }) {
  const out = new Uint8Array(d.length).fill(255)
  const around = new Uint8Array(9)
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      for (let c = 0; c < 3; c++) {
        let next = 0
        for (let yy = y - 1; yy <= y + 1; yy++)
          for (let xx = x - 1; xx <= x + 1; xx++) around[next++] = d[(yy * w + xx) * 4 + c]
        around.sort()
        out[(y * w + x) * 4 + c] = around[4]
      }
    }
  }
  return { w, h, d: out }
}

/** A bell of three by three. */
export function smooth({ w, h, d }) {
  const out = new Uint8Array(d.length).fill(255)
  const row = w * 4
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (y * w + x) * 4 + c
        const beside = d[at - 4] + d[at + 4] + d[at - row] + d[at + row]
        const corners = d[at - row - 4] + d[at - row + 4] + d[at + row - 4] + d[at + row + 4]
        out[at] = (4 * d[at] + 2 * beside + corners) / 16
      }
    }
  }
  return { w, h, d: out }
}

/** A picture of `w` by `h` as planes of floats; `place` says where each of its pixels lies in the other one. */
export function sampled(picture, { w, h, mean, deviation }, place) {
  const out = new Float32Array(3 * w * h)
  const { d } = picture
  const within = (value, most) => Math.min(most, Math.max(0, value))
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [px, py] = place(x, y)
      const [left, top] = [Math.floor(px), Math.floor(py)]
      const [fx, fy] = [px - left, py - top]
      const [x0, x1] = [within(left, picture.w - 1), within(left + 1, picture.w - 1)]
      const [y0, y1] = [within(top, picture.h - 1) * picture.w, within(top + 1, picture.h - 1) * picture.w]
      for (let c = 0; c < 3; c++) {
        const upper = d[(y0 + x0) * 4 + c] * (1 - fx) + d[(y0 + x1) * 4 + c] * fx
        const lower = d[(y1 + x0) * 4 + c] * (1 - fx) + d[(y1 + x1) * 4 + c] * fx
        out[(c * h + y) * w + x] = ((upper * (1 - fy) + lower * fy) / 255 - mean[c]) / deviation[c]
      }
    }
  }
  return out
}
