import type { Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, MISTYPED } from '../detect/recogniser.ts'

/** Length in each country of the registry (SWIFT, release 99) and of those that use the form without being in it. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 ' +
    'YE30 DZ26 AO25 BJ28 BF28 CM27 CV25 CF27 TD27 KM27 CG27 CI28 GQ27 GA27 GW25 IR26 MG27 ML28 MA28 MZ25 NE28 SN28 TG28'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** ISO 7064 mod 97-10 over digits and capitals, which count as two digits. */
function remainder(iban: string): number {
  let rest = 0
  for (let i = 0; i < iban.length; i += 1) {
    const code = iban.charCodeAt((i + 4) % iban.length)
    rest = (code < A ? rest * 10 + code - ZERO : rest * 100 + code - A + 10) % 97
  }
  return rest
}

const [ZERO, A] = [0x30, 0x41]
const isSign = (code: number): boolean =>
  (code >= ZERO && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)

/** What stands between the country and the rest. */
export const ibanCheckDigits = (country: string, rest: string): string =>
  String(98 - remainder(`${country}00${rest}`)).padStart(2, '0')

/** Where the given number of letters and digits ends in a value with separators; -1 when it ends inside a word. */
function endOf(value: string, count: number): number {
  let seen = 0
  for (let i = 0; i < value.length; i += 1) {
    if (!isSign(value.charCodeAt(i))) continue
    seen += 1
    if (seen === count) return isSign(value.charCodeAt(i + 1)) ? -1 : i + 1
  }
  return -1
}

/** International bank account number, ISO 13616. */
export const IBAN: Recogniser = {
  id: 'iban',
  type: 'IBAN',
  starts: /[A-Z]/i,
  anchor: 'number',
  pattern: /[A-Z]{2}[ -]?\d{2}(?:[ -]{0,2}[A-Z0-9]){11,31}(?![A-Z0-9])/iy,
  judge({ value, start }): Verdict | null {
    const length = LENGTHS[value.slice(0, 2).toUpperCase()]
    if (length === undefined) return null
    const size = endOf(value, length)
    const iban = value.slice(0, size < 0 ? undefined : size).replaceAll(/[ -]/g, '')
    const isWritten = iban === iban.toUpperCase() || iban === iban.toLowerCase()
    if (size < 0 || !isWritten) return null
    const check = Number(iban.slice(2, 4))
    const passes = check >= 2 && check <= 98 && remainder(iban.toUpperCase()) === 1
    return { ...(passes ? CERTAIN : MISTYPED), start, end: start + size }
  },
}
