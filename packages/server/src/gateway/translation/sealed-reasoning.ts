/**
 * Anthropic signs its reasoning and wants it back unchanged; the Responses API hands reasoning around as
 * `encrypted_content`. The one travels in the other under a mark of ours, so that another provider's is never taken for it.
 */
const SIGNED = 'anthropic-signature:'
const REDACTED = 'anthropic-redacted:'

export const sealSignature = (signature: string): string => SIGNED + signature
export const sealRedacted = (data: string): string => REDACTED + data

/** Null for what was not sealed here. */
export function signatureIn(
  sealed: string,
): { readonly signature: string } | { readonly data: string } | null {
  if (sealed.startsWith(SIGNED)) return { signature: sealed.slice(SIGNED.length) }
  return sealed.startsWith(REDACTED) ? { data: sealed.slice(REDACTED.length) } : null
}
