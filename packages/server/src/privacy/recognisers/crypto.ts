import { cues } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, MISTYPED, runsOf } from '../detect/recogniser.ts'
import { base58, base58check, passesBech32, passesCashAddress, RIPPLE } from './checksums.ts'
import { keccak256 } from './keccak.ts'

const CUES = cues(
  [
    'sol',
    'solana',
    'monero',
    'xmr',
    'polkadot',
    'dot',
    'wallets?',
    'crypto',
    'coins?',
    'phantom',
    'stellar',
    'xlm',
    'cardano',
    'token address',
  ],
  ['钱包', '链上', '地址'],
)

/** First bytes of addresses in base 58: Bitcoin, Litecoin, Dogecoin, Dash, Tron, Bitcoin Gold. */
const VERSIONS: ReadonlySet<number> = new Set([
  0x00, 0x05, 0x30, 0x32, 0x1e, 0x16, 0x4c, 0x10, 0x41, 0x26, 0x17,
])

/** Addresses in base 58 with a checksum: Bitcoin (P2PKH, P2SH), Litecoin, Dogecoin, Dash, Tron. */
export const CRYPTO_BASE58: Recogniser = {
  id: 'crypto-base58',
  type: 'CRYPTO',
  starts: /[13LMDXTA7]/,
  anchor: 'word',
  runs: runsOf(26, 27, 28, 29, 30),
  pattern: /(?<![A-Za-z\d])[13LMDXTA7][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z\d])/y,
  judge({ value }) {
    const body = base58check(value)
    if (body === null)
      return /^[13]/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) ? MISTYPED : null
    return VERSIONS.has(body[0] ?? -1) ? CERTAIN : LIKELY
  },
}

/** Ripple has the characters of base 58 in an order of its own. */
export const CRYPTO_RIPPLE: Recogniser = {
  id: 'crypto-ripple',
  type: 'CRYPTO',
  starts: /r/,
  anchor: 'number',
  runs: runsOf(25, 26, 27, 28, 29, 30),
  pattern: /(?<![A-Za-z\d])r[1-9A-HJ-NP-Za-km-z]{24,34}(?![A-Za-z\d])/y,
  judge: ({ value }) => (base58check(value, RIPPLE) === null ? null : CERTAIN),
}

/** Addresses in bech32: Bitcoin, Litecoin, Cosmos, Cardano and others. */
export const CRYPTO_BECH32: Recogniser = {
  id: 'crypto-bech32',
  type: 'CRYPTO',
  starts: /[abclostBLT]/,
  anchor: 'number',
  pattern:
    /(?<![A-Za-z\d])(?:bc|tb|bcrt|ltc|addr|stake|cosmos|osmo|terra|bnb|celestia|inj|sei|axelar|stars|juno|secret)1[02-9ac-hj-np-z]{10,110}(?![A-Za-z\d])/iy,
  judge: ({ value }) => (passesBech32(value) ? CERTAIN : value.length > 30 ? MISTYPED : null),
}

/** Bitcoin Cash, with or without its prefix. */
export const CRYPTO_CASH: Recogniser = {
  id: 'crypto-cash',
  type: 'CRYPTO',
  starts: /[qp]/,
  anchor: 'number',
  runs: runsOf(),
  pattern: /(?<![A-Za-z\d])[qp][02-9ac-hj-np-z]{41}(?![A-Za-z\d])/y,
  judge({ value, text, start, end }) {
    const prefix = text.slice(Math.max(0, start - 12), start) === 'bitcoincash:' ? 12 : 0
    return passesCashAddress(value) ? { ...CERTAIN, start: start - prefix, end } : null
  },
}

/** EIP-55: an upper-case letter where the hash of the lower-case address has a half byte of eight or more. */
function hasRightCase(digits: string): boolean {
  const lower = digits.toLowerCase()
  const hash = keccak256(Buffer.from(lower))
  return Array.from(lower).every((sign, i) => {
    const expected = Number.parseInt(hash[i] ?? '0', 16) >= 8 ? sign.toUpperCase() : sign
    return digits[i] === expected
  })
}

/** Ethereum and whatever has its addresses. */
export const CRYPTO_ETHEREUM: Recogniser = {
  id: 'crypto-ethereum',
  type: 'CRYPTO',
  starts: /0/,
  anchor: 'number',
  runs: runsOf(),
  pattern: /(?<![A-Za-z\d])0x[0-9a-f]{40}(?![A-Za-z\d])/iy,
  judge({ value }) {
    const digits = value.slice(2)
    if (/^(.)\1*$/.test(digits)) return null
    const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase()
    return isPlain ? LIKELY : hasRightCase(digits) ? CERTAIN : MISTYPED
  },
}

/** Without a checksum that is worked out here: Solana, Monero, Stellar, Polkadot, where words say that it is one. */
export const CRYPTO_SAID: Recogniser = {
  id: 'crypto-said',
  type: 'CRYPTO',
  starts: /[1-9A-HJ-NP-Za-km-z]/,
  anchor: 'number',
  runs: runsOf(),
  pattern:
    /(?<![A-Za-z\d])(?:[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}|G[A-Z2-7]{55}|[1-9A-HJ-NP-Za-km-z]{32,48})(?![A-Za-z\d])/y,
  judge(candidate) {
    const { value } = candidate
    if (value.length >= 56) return LIKELY
    const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
    if (!isMixed || !CUES.before(candidate)) return null
    const size = base58(value)?.length
    return size === 32 || size === 35 || size === 36 ? LIKELY : null
  },
}
