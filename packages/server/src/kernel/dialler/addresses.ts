import { isIP, isIPv4 } from 'node:net'

/** What an address is good for, from the harmless to the worst: an address that is two things is the worse one. */
const SCOPES = ['public', 'loopback', 'private', 'documentation', 'reserved', 'metadata'] as const
export type Scope = (typeof SCOPES)[number]
/** Why a connection was refused; `elsewhere`: it arrived at another address than the one that was checked. */
export type Reason = Scope | 'elsewhere'

/** `inside`: the private zone without the addresses of the internet, for what is sent as it stands. */
export type DialledZone = 'private' | 'managed' | 'inside'

/** For whom an address is judged. */
export interface Allowance {
  readonly zone: DialledZone
  /** The address that the configuration itself names, where its host is one. */
  readonly literal: string | null
}

/** Decides on names before they are looked up and on addresses before they are dialled; null: go on. */
export interface Guard {
  name(host: string): Reason | null
  address(address: string, allowance: Allowance): Reason | null
}

/**
 * IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) and what clouds serve their secrets
 * from. The longest prefix that fits decides. IPv6 outside 2000::/3 is not assigned to anybody and therefore refused.
 */
const NETWORKS: readonly (readonly [network: string, scope: Scope, source: string])[] = [
  ['0.0.0.0/0', 'public', 'everything that no other row names'],
  ['0.0.0.0/8', 'reserved', 'RFC 791, this network; Linux dials 0.0.0.0 as itself'],
  ['10.0.0.0/8', 'private', 'RFC 1918'],
  ['100.64.0.0/10', 'private', 'RFC 6598, carrier-grade NAT'],
  ['100.100.100.200/32', 'metadata', 'Alibaba Cloud'],
  ['127.0.0.0/8', 'loopback', 'RFC 1122'],
  ['168.63.129.16/32', 'metadata', 'Azure wire server'],
  ['169.254.0.0/16', 'metadata', 'RFC 3927, link-local: the metadata service of most clouds'],
  ['172.16.0.0/12', 'private', 'RFC 1918'],
  ['192.0.0.0/24', 'reserved', 'RFC 6890, protocol assignments'],
  ['192.0.0.192/32', 'metadata', 'Oracle Cloud'],
  ['192.0.2.0/24', 'documentation', 'RFC 5737'],
  ['192.88.99.0/24', 'reserved', 'RFC 7526, 6to4 relays, given up'],
  ['192.168.0.0/16', 'private', 'RFC 1918'],
  ['198.18.0.0/15', 'private', 'RFC 2544, benchmarks'],
  ['198.51.100.0/24', 'documentation', 'RFC 5737'],
  ['203.0.113.0/24', 'documentation', 'RFC 5737'],
  ['224.0.0.0/4', 'reserved', 'RFC 5771, multicast'],
  ['240.0.0.0/4', 'reserved', 'RFC 1112, with the broadcast address'],
  ['::/0', 'reserved', 'RFC 4291, not assigned'],
  ['::/128', 'reserved', 'RFC 4291, unspecified; Linux dials it as itself'],
  ['::1/128', 'loopback', 'RFC 4291'],
  ['64:ff9b::/96', 'public', 'RFC 6052, NAT64: judged by what it carries'],
  ['64:ff9b:1::/48', 'private', 'RFC 8215, NAT64 of a site'],
  ['2000::/3', 'public', 'RFC 4291, global unicast'],
  ['2001::/23', 'reserved', 'RFC 2928, protocol assignments'],
  ['2001::/32', 'public', 'RFC 4380, Teredo: judged by what it carries'],
  ['2001:2::/48', 'private', 'RFC 5180, benchmarks'],
  ['2001:3::/32', 'public', 'RFC 7450, AMT'],
  ['2001:4:112::/48', 'public', 'RFC 7535, AS112'],
  ['2001:db8::/32', 'documentation', 'RFC 3849'],
  ['2002::/16', 'public', 'RFC 3056, 6to4: judged by what it carries'],
  ['3fff::/20', 'documentation', 'RFC 9637'],
  ['fc00::/7', 'private', 'RFC 4193, unique local'],
  ['fd00:42::42/128', 'metadata', 'Scaleway'],
  ['fd00:ec2::/32', 'metadata', 'Amazon: metadata, pod identity, DNS and time'],
  ['fd20:ce::254/128', 'metadata', 'Google Cloud'],
  ['fe80::/10', 'metadata', 'RFC 4291, link-local: the metadata service of OpenStack'],
  ['fec0::/10', 'private', 'RFC 3879, site-local, given up'],
  ['ff00::/8', 'reserved', 'RFC 4291, multicast'],
]

/** IPv6 addresses that end at an IPv4 address. A site's own NAT64 prefix looks like any other and cannot be known. */
const CARRIERS: readonly (readonly [network: string, carried: (value: bigint) => readonly bigint[]])[] = [
  ['64:ff9b::/96', (value) => [low32(value)]],
  // RFC 6052 section 2.2 has a layout per prefix length and only the site knows which one it uses; the address
  // is private whatever it carries, so a guess matters only where it hits a metadata service.
  ['64:ff9b:1::/48', (value) => siteLayouts(value).filter((one) => scopeOfV4(one) === 'metadata')],
  // RFC 4380 section 4: the server, and the client with every bit turned over.
  ['2001::/32', (value) => [low32(value >> 64n), low32(value) ^ LOW_32]],
  ['2002::/16', (value) => [low32(value >> 80n)]],
  // RFC 5214 section 6.1, ISATAP: an interface id of 0000:5efe or 0200:5efe before the IPv4 address.
  ['::/0', (value) => (((value >> 32n) & 0xfdffffffn) === 0x5efen ? [low32(value)] : [])],
]

const WHO_MAY: Readonly<Record<Scope, Readonly<Record<DialledZone | 'literal', boolean>>>> = {
  public: { managed: true, private: true, inside: false, literal: false },
  loopback: { managed: false, private: true, inside: true, literal: true },
  private: { managed: false, private: true, inside: true, literal: true },
  documentation: { managed: false, private: true, inside: true, literal: false },
  reserved: { managed: false, private: false, inside: false, literal: false },
  metadata: { managed: false, private: false, inside: false, literal: false },
}

/** Only a backstop that names the reason early: whatever a name leads to, its addresses are judged too. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
])

const LOW_32 = 0xffff_ffffn
const V4_MAPPED = 0xffff_0000_0000n
const low32 = (value: bigint): bigint => value & LOW_32

const networks = NETWORKS.map(([network, scope]) => ({ prefix: prefixOf(network), scope })).sort((a, b) =>
  Number(b.prefix.bits - a.prefix.bits),
)
const carriers = CARRIERS.map(([network, carried]) => ({ prefix: prefixOf(network), carried }))

/** The rules in force. Metadata services and addresses that lead nowhere are never dialled, wherever they come from. */
export const guard: Guard = {
  name(host) {
    return METADATA_NAMES.has(host.toLowerCase().replace(/\.+$/, '')) ? 'metadata' : null
  },
  address(address, { zone, literal }) {
    const scope = scopeOf(address)
    const may = WHO_MAY[scope]
    const isAllowed = may[zone] || (may.literal && literal !== null && isSameAddress(address, literal))
    return isAllowed ? null : scope
  },
}

/** What an address is good for, with any IPv4 address inside it taken into account; what cannot be read is `reserved`. */
export function scopeOf(address: string): Scope {
  const value = valueOf(address)
  if (value === null) return 'reserved'
  const carried = carriers.filter(({ prefix }) => isIn(value, prefix)).flatMap((one) => one.carried(value))
  return [scopeAt(value), ...carried.map(scopeOfV4)].reduce((worst, one) =>
    SCOPES.indexOf(one) > SCOPES.indexOf(worst) ? one : worst,
  )
}

/** Whether two spellings mean one address; `::ffff:10.0.0.1` is 10.0.0.1. */
export function isSameAddress(one: string, other: string): boolean {
  const value = valueOf(one)
  return value !== null && value === valueOf(other)
}

interface Prefix {
  readonly start: bigint
  readonly bits: bigint
}

function isIn(value: bigint, { start, bits }: Prefix): boolean {
  return value >> (128n - bits) === start >> (128n - bits)
}

function scopeAt(value: bigint): Scope {
  return networks.find(({ prefix }) => isIn(value, prefix))?.scope ?? 'reserved'
}

function scopeOfV4(value: bigint): Scope {
  return scopeAt(V4_MAPPED | value)
}

function siteLayouts(value: bigint): readonly bigint[] {
  return [
    low32(value),
    (((value >> 64n) & 0xffffn) << 16n) | ((value >> 40n) & 0xffffn),
    (((value >> 64n) & 0xffn) << 24n) | ((value >> 32n) & 0xff_ffffn),
    low32(value >> 24n),
  ]
}

function prefixOf(network: string): Prefix {
  const [address = '', length] = network.split('/')
  const start = valueOf(address)
  if (start === null) throw new Error(`${network} is no network`)
  return { start, bits: BigInt(Number(length) + (isIPv4(address) ? 96 : 0)) }
}

/** 128 bits, IPv4 as its IPv4-mapped form. A zone (`%eth0`) says through which door, not where to. */
function valueOf(text: string): bigint | null {
  const address = text.replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 0) return null
  if (family === 4) return V4_MAPPED | v4ValueOf(address)
  const dotted = /[^:]+\.[^:]+$/.exec(address)?.[0]
  const words = dotted === undefined ? address : address.slice(0, -dotted.length) + inWords(dotted)
  const [head = '', tail] = words.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce((value, word) => (value << 16n) | BigInt(`0x${word}`), 0n)
}

function v4ValueOf(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function inWords(dotted: string): string {
  const value = v4ValueOf(dotted)
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}
