interface Dimension {
  readonly asks: RegExp
  /** A number with a unit of it. */
  readonly shows: RegExp
}

const EN_NUMBER =
  '(?:\\d[\\d.,]*|half|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\w+teen|\\w+ty(?:-\\w+)?|hundreds?|thousands?|millions?)'
const ZH_NUMBER = '[\\d.,零〇一二三四五六七八九十百千万亿两几数半多余]+'

const shown = (en: string, zh: string): RegExp =>
  new RegExp(
    `${EN_NUMBER}[\\s-]?(?:(?:and a half|square|cubic|metric)\\s)?(?:${en})(?![\\p{L}])|${ZH_NUMBER}(?:${zh})`,
    'giu',
  )

/** Kinds of measures whose units are told from those of others, the narrower ones first. */
const DIMENSIONS: readonly Dimension[] = [
  {
    asks: /\bhow fast\b|\bspeed\b|速度|时速|航速|车速|多快/i,
    shows: shown(
      'km/h|kph|mph|m/s|knots?|(?:kilomet(?:re|er)s?|miles?|met(?:re|er)s?) (?:per|an|a) (?:hour|second|minute)|rpm|revolutions',
      '(?:公里|千米|米|英里|海里|转)(?:每|/)|节(?![目日])|马赫|转',
    ),
  },
  {
    asks: /\bhow heavy\b|\bweigh|\bmass\b|多重|重量|体重|质量有|多少(?:公斤|斤|克|吨)/i,
    shows: shown(
      'kg|g|mg|t|grams?|kilograms?|kilos?|tons?|tonnes?|pounds?|ounces?|stone|(?:solar|earth) masses',
      '公斤|千克|斤|克|吨|毫克|倍',
    ),
  },
  {
    asks: /\bhow old\b|\bage\b|年龄|多大年纪|几岁|多少岁/i,
    shows: shown('years?(?: old)?|months?(?: old)?', '岁|年|个月'),
  },
  {
    asks: /\bhow (?:loud|noisy)\b|\bnoise\b|噪音|噪声|分贝/i,
    shows: shown('dB(?:\\(A\\))?|decibels?', '分贝|dB'),
  },
  {
    asks: /\bhow (?:warm|hot|cold)\b|\btemperature\b|温度|水温|气温|室温|多少度|几度/i,
    shows: shown('°\\s?[CF]?|degrees?|℃', '度|摄氏度|℃|°'),
  },
  {
    asks: /\bpower\b|\bwatts?\b|功率|瓦/i,
    shows: shown('W|kW|MW|GW|watts?|kilowatts?|megawatts?|horsepower|hp', '瓦|千瓦|兆瓦|马力|W|kW'),
  },
  {
    asks: /\bpressure\b|压力|水压|气压/i,
    shows: shown('bar|psi|k?Pa|MPa|mbar|pascals?', '兆帕|千帕|帕|巴|公斤|个?大气压|MPa|kPa'),
  },
  {
    asks: /\barea\b|面积|占地/i,
    shows: shown(
      '(?:square|sq\\.?) \\w+|hectares?|acres?|m²|km²|ha',
      '平方(?:米|公里|千米|厘米)|公顷|亩|㎡|平米',
    ),
  },
  {
    asks: /\b(?:volume|capacity)\b|容量|容积|能装/i,
    shows: shown(
      'l|ml|lit(?:re|er)s?|millilit(?:re|er)s?|gallons?|cups?|cubic \\w+|m³|[KMGT]i?B|gigabytes?|terabytes?|people|persons|passengers|kg|mAh',
      '升|毫升|立方米|立方|人|公斤|件|[KMGT]B|毫安时?',
    ),
  },
  {
    asks: /\bhow (?:deep|high|tall|wide|thick|far)\b|\b(?:height|depth|width|distance|altitude|diameter|length|wingspan)\b|多[高深远宽厚]|海拔|高度|深度|距离|长度|直径|宽度|身高/i,
    shows: shown(
      'mm|cm|m|km|met(?:re|er)s?|kilomet(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|stor(?:ey|y|ies|eys)|floors?|light-years?|astronomical units?|%|per ?cent|degrees?',
      '毫米|厘米|分米|公分|公里|千米|米|里|丈|尺|寸|光年|层|海里|英里|度|元|%',
    ),
  },
]

/** What a number of the measure that is asked for looks like; null: any measure may be meant. */
export function measureShown(question: string): RegExp | null {
  return DIMENSIONS.find(({ asks }) => asks.test(question))?.shows ?? null
}
