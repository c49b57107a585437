import { crc32, deflateSync } from 'node:zlib'

/** Six numbers of a PDF matrix: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number]

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0]

/** First `inner`, then `outer`. */
export function product(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer
  const [g, h, i, j, k, l] = inner
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

function inverse([a, b, c, d, e, f]: Matrix): Matrix | null {
  const determinant = a * d - b * c
  if (Math.abs(determinant) < 1e-9) return null
  const [p, q, r, s] = [d / determinant, -b / determinant, -c / determinant, a / determinant]
  return [p, q, r, s, -(p * e + r * f), -(q * e + s * f)]
}

/** A picture that answers how dark it is at a place: 0 black to 255 white, null where nothing is painted. */
export interface Picture {
  readonly width: number
  readonly height: number
  at(x: number, y: number): number | null
}

/** Dots of a picture to each unit of length where it is painted. */
export function densityOf({ width, height }: Picture, [a, b, c, d]: Matrix): number {
  const area = Math.abs(a * d - b * c)
  return area === 0 ? 0 : Math.sqrt((width * height) / area)
}

/** A page of grey: enough for reading what is written on it. */
export class Raster {
  readonly width: number
  readonly height: number
  readonly #grey: Uint8Array

  constructor(width: number, height: number) {
    this.width = Math.max(1, Math.round(width))
    this.height = Math.max(1, Math.round(height))
    this.#grey = new Uint8Array(this.width * this.height).fill(255)
  }

  /**
   * Paints a picture where the unit square lies under `place`, in pixels, and returns the share of the page that it
   * covers. Reduced, a pixel is the mean of up to nine of the picture's, so that thin strokes survive.
   */
  paint(picture: Picture, place: Matrix): number {
    const back = inverse(place)
    if (!back) return 0
    const corners = [0, 1].flatMap((x) => [0, 1].map((y) => [x, y] as const))
    const xs = corners.map(([x, y]) => place[0] * x + place[2] * y + place[4])
    const ys = corners.map(([x, y]) => place[1] * x + place[3] * y + place[5])
    const left = Math.max(0, Math.floor(Math.min(...xs)))
    const right = Math.min(this.width, Math.ceil(Math.max(...xs)))
    const top = Math.max(0, Math.floor(Math.min(...ys)))
    const bottom = Math.min(this.height, Math.ceil(Math.max(...ys)))
    const steps = Math.min(3, Math.max(1, Math.ceil(densityOf(picture, place) - 0.01)))
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const grey = sample(picture, back, { x, y, steps })
        if (grey !== null) this.#grey[y * this.width + x] = grey
      }
    return (Math.max(0, right - left) * Math.max(0, bottom - top)) / (this.width * this.height)
  }

  /** As a PNG of eight bits of grey, packed quickly. */
  toPng(): Buffer {
    const { width, height } = this
    const lines = Buffer.alloc((width + 1) * height)
    for (let y = 0; y < height; y++)
      lines.set(this.#grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
    const head = Buffer.alloc(13)
    head.writeUInt32BE(width, 0)
    head.writeUInt32BE(height, 4)
    head[8] = 8
    return Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', head),
      chunk('IDAT', deflateSync(lines, { level: 1 })),
      chunk('IEND', Buffer.alloc(0)),
    ])
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

/** The mean of the picture's dots under one of the page, `steps` in each direction. */
function sample(
  picture: Picture,
  [a, b, c, d, e, f]: Matrix,
  { x, y, steps }: { readonly x: number; readonly y: number; readonly steps: number },
): number | null {
  let sum = 0
  let count = 0
  for (let row = 0; row < steps; row++)
    for (let column = 0; column < steps; column++) {
      const px = x + (column + 0.5) / steps
      const py = y + (row + 0.5) / steps
      const u = a * px + c * py + e
      const v = b * px + d * py + f
      if (u < 0 || u >= 1 || v < 0 || v >= 1) continue
      // A picture's first line is at the top of the unit square.
      const grey = picture.at(Math.floor(u * picture.width), Math.floor((1 - v) * picture.height))
      if (grey === null) continue
      sum += grey
      count++
    }
  return count === 0 ? null : Math.round(sum / count)
}
