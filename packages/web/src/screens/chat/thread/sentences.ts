const END = /[.!?。！？…](?=\s)|[。！？]|\n/g

/** What of a growing text can be said from a place on: whole sentences only, and where the rest begins. */
export function wholeSentences(text: string, from: number): { readonly said: string; readonly next: number } {
  let next = from
  END.lastIndex = from
  for (let match = END.exec(text); match !== null; match = END.exec(text))
    next = match.index + match[0].length
  return { said: spoken(text.slice(from, next)), next }
}

/** Without the signs that stand for how it looks. */
export const spoken = (text: string): string =>
  text
    .replaceAll(/\[\d{1,3}\]|[*_`#>|~]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
