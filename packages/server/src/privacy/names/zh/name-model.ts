import type { Lexicon } from './lexicon.ts'
import { NEVER_NAMES } from './never-names.ts'
import { addressStep } from './suffixes.ts'
import { CUE, FUNCTION_WORD, SAYS, TITLE, VERB, WORD } from './word-table.ts'

/** All costs are eighths of a nat: what it costs that a name stands here at all, by its form. */
const FULL_NAME = 34
const SURNAME_AND_TITLE = 14
const NICKNAME = 44
const GIVEN_ALONE = 65
/** 强子: more of these are words than names. */
const PET_NAME_ENDING = 20
/** Between marks stands a name more often than a surname and a word. */
const WHOLE = 6
const CUT = 12
const WORD_AS_GIVEN = 98
const WORD_AS_NAME = 24
const WORD_AND_MORE = 16
/** Before a title any surname is one. */
const LEAST_KNOWN = 45
const MASKED = 16
/** A character that no given name of the table has. */
const RARE = 108
/** The second of two equal ones: 娟娟. */
const TWICE = 38

/** What is learned of the characters beside a name counts less than it says: both sides tell much the same. */
export const CONTEXT = 1
/** What they must say at least for a given name alone. */
export const BESIDE_GIVEN = 6

/** What stands before a name and makes it likelier. */
export const BONUS = { none: 0, edge: 8, list: 12, cue: 22, label: 36 } as const

const PREFIXES = new Set(Array.from('老小阿大二', (character) => character.charCodeAt(0)))
const MASK = '某'.charCodeAt(0)
const ONE_OF_MANY = new Set(
  Array.from('个种一些项类条年月日天处次位段件份台', (character) => character.charCodeAt(0)),
)
const ORDINALS = new Set(Array.from('甲乙丙丁', (character) => character.charCodeAt(0)))
const NICK_TITLES = new Set(
  Array.from('总工哥姐叔姨董导局处嫂婶妈爸队', (character) => character.charCodeAt(0)),
)
/** A surname that is borne by fewer stands in no nickname; 49 is one in five hundred. */
const NICKNAME_SURNAME = 52

/** Places of few houses are called as people are, and end so: 李家村, 王家庄. */
const VILLAGE = new Set(Array.from('村镇乡县区市省路街屯巷店厂', (character) => character.charCodeAt(0)))
/** 钱一根, 包三盒. */
const COUNT = new Set(Array.from('一二两三四五六七八九十几半', (character) => character.charCodeAt(0)))
const MEASURE = new Set(
  Array.from(
    '根把包盒袋张条斤个只块件份瓶杯次天年月日点位名家种套碗片颗粒双对层楼号元角分岁秒十百千万亿二三四五六七八九',
    (character) => character.charCodeAt(0),
  ),
)
const PET_NAME = 12
/** 邢大个儿, 屠胖子, 户家老三: what somebody is called after the surname. */
const TAILS = /(?:大个儿?|胖子|瘦子|矮子|大胡子|秃子|大嘴|半仙|大侠|疯子|(?:家)?老[大二三四五六])/y

/** Tells of a stretch of Han which names can begin at a character, and what each costs. */
export class NameModel {
  readonly #lexicon: Lexicon
  /** Ends and costs of the names that the last call found. */
  readonly ends = new Int32Array(16)
  readonly costs = new Int32Array(16)
  count = 0
  isEdge = false
  /** Where the Han ends in which a name is sought. */
  #limit = 0

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** The names that begin at `at` and end by `limit`, where the Han ends; `bonus` is what stands before is worth. */
  find(text: string, at: number, limit: number, bonus: number): void {
    this.count = 0
    this.#limit = limit
    const code = text.charCodeAt(at)
    const surname = this.#lexicon.surnames[code] ?? 0
    if (surname > 0) this.#afterSurname(text, at, at + 1, surname - bonus)
    for (const [name, cost] of this.#lexicon.compounds.get(code) ?? [])
      if (text.startsWith(name, at)) this.#afterSurname(text, at, at + name.length, cost - 4 - bonus)
    if (PREFIXES.has(code) && at + 1 < limit) this.#nickname(text, at, limit, bonus)
  }

  #push(end: number, cost: number): void {
    if (this.count >= this.ends.length) return
    this.ends[this.count] = end
    this.costs[this.count] = Math.max(1, cost)
    this.count += 1
  }

  /** What it costs that the two characters at `at` are a given name without its surname; 0: they are none. */
  givenAlone(text: string, at: number, limit: number, before: number): number {
    const after = this.#lexicon.context.after(text, at + 2)
    if (after < BESIDE_GIVEN) return 0
    const one = this.#lexicon.given.first[text.charCodeAt(at)] || RARE
    const two = this.#second(text.charCodeAt(at), text.charCodeAt(at + 1))
    return Math.max(1, GIVEN_ALONE + this.#word(text, at, at + 2) * 2 + one + two - before - after)
  }

  #afterSurname(text: string, at: number, given: number, cost: number): void {
    const limit = this.#limit
    if (given >= limit) return
    const { only } = this.#lexicon.given
    const one = text.charCodeAt(given)
    if (one === MASK) {
      // 由某个, 于某年: one of many, and not somebody whose name is withheld.
      if (ONE_OF_MANY.has(text.charCodeAt(given + 1))) return
      let end = given + 1
      if (end < limit && text.charCodeAt(end) === MASK) end += 1
      if (end < limit && ORDINALS.has(text.charCodeAt(end))) end += 1
      this.#push(end, MASKED + cost)
      return
    }
    TAILS.lastIndex = given
    const tail = cost < 70 ? (TAILS.exec(text)?.[0].length ?? 0) : 0
    if (tail > 0 && given + tail <= limit) this.#push(given + tail, NICKNAME - 20 + cost)
    const title = this.#lexicon.words.longest(text, given, limit, TITLE)
    if (NICK_TITLES.has(one) && title === 1 && cost < 60)
      this.#push(given + 1, NICKNAME - 4 + cost + this.#word(text, at, given + 1) * 2)
    if (title > 1) this.#push(given, SURNAME_AND_TITLE + Math.min(cost, LEAST_KNOWN))
    const compound = given - at > 1 ? -8 : 0
    const isEdge = this.isEdge
    const whole = (end: number) => (isEdge && end === limit ? WHOLE : 0)
    const word = given - at === 1 ? this.#word(text, at, given + 1) : 0
    // 文件 and 单词 are nobody, whatever stands around them.
    if (word === 0 || !NEVER_NAMES.has(text.slice(at, given + 1)))
      this.#push(
        given + 1,
        FULL_NAME +
          6 +
          word +
          compound +
          cost +
          (only[one] || RARE) -
          this.#after(text, given + 1, limit) -
          whole(given + 1),
      )
    if (given + 1 >= limit) return
    // 鑫苑小区 is an estate, whoever is called 苑.
    const step = addressStep(text, given, given + 2)
    if (step !== null && step[0].length === 2) return
    this.#push(
      given + 2,
      FULL_NAME +
        compound +
        cost +
        this.#pair(text, given) +
        (given - at === 1 ? this.#beginsWithWord(text, at) : 0) +
        this.#cutsWord(text, given + 2, limit) -
        this.#after(text, given + 2, limit) -
        whole(given + 2),
    )
  }

  /** 李子和杏子, 杨树飞絮: the word goes before, and the last character with what comes. */
  #beginsWithWord(text: string, at: number): number {
    return (this.#lexicon.words.kindOf(text, at, at + 2) & WORD) === 0 ? 0 : WORD_AND_MORE
  }

  /** 秦昭开会: the last character is the first of what somebody does. */
  #cutsWord(text: string, end: number, limit: number): number {
    if (end >= limit) return 0
    return (this.#lexicon.words.kindOf(text, end - 1, end + 1) & (VERB | SAYS | FUNCTION_WORD | CUE)) === 0
      ? 0
      : CUT
  }

  /** Of a given name of two characters; many are words: 胜利, 智慧, 玲珑. */
  #pair(text: string, given: number): number {
    const [one, two] = [text.charCodeAt(given), text.charCodeAt(given + 1)]
    const { first, second } = this.#lexicon.given
    const unlikely = (COUNT.has(one) && MEASURE.has(two) ? 60 : 0) + (VILLAGE.has(two) ? 30 : 0)
    const cost = (first[one] || RARE) + this.#second(one, two)
    if (cost < WORD_AS_GIVEN || first[one] === 0 || second[two] === 0) return cost + unlikely
    const kind = this.#lexicon.words.kindOf(text, given, given + 2)
    return ((kind & WORD) !== 0 && (kind & ~WORD) === 0 ? WORD_AS_GIVEN : cost) + unlikely
  }

  #second(one: number, two: number): number {
    const cost = this.#lexicon.given.second[two] || RARE
    return one === two ? Math.min(cost, TWICE) : cost
  }

  /** 小时, 二楼, 查收: a word is hardly what somebody is called. */
  #word(text: string, at: number, end: number): number {
    return this.#lexicon.words.kindOf(text, at, end) === 0 ? 0 : WORD_AS_NAME
  }

  /** 小瞿, 老上官, 阿杰, 大鹤子, 老楼头. */
  #nickname(text: string, at: number, limit: number, bonus: number): void {
    const code = text.charCodeAt(at + 1)
    const surname = this.#lexicon.surnames[code] ?? 0
    for (const [name, cost] of this.#lexicon.compounds.get(code) ?? [])
      if (text.startsWith(name, at + 1) && at + 1 + name.length <= limit)
        this.#push(at + 1 + name.length, NICKNAME + cost - 24 - bonus)
    const given = this.#lexicon.given.only[code] ?? 0
    const cost =
      surname > 0 && surname <= NICKNAME_SURNAME
        ? surname
        : Math.min(surname || RARE, given || RARE) + PET_NAME
    const word = this.#word(text, at, at + 2)
    this.#push(at + 2, NICKNAME + cost + word * 2 - bonus - this.#after(text, at + 2, limit) / 2)
    if (at + 2 < limit && '子儿头'.includes(text[at + 2] ?? ' '))
      this.#push(at + 3, NICKNAME + cost + 14 - bonus - this.#after(text, at + 3, limit) / 2)
  }

  /** 涛哥, 强子: a given name of one character and what friends put behind it; 乐乐妈: the mother of 乐乐. */
  petName(text: string, at: number, limit: number, bonus: number): void {
    this.count = 0
    this.#limit = limit
    const given = this.#lexicon.given.only[text.charCodeAt(at)] ?? 0
    if (given > 0 && at + 2 < limit && text[at] === text[at + 1] && '妈爸姐哥'.includes(text[at + 2] ?? ' '))
      this.#push(at + 3, NICKNAME + given + TWICE - bonus)
    if (given > 0 && at + 1 < limit && '哥姐子总仔妹叔姨'.includes(text[at + 1] ?? ' '))
      this.#push(
        at + 2,
        NICKNAME +
          given +
          PET_NAME_ENDING +
          this.#word(text, at, at + 2) * 2 -
          bonus -
          this.#after(text, at + 2, limit) / 2,
      )
  }

  /** What stands after a name and makes it likelier. */
  #after(text: string, end: number, limit: number): number {
    return this.#said(text, end, limit) / 2 + this.#lexicon.context.after(text, end) * CONTEXT
  }

  #said(text: string, end: number, limit: number): number {
    if (end >= limit) return 6
    const kinds = this.#lexicon.words.kindsFrom(text, end)
    if ((kinds & TITLE) !== 0) return 24
    if ((kinds & SAYS) !== 0) return 12
    return (kinds & (FUNCTION_WORD | VERB | CUE)) !== 0 ? 4 : 0
  }
}
