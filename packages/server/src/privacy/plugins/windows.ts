/** A part of a text, short enough for one question. */
export interface Window {
  readonly start: number
  readonly text: string
}

/** What stands at the end of one window stands whole in the next. */
const OVERLAP = 200

/** A text in windows of so many UTF-16 units at most, none of which ends within a character. */
export function windowsOf(text: string, most: number): readonly Window[] {
  if (text.length <= most) return [{ start: 0, text }]
  const windows: Window[] = []
  for (let start = 0; ;) {
    const end = boundary(text, start + most)
    windows.push({ start, text: text.slice(start, end) })
    if (end === text.length) return windows
    start = boundary(text, end - OVERLAP)
  }
}

/** There, or one before where that lies within a character. */
function boundary(text: string, at: number): number {
  if (at >= text.length) return text.length
  const isWithin = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))
  return isWithin ? at - 1 : at
}
