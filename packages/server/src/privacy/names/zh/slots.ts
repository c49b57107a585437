import { BETWEEN, DEED as DOES, PERSON_WORDS, hashOfWord } from './person-words.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, MARK, NAME } from './tokens.ts'
import { CUE, FUNCTION_WORD, SAYS, TITLE } from './word-table.ts'

/** What a place says for somebody standing there, in the units of the word model; 0: nothing. */
export type Slot = number

/** `收件人：`, `签名：`, and nothing else in the field. */
const FIELD = 430
/** A telephone number or the number of an identity card beside it, in the same row. */
const BESIDE_NUMBER = 430
/** A turn in a conversation whose others are people. */
const TURN = 430
const ADDRESSED = 500
/** `的身份证`, `（原名`: only people have those. */
const OWNS = 400
/** `班主任`, `家属`, without a mark between. */
const AFTER_ROLE = 60
/** `租户万里拖欠`: and somebody does something. */
const DOING_AFTER_ROLE = 200
/** 客户成功申请: how it is done. */
const MANNERS = new Set(
  '成功 从容 平安 安全 公开 高效 全力 全程 温和 高调 明确 强行 安心 用心 成批 向前 向上 安稳'.split(' '),
)
/** And a mark behind. */
const ALONE_AFTER_ROLE = 110
/** `您好`, after `亲爱的`, and who gets money. */
const GREETED = 430
const PAID = 280
/** In a row of names: two of them on one side, or one on each. */
const LISTED = 320
/** `经某人介绍`, `请某人把`. */
const BY_SOMEBODY = 230
/** `一号张伟，二号丛林，`: the same character before it and the same mark behind as with a name. */
const PARALLEL = 260
/** `，男，45岁`: what forms say of somebody. */
const DESCRIBED = 430
/** `这个人`, `这孩子`, `他妈`, `是我同学`. */
const POINTED_AT = 400
/** `我叫`, `化名`. */
const NAMED = 400
/** `敬上`, `亲启`. */
const SIGNS = 400
/** `马上同学请到教务处`: nothing but somebody is a student. */
const FELLOW_STUDENT = 620
/** `“成功，过来一下。”` */
const CALLED = 330
const CALLING =
  /[，,！!][“"]?(?:过来|快来|快点|快过|来一下|帮[我他她忙]|麻烦[你您]|别[走动闹哭吵忘急怕]|等等|等一下|在吗|开门|给我|听我|看这|站住|起床|吃饭|签[个字]|[你您](?:[的怎看先快别在去来把要给听说好]|什么|今天|昨天|明天|电话))/y
/** They open a sentence as well as calling somebody. */
const HEDGES = new Set(
  '万一 何必 何况 那么 于是 终于 居然 连忙 马上 向来 从来 方才 全都 幸好 常常 曾经 时而'.split(' '),
)
/** `高中同学` are many. */
const OF_MANY = new Set(
  '全体 全班 全校 全院 全系 全年 许多 有关 相关 高中 初中 高一 高二 高三 初一 初二 初三 广大 应届 文科 成绩 所有 各位 单位 年级'.split(
    ' ',
  ),
)
const FELLOW = /同学(?:请|你|您|到|来|把|被|在|因|的家长|的父母|家长|获|荣获|[：:，,])/y
/** One name beside it, with 和 between. */
const JOINED = 110
/** And `两位`, `三人` behind the row. */
const COUNTED = 360
const JOINTS = new Set(Array.from('、,，;； \t/'))

const ADDRESSES = new Set(['先生', '女士', '小姐', '太太', '同志'])
const GREETED_BEHIND = /[您你]好(?!像|笑|多|几|大|不)/y
const GREETED_BEFORE = /(?:早上好|下午好|晚上好|早安|晚安|你好|您好|亲爱的|尊敬的|敬爱的|哈喽|@) ?$/
const MAY_GREET = new Set(Array.from('好安的喽给@ '))
const MAY_OWN = new Set(Array.from('本名的身户学工病社生（('))
const BY = new Set(Array.from('经据由受应托蒙听'))
const DEED =
  /(?:介绍|邀请|推荐|委托|指导|提醒|引荐|牵线|透露|反映|举报|转述|讲|说|回忆|签字|签收|代签|代办|垫付|主刀|主讲|担保|陪同|本人)/y
const ASK = new Set(Array.from('请让叫劝催派托求'))
const TASK = new Set(Array.from('把将替帮给转'))
const PAID_BEFORE = /(?:转账|汇款|打款|付款|汇|转|退|还|借)给$/
const KEY_MARKS = /[：:= ]["“'‘ ]{0,2}$|["“][：:] ?["“]$/
const SIGNED = /(?:签名|签字|签收|署名|落款|具名|签章|取件|提货|立据|具结|收件|收货|寄件)[人者]?[：:] {0,2}$/
const OF_A_PERSON =
  /本人(?![章的])|名下|的?(?:身份证|户口|学号|工号|病历|社保|生日|护照|驾照|学籍|准考证|手机号|微信号?|遗嘱|葬礼|婚礼|追悼会|笔录|口供|供词|证言|病情|遗体|简历|妻子|丈夫|老婆|老公|女儿|儿子|父亲|母亲|爸爸|妈妈|父母|岳父|岳母|爷爷|奶奶|外婆|孙子|孙女|女友|男友|女朋友|男朋友|同桌|室友|班主任|毕业论文|入职|工资卡)|(?:（|\()(?:原名|曾用名|化名|绰号|别名|小名)/y
const MAY_DESCRIBE = new Set(Array.from('，,（( 、|\t'))
const DESCRIBES =
  /(?:[，,（( 、]{1,2}|[ \t]?[|\t][ \t]?)(?:(?:男|女)(?=[，,）)、；;。\s|]|$)|(?:现年|年仅|享年|今年)?(?:\d{1,3}|[一二三四五六七八九十]{1,3})岁|(?:19|20)\d\d年(?:出)?生)/y
const MAY_POINT = new Set(Array.from('这那他她是'))
const POINTS =
  /[这那](?:个人|人(?![么家])|孩子|丫头|小子|家伙|姑娘|小伙|老头|同学|同志)|[他她](?:爸|妈|爹|娘|哥|姐|弟|妹|奶奶|爷爷|老婆|老公|媳妇|对象)|是[我他她你咱]们?[^，。；！？\s]{0,4}(?:同学|同事|朋友|邻居|室友|同桌|老乡|战友|队友|老板|领导|老师|学生|徒弟|师傅|班长|组长|儿子|女儿|哥|姐|弟|妹|爸|妈|[表堂亲])/y
const MAY_NAME = new Set(Array.from('叫做名称是为'))
const NAMES =
  /(?:[我她他]叫|名叫|名字[叫是]|叫做|化名[叫为]?|自称是?|改名[叫为]?|[取起]名[叫为]?|笔名[叫是为]?|本名[叫是]?|真名[叫是]?|小名叫?|网名叫?|人称)$/
const MAY_SIGN = new Set(Array.from('敬谨拜亲'))
const SIGNS_BEHIND = /(?:敬上|谨上|拜上|敬启|谨启|亲启|亲收|敬贺|敬邀|谨识)/y
const COUNT_BEHIND =
  /(?:等?[两二三四五六七八九十几]?(?:位|人|名)|夫妇|夫妻|父子|父女|母子|母女|兄弟|姐妹|姐弟|兄妹|同学|同志)/y
const CONJUNCTIONS = new Set(Array.from('和与跟同及'))
const LONGEST_KEY = 12
/** What names the number beside it or another field of the row, and nobody whose number it is: `卡号 1380`. */
const LABEL_END = /[号码额价牌费款税率量贯重]$/
const LABELS = new Set(
  '年龄 年级 年份 班级 班次 颜色 来源 来电 支行 时间 时长 方式 项目 商品 商户 成本 成绩 温度 高度 宽度 长度 应付 应收 应缴 实收 房间 房型 楼层 路线 航班 车型 车次 车间 舱位 席位 包裹 包装 房租 利息 本金 权限 区域 单位 单据 容积 简介 章节 凭证 计量 通知 别名 关系 牌照 米数 钱数 申请 支付'.split(
    ' ',
  ),
)
/** In marks, between two fields of a row. */
const APART = 2
const MOST_AROUND = 200

/** Places where only somebody can stand, whatever the word is elsewhere. Keeps what it knows of one text. */
export class Slots {
  readonly #text: string
  readonly #tokens: Tokens
  /** Whether lines begin with somebody and a colon; found out when it is first asked for. */
  #hasTurns: boolean | null = null
  /** What stands around the names of the text; made when it is first asked for. */
  #around: ReadonlySet<string> | null = null

  constructor(text: string, tokens: Tokens) {
    this.#text = text
    this.#tokens = tokens
  }

  /** What stands around the word says. */
  at(index: number): Slot {
    const tokens = this.#tokens
    const [before, after] = [tokens.kind(index - 1), tokens.kind(index + 1)]
    const isLast = index + 1 >= tokens.count
    const isFirst = index === 0
    if ((after & TITLE) !== 0 && ADDRESSES.has(this.#word(index + 1))) return ADDRESSED
    const isBegun = isFirst || (before & MARK) !== 0
    if (isBegun && this.#isFellow(index)) return FELLOW_STUDENT
    if (isBegun && !isFirst && this.#isCalled(index)) return CALLED
    if (this.#owns(tokens.end(index))) return OWNS
    const said = this.#behind(tokens.end(index))
    if (said !== 0) return said
    const isOpen = isBegun
    const isClosed = isLast || (after & (MARK | ALNUM)) !== 0
    if (isOpen && isClosed) {
      if (!isFirst && this.#isField(index)) return FIELD
      if (this.#isBesideNumber(index)) return BESIDE_NUMBER
      if (this.#isTurn(index)) return TURN
      if (this.#isListed(index)) return LISTED
    }
    const greeted = this.#greeted(index, isOpen, isClosed)
    if (greeted !== 0) return greeted
    if (isClosed && this.#isNamed(tokens.start(index))) return NAMED
    const joined = this.#joined(index)
    if (joined !== 0) return joined
    if (isClosed && !isOpen && this.#isParallel(index)) return PARALLEL
    if ((before & CUE) !== 0)
      return isClosed ? ALONE_AFTER_ROLE : this.#isDoing(index) ? DOING_AFTER_ROLE : AFTER_ROLE
    return isOpen && (after & SAYS) !== 0 ? AFTER_ROLE : 0
  }

  /** 马上同学请到教务处. */
  #isFellow(index: number): boolean {
    const end = this.#tokens.end(index)
    return this.#text[end] === '同' && this.#stands(FELLOW, end) && !OF_MANY.has(this.#word(index))
  }

  #isCalled(index: number): boolean {
    const before = this.#text[this.#tokens.start(index) - 1] ?? ' '
    if ((this.#tokens.kind(index) & FUNCTION_WORD) !== 0 || HEDGES.has(this.#word(index))) return false
    return '“"「『'.includes(before) && this.#stands(CALLING, this.#tokens.end(index))
  }

  #isDoing(index: number): boolean {
    const kindOf = (at: number) =>
      PERSON_WORDS.get(hashOfWord(this.#text, this.#tokens.start(at), this.#tokens.end(at))) ?? 0
    if (MANNERS.has(this.#word(index))) return false
    return (kindOf(index) & (BETWEEN | DOES)) === 0 && (kindOf(index + 1) & DOES) !== 0
  }

  #greeted(index: number, isOpen: boolean, isClosed: boolean): Slot {
    const [start, end] = [this.#tokens.start(index), this.#tokens.end(index)]
    GREETED_BEHIND.lastIndex = end
    if (isOpen && GREETED_BEHIND.test(this.#text)) return GREETED
    // Most words are told apart by one character, which costs no copy of the text.
    const last = this.#text[start - 1] ?? ' '
    const before = MAY_GREET.has(last) ? this.#text.slice(Math.max(0, start - LONGEST_KEY), start) : ''
    if (PAID_BEFORE.test(before)) return PAID
    DEED.lastIndex = end
    if (BY.has(this.#text[start - 1] ?? ' ') && DEED.test(this.#text)) return BY_SOMEBODY
    if (ASK.has(this.#text[start - 1] ?? ' ') && TASK.has(this.#text[end] ?? ' ')) return BY_SOMEBODY
    return isClosed && GREETED_BEFORE.test(before) ? GREETED : 0
  }

  /** What comes right behind says of somebody. */
  #behind(end: number): Slot {
    const next = this.#text[end] ?? '.'
    if (MAY_DESCRIBE.has(next) && this.#stands(DESCRIBES, end)) return DESCRIBED
    if (MAY_POINT.has(next) && this.#stands(POINTS, end)) return POINTED_AT
    return MAY_SIGN.has(next) && this.#stands(SIGNS_BEHIND, end) ? SIGNS : 0
  }

  #stands(pattern: RegExp, at: number): boolean {
    pattern.lastIndex = at
    return pattern.test(this.#text)
  }

  #isNamed(start: number): boolean {
    if (!MAY_NAME.has(this.#text[start - 1] ?? '.')) return false
    return NAMES.test(this.#text.slice(Math.max(0, start - LONGEST_KEY), start))
  }

  /** A name on one side, with 和 or 、 between; people are counted behind a row of them. */
  #joined(index: number): Slot {
    const tokens = this.#tokens
    for (const step of [1, -1] as const) {
      const joint = this.#text[tokens.start(index + step)] ?? '.'
      if (tokens.length(index + step) !== 1 || (tokens.kind(index + 2 * step) & NAME) === 0) continue
      const last = step === 1 ? index + 2 : index
      if (joint === '、' && this.#stands(COUNT_BEHIND, tokens.end(last))) return COUNTED
      if (CONJUNCTIONS.has(joint)) return JOINED
    }
    return 0
  }

  #word(index: number): string {
    return this.#text.slice(this.#tokens.start(index), this.#tokens.end(index))
  }

  #owns(end: number): boolean {
    if (!MAY_OWN.has(this.#text[end] ?? ' ')) return false
    OF_A_PERSON.lastIndex = end
    return OF_A_PERSON.test(this.#text)
  }

  /** A key that says that somebody follows, and a mark between. */
  #isField(index: number): boolean {
    const tokens = this.#tokens
    const start = tokens.start(index)
    const before = this.#text.slice(Math.max(0, start - LONGEST_KEY), start)
    if (SIGNED.test(before)) return true
    if (!KEY_MARKS.test(before)) return false
    let key = index - 1
    while (key > index - 4 && (tokens.kind(key) & MARK) !== 0) key -= 1
    return (tokens.kind(key) & CUE) !== 0 && tokens.length(key) > 1
  }

  #isBesideNumber(index: number): boolean {
    if (!this.#isNumber(index, 1) && !this.#isNumber(index, -1)) return false
    const word = this.#word(index)
    return !LABEL_END.test(word) && !LABELS.has(word)
  }

  #isNumber(index: number, step: 1 | -1): boolean {
    const tokens = this.#tokens
    let at = index + step
    for (let marks = 0; marks < APART && (tokens.kind(at) & MARK) !== 0; marks += 1) {
      if (this.#text[tokens.start(at)] === '\n') return false
      at += step
    }
    if (at < 0 || at >= tokens.count || (tokens.kind(at) & ALNUM) === 0) return false
    return NUMBER.test(this.#word(at))
  }

  #isParallel(index: number): boolean {
    this.#around ??= this.#aroundNames()
    return this.#around.size > 0 && this.#around.has(this.#aroundOf(index))
  }

  #aroundNames(): ReadonlySet<string> {
    const tokens = this.#tokens
    const around = new Set<string>()
    for (let at = 1; at < tokens.count && around.size < MOST_AROUND; at += 1)
      if ((tokens.kind(at) & NAME) !== 0 && (tokens.kind(at - 1) & (MARK | ALNUM)) === 0)
        around.add(this.#aroundOf(at))
    return around
  }

  #aroundOf(index: number): string {
    return `${this.#text[this.#tokens.start(index) - 1] ?? ''}${this.#text[this.#tokens.end(index)] ?? ''}`
  }

  #isListed(index: number): boolean {
    const [before, after] = [this.#namesFrom(index, -1), this.#namesFrom(index, 1)]
    return before + after > 1
  }

  /** How many names stand one after the other on a side, at most two. */
  #namesFrom(index: number, step: 1 | -1): number {
    const tokens = this.#tokens
    let count = 0
    for (let at = index + step; count < 2; at += 2 * step) {
      const isJoint = (tokens.kind(at) & MARK) !== 0 && JOINTS.has(this.#text[tokens.start(at)] ?? '.')
      if (!isJoint || (tokens.kind(at + step) & NAME) === 0) break
      count += 1
    }
    return count
  }

  #isTurn(index: number): boolean {
    if (!this.#beginsTurn(index)) return false
    this.#hasTurns ??= this.#findTurns()
    return this.#hasTurns
  }

  #beginsTurn(index: number): boolean {
    const { start, end } = { start: this.#tokens.start(index), end: this.#tokens.end(index) }
    return (start === 0 || this.#text[start - 1] === '\n') && '：:'.includes(this.#text[end] ?? ' ')
  }

  #findTurns(): boolean {
    for (let at = 0; at < this.#tokens.count; at += 1)
      if ((this.#tokens.kind(at) & NAME) !== 0 && this.#beginsTurn(at)) return true
    return false
  }
}

const NUMBER = /^(?:1[3-9]\d{9}|\d{17}[\dXx])$/
