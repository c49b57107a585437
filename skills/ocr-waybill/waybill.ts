import type { Line } from './fields.ts'
import {
  addressIn,
  asDigits,
  clean,
  dateIn,
  hasHan,
  nameIn,
  numberIn,
  PHONE,
  s10IsValid,
  weightIn,
} from './fields.ts'

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
  /寄件(?:人|方)?(?:信息)?|发件(?:人|方)?(?:信息)?|发货(?:人|方)?(?:信息)?|托运人|寄(?=[:：】\])]|$)|\[?【寄】?|shipper|sender|consignor|ship\s*from|\bfrom(?=[:：.\s]|$)/iu
const RECIPIENT =
  /收件(?:人|方)?(?:信息)?|收货(?:人|方)?(?:信息)?|收(?=[:：】\])]|$)|【收】?|consignee|recipient|receiver|ship\s*to|deliver\s*to|\bto(?=[:：.\s]|$)/iu
interface Said {
  readonly line: Line
  readonly role: Role | null
  readonly label: string | null
  readonly rest: string
  readonly isCue: boolean
}

/** Thick letters stand so far apart that one word is read as several. Where all together are a label they were one. */
function untorn(text: string): string {
  if (!/^[A-Z][a-z ]+\W*$/u.test(text)) return text
  const word = clean(text.replaceAll(' ', ''))
  const isLabel = [SENDER, RECIPIENT, ...LABELS.map(([, pattern]) => pattern)].some(
    (pattern) => pattern.exec(word)?.[0] === word,
  )
  return isLabel ? word : text
}

/** What of a line is its label, and what is left. */
function said(line: Line): Said {
  let rest = untorn(line.text.normalize('NFKC'))
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
  const cell = cellOf(one, all)
  if (cell) return cell.role
  const reach = (other: Said): boolean =>
    overlap(other.line, one.line) > 0 || Math.abs(other.line.u0 - one.line.u0) < 60
  const above = all
    .filter((other) => other.role && middle(other.line) < middle(one.line) && reach(other))
    .sort((a, b) => middle(b.line) - middle(a.line))[0]
  if (above) return above.role
  // What stands behind something in its row, far from the edge where the cue is, belongs to whom that belongs to.
  const beside = all
    .filter((other) => isSameRow(other.line, one.line) && other.line.u0 < one.line.u0)
    .sort((a, b) => b.line.u0 - a.line.u0)[0]
  return beside ? roleOf(beside, all) : null
}

/**
 * The cue that stands alone in the cell left of a line. Its cell may be centred beside several lines: then one of
 * them lies above the first cue, and each belongs to the nearest.
 */
function cellOf({ line }: Said, all: readonly Said[]): Said | null {
  const cues = all
    .filter((other) => other.role && other.rest === '' && other.label === null && other.line.u1 < line.u0)
    .sort((a, b) => middle(a.line) - middle(b.line))
  const [first] = cues
  if (!first || cues.length < 2) return null
  const isOfFirst = (other: Said): boolean =>
    other.line.u0 > first.line.u1 &&
    middle(other.line) < middle(first.line) &&
    middle(first.line) - middle(other.line) < 1.5 * (first.line.v1 - first.line.v0) &&
    (nameIn(other.rest, other.line) !== null || other.label === 'name')
  if (!all.some(isOfFirst)) return null
  const away = (cue: Said): number => Math.abs(middle(cue.line) - middle(line))
  const nearest = cues.toSorted((a, b) => away(a) - away(b))[0]
  return nearest && away(nearest) < 4 * (line.v1 - line.v0) ? nearest : null
}

/** Label that the line has itself, or that stands alone left of it in the row. */
function labelOf(one: Said, all: readonly Said[]): string | null {
  if (one.label) return one.label
  const left = all
    .filter((other) => other !== one && isSameRow(other.line, one.line) && other.line.u0 < one.line.u0)
    .sort((a, b) => b.line.u0 - a.line.u0)[0]
  return left && left.rest === '' ? (left.label ?? (left.role ? 'name' : null)) : null
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
  bill.date = firstOf([...dated, ...all], dateIn)
  bill.weightKg = firstOf(all, weightIn)
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

/** What is found in the lines as they were settled, or else as the first look had them. */
function firstOf<T>(all: readonly Said[], find: (text: string) => T | null): T | null {
  const texts = [...all.map(({ line }) => line.text), ...all.map(({ line }) => line.first ?? '')]
  return texts.map((text) => find(text.normalize('NFKC'))).find((found) => found !== null) ?? null
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
  if (one.rest.endsWith('室')) return []
  const next = below(one, all)
  if (
    !next ||
    !(hasHan(next.rest) || /^\d{1,4}$/.test(next.rest)
      ? /^[\p{Script=Han}\dA-Z-]{1,30}$/u.test(next.rest) &&
        !(nameIn(next.rest) && !/[室号楼层栋幢座厦园区路单元门]/u.test(next.rest))
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
  const phone = PHONE.exec(one.line.text) ?? (label === 'phone' ? PHONE.exec(asDigits(one.rest)) : null)
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
