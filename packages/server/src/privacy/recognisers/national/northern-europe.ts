import { isDate, luhn, part, remainder, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

const FI_SIGNS = '0123456789ABCDEFHJKLMNPRSTUVWXY'

/** Day, month, year of two digits; more than 40 or 60 on the day says that the holder was born elsewhere. */
const isBirthday = (text: string, over: number): boolean =>
  isDate(
    part(text, 4, 6),
    part(text, 2, 4),
    part(text, 0, 2) > over ? part(text, 0, 2) - over : part(text, 0, 2),
  )
const isReversed = (text: string, over: number): boolean =>
  isDate(
    part(text, 0, 2),
    part(text, 2, 4),
    part(text, 4, 6) > over ? part(text, 4, 6) - over : part(text, 4, 6),
  )

function fodselsnummer(text: string): boolean {
  const first = (11 - (weighted(text, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11
  const second = (11 - (weighted(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return isBirthday(text, 40) && first === Number(text[9]) && second === Number(text[10])
}

/** Estonia and Lithuania: the second weights where the first leave ten. */
function baltic(text: string): boolean {
  const first = weighted(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const second = weighted(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11
  return (
    isDate(part(text, 1, 3), part(text, 3, 5), part(text, 5, 7)) &&
    (first < 10 ? first : second % 10) === Number(text[10])
  )
}

/** Since July 2017 the codes begin with 32 to 39 and say nothing; the older ones begin with the birthday. */
const latvian = (text: string): boolean =>
  /^3[2-9]/.test(text) ||
  (isBirthday(text, 40) &&
    ((1 + weighted(text, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11) % 10 === Number(text[10]))

const ytunnus = (text: string): boolean =>
  (11 - (weighted(text, [7, 9, 10, 5, 8, 4, 2]) % 11)) % 11 === Number(text[7])

/** The Nordic and the Baltic countries. */
export const NORTHERN_EUROPE: readonly NationalId[] = [
  /** CPR-kontoret, "Personnummeret i CPR": mod 11, which numbers given out since 2007 need not meet. */
  {
    type: 'DK_CPR',
    starts: /[0-3]/,
    form: String.raw`\d{6}[- ]?\d{4}`,
    check: (n) => isBirthday(n, 60) && weighted(n, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    alone: /-/,
    cues: 'cpr|cpr-nr|cpr-nummer|personnummer',
  },
  /** Skatteverket, SKV 704: Luhn over ten digits; coordination numbers add 60 to the day. */
  {
    type: 'SE_PERSONNUMMER',
    starts: /\d/,
    form: String.raw`(?:19|20)?\d{6}[-+]?\d{4}`,
    check: (n) => isReversed(n.slice(-10), 60) && luhn(n.slice(-10)),
    alone: /[-+]|^(?:19|20)\d{10}$/,
    cues: 'personnummer|pnr|person-nr|samordningsnummer|personal identity number',
  },
  /** Bolagsverket, Lag 1974:174 om identitetsbeteckning för juridiska personer; Luhn. */
  {
    type: 'SE_ORGANISATIONSNUMMER',
    starts: /\d/,
    form: String.raw`\d{2}[2-9]\d{3}-?\d{4}`,
    check: luhn,
    alone: false,
    cues: 'organisationsnummer|org.nr|org nr|orgnr',
  },
  /** Skatteetaten, Folkeregisterforskriften § 2-2-1; two check digits mod 11; D numbers add 40 to the day. */
  {
    type: 'NO_FODSELSNUMMER',
    starts: /[0-7]/,
    form: String.raw`\d{6} ?\d{5}`,
    check: fodselsnummer,
    alone: true,
    cues: 'fødselsnummer|fodselsnummer|fnr|personnummer|d-nummer',
  },
  /** Brønnøysundregistrene, Enhetsregisterloven § 5; mod 11. */
  {
    type: 'NO_ORGNR',
    starts: /[89]/,
    form: String.raw`[89]\d{2} ?\d{3} ?\d{3}`,
    check: (n) => (11 - (weighted(n, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(n[8]),
    alone: false,
    cues: 'organisasjonsnummer|org.nr|orgnr|org nr',
  },
  /** Digi- ja väestötietovirasto, Laki 661/2009 § 11; mod 31; the new signs of 2023. */
  {
    type: 'FI_PERSONAL_IDENTITY_CODE',
    starts: /[0-3]/,
    form: String.raw`\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]`,
    check: (n) => hetu(n),
    alone: true,
    cues: 'hetu|henkilötunnus|personbeteckning|personal identity code',
  },
  /** Patentti- ja rekisterihallitus, Yritys- ja yhteisötietolaki 244/2001 § 9; mod 11. */
  {
    type: 'FI_BUSINESS_ID',
    starts: /\d/,
    form: String.raw`\d{7}-\d`,
    check: ytunnus,
    alone: false,
    cues: 'y-tunnus|fo-nummer|business id',
  },
  /** Þjóðskrá Íslands, Lög 140/2019; mod 11 in the ninth digit. */
  {
    type: 'IS_KENNITALA',
    starts: /[0-7]/,
    form: String.raw`\d{6}-?\d{3}[089]`,
    check: (n) => isBirthday(n, 40) && weighted(n, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    alone: /-/,
    cues: 'kennitala|kt|kt.',
  },
  /** Eesti Vabariigi Siseministeerium, EVS 585:2007. */
  {
    type: 'EE_ISIKUKOOD',
    starts: /[1-8]/,
    form: String.raw`[1-8]\d{10}`,
    check: baltic,
    alone: false,
    cues: 'isikukood|personal code|ik',
  },
  /** Gyventojų registro įstatymas art. 8. */
  {
    type: 'LT_ASMENS_KODAS',
    starts: /[1-6]/,
    form: String.raw`[1-6]\d{10}`,
    check: baltic,
    alone: false,
    cues: 'asmens kodas|a.k.|personal code',
  },
  /** Fizisko personu reģistra likums, Ministru kabineta noteikumi 2020/351. */
  {
    type: 'LV_PERSONAL_CODE',
    starts: /[0-3]/,
    form: String.raw`\d{6}-?\d{5}`,
    check: latvian,
    alone: /-/,
    cues: 'personas kods|personas kodu|personal code|pk',
  },
]

/** The sign of the century fell out of the value when its signs were taken away, unless it is a letter. */
function hetu(text: string): boolean {
  const digits = text.slice(0, 6) + text.slice(-4, -1)
  return isBirthday(digits, 99) && FI_SIGNS[remainder(digits, 31)] === text.at(-1)
}
