import { RefusedAddress } from '../../kernel/dialler/dialler.ts'

/** What a provider said, or what came back from it, is not to be believed. `reason`: a word of ours, for the record. */
export class Untrusted extends Error {
  readonly reason: string

  constructor(reason: string, cause?: unknown) {
    super(`not to be trusted: ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'Untrusted'
    this.reason = reason
  }
}

/** One word for what went wrong: ours, that of `openid-client` without its frame, or `away`. */
export function reasonOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof Untrusted) return at.reason
    if (at instanceof RefusedAddress) return 'address'
    const code = 'code' in at ? String(at.code) : ''
    // Its own word for a network that failed says less than what is behind it.
    if (code.startsWith('OAUTH_')) return code.replace(/^OAUTH_|_FAILED$/g, '').toLowerCase()
  }
  return 'away'
}
