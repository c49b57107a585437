import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { product, Raster } from './raster.ts'

/** Two dots beside each other: black, white. */
const DOTS = { width: 2, height: 1, at: (x: number) => (x === 0 ? 0 : 255) }

/** The grey of each line of a raster, out of its PNG. */
function linesOf(raster: Raster): string[] {
  const png = raster.toPng()
  const at = png.indexOf('IDAT')
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
  return Array.from({ length: raster.height }, (_, y) =>
    [...lines.subarray(y * (raster.width + 1) + 1, (y + 1) * (raster.width + 1))].join(' '),
  )
}

test('a picture is painted where its page puts it, upright, turned and reduced', () => {
  const upright = new Raster(4, 2)
  assert.equal(upright.paint(DOTS, [4, 0, 0, -2, 0, 2]), 1)
  assert.deepEqual(linesOf(upright), ['0 0 255 255', '0 0 255 255'])
  const turned = new Raster(2, 4)
  turned.paint(DOTS, [0, 4, 2, 0, 0, 0])
  assert.deepEqual(linesOf(turned), ['0 0', '0 0', '255 255', '255 255'])
  const reduced = new Raster(3, 1)
  reduced.paint(DOTS, [1, 0, 0, -1, 1, 1])
  assert.equal(linesOf(reduced)[0]?.split(' ')[0], '255')
  assert.ok(Number(linesOf(reduced)[0]?.split(' ')[1]) < 200)
})

test('a picture without size, or beside the page, paints nothing', () => {
  const raster = new Raster(2, 2)
  assert.equal(raster.paint(DOTS, [0, 0, 0, 0, 0, 0]), 0)
  assert.equal(raster.paint(DOTS, [1, 0, 0, 1, 100, 100]), 0)
  assert.deepEqual(linesOf(raster), ['255 255', '255 255'])
})

test('matrices are put one inside the other', () => {
  assert.deepEqual(product([2, 0, 0, 2, 10, 0], [1, 0, 0, 1, 3, 4]), [2, 0, 0, 2, 16, 8])
})
