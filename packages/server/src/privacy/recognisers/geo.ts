import { cues } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE } from '../detect/recogniser.ts'

const PAIR_CUES = cues(
  [
    'geo',
    'gps',
    'coord(?:inate)?s?',
    'lat(?:itude)?',
    'l(?:o?ng?|ongitude)',
    'locations?',
    'position',
    'loc',
    'latlng',
    'point',
    'geolocation',
    'waypoint',
    'map',
    'pin(?:ned)?',
  ],
  ['坐标', '经纬度', '位置', '定位', '纬度', '经度', '北纬', '东经'],
)
const SINGLE_CUES = cues(
  ['lat(?:itude)?', 'l(?:o?ng?|on|ongitude)', 'geo ?(?:lat|l(?:o?ng?))'],
  ['纬度', '经度', '北纬', '东经', '南纬', '西经', '緯度', '經度'],
)

const LATITUDE = String.raw`[+-]?\d{1,2}\.\d{2,16}`
const LONGITUDE = String.raw`[+-]?\d{1,3}\.\d{2,16}`
const numbersOf = (value: string): number[] => (value.match(/[+-]?\d{1,3}\.\d+/g) ?? []).map(Number)
const decimalsOf = (value: string): number =>
  Math.min(...(value.match(/\.\d+/g) ?? ['.']).map((part) => part.length - 1))

/** One of three or more numbers in a row is a vector, not a place. */
function isInRow({ text, start, end }: Candidate): boolean {
  return (
    /^\s?[,;]\s?[+-]?\d{1,4}\.\d/.test(text.slice(end, end + 12)) ||
    /\d\s?[,;]\s?$/.test(text.slice(Math.max(0, start - 6), start))
  )
}

function pairVerdict(candidate: Candidate): Verdict | null {
  const { value } = candidate
  const [first = 200, second = 200] = numbersOf(value)
  if (Math.abs(first) > 180 || Math.abs(second) > 180 || (Math.abs(first) > 90 && Math.abs(second) > 90))
    return null
  if (/[°NSEW]/.test(value)) return CERTAIN
  if (isInRow(candidate)) return null
  if (PAIR_CUES.before(candidate)) return CERTAIN
  // A pair in square brackets is a row of a matrix as well.
  if (/\[\s?$/.test(candidate.text.slice(Math.max(0, candidate.start - 2), candidate.start))) return null
  const isSomewhere = Math.abs(first) > 1 && Math.abs(second) > 1 && /[,;]/.test(value)
  return isSomewhere && decimalsOf(value) >= 4 ? PLAUSIBLE : null
}

/** `39.9042, 116.4074` and `39.9042° N, 116.4074° E` */
export const GEO_PAIR: Recogniser = {
  id: 'geo-pair',
  type: 'GEO',
  starts: /[+\d-]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<![\d.$€£¥A-Za-z]|\d-)${LONGITUDE} ?°? ?[NSEW]?(?:\s?[,;/]\s?|\s)${LONGITUDE}(?: ?° ?[NSEW]?| ?[NSEW](?![A-Za-z]))?(?!\d|\.\d|[%A-Za-z])`,
    'y',
  ),
  judge: pairVerdict,
}

/** `N39.9042, E116.4074` and `N 39° 54.25', E 116° 24.4'` */
export const GEO_LETTERS_FIRST: Recogniser = {
  id: 'geo-letters-first',
  type: 'GEO',
  starts: /[NSEW]/,
  anchor: 'word',
  pattern: new RegExp(
    String.raw`(?<![A-Za-z\d])[NS] ?${LATITUDE}°?\s?[,;/]?\s?[EW] ?${LONGITUDE}°?(?!\d|\.\d)`,
    'y',
  ),
  judge: pairVerdict,
}

const SIXTIETHS = String.raw`\d{1,3} ?[°º度] ?\d{1,2}(?:\.\d{1,8})? ?['′’分] ?(?:\d{1,2}(?:\.\d{1,8})? ?(?:["″”秒]|''|′′) ?)?`

/** Degrees, minutes, seconds: `39°54'15"N 116°24'27"E` */
export const GEO_SIXTIETHS: Recogniser = {
  id: 'geo-sixtieths',
  type: 'GEO',
  starts: /[\dNS]/,
  anchor: 'word',
  pattern: new RegExp(
    String.raw`(?<![A-Za-z\d.])(?:[NS] ?)?${SIXTIETHS}[NS]?(?:[,;/]?\s?(?:[EW] ?)?${SIXTIETHS}[EW]?)?`,
    'y',
  ),
  judge({ value, start }) {
    const isPlace = /[NSEW]/.test(value) || value.replace(/^[^°º度]*[°º度]/, '').match(/[°º度]/) !== null
    return isPlace ? { ...CERTAIN, start, end: start + value.trimEnd().length } : null
  },
}

const HAN_DEGREES = String.raw`\d{1,3}(?:\.\d{1,16})? ?[度°](?: ?\d{1,2}(?:\.\d{1,8})? ?[分′'])?(?: ?\d{1,2}(?:\.\d{1,8})? ?[秒″"])?`

/** `北纬39.9042度，东经116.4074度`, either first */
export const GEO_HAN: Recogniser = {
  id: 'geo-han',
  type: 'GEO',
  starts: /[北南东西東]/,
  pattern: new RegExp(
    String.raw`[北南东西東][纬经緯經][:]? ?(?:${HAN_DEGREES}|\d{1,3}\.\d{2,16}°?)(?:[,、; 和]{0,2}[北南东西東][纬经緯經][:]? ?(?:${HAN_DEGREES}|\d{1,3}\.\d{2,16}°?))?`,
    'y',
  ),
  judge: () => CERTAIN,
}

/** One of the two, where words say which. */
export const GEO_SINGLE: Recogniser = {
  id: 'geo-single',
  type: 'GEO',
  starts: /[+\d-]/,
  anchor: 'digits',
  saidBefore: SINGLE_CUES,
  pattern: new RegExp(String.raw`(?<![\d.]|\d-|[A-Za-z])${LONGITUDE}(?![\d%]|\.\d)`, 'y'),
  judge(candidate) {
    const { value, text, start, context } = candidate
    const isNear =
      start <= 1 && context.key !== null
        ? true
        : /(?:[a-z]|\p{Script=Han})[^a-z0-9\p{Script=Han}]{0,8}(?:is |为|是)?$/iu.test(
            text.slice(Math.max(0, start - 14), start),
          )
    return isNear && Math.abs(Number(value)) <= 180 && decimalsOf(value) >= 2 && SINGLE_CUES.before(candidate)
      ? LIKELY
      : null
  },
}
