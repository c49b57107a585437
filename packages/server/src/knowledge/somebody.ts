/** Groups and offices that may be what "who" asks for. */
const EN_GROUP =
  /\b(?:team|desk|department|head|lead|manager|director|officers?|committee|owners?|board|librarian|caretaker|bishop|reception|engineers?|captain|duke|king|queen|institute|university|company|parents?|staff|members?|students?|tenants?|landlord|treasurer|president|chef|mayor|keeper|wife|husband|brother|sister|daughter|son|merchants?|workers?|farmers?|children|women|men|residents?|monks?|bank|council|ministry|police|foundation|Mr|Mrs|Ms|Dr|Prof|Sir|Ltd|Inc|GmbH)\b/g
const EN_NAME = /\p{Lu}[\p{Ll}'’-]+(?:\s(?:(?:van|von|de|da|al|bin|&)\s)?\p{Lu}[\p{Ll}'’-]+)*/gu
const NO_NAME =
  /^(?:January|February|March|April|May|June|July|August|September|October|November|December|Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|Christmas|Easter)$/
const BEGINS =
  /^(?:The|A|An|In|On|At|Its|His|Her|Their|When|After|Since|For|To|From|This|That|All|Some|No|Every|Each|Both|By|With|As|If)$/
const SENTENCE_START = /(?:^|[.!?:“"])\s*$/
const PLACED = /\b(?:in|at|near|from|to|on|between|around|across|over|into|through|behind)(?: the)?\s*$/i
const OF = /\bof(?: the)?\s*$/i
const LANDSCAPE = /^\s(?:river|mountains?|valley|sea|street|road|lake|island|county|hills?|coast|forest)\b/i

const SURNAME =
  '[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧阳卓牛洪施姚竺梅樊凌霍虞柯鲍裴管殷温庄丘骆祝]'
const ZH_OFFICE =
  '经理|组长|部长|科长|处长|院长|校长|市长|县长|镇长|村长|会长|社长|行长|局长|厂长|队长|船长|长|家|演员|教员|人员|选手|歌手|主任|主席|教授|导演|作者|老师|工匠|匠人|船工|领队|负责人|学生|医生|将军|知府|巡抚|商人|农民|院士|博士|总监|主管|联系人|师|员'
const ZH_SOMEBODY = new RegExp(
  [
    `(?:由|是|为|叫|向|被|归|给|找|经|与|和|从|师|、|，|。|^|有|请|以)(${SURNAME}[\\u4e00-\\u9fff]{1,2})(?=[，。、；,（(]|主持|担任|创办|创作|发现|提出|提议|设计|汇报|报告|建议|的|于|在|率|带领|说|先生|女士|老师|教授|医生|授课|执导|饰演|扮演|签字|审核|批准|负责|撰写|题写|命人|来|本周|为|是)`,
    `(?:${ZH_OFFICE})(${SURNAME}[\\u4e00-\\u9fff]{1,2})`,
    '([\\u4e00-\\u9fff]{2,6}·[\\u4e00-\\u9fff]{2,6})',
    '([\\u4e00-\\u9fff]{1,8}(?:公司|集团|大学|医院|研究所|研究院|设计院|厂|委员会|部门|财政|局|银行|基金会|出版社|剧团|前台|部|科|处))',
    '(经理|总监|人员|负责人|主管|主任|职工|员工|居民|村民|商人|盐商|妇女|儿童|患者|学生|老人|使用人|接待人|工匠|农民|副总)',
  ].join('|'),
  'gu',
)

/** Whether a text names a person, a group or an office that `known`, what one knows already, does not. */
export function namesSomebody(text: string, known: string, isHan: boolean): boolean {
  return isHan ? zhNames(text, known) : enNames(text, known)
}

function zhNames(text: string, known: string): boolean {
  for (const match of text.matchAll(ZH_SOMEBODY)) {
    const name = match.slice(1).find(Boolean) ?? ''
    // Of a longer name the end tells: what stands before it may belong to the sentence.
    if (!known.includes(name.length > 3 ? name.slice(-4) : name.slice(0, 2))) return true
  }
  return false
}

function enNames(text: string, known: string): boolean {
  const lower = known.toLowerCase()
  for (const [group] of text.matchAll(EN_GROUP)) if (!lower.includes(group.toLowerCase())) return true
  for (const { 0: name, index } of text.matchAll(EN_NAME)) {
    const words = name.split(/\s/).filter((word) => word !== '&')
    const before = text.slice(0, index)
    const isFirst = SENTENCE_START.test(before)
    const isAlone = words.length === 1
    const fresh = words.filter(
      (word, at) =>
        !known.includes(word.replace(/['’]s$/, '')) &&
        !NO_NAME.test(word) &&
        !(isFirst && at === 0 && BEGINS.test(word)),
    )
    if (fresh.length === 0 || (isFirst && isAlone)) continue
    // What stands behind such a word is a place as a rule.
    if (PLACED.test(before) || (isAlone && OF.test(before))) continue
    if (LANDSCAPE.test(text.slice(index + name.length))) continue
    return true
  }
  return false
}
