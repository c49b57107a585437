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
