/** As the server finds them: `{{name}}`. */
const VARIABLE = /\{\{\s*([\p{L}\p{N}_-]{1,64})\s*\}\}/gu

/** A prompt with what was said for its variables; one that nothing was said for stays as it is. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(VARIABLE, (all, name: string) => values[name] || all)

export interface Part {
  readonly text: string
  readonly isVariable: boolean
}

/** A prompt in its words and its variables. */
export const partsOf = (text: string): readonly Part[] =>
  text
    .split(/(\{\{\s*[\p{L}\p{N}_-]{1,64}\s*\}\})/u)
    .map((part, at) => ({ text: part, isVariable: at % 2 === 1 }))
    .filter((part) => part.text !== '')
