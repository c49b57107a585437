const BEFORE = 8000
const AFTER = 24_000

/** The part of a long text around a place, from line to line. */
export function windowOf(text: string, at: number): { readonly start: number; readonly end: number } {
  const place = Math.min(Math.max(at, 0), text.length)
  const from = Math.max(place - BEFORE, 0)
  const to = Math.min(place + AFTER, text.length)
  const start = from === 0 ? 0 : Math.max(text.lastIndexOf('\n', from) + 1, from - 2000)
  const line = text.indexOf('\n', to)
  return {
    start: whole(text, start),
    end: whole(text, line === -1 ? text.length : Math.min(line, to + 2000)),
  }
}

/** Never between the halves of a character. */
const whole = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at)
