export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Beyond so many differences two texts are told apart as wholes: nobody reads a comparison as long as that. */
const MOST_EDITS = 600

/** What became of the lines of a text (Myers, "An O(ND) difference algorithm", 1986). */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail += 1
  const same = (lines: readonly string[]): readonly DiffLine[] =>
    lines.map((text) => ({ kind: 'same', text }))
  return [
    ...same(a.slice(0, head)),
    ...edits(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ]
}

function edits(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const most = Math.min(a.length + b.length, MOST_EDITS)
  /** How far in `a` each diagonal has come, for every number of edits. */
  const trace: Map<number, number>[] = []
  let reached = new Map([[1, 0]])
  for (let cost = 0; cost <= most; cost += 1) {
    const next = new Map(reached)
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      const down = reached.get(diagonal + 1) ?? -1
      const right = (reached.get(diagonal - 1) ?? -1) + 1
      const isDown = diagonal === -cost || (diagonal !== cost && right - 1 < down)
      let x = isDown ? down : right
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return told(a, b, [...trace, reached])
    }
    trace.push(reached)
    reached = next
  }
  return [
    ...a.map((text): DiffLine => ({ kind: 'removed', text })),
    ...b.map((text): DiffLine => ({ kind: 'added', text })),
  ]
}

/** Goes back from the end over what was reached at each cost. */
function told(
  a: readonly string[],
  b: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  const same = (text: string | undefined): void => void lines.push({ kind: 'same', text: text ?? '' })
  for (let cost = trace.length - 1; cost >= 0; cost -= 1) {
    const reached = trace[cost] ?? new Map<number, number>()
    const diagonal = x - y
    const down = reached.get(diagonal + 1) ?? -1
    const right = reached.get(diagonal - 1) ?? -1
    const isDown = diagonal === -cost || (diagonal !== cost && right < down)
    const fromX = isDown ? down : right
    const fromY = fromX - (isDown ? diagonal + 1 : diagonal - 1)
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x -= 1
      y -= 1
      same(a[x])
    }
    if (cost === 0) break
    if (isDown) lines.push({ kind: 'added', text: b[(y -= 1)] ?? '' })
    else lines.push({ kind: 'removed', text: a[(x -= 1)] ?? '' })
  }
  return lines.toReversed()
}
