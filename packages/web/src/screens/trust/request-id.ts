/** The id of a request in what somebody pasted: the id itself, an address, a sentence that names it; null without one. */
export const requestIn = (text: string): string | null => /\breq_[\da-f]{24}\b/.exec(text)?.[0] ?? null
