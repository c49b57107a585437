import jpeg from '/packages/node_modules/jpeg-js/index.js'
import pngjs from '/packages/node_modules/pngjs/lib/png.js'

const MOST_PIXELS = 24_000_000
const { PNG } = pngjs
const STRENGTH = 2

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

/** Edges that a blur made soft are steep again: what the bell took away is laid on once more. */
export function sharp(picture, softer) {
  const { w, h, d } = picture
  const out = new Uint8ClampedArray(d.length)
  for (let at = 0; at < d.length; at++) out[at] = d[at] + STRENGTH * (d[at] - softer.d[at])
  return { w, h, d: out }
}

/**
 * A picture of `w` by `h` as planes of floats. Its first pixel lies at `from` in the other one, the next of its row by
 * `right` further on, the next of its column by `down`.
 */
export function sampled(picture, { w, h, mean, deviation }, { from, right, down }) {
  const plane = w * h
  const out = new Float32Array(3 * plane)
  const { d } = picture
  const [lastX, lastY] = [picture.w - 1, picture.h - 1]
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const px = from[0] + x * right[0] + y * down[0]
      const py = from[1] + x * right[1] + y * down[1]
      const left = Math.floor(px)
      const top = Math.floor(py)
      const fx = px - left
      const fy = py - top
      const x0 = Math.min(lastX, Math.max(0, left)) * 4
      const x1 = Math.min(lastX, Math.max(0, left + 1)) * 4
      const y0 = Math.min(lastY, Math.max(0, top)) * picture.w * 4
      const y1 = Math.min(lastY, Math.max(0, top + 1)) * picture.w * 4
      for (let c = 0; c < 3; c++) {
        const upper = d[y0 + x0 + c] * (1 - fx) + d[y0 + x1 + c] * fx
        const lower = d[y1 + x0 + c] * (1 - fx) + d[y1 + x1 + c] * fx
        out[c * plane + y * w + x] = ((upper * (1 - fy) + lower * fy) / 255 - mean[c]) / deviation[c]
      }
    }
  }
  return out
}
