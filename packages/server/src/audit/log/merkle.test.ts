import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOver, isConsistent, leafHash, rootOfInclusion } from './merkle.ts'
import { Edge, placePath, splitHashes, TiledTree, TILE_WIDTH, tilePath, widthOf } from './tiles.ts'
import type { ReadTile } from './tiles.ts'

/** The eight inputs and roots that Certificate Transparency's implementations of RFC 6962 are tested with. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const numbered = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => leafHash(`entry ${at}`))

/** A log of so many leaves, grown in steps, and its tiles as they were last written. */
function grownBy(steps: readonly number[]): { readonly edge: Edge; readonly read: ReadTile } {
  const tiles = new Map<string, Buffer>()
  const leaves = numbered(steps.reduce((sum, step) => sum + step, 0))
  let edge = Edge.empty()
  for (const step of steps) {
    const grown = edge.grown(leaves.slice(edge.size, edge.size + step))
    for (const { level, place, hashes } of grown.tiles) tiles.set(`${level}/${place}`, hashes)
    edge = grown.edge
  }
  return {
    edge,
    async read(level, place, width) {
      const hashes = tiles.get(`${level}/${place}`)
      assert.ok(hashes && splitHashes(hashes).length >= width, `tile ${level}/${place} of ${width}`)
      return hashes
    },
  }
}

test('the roots are those of the published vectors', () => {
  const leaves = INPUTS.map((hex) => leafHash(Buffer.from(hex, 'hex')))
  assert.deepEqual(
    ROOTS.map((_, size) => hashOver(leaves.slice(0, size)).toString('hex')),
    ROOTS,
  )
})

test('a log that grew in any steps has the root of its leaves, also when it is read back from its tiles', async () => {
  for (const steps of [[1], [255, 1], [256], [257, 3], [1, 700, 300]]) {
    const { edge, read } = grownBy(steps)
    const root = hashOver(numbered(edge.size))
    assert.deepEqual(edge.root(), root, `after ${steps.join('+')}`)
    assert.deepEqual((await Edge.of(edge.size, read)).root(), root)
    assert.deepEqual(await new TiledTree(edge.size, read).root(), root)
  }
})

test('every leaf is proven by its path and by no other', async () => {
  for (const size of [1, 2, 7, 256, 257, 1000]) {
    const { edge, read } = grownBy([size])
    const root = edge.root()
    const tree = new TiledTree(size, read)
    for (const index of [0, 1, Math.floor(size / 2), size - 1].filter((one) => one < size)) {
      const proof = await tree.inclusion(index)
      const leaf = leafHash(`entry ${index}`)
      assert.deepEqual(rootOfInclusion({ index, size }, leaf, proof), root)
      assert.notDeepEqual(rootOfInclusion({ index, size }, leafHash('another'), proof), root)
      assert.equal(rootOfInclusion({ index, size }, leaf, [...proof, root]), null)
      assert.equal(rootOfInclusion({ index: size, size }, leaf, proof), null)
    }
  }
})

test('a tree is shown to be the beginning of a later one, and of no other', async () => {
  const all = numbered(1100)
  for (const size of [1, 2, 3, 8, 255, 256, 257, 768, 1100]) {
    const { edge, read } = grownBy([size])
    const second = { size, root: edge.root() }
    const tree = new TiledTree(size, read)
    for (const older of [1, 2, 3, 6, 128, 255, 256, 600, size].filter((one) => one <= size)) {
      const first = { size: older, root: hashOver(all.slice(0, older)) }
      const proof = await tree.consistency(older)
      assert.ok(isConsistent(first, second, proof), `${older} in ${size}`)
      const forged = { size: older, root: leafHash(`not ${older}`) }
      assert.ok(!isConsistent(forged, second, proof), `a forged ${older} in ${size}`)
      if (older < size) assert.ok(!isConsistent(first, second, proof.slice(1)))
    }
  }
})

test('tiles have the paths and widths of the example in the specification', () => {
  assert.equal(placePath(1_234_067), 'x001/x234/067')
  assert.equal(tilePath(0, 273, 112), 'tile/0/273.p/112')
  assert.equal(tilePath('entries', 0, TILE_WIDTH), 'tile/entries/000')
  const widths = [
    [0, 272, 256],
    [0, 273, 112],
    [1, 0, 256],
    [1, 1, 17],
    [2, 0, 1],
    [2, 1, 0],
  ] as const
  for (const [level, place, width] of widths) assert.equal(widthOf(level, place, 70_000), width)
})
