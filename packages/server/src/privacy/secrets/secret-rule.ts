/** One way to know a secret by its form. The detector knows none of them by name. */
export interface SecretRule {
  /** In kebab case; it stands in `Span.source`. */
  readonly id: string
  /** In lower case. The pattern is tried only where the text holds it. */
  readonly keyword: string
  /** How many characters before the keyword the match begins; each of them is tried. */
  readonly leads: readonly number[]
  /** The keyword must begin a word, or a hump of one. */
  readonly whole?: true
  /** Sticky and bounded. Group 1, where there is one, is the secret and ends the match. */
  readonly pattern: RegExp
  /** Bits per character that the secret has at least. */
  readonly entropy: number
  /** Null: it is none. */
  judge(value: string): number | null
}

/** What the vendor's form lets one check; `certain` where it proves the secret, `no` where it refutes it. */
export type Check = (value: string) => 'certain' | 'likely' | 'no'

/** A token that says by its first characters whose it is: `[id, first characters, the rest of it as a pattern, check]`. */
export type PrefixRow = readonly [id: string, prefix: string, rest: string, check?: Check]

/** A secret that its neighbourhood betrays: `[id, keyword, pattern, leads, check]`. */
export type FormRow = readonly [
  id: string,
  keyword: string,
  pattern: RegExp,
  leads?: readonly number[],
  check?: Check,
]

/** A value without a face, known by the vendor's name in what it is assigned to: `[vendor, the value as a pattern]`. */
export type NamedRow = readonly [vendor: string, value: string]

/** A letter before means that a word began earlier; the `n` of a `\n` in a quoted text is none. */
const BEGINS = String.raw`(?<![A-Za-z0-9_]|[A-Za-z0-9_][-.])|(?<=\\[nrt])`
const LITERAL = /[.*+?^${}()|[\]\\/]/g
/** Below it a text repeats itself: `xxxx`, `aaaa-bbbb`. */
const LEAST_ENTROPY = 2.5
const SCORES = { certain: 0.99, likely: 0.9 } as const

/** Names the vendor before the sign of assignment, as people write it in settings, code and logs. */
const ASSIGNED = String.raw`[\w .-]{0,30}(?:\\{0,3}["'\x60])?[\])]{0,2}[ \t]{0,8}(?:[:?.+|]{0,3}=>?|:|>|,)\s{0,8}(?:\\{0,3}["'\x60])?`
/** What such a name ends in where the value is no secret. */
const HARMLESS = String.raw`(?![\w .-]{0,30}?(?:commit|sha\d|hash|digest|version|checksum|etag|image|public|pubkey|url|uri|[_-]id\b|Id\b|name|path|file))`
const ENDS = String.raw`(?![\w+/-]|[.=][\w-])`

export function prefixed([id, prefix, rest, check]: PrefixRow): SecretRule {
  const pattern = new RegExp(
    `(?:${BEGINS})${prefix.replace(LITERAL, String.raw`\$&`)}${rest}(?![A-Za-z0-9]|_[A-Za-z0-9])`,
    'y',
  )
  return {
    id,
    keyword: prefix.toLowerCase(),
    leads: [0],
    pattern,
    entropy: LEAST_ENTROPY,
    judge: scored(check),
  }
}

export function formed([id, keyword, pattern, leads = [0], check]: FormRow): SecretRule {
  return { id, keyword, leads, pattern, entropy: LEAST_ENTROPY, judge: scored(check) }
}

export function named([vendor, value]: NamedRow): SecretRule {
  const pattern = new RegExp(
    `${vendor.replace(LITERAL, String.raw`\$&`)}${HARMLESS}${ASSIGNED}(${value})${ENDS}`,
    'iy',
  )
  return {
    id: `${vendor.replace(/[^a-z0-9]/g, '-')}-named`,
    keyword: vendor,
    whole: true,
    leads: [0],
    pattern,
    entropy: 2.8,
    judge: hasDigit,
  }
}

const scored =
  (check?: Check): SecretRule['judge'] =>
  (value) => {
    const verdict = check?.(value) ?? 'likely'
    return verdict === 'no' ? null : SCORES[verdict]
  }

/** Words have no digits; what a machine draws nearly always has some. */
const hasDigit: SecretRule['judge'] = (value) => (/\d/.test(value) ? 0.85 : null)
