/** A place in a text as it is read; `type` is the index of one of the dictionary's types. */
export interface Hit {
  readonly start: number
  readonly end: number
  readonly type: number
}

/** The hits as places that do not overlap: what lies inside of another goes, what overlaps is one, by the longer of them. */
export function joined(hits: readonly Hit[]): readonly Hit[] {
  const apart: Hit[] = []
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1)
    if (last === undefined || hit.start >= last.end) apart.push(hit)
    else if (hit.end > last.end) {
      const longer = hit.end - hit.start > last.end - last.start ? hit : last
      apart[apart.length - 1] = { ...longer, start: last.start, end: hit.end }
    }
  }
  return apart
}
