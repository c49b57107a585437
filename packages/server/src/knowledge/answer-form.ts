import { measureShown } from './dimensions.ts'

/** What kind of words answer a question. */
export type FormName =
  | 'money'
  | 'share'
  | 'measure'
  | 'duration'
  | 'date'
  | 'count'
  | 'person'
  | 'place'
  | 'reason'
  | 'definition'
  | 'manner'
  | 'whether'
  | 'anything'

interface FormRow {
  readonly name: FormName
  readonly asks: RegExp
  /** What an answer of this form shows; null: nothing that could be told from other words. */
  readonly shows: RegExp | null
  /** Words of the question that the form itself answers: who asks how heavy it is finds "31 kg". */
  readonly saidByForm?: RegExp
}

const EN_NUMBER =
  '(?:\\d[\\d.,:]*|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\\w+)?|hundreds?|thousands?|millions?|dozens?)'
const ZH_NUMBER = '[\\d.,％%零〇一二三四五六七八九十百千万亿两半几数多余]'
const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)'
const DAY = '(?:Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|weekdays?|weekends?)'
const MONEY_UNIT =
  '(?:euros?|dollars?|pounds?|pence|cents?|francs?|yuan|guineas?|crowns?|kronor|rupees?|EUR|USD|GBP|CHF|CNY)'
const LENGTH_UNIT =
  'mm|cm|m|km|kg|g|mg|t|l|ml|W|kW|V|A|bar|dB|Nm|[KMGT]i?B|Hz|met(?:re|er)s?|kilomet(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|foot|inch(?:es)?|yards?|acres?|hectares?|square|cubic|grams?|kilograms?|kilos?|tons?|tonnes?|pounds?|ounces?|lit(?:re|er)s?|degrees?|watts?|volts?|decibels?|light-years?|stor(?:ey|y|ies|eys)'
const ZH_UNIT =
  '(?:平方|立方)?(?:毫米|厘米|分米|公里|千米|米|里|丈|尺|寸|公顷|亩|毫克|公斤|千克|克|斤|两|吨|毫升|升|度|摄氏度|℃|千瓦|瓦|伏|兆帕|帕|分贝|光年|层|倍|赫兹|岁|平方米)|平方公里'

/** The first row that asks is the form of a question. */
const FORMS: readonly FormRow[] = [
  {
    name: 'money',
    asks: /\bhow (?:much|expensive)\b.*\b(?:cost|costs|pay|paid|price|charged?|refunded|spent)\b|\b(?:what|which|how (?:high|big|large))\b.*\b(?:cost|costs|price|fee|fees|fare|rent|salary|budget|deposit|fine|allowance|dividend|revenue|turnover|wages?|bonus)\b|多少钱|价格|价钱|票价|售价|收费|[费金款资价]用?(?:是|为|要)?(?:多少|几)|多少[美欧日]?元|(?:分红|红利|补助|补贴|罚款|收入|利润|工资|奖金|预算|投资)\S{0,6}多少/i,
    shows: new RegExp(
      `[$€£¥￥]\\s?\\d|${EN_NUMBER}(?:\\s(?:million|billion|thousand))?\\s${MONEY_UNIT}\\b|\\d+ million\\b|${ZH_NUMBER}+(?:美|欧|日|港)?(?:元|块|角|分钱|英镑|圆)|两倍工资|免费|\\bfree\\b`,
      'giu',
    ),
    saidByForm: /\b(?:cost|costs|price|much|pay|paid|high|big|expensive)\b|钱|价格|多少|费用/gi,
  },
  {
    name: 'share',
    asks: /\b(?:percentage|per ?cent|what share|proportion|ratio)\b|比例|比率|百分之几|[率占]\S{0,4}(?:多少|几|多高|多大)/i,
    shows:
      /\d\s?%|per ?cent|百分之|[一二三四五六七八九两几]成|分之|\b(?:half|third|quarter|fifths?|thirds?)\b/giu,
    saidByForm: /\b(?:percentage|per ?cent|share|proportion)\b|比例|比率/gi,
  },
  {
    name: 'duration',
    asks: /\bhow long (?:do|does|did|can|could|may|must|is the (?!river|bridge|wall|road|pipe|board|line|tunnel|track)|are|was|were|will|should|has|have|before|after|until)|\bfor how long\b|\bhow often\b|\bhow soon\b|\bwithin what\b|\bhow many (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b|多久|多长时间|多少(?:小时|分钟|时间|天|年|个月)|几(?:小时|个小时|分钟|天|周|年|个月|个?星期|个?夜)|期限?(?:有|是|为)?多长|有效期|工期|保修期|试用期|时长|提前多/i,
    shows: new RegExp(
      `${EN_NUMBER}(?:\\s(?:and a half|working|more|further|full|whole|consecutive|business))?[\\s-](?:seconds?|minutes?|hours?|days?|nights?|evenings?|weeks?|months?|years?|decades?|times?)\\b|\\b(?:every|each|once|twice|daily|weekly|monthly|yearly|quarter|until|decades?)\\b|(?:${ZH_NUMBER}+|每)个?(?:秒|分钟|小时|钟头|天|日|周|星期|月|季度|年|载|昼夜|夜晚|夜|晚|工作日)`,
      'giu',
    ),
    saidByForm: /\b(?:long|often|soon|last|lasts|take|takes)\b|多久|时间|多长|期限/gi,
  },
  {
    name: 'measure',
    asks: /\bhow (?:far|deep|high|tall|heavy|large|big|wide|long|warm|hot|cold|fast|old|loud|thick|tight|strong|bright)\b|\bhow much (?:space|room|water|oil|weight|power|salt|sugar|flour|time)\b|\b(?:what|which)\b.*\b(?:temperature|height|depth|area|distance|length|weight|size|speed|altitude|diameter|width|power|pressure|capacity|volume|population|record|noise|wingspan|mass)\b|噪音|噪声|翼展|身高|多[高深重远大宽厚快]|多长|面积|海拔|高度|深度|重量|体重|距离|长度|温度|水温|速度|直径|容量|功率|压力|尺寸|多少(?:度|米|公里|公斤|平方|岁|克|升)/i,
    shows: new RegExp(
      `\\d[\\d.,]*\\s?(?:${LENGTH_UNIT})\\b|\\d\\s?[%°×x]|${EN_NUMBER}[\\s-](?:${LENGTH_UNIT}|years old)\\b|${ZH_NUMBER}+(?:多|余)?(?:${ZH_UNIT})|\\d\\d:\\d\\d|千瓦|\\d+(?:mm|cm|km|m|kg|W|kW|V)`,
      'giu',
    ),
    saidByForm:
      /\b(?:far|deep|high|tall|heavy|large|big|wide|long|warm|hot|cold|fast|old|loud|thick|tight|temperature|height|depth|area|distance|length|weight|size|speed|altitude|weigh|much)\b|多[高深重远大宽厚快长]|面积|海拔|高度|深度|重量|距离|长度|温度|速度|直径/gi,
  },
  {
    name: 'date',
    asks: /\bwhen\b|\b(?:what|which) (?:year|date|day|days|time|times|month|months|century|season)\b|\b(?:by|until|at|in|on) (?:what|which) (?:year|date|day|time|month)|何时|什么时[候间]|什麼時[候間]|哪一?[年天月日]|哪个?(?:月|世纪|朝代|时期|季节)|哪一?个?时[间期]|几[点号月日]|日期|时间是|哪[几些][天年月]|什么(?:日子|年代|年份)|周几|星期几/i,
    shows: new RegExp(
      `\\b(?:1\\d{3}|20\\d\\d)\\b|\\b${MONTH}\\b|\\b${DAY}\\b|\\b\\d{1,2}(?::\\d\\d)?\\s?(?:a\\.?m|p\\.?m|o'clock)|\\d{1,2}:\\d\\d|\\b\\d{1,2}(?:st|nd|rd|th)\\b|\\b(?:morning|noon|evening|midnight|spring|summer|autumn|winter|century|daily|dusk|dawn|tomorrow|today|before|after|within|during|until)\\b|[\\d一二三四五六七八九十〇零]+(?:年|月|日|号|点|时|世纪)|[春夏秋冬]季?|周[一二三四五六日末]|星期[一二三四五六日天]|[早晚上下]午|凌晨|年间|时期|[初末]年|正月|元宵|每[天日周月年]|之前|以前|之后|以后|[^\\d]前[^往后]`,
      'giu',
    ),
    saidByForm: /\b(?:when|year|date|day|time|month)\b|时候|时间|日期/gi,
  },
  {
    name: 'count',
    asks: /\bhow (?:many|much)\b|\bnumber of\b|多少|几[\p{Script=Han}]|数量/iu,
    shows: new RegExp(`${EN_NUMBER}\\b|${ZH_NUMBER}+(?=[\\p{Script=Han}])|\\d`, 'giu'),
    saidByForm: /\b(?:many|much|number)\b|多少|数量|一共|总共/gi,
  },
  {
    name: 'person',
    asks: /\bwho(?:m|se)?\b|\bwhich (?:person|author|engineer|company|firm|team|department|organi[sz]ation)\b|谁|誰|哪位|何人|什么人|哪些人|哪个(?:人|部门|单位|公司|机构|公司|团队)|哪家|(?:经理|负责人|联系人|主管|主任|作者|导演|领队)(?:叫|是)|什么名字|叫什么/i,
    shows:
      /(?<![.!?]\s|^)\b\p{Lu}[\p{L}'’-]+(?:\s(?:(?:van|von|de|da|al|bin|&)\s)?\p{Lu}[\p{L}'’-]*)+|\b(?:Mr|Mrs|Ms|Dr|Prof)\b|\b(?:team|desk|department|head|lead|manager|director|officer?|committee|owner|board|librarian|caretaker|bishop|reception|engineer|captain|duke|institute|university|company)\b|\p{Lu}\p{Ll}+(?:'s|,)|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤旦欧阳毋郁卓牛洪施姚][\u4e00-\u9fff]{1,2}(?=[^\u4e00-\u9fff]|[\u4e00-\u9fff])|[\u4e00-\u9fff]+·[\u4e00-\u9fff]+|经理|总监|部门?(?=[^分])|人员|负责人|主管|主任|公司|[一-龥]部(?=[发审批])|妇|儿童|患[有者]|集团|财政|委员会|大学/gu,
    saidByForm: /谁|哪位|人员/g,
  },
  {
    name: 'place',
    asks: /\bwhere\b|\b(?:what|which) (?:city|country|town|place|village|state|region|room|street|country|constellation|river|island)\b|哪[里裡儿]|何处|什么(?:地方|位置)|哪个?(?:国家|城市|省|市|县|地方|镇|村|星座|地区|区域|州|大学|学校)|哪国|在哪|位于哪/i,
    shows:
      /\b(?:in|at|on|near|from|to|into|through|behind|below|above|beside|of) (?:the |an? )?(?:\p{Lu}|\w+ (?:floor|counter|desk|bays?|street|room|hall|lobby|shed|basement|building|valley|archive|tower|end))|位于|坐落|[在到从于自往至][^，。；]{1,12}|[省市县区镇乡村路街室山岛国层馆院厅楼湖河州台]|人，|底部|后面|前台/gu,
    saidByForm: /\b(?:place|located)\b|地方|位置/gi,
  },
  {
    name: 'reason',
    asks: /\bwhy\b|\bwhat (?:is|was|were|are)? ?(?:the )?(?:cause|reason|purpose)|\bwhat caused\b|为什么|為什麼|为何|何以|因为什么|原因|目的|由来|怎么来的|理由|缘由/i,
    shows:
      /\bbecause\b|\bsince\b|\bas (?:it|they|he|she|the|alcohol)\b|\bdue to\b|\bso that\b|\bin order\b|\bcaused?\b|\btherefore\b|\bafter\b|\bto (?:protect|keep|prevent|avoid|save|give|help|sell|make|reduce)\b|\b(?:brought|keeps|reason)\b|\bwhich (?:takes|makes|keeps)\b|因为|由于|因[^此而为素]|为了|为的是|所以|因此|因而|以防|以便|以免|防止|避免|导致|使得?|从而|造成|原因|受.+影响|否则|而得名|得名/giu,
    saidByForm: /\b(?:cause|reason|why|purpose)\b|原因|为什么|目的|由来/gi,
  },
  {
    name: 'definition',
    asks: /^\s*what(?:'s| is| are)\s|(?:是什么|什么是|指什么|什么意思|是指)/i,
    shows: null,
    saidByForm: /\bmean(?:s|ing)?\b|意思|含义/gi,
  },
  {
    name: 'manner',
    asks: /\bhow\b|怎么|怎样|怎麼|如何|什么(?:办法|方法|方式|手段|样)|咋/i,
    shows:
      /\bby \w+ing\b|\b(?:using|via|press|click|turn|rinse|switch|run|choose|type|enter)\b|通过|利用|依靠|采用|[用以靠]|请|可以?|按|拨打|点击|扫描/giu,
    saidByForm: /办法|方法|方式|怎么办/g,
  },
  {
    name: 'whether',
    asks: /^\s*(?:is|are|am|does|do|did|can|could|may|must|was|were|has|have|had|will|would|should)\b|吗|嗎|是否|[能可有是会要](?:不|没)[能可有是会要]|可不可以|能否|有无/i,
    shows:
      /\b(?:not?|never|only|must|may|can|cannot|required|allowed|forbidden|prohibited|included|excluded|banned|welcome|permitted|needed|free|closed|open|always|yes)\b|[不禁可须应免未没无需]|必须|均|只|仅/giu,
  },
  { name: 'anything', asks: /(?:)/, shows: null },
]

/** The form of a question and what it says of it. */
export interface Form {
  readonly name: FormName
  readonly shows: RegExp | null
  /** Numbers, dates and amounts, which are told for sure. */
  readonly isFigure: boolean
  /** Words of the question that are answered by any words of the form. */
  readonly spoken: string
}

const FIGURES: ReadonlySet<FormName> = new Set(['money', 'share', 'measure', 'duration', 'date', 'count'])

/** What a question asks for, as far as the form of an answer tells. */
export function formOf(question: string): Form {
  const row = FORMS.find(({ asks }) => asks.test(question))
  const spoken = row?.saidByForm ? (question.match(row.saidByForm) ?? []).join(' ') : ''
  const name = row?.name ?? 'anything'
  const shows = (name === 'measure' ? measureShown(question) : null) ?? row?.shows ?? null
  return { name, shows, isFigure: FIGURES.has(name), spoken }
}

/** Where words of the form stand in a text that the question does not hold itself. */
export function shownAt({ shows }: Form, text: string, question: string): readonly number[] {
  if (!shows) return []
  const places: number[] = []
  for (const match of text.matchAll(shows)) {
    // A single sign may stand in any question; a longer span that does is what was asked about.
    if (match[0].length > 1 && question.includes(match[0])) continue
    places.push(match.index)
  }
  return places
}
