/** Bounds of a number, both included; absent where there is none. */
export interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Integers up to here are exact in every reader of JSON. */
const LARGEST = 999_999_999_999_999
const DIGIT = '[0-9]'

/** The integers within bounds, in GBNF; null where there are none. */
export function integersWithin({ min = -LARGEST, max = LARGEST }: Bounds): string | null {
  const from = Math.max(-LARGEST, Math.ceil(min))
  const to = Math.min(LARGEST, Math.floor(max))
  if (!(from <= to)) return null
  const parts: string[] = []
  if (from < 0) parts.push(...naturals(Math.max(1, -to), -from).map((digits) => `"-" ${digits}`))
  if (to >= 0) parts.push(...naturals(Math.max(0, from), to))
  return oneOf(parts)
}

/** Numbers within bounds: its integers, and fractions between two of them. Null where there is no integer. */
export function numbersWithin(bounds: Bounds): string | null {
  const { min = -LARGEST, max = LARGEST } = bounds
  const whole = integersWithin(bounds)
  if (whole === null) return null
  const above = fractions(Math.max(0, Math.ceil(min)), Math.floor(max) - 1)
  const below = fractions(Math.max(0, Math.ceil(-max)), Math.floor(-min) - 1)
  return oneOf([whole, ...above, ...below.map((one) => `"-" ${one}`)])
}

const fractions = (from: number, to: number): readonly string[] =>
  naturals(from, Math.min(to, LARGEST)).map((digits) => `${digits} "." ${DIGIT}{1,9}`)

const oneOf = (parts: readonly string[]): string => `(${parts.join(' | ')})`

/** Natural numbers from one to another, each length of its own. */
function naturals(from: number, to: number): readonly string[] {
  if (from > to) return []
  const parts: string[] = []
  for (let length = String(from).length; length <= String(to).length; length += 1) {
    const low = Math.max(from, length === 1 ? 0 : 10 ** (length - 1))
    const high = Math.min(to, 10 ** length - 1)
    parts.push(between(String(low), String(high)))
  }
  return parts
}

/** Digits of one length, from one to another. */
function between(from: string, to: string): string {
  if (from === '') return '""'
  const [low = '0', high = '9'] = [from[0], to[0]]
  const rest = from.length - 1
  if (/^0*$/.test(from.slice(1)) && /^9*$/.test(to.slice(1))) return `${range(low, high)}${times(rest)}`
  if (low === high) return `"${low}" ${between(from.slice(1), to.slice(1))}`
  const inner = next(low, 1) <= next(high, -1) ? [`${range(next(low, 1), next(high, -1))}${times(rest)}`] : []
  const first = `"${low}" ${between(from.slice(1), '9'.repeat(rest))}`
  const last = `"${high}" ${between('0'.repeat(rest), to.slice(1))}`
  return oneOf([first, ...inner, last])
}

const next = (digit: string, by: number): string => String(Number(digit) + by)
const range = (low: string, high: string): string => (low === high ? `"${low}"` : `[${low}-${high}]`)
const times = (count: number): string => (count === 0 ? '' : ` ${DIGIT}{${count}}`)
