/** A text of which it is known where its secrets stand. */
export interface LabelledText {
  readonly carrier: string
  readonly text: string
  readonly secrets: readonly { readonly start: number; readonly end: number }[]
}

const ALPHABETS: Readonly<Record<string, string>> = {
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  num: '0123456789',
  low: 'abcdefghijklmnopqrstuvwxyz0123456789',
  UP: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  an: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
  b64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
}

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Puts drawn characters in the place of `{hex:32}`, `{an:40}`, `{uuid}`. So no text in the repository looks like a live secret. */
export function fill(template: string, random: () => number): string {
  const draw = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  return template
    .replaceAll('{uuid}', '{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}')
    .replace(/\{([a-zA-Z0-9]+):(\d+)\}/g, (_, name: string, length: string) =>
      draw(ALPHABETS[name] ?? name, Number(length)),
    )
}

/** Secrets stand between `«` and `»`; what has none is a decoy. */
export function labelled(carrier: string, marked: string): LabelledText {
  const secrets: { start: number; end: number }[] = []
  let text = ''
  for (const [index, piece] of marked.split(/[«»]/).entries()) {
    if (index % 2 === 1) secrets.push({ start: text.length, end: text.length + piece.length })
    text += piece
  }
  return { carrier, text, secrets }
}
