import { cues } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, runsOf } from '../detect/recogniser.ts'

const CUES = cues(
  ['mac', 'mac ?addr(?:ess)?', 'hwaddr', 'ether', 'bssid', 'hardware address', 'physical address'],
  ['物理地址', '网卡地址', 'MAC地址'],
)

/** Hardware addresses (IEEE 802): six or eight pairs, three groups of four, or twelve digits where words say so. */
export const MAC: Recogniser = {
  id: 'mac',
  type: 'MAC',
  starts: /[0-9a-f]/i,
  anchor: 'word',
  runs: runsOf(2, 4, 12),
  pattern:
    /(?<![0-9a-z.]|(?<![0-9a-z])[0-9a-f]{1,4}[:.-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1[0-9a-f]{2}\1)?[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})(?![0-9a-z]|[:.-][0-9a-f])/iy,
  judge(candidate) {
    const digits = candidate.value.replaceAll(/[:.-]/g, '').toLowerCase()
    if (/^(?:0+|f+)$/.test(digits)) return null
    if (candidate.value.length > 12) return CERTAIN
    return /[a-f]/.test(digits) && CUES.before(candidate) ? LIKELY : null
  },
}
