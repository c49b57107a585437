/** What a look at a line makes of it, step by step from left to right: how likely each sign is. 0 is no sign. */
export type Steps = readonly ReadonlyMap<number, number>[]

/** What a sign is given that a step does not name. */
const LEAST = 1e-4

/** log(e^x + e^y) */
function sumOf(x: number, y: number): number {
  if (x === -Infinity) return y
  if (y === -Infinity) return x
  return x > y ? x + Math.log1p(Math.exp(y - x)) : y + Math.log1p(Math.exp(x - y))
}

/** How likely it is, as a logarithm, that a look at these signs comes out so (CTC, Graves et al. 2006). */
export function likelihood(steps: Steps, signs: readonly number[]): number {
  const count = 2 * signs.length + 1
  const mayLeap = (place: number): boolean =>
    place > 1 && place % 2 === 1 && signs[place >> 1] !== signs[(place >> 1) - 1]
  const logs = new Float64Array(signs.length)
  let before = new Float64Array(count).fill(-Infinity)
  let now = before.slice()
  before[0] = 0
  for (const [step, likely] of steps.entries()) {
    const blank = Math.log(likely.get(0) ?? LEAST)
    for (let sign = 0; sign < signs.length; sign++)
      logs[sign] = Math.log(likely.get(signs[sign] ?? -1) ?? LEAST)
    const to = Math.min(count - 1, 2 * step + 1)
    for (let place = Math.max(0, count - 2 * (steps.length - step)); place <= to; place++) {
      const stays = before[place] ?? -Infinity
      const goesOn = step > 0 && place > 0 ? (before[place - 1] ?? -Infinity) : -Infinity
      const leaps = step > 0 && mayLeap(place) ? (before[place - 2] ?? -Infinity) : -Infinity
      const begins = step === 0 && place === 1 ? 0 : -Infinity
      const came = sumOf(sumOf(stays, goesOn), sumOf(leaps, begins))
      now[place] = came + (place % 2 === 1 ? (logs[place >> 1] ?? 0) : blank)
    }
    ;[before, now] = [now, before.fill(-Infinity)]
  }
  const all = sumOf(before[count - 1] ?? -Infinity, count > 1 ? (before[count - 2] ?? -Infinity) : -Infinity)
  return Math.max(-1000, all)
}

interface Beam {
  readonly signs: readonly number[]
  /** Ends with no sign. */ blank: number
  /** Ends with its last sign. */ sign: number
}
const WIDTH = 12
const LEAST_TRIED = 0.003

/** The likeliest rows of signs, best first (prefix beam search). */
export function likeliest(steps: Steps, most: number): readonly (readonly number[])[] {
  let beams: Beam[] = [{ signs: [], blank: 0, sign: -Infinity }]
  for (const likely of steps) {
    const next = new Map<string, Beam>()
    const beamOf = (signs: readonly number[]): Beam => {
      const key = signs.join()
      const known = next.get(key) ?? { signs, blank: -Infinity, sign: -Infinity }
      next.set(key, known)
      return known
    }
    for (const { signs, blank, sign } of beams) {
      const all = sumOf(blank, sign)
      const same = beamOf(signs)
      same.blank = sumOf(same.blank, all + Math.log(likely.get(0) ?? LEAST))
      for (const [one, p] of likely) {
        if (one === 0 || p < LEAST_TRIED) continue
        const isAgain = one === signs.at(-1)
        if (isAgain) same.sign = sumOf(same.sign, sign + Math.log(p))
        const more = beamOf([...signs, one])
        more.sign = sumOf(more.sign, (isAgain ? blank : all) + Math.log(p))
      }
    }
    beams = [...next.values()]
      .toSorted((a, b) => sumOf(b.blank, b.sign) - sumOf(a.blank, a.sign))
      .slice(0, WIDTH)
  }
  return beams.slice(0, most).map(({ signs }) => signs)
}
