import type { EgressView, RequestView } from '@freehold/sdk'

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** SHA-256 of a text in hexadecimal; null where the browser computes none, as on pages without TLS. */
export async function fingerprint(text: string): Promise<string | null> {
  if (!globalThis.isSecureContext) return null
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A file that says what left and by which decision, for whoever must show it. */
export const evidenceOf = (
  record: RequestView,
  attempt: EgressView['attempts'][number],
  sha256: string | null,
): string =>
  `${JSON.stringify({ freehold: 'egress', request: record, sha256, bytes: bytesOf(attempt.outbound), attempt }, null, 2)}\n`
