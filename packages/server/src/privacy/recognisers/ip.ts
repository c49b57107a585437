import { isIPv6 } from 'node:net'
import { cues } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE, runsOf, UNSURE } from '../detect/recogniser.ts'
import { PHONE_SAID_HERE } from './phone-number.ts'

const CUES = cues(
  [
    'ips?',
    'ip ?addr(?:ess)?',
    'host',
    'client',
    'remote',
    'addr(?:ess)?',
    'server',
    'peer',
    'gateway',
    'dns',
    'from',
    'src',
    'dst',
    'ping',
    'traceroute',
    'ssh',
    'resolver',
    'endpoint',
    'node',
    'subnet',
    'inet',
  ],
  ['地址', '来源', 'IP', '服务器', '主机'],
)
const VERSION = cues(
  [
    'v',
    'ver',
    'version',
    'release',
    'build',
    'firmware',
    'section',
    'chapter',
    'clause',
    'paragraph',
    'sec',
    'fig(?:ure)?',
    'table',
    'oid',
    'upgrade[ds]?(?: to)?',
    'chrome',
    'driver',
    'revision',
    'appendix',
    'requirement',
    'assembly',
    'package',
  ],
  ['版本', '固件', '章节', '条款', '升级到', '第'],
)
/** `v4 203.0.113.7` beside `v6`, in short. */
const FAMILY = /(?<![\w.])(?:ip)?v4[ :=]{1,2}$/i
/** Of everybody: it says nothing about anybody. */
const NOBODYS = /^(?:0\.0\.0\.0|127\.0\.\d\.\d+|255\.(?:\d+\.){2}\d+)$/

function version4Verdict(candidate: Candidate): Verdict | null {
  const { text, start, value } = candidate
  const address = value.split('/')[0] ?? ''
  if (NOBODYS.test(address)) return UNSURE
  const before = text.slice(Math.max(0, start - 24), start)
  // `Chrome/120.0.0.0`, `libfoo-1.2.3.4`, `v1.2.3.4`
  const octets = address.split('.').map(Number)
  const small = octets.filter((octet) => octet < 20).length
  const isGlued = /(?<![A-Za-z])v$/i.test(before) || (small >= 3 && /[A-Za-z][\w.]{0,20}[/-]$/.test(before))
  if (isGlued) return UNSURE
  // How many countries write the pairs of a telephone number.
  if (/^\d\d(?:\.\d\d){3}$/.test(value) && PHONE_SAID_HERE.before(candidate)) return null
  if (CUES.before(candidate) || FAMILY.test(before)) return CERTAIN
  if (VERSION.before(candidate)) return null
  if (small === 4 && value.length < text.trim().length) return octets[0] === 10 ? PLAUSIBLE : UNSURE
  return LIKELY
}

/** `10.1.2.3/24` is a host and what it holds for its network; its value is the same without. */
function isOfAHost(value: string): boolean {
  const [address, length] = value.split('/')
  if (address === undefined || length === undefined) return false
  const bits = address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
  return Number(length) === 32 || bits % 2 ** (32 - Number(length)) !== 0
}

/** IPv4 addresses, and networks with their length. */
export const IP_V4: Recogniser = {
  id: 'ip-v4',
  type: 'IP',
  starts: /\d/,
  anchor: 'digits',
  runs: runsOf(1, 2, 3),
  pattern:
    /(?<![\d.]|\d[:,])(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}(?:\/(?:3[0-2]|[12]?\d)(?![\d/.]))?(?!\d|\.(?!\d{1,5}(?: >|: ))\d|[A-Za-z_]|-\d{0,8}[A-Za-z])/y,
  judge(candidate) {
    const verdict = version4Verdict(candidate)
    const { value, start } = candidate
    return verdict === null || !isOfAHost(value)
      ? verdict
      : { ...verdict, start, end: start + value.indexOf('/') }
  },
}

/** Every nth of a list in Python: `names[1::2]`. */
const SLICE = /^\d{0,4}::\d{0,4}$/

/** IPv6 addresses in all their short forms, with their zone, and networks with their length. */
export const IP_V6: Recogniser = {
  id: 'ip-v6',
  type: 'IP',
  starts: /[0-9a-f:]/i,
  anchor: 'word',
  runs: runsOf(1, 2, 3, 4),
  pattern:
    /(?<![\w.]|(?:^|[^\p{L}\p{N}_])[0-9a-f]{0,4}:)(?=[0-9a-f]{0,4}:)(?:[0-9a-f:]{2,30}(?<=:)\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{2,39})(?:%[a-z0-9]{1,15})?(?:\/(?:12[0-8]|1[01]\d|[1-9]?\d)(?![\d/]))?(?![a-z0-9_])/iuy,
  judge({ value, text, start, end }) {
    // At the end of a sentence there may be a colon.
    const bare = value.replace(/(?<!:):$/, '')
    const meant = /::\/(?!128)/.test(bare) ? bare : bare.replace(/\/\d+$/, '')
    const address = meant.replace(/[%/].*$/, '')
    if (!isIPv6(address) || !/\d|(?:[0-9a-f]{3,4}:){2}/i.test(address)) return null
    if (/^[:\w]/.test(text.slice(end, end + 1)) && bare === value) return null
    if (
      SLICE.test(value) &&
      text[end] === ']' &&
      /[\w)\]]\[$/.test(text.slice(Math.max(0, start - 2), start))
    )
      return null
    if (/^(?:::1?|0+(?::0+){6}:[01])$/.test(address)) return UNSURE
    const groups = address.split(':').filter((group) => group !== '').length
    return { ...(groups >= 3 || /\d/.test(address) ? CERTAIN : PLAUSIBLE), start, end: start + meant.length }
  },
}
