import type { FindingAct, FindingEvidence } from '@freehold/contract/skill-report.ts'

/** What a rule tells people, in the languages that the documentation is written in. */
export interface Said {
  readonly en: string
  readonly zh: string
}

/** One thing that is looked for. The documentation and every report are made from these. */
export interface Rule {
  readonly act: FindingAct
  /** Instead of `act` in a skill of kind prompt, whose files nothing runs by itself. */
  readonly inPrompt?: FindingAct
  readonly evidence: FindingEvidence
  readonly says: Said
  readonly advice: Said
}

/** A rule over texts: signals that stand within so many lines of each other, one of each group. */
export interface NearRule extends Rule {
  /** The first is where the finding is shown. */
  readonly near: readonly (readonly string[])[]
  /** Lines between the first and every other. */
  readonly within: number
  /** Only in files of this sort; without it in all. */
  readonly only?: 'prose' | 'code'
}

/** The same rule is not told of one file more often than this. */
export const MOST_PER_FILE = 5
