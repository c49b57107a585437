import { nameIn, numberIn, PHONE } from './fields.ts'
import type { Label, Piece, Role } from './labels.ts'
import { widthOf } from './labels.ts'

export const middle = ({ v0, v1 }: Piece): number => (v0 + v1) / 2
export const heightOf = ({ v0, v1 }: Piece): number => v1 - v0
export const isSameRow = (a: Piece, b: Piece): boolean =>
  a.line === b.line || Math.abs(middle(a) - middle(b)) < 0.55 * Math.min(heightOf(a), heightOf(b))
export const overlap = (a: Piece, b: Piece): number => Math.min(a.u1, b.u1) - Math.max(a.u0, b.u0)
export const isBareLabel = ({ rest, label, role }: Piece): boolean =>
  rest === '' && (label !== null || role !== null)
const isPlain = ({ label, role, rest }: Piece): boolean => label === null && role === null && rest !== ''

/** How the pieces of a picture stand to each other. */
export interface Layout {
  readonly pieces: readonly Piece[]
  /** Whom a piece speaks of. */
  readonly roleOf: (piece: Piece) => Role | null
  /** What a piece without a label is, by the label left of it or above. */
  readonly labelOf: (piece: Piece) => Label | null
  /** What a label says that stands alone, behind it or below. */
  readonly valuesOf: (label: Piece) => readonly Piece[]
}

export function layoutOf(pieces: readonly Piece[]): Layout {
  const rightOf = (one: Piece): Piece | undefined =>
    pieces
      .filter(
        (other) =>
          other !== one && isSameRow(one, other) && other.u0 > one.u0 && other.u0 >= one.u1 - heightOf(one),
      )
      .toSorted((a, b) => a.u0 - b.u0)[0]
  const leftOf = (one: Piece): Piece | undefined =>
    pieces
      .filter(
        (other) =>
          other !== one && isSameRow(one, other) && other.u0 < one.u0 && other.u1 <= one.u0 + heightOf(one),
      )
      .toSorted((a, b) => b.u0 - a.u0)[0]
  const isUnder = (one: Piece, other: Piece): boolean =>
    other !== one &&
    middle(other) > middle(one) + 0.4 * heightOf(one) &&
    middle(other) - middle(one) < 2.1 * Math.max(heightOf(one), heightOf(other)) &&
    !isSameRow(one, other) &&
    (Math.abs(other.u0 - one.u0) < 0.8 * heightOf(one) ||
      (overlap(one, other) > 0.5 * Math.min(one.u1 - one.u0, other.u1 - other.u0) &&
        Math.abs(other.u0 - one.u0) < 3 * heightOf(one)))
  const underOf = (one: Piece): Piece | undefined =>
    pieces.filter((other) => isUnder(one, other)).toSorted((a, b) => middle(a) - middle(b))[0]

  const owners = new Map<Piece, Piece>()
  for (const label of pieces.filter(isBareLabel)) {
    const right = rightOf(label)
    if (right && isPlain(right)) owners.set(right, label)
    // A label in a cell of its own stands in the middle of a value of two lines.
    else if (label.label !== null)
      for (const piece of pieces.filter(
        (other) =>
          isPlain(other) &&
          other.u0 > label.u1 &&
          Math.abs(middle(other) - middle(label)) < 0.75 * heightOf(label) &&
          !pieces.some(
            (between) =>
              between !== label &&
              isSameRow(between, label) &&
              between.u0 > label.u0 &&
              between.u0 < other.u0,
          ),
      ))
        if (!owners.has(piece)) owners.set(piece, label)
  }
  for (const label of pieces.filter(isBareLabel)) {
    if ([...owners.values()].includes(label)) continue
    const under = underOf(label)
    if (under && isPlain(under) && !owners.has(under)) owners.set(under, label)
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
  const heads = cues.filter(isBareLabel)
  const isStacked =
    new Set(heads.map(({ role }) => role)).size === 2 &&
    !heads.some((a) => heads.some((b) => a.role !== b.role && isSameRow(a, b)))
  /** A heading in the middle of a bar speaks of all that stands below it. */
  const headingOf = (piece: Piece): Piece | undefined =>
    heads.filter((cue) => middle(cue) < middle(piece)).toSorted((a, b) => middle(b) - middle(a))[0]
  /** The nearest cue above; of several in its row the last that begins left of the piece. */
  const aboveOf = (piece: Piece): Piece | undefined => {
    const reach = cues.filter(
      (cue) =>
        middle(cue) < middle(piece) && !isSameRow(cue, piece) && cue.u0 < piece.u0 + 1.5 * heightOf(piece),
    )
    const right = Math.max(...reach.map(middle))
    const nearest = reach.find((cue) => middle(cue) === right)
    if (!nearest) return isStacked ? headingOf(piece) : undefined
    return reach.filter((cue) => isSameRow(cue, nearest)).toSorted((a, b) => b.u0 - a.u0)[0] ?? nearest
  }
  return {
    pieces,
    roleOf,
    labelOf: (piece) => piece.label ?? owners.get(piece)?.label ?? (owners.get(piece)?.role ? 'name' : null),
    valuesOf: (label) => pieces.filter((piece) => owners.get(piece) === label),
  }
}

/** Where the words after the label begin, about. */
export const valueEdge = ({ u0, u1, rest, labelText }: Piece): number =>
  rest === '' ? u1 : u1 - ((u1 - u0) * widthOf(rest)) / Math.max(1, widthOf(rest) + widthOf(labelText))

/**
 * A cue may stand in the middle of its cell, left of several lines. Then a name or a number lies above it, and each line
 * belongs to the nearest cue.
 */
function cellsOf(pieces: readonly Piece[], cues: readonly Piece[]): (piece: Piece) => Role | null {
  const none = (): null => null
  const heads = cues.filter(({ label }) => label === null).toSorted((a, b) => middle(a) - middle(b))
  const one = heads.find(({ role }) => role === 'sender')
  const other = heads.find(({ role }) => role === 'recipient')
  if (!one || !other) return none
  const away = (cue: Piece, piece: Piece): number => Math.abs(middle(cue) - middle(piece))
  const isBeside = (cue: Piece, piece: Piece): boolean =>
    piece.role === null && piece.u0 >= valueEdge(cue) - 0.5 * heightOf(piece)
  const isOfPerson = ({ rest, label, line }: Piece): boolean =>
    label === 'name' ||
    (label === null && (PHONE.test(rest) || (numberIn(rest) === null && nameIn(rest, line) !== null)))
  const isInMiddle = (cue: Piece): boolean =>
    pieces.some(
      (piece) =>
        isBeside(cue, piece) &&
        isOfPerson(piece) &&
        middle(piece) < middle(cue) - 0.3 * heightOf(piece) &&
        away(cue, piece) < 1.6 * Math.max(heightOf(cue), heightOf(piece)) &&
        !pieces.some(
          (below) =>
            below !== cue &&
            below.role !== null &&
            middle(below) > middle(piece) &&
            middle(below) < middle(cue),
        ),
    )
  if (!isInMiddle(one) || !isInMiddle(other)) return none
  const isAbreast = isSameRow(one, other) || away(one, other) < 2 * heightOf(one)
  return (piece) => {
    const near = (isAbreast ? [one, other] : heads).filter((cue) => isBeside(cue, piece))
    const cue = isAbreast
      ? near.toSorted((a, b) => b.u0 - a.u0)[0]
      : near.toSorted((a, b) => away(a, piece) - away(b, piece))[0]
    return cue && away(cue, piece) < 4 * heightOf(piece) ? cue.role : null
  }
}
