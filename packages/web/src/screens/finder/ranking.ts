import { literal } from '../../literal.ts'
/** How well a name fits what was typed: 0 for not at all. */
export function fit(query: string, title: string, others = ''): number {
  const wanted = fold(query).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return 0
  const [name, more] = [fold(title), fold(others)]
  let sum = 0
  for (const word of wanted) {
    const score = fitOf(word, name) * 4 || fitOf(word, more)
    if (score === 0) return 0
    sum += score
  }
  return sum / wanted.length
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

/** At its beginning, at the beginning of a word, or within: Chinese writes its words without spaces. */
function fitOf(word: string, text: string): number {
  const at = text.indexOf(word)
  if (at === -1) return 0
  if (at === 0) return 3
  return text.includes(` ${word}`) || /[^\p{Script=Latin}\d]/u.test(text[at - 1] ?? '') ? 2 : 1
}

/** Those that fit, the best first; equals stay in their order. */
export function best<T>(
  query: string,
  items: readonly T[],
  {
    textOf,
    most,
  }: { readonly textOf: (item: T) => readonly [title: string, others: string]; readonly most: number },
): readonly T[] {
  return items
    .map((item) => ({ item, score: fit(query, ...textOf(item)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item)
}

export interface Part {
  readonly text: string
  readonly isHit: boolean
}

/** A line with the words marked that were looked for. */
export function marked(line: string, query: string): readonly Part[] {
  const words = query.split(/\s+/).filter(Boolean).map(literal)
  if (words.length === 0) return [{ text: line, isHit: false }]
  return line
    .split(new RegExp(`(${words.join('|')})`, 'giu'))
    .map((text, at) => ({ text, isHit: at % 2 === 1 }))
    .filter(({ text }) => text !== '')
}
