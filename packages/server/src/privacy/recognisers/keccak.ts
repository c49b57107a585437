const ROUNDS = 24
const RATE = 136

/** Rotations and round constants of Keccak-f[1600], made as its specification makes them; lanes as two halves, low first. */
const { ROTATIONS, CONSTANTS } = parameters()

function parameters(): { readonly ROTATIONS: Uint8Array; readonly CONSTANTS: Uint32Array } {
  const rotations = new Uint8Array(25)
  let [x, y] = [1, 0]
  for (let t = 0; t < 24; t += 1) {
    rotations[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  const constants = new Uint32Array(ROUNDS * 2)
  let register = 1
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let j = 0; j < 7; j += 1) {
      const bit = 2 ** j - 1
      const half = round * 2 + (bit >> 5)
      if (register & 1) constants[half] = (constants[half] ?? 0) | (1 << (bit & 31))
      register = register & 0x80 ? (register << 1) ^ 0x171 : register << 1
    }
  }
  return { ROTATIONS: rotations, CONSTANTS: constants }
}

/** Where the lane at x + 5y goes in the step that moves lanes. */
const TARGETS = Uint8Array.from({ length: 25 }, (_, i) => {
  const [x, y] = [i % 5, Math.floor(i / 5)]
  return y + 5 * ((2 * x + 3 * y) % 5)
})

/** A half of a lane turned to the left: the half that is asked for is `high`, the other one fills it up. */
const turned = (high: number, low: number, by: number): number =>
  by === 0 ? high : (high << by) | (low >>> (32 - by))

function permute(state: Uint32Array): void {
  const column = new Uint32Array(10)
  const moved = new Uint32Array(50)
  const at = (lanes: Uint32Array, i: number): number => lanes[i] ?? 0
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let i = 0; i < 10; i += 1) {
      column[i] = at(state, i) ^ at(state, i + 10) ^ at(state, i + 20) ^ at(state, i + 30) ^ at(state, i + 40)
    }
    for (let i = 0; i < 25; i += 1) {
      const left = ((i % 5) + 4) % 5
      const right = ((i % 5) + 1) % 5
      const [rightLow, rightHigh] = [at(column, right * 2), at(column, right * 2 + 1)]
      const low = at(state, i * 2) ^ at(column, left * 2) ^ turned(rightLow, rightHigh, 1)
      const high = at(state, i * 2 + 1) ^ at(column, left * 2 + 1) ^ turned(rightHigh, rightLow, 1)
      const by = ROTATIONS[i] ?? 0
      const [first, second] = by < 32 ? [low, high] : [high, low]
      const to = (TARGETS[i] ?? 0) * 2
      moved[to] = turned(first, second, by % 32)
      moved[to + 1] = turned(second, first, by % 32)
    }
    for (let i = 0; i < 50; i += 1) {
      const row = i - (i % 10)
      state[i] = at(moved, i) ^ (~at(moved, row + ((i + 2) % 10)) & at(moved, row + ((i + 4) % 10)))
    }
    state[0] = at(state, 0) ^ at(CONSTANTS, round * 2)
    state[1] = at(state, 1) ^ at(CONSTANTS, round * 2 + 1)
  }
}

/** Keccak-256 of up to 135 bytes in hexadecimal: SHA-3 as Ethereum froze it, which Node's crypto does not have. */
export function keccak256(bytes: Uint8Array): string {
  const block = new Uint8Array(RATE)
  block.set(bytes)
  block[bytes.length] = 0x01
  block[RATE - 1] = (block[RATE - 1] ?? 0) | 0x80
  const words = new DataView(block.buffer)
  const state = new Uint32Array(50)
  for (let i = 0; i < RATE / 4; i += 1) state[i] = words.getUint32(i * 4, true)
  permute(state)
  const digest = Buffer.alloc(32)
  for (let i = 0; i < 8; i += 1) digest.writeUInt32LE(state[i] ?? 0, i * 4)
  return digest.toString('hex')
}
