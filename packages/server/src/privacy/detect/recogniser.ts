import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Said } from './cue-words.ts'

/** What is known of a text besides its words. */
export interface ScanContext {
  readonly language: 'zh' | 'en' | null
  /** What the text is the value of: a JSON key, the head of a column, an XML tag, a variable; null where there is none. */
  readonly key: string | null
}

/** A match of a recogniser's pattern, in the text as it is scanned: digits and letters are ASCII there. */
export interface Candidate {
  readonly value: string
  readonly text: string
  readonly start: number
  readonly end: number
  readonly context: ScanContext
}

/** How sure it is; `start` and `end` where another place than the candidate's is meant. */
export interface Verdict {
  readonly score: number
  readonly start?: number
  readonly end?: number
}

/** Checksum and form are right, and it can hardly be anything else. */
export const CERTAIN: Verdict = { score: 0.95 }
/** The words before it say what it is. */
export const SAID: Verdict = { score: 0.85 }
/** The form allows little else. */
export const LIKELY: Verdict = { score: 0.8 }
/** The form is right and nothing speaks against it. */
export const PLAUSIBLE: Verdict = { score: 0.6 }
/** The form is right and there are as many other things of that form. */
export const UNSURE: Verdict = { score: 0.4 }
/** The form is right and the checksum is not: people mistype, so it is shown and not acted on. */
export const MISTYPED: Verdict = { score: 0.3 }

/** Lengths as `Recogniser.runs` has them. */
export const runsOf = (...lengths: readonly number[]): number =>
  lengths.reduce((bits, length) => bits | (1 << length), 0)

/** Finds one type in one way. The scanner knows none of them by name. */
export interface Recogniser {
  /** In kebab case; it stands in `Span.source`. */
  readonly id: string
  readonly type: EntityType
  /** Where a candidate can begin: one character class. The pattern is tried nowhere else. */
  readonly starts: RegExp
  /**
   * Where among ASCII letters and digits it is tried: absent, at each; `word`, where a run of them begins; `number`,
   * likewise if the run has a digit; `digits`, where a run of digits begins. The fewer places, the faster the scan.
   */
  readonly anchor?: 'word' | 'number' | 'digits'
  /** How long the run of ASCII letters and digits may be that it begins with: bit n for n, absent for any. At others it is not tried. */
  readonly runs?: number
  /** It is only found where one of these words stands shortly before it, or is in its key: elsewhere it is not tried. */
  readonly saidBefore?: Said
  /** Likewise, shortly before or behind it. */
  readonly saidAround?: Said
  /** Sticky and without an unbounded quantifier. */
  readonly pattern: RegExp
  /** Null: it is none. */
  judge(candidate: Candidate): Verdict | null
}
