/** Tells whether a JSON object that comes in pieces has ended, so that no piece is read twice, however many there are. */
export class ObjectEnd {
  #depth = 0
  #isInText = false
  #isEscaped = false
  #hasEnded = false
  /** Something follows the end, or stands before the beginning. */
  #isSpoiled = false

  /** One object, to its last brace; what stands between its braces is not judged. */
  get isWhole(): boolean {
    return this.#hasEnded && !this.#isSpoiled
  }

  add(text: string): void {
    for (const letter of text) {
      if (this.#isInText) this.#within(letter)
      else if (letter === '{' || letter === '[') this.#open(letter)
      else if (this.#depth === 0) this.#isSpoiled ||= letter.trim() !== ''
      else if (letter === '"') this.#isInText = true
      else if (letter === '}' || letter === ']') this.#close()
    }
  }

  #within(letter: string): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (letter === '\\') this.#isEscaped = true
    else if (letter === '"') this.#isInText = false
  }

  #open(letter: string): void {
    this.#isSpoiled ||= this.#depth === 0 && (this.#hasEnded || letter !== '{')
    this.#depth += 1
  }

  #close(): void {
    this.#depth -= 1
    this.#hasEnded ||= this.#depth === 0
  }
}
