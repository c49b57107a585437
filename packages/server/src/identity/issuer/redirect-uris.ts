import { LOOPBACK_HOSTS } from '@freehold/contract/service-accounts.ts'

/**
 * Whether an application may be answered at an address: letter by letter one of those that it registered (RFC 9700 section
 * 2.1). At a loopback address any port counts as the registered one, because a program on somebody's machine takes
 * whatever is free (RFC 8252 section 7.3).
 */
export function isRegistered(address: string, registered: readonly string[]): boolean {
  if (registered.includes(address)) return true
  const plain = withoutPort(address)
  return plain !== null && registered.some((one) => withoutPort(one) === plain)
}

/** Null for what is not plain http at a loopback address. */
function withoutPort(address: string): string | null {
  const [, host = '', rest = ''] =
    /^http:\/\/(127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/[^#\\]*)$/.exec(address) ?? []
  return LOOPBACK_HOSTS.includes(host) && URL.canParse(address) ? host + rest : null
}

/** The address with what is to be told to whoever is there; its own query stays as it is. */
export function withAnswer(address: string, answer: Readonly<Record<string, string | null>>): string {
  const told = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== null) told.append(name, value)
  return `${address}${address.includes('?') ? '&' : '?'}${String(told)}`
}
