/** The three numbers of a version and what stands behind its hyphen. */
interface Version {
  readonly numbers: readonly number[]
  readonly before: readonly string[]
}

const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/
const COMPARATOR = /^(>=|<=|>|<|=|\^|~)?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(-[0-9A-Za-z.-]+)?$/

function read(text: string): Version | null {
  const [, major, minor, patch, before] = VERSION.exec(text) ?? []
  if (major === undefined) return null
  return { numbers: [major, minor, patch].map(Number), before: before?.split('.') ?? [] }
}

/** Negative where the first comes earlier (https://semver.org, section 11). */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [read(one), read(other)]
  if (a === null || b === null) throw new Error(`${a === null ? one : other} is no version`)
  const at = a.numbers.findIndex((number, index) => number !== b.numbers[index])
  if (at >= 0) return (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0)
  if (a.before.length === 0 || b.before.length === 0) return b.before.length - a.before.length
  for (const [index, word] of a.before.entries()) {
    const against = b.before[index]
    if (against === undefined) return 1
    if (word !== against) return compareWords(word, against)
  }
  return a.before.length - b.before.length
}

function compareWords(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)]
  if (isNumber && isOtherNumber) return Number(one) - Number(other)
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  return one < other ? -1 : 1
}

type Holds = (version: string) => boolean

/** Whether the text is a range as manifests write them. */
export const isRange = (range: string): boolean => comparatorsOf(range) !== null

/** Whether a version satisfies every comparator of a range; false for a range that cannot be read. */
export function isInRange(version: string, range: string): boolean {
  return comparatorsOf(range)?.every((holds) => holds(version)) ?? false
}

function comparatorsOf(range: string): readonly Holds[] | null {
  if (range.trim() === '*') return [() => true]
  const all = range.trim().split(/\s+/).map(comparatorOf)
  return all.every((one) => one !== null) ? all : null
}

function comparatorOf(text: string): Holds | null {
  const [, sign = '=', major, minor, patch, before = ''] = COMPARATOR.exec(text) ?? []
  if (major === undefined) return null
  const from = `${major}.${minor ?? 0}.${patch ?? 0}${before}`
  const at = (version: string): number => compareVersions(version, from)
  const within =
    (end: string): Holds =>
    (version) =>
      at(version) >= 0 && compareVersions(version, end) < 0
  switch (sign) {
    case '>=':
      return (version) => at(version) >= 0
    case '<=':
      return (version) => at(version) <= 0
    case '>':
      return (version) => at(version) > 0
    case '<':
      return (version) => at(version) < 0
    case '^':
      return within(endOfCaret(Number(major), minor, patch))
    case '~':
      return within(minor === undefined ? `${Number(major) + 1}.0.0-0` : `${major}.${Number(minor) + 1}.0-0`)
    default:
      if (patch !== undefined) return (version) => at(version) === 0
      return within(minor === undefined ? `${Number(major) + 1}.0.0-0` : `${major}.${Number(minor) + 1}.0-0`)
  }
}

/** Up to the first number that is not zero may not change. */
function endOfCaret(major: number, minor: string | undefined, patch: string | undefined): string {
  if (major > 0 || minor === undefined) return `${major + 1}.0.0-0`
  if (Number(minor) > 0 || patch === undefined) return `0.${Number(minor) + 1}.0-0`
  return `0.0.${Number(patch) + 1}-0`
}
