import { COMMON_PARTS, isBareEnding, organisationEnding } from './suffixes.ts'
import type { OrganisationEnding } from './suffixes.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, LOOSE, MARK, NAME } from './tokens.ts'
import { CUE, FUNCTION_WORD, PLACE, SAYS, TITLE, VERB } from './word-table.ts'

/** Longer names are rare, and a walk to the left must end. */
const LONGEST = 30

export interface Stretch {
  readonly start: number
  readonly end: number
}

interface Ending {
  /** Where the ending begins. */
  readonly at: number
  readonly ending: string
  readonly kind: OrganisationEnding
}

/** What the words before an ending say for its being a name. */
interface Evidence {
  places: number
  /** Characters that belong to no word: brands are mostly made of them. */
  loose: number
  named: number
}

const BRACKETS: Readonly<Record<string, string>> = { '）': '（', ')': '(' }
/** 一家, 三名, 某: what follows is a kind of thing and no name. */
const COUNTED =
  /^(?:[一二两三四五六七八九十几数多某每各该本\d]{1,3}[家所间个座名位款张份处]|[几数多某每各该本\d]{1,3}|[家所间个座名位款张份年月日号元])$/
/** (火车站店) after a name, or a branch without brackets: 超市振兴店. */
const BRANCH = /(?:[（(][^（()）\n]{2,12}店[）)]|[㐀-鿿]{2,4}店)/y
const PARTS_OF = /^[㐀-鿿]{0,6}[与和]$/

/** Firms that are called without a form of firm, and are nothing else. */
const KNOWN =
  /国家电网|南方电网|中国石化|中国石油|中石化|中石油|中海油|中国移动|中国联通|中国电信|中国铁塔|中国烟草|中华电信|中兴通讯|字节跳动|新浪网|阳光保险|平安保险|人保财险|太平洋保险|中国平安|中国人寿|泰康人寿|新华保险|众安保险|顺丰速运|中通快递|圆通速递|申通快递|韵达快递|极兔速递|京东物流|德邦物流|用友网络|金蝶软件|科大讯飞|宁德时代|商汤科技|海康威视|中芯国际|中国中车|中国建筑|中国铁建|中国中铁|中国交建|中信证券|中金公司|国泰君安|海通证券|华泰证券|工商银行|建设银行|农业银行|交通银行|招商银行|浦发银行|兴业银行|民生银行|光大银行|中信银行|华夏银行|平安银行|邮储银行/g

/** Names of organisations: an ending of the table, and the words to its left up to the first that cannot belong to it. */
export function organisations(text: string, tokens: Tokens): Stretch[] {
  const found: Stretch[] = []
  for (let i = 0; i < tokens.count; i += 1) {
    if ((tokens.kind(i) & (MARK | ALNUM)) !== 0) continue
    const end = tokens.end(i)
    const ending = organisationEnding(text, end)
    if (ending === null) continue
    const start = startOf(text, tokens, i, { at: end - ending[0].length, ending: ending[0], kind: ending[1] })
    if (start >= 0) join(text, found, start, end)
  }
  // Where one of these lies within another name, that was found first.
  const known = Array.from(text.matchAll(KNOWN), ({ 0: name, index }) => ({
    start: index,
    end: index + name.length,
  }))
  return [...found.map(({ start, end }) => ({ start, end: end + branchAfter(text, end) })), ...known]
}

/** Puts a name behind the others; what it overlaps or continues becomes one with it. */
function join(text: string, found: Stretch[], start: number, end: number): void {
  let begin = start
  let last = found.at(-1)
  while (last && (last.end > begin || isContinued(text, last.end, begin))) {
    begin = Math.min(begin, last.start)
    found.pop()
    last = found.at(-1)
  }
  found.push({ start: begin, end })
}

/** 材料科学与工程学院 after a university is a part of it, 与 or no. */
function isContinued(text: string, end: number, start: number): boolean {
  const between = start - end
  return (
    between > 2 &&
    between <= 7 &&
    '学院所系'.includes(text[end - 1] ?? ' ') &&
    PARTS_OF.test(text.slice(end, start))
  )
}

/** 材料科学与工程学院 after a university. */
const DEPARTMENT =
  /(?:(?![的了在后是从到就毕读任及等来校生])[㐀-鿿]){2,10}?(?:学院|研究院|研究所|实验室|系(?![统列])|医院)/y

const HOSPITAL_PART = /(?:[东西南北]院|[㐀-鿿]{1,3}院区|[㐀-鿿]{2,4}分院)/y

function branchAfter(text: string, end: number): number {
  if (text.startsWith('大学', end - 2)) {
    DEPARTMENT.lastIndex = end
    return DEPARTMENT.exec(text)?.[0].length ?? 0
  }
  if (text.startsWith('医院', end - 2)) {
    HOSPITAL_PART.lastIndex = end
    return HOSPITAL_PART.exec(text)?.[0].length ?? 0
  }
  if (!'店市房场楼院馆'.includes(text[end - 1] ?? ' ')) return 0
  BRANCH.lastIndex = end
  return BRANCH.exec(text)?.[0].length ?? 0
}

function startOf(text: string, tokens: Tokens, index: number, ending: Ending): number {
  let first = index
  while (tokens.start(first) > ending.at) first -= 1
  // The dictionary has some names whole: 北京大学. Then the ending begins inside a word.
  const whole = tokens.start(first) < ending.at ? first + 1 : first
  // 充电器 is a thing, and no firm of the trade.
  if (whole > first && isBareEnding(ending.ending)) return -1
  const begin = walk(text, tokens, first - 1)
  const trimmed = placeWithin(text, tokens, trim(text, tokens, begin, whole - 1), {
    whole,
    ending: ending.ending,
  })
  for (const from of trimmed === begin ? [begin] : [trimmed, begin])
    if (isName(text, tokens, { from, first: whole, ending })) return tokens.start(from)
  return -1
}

interface Candidate {
  readonly from: number
  readonly first: number
  readonly ending: Ending
}

function isName(
  text: string,
  tokens: Tokens,
  { from, first, ending: { at, ending, kind } }: Candidate,
): boolean {
  const start = tokens.start(from)
  const length = at - start
  if (length < 2 || COMMON_PARTS.has(text.slice(start, at))) return false
  const { places, loose, named } = evidenceOf(text, tokens, from, first)
  if (isBareEnding(ending))
    return (
      loose >= 2 ||
      (places > 0 && ending.endsWith('分公司')) ||
      organisationEnding(text, at - 2) !== null ||
      (named > 0 && text.slice(start, at).includes('公司'))
    )
  if (kind === 'legal') return true
  if (kind === 'named') return places > 0 || loose >= 2 || named > 0
  return (
    length >= 4 &&
    (places > 0 || loose > 2 || (named > 1 && ending.endsWith('会')) || (loose > 1 && named > 0))
  )
}

function evidenceOf(text: string, tokens: Tokens, from: number, first: number): Evidence {
  const evidence: Evidence = { places: 0, loose: 0, named: 0 }
  for (let i = from; i < first; i += 1) {
    const kind = tokens.kind(i)
    if ((kind & PLACE) !== 0) evidence.places += 1
    else if ((kind & NAME) !== 0) evidence.loose += 2
    else if ((kind & (LOOSE | ALNUM)) !== 0) evidence.loose += tokens.length(i)
    else if ((kind & MARK) === 0 && !COMMON_PARTS.has(text.slice(tokens.start(i), tokens.end(i))))
      evidence.named += 1
  }
  return evidence
}

/** The first token to the left that may still belong to the name. */
function walk(text: string, tokens: Tokens, from: number): number {
  let begin = from + 1
  for (let i = from; i >= 0 && tokens.end(from) - tokens.start(i) <= LONGEST; i -= 1) {
    if ((tokens.kind(i) & MARK) !== 0) {
      const open = BRACKETS[text[tokens.start(i)] ?? '']
      const opened = open === undefined ? -1 : openingOf(text, tokens, i, open)
      if (opened < 1) break
      i = opened
    } else if (stops(text, tokens, i, i < from ? tokens.kind(i + 1) : 0)) break
    begin = i
  }
  return begin
}

function stops(text: string, tokens: Tokens, index: number, next: number): boolean {
  const kind = tokens.kind(index)
  const word = text.slice(tokens.start(index), tokens.end(index))
  if ((kind & FUNCTION_WORD) !== 0 && (kind & PLACE) === 0 && !isOfBrand(text, tokens, index)) return true
  if (COUNTED.test(word)) return true
  if ((kind & (CUE | TITLE)) !== 0 && word.length > 1) return true
  if ((next & PLACE) !== 0 && (kind & (VERB | NAME | SAYS)) !== 0) return true
  if ((kind & NAME) !== 0 && ((next & VERB) !== 0 || word.includes('某'))) return true
  // A verb at the left edge may be a brand (飞扬, 振兴); after another word it is what somebody does.
  if ((kind & VERB) !== 0 && word.length > 1 && !COMMON_PARTS.has(word))
    return (tokens.kind(index - 1) & (MARK | FUNCTION_WORD | CUE | PLACE)) === 0
  // Digits before a name are a number in a list, a price, a date.
  return (kind & ALNUM) !== 0 && !/^[A-Za-z]/.test(word)
}

/** 通辽好想来印刷有限公司: a word of grammar within a brand that follows a place. */
function isOfBrand(text: string, tokens: Tokens, index: number): boolean {
  if (tokens.length(index) !== 1 || !'和来想同为能可得都正比'.includes(text[tokens.start(index)] ?? ' '))
    return false
  if ((tokens.kind(index - 1) & MARK) !== 0 && tokens.length(index + 1) === 1) return true
  for (let i = index - 1; i >= index - 2; i -= 1) {
    if ((tokens.kind(i) & PLACE) !== 0) return true
    if ((tokens.kind(i) & LOOSE) === 0) return false
  }
  return false
}

function openingOf(text: string, tokens: Tokens, close: number, open: string): number {
  for (let i = close - 1; i >= 0 && close - i < 6; i -= 1) if (text[tokens.start(i)] === open) return i
  return -1
}

/** What stands before a name and is no part of it: 转华西医院, 原某某厂, 求问国网供电公司. */
const LEADS =
  /^(?:[任聘送转归今祝退附原见持交投赴给谈被往赠捐去前后先再又另则向人于]|恭喜|加盟|求问|避雷|另附|今早|供货商|供应商|老字号|前东家|搬家公司|遗失|受理|排查|串通|名称|部门|医院|学校|企业|公司|单位|机构|银行|商家|店家|东家|工厂|旗下|身上有)$/

/** A verb or a word that stands before names is not of the name, if enough is left without it. */
function trim(text: string, tokens: Tokens, begin: number, first: number): number {
  let i = begin
  while (
    i < first &&
    (tokens.kind(i) & (PLACE | NAME)) === 0 &&
    (LEADS.test(text.slice(tokens.start(i), tokens.end(i))) ||
      ((tokens.kind(i) & (CUE | TITLE | VERB | SAYS)) !== 0 && tokens.length(i) > 1))
  )
    i += 1
  return i
}

/** Where a part of a firm is named, the firm comes before the place. */
const BRANCHES = /(?:分公司|支公司|支行|分行|营业部|办事处|分局|分部|店|中心|分院|分校|校区)$/
/** 国网庆阳供电公司, 中国人寿宝鸡支公司. */
const NATIONAL =
  /(?:国网|中国|中共|国家|共青团|中华|人民|全国|新|大|人寿|财险|保险|总局|总公司|总行|总队|集团)$/

/** 培训机构夏县联合会: what kind of firm it is stands before its name. */
const KIND_OF_FIRM = /(?:公司|机构|企业|厂商|厂家|单位)$/

/** A name with a place in it begins there: what stands before belongs to the sentence. */
function placeWithin(
  text: string,
  tokens: Tokens,
  begin: number,
  { whole, ending }: { readonly whole: number; readonly ending: string },
): number {
  if (BRANCHES.test(ending)) return begin
  for (let i = whole - 1; i > begin; i -= 1)
    if (KIND_OF_FIRM.test(text.slice(tokens.start(i - 1), tokens.end(i - 1)))) return i
  for (let i = begin + 1; i < whole; i += 1) {
    if ((tokens.kind(i) & MARK) !== 0) return begin
    if ((tokens.kind(i) & PLACE) === 0) continue
    const before = text.slice(tokens.start(begin), tokens.start(i))
    return before.length === 1 || NATIONAL.test(before) || (tokens.kind(i - 1) & PLACE) !== 0 ? begin : i
  }
  return begin
}
