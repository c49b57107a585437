/** What a custom tool takes where there are only functions. */
export const CUSTOM_SCHEMA: Readonly<Record<string, unknown>> = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
}

/** The arguments for such a function. */
export const customArguments = (input: string): string => JSON.stringify({ input })

/** The text in the arguments of a call that are there at once. */
export function customInput(text: string): string {
  const input = new CustomInput()
  return input.read(text) + input.end()
}

const BEGINNING = /^\s*\{\s*"input"\s*:\s*"/
/** Nobody writes more white space before the text. */
const LONGEST_BEGINNING = 100

/** Takes the text out of the arguments of a custom tool as they come. Arguments in another form are the text themselves. */
export class CustomInput {
  #text = ''
  #hasBegun = false
  #isOver = false

  /** What has become known of the text. */
  read(piece: string): string {
    if (this.#isOver) return ''
    const known = this.#text.length
    this.#text += piece
    if (!this.#hasBegun) {
      if (known > LONGEST_BEGINNING) return ''
      const [beginning] = BEGINNING.exec(this.#text) ?? []
      if (beginning === undefined) return ''
      this.#hasBegun = true
      this.#text = this.#text.slice(beginning.length)
    }
    const whole = this.#text.slice(0, wholeLength(this.#text))
    this.#text = this.#text.slice(whole.length)
    this.#isOver = this.#text.startsWith('"')
    return unescaped(whole)
  }

  /** What is left when all arguments are there. */
  end(): string {
    return this.#hasBegun || /^\s*(?:\{\s*\}\s*)?$/.test(this.#text) ? '' : this.#text
  }
}

/** How far text can be told: up to the quote that ends it, or to an escape that is cut. */
function wholeLength(text: string): number {
  let at = 0
  while (at < text.length && text[at] !== '"') {
    const length = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
    if (at + length > text.length) break
    at += length
  }
  return at
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    // Not quite JSON, as models sometimes write it: a line break in a string.
    return text
  }
}
