/** What a server wants to see before it lets us in (RFC 9110 section 11.6.1). */
export interface Challenge {
  readonly scheme: 'bearer' | 'basic'
  readonly parameters: Readonly<Record<string, string>>
}

/** The first of the challenges that we can meet; null: none. */
export function readChallenge(header: string): Challenge | null {
  const scheme = /^\s*(bearer|basic)\b/i.exec(header)?.[1]?.toLowerCase()
  if (scheme !== 'bearer' && scheme !== 'basic') return null
  const pairs = header.slice(0, 4096).matchAll(/([a-z_]+)="([^"\\]*)"/gi)
  return {
    scheme,
    parameters: Object.fromEntries(
      [...pairs].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
    ),
  }
}
