/** JSON text that was cut off, closed behind the last value in it that is whole. */
export function closedJson(text: string): string {
  const closers: string[] = []
  let before = ''
  let whole = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '"') {
      const end = stringEnd(text, at)
      if (end < 0) break
      at = end
      // A name says nothing without its value.
      if (before === ':' || closers.at(-1) === ']') whole = end + 1
    } else if (char === '{' || char === '[') {
      closers.push(char === '{' ? '}' : ']')
      whole = at + 1
    } else if (char === '}' || char === ']') {
      closers.pop()
      whole = at + 1
    } else if (char === ',') whole = at
    if (char.trim() !== '') before = char
  }
  return text.slice(0, whole) + closers.toReversed().join('')
}

/** Where the quote stands that ends the string which begins there; below 0 where it does not end. */
function stringEnd(text: string, begin: number): number {
  let end = text.indexOf('"', begin + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text[at - 1 - slashes] === '\\') slashes += 1
  return slashes % 2 === 1
}
