/** A line of text in a picture that was turned straight: where it is, in pixels. */
export interface Line {
  readonly text: string
  readonly u0: number
  readonly u1: number
  readonly v0: number
  readonly v1: number
  /** Of each character that was read, what it may be instead. */ readonly chars?: readonly {
    readonly c: string
    readonly others?: string
  }[]
}
export interface Party {
  name: string | null
  phone: string | null
  address: string | null
}
export interface Waybill {
  number: string | null
  numberIsValid: boolean | null
  sender: Party
  recipient: Party
  weightKg: number | null
  date: string | null
}
type Role = 'sender' | 'recipient'

const LABELS: readonly (readonly [string, RegExp])[] = [
  [
    'number',
    /(?:电子)?(?:托运|货运|运|快递|物流|面)?单(?:编)?号(?:码)?|编号|(?:air\s*)?waybill\s*(?:no|number|#)?|tracking\s*(?:no|number|#|id)?|consignment\s*(?:no|number|#)/iu,
  ],
  [
    'phone',
    /联系电话|电话(?:号码)?|手机(?:号码?)?|联系方式|(?:tele)?phone(?:\s*(?:no|number))?|\btel(?=[^a-z]|$)|mobile/iu,
  ],
  ['address', /(?:详细)?地址|address/iu],
  ['weight', /(?:计费|实际|货物|毛|总)?重量|毛重|净重|(?:gross\s*|net\s*)?weight|\bwt(?=[^a-z]|$)/iu],
  [
    'date',
    /(?:寄件|托运|收寄|打印|签发|发货)?(?:日期|时间)|(?:ship(?:ping)?\s*|issue\s*)?date(?:\s*of\s*issue)?/iu,
  ],
  ['name', /姓名|联系人|\bname\b/iu],
]
const SENDER =
  /寄件(?:人|方)?(?:信息)?|发件(?:人|方)?(?:信息)?|发货(?:人|方)?(?:信息)?|托运人|寄(?=[:：】\])]|$)|\[?【寄】?|shipper|sender|consignor|ship\s*from|\bfrom(?=[:：\s]|$)/iu
const RECIPIENT =
  /收件(?:人|方)?(?:信息)?|收货(?:人|方)?(?:信息)?|收(?=[:：】\])]|$)|【收】?|consignee|recipient|receiver|ship\s*to|deliver\s*to|\bto(?=[:：\s]|$)/iu
const SURNAMES = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边吉艾',
)
const PHONE =
  /(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)|(?<!\d)(0\d{2,4}[- ]?\d{3,4}[- ]?\d{3,4}|\+\d[\d -]{7,16}\d)(?!\d)/u
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const S10_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]

/** UPU S10: the ninth digit follows from the eight before it. */
export function s10IsValid(number: string): boolean {
  const sum = S10_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[2 + at]), 0)
  const check = 11 - (sum % 11)
  return (check === 10 ? 0 : check === 11 ? 5 : check) === Number(number[10])
}

const asDigits = (text: string): string =>
  text
    .replace(/[OoQD]/g, '0')
    .replace(/[Il|]/g, '1')
    .replace(/Z/g, '2')
    .replace(/S/g, '5')
    .replace(/B/g, '8')

function numberIn(text: string): string | null {
  const packed = text.replace(/[\s-]/g, '')
  const s10 = /(?<![A-Z\d])([A-Z]{2})([\dOIlSBZ]{9})([A-Z]{2})(?![A-Z\d])/u.exec(packed)
  if (s10?.[2]) return `${s10[1]}${asDigits(s10[2])}${s10[3]}`
  const carrier =
    /(?:^|[^A-Za-z])([A-Z]{2})([\dOIlSBZ]{10,15})(?![\dA-Za-z])/u.exec(packed) ??
    /([A-Z]{2})(\d{10,15})(?!\d)/u.exec(packed)
  if (carrier?.[2] && (carrier[2].match(/\d/g)?.length ?? 0) > carrier[2].length * 0.7)
    return `${carrier[1]}${asDigits(carrier[2])}`
  return /(?<![\dA-Z])\d{12,20}(?!\d)/u.exec(packed)?.[0] ?? null
}

function dateIn(text: string): string | null {
  const iso = /(20\d{2})\s*[-./年:]\s*(\d{1,2})\s*[-./月:]\s*(\d{1,2})/u.exec(text)
  if (iso) return dateOf(iso[1], iso[2], iso[3])
  const word = /(?<!\d)(\d{1,2})\s*([A-Za-z]{3})[a-z]*\.?,?\s*(20\d{2})/u.exec(text)
  if (word?.[2]) return dateOf(word[3], String(MONTHS.indexOf(word[2].toLowerCase()) + 1), word[1])
  const us = /([A-Za-z]{3})[a-z]*\.?\s*(\d{1,2}),?\s*(20\d{2})/u.exec(text)
  return us?.[1] ? dateOf(us[3], String(MONTHS.indexOf(us[1].toLowerCase()) + 1), us[2]) : null
}
function dateOf(y = '', m = '', d = ''): string | null {
  const [month, day] = [Number(m), Number(d)]
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
    ? `${y}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
    : null
}
const UNITS: Readonly<Record<string, number>> = {
  kg: 1,
  公斤: 1,
  千克: 1,
  g: 0.001,
  克: 0.001,
  lb: 0.45359237,
  lbs: 0.45359237,
}
function weightIn(text: string): number | null {
  const found = /(\d+(?:[.,]\d+)?)[.\s]*(kg|公斤|千克|lbs?|克|g)(?![a-z])/iu.exec(text) ?? unitFirst(text)
  if (!found?.[1] || !found[2]) return null
  return Number((Number(found[1].replace(',', '.')) * (UNITS[found[2].toLowerCase()] ?? 1)).toFixed(4))
}

/** `Weight (kg): 2.4` */
function unitFirst(text: string): readonly string[] | null {
  const found = /(?:重|weight|wt).{0,6}?\(?(kg|公斤|千克|lbs?|克|g)\)?[:：\s]*(\d+(?:[.,]\d+)?)/iu.exec(text)
  return found?.[1] && found[2] ? [found[0], found[2], found[1]] : null
}

const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text)
const PUNCTUATION = /^[\s:：,，.。|\][【】()（）#-]+|[\s:：,，|\][【】(（#-]+$/gu
const clean = (text: string): string => text.replace(PUNCTUATION, '')

interface Said {
  readonly line: Line
  readonly role: Role | null
  readonly label: string | null
  readonly rest: string
  readonly isCue: boolean
}

/** What of a line is its label, and what is left. */
function said(line: Line): Said {
  let rest = line.text.normalize('NFKC')
  let role: Role | null = null
  const head = rest.slice(0, 24)
  const sender = SENDER.exec(head),
    recipient = RECIPIENT.exec(head)
  const cue = sender && (!recipient || sender.index <= recipient.index) ? sender : recipient
  if (cue && cue.index <= 2) {
    role = cue === sender ? 'sender' : 'recipient'
    rest = clean(rest.slice(cue.index + cue[0].length))
  }
  let label: string | null = null
  for (const [name, pattern] of LABELS) {
    const found = pattern.exec(rest)
    if (!found || found.index > 1) continue
    label = name
    rest = clean(rest.slice(found.index + found[0].length))
    break
  }
  return { line, role, label, rest: clean(rest), isCue: role !== null }
}

const middle = (line: Line): number => (line.v0 + line.v1) / 2
const isSameRow = (a: Line, b: Line): boolean =>
  Math.abs(middle(a) - middle(b)) < 0.6 * Math.min(a.v1 - a.v0, b.v1 - b.v0)
const overlap = (a: Line, b: Line): number => Math.min(a.u1, b.u1) - Math.max(a.u0, b.u0)

/** Which cue a line stands under: its own, the one left of it in the row, else the nearest above in its column. */
function roleOf(one: Said, all: readonly Said[]): Role | null {
  if (one.role) return one.role
  const left = all
    .filter((other) => other.role && isSameRow(other.line, one.line) && other.line.u0 < one.line.u0)
    .sort((a, b) => b.line.u0 - a.line.u0)[0]
  if (left) return left.role
  const reach = (other: Said): boolean =>
    overlap(other.line, one.line) > 0 || Math.abs(other.line.u0 - one.line.u0) < 60
  const above = all
    .filter((other) => other.role && middle(other.line) < middle(one.line) && reach(other))
    .sort((a, b) => middle(b.line) - middle(a.line))[0]
  return above?.role ?? null
}

/** Label that the line has itself, or that stands alone left of it in the row. */
function labelOf(one: Said, all: readonly Said[]): string | null {
  if (one.label) return one.label
  const left = all
    .filter((other) => other !== one && isSameRow(other.line, one.line) && other.line.u0 < one.line.u0)
    .sort((a, b) => b.line.u0 - a.line.u0)[0]
  return left && left.rest === '' ? (left.label ?? (left.role ? 'name' : null)) : null
}

function nameIn(text: string, line?: Line): string | null {
  const bare = clean(text.replace(PHONE, ' '))
  if (hasHan(bare)) {
    const word = /^\p{Script=Han}{2,4}(?!\p{Script=Han})/u.exec(
      bare.replace(/^\p{Script=Han}[:：]/u, '').replace(/(?:先生|女士|小姐)$/u, ''),
    )?.[0]
    if (!word || SURNAMES.has(word[0] ?? '')) return word ?? null
    // No surname: perhaps one was read as another character.
    const others = line?.chars?.find(({ c }) => c === word[0])?.others ?? ''
    const meant = Array.from(others).find((one) => SURNAMES.has(one))
    return meant ? meant + word.slice(1) : null
  }
  return /^[A-Z][a-z'’-]+(?:\s*[A-Z][a-z'’.-]*){1,3}$/u.exec(bare)?.[0] ?? null
}

function addressIn(text: string): string | null {
  const bare = clean(text)
  if (hasHan(bare))
    return /[省市区县州盟旗]/u.test(bare) && /\d|号|路|街|村|镇/u.test(bare) && bare.length >= 8
      ? bare.replace(/\s/g, '')
      : null
  return /^\d+[A-Za-z]?[\s,]*[A-Z]|(?:Street|Road|Lane|Avenue|View|Drive|Close|Terrace|Boulevard)|\b(?:Way|St|Rd|Ave|Blvd)\b/u.test(
    bare,
  ) && bare.length >= 10
    ? bare
    : null
}

/** What the lines say; null for what none of them says. */
export function waybillOf(lines: readonly Line[]): Waybill {
  const all = lines.map(said)
  const party = (): Party => ({ name: null, phone: null, address: null })
  const bill: Waybill = {
    number: null,
    numberIsValid: null,
    sender: party(),
    recipient: party(),
    weightKg: null,
    date: null,
  }
  const labelled = all.filter((one) => labelOf(one, all) === 'number').map(({ rest }) => numberIn(rest))
  bill.number =
    labelled.find((number) => number !== null) ??
    all
      .map(({ line }) => numberIn(line.text))
      .find((number) => number !== null && !(/^\d/.test(number) && PHONE.test(number))) ??
    null
  if (bill.number && /^[A-Z]{2}\d{9}[A-Z]{2}$/.test(bill.number)) bill.numberIsValid = s10IsValid(bill.number)
  const dated = all.filter((one) => /日期|时间|date/iu.test(one.line.text) || labelOf(one, all) === 'date')
  bill.date =
    [...dated, ...all].map(({ line }) => dateIn(line.text.normalize('NFKC'))).find((date) => date !== null) ??
    null
  bill.weightKg =
    all.map(({ line }) => weightIn(line.text.normalize('NFKC'))).find((weight) => weight !== null) ?? null
  const found: Record<Role, Found> = { sender: nothing(), recipient: nothing() }
  for (const one of all) {
    const role = roleOf(one, all)
    if (role && !isTail(one, all)) collect(found[role], one, all)
  }
  const both = shared(found)
  Object.assign(bill.sender, both.sender)
  Object.assign(bill.recipient, both.recipient)
  return bill
}

/** Whether a line says nothing by itself, so that it may go on with the address above it. */
const isPlain = ({ role, label, rest, line }: Said): boolean =>
  role === null &&
  label === null &&
  rest !== '' &&
  !PHONE.test(line.text) &&
  dateIn(line.text) === null &&
  weightIn(line.text) === null &&
  numberIn(line.text) === null

/** The line that goes on right below: same left edge, next to it. */
function below(one: Said, all: readonly Said[]): Said | undefined {
  const height = one.line.v1 - one.line.v0
  const from = labelledWidth(one)
  return all.find(
    (other) =>
      other !== one &&
      isPlain(other) &&
      other.line.v0 > middle(one.line) &&
      middle(other.line) - middle(one.line) < 2 * height &&
      [one.line.u0, from].some((edge) => Math.abs(other.line.u0 - edge) < height),
  )
}
/** Where the words after the label begin, about. */
const labelledWidth = ({ line, rest }: Said): number =>
  line.u1 - ((line.u1 - line.u0) * rest.length) / Math.max(1, line.text.length)

function continued(one: Said, all: readonly Said[]): readonly string[] {
  const next = below(one, all)
  if (
    !next ||
    !(hasHan(next.rest) || /^\d{1,4}$/.test(next.rest)
      ? /^[\p{Script=Han}\dA-Z-]{1,30}$/u.test(next.rest) &&
        !(nameIn(next.rest) && !/[室号楼层栋座厦园区路]/u.test(next.rest))
      : TOWN.test(next.rest))
  )
    return []
  return [next.rest]
}
const TOWN = /^[A-Z][A-Za-z .'-]+,?\s*(?:[A-Z]{1,2}\d|[A-Z]{2}\s*\d{5}|\d{4,6})/u
const isTail = (one: Said, all: readonly Said[]): boolean =>
  all.some(
    (other) =>
      other !== one &&
      addressIn(other.rest) !== null &&
      below(other, all) === one &&
      continued(other, all).length > 0,
  )

interface Found {
  readonly name: string[]
  readonly phone: string[]
  readonly address: string[]
}
const nothing = (): Found => ({ name: [], phone: [], address: [] })

function collect(to: Found, one: Said, all: readonly Said[]): void {
  const label = labelOf(one, all)
  const phone = PHONE.exec(one.line.text)
  if (phone && label !== 'number') to.phone.push((phone[1] ?? phone[2] ?? '').replace(/[^\d+]/g, ''))
  if (label === 'number' || label === 'date' || label === 'weight') return
  const address = addressIn(one.rest)
  if (address)
    return void to.address.push(
      [address, ...continued(one, all)].join(hasHan(address) ? '' : ', ').replace(/,, /g, ', '),
    )
  const name =
    label === 'phone' ? null : nameIn(one.rest.replace(/(?:电话|手机|tel|phone).*$/iu, ''), one.line)
  if (name) to.name.push(name)
}

const partyOf = ({ name, phone, address }: Found, at: number): Party => ({
  name: name[at] ?? null,
  phone: phone[at] ?? null,
  address: address[at] ?? null,
})

/** Where the cue of one party was not read, its values stand behind the other's. */
function shared({ sender, recipient }: Record<Role, Found>): Record<Role, Party> {
  const isEmpty = ({ phone, address }: Found): boolean => phone.length === 0 && address.length === 0
  const isDouble = ({ phone, address }: Found): boolean => phone.length > 1 && address.length > 1
  if (isEmpty(sender) && isDouble(recipient))
    return { recipient: partyOf(recipient, 0), sender: partyOf(recipient, 1) }
  if (isEmpty(recipient) && isDouble(sender))
    return { sender: partyOf(sender, 0), recipient: partyOf(sender, 1) }
  return { sender: partyOf(sender, 0), recipient: partyOf(recipient, 0) }
}
