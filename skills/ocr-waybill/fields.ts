/** A line of text in a picture that was turned straight: where it is, in pixels. */
export interface Line {
  readonly text: string
  /** What the first look alone read. */ readonly first?: string
  readonly u0: number
  readonly u1: number
  readonly v0: number
  readonly v1: number
  /** Of each character that was read, what it may be instead. */ readonly chars?: readonly {
    readonly c: string
    readonly others?: string
  }[]
}

export const SURNAMES = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边吉艾',
)
/** Mobile numbers of China, those of any country with what stands before them, of a town, of a service, of America. */
export const PHONE =
  /(?<![\dA-Z])(?:\(?\+?\(?86\)?[-\s]?)?(1[3-9]\d(?:[-\s]?[\d*]{4}){2})(?!\d)|(?<![\dA-Z])(\+\s?\d[\d\s().-]{7,18}\d|\(?0\d{2,4}\)?[-\s]?\d{3,4}[-\s]?\d{3,4}(?:\s?(?:转|ext\.?|x|-)\s?\d{1,5})?|[48]00[-\s]?\d{3,4}[-\s]?\d{3,4}|\(\d{3}\)\s?\d{3}[-.\s]?\d{4}|[2-9]\d{2}[-.\s]\d{3}[-.\s]\d{4})(?!\d)/u

/** The telephone number in a text: digits alone of a mobile one, any other with its dashes, as people write it. */
export function phoneIn(text: string): string | null {
  const found = PHONE.exec(text)
  if (!found) return null
  const plain = found[1]
    ? found[1].replace(/[^\d*]/g, '')
    : (found[2] ?? '')
        .replace(/\((\d+)\)\s?-?/u, '$1-')
        .replace(/\s?(?:转|ext\.?|x)\s?/u, '-')
        .replace(/[^\d+*-]/g, '')
  const count = plain.replace(/\D/g, '').length
  return count >= 7 && count <= 16 ? plain : null
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]

/** UPU S10: the ninth digit follows from the eight before it. */
export function s10IsValid(number: string): boolean {
  const sum = S10_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[2 + at]), 0)
  const check = 11 - (sum % 11)
  return (check === 10 ? 0 : check === 11 ? 5 : check) === Number(number[10])
}

export const asDigits = (text: string): string =>
  text
    .replace(/[OoQD]/g, '0')
    .replace(/[Il|]/g, '1')
    .replace(/Z/g, '2')
    .replace(/S/g, '5')
    .replace(/B/g, '8')

/** The number of an airline, a dash, and seven digits with the one that checks them. */
const AIR_WAYBILL = /(?<![\dA-Z-])([1-9]\d{2})\s?-\s?(\d{4})\s?(\d{4})(?![\d-])/u
export function numberIn(text: string): string | null {
  const air = AIR_WAYBILL.exec(text)
  if (air) return `${air[1]}-${air[2]}${air[3]}`
  const packed = text.replace(/[\s-]/g, '')
  const ups = /(?<![A-Z\d])1Z[A-Z\d]{16}(?![A-Z\d])/u.exec(packed)
  if (ups) return ups[0]
  const s10 = /(?<![A-Z\d])([A-Z]{2})([\dOIlSBZ]{9})([A-Z]{2})(?![A-Z\d])/u.exec(packed)
  if (s10?.[2]) return `${s10[1]}${asDigits(s10[2])}${s10[3]}`
  const carrier =
    /(?:^|[^A-Za-z])([A-Z]{2,5})([\dOIlSBZ]{9,16})(?![\dA-Za-z])/u.exec(packed) ??
    /(?<![A-Z])([A-Z]{2,5})(\d{9,16})(?!\d)/u.exec(packed) ??
    /([A-Z]{2})(\d{9,16})(?!\d)/u.exec(packed)
  if (carrier?.[2] && (carrier[2].match(/\d/g)?.length ?? 0) > carrier[2].length * 0.7)
    return `${carrier[1]?.replace(/^(?:NO|AWB)(?=[A-Z]{2})/, '')}${asDigits(carrier[2])}`
  return (
    /(?<![\dA-Z+])\d{12,22}(?!\d)/u.exec(packed)?.[0] ??
    /(?<![A-Z\d])[A-Z]\d{10,14}(?!\d)/u.exec(packed)?.[0] ??
    null
  )
}
/** What stands behind a label that says that it is the number, of any shape. */
export function labelledNumberIn(text: string): string | null {
  const found = numberIn(text) ?? numberIn(text.replace(/(?<=\d)[.,·:](?=\d)/g, ''))
  if (found) return found
  const packed =
    /^[A-Z\d][A-Z\d\s-]{6,24}(?![a-z\p{Script=Han}])/u.exec(text)?.[0].replace(/[\s-]/g, '') ?? ''
  return (packed.match(/\d/g)?.length ?? 0) >= 7 ? packed : null
}

/** `01/03/2026` begins with the day, but where `isMonthFirst`. */
export function dateIn(text: string, isMonthFirst = false): string | null {
  const iso = /(?<!\d)(20\d{2})\s*[-./年:]\s*(\d{1,2})\s*[-./月:]\s*(\d{1,2})/u.exec(text)
  const ordered = iso && dateOf(iso[1], iso[2], iso[3])
  if (ordered) return ordered
  const word =
    /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\s*[-/.]?\s*(?:of\s*)?([A-Za-z]{3}|[0-9][A-Za-z]{2}|[A-Za-z]{2}[0-9])[a-z]*[.,]?\s*[-/.]?,?\s*(20\d{2}|['’]?\d{2}(?!\d))/iu.exec(
      text,
    )
  const worded = word?.[2] ? dateOf(yearOf(word[3]), monthOf(word[2]), word[1]) : null
  if (worded) return worded
  const us = /([A-Za-z]{3})[a-z]*\.?[-\s]*(\d{1,2})(?:st|nd|rd|th)?[,.\s-]*(20\d{2})/u.exec(text)
  if (us?.[1]) return dateOf(us[3], monthOf(us[1]), us[2])
  const numbers = /(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(20\d{2}|\d{2})(?!\d)/u.exec(text)
  if (numbers) {
    const [, first = '', , second = '', year] = numbers
    const isMonth = Number(second) > 12 || (isMonthFirst && Number(first) <= 12)
    return isMonth ? dateOf(yearOf(year), first, second) : dateOf(yearOf(year), second, first)
  }
  const short = /(?<!\d)(2\d)[-./年](\d{1,2})[-./月](\d{1,2})日?(?!\d)/u.exec(text)
  if (short) return dateOf(yearOf(short[1]), short[2], short[3])
  const packed = /(?<!\d)(20[23]\d)([01]\d)([0-3]\d)(?!\d)/u.exec(text)
  return packed ? dateOf(packed[1], packed[2], packed[3]) : null
}
const yearOf = (year = ''): string => (year.length === 4 ? year : `20${year.replace(/\D/g, '')}`)
/** One letter of it may have been read wrong, where no other month is as near. */
function monthOf(word = ''): string {
  const small = word.toLowerCase().replace('0', 'o').replace('1', 'l').replace('5', 's')
  const near = MONTHS.filter(
    (month) => Array.from(month).filter((letter, at) => letter !== small[at]).length < 2,
  )
  const month = MONTHS.includes(small) ? small : near.length === 1 ? (near[0] ?? '') : ''
  return String(MONTHS.indexOf(month) + 1)
}
function dateOf(y = '', m = '', d = ''): string | null {
  const [month, day] = [Number(m), Number(d)]
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
    ? `${y}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
    : null
}
const UNITS: Readonly<Record<string, number>> = {
  kg: 1,
  kgs: 1,
  公斤: 1,
  千克: 1,
  斤: 0.5,
  市斤: 0.5,
  g: 0.001,
  克: 0.001,
  lb: 0.45359237,
  lbs: 0.45359237,
}
export function weightIn(text: string): number | null {
  // A great letter right behind the unit begins the next word.
  const found =
    /(?<![A-Za-z\d.,-])(\d{1,5}(?:[.,]\s?\d{1,3})?)[.\s]*([kK][gG][sS]?|公斤|千克|市?斤|[lL][bB][sS]?|克)(?![a-z]|[A-Z]{2})/u.exec(
      text,
    ) ?? unitFirst(text)
  return found?.[1] && found[2] ? kilograms(found[1], found[2]) : null
}
const kilograms = (count: string, unit: string): number =>
  Number(
    (Number(count.replace(/[,:;·]/, '.').replace(/\s/g, '')) * (UNITS[unit.toLowerCase()] ?? 1)).toFixed(4),
  )

/** What stands behind a label that says that it is a weight, and perhaps in what unit. */
export function labelledWeightIn(text: string, label = ''): number | null {
  const found =
    /(?<![A-Za-z\d.,-])(\d{1,6}(?:[.,:;·]\s?\d{1,3})?)[.\s]*([A-Za-z]{1,3}|公斤|千克|市?斤|克)?/u.exec(text)
  if (!found?.[1]) return null
  const said = found[2] ?? ''
  const inLabel = /(kgs?|公斤|千克|lbs?)/iu.exec(label)?.[1] ?? 'kg'
  const near = /^[kKxX]?[gG9q6][sS5]?$/.test(said) && said.length > 1 ? 'kg' : said
  return kilograms(found[1], UNITS[near.toLowerCase()] ? near : inLabel)
}

/** `Weight (kg): 2.4` */
function unitFirst(text: string): readonly string[] | null {
  const found = /(?:重|weight|wt).{0,6}?\(?(kg|公斤|千克|lbs?|克|g)\)?[:：\s]*(\d+(?:[.,]\d+)?)/iu.exec(text)
  return found?.[1] && found[2] ? [found[0], found[2], found[1]] : null
}

export const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text)
const PUNCTUATION = /^[\s:：,，.。·|\][【】()（）#-]+|[\s:：,，、;；/·|\][【】(（#-]+$/gu
export const clean = (text: string): string => text.replace(PUNCTUATION, '')

const FIRM = /^[\p{Script=Han}()]{2,24}(?:公司|厂|商行|经营部|工作室|集团|合作社|研究所)$/u
/** The name of a person, or of a firm, that a text is, once the number beside it is left out. */
export function nameIn(text: string, line?: Line): string | null {
  const bare = clean(text.replace(PHONE, ' '))
  if (hasHan(bare)) {
    if (FIRM.test(bare)) return bare
    const word = /^\p{Script=Han}{2,4}(?!\p{Script=Han})/u.exec(
      bare.replace(/^\p{Script=Han}[:：]/u, '').replace(/(?:先生|女士|小姐)$/u, ''),
    )?.[0]
    if (!word || SURNAMES.has(word[0] ?? '')) return word ?? null
    // No surname: perhaps one was read as another character.
    const others = line?.chars?.find(({ c }) => c === word[0])?.others ?? ''
    const meant = Array.from(others).find((one) => SURNAMES.has(one))
    return meant ? meant + word.slice(1) : null
  }
  const words = bare
    .replace(/[.·\s]+$/u, '')
    .replace(SPECK_IN_NAME, ' ')

    .replace(SMALL_FOR_GREAT, (letter) => letter.toUpperCase())
  const name = [words, words.replace(TORN_NAME, ''), words.replace(WIDELY_TORN_NAME, '')].map(
    (one) => LATIN_NAME.exec(one.replace(DASHED_NAME, '$1 $2'))?.[0],
  )
  const found = name.find((one) => one !== undefined)
  return found === undefined ? null : parted(found)
}
/** What a label says that it is a name, and that looks like one less than `nameIn` asks for. */
export function namedIn(text: string): string | null {
  const bare = clean(text.replace(PHONE, ' '))
  if (hasHan(bare)) return /^[\p{Script=Han}·]{2,15}(?!\p{Script=Han})/u.exec(bare)?.[0] ?? null
  const words = /^[A-Za-z][A-Za-z'’.&-]*(?:[\s,]+[A-Za-z&][A-Za-z'’.&-]*){0,5}/u.exec(bare)?.[0].trim() ?? ''
  return words.length > 2 ? words : null
}
const LATIN_NAME =
  /^(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s)?(?:O['’]|Mc|Mac|D['’])?[A-Z][a-z'’-]+(?:-[A-Z][a-z]+)*(?:\s*(?:O['’]|Mc|Mac|D['’])?[A-Z][a-z'’.-]*(?:-[A-Z][a-z]+)*){1,3}$/u
/** Letters whose great form has the shape of the small one, at the beginning of a surname. */
const SMALL_FOR_GREAT = /(?<=^[A-Z][a-z]+ )[cjkopsuvwxyz](?=[a-z]{3,}$)/u
/** A single dash between two names is a speck, too: where a family has two names, a given name stands before them. */
const DASHED_NAME = /^([A-Z][a-z]+)\s?-\s?([A-Z][a-z]+)$/u
/** Names are parted by no mark, but for initials. */
const SPECK_IN_NAME = /(?<=^[A-Z][a-z]{2,})\s?[.,·]\s?(?=[A-Z][a-z])/u
/** A gap in the middle of a word: what goes on with small letters is no name of its own, but for those of noble birth. */
const PARTICLE = '(?!(?:van|von|de|der|den|del|da|di|du|la|le|el|al|bin|ibn|dos|ter|zu|y)\\b)'
const TORN_NAME = new RegExp(`(?<=[A-Za-z]{2}) ${PARTICLE}(?=[a-z]{2,}(?:\\s|$))`, 'g')
/** Where letters stand wide apart there are gaps on both sides of one. */
const WIDELY_TORN_NAME = new RegExp(` ${PARTICLE}(?=[a-z]+(?:\\s|$))`, 'g')

export function addressIn(text: string): string | null {
  const bare = clean(text.replace(/-$/, '~'))
    .replace(/[.·\s]+$/u, '')
    .replace(/~$/, '-')
  if (hasHan(bare))
    return (bare.match(/\p{Script=Han}/gu)?.length ?? 0) > 4 &&
      !FIRM.test(bare) &&
      /[省市区县州盟旗]/u.test(bare) &&
      (/\d|号|路|街|村|镇/u.test(bare) ||
        /^\p{Script=Han}{2,8}?(?:省|自治区|市).{1,8}?[市区县州盟旗]/u.test(bare)) &&
      bare.length >= 8
      ? bare.replace(/\s/g, '')
      : null
  return /^[A-Z][\p{L}.-]+(?:str(?:asse|aße|\.)|weg|platz|allee|gasse)\s*\d|^(?:(?:Flat|Apt|Unit|Suite|Room)\W*\w{1,5}[.,\s]*)?\d+[A-Za-z]?[\s,]*[A-Z]|(?:Street|Road|Lane|Avenue|View|Drive|Close|Terrace|Boulevard)|\b(?:Way|St|Rd|Ave|Blvd)\b/u.test(
    bare,
  ) && bare.length >= 10
    ? spelledOut(bare)
    : null
}

/** Streets end in such a word, and no comma parts it from the name: that was a speck. */
const SPECK_IN_STREET =
  /(?<=[A-Z][a-z]{2,20})\s?,\s?(?=(?:Street|Road|Lane|Avenue|Drive|Close|Terrace|Boulevard|Grove|Crescent|Court|Square|Gardens|Way|Row)(?:[\s,.]|$))/g

/** Where no comma at all was seen, one stands between the street and the town that has its postcode behind it. */
const NO_COMMA =
  /(?<=^[^,]*[A-Za-z]\s?(?:Street|Road|Lane|Avenue|Drive|Close|Terrace|Boulevard|Grove|Crescent|Square|Gardens))\s?(?=[A-Z][a-z]+(?:[\s-][A-Z][a-z]+)?\s?[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Za-z\d]{2}$)/g

/** None stands between the town and its postcode, where the street has its own. */
const COMMA_BEFORE_POSTCODE =
  /(?<=,.*[a-z])\s?[,.]\s?(?![A-Z]{2}\s?\d{5}$)(?=[A-Z]{1,2}\d[A-Z\d]?[.\s]*\d[A-Za-z\d]{2}$)/g

/** A Latin address as people write it, where a bad picture lost its spaces and made points of its commas. */
export function spelledOut(address: string): string {
  return parted(address)
    .replace(/[.,](?=\s?[.,])/g, '')
    .replace(SPECK_IN_STREET, ' ')
    .replace(NO_COMMA, ', ')
    .replace(COMMA_BEFORE_POSTCODE, ' ')
    .replace(/(?<=[A-Za-z]{3})(?<!Ave|Blvd)\s?\.\s?(?=[A-Z])/g, ', ')
    .replace(/(?<=,\s?[A-Z])0(?=\s?\d{5}$)/, 'O')
    .replace(/,(?=\S)/g, ', ')
    .replace(/(?<=\d)[:;.]?(?=[A-Z][a-z]{2})|(?<=[a-z])(?=\d)/g, ' ')
    .replace(
      /(?<![A-Z])([A-Z]{1,2}\d[A-Z\d]?)[.\s]*(\d)(?!\d\d)([A-Za-z0158]{2})$/u,
      (_, area: string, sector: string, unit: string) => `${area} ${sector}${asLetters(unit)}`,
    )
}
const asLetters = (text: string): string =>
  text.replace(/0/g, 'O').replace(/1/g, 'I').replace(/5/g, 'S').replace(/8/g, 'B').toUpperCase()

/** Words that run together are parted where a great letter follows a small one. */
const parted = (text: string): string => text.replace(/(?<=[a-z]{2})(?<!\bMac)(?=[A-Z])/g, ' ')
