import type { getDocumentProxy } from 'unpdf'
import { getResolvedPDFJS } from 'unpdf'
import { z } from 'zod'
import type { Matrix, Picture } from './raster.ts'
import { densityOf, IDENTITY, product, Raster } from './raster.ts'

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>

/** What a page shows instead of text. */
export interface Scan {
  readonly image: Uint8Array
  /** Share of the page that its pictures cover, those on top of each other counted again. */
  readonly covered: number
  /** A picture was of a kind that is not decoded here (JBIG2, JPEG 2000, fax). */
  readonly isPartial: boolean
}

/** 300 dots per inch of A4; larger pages are read at the same number of dots. */
const LONG_SIDE = 3508
const DENSEST = 300 / 72
/** Dots of one picture; the largest scans of A3 have half of it. */
export const MOST_DOTS = 64 << 20

const decoded = z.object({
  data: z.instanceof(Uint8Array).or(z.instanceof(Uint8ClampedArray)),
  width: z.int().positive(),
  height: z.int().positive(),
  kind: z.number().optional(),
})
type Decoded = z.infer<typeof decoded>
const matrix = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
/** A stencil: its data stand in the page or under a name. */
const stencil = z.object({ data: z.unknown(), width: z.int().positive(), height: z.int().positive() })

/** Grey by the eye's weights. */
const greyOf = (r = 255, g = 255, b = 255): number => (r * 77 + g * 151 + b * 28) >> 8

/** Pixels of a picture as pdf.js gives them, whatever their number of channels. */
function pictureOf({ data, width, height }: Decoded, isStencil: boolean): Picture | null {
  const rowBytes = (width + 7) >> 3
  if (data.length < width * height) {
    if (data.length < rowBytes * height) return null
    return {
      width,
      height,
      at(x, y) {
        const isSet = ((data[y * rowBytes + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0
        if (isStencil) return isSet ? null : 0
        return isSet ? 255 : 0
      },
    }
  }
  const channels = Math.floor(data.length / (width * height))
  return {
    width,
    height,
    at(x, y) {
      const at = (y * width + x) * channels
      if (channels < 3) return data[at] ?? 255
      if (channels === 4 && data[at + 3] === 0) return null
      return greyOf(data[at], data[at + 1], data[at + 2])
    },
  }
}

/** The object that a page names, once its decoder is done; null when it failed. */
function named(page: Page, name: string): Promise<unknown> {
  const objects = name.startsWith('g_') ? page.commonObjs : page.objs
  return new Promise((resolve) => objects.get(name, resolve))
}

interface Painting {
  readonly picture: Picture
  /** Where the unit square comes to lie, in points. */
  readonly place: Matrix
}

/** The pictures of a page, in the order they are painted. */
async function paintingsOf(
  page: Page,
): Promise<{ readonly paintings: Painting[]; readonly isPartial: boolean }> {
  const { OPS } = await getResolvedPDFJS()
  const { fnArray, argsArray } = await page.getOperatorList()
  const paintings: Painting[] = []
  const saved: Matrix[] = []
  let place = matrix.safeParse(page.getViewport({ scale: 1 }).transform).data ?? IDENTITY
  let isPartial = false
  for (const [index, operator] of fnArray.entries()) {
    const args: unknown = argsArray[index]
    const first: unknown = Array.isArray(args) ? args[0] : undefined
    if (operator === OPS.save || operator === OPS.paintFormXObjectBegin) saved.push(place)
    else if (operator === OPS.restore || operator === OPS.paintFormXObjectEnd) place = saved.pop() ?? place
    if (operator === OPS.transform) place = product(place, matrix.safeParse(args).data ?? IDENTITY)
    else if (operator === OPS.paintFormXObjectBegin)
      place = product(place, matrix.safeParse(first).data ?? IDENTITY)
    const isStencil = operator === OPS.paintImageMaskXObject
    if (isStencil || operator === OPS.paintImageXObject || operator === OPS.paintInlineImageXObject) {
      const picture = await pictureNamed(page, first, isStencil)
      if (picture) paintings.push({ picture, place })
      else isPartial = true
    } else if (PATTERNS.some((name) => operator === OPS[name])) isPartial = true
  }
  return { paintings, isPartial }
}

/** What an operator paints: its argument, or what the page knows under that name. */
async function pictureNamed(page: Page, argument: unknown, isStencil: boolean): Promise<Picture | null> {
  const given = typeof argument === 'string' ? await named(page, argument) : argument
  const name = stencil.safeParse(given).data?.data
  const inner = typeof name === 'string' ? await named(page, name) : given
  const found = decoded.safeParse(inner).data
  return found ? pictureOf(found, isStencil) : null
}

/** Paints the pictures of a page, and nothing else of it; null when there are none. */
export async function scanOf(page: Page): Promise<Scan | null> {
  const { paintings, isPartial } = await paintingsOf(page)
  if (paintings.length === 0 && !isPartial) return null
  const size = page.getViewport({ scale: 1 })
  const densest = Math.min(DENSEST, LONG_SIDE / Math.max(size.width, size.height, 1))
  const density = Math.max(...paintings.map(({ picture, place }) => densityOf(picture, place)), 1)
  const scale = Math.min(density, densest)
  const raster = new Raster(size.width * scale, size.height * scale)
  const covered = paintings.reduce(
    (sum, { picture, place }) => sum + raster.paint(picture, product([scale, 0, 0, scale, 0, 0], place)),
    0,
  )
  return { image: raster.toPng(), covered, isPartial }
}

/** Ways to paint many pictures at once, which scanners do not use. */
const PATTERNS = [
  'paintImageXObjectRepeat',
  'paintImageMaskXObjectRepeat',
  'paintImageMaskXObjectGroup',
  'paintInlineImageXObjectGroup',
] as const
