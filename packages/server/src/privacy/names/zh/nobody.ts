import { labelsOf } from '../labels.ts'
import type { Stretch } from './organisations.ts'
import { OWNED, PERSON_WORDS, ROLE, hashOfWord } from './person-words.ts'

/** 伍仟元, 陆佰: how amounts are written on bills. */
const AMOUNT = /^[伍陆万][零壹贰叁肆伍陆柒捌玖拾佰仟萬万亿元圆角分整]{1,3}$/
/** 姓名和卡号, 任一号码: what a form asks for. */
const ASKED_FOR =
  /^[和及与任单全][^]{0,1}(?:卡号|账号|帐号|电话|手机|号码|地址|邮箱|证号|证件|单位|日期|密码|金额|姓名|性别|年龄|职务)$/
/** 三班, 二组. */
const NUMBERED = /^[一二三四五六七八九十][班组队楼期号级年]$/
/** `INSERT INTO 学生 (姓名, 班级) VALUES`: what fields are called. */
const OF_COLUMNS = /^ ?(?:, ?[\p{L}\w, ]{1,200})?\) ?VALUES\b/iu
/** 双人间（母女）: who shares a room or a ticket. */
const SHARERS = new Set(['母女', '母子', '师生', '成人', '单人'])
/** 钟声敲了, 江声浩荡: what is heard. */
const HEARD = /^(?:敲|响|回荡|回响|传|悠扬|阵阵|不断|渐|远去|浩荡|四起|大作|隆隆|滚滚)/
/** 金秋时节, 白露前后. */
const SEASON = /^(?:时节|季节|前后|之夜|[一二三四五六七八九十]{1,2}月)/
/** What is said of places and things as well as how people are called. */
const QUALITIES = new Set(
  '文静 温和 温柔 温馨 温暖 安静 安宁 安详 平静 平和 平安 平凡 高大 高雅 高贵 高明 高洁 明亮 明朗 明媚 严肃 严谨 庄严 庄重 和睦 和谐 祥和 单纯 成熟 安稳 安康 关键 易懂 舒适 华丽 康健'.split(
    ' ',
  ),
)
const LONGEST_OWNED = 4
/** 高兴地说: how something is done. */
const MANNER =
  /^地(?:说|问|笑|答|看|走|跑|点头|接|告|回|表|拿|把|对|向|唱|喊|叫|等|坐|站|听|写|吃|喝|工作|学习|生活|度过)/
/** Under the heads of a table stands a rule of strokes. */
const RULE_BELOW = /^[^\n]{0,200}\|[^\n]{0,200}\n[ |:-]{0,40}-{2,}[ |:-]/
const HEAD_REACH = 200
const FEWEST_HEADS = 3

/** Whether what looks like a name by its form is a word here, by what stands right beside it. */
export function isNobody(text: string, { start, end }: Stretch): boolean {
  const size = end - start
  // 班班长, 院院长: who heads what the first character names.
  if (size === 1) return text[start] === text[end]
  const word = text.slice(start, end)
  if (size > 2) return AMOUNT.test(word) || ASKED_FOR.test(word)
  if (AMOUNT.test(word) || SHARERS.has(word) || NUMBERED.test(word)) return true
  const behind = text.slice(end, end + LONGEST_OWNED)
  if (MANNER.test(behind) || isHead(text, start, end)) return true
  if (
    /[(,] ?$/.test(text.slice(Math.max(0, start - 2), start)) &&
    OF_COLUMNS.test(text.slice(end, end + HEAD_REACH))
  )
    return true
  if (word.endsWith('声') && HEARD.test(behind)) return true
  if (/[秋春夏冬露霜雪寒分至暑满]$/.test(word) && SEASON.test(behind)) return true
  return QUALITIES.has(word) && behind.startsWith('的') && !isOfSomebody(text, end + 1)
}

/** `| 姓名 | 车牌 | 电话 |`, with a rule below. */
function isHead(text: string, start: number, end: number): boolean {
  if (!/^ {0,8}\|/.test(text.slice(end, end + 9)) || !RULE_BELOW.test(text.slice(end, end + 3 * HEAD_REACH)))
    return false
  const from = Math.max(0, start - HEAD_REACH)
  const line = `${text.slice(from, start).split('\n').at(-1) ?? ''}${text.slice(start, end + HEAD_REACH).split('\n', 1)[0] ?? ''}`
  const heads = line
    .split('|')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
  return heads.length >= FEWEST_HEADS && heads.some((cell) => labelsOf(cell).length > 0)
}

/** 文静的妈妈, unlike 文静的环境. */
function isOfSomebody(text: string, at: number): boolean {
  for (let length = LONGEST_OWNED; length > 0; length -= 1) {
    if (at + length > text.length) continue
    if (((PERSON_WORDS.get(hashOfWord(text, at, at + length)) ?? 0) & (OWNED | ROLE)) !== 0) return true
  }
  return false
}
