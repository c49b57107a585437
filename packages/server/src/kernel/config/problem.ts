/** One thing that is wrong with the configuration, and where. */
export interface ConfigProblem {
  /** The file as it was named, `FREEHOLD_…`, or `--flag`. */
  readonly source: string
  /** 1-based; null when the source is not a text with lines. */
  readonly line: number | null
  /** 1-based, in UTF-16 units; null together with `line`. */
  readonly column: number | null
  /** Dotted path of the key; empty for the text as a whole. */
  readonly path: string
  readonly message: string
  /** What was probably meant: a key or a value, ready to be typed. */
  readonly suggestion?: string
}

/** `freehold.yaml:3:5  targetz: unknown key, did you mean …?` */
export function problemLine(problem: ConfigProblem): string {
  const place =
    problem.line === null ? problem.source : `${problem.source}:${problem.line}:${problem.column ?? 1}`
  const subject = problem.path === '' ? '' : `${problem.path}: `
  const hint = problem.suggestion === undefined ? '' : `, did you mean ${problem.suggestion}?`
  return `${place}  ${subject}${problem.message}${hint}`
}

/** A key is repeated in a message only when it looks like one: a pasted secret must not be. */
export const shownKey = (key: string): string => (/^[\w.-]{1,80}$/.test(key) ? key : '(this key)')

/** `targets[1].models`: one step further down. */
export function pathOf(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  if (step === '') return path
  return path === '' ? shownKey(step) : `${path}.${shownKey(step)}`
}

/** What a message calls a value without repeating it. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number')
    return Number.isFinite(value) && value % 1 !== 0 ? 'a fraction' : 'this number'
  if (typeof value === 'object') return 'a section'
  return typeof value === 'boolean' ? 'true or false' : 'this text'
}
