/** One attempt to be led astray: what the configuration says and what the name server answers. */
export interface DialCase {
  readonly url: string
  readonly zone: 'private' | 'managed'
  /** Null where the host is an address or must not even be looked up. */
  readonly answers: readonly string[] | null
  readonly why: string
}

const listed = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Never, whoever asks. */
const NOWHERE = listed(`
  169.254.169.254 169.254.0.1 169.254.170.2 169.254.255.255 100.100.100.200 168.63.129.16 192.0.0.192
  fe80::1 fe80::a9fe:a9fe fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42
  ::ffff:169.254.169.254 ::ffff:a9fe:a9fe 64:ff9b::169.254.169.254 64:ff9b:1::a9fe:a9fe
  2002:a9fe:a9fe::1 2001:0:a9fe:a9fe::f7f7:f7f7 2001:0:808:808::5601:5601 2a00::5efe:169.254.169.254
  0.0.0.0 0.1.2.3 192.0.0.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
  :: ::2 ::127.0.0.1 ::169.254.169.254 ::ffff:0.0.0.0 ff02::1 ff0e::1 100::1 4000::1 64:ff9b::0.0.0.0
`)
/** Never for a managed target, unless the configuration names the address. */
const AT_HOME = listed(`
  127.0.0.1 127.0.0.53 127.255.255.254 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 64:ff9b::127.0.0.1 2002:7f00:1::
  10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.255
  198.18.0.1 198.19.255.255 fc00::1 fd12:3456:789a::1 fdff::1 fec0::1 ::ffff:10.0.0.1 ::ffff:a00:1
  64:ff9b::10.0.0.1 64:ff9b::c0a8:1 64:ff9b:1::1 2002:a00:1::1 2001:0:808:808::f5ff:fffe 2a00::200:5efe:10.0.0.1
`)
const IN_BOOKS = listed('192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1')
/** Spellings of 169.254.169.254, 0.0.0.0 and of others that nobody may dial, as a URL may hold them. */
const SPELLINGS = [
  ...listed(`169.254.169.254 0xa9fea9fe 0xA9.0xFE.0xA9.0xFE 2852039166 025177524776 0251.0376.0251.0376 169.254.43518
    169.16689662 169.254.169.254. %31%36%39.254.169.254 0 0.0 0x0 00000000 255.255.255.255 4294967295`),
  ...listed('１６９.２５４.１６９.２５４ 169。254。169。254 169．254．169．254 ①⑥⑨.254.169.254 ０'),
  ...listed(`[fe80::1] [fd00:ec2::254] [FD00:EC2:0:0:0:0:0:254] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [::]
    [0:0:0:0:0:0:0:0] [64:ff9b::169.254.169.254] [::169.254.169.254] [2002:a9fe:a9fe::] 0xa83f8110 0x646464c8`),
]
const NAMES = listed(`metadata METADATA metadata. metadata.google.internal Metadata.Google.Internal
  metadata.google.internal. ｍetadata.google.internal metadata%2egoogle.internal metadata。google。internal metadata.goog
  instance-data instance-data.ec2.internal instance-data.`)
const MIXED: readonly (readonly string[])[] = [
  ['8.8.8.8', '10.0.0.1'],
  ['10.0.0.1', '8.8.8.8'],
  ['8.8.8.8', '1.1.1.1', '127.0.0.1'],
  ['2606:4700:4700::1111', '127.0.0.1'],
  ['8.8.8.8', '::1'],
  ['8.8.8.8', '::ffff:10.0.0.1'],
  ['8.8.8.8', '169.254.169.254'],
  ['2606:4700:4700::1111', 'fd00:ec2::254'],
  ['8.8.8.8', '0.0.0.0'],
  ['8.8.8.8', '192.0.2.1'],
]
const ZONES = ['private', 'managed'] as const

/** What must not be dialled. Where an address is private, plain http is possible; managed targets are https. */
export const HOSTILE: readonly DialCase[] = [
  ...ZONES.flatMap((zone) => [
    ...NOWHERE.map((address) => named(zone, [address], 'a name that leads nowhere or to secrets')),
    ...SPELLINGS.map((host) => written(zone, host, 'written into the configuration')),
    ...NAMES.map((host) => written(zone, host, 'the name of a metadata service', ['8.8.8.8'])),
  ]),
  ...AT_HOME.map((address) => named('managed', [address], 'a managed name that leads home')),
  ...IN_BOOKS.map((address) => named('managed', [address], 'an address that is only for books')),
  ...IN_BOOKS.map((address) => written('managed', bracketed(address), 'an address that is only for books')),
  ...MIXED.map((answers) => named('managed', answers, 'good and bad answers to one question')),
  ...listed('localhost localhost. LOCALHOST ｌocalhost foo.localhost localhost%2e xn--lcalhost-b7a.test').map(
    (host) => written('managed', host, 'the name of this machine', ['127.0.0.1']),
  ),
  named('private', ['10.0.0.1', '169.254.169.254'], 'good and bad answers to one question'),
  named('private', ['fd00:ec2::254', '10.0.0.1'], 'good and bad answers to one question'),
]

const PUBLIC =
  listed(`1.1.1.1 8.8.8.8 9.9.9.9 11.0.0.1 100.63.255.255 100.128.0.1 126.0.0.1 128.0.0.1 168.63.129.15
  169.253.0.1 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.1.1 192.169.1.1 198.17.0.1 198.20.0.1
  203.0.114.1 223.255.255.254 2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001:81b::200e 2620:4f:8000::1
  ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1`)
/** The spellings of addresses that a configuration may name for either zone. */
const NAMED_BY_HAND =
  listed(`127.0.0.1 127.1 0x7f000001 2130706433 0177.0.0.1 127.0.0.1. １２７.0.0.1 127。0。0。1 [::1]
  [0:0:0:0:0:0:0:1] [::ffff:7f00:1] [::ffff:127.0.0.1] 10.0.0.1 0xa000001 012.1 192.168.1 [fd12:3456::1] 100.64.0.1`)

/** What must be dialled. */
export const HONEST: readonly DialCase[] = [
  ...PUBLIC.map((address) => named('managed', [address], 'a public address')),
  ...ZONES.flatMap((zone) =>
    NAMED_BY_HAND.map((host) => written(zone, host, 'named by the configuration itself')),
  ),
  ...AT_HOME.map((address) => named('private', [address], 'a private target at home')),
  ...listed('8.8.8.8 2606:4700:4700::1111').map((address) =>
    named('private', [address], 'a private target outside'),
  ),
  ...IN_BOOKS.map((address) => named('private', [address], 'a laboratory that uses the addresses of books')),
  named('managed', ['8.8.8.8', '2606:4700:4700::1111', '1.1.1.1'], 'several public answers'),
  named('private', ['fd00::1', '10.0.0.1', '8.8.8.8'], 'several answers of all kinds'),
  ...listed('文字.test xn--n8jok.test api.example.test. API.EXAMPLE.TEST metadata.example.test').map((host) =>
    written('managed', host, 'an ordinary name', ['8.8.8.8']),
  ),
]

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** A host as the configuration has it; `answers` where it is a name. */
function written(
  zone: DialCase['zone'],
  host: string,
  why: string,
  answers: DialCase['answers'] = null,
): DialCase {
  return { url: `${zone === 'managed' ? 'https' : 'http'}://${host}/`, zone, answers, why }
}

function named(zone: DialCase['zone'], answers: readonly string[], why: string): DialCase {
  return written(zone, 'models.example.test', why, answers)
}
