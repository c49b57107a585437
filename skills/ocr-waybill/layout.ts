import type { Label, Piece, Role } from './labels.ts'

export const middle = ({ v0, v1 }: Piece): number => (v0 + v1) / 2
export const heightOf = ({ v0, v1 }: Piece): number => v1 - v0
export const isSameRow = (a: Piece, b: Piece): boolean =>
  a.line === b.line || Math.abs(middle(a) - middle(b)) < 0.55 * Math.min(heightOf(a), heightOf(b))
export const overlap = (a: Piece, b: Piece): number => Math.min(a.u1, b.u1) - Math.max(a.u0, b.u0)
export const isBareLabel = ({ rest, label, role }: Piece): boolean => rest === '' && (label !== null || role !== null)
const isPlain = ({ label, role, rest }: Piece): boolean => label === null && role === null && rest !== ''

/** How the pieces of a picture stand to each other. */
export interface Layout {
  readonly pieces: readonly Piece[]
  /** Whom a piece speaks of. */ roleOf(piece: Piece): Role | null
  /** What a piece without a label is, by the label left of it or above. */ labelOf(piece: Piece): Label | null
  /** What a label says that stands alone, behind it or below. */ valuesOf(label: Piece): readonly Piece[]
}

export function layoutOf(pieces: readonly Piece[]): Layout {
  const rightOf = (one: Piece): Piece | undefined =>
    pieces
      .filter((other) => other !== one && isSameRow(one, other) && other.u0 > one.u0 && other.u0 >= one.u1 - heightOf(one))
      .toSorted((a, b) => a.u0 - b.u0)[0]
  const leftOf = (one: Piece): Piece | undefined =>
    pieces
      .filter((other) => other !== one && isSameRow(one, other) && other.u0 < one.u0 && other.u1 <= one.u0 + heightOf(one))
      .toSorted((a, b) => b.u0 - a.u0)[0]
  const isUnder = (one: Piece, other: Piece): boolean =>
    other !== one &&
    middle(other) > middle(one) + 0.4 * heightOf(one) &&
    middle(other) - middle(one) < 2.1 * Math.max(heightOf(one), heightOf(other)) &&
    !isSameRow(one, other) &&
    (Math.abs(other.u0 - one.u0) < 0.8 * heightOf(one) || (overlap(one, other) > 0.5 * Math.min(one.u1 - one.u0, other.u1 - other.u0) && Math.abs(other.u0 - one.u0) < 3 * heightOf(one)))
  const underOf = (one: Piece): Piece | undefined =>
    pieces.filter((other) => isUnder(one, other)).toSorted((a, b) => middle(a) - middle(b))[0]

  const owners = new Map<Piece, Piece>()
  for (const label of pieces.filter(isBareLabel)) {
    const right = rightOf(label)
    if (right && isPlain(right)) owners.set(right, label)
    // A label in a cell of its own stands in the middle of a value of two lines.
    else if (label.label !== null)
      for (const piece of pieces.filter(
        (other) => isPlain(other) && other.u0 > label.u1 && Math.abs(middle(other) - middle(label)) < 0.75 * heightOf(label) && !pieces.some((between) => between !== label && isSameRow(between, label) && between.u0 > label.u0 && between.u0 < other.u0),
      ))
        if (!owners.has(piece)) owners.set(piece, label)
  }
  for (const label of pieces.filter(isBareLabel)) {
    if ([...owners.values()].includes(label)) continue
    const under = underOf(label)
    if (under && isPlain(under) && (!owners.has(under))) owners.set(under, label)
  }

  const cues = pieces.filter(({ role }) => role !== null)
  const roles = new Map<Piece, Role | null>()
  const cells = cellsOf(pieces, cues)
  const roleOf = (piece: Piece): Role | null => {
    if (piece.role) return piece.role
    const known = roles.get(piece)
    if (known !== undefined) return known
    roles.set(piece, null)
    const role = found(piece)
    roles.set(piece, role)
    return role
  }
  const found = (piece: Piece): Role | null => {
    const inCell = cells(piece)
    if (inCell) return inCell
    const owner = owners.get(piece)
    if (owner?.role) return owner.role
    const above = aboveOf(piece)
    const left = cues
      .filter((cue) => isSameRow(cue, piece) && cue.u0 < piece.u0)
      .toSorted((a, b) => b.u0 - a.u0)[0]
    if (left) return left.role
    return above?.role ?? (leftOf(piece) ? roleOf(leftOf(piece) as Piece) : null)
  }
  /** The nearest cue above; of several in its row the last that begins left of the piece. */
  const aboveOf = (piece: Piece): Piece | undefined => {
    const reach = cues.filter(
      (cue) => middle(cue) < middle(piece) && !isSameRow(cue, piece) && cue.u0 < piece.u0 + 1.5 * heightOf(piece),
    )
    const right = Math.max(...reach.map(middle))
    const nearest = reach.find((cue) => middle(cue) === right)
    if (!nearest) return undefined
    return (
      reach.filter((cue) => isSameRow(cue, nearest)).toSorted((a, b) => b.u0 - a.u0)[0] ?? nearest
    )
  }
  return {
    pieces,
    roleOf,
    labelOf: (piece) => piece.label ?? owners.get(piece)?.label ?? (owners.get(piece)?.role ? 'name' : null),
    valuesOf: (label) => pieces.filter((piece) => owners.get(piece) === label),
  }
}

/**
 * A cue may stand alone in the middle of its cell, left of several lines. Then one of them lies above the first cue, and
 * each belongs to the nearest.
 */
function cellsOf(pieces: readonly Piece[], cues: readonly Piece[]): (piece: Piece) => Role | null {
  const alone = cues
    .filter(({ rest, label, u0, u1 }) => rest === '' && label === null && cues.every((other) => other.rest !== '' || Math.abs(other.u0 - u0) < (u1 - u0) + 40 || other.label !== null))
    .toSorted((a, b) => middle(a) - middle(b))
  const [first] = alone
  const none = (): null => null
  if (!first || alone.length < 2 || new Set(alone.map(({ role }) => role)).size < 2) return none
  const second = alone.find(({ role }) => role !== first.role) as Piece
  if (Math.abs(first.u0 - second.u0) > 2 * heightOf(first) || isSameRow(first, second)) return none
  const edge = Math.max(first.u1, second.u1)
  const beside = pieces.filter((piece) => piece.u0 >= edge - 2 && piece.role === null)
  const away = (cue: Piece, piece: Piece): number => Math.abs(middle(cue) - middle(piece))
  const limit = (middle(second) - middle(first)) / 2
  // Below a cue at the left edge nothing of its own stands under it, but beside it.
  const isUnderCue = (cue: Piece): boolean =>
    pieces.some(
      (piece) =>
        piece.role === null && piece.label !== 'other' && piece.u0 < edge - 2 && middle(piece) > middle(cue) && middle(piece) - middle(cue) < Math.min(limit, 3 * heightOf(cue)) && overlap(cue, piece) > 0,
    )
  if (isUnderCue(first) || isUnderCue(second)) return none
  const isAbove = (cue: Piece): boolean =>
    beside.some((piece) => middle(piece) < middle(cue) - 0.3 * heightOf(piece) && away(cue, piece) < 1.6 * Math.max(heightOf(cue), heightOf(piece)) && away(cue, piece) < limit)
  if (!isAbove(first) || !isAbove(second)) return none
  return (piece) => {
    if (piece.u0 < edge - 2) return null
    const nearest = [first, second].toSorted((a, b) => away(a, piece) - away(b, piece))[0] as Piece
    return away(nearest, piece) < Math.max(limit, 4 * heightOf(piece)) ? nearest.role : null
  }
}
