import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from './span.ts'

const NAMES: ReadonlySet<EntityType> = new Set(['PERSON', 'LOCATION', 'ORGANIZATION', 'ADDRESS'])
const HAN = /\p{Script=Han}/u
/** `Mozilla/5.0`, `NG-6375`: of a house there may be more behind its number. */
const VERSION = /^[/-]\d/
/** `Object.<anonymous>`, `std::Name`, `Name = 5`: what goes on behind a name in programs and their output. */
const BEHIND = /^(?:[.$][\w<(]|::|_|\s?={1,2}\s?["'\w])/
/** `lib_Name`, `$Name`, `2136.613`, `p50=542`, `lat/lon`, the code of a bank. */
const BEFORE = /[_$]$|\d[./=]$|[A-Za-z]\d{1,3}=$|\b(?:bic|swift)\s?["':][\s"':]{0,4}$/i
const BEFORE_WORDS = /[a-z]\/$/
/** `implements Austin`, `fs.Dirent`, `{Foo}`, `<Avery label=`, `"Arn":`: one word that a program calls something by. */
const BEFORE_ONE =
  /(?:\b(?:implements|extends|class|interface|enum|struct|import|new|def|fn|func|instanceof|typeof)\s|[a-z]\.)$/
const AROUND_ONE = /^(?:\{\|\}|<\/?\|(?:\s[\w-]+=|\s?\/>)|"\|"\s?:)/
/** `  gordon:` and the end of the line, `image: gordon:2`. */
const KEY_BEHIND = /^:(?:\r?\n|\S)/
/** The name of a header, or of a number: `X-Client-IP: `, `PESEL: 67090648`. */
const HEADER =
  /^(?:X|Message|Content|Request|Accept|Cache|User|Set|Last|Return|Reply|In-Reply|Transfer)-[A-Za-z-]{2,40}$/
const LABEL = /^[A-Z]{2,6}$/
const BEHIND_LABEL = /^\s?[:#]\s?["'[]?\d{4}/
const STREET =
  /\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|place|square|apt|suite|flat|box|stra(?:ß|ss)e|str|platz|weg|allee|rue|calle|via|rua|avenida|laan|straat|highway|hwy|close|terrace|crescent|gardens|house|building|block|plaza|route)\b/i

/** What numbers, lines and records are called, and days of the week. */
const NO_NAME =
  /^(?:IBAN|BIC|SWIFT|SSN|SIN|NIF|NIE|CPF|CNPJ|PESEL|NIP|REGON|NINO|NHS|NRIC|ABN|TFN|ACN|EIN|ITIN|USCC|VAT|DOB|BP|UA|SSID|BSSID|UUID|AAAA|CNAME|MX|E?SMTPS?A?|Whats ?App|Phone|E-?mail|Fax|Tel|Amex|Visa|Master ?[Cc]ard|HWaddr|None|Null|True|False|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec)|N[uú]m[eé]ro (?:de|du|d’|d').{1,40})$/

/** Hashes, ids and numbers of accounts, which no name and no address has in it. */
const NUMBERED = /(?=[A-Za-z]{0,40}\d)[A-Za-z\d]{12}|\d{7}|(?:[\dA-Z]{4}[ -]){3}/
const COUNT = /^\d+[a-z]{0,2}$/

/** Whether the code around a name in Latin letters shows that it is none. */
export function isInCode({ type, start, end }: Span, text: string): boolean {
  if (!NAMES.has(type)) return false
  const value = text.slice(start, end)
  if (HAN.test(value)) return false
  const before = text.slice(Math.max(0, start - 12), start)
  const behind = text.slice(end, end + 10)
  if (NO_NAME.test(value) || BEFORE.test(before) || BEHIND.test(behind)) return true
  if (!/\s/.test(value) && isOneInCode(value, before, behind)) return true
  if (BEFORE_WORDS.test(before) && value === value.toLowerCase()) return true
  if (/\b(?:No|Nr|Number|ID|Code)$/.test(value) && /^\.?\s?[:#]?\s?\d/.test(behind)) return true
  if (type === 'ADDRESS') return (NUMBERED.test(value) || !/\p{Lu}\p{L}/u.test(value)) && !STREET.test(value)
  return (
    NUMBERED.test(value) ||
    COUNT.test(value) ||
    VERSION.test(behind) ||
    HEADER.test(value) ||
    (LABEL.test(value) && BEHIND_LABEL.test(behind))
  )
}

function isOneInCode(value: string, before: string, behind: string): boolean {
  if (BEFORE_ONE.test(before)) return true
  if (value === value.toLowerCase() && KEY_BEHIND.test(behind)) return true
  const opening = /<\/?$|["{]$/.exec(before)?.[0]
  return opening !== undefined && AROUND_ONE.test(`${opening}|${behind}`)
}
