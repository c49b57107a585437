import type { Line } from './fields.ts'

export type Role = 'sender' | 'recipient'
export type Label = 'number' | 'phone' | 'address' | 'weight' | 'date' | 'name' | 'other'

/** A stretch of a line: what it says that it is, and the text that is left. */
export interface Piece {
  readonly line: Line
  readonly role: Role | null
  readonly label: Label | null
  /** What the label reads, as it stands there. */ readonly labelText: string
  readonly rest: string
  readonly u0: number
  readonly u1: number
  readonly v0: number
  readonly v1: number
}

const SENDER_HAN =
  '(?:寄|发)(?:件|货)(?:人|方|单位|公司|客户)?(?:信息|资料|详情)?|托运(?:人|方)|存件人(?:信息)?|[寄发]方(?:信息)?|寄|发'
const RECIPIENT_HAN =
  '收(?:件|货)(?:人|方|单位|公司|客户)?(?:信息|资料|详情)?|收方(?:信息)?|取(?:件|货)人(?:信息)?|收'
const SENDER_LATIN =
  'shipper|sender|consignor|ship(?:ped)?\\s*from|(?:collect(?:ed)?|pick\\s*up)\\s*from|sent\\s*(?:by|from)|from'
const RECIPIENT_LATIN =
  'consignee|recipient|receiver|ship(?:ped)?\\s*to|deliver(?:ed|y)?\\s*(?:to|address)|addressee|sent?\\s*to|to'
const ABOUT = "(?:['’]?s)?(?:\\s*(?:details|information|info|party)\\b)?"

/** What labels there are, those first that contain others. Unit and number sign of a label are part of it. */
const PATTERNS: readonly (readonly [Label | Role, string, string])[] = [
  [
    'other',
    '(?:寄件人|收件人|发货人|收货人|托运人)?(?:签名|签字|签章|盖章)|体积(?:重量?)?|声明价值|保价(?:金额)?|代收(?:货款)?|运费|费用|付款方式|结算方式|支付方式|件数|数量|物品(?:名称)?|品名|货物名称|内件(?:品名)?|备注|客服(?:电话|热线)|服务热线|投诉电话|订单(?:编)?号|客户编码|签收(?:人|时间|日期)?|收件(?:员|时间|日期)|派(?:件|送)员?|揽(?:收|件)员|快递员|业务员|经手人|邮编|邮政编码|预计(?:送达|到达)(?:时间|日期)?|送达(?:时间|日期)|时效|产品类型|服务(?:类型|方式)|路由|目的地|始发地|月结账?号?|打印次数',
    'vol(?:ume|umetric)?\\.?\\s*(?:weight|wt)?|dim(?:ensional)?\\.?\\s*(?:weight|wt)|dimensions|declared\\s*value|insured\\s*value|pieces|pcs|quantity|qty|service(?:\\s*type)?|contents?|description|payment(?:\\s*terms)?|terms|order\\s*(?:no|number|id|#)|(?:delivery|due|expected|estimated)\\s*(?:date|delivery|by)|eta|signature|signed\\s*by|received\\s*by|page|remarks?|notes?|customer\\s*service|help\\s*line|postcode|post\\s*code|zip(?:\\s*code)?|account(?:\\s*(?:no|number))?|charges?|freight|value|e-?mail|country|via|route',
  ],
  [
    'date',
    '(?:寄件|发件|下单|收寄|发货|打印|揽收|揽件|托运|制单|签发|开单|填写|交寄|受理|发运|承运|起运|寄递|录单|出单)?(?:日期|时间)',
    '(?:ship(?:ping|ped|ment)?|issue|issuing|sent|send|dispatch|despatch|collection|pick-?\\s*up|mailing|posting|invoice|print(?:ed)?|label)\\s*date|date(?:\\s*(?:of\\s*(?:issue|shipment|dispatch|posting)|sent|shipped|issued|posted))?|(?:dispatched|despatched|issued|executed|shipped|posted|collected|sent|printed)(?:\\s*on)?',
  ],
  [
    'weight',
    '(?:计费|实际|货物|包裹|收费|结算|快件|总|毛|净)?重量|[毛净实总]重|称重|重(?=[:：])',
    '(?:gross|net|actual|total|parcel|package|shipment|chargeable|charged|billed|item)?\\s*weight|(?:gross|net|act\\.?)?\\s*wt',
  ],
  [
    'number',
    '(?:电子)?(?:托运|货运|运|快递|物流|面|快件|邮件|货)?单?(?:单|编|件)(?:编)?号(?:码)?|运单(?:编)?号?(?:码)?|邮件号码?|单号|编号|条码号?|追踪号码?|跟踪号码?',
    '(?:house\\s*|master\\s*)?(?:air\\s*)?way\\s*bill|bill\\s*of\\s*lading|h?awb|tracking|consignment(?:\\s*note)?|shipment(?=\\s*(?:id|no|num|#|ref))|parcel(?=\\s*(?:id|no|num|#))|package(?=\\s*(?:id|no|num|#))|barcode|reference|ref(?=\\s*(?:no|num|#|[.:]))|item(?=\\s*(?:id|no|num|#))|label(?=\\s*(?:id|no|num|#))|docket|cn(?=\\s*(?:no|num|#))',
  ],
  [
    'phone',
    '(?:联系|收件|寄件)?电话(?:号码)?|手机(?:号码?)?|联系方式|移动电话|固话|座机|机(?=[:：])',
    '(?:tele|mobile\\s*|cell\\s*|contact\\s*)?phone|tel|mobile|mob|cell|contact(?=\\s*(?:no|num|#))|ph(?=\\s*[.:])|call',
  ],
  [
    'address',
    '(?:详细|联系|通讯|具体|街道)?地址|住址|址(?=[:：])',
    '(?:street\\s*|full\\s*|postal\\s*|mailing\\s*)?address|addr',
  ],
  ['sender', SENDER_HAN, SENDER_LATIN],
  ['recipient', RECIPIENT_HAN, RECIPIENT_LATIN],
  [
    'name',
    '(?:客户)?(?:姓名|名称)(?:[及和与、]地址)?|联系人(?:姓名)?|名(?=[:：])',
    '(?:contact\\s*|full\\s*|company\\s*|customer\\s*)?name(?:\\s*(?:and|&)\\s*address)?|contact(?:\\s*person)?|attn|attention',
  ],
]
const NUMBER_SIGN = '(?:\\s*(?:numbers?|no\\b|num\\b|nr\\b|id\\b|code\\b|#|№))*\\.?'
const UNIT =
  '(?:\\s*[(（\\[/]?\\s*(?:in\\s*)?(?:kgs?|公斤|千克|lbs?)\\s*[)）\\]]?(?=\\s*(?:[:：]|$|\\d|[(（])))?'
const OF_FIRM = '(?:\\s*[(（](?:单位|公司|个人|签章|盖章|人)[)）])?'
const isRole = (kind: Label | Role): kind is Role => kind === 'sender' || kind === 'recipient'
const RULES = PATTERNS.map(([kind, han, latin]) => ({
  kind,
  han: new RegExp(`(?:${han})${kind === 'weight' ? UNIT : isRole(kind) ? OF_FIRM : ''}`, 'iuy'),
  latin: new RegExp(
    `(?:${latin})${kind === 'sender' || kind === 'recipient' ? ABOUT : kind === 'number' || kind === 'phone' || kind === 'other' ? NUMBER_SIGN : kind === 'weight' ? UNIT : ''}`,
    'iuy',
  ),
}))
const NUMBER_ALONE = /(?:n[o°º]\s*[.:]{1,2}|NO)(?=\s*(?:[A-Z]{0,5}\d{4}|$))/iuy

interface Found {
  readonly kind: Label | Role
  readonly end: number
}
const isHan = (sign: string | undefined): boolean => sign !== undefined && /\p{Script=Han}/u.test(sign)
const at = (text: string, place: number, rule: RegExp): string | null => {
  rule.lastIndex = place
  return rule.exec(text)?.[0] ?? null
}

/** The label that begins at a place of a text. */
function labelAt(text: string, place: number, follows = false): Found | null {
  let found: Found | null = null
  const longest = (kind: Label | Role, word: string): void => {
    if (found === null || place + word.length > found.end) found = { kind, end: place + word.length }
  }
  for (const { kind, han, latin } of RULES) {
    const word = at(text, place, han)
    if (word && (isHanLabel(text, place, word, kind) || (follows && mayFollow(text, place, word, kind))))
      longest(kind, word)
    const latinWord = at(text, place, latin)
    if (latinWord === null) continue
    const [before, behind] = [text.slice(0, place), text.slice(place + latinWord.length)]
    if (isLatinLabel({ before, word: latinWord, behind, follows }, kind)) longest(kind, latinWord)
  }
  if (found) return found
  const alone = at(text, place, NUMBER_ALONE)
  return alone && (place === 0 || /[\s|]/.test(text[place - 1] ?? ''))
    ? { kind: 'number', end: place + alone.length }
    : null
}

const mayFollow = (text: string, place: number, word: string, kind: Label | Role): boolean =>
  word.length > 1 && (kind !== 'other' || isMarkedAt(text, place + word.length))
const isMarkedAt = (text: string, place: number): boolean => /^\s*[:：]/.test(text.slice(place))

function isHanLabel(text: string, place: number, word: string, kind: Label | Role): boolean {
  const [before, behind] = [text.slice(0, place), text.slice(place + word.length)]
  const isMarked = /^\s*[:：]/.test(behind)
  const isFirst = /^[\s[【(（「*·.|:：]*$/u.test(before)
  if (word.length === 1)
    return (
      isFirst &&
      (/^\s*(?:$|[:：\]】)）」|/]|电话|手机|地址|姓名|联系)/u.test(behind) ||
        /^\s+\p{Script=Han}{2,4}(?:\s|\d|$)/u.test(behind))
    )
  if (isFirst) return kind !== 'other' || isMarked || !/^\p{Script=Han}/u.test(behind)
  if (isMarked) return true
  if (isHan(before.at(-1))) return kind === 'phone' && /^\s*\+?\d/.test(behind)
  return /[\s)）】\]|/]$/u.test(before)
    ? !isHan(behind[0]) || word.length > 2 || kind !== 'other'
    : /\d$/.test(before)
}

interface Word {
  readonly before: string
  readonly word: string
  readonly behind: string
  /** Whether another label stands right before it. */ readonly follows: boolean
}
function isLatinLabel({ before, word, behind, follows }: Word, kind: Label | Role): boolean {
  if (/[A-Za-z\d'’]$/.test(before) && !/[\d\p{Script=Han}][^\p{L}\d]*$/u.test(before)) return false
  if (/[A-Za-z'’]$/.test(before) || (/^[a-z]/.test(behind) && /[a-z]$/i.test(word))) return false
  if (/^[A-Z]/.test(behind) && /^[A-Z]+$/.test(word)) return false
  const isMarked = /^\s*[:：]/.test(behind)
  const isFirst = follows || /^[^\p{L}\d]*$/u.test(before)
  if (isMarked || behind.trim() === '') return true
  if (/^\s*,/.test(behind)) return false
  if (follows) return true
  if (isFirst)
    return kind === 'other'
      ? /^\s*[\d([]/.test(behind) || word.length > 7
      : kind !== 'name' || word.length > 4
  if (/\p{Script=Han}\s*[/|(（]?\s*$/u.test(before)) return true
  return (
    !isRole(kind) &&
    kind !== 'name' &&
    kind !== 'address' &&
    /^[\s#.(]*(?:no\b\.?\s*)?[A-Z]{0,4}[\d+]/u.test(behind)
  )
}

/** Thick letters stand so far apart that one word is read as several. Where all together are a label they were one. */
function untorn(text: string): string {
  if (!/^[A-Z][a-z ]+\W*$/u.test(text)) return text
  const word = text.replaceAll(' ', '').replace(/\W+$/u, '')
  const found = labelAt(word, 0)
  return found?.end === word.length ? word : text
}

/** A line in pieces: each begins with its label, if it has one. */
export function piecesOf(line: Line): readonly Piece[] {
  const text = untorn(line.text.normalize('NFKC').replaceAll('：', ':'))
  const pieces: { from: number; to: number; role: Role | null; label: Label | null; value: number }[] = []
  let open = { from: 0, to: text.length, role: null as Role | null, label: null as Label | null, value: 0 }
  for (let place = 0; place < text.length;) {
    const found = labelAt(
      text,
      place,
      place > 0 &&
        (open.role !== null || open.label !== null) &&
        /^[^\p{L}\d]*$/u.test(text.slice(open.value, place)),
    )
    if (!found) {
      place++
      continue
    }
    const between = text.slice(open.value, place)
    const goesOn =
      (open.role !== null || open.label !== null) && /^[^\p{L}\d]*$/u.test(between) && place > open.from
    const same = isRole(found.kind)
      ? open.role === null || open.role === found.kind
      : open.label === null || open.label === found.kind
    if (!(goesOn && same)) {
      if (
        place > 0 &&
        text.slice(open.from, place).trim() !== '' &&
        !/^[\s[【(（「|·*]*$/u.test(text.slice(open.from, place))
      )
        pieces.push({ ...open, to: place })
      open = { from: place, to: text.length, role: null, label: null, value: place }
    }
    if (isRole(found.kind)) open.role = found.kind
    else open.label = found.kind
    open.value = found.end
    place = found.end
  }
  pieces.push(open)
  const width = line.u1 - line.u0
  return pieces.map(({ from, to, role, label, value }) => ({
    line,
    role,
    label,
    labelText: text.slice(from, value),
    rest: text
      .slice(value, to)
      .replace(/^[\s:,.·\])】)」|/#-]+/u, '')
      .replace(/[\s|;·:【[]+$/u, ''),
    u0: line.u0 + (width * widthOf(text.slice(0, from))) / Math.max(1, widthOf(text)),
    u1: line.u0 + (width * widthOf(text.slice(0, to).trimEnd())) / Math.max(1, widthOf(text)),
    v0: line.v0,
    v1: line.v1,
  }))
}
/** A Han character is as wide as two others. */
export const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, sign) => sum + (isHan(sign) ? 2 : 1), 0)

/** The two characters of a label may stand at both ends of its cell: `手    机:138…`. */
const SPREAD = /^(?:[手电]|地|姓|重|日|单|称)$/u
const SPREAD_WORDS = /^(?:手机|电话|地址|姓名|重量|日期|单号|称重)/u
export function unspread(lines: readonly Line[]): readonly Line[] {
  const gone = new Set<Line>()
  const joined = lines.map((line) => {
    const head = lines.find(
      (other) =>
        SPREAD.test(other.text.trim()) &&
        SPREAD_WORDS.test(other.text.trim() + line.text.trim()) &&
        other.u1 <= line.u0 + (line.v1 - line.v0) &&
        line.u0 - other.u1 < 5 * (line.v1 - line.v0) &&
        Math.abs(other.v0 + other.v1 - line.v0 - line.v1) < 2.4 * (line.v1 - line.v0),
    )
    if (!head) return line
    gone.add(head)
    const text = head.text.trim() + line.text.trim()
    return { ...line, text, first: text, u0: head.u0 }
  })
  return joined.filter((_, at) => !gone.has(lines[at] as Line))
}
