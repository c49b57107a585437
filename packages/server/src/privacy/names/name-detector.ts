import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Detector } from '../detect/detector.ts'
import type { ScanContext } from '../detect/recogniser.ts'
import type { Span } from '../detect/span.ts'
import { EnglishNames } from './en/english-names.ts'
import type { Label } from './labels.ts'
import { labelsOf } from './labels.ts'
import type { LabelledValue } from './labelled-values.ts'
import { valuesAfterKeys, valuesInColumns } from './labelled-values.ts'
import { ChineseNames } from './zh/chinese-names.ts'

const HAN = /[㐀-䶿一-鿿]/
const LATIN = /\p{Script=Latin}{2}/u
/** Lines one after the other without a Chinese character. */
const LATIN_LINES = /(?:^[^\n㐀-䶿一-鿿]+(?:\n|$))+/gm
/** Words with capitals, within a line of Chinese. */
const CAPITALISED_WORDS =
  /(?<!\p{L})\p{Lu}[\p{Script=Latin}'’.-]{0,30}(?: \p{Lu}[\p{Script=Latin}'’.-]{0,30}){1,4}/gu
const SURNAME =
  '[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温]'
/** Kevin, Kevin 邱, 陈Andy, where Chinese or a mark stands beside it: in code and between English words stand other things. */
const FIRST_NAME = new RegExp(
  String.raw`(?<![\p{Script=Latin}\d_./\\@#$-])(?<![\p{Script=Latin}\d] )(?:(?<=^|[^㐀-鿿]|[叫是姓和与找请让])${SURNAME})?(\p{Lu}\p{Ll}{2,11})(?: ?${SURNAME}(?=[：:，,。\s]|$))?(?![\p{Script=Latin}\d_(./\\@=[-]| [\p{Script=Latin}\d])`,
  'gu',
)
/** David Chen between Chinese characters or marks. */
const FULL_NAME =
  /(?<![\p{Script=Latin}\d_.-]|[\p{Script=Latin}\d] )(\p{Lu}\p{Ll}{2,11}) \p{Lu}\p{Ll}{1,14}(?![\p{Script=Latin}\d_(.=-]| [\p{Script=Latin}\d])/gu
const LATIN_WORD = String.raw`\p{Lu}[\p{Script=Latin}'’-]{1,20}`
const LATIN_NAME = String.raw`${LATIN_WORD}(?:(?: \p{Lu}\.)?(?: (?:van|von|de|der|den|da|di|dos|del|la|le|bin|binti|al|el)){0,2} ${LATIN_WORD}){1,2}`
/** 收款人Anil Ferreira, and Zofia Reid女士: nobody else stands there, whether a list has the name or not. */
const SAID_IN_HAN = new RegExp(
  [
    String.raw`(?=\p{Lu})(?:(?<=(?:(?:收款|付款|收件|收货|寄件|发件|联系|持有|持卡|受益|申请|负责|经办|翻译|入住|登记)人|客户|买家|卖家|外教|同事|英文名|姓名|教授|老师|专家|经理|嘉宾|房客|旅客|乘客|患者|学生|员工|博士|通知|联系|转告|我是|我叫|配偶|丈夫|妻子|父亲|母亲|儿子|女儿|朋友|老板|课由|翻译|导师)[：: ]{0,2})`,
    String.raw`(${LATIN_NAME})(?= ?(?:[^\p{Script=Latin}\p{N}_ ]|$))`,
    String.raw`|(?<![\p{Script=Latin}\p{N}_.-] ?)(${LATIN_NAME}) ?(?=先生|女士|小姐|教授|博士|老师|医生|同学|[（(](?:中文名|汉语名|本名)))`,
  ].join(''),
  'gu',
)
const OF_A_FIRM =
  /(?:Ltd|Inc|LLC|LLP|GmbH|AG|Corp|Co|Group|Bank|Hotel|Airport|University|Hospital|School|Street|Road|Pro|Cloud|Office|Studio|Server)$/
/** Names that people in China take for work and that are words or places too. */
const TAKEN_NAMES = new Set(
  'Tony Lily Linda David Jack Nancy Kelly Amy Cindy Mandy Sally Betty Judy Peter Harry Vicky Wendy Daisy Ivy Bob Tom Jerry Sam Ben Leo Eva Anna Ella Emma Helen Sunny Coco Nina Sandy Tina Molly Penny Kitty Jimmy Johnny Billy Bobby Tommy Danny Henry Kate Jane Joe Jenny Fiona Joyce Frank Eric Andy Ken Roy Dan Josh Nick Dave Mike Phil Ted Tim Alan Carl Glenn Joey Neil Pete Rob Ron Todd Jean Jill Kay Kim Liz Lynn Pam Sue Tess Alex Chris Simon Steven Vincent Vivian Alice Sophie Gary Martin Carol Karen Susan Michelle Jessica Angela Tiffany Sharon Jacky Nicole Jason Kevin Lucy Mary '.split(
    ' ',
  ),
)
/** A longer value under a key is a text, not a name or an address. */
const LONGEST_VALUE = 120

/** Names of people, places and organisations, and addresses. */
export function createNameDetector(): Detector {
  const chinese = new ChineseNames()
  const english = new EnglishNames()
  function detect(text: string, context: ScanContext): readonly Span[] {
    const [hasHan, hasLatin] = [HAN.test(text), LATIN.test(text)]
    if (!hasHan && !hasLatin) return []
    const values = labelled(text, context)
    const told = values.flatMap((value) => spanUnder(text, value, english))
    const places = new Map(
      told.filter(({ type }) => type === 'LOCATION').map(({ start, end }) => [start, end]),
    )
    return [
      ...(hasHan ? chinese.find(text, values) : []),
      // Whatever it looks like, under `city` it is one.
      ...(hasLatin
        ? inLatin(text, hasHan, english).filter(({ start, end }) => places.get(start) !== end)
        : []),
      ...told,
    ]
  }
  return { id: 'names', detect }
}

function inLatin(text: string, hasHan: boolean, english: EnglishNames): readonly Span[] {
  if (!hasHan) return english.find(text)
  const isFirst = (word: string) => TAKEN_NAMES.has(word) || english.isFirstName(word)
  const alone = [...text.matchAll(FIRST_NAME), ...text.matchAll(FULL_NAME)]
    .filter(({ 1: word = '' }) => isFirst(word))
    .map(({ 0: name, index }): Span => {
      return { start: index, end: index + name.length, type: 'PERSON', score: SCORE, source: 'first-name' }
    })
  const parts = [...text.matchAll(LATIN_LINES), ...text.matchAll(CAPITALISED_WORDS)]
  const named = parts.flatMap(({ 0: part, index }) =>
    english.find(part).map(({ start, end, type, score, source }) => {
      return { start: start + index, end: end + index, type, score, source }
    }),
  )
  const said = [...text.matchAll(SAID_IN_HAN)].flatMap(({ 0: all, 1: behind, 2: before, index }): Span[] => {
    const name = behind ?? before ?? ''
    if (OF_A_FIRM.test(name) || english.isThing(name)) return []
    const start = index + all.indexOf(name)
    return [{ start, end: start + name.length, type: 'PERSON', score: SCORE, source: 'said-in-han' }]
  })
  return firstOf([named, said, alone], text.length)
}

/** Of those that overlap the ones of the first list. */
function firstOf(lists: readonly (readonly Span[])[], length: number): readonly Span[] {
  const taken = new Uint8Array(length)
  return lists.flatMap((spans, list) => {
    const free =
      list === 0 ? spans : spans.filter(({ start, end }) => !taken.subarray(start, end).includes(1))
    for (const { start, end } of free) taken.fill(1, start, end)
    return free
  })
}

const TYPE_OF: Readonly<Record<Label, EntityType>> = {
  person: 'PERSON',
  somebody: 'PERSON',
  address: 'ADDRESS',
  organisation: 'ORGANIZATION',
  place: 'LOCATION',
  postcode: 'ADDRESS',
}
const NAME =
  /^\p{Script=Latin}[\p{Script=Latin}\p{M}'’.-]*(?:,? \p{Script=Latin}[\p{Script=Latin}\p{M}'’.-]*){0,4}$/u
const CAPITALISED_NAME = /^\p{Lu}[\p{Script=Latin}\p{M}'’.-]*(?:,? \p{Lu}[\p{Script=Latin}\p{M}'’.-]*){1,4}$/u
const LOOKS: Readonly<Record<Label, RegExp>> = {
  person: NAME,
  somebody: CAPITALISED_NAME,
  // A text about IPv4 addresses says no address by that.
  address: /^(?=.*(?<!IPv)\d)(?=.*\p{L}{2}).{6,}$/u,
  organisation: /^(?!(?:Mrs?|Ms|Miss|Mx|Dr)\.? )\p{Lu}.{2,}$/u,
  postcode: /^(?=.*\d.*\d)[A-Z\d][A-Z\d -]{3,9}$/u,
  place: /^\p{Lu}[\p{Script=Latin}\p{M}'’.-]+(?: [\p{Script=Latin}\p{M}'’.-]+){0,3}$/u,
}
/** What stands under such keys where nobody stands. */
const NOBODY =
  /^(?:n\/?a|none|null|nil|unknown|anonymous|undefined|true|false|test|admin|root|system|guest|user|string|name|number|boolean|int|text|varchar|any|object|date|city|town)$/i
const SCORE = 0.8
/** A full stop after a word, not after an initial or a short form. */
const END_OF_SENTENCE = /(?<=\p{Ll}{3})\.(?:\s.*)?$/u

/** What a key promises, in Latin letters; Chinese values are told by the Chinese rules. */
function spanUnder(
  text: string,
  { labels, start, end: last }: LabelledValue,
  english: EnglishNames,
): readonly Span[] {
  const stop = END_OF_SENTENCE.exec(text.slice(start, last))
  const end = stop === null ? last : start + stop.index
  const value = text.slice(start, end)
  if (HAN.test(value) || NOBODY.test(value) || text[end] === '(') return []
  const label = labels.find((one) => LOOKS[one].test(value))
  // Under `name` stands many a thing, under `fullName` nobody else.
  if (label === undefined || (label === 'somebody' && english.isThing(value))) return []
  return [{ start, end, type: TYPE_OF[label], score: SCORE, source: 'key' }]
}

function labelled(text: string, { key }: ScanContext): LabelledValue[] {
  const values = [...valuesAfterKeys(text), ...(text.includes('\n') ? valuesInColumns(text) : [])]
  const labels = key === null || text.length > LONGEST_VALUE ? [] : labelsOf(key)
  const start = text.length - text.trimStart().length
  return labels.length > 0 ? [{ labels, start, end: start + text.trim().length }, ...values] : values
}
