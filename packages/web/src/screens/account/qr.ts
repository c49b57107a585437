/** Of error correction level L (ISO/IEC 18004, table 9), by version: codewords of one block, and blocks. */
const CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30,
  30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
]
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18,
  19, 19, 20, 21, 22, 24, 25,
]
const LEVEL_L = 1

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

interface Field {
  readonly size: number
  readonly dark: Uint8Array
  readonly fixed: Uint8Array
}

type Shape = ReturnType<typeof shapeOf>

function alignmentPlaces(version: number) {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
  const last = version * 4 + 10
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - step * (count - 2 - at))]
}

/** Codewords that fit into a symbol. */
function room(version: number) {
  const marks = alignmentPlaces(version).length
  let modules = (16 * version + 128) * version + 64
  if (version >= 2) modules -= (25 * marks - 10) * marks - 55
  if (version >= 7) modules -= 36
  return Math.floor(modules / 8)
}

function shapeOf(version: number) {
  const correction = CORRECTION[version - 1] ?? 0
  const blocks = BLOCKS[version - 1] ?? 0
  const all = room(version)
  return { correction, blocks, all, data: all - correction * blocks, lengthBits: version < 10 ? 8 : 16 }
}

/** The data codewords. */
function codewords(bytes: Uint8Array, { data, lengthBits }: { data: number; lengthBits: number }) {
  const bits: number[] = []
  const push = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >>> at) & 1)
  }
  push(0b0100, 4)
  push(bytes.length, lengthBits)
  for (const byte of bytes) push(byte, 8)
  push(0, Math.min(4, data * 8 - bits.length))
  push(0, (8 - (bits.length % 8)) % 8)
  const words = Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((word, bit) => word * 2 + bit, 0),
  )
  for (let pad = 0xec; words.length < data; pad ^= 0xec ^ 0x11) words.push(pad)
  return words
}

/** In GF(2^8) modulo 0x11D. */
function multiply(x: number, y: number) {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((y >>> bit) & 1) * x
  }
  return product
}

function generator(degree: number) {
  const factors = [...new Uint8Array(degree - 1), 1]
  let root = 1
  for (let turn = 0; turn < degree; turn += 1) {
    for (let at = 0; at < degree; at += 1) {
      factors[at] = multiply(factors[at] ?? 0, root) ^ (factors[at + 1] ?? 0)
    }
    root = multiply(root, 2)
  }
  return factors
}

/** Reed and Solomon's remainder. */
function remainder(data: readonly number[], divisor: readonly number[]) {
  const rest = divisor.map(() => 0)
  for (const word of data) {
    const factor = word ^ (rest.shift() ?? 0)
    rest.push(0)
    for (const [at, value] of divisor.entries()) rest[at] = (rest[at] ?? 0) ^ multiply(value, factor)
  }
  return rest
}

/** Blocks with their correction, interleaved. */
function interleave(data: readonly number[], { correction, blocks, all }: Shape) {
  const divisor = generator(correction)
  const short = Math.floor(all / blocks) - correction
  const longFrom = blocks - (all % blocks)
  let from = 0
  const parts = Array.from({ length: blocks }, (_, at) => {
    const part = data.slice(from, from + short + (at < longFrom ? 0 : 1))
    from += part.length
    return { part, check: remainder(part, divisor) }
  })
  const column = (at: number) => parts.flatMap(({ part }) => part[at] ?? [])
  return [
    ...Array.from({ length: short + 1 }, (_, at) => column(at)).flat(),
    ...Array.from({ length: correction }, (_, at) => parts.map(({ check }) => check[at] ?? 0)).flat(),
  ]
}

function fix(field: Field, x: number, y: number, isDark: boolean) {
  if (x < 0 || y < 0 || x >= field.size || y >= field.size) return
  field.dark[y * field.size + x] = isDark ? 1 : 0
  field.fixed[y * field.size + x] = 1
}

function drawMarks(field: Field, version: number) {
  const { size } = field
  for (let at = 0; at < size; at += 1) {
    fix(field, 6, at, at % 2 === 0)
    fix(field, at, 6, at % 2 === 0)
  }
  for (const [left, top] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        fix(field, left + dx, top + dy, ring !== 2 && ring !== 4)
      }
    }
  }
  const places = alignmentPlaces(version)
  const last = places.at(-1)
  for (const y of places) {
    for (const x of places) {
      // Where the finders are there is none.
      if ((x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6)) continue
      for (let dy = -2; dy <= 2; dy += 1) {
        for (let dx = -2; dx <= 2; dx += 1)
          fix(field, x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
      }
    }
  }
  if (version >= 7) drawVersion(field, version)
}

function withCheck(value: number, length: number, divisor: number) {
  let rest = value
  for (let turn = 0; turn < length; turn += 1) rest = (rest << 1) ^ ((rest >>> (length - 1)) * divisor)
  return (value << length) | rest
}

function drawVersion(field: Field, version: number) {
  const bits = withCheck(version, 12, 0x1f25)
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >>> at) & 1) === 1
    const [far, near] = [field.size - 11 + (at % 3), Math.floor(at / 3)]
    fix(field, far, near, isDark)
    fix(field, near, far, isDark)
  }
}

function drawFormat(field: Field, mask: number) {
  const { size } = field
  const bits = withCheck((LEVEL_L << 3) | mask, 10, 0x537) ^ 0x5412
  const bit = (at: number) => ((bits >>> at) & 1) === 1
  for (let at = 0; at <= 5; at += 1) fix(field, 8, at, bit(at))
  fix(field, 8, 7, bit(6))
  fix(field, 8, 8, bit(7))
  fix(field, 7, 8, bit(8))
  for (let at = 9; at < 15; at += 1) fix(field, 14 - at, 8, bit(at))
  for (let at = 0; at < 8; at += 1) fix(field, size - 1 - at, 8, bit(at))
  for (let at = 8; at < 15; at += 1) fix(field, 8, size - 15 + at, bit(at))
  fix(field, 8, size - 8, true)
}

/** In columns of two, up and down, from the right. */
function drawWords(field: Field, words: readonly number[]) {
  const { size } = field
  let at = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    // The column of the timing pattern is passed over.
    if (right === 6) right = 5
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (field.fixed[y * size + x] === 1) continue
        field.dark[y * size + x] = ((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1
        at += 1
      }
    }
  }
}

function masked(field: Field, mask: number): Field {
  const { size, fixed } = field
  const flips = MASKS[mask] ?? (() => false)
  const dark = field.dark.map((value, at) =>
    fixed[at] === 0 && flips(at % size, Math.floor(at / size)) ? 1 - value : value,
  )
  const result = { size, dark, fixed }
  drawFormat(result, mask)
  return result
}

/** How hard it is to read (ISO/IEC 18004, section 7.8.3). */
function penalty({ size, dark }: Field) {
  let sum = 0
  const at = (x: number, y: number) => dark[y * size + x] ?? 0
  for (let line = 0; line < size; line += 1) {
    for (const text of [
      Array.from({ length: size }, (_, x) => at(x, line)).join(''),
      Array.from({ length: size }, (_, y) => at(line, y)).join(''),
    ]) {
      for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2
      sum += 40 * [...text.matchAll(/(?=10111010000|00001011101)/g)].length
    }
  }
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const four = at(x, y) + at(x - 1, y) + at(x, y - 1) + at(x - 1, y - 1)
      if (four % 4 === 0) sum += 3
    }
  }
  const share = dark.reduce((count, value) => count + value, 0) / dark.length
  return sum + 10 * Math.floor(Math.abs(share - 0.5) * 20)
}

/** The modules of a QR code, row by row: 1 is dark. */
export function drawQr(text: string): { size: number; dark: Uint8Array } {
  const bytes = new TextEncoder().encode(text)
  const versions = Array.from({ length: 40 }, (_, at) => at + 1)
  const version = versions.find((one) => {
    const { data, lengthBits } = shapeOf(one)
    return 4 + lengthBits + bytes.length * 8 <= data * 8
  })
  if (version === undefined) throw new Error(`${bytes.length} bytes are too many for a QR code`)
  const shape = shapeOf(version)
  const size = version * 4 + 17
  const field = { size, dark: new Uint8Array(size * size), fixed: new Uint8Array(size * size) }
  drawMarks(field, version)
  drawFormat(field, 0)
  drawWords(field, interleave(codewords(bytes, shape), shape))
  const tried = MASKS.map((_, mask) => masked(field, mask))
  const best = tried.reduce((one, other) => (penalty(other) < penalty(one) ? other : one))
  return { size, dark: best.dark }
}
