/** A reason for or against: the rule of an effect, a circumstance and where it stands, or something about the place. */
export type Sign = string

/**
 * What each sign counts, a half of a logit each: fitted by logistic regression to orders put into clean skills and to the
 * instructions of honest ones, and rounded. What is not listed counts nothing.
 */
export const WEIGHTS: Readonly<Record<Sign, number>> = {
  // An order for every task, on the line itself or in the heading above it.
  standing: 7,
  'standing-heading': 2,
  // Reasons are given for what nobody asked about.
  excused: 4,
  'excused-heading': 1,
  unasked: 2,
  sweeping: 2,
  'asked-first': -4,
  insisted: 1,
  // It speaks of other things than the rest of the file.
  alien: 3,
  strange: 1,
  'at-home': -1,
  unusual: 4,
  'stands-out': 2,
  'nowhere-else': 1,
  often: -1,
  // Where it leads.
  'foreign-target': 3,
  'foreign-near': 2,
  'foreign-address': 1,
  'usual-target': -4,
  also: 2,
  'only-here': 2,
  'script-sends': 1,
  'script-removes': 1,
  // Examples show, they order nothing.
  example: -1,
  command: -1,
  row: -1,
  'order.frames-opinion': 2,
  'order.spills-secrets': 2,
  'order.removes': 2,
  'order.weakens-defence': 1,
  'order.promotes': -3,
  'order.runs-bundled': -4,
}

/** From here on a person looks. */
export const ENOUGH = 11
