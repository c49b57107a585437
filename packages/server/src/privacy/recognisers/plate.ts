import { cues, NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE, SAID } from '../detect/recogniser.ts'

const CUES = cues(
  [
    '(?:license|licence|number|registration|vehicle|car) ?plates?(?: ?(?:no\\.?|number))?',
    'plates?',
    'plateno',
    'platenumber',
    'plate ?(?:no\\.?|number|num|#)',
    '(?:vehicle|car|uk) reg(?:istration)?(?: ?(?:no\\.?|number|mark))?|reg(?:istration)? ?(?:no\\.?|number|mark|plate)',
    'kennzeichen',
    'immatriculation',
    'matr[ií]cula',
    'targa',
    'vrm',
    'tag number',
  ],
  ['车牌', '車牌', '牌照', '号牌', '车号', '牌号', 'ナンバー'],
)
const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
const LETTER = 'A-HJ-NP-Z'

/** Plates of China: ordinary, new energy, police, trailers, coaches, embassies, Hong Kong and Macau cars, armed police. */
export const PLATE_CN: Recogniser = {
  id: 'plate-cn',
  type: 'PLATE',
  starts: new RegExp(`[${PROVINCES}使领民W]`, 'i'),
  anchor: 'word',
  pattern: new RegExp(
    [
      String.raw`[${PROVINCES}][ ]?[${LETTER}][ ·•・.-]{0,2}(?:`,
      String.raw`(?:[A-HJK]${'[A-HJ-NP-Z\\d]'}\d{4}|\d{5}[A-HJK])`,
      String.raw`|[${LETTER}\d]{4}[${LETTER}\d挂学警港澳领试超]|[A-Z]?\d{3,4}应急)`,
      String.raw`|[使领][ ]?\d{3}[ ·•・.-]?\d{3}|[${PROVINCES}][ ·•]?\d{6}[使领]?|民航[ ·]?[${LETTER}\d]{5}`,
      String.raw`|WJ[ ·-]?(?:[${PROVINCES}]|\d{2})[ ·•・-]?[${LETTER}\d]{5}`,
    ].join('') + '(?![A-Za-z\\d])',
    'iy',
  ),
  judge(candidate) {
    const { value, text, start } = candidate
    const digits = value.replaceAll(/\D/g, '').length
    if (digits < 2 && !(digits === 1 && CUES.before(candidate))) return null
    if (/[a-z]/.test(value) !== (/[a-z]/.test(value) && value === value.toLowerCase())) return null
    if (CUES.before(candidate)) return CERTAIN
    // "全新A12345" is a new thing with a number.
    const before = text.slice(Math.max(0, start - 1), start)
    if (/^[新青云黑]/.test(value) && /[最全更崭焕年天蓝白漆]/.test(before)) return null
    if (NUMBER_OF_A_THING.before(candidate)) return null
    if (/^[^A-Z]?\d{6}$|^.[ ·•]?\d{6}$/.test(value) && !/^[使领]/.test(value)) return null
    return LIKELY
  },
}

/** Plates of other countries have the form of anything, so only where words say that it is one. */
export const PLATE_SAID: Recogniser = {
  id: 'plate-said',
  type: 'PLATE',
  starts: /[A-Z\d]/,
  anchor: 'word',
  saidBefore: CUES,
  pattern: /(?<![A-Za-z\d_.-])[A-Z\d]{1,8}(?:[ ·•-][A-Z\d]{1,5}){0,3}(?![A-Za-z\d_]|[.-]\d)/y,
  judge(candidate) {
    const { value, start } = candidate
    if (value.length < 4 || !/\d/.test(value) || !CUES.before(candidate)) return null
    // The longest run of up to four groups that has the size of a plate.
    for (let end = value.length; end >= 4; end = value.slice(0, end).search(/[ ·•-][^ ·•-]*$/)) {
      if (isPlate(value.slice(0, end))) return { ...SAID, start, end: start + end }
    }
    return null
  },
}

/** India: state, district, series, number. */
const LONG_PLATE = /^[A-Z]{2}\d{1,2}[A-Z]{1,3}\d{4}$/

function isPlate(value: string): boolean {
  const signs = value.replaceAll(/[ ·•-]/g, '')
  return (
    signs.length >= 4 &&
    (signs.length <= 9 || LONG_PLATE.test(signs)) &&
    /\d/.test(signs) &&
    (/[A-Z]/.test(signs) || /^\d{4,8}$/.test(signs))
  )
}

/** Macau, the only one besides those of China with a form of its own. */
export const PLATE_MACAU: Recogniser = {
  id: 'plate-macau',
  type: 'PLATE',
  starts: /M/,
  anchor: 'word',
  pattern: /(?<![A-Za-z\d_-])M[A-Z]-\d{2}-\d{2}(?![A-Za-z\d_-])/y,
  judge: () => PLAUSIBLE,
}
