import type { Line } from './fields.ts'
import {
  addressIn,
  asDigits,
  clean,
  dateIn,
  hasHan,
  labelledNumberIn,
  labelledWeightIn,
  nameIn,
  namedIn,
  numberIn,
  PHONE,
  phoneIn,
  s10IsValid,
  spelledOut,
  weightIn,
} from './fields.ts'
import type { Label, Piece, Role } from './labels.ts'
import { piecesOf, unspread } from './labels.ts'
import type { Layout } from './layout.ts'
import { heightOf, isBareLabel, layoutOf, middle, overlap, valueEdge } from './layout.ts'

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

/** What the lines say; null for what none of them says. */
export function waybillOf(read: readonly Line[]): Waybill {
  const lines = unspread(read)
  const layout = layoutOf(lines.flatMap(piecesOf))
  const first = layoutOf(lines.flatMap((line) => (line.first ? piecesOf({ ...line, text: line.first }) : [])))
  const number = numberOf(layout) ?? numberOf(first)
  const isAmerican = lines.some(({ text }) => /,\s?[A-Z]{2}\s?\d{5}(?!\d)/.test(text))
  const date = (from: Layout): string | null => dateOf(from, isAmerican)
  return {
    number,
    numberIsValid: number && /^[A-Z]{2}\d{9}[A-Z]{2}$/.test(number) ? s10IsValid(number) : null,
    ...partiesOf(layout),
    weightKg: weightOf(layout) ?? weightOf(first),
    date: date(layout) ?? date(first),
  }
}

const firstOf = <T, R>(all: readonly T[], find: (one: T) => R | null): R | null => {
  for (const one of all) {
    const found = find(one)
    if (found !== null) return found
  }
  return null
}

/** The texts that a label of that kind names: its own, and where it stands alone what stands behind it or below. */
function named(
  { pieces, valuesOf }: Layout,
  label: Label,
): readonly { readonly text: string; readonly by: string }[] {
  return pieces
    .filter((piece) => piece.label === label)
    .flatMap((piece) =>
      (isBareLabel(piece) ? valuesOf(piece) : [piece]).map(({ rest }) => ({
        text: rest,
        by: piece.labelText,
      })),
    )
}
const isFree = (layout: Layout, piece: Piece): boolean => {
  const label = layout.labelOf(piece)
  return label === null || label === 'name'
}

function numberOf(layout: Layout): string | null {
  const free = layout.pieces.filter((piece) => isFree(layout, piece))
  const codeIn = (text: string): string | null => {
    const found = numberIn(text)
    return found && /^\d/.test(found) && PHONE.test(text) ? null : found
  }
  const letteredIn = (text: string): string | null => {
    const found = codeIn(text)
    return found && /^[A-Z]/.test(found) ? found : null
  }
  return (
    firstOf(
      named(layout, 'number'),
      ({ text }) => numberIn(text) ?? numberIn(text.replace(/(?<=\d)[.,·:](?=\d)/g, '')),
    ) ??
    firstOf(free, ({ rest }) => (addressIn(rest) ? null : letteredIn(rest))) ??
    firstOf(free, ({ rest }) => (addressIn(rest) ? null : codeIn(rest))) ??
    firstOf(named(layout, 'number'), ({ text }) => labelledNumberIn(text)) ??
    firstOf(underBars(layout), ({ rest }) => labelledNumberIn(rest)) ??
    firstOf(layout.pieces, ({ line: { text }, label }) => (label === 'other' ? null : codeIn(text)))
  )
}

/** Between a label and its number bars may stand that say the same. */
const underBars = ({ pieces }: Layout): readonly Piece[] =>
  pieces
    .filter((piece) => piece.label === 'number' && isBareLabel(piece))
    .flatMap((label) =>
      pieces
        .filter(
          (piece) =>
            /^[A-Z\d][A-Z\d -]{6,}$/.test(piece.rest) &&
            piece.label === null &&
            overlap(piece, label) > 0 &&
            middle(piece) > middle(label) &&
            middle(piece) - middle(label) < 10 * heightOf(label),
        )
        .toSorted((a, b) => middle(a) - middle(b)),
    )

/** What was weighed comes before what was reckoned. */
const WEIGHED = /实|净|毛|actual|gross|net/iu
const RECKONED = /计费|收费|结算|charg|bill/iu
function weightOf(layout: Layout): number | null {
  const rank = ({ by }: { by: string }): number => (WEIGHED.test(by) ? 0 : RECKONED.test(by) ? 2 : 1)
  const weighed = named(layout, 'weight').toSorted((a, b) => rank(a) - rank(b))
  const isFreeOfCodes = (text: string): boolean => numberIn(text) === null && !PHONE.test(text)
  return (
    firstOf(weighed, ({ text, by }) => labelledWeightIn(text, by)) ??
    firstOf(layout.pieces, (piece) =>
      isFree(layout, piece) && isFreeOfCodes(piece.rest) && addressIn(piece.rest) === null
        ? weightIn(piece.rest)
        : null,
    ) ??
    firstOf(layout.pieces, ({ line: { text }, label }) =>
      label === 'other' || label === 'address' ? null : weightIn(text),
    )
  )
}

function dateOf(layout: Layout, isMonthFirst: boolean): string | null {
  const printed = ({ by }: { by: string }): number => (/打印|print/iu.test(by) ? 1 : 0)
  return (
    firstOf(
      named(layout, 'date').toSorted((a, b) => printed(a) - printed(b)),
      ({ text }) => dateIn(text, isMonthFirst),
    ) ??
    firstOf(layout.pieces, (piece) =>
      layout.labelOf(piece) === 'other' ? null : dateIn(piece.rest, isMonthFirst),
    ) ??
    firstOf(layout.pieces, ({ line }) => dateIn(line.text, isMonthFirst))
  )
}

interface Said {
  readonly text: string
  /** How sure: what a label says comes before what only looks so. */ readonly rank: number
}
interface Found {
  readonly name: Said[]
  readonly phone: Said[]
  readonly address: Said[]
}
const nothing = (): Found => ({ name: [], phone: [], address: [] })

function partiesOf(layout: Layout): Record<Role, Party> {
  const found: Record<Role, Found> = { sender: nothing(), recipient: nothing() }
  const isLast = tails(layout)
  const cued = new Set(layout.pieces.map(({ role }) => role))
  /** Where one cue was not read, what stands under none belongs to it. */
  const missing =
    cued.has('sender') === cued.has('recipient') ? null : cued.has('sender') ? 'recipient' : 'sender'
  for (const piece of layout.pieces) {
    const role = layout.roleOf(piece) ?? missing
    if (role && !isLast.has(piece)) collect(found[role], piece, layout)
  }
  for (const { name, phone, address } of Object.values(found))
    for (const all of [name, phone, address]) all.sort((a, b) => a.rank - b.rank)
  return shared(found)
}

function collect(to: Found, piece: Piece, layout: Layout): void {
  const label = layout.labelOf(piece)
  if (label === 'number' || label === 'date' || label === 'weight' || label === 'other' || piece.rest === '')
    return
  const isPhoneLabelled = label === 'phone'
  const text = piece.rest
  const phone = phoneIn(text) ?? (isPhoneLabelled ? phoneIn(asDigits(text)) : null)
  if (phone && label !== 'address') to.phone.push({ text: phone, rank: isPhoneLabelled ? 0 : 1 })
  if (isPhoneLabelled) return
  const rest = (label === 'address' ? text : text.replace(PHONE, ' ')).trim()
  if (rest === '') return
  const [name, address] = label === 'address' ? [null, rest] : partedOf(rest)
  const place =
    label === 'address'
      ? (addressIn(address ?? '') ?? (rest.length > 3 ? spelled(rest) : null))
      : label === 'name' && piece.label === 'name'
        ? null
        : addressIn(address ?? '')
  if (place) {
    to.address.push({
      text: joined([/,\s*$/.test(rest) ? `${place},` : place, ...continued(piece, layout)]),
      rank: label === 'address' ? 0 : 1,
    })
    if (name) to.name.push({ text: name, rank: 1 })
    return
  }
  if (weightIn(rest) !== null || dateIn(rest) !== null || numberIn(rest) !== null) return
  const isNamed = label === 'name' || (piece.role !== null && label === null)
  const said = nameIn(rest, piece.line) ?? (isNamed ? namedIn(rest) : null)
  if (said) to.name.push({ text: said, rank: isNamed ? 0 : 1 })
}
const spelled = (text: string): string => (hasHan(text) ? text.replace(/\s/g, '') : spelledOut(clean(text)))

/** A name and an address in one piece: the name is a short word before the address or behind it. */
function partedOf(text: string): readonly [string | null, string] {
  const latin = /^([A-Z][a-z'’-]+(?: [A-Z][a-z'’.-]*){1,2}),\s*((?:Flat|Unit|Apt|Suite|\d).*)$/u.exec(text)
  if (latin?.[1] && latin[2] && addressIn(latin[2])) return [latin[1], latin[2]]
  const words = text.split(/[\s,，;；|/]+/u).filter((word) => word !== '')
  if (!hasHan(text) || words.length < 2) return [null, text]
  const isName = (word = ''): boolean =>
    /^\p{Script=Han}{2,4}$/u.test(word) && nameIn(word) === word && !/[省市区县镇路街号村]$/u.test(word)
  if (isName(words[0]) && addressIn(words.slice(1).join('')))
    return [words[0] ?? null, words.slice(1).join('')]
  const last = words.at(-1)
  if (isName(last) && addressIn(words.slice(0, -1).join('')))
    return [last ?? null, words.slice(0, -1).join('')]
  return [null, text]
}

/** Whether a piece says nothing by itself, so that it may go on with the address above it. */
const goesOn = ({ role, label, rest }: Piece): boolean =>
  role === null &&
  label === null &&
  rest !== '' &&
  !PHONE.test(rest) &&
  dateIn(rest) === null &&
  weightIn(rest) === null &&
  (numberIn(rest) === null || hasHan(rest))

/** What goes on with a labelled address may begin where the words behind the label do, wherever a wide label puts them. */
const hangs = (other: Piece, { label, u0, u1, rest }: Piece): boolean =>
  label === 'address' &&
  rest !== '' &&
  other.u0 > u0 &&
  other.u0 < u0 + 0.4 * (u1 - u0) &&
  other.u1 < u1 + 0.1 * (u1 - u0)

/** The piece that goes on right below: same left edge, next to it. */
function below(piece: Piece, { pieces, labelOf }: Layout): Piece | undefined {
  const height = heightOf(piece)
  const from = valueEdge(piece)
  return pieces
    .filter(
      (other) =>
        other !== piece &&
        goesOn(other) &&
        (labelOf(other) === null || labelOf(other) === 'address') &&
        other.v0 > middle(piece) &&
        middle(other) - middle(piece) < 2.1 * height &&
        ([piece.u0, from].some((edge) => Math.abs(other.u0 - edge) < 0.9 * height) || hangs(other, piece)),
    )
    .toSorted((a, b) => middle(a) - middle(b))[0]
}
const KINDS_OF_STREETS =
  'Street|Road|Lane|Avenue|Drive|Close|Terrace|Boulevard|Grove|Crescent|Court|Square|Gardens|Way|Row|Place|Parkway|Hill|Park|Walk|Mews|Green|St|Rd|Ave|Av|Dr|Ln|Blvd|Ct|Pl|Sq|Hwy|Pkwy'
const ENDS_IN_STREET = new RegExp(
  String.raw`\b(?:${KINDS_OF_STREETS})\.?(?:\s+(?:N|S|E|W|North|South|East|West|NW|NE|SW|SE))?$`,
  'u',
)
const BEGINS_WITH_STREET = new RegExp(String.raw`^(?:${KINDS_OF_STREETS})\b`, 'u')
const POSTCODE = /(?:[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]{2}\s*\d{5}(?:-\d{4})?|(?<!\d)\d{4,6})(?=$|,|\s)/u
const IS_TAIL = /[室号楼层栋幢座厦园区路单元门店铺组村期城院馆站街库房]|^[\dA-Za-z-]+$/u

/** What goes on with the address of a piece, line by line. */
function continued(piece: Piece, layout: Layout): readonly string[] {
  const found: string[] = []
  let last = piece
  while (found.length < 3) {
    const next = below(last, layout)
    if (!next || !isContinuation(last, next, [piece.rest, ...found].join(''))) break
    found.push(next.rest)
    last = next
  }
  return found
}
function isContinuation(last: Piece, next: Piece, sofar: string): boolean {
  if (hasHan(sofar)) {
    if (
      sofar.endsWith('室') ||
      !/^[\p{Script=Han}\dA-Za-z()#·,.-]{1,40}$/u.test(next.rest.replace(/\s/g, ''))
    )
      return false
    if (/^[\u4e00-\u9fff]{2,}(?:省|自治区)|^[\u4e00-\u9fff]{2,3}市.*[区县]/u.test(next.rest)) return false
    const isWide = last.u1 - last.u0 > 5 * heightOf(last)
    return isWide && (!nameIn(next.rest) || IS_TAIL.test(next.rest))
  }
  if (
    hasHan(next.rest) ||
    (POSTCODE.test(sofar) && /[A-Z]\d|\d{5}/.test(sofar.slice(-9)) && !/^[A-Z][A-Za-z ]+$/u.test(next.rest))
  )
    return false
  if (POSTCODE.test(next.rest) && /[A-Za-z]/.test(next.rest)) return true
  if (POSTCODE.test(sofar.slice(-10)))
    return /^(?:UK|USA|United Kingdom|United States|Great Britain|Germany|France|China|P\.?\s?R\.?\s?China|Netherlands|Canada|Australia|Japan|Singapore|England|Scotland|Ireland)\b/u.test(
      next.rest,
    )
  return (
    sofar.endsWith(',') ||
    BEGINS_WITH_STREET.test(next.rest) ||
    /^\S+,/.test(next.rest) ||
    /^[A-Z\d]{1,4}\s?\d[A-Z]{2}$/.test(next.rest) ||
    last.u1 - last.u0 > 9 * heightOf(last) ||
    ENDS_IN_STREET.test(sofar)
  )
}
function joined([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return clean(first)
  if (hasHan(first)) return [first, ...others].join('').replace(/\s/g, '')
  return spelledOut(
    others.reduce((all, one) => {
      const isNew =
        !/[,-]$/.test(all) &&
        !BEGINS_WITH_STREET.test(one) &&
        (ENDS_IN_STREET.test(all) ||
          (!all.includes(',') &&
            POSTCODE.test(one) &&
            !one.replace(/,\s*[A-Z]{2}\s*\d{5}.*$/u, '').includes(',')))
      return `${all}${isNew ? ', ' : ' '}${one}`
    }, first),
  )
}
/** The pieces that an address above them goes on with. */
function tails(layout: Layout): ReadonlySet<Piece> {
  const found = new Set<Piece>()
  for (const piece of layout.pieces) {
    if (found.has(piece) || isBareLabel(piece)) continue
    const label = layout.labelOf(piece)
    const [, address] = partedOf(piece.rest)
    if (label !== 'address' && ((label !== null && label !== 'name') || addressIn(address) === null)) continue
    let last = piece
    for (const { length } of continued(piece, layout)) {
      const next = below(last, layout)
      if (!next || length === 0) break
      found.add(next)
      last = next
    }
  }
  return found
}

const partyOf = ({ name, phone, address }: Found, at: number): Party => ({
  name: name[at]?.text ?? null,
  phone: phone[at]?.text ?? null,
  address: address[at]?.text ?? null,
})

/** Where the cue of one party was not read, its values stand behind the other's. */
function shared({ sender, recipient }: Record<Role, Found>): Record<Role, Party> {
  const isEmpty = ({ phone, address }: Found): boolean => phone.length === 0 && address.length === 0
  const isDouble = ({ phone, address }: Found): boolean => phone.length > 1 && address.length > 1
  if (isEmpty(sender) && isDouble(recipient))
    return { recipient: partyOf(recipient, 0), sender: partyOf(recipient, 1) }
  if (isEmpty(recipient) && isDouble(sender))
    return { sender: partyOf(sender, 0), recipient: partyOf(sender, 1) }
  const parties = { sender: partyOf(sender, 0), recipient: partyOf(recipient, 0) }
  for (const [role, from, other] of [
    ['sender', recipient, sender],
    ['recipient', sender, recipient],
  ] as const) {
    if (other.phone.length > 0 || from.phone.length < 2) continue
    parties[role].phone = from.phone[1]?.text ?? null
    if (other.name.length === 0) parties[role].name = from.name[1]?.text ?? null
    if (other.address.length === 0) parties[role].address = from.address[1]?.text ?? null
  }
  return parties
}
