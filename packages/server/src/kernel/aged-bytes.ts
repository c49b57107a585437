import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const ROUNDS = 5000
const EVERY = 1000
/** After so many collections of the young generation what is still held is in the old one. */
const AGEING = 3

/** Bytes that grow old while many short-lived entries come and go. */
export function agedBytes(comeAndGo: (entry: object) => void): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void
  const age = (): void => {
    for (let n = 0; n < AGEING; n += 1) collect({ type: 'minor' })
  }
  age()
  const before = oldBytes()
  for (let n = 0; n < ROUNDS; n += 1) {
    comeAndGo({ held: Array.from({ length: 100 }, () => n) })
    if (n % EVERY === 0) collect({ type: 'minor' })
  }
  age()
  return oldBytes() - before
}

const oldBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0
