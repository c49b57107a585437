import { isIPv6 } from 'node:net'

/**
 * What stands for one client when attempts are counted: an IPv4 address, or the /64 of an IPv6 one, all of whose
 * addresses one household has (RFC 6177). Empty for the operator's own socket, which has none.
 */
export function networkOf(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [left, right] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const gap = Array.from({ length: 8 - (left?.length ?? 0) - (right?.length ?? 0) }, () => '0')
  return [...(left ?? []), ...gap, ...(right ?? [])].slice(0, 4).join(':')
}
