import type { Stretch } from './organisations.ts'
import type { AddressStep } from './suffixes.ts'
import { addressStep } from './suffixes.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, LOOSE, MARK, NAME } from './tokens.ts'
import { CUE, FUNCTION_WORD, PLACE, SAYS, TITLE, VERB } from './word-table.ts'

/** How far the name of a road or an estate may reach before its ending. */
const NAME_LENGTH = 8
const ROAD_LENGTH = 6
const LONGEST = 80
/** A longer number in an address is none of it: an id, a phone. */
const LONGEST_NUMBER = 5

/** `isExact`: it goes down to a number, so what stands inside is a part of it. */
export interface Address extends Stretch {
  readonly isExact: boolean
}

interface Walk {
  /** The last token that is surely part of it. */
  last: number
  /** Characters since then. */
  gap: number
  readonly steps: Record<AddressStep | 'number', number>
}

/** 路与解放街交叉口东南角: where two roads meet. */
const CORNER =
  /(?:[与和][㐀-鿿]{1,6}?(?:路|街|大道|巷|道)(?=交|路口))?(?:交叉口|交汇处|交界处|交口|路口)?(?:[东南西北]{1,2}[侧角口])?/y
const CROSSING = /交叉口|交汇处|交界处|交口|路口/
const STOPS = FUNCTION_WORD | VERB | CUE | TITLE | SAYS

/** Addresses: from a division or the name of a road to the last step that is one, without the words around. */
export function addresses(text: string, tokens: Tokens): Address[] {
  const found: Address[] = []
  const numbers = new Numbers(text, tokens)
  for (let i = 0; i < tokens.count; i += 1) {
    const anchored = (tokens.kind(i) & PLACE) !== 0
    const floor = found.at(-1)?.end ?? 0
    const estate = estateStart(text, tokens, anchored && tokens.length(i) === 2 ? i + 1 : i, floor)
    // 嘉陵江西路: what is a place elsewhere is the end of the name of a road.
    const named = nameStart(text, tokens, anchored ? i + 1 : i, floor)
    const start = estate >= 0 ? estate : anchored && (named < 0 || named > i) ? i : named
    if (start < 0) continue
    const gate = anchored || estate >= 0 ? 0 : gateOf(text, tokens.start(start))
    if (gate > 0) {
      found.push({ start: tokens.start(start), end: tokens.start(start) + gate, isExact: true })
      continue
    }
    if (estate < 0 && !anchored && !numbers.isNear(start) && !isCrossingNear(text, tokens.start(start)))
      continue
    const walk = follow(text, tokens, start, anchored)
    const last = tokens.end(walk.last)
    const corner = walk.steps.road > 0 && walk.steps.number === 0 ? cornerAfter(text, last) : 0
    const isCrossing = corner > 0 && CROSSING.test(text.slice(last - 3, last + corner))
    if (estate < 0 && !isCrossing && !isAddress(walk, anchored)) continue
    const { number, road } = walk.steps
    const end = last + (number > 0 ? restAfter(text, last) : corner)
    found.push({ start: tokens.start(start), end, isExact: number > 0 && (anchored || road > 0) })
    i = walk.last
  }
  return found
}

/** 锦绣江南三期15幢2单元, 水榭花都7栋1802: an estate that is called as it likes, known by the houses in it. */
function estateStart(text: string, tokens: Tokens, index: number, floor: number): number {
  const number = tokens.start(index)
  HOUSES.lastIndex = number
  if (!HOUSES.test(text)) return -1
  let begin = index
  for (let i = index - 1; i >= 0 && number - tokens.start(i) <= NAME_LENGTH; i -= 1) {
    if (tokens.start(i) < floor || (tokens.kind(i) & (MARK | ALNUM | STOPS)) !== 0) break
    begin = i
  }
  return number - tokens.start(begin) >= 2 ? begin : -1
}

const HOUSES =
  /(?:[一二三四五六七八九十\d]{1,2}期)?[A-Za-z]?[一二三四五六七八九十\d]{0,4}(?:号楼|栋|幢|座)(?:[一二三四五六七八九十\d]{1,4}(?:单元|号?楼|层|室|门)|[A-Z甲乙丙丁](?:座|栋|单元)|[A-Z]?\d{3,5}(?!\d))/y

/** Where the next number stands. Without a place only a number makes an address, so a walk to none is spared. */
class Numbers {
  readonly #text: string
  readonly #tokens: Tokens
  #from = 0
  #next = -1

  constructor(text: string, tokens: Tokens) {
    this.#text = text
    this.#tokens = tokens
  }

  isNear(start: number): boolean {
    const tokens = this.#tokens
    for (let i = start; i < this.#from; i += 1) if (this.#isNumber(i)) return true
    this.#from = Math.max(this.#from, start)
    this.#next = Math.max(this.#next, this.#from)
    while (this.#next < tokens.count && !this.#isNumber(this.#next)) this.#next += 1
    return this.#next < tokens.count && tokens.start(this.#next) - tokens.start(start) <= LONGEST
  }

  #isNumber(index: number): boolean {
    return (this.#tokens.kind(index) & ALNUM) !== 0 || isNumbered(this.#text, this.#tokens, index)
  }
}

function isAddress({ steps }: Walk, anchored: boolean): boolean {
  const { road, house, site, division, number } = steps
  if (!anchored)
    return (division > 0 && number > 0) || (road > 0 && number > 0) || (site > 0 && number > 0 && house > 0)
  return road + site > 0 || number > 0 || division > 0
}

/** What goes on where the words were cut across it: 4楼前台, A塔2708, 5樓之2, 612信箱17分箱, 東单元4楼西户. */
const REST = new RegExp(
  [
    '(?:(?<=[\\dA-Za-z一二三四五六七八九十])(?:UNIT)(?!.厅)',
    '(?<=[栋幢座楼塔层元室号弄期户箱])[A-Za-z]?\\d{1,5}[A-Za-z]?(?![\\d:：.年月日点人元万个只天分])',
    '(?<=号)附\\d{1,3}号',
    '(?<=[\\d号室楼])(?:[-－—]\\d{1,4}|之[\\d一二三四五六七八九十]{1,3})',
    '[东西南北中甲乙丙丁](?:单元|户|门|侧|塔|座)',
    '(?<=[号栋幢座楼元期层])[一二三四五六七八九十A-Z]{1,3}(?:UNIT)',
    '(?<=[号栋幢座楼元期层箱])\\d{1,4}[A-Z]?(?:UNIT))+',
  ]
    .join('|')
    .replaceAll('UNIT', '号楼|号院|栋|幢|座|单元|楼|层|室|房|户|号|弄|塔|期|分箱|信箱|铺|组'),
  'y',
)

function restAfter(text: string, end: number): number {
  REST.lastIndex = end
  return REST.exec(text)?.[0].length ?? 0
}

/** 幸福里小区菜鸟驿站, 阳光里小区东门: the gate of an estate, or where it takes parcels. */
const GATE = /[㐀-鿿]{2,7}?小区(?:[东南西北正]门(?:丰巢柜?|快递柜|驿站)?|菜鸟驿站|驿站|快递柜|丰巢柜?)/y

function gateOf(text: string, start: number): number {
  GATE.lastIndex = start
  return GATE.exec(text)?.[0].length ?? 0
}

const isCrossingNear = (text: string, start: number) =>
  CROSSING.test(text.slice(start, start + CROSSING_REACH))
const CROSSING_REACH = 24

function cornerAfter(text: string, end: number): number {
  CORNER.lastIndex = end
  return CORNER.exec(text)?.[0].length ?? 0
}

/** Where the name of a road or an estate begins that ends with token `index`; -1: it ends no such name. */
function nameStart(text: string, tokens: Tokens, index: number, floor: number): number {
  if ((tokens.kind(index) & (MARK | ALNUM)) !== 0) return -1
  const ending = addressStep(text, tokens.start(index), tokens.end(index))
  if (ending === null || ending[1] === 'house') return -1
  if (ending[1] === 'division' && !isNumberedVillage(text, tokens.end(index), ending[0])) return -1
  if (isCommonWord(text, tokens, index, ending[0])) return -1
  let begin = index
  const reach = ending[1] === 'road' ? ROAD_LENGTH : NAME_LENGTH
  for (let i = index - 1; i >= 0 && tokens.end(index) - tokens.start(i) <= reach; i -= 1) {
    const kind = tokens.kind(i)
    if (tokens.start(i) < floor || (kind & (MARK | ALNUM)) !== 0 || isLead(text, tokens, i, index)) break
    if ((kind & STOPS) !== 0 && !isMeridian(text, tokens, i) && !(i === index - 1 && isVerbOfName(tokens, i)))
      break
    begin = i
  }
  if (ending[1] === 'site' && '一二三四五六七八九十'.includes(text[tokens.start(begin)] ?? ' ')) return -1
  return tokens.end(index) - tokens.start(begin) >= 2 ? begin : -1
}

/** 经十路: a road that is counted, and no 经 of going by. */
const isMeridian = (text: string, tokens: Tokens, index: number) =>
  tokens.length(index) === 1 && MERIDIAN.test(text.slice(tokens.start(index), tokens.start(index) + 2))
const MERIDIAN = /^[经纬][一二三四五六七八九十]$/

/** 李家村三组17号, 大石坝七村19号. */
function isNumberedVillage(text: string, end: number, ending: string): boolean {
  VILLAGE_HOUSE.lastIndex = end
  return /[村庄屯]$|社区$/.test(ending) && VILLAGE_HOUSE.test(text)
}
const VILLAGE_HOUSE = /[一二三四五六七八九十\d]{1,4}(?:组|社|队|号|栋|幢)/y

/** 放和平里, 约南京路: a verb of one character. */
const isLead = (text: string, tokens: Tokens, index: number, ending: number) =>
  index < ending - 1 &&
  tokens.length(index) === 1 &&
  '放寄送搬约去回住找取停等接派发'.includes(text[tokens.start(index)] ?? '.')

/** 建设路, 团结街: a verb right before the ending, with nothing before it that it could be said of. */
const isVerbOfName = (tokens: Tokens, index: number) =>
  ((tokens.kind(index) & (FUNCTION_WORD | CUE)) === 0 || (tokens.kind(index + 2) & ALNUM) !== 0) &&
  tokens.length(index) === 2 &&
  (tokens.kind(index - 1) & (MARK | FUNCTION_WORD | CUE | PLACE)) !== 0

function follow(text: string, tokens: Tokens, start: number, anchored: boolean): Walk {
  const walk: Walk = { last: start, gap: 0, steps: { division: 0, road: 0, house: 0, site: 0, number: 0 } }
  for (let i = anchored ? start + 1 : start; i < tokens.count; i += 1) {
    if (tokens.end(i) - tokens.start(start) > LONGEST || walk.gap > NAME_LENGTH + 1) break
    if (!takes(text, tokens, i, walk)) break
  }
  return walk
}

/** Goes over one token; false where the address must have ended. */
function takes(text: string, tokens: Tokens, index: number, walk: Walk): boolean {
  const kind = tokens.kind(index)
  if ((kind & PLACE) !== 0 && addressStep(text, tokens.start(index), tokens.end(index))?.[1] !== 'road') {
    if (walk.gap > 0 && walk.steps.number > 0) return false
    if (walk.gap === 0) walk.last = index
    else walk.gap += tokens.length(index)
    return true
  }
  if ((kind & ALNUM) !== 0) {
    if (takesNumber(text, tokens, index, walk.last)) advance(walk, index, 'number')
    else walk.gap += tokens.length(index)
    return true
  }
  if ((kind & MARK) !== 0) return joins(text, tokens, index, walk)
  const step = stepOf(text, tokens, index, walk)
  if (step !== null) {
    advance(walk, index, step)
    if (isNumbered(text, tokens, index)) walk.steps.number += 1
    return true
  }
  if (ends(text, tokens, index)) return false
  walk.gap += tokens.length(index)
  return true
}

function advance(walk: Walk, index: number, step: AddressStep | 'number'): void {
  walk.last = index
  walk.gap = 0
  walk.steps[step] += 1
}

/** Numbers stand after a step (B座702), before one (12号), or after a dash. */
function takesNumber(text: string, tokens: Tokens, index: number, last: number): boolean {
  if (tokens.length(index) > LONGEST_NUMBER && !text.startsWith('信箱', tokens.end(index))) return false
  const dashed = index - last === 2 && '-#－—'.includes(text[tokens.start(index - 1)] ?? ' ')
  if (index - last !== 1 && !dashed) return false
  return (
    (tokens.kind(last) & ALNUM) !== 0 ||
    isDirection(text, tokens, last) ||
    addressStep(text, tokens.start(last), tokens.end(last)) !== null
  )
}

const isDirection = (text: string, tokens: Tokens, index: number, length = 1) =>
  tokens.length(index) === length && '东南西北中'.includes(text[tokens.start(index)] ?? ' ')

function isNumbered(text: string, tokens: Tokens, index: number): boolean {
  return (
    '号栋幢座楼层室弄单元院户门期铺'.includes(text[tokens.end(index) - 1] ?? ' ') &&
    isAfterNumber(text, tokens, index)
  )
}

const isAfterNumber = (text: string, tokens: Tokens, index: number) =>
  (tokens.kind(index - 1) & ALNUM) !== 0 ||
  /[一二三四五六七八九十]/.test(text.slice(tokens.start(index) - 1, tokens.end(index)))

function joins(text: string, tokens: Tokens, index: number, { last, steps }: Walk): boolean {
  const mark = text[tokens.start(index)] ?? ''
  if ('-#－—'.includes(mark)) return true
  if (mark !== ' ' || last !== index - 1) return false
  // A space joins a house number to what stands before it: 12号 3栋.
  const next = addressStep(text, tokens.start(index + 2), tokens.end(index + 2))
  return (
    steps.road + steps.site + steps.division > 0 &&
    (tokens.kind(index + 1) & ALNUM) !== 0 &&
    next?.[1] === 'house'
  )
}

/** What step a token is here; null: none. */
function stepOf(text: string, tokens: Tokens, index: number, { last, gap, steps }: Walk): AddressStep | null {
  const start = tokens.start(index)
  const end = tokens.end(index)
  // 五和大道南2号: a direction between a road and its number.
  if (
    isDirection(text, tokens, index) &&
    last === index - 1 &&
    steps.road > 0 &&
    (tokens.kind(index + 1) & ALNUM) !== 0
  )
    return 'road'
  // 王楼村6组, 平安村3社: the part of a village.
  if (end - start === 1 && steps.division > 0 && last === index - 1 && isPartOfVillage(text, tokens, index))
    return 'house'
  const found = addressStep(text, start, end)
  if (found === null) return null
  const [ending, step] = found
  if (step === 'house') {
    const alone = end - start === ending.length || '一二三四五六七八九十'.includes(text[start] ?? ' ')
    if (!alone) return null
    return isAfterNumber(text, tokens, index) ||
      ('楼院室'.includes(ending) && last === index - 1 && steps.number > 0)
      ? step
      : null
  }
  const whole = ending.length === end - start
  if (isCommonWord(text, tokens, index, ending)) return null
  if (!whole) return step
  const named = gap > 0 || (tokens.kind(index - 1) & PLACE) !== 0
  return named || (ending.length > 1 && last === index - 1) ? step : null
}

const isPartOfVillage = (text: string, tokens: Tokens, index: number) =>
  '组队社屯'.includes(text[tokens.start(index)] ?? ' ') && (tokens.kind(index - 1) & ALNUM) !== 0

/** 天台, 独居, 纸条, 片区 end like a terrace, a residence, a lane, a district; before a number (御景园 3栋) they are a name. */
function isCommonWord(text: string, tokens: Tokens, index: number, ending: string): boolean {
  if (ending.length > 1 || tokens.length(index) !== 2 || '村镇乡州县市旗'.includes(ending)) return false
  const numbered =
    (tokens.kind(index + 1) & ALNUM) !== 0 &&
    /^(?:house|road)$/.test(addressStep(text, tokens.start(index + 2), tokens.end(index + 2))?.[1] ?? '')
  return !numbered
}

/** 30号富力盈通大厦3508, 8号美的林城时代3栋: right after a number, up to the next one. */
const BUILDING =
  /(?![㐀-鿿]{0,9}[在有是了个这那一])[㐀-鿿]{2,10}?(?:(?:大厦|大楼|广场|花园|小区|公寓|家园|国际|[\dA-Z]{1,4}(?:栋|幢|座|号楼|塔))|(?:中心|时代|城|苑|园)\d)/y

function isBuildingAhead(text: string, tokens: Tokens, index: number): boolean {
  for (let i = index; i > index - 3 && i > 0; i -= 1) {
    if (!NUMBER_END.test(text[tokens.start(i) - 1] ?? ' ')) continue
    BUILDING.lastIndex = tokens.start(i)
    const found = BUILDING.exec(text)
    return found !== null && found.index + found[0].length > tokens.start(index)
  }
  return false
}
const NUMBER_END = /[号弄栋幢座\d]/

const VILLAGE = /[㐀-鿿]{0,2}[村镇乡屯路街庄巷]/y

/** A word that no name of a road runs over; one right before its ending may still be of the name: 建设路, 和平街, 万和城. */
function ends(text: string, tokens: Tokens, index: number): boolean {
  if (isMeridian(text, tokens, index)) return false
  const kind = tokens.kind(index)
  if ((kind & (STOPS | NAME)) === 0) return false
  // 东城区东四北大街
  if ((tokens.kind(index - 1) & PLACE) !== 0 && isDirection(text, tokens, index, 2)) return false
  if (index > 0 && isBuildingAhead(text, tokens, index)) return false
  // 大王庄乡, 枣林镇上坝村: what is a name or a word elsewhere.
  VILLAGE.lastIndex = tokens.end(index)
  if ((kind & NAME) !== 0 && VILLAGE.test(text)) return false
  if ('镇乡村'.includes(text[tokens.start(index)] ?? ' ') && (kind & NAME) === 0) return false
  const next = addressStep(text, tokens.start(index + 1), tokens.end(index + 1))
  const single = tokens.length(index) === 1
  const named = next !== null && next[1] !== 'house' && (next[0].length > 1 || tokens.length(index + 1) === 1)
  if (!single) return !named
  if ('与东西南北中上下里内外'.includes(text[tokens.start(index)] ?? ' ')) return false
  return !(
    named &&
    (tokens.kind(index - 1) & LOOSE) !== 0 &&
    !'的了在'.includes(text[tokens.start(index)] ?? ' ')
  )
}
