import { literal } from '../../../literal.ts'

/** A place in a list of texts that are read as one. */
export interface Edge {
  /** Which of the texts. */
  readonly text: number
  readonly offset: number
}

export interface Place {
  readonly start: Edge
  readonly end: Edge
}

/** What is sought, as the server seeks it: whatever the case, and however much room is between the words. */
export function patternOf(sought: string): RegExp | null {
  const words = sought
    .normalize('NFC')
    .replaceAll(/[*`~]+/g, '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return null
  return new RegExp(words.map(literal).join(String.raw`\s+`), 'giu')
}

/** Where a pattern is found in texts that stand behind each other, as those of a paragraph with bold words do. */
export function placesIn(texts: readonly string[], pattern: RegExp, most: number): readonly Place[] {
  const starts: number[] = []
  let length = 0
  for (const text of texts) {
    starts.push(length)
    length += text.length
  }
  const edge = (at: number, isEnd: boolean): Edge => {
    let text = starts.findLastIndex((start) => (isEnd ? start < at : start <= at))
    if (text === -1) text = 0
    return { text, offset: at - (starts[text] ?? 0) }
  }
  const places: Place[] = []
  for (const { 0: found, index } of texts.join('').matchAll(pattern)) {
    places.push({ start: edge(index, false), end: edge(index + found.length, true) })
    if (places.length === most) break
  }
  return places
}
