/** One thing of a form: `\d`, a class, a letter, a sign or a group, then how often it may come. */
const ITEM =
  /(\(\?[!=])|(\(\?:)|(\|)|(\))|((?:\\.|\[(?:\\.|[^\]\\])+\]|[^\\[\](){}?|]))(\{(\d+)(?:,(\d+))?\}|\?)?/y
const ALNUM = /[A-Za-z\d]/
const OTHERS = [' ', '-', '.', '/', '+', '&', '(', '（', 'Ñ', ')', '）']

interface Walk {
  /** How long the run may be that is not over yet. */
  open: ReadonlySet<number>
  at: number
}

/**
 * How long the run of letters and digits may be that a form begins with: bit n for n. So most forms need not be tried at most
 * numbers.
 */
export function firstRuns(form: string): number {
  const closed = new Set<number>()
  const { open } = alternatives(form, { open: new Set([0]), at: 0 }, closed)
  return [...closed, ...open].reduce((bits, length) => bits | (1 << length), 0)
}

function alternatives(form: string, from: Walk, closed: Set<number>): Walk {
  let whole: ReadonlySet<number> = new Set<number>()
  let walk = from
  for (;;) {
    ITEM.lastIndex = walk.at
    const match = ITEM.exec(form)
    if (match === null || match[4] !== undefined)
      return { open: whole.union(walk.open), at: match === null ? form.length : ITEM.lastIndex }
    const next = ITEM.lastIndex
    if (match[1] !== undefined) {
      walk = { open: walk.open, at: alternatives(form, { open: new Set(), at: next }, new Set()).at }
    } else if (match[2] !== undefined) {
      const inner = alternatives(form, { open: walk.open, at: next }, closed)
      const isOptional = form[inner.at] === '?'
      walk = {
        open: isOptional ? inner.open.union(walk.open) : inner.open,
        at: inner.at + (isOptional ? 1 : 0),
      }
    } else if (match[3] !== undefined) {
      whole = whole.union(walk.open)
      walk = { open: from.open, at: next }
    } else {
      walk = { open: after(match, walk.open, closed), at: next }
    }
  }
}

/** A letter or digit makes the run longer, any other sign ends it; a class may have both. */
function after(match: RegExpExecArray, open: ReadonlySet<number>, closed: Set<number>): ReadonlySet<number> {
  const atom = match[5] ?? ''
  const least = match[6] === '?' ? 0 : Number(match[7] ?? 1)
  const most = match[6] === '?' ? 1 : Number(match[8] ?? match[7] ?? 1)
  const one = new RegExp(`^${atom}$`, 'i')
  const longer = new Set<number>()
  if (OTHERS.some((sign) => one.test(sign)) && most > 0)
    for (const length of open) if (length > 0) closed.add(length)
  if (least === 0) for (const length of open) longer.add(length)
  if (
    Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ').some(
      (letter) => one.test(letter) && ALNUM.test(letter),
    )
  ) {
    for (const length of open)
      for (let times = Math.max(1, least); times <= most; times += 1) longer.add(length + times)
  }
  return longer
}
