/** Never empty. */
export type List = readonly [string, ...string[]]

/** The words of a text. */
export function listOf(words: string, between = ' '): List {
  const [first = '', ...rest] = words.split(between)
  return [first, ...rest]
}
