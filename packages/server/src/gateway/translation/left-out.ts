const MOST_NAMED = 20

/** The header, flat, that names what was not carried over; its words are ours and places in the request. */
export function leftOutHeader(leftOut: readonly string[] = []): readonly string[] {
  if (leftOut.length === 0) return []
  const named = leftOut.length > MOST_NAMED ? [...leftOut.slice(0, MOST_NAMED), '...'] : leftOut
  return ['x-freehold-left-out', named.join(', ')]
}
