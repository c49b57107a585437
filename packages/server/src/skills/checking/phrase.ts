const CLASS = /(\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)/

/** A pattern in readable words: a blank is white space or emphasis, `...` is at most 60 characters of the same line. */
export function phrase(words: string): RegExp {
  // Sets of characters and escapes are taken as they are.
  const source = words
    .split(CLASS)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replaceAll('...', '[^\\n]{0,60}?')
            .replaceAll(' ?', '[\\s*_`>]{0,6}')
            .replaceAll(' ', '[\\s*_`>]{1,6}'),
    )
    .join('')
  return new RegExp(source, 'gi')
}

/**
 * Whether a search with the pattern costs at most so many steps for each character of a text, whatever the text is: no
 * repeat without an end, at most three long ones in a row, and no repeat of something that repeats itself.
 */
export function isBounded(source: string): boolean {
  const bare = source.replaceAll(/\[\^?\]?(?:\\.|[^\]\\])*\]|\\./g, 'x')
  if (/[*+]|\{\d+,\}/.test(bare)) return false
  const long = [...bare.matchAll(/\{(?:\d+,)?(\d+)\}/g)].filter(({ 1: most }) => Number(most) > 12)
  return !/\{[\d,]+\}\??\)\{/.test(bare) && long.length <= 8
}
