import { isDate, luhn, mod11And10, part, remainder, verhoeff, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

const NIF_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const UTR = '21987654321'
const PPS_LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV'
/** Values of the letters and digits in odd places of a codice fiscale, A and 0 first. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

const nif = (text: string): boolean => NIF_LETTERS[remainder(text.slice(0, -1), 23)] === text.at(-1)

function cif(text: string): boolean {
  const twice = [1, 3, 5, 7].reduce(
    (sum, at) => sum + ((Number(text[at]) * 2) % 10) + Math.floor(Number(text[at]) / 5),
    0,
  )
  const control = (10 - ((twice + Number(text[2]) + Number(text[4]) + Number(text[6])) % 10)) % 10
  return (
    (!/[KPQSNWR]/.test(text[0] ?? '') && text[8] === String(control)) ||
    (!/[ABEH]/.test(text[0] ?? '') && text[8] === 'JABCDEFGHI'[control])
  )
}

function nir(text: string): boolean {
  const digits = text.replace('2A', '19').replace('2B', '18')
  return 97 - remainder(digits.slice(0, 13), 97) === part(digits, 13, 15)
}

function codiceFiscale(text: string): boolean {
  const place = (letter: string) => (/\d/.test(letter) ? Number(letter) : letter.charCodeAt(0) - 65)
  const sum = Array.from(text.slice(0, 15)).reduce(
    (total, letter, at) => total + (at % 2 === 0 ? (ODD[place(letter)] ?? 0) : place(letter)),
    0,
  )
  return String.fromCharCode(65 + (sum % 26)) === text[15]
}

/** One digit of the first ten comes twice or thrice, no other more than once. */
function steuerId(text: string): boolean {
  const counts = Array.from('0123456789', (digit) => text.slice(0, 10).split(digit).length - 1).filter(
    (count) => count > 1,
  )
  return counts.length === 1 && (counts[0] ?? 0) <= 3 && mod11And10(text)
}

/** Sum of the digits of each product, the letter as two digits. */
function crossSum(text: string, weights: readonly number[]): number {
  const digits = text.replace(/[A-Z]/, (letter) => String(letter.charCodeAt(0) - 64).padStart(2, '0'))
  return weights.reduce((sum, weight, at) => {
    const product = weight * Number(digits[at])
    return sum + Math.floor(product / 10) + (product % 10)
  }, 0)
}

function ahv(text: string): boolean {
  return weighted(text, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
}

/** The sum of Luhn, moved by four. */
function atu(text: string): boolean {
  const sum = Array.from(text.slice(3, 10)).reduce(
    (total, digit, at) => total + (at % 2 === 0 ? Number(digit) : crossSum(digit, [2])),
    0,
  )
  return (((96 - sum) % 10) + 10) % 10 === Number(text[10])
}

const bsn = (text: string): boolean => weighted(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
const btw = (text: string): boolean =>
  bsn(text.slice(2, 11)) || remainder(`2321${text.slice(2, 11)}11${text.slice(12)}`, 97) === 1

function rijksregister(text: string): boolean {
  const control = part(text, 9, 11)
  if (part(text, 2, 4) % 20 > 12 || part(text, 4, 6) > 31) return false
  return [text.slice(0, 9), `2${text.slice(0, 9)}`].some((digits) => 97 - remainder(digits, 97) === control)
}

function pps(text: string): boolean {
  const second = text.length === 9 ? PPS_LETTERS.indexOf(text[8] ?? '') * 9 : 0
  return PPS_LETTERS[(weighted(text, [8, 7, 6, 5, 4, 3, 2]) + second) % 23] === text[7]
}

/** The west and the south of Europe, Great Britain and Ireland. */
export const WESTERN_EUROPE: readonly NationalId[] = [
  /** HMRC, National Insurance Manual NIM39110. */
  {
    type: 'UK_NINO',
    starts: /[A-CEGHJ-PR-TW-Z]/,
    form: String.raw`(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?-?\d{2} ?-?\d{2} ?-?\d{2} ?-?[A-D]`,
    check: () => true,
    alone: true,
    cues: 'nino|ni number|national insurance|national insurance number',
  },
  /** NHS Data Dictionary, NHS NUMBER; mod 11. */
  {
    type: 'UK_NHS',
    starts: /\d/,
    form: String.raw`\d{3}[- ]?\d{3}[- ]?\d{4}`,
    check: (n) => (11 - (weighted(n, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(n[9]),
    alone: false,
    cues: 'nhs|nhs number|nhs no|national health service',
  },
  /** HMRC, unique taxpayer reference; mod 11 in the first digit. */
  {
    type: 'UK_UTR',
    starts: /\d/,
    form: String.raw`\d{5} ?\d{5}K?`,
    check: (n) => UTR[weighted(n.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] === n[0],
    alone: false,
    cues: 'utr|unique taxpayer reference|tax reference',
  },
  /** HMRC, VAT Notice 700/21: modulus 97 and 9755. */
  {
    type: 'UK_VAT',
    starts: /G/,
    form: String.raw`GB ?\d{3} ?\d{4} ?\d{2}`,
    check: (n) => [0, 42].includes(weighted(n.slice(2), [8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97),
    alone: true,
    cues: 'vat|vat number|vat no|vat reg',
  },
  /** Social Welfare Consolidation Act 2005 s. 262; mod 23. */
  {
    type: 'IE_PPS',
    starts: /\d/,
    form: String.raw`\d{7}[A-W][A-IW]?`,
    check: pps,
    alone: false,
    cues: 'pps|ppsn|pps number|pps no|personal public service',
  },
  /** Real Decreto 1553/2005; mod 23. */
  {
    type: 'ES_NIF',
    starts: /\d/,
    form: String.raw`\d{8}-?[A-HJ-NP-TV-Z]`,
    check: nif,
    alone: true,
    cues: 'dni|nif|documento nacional de identidad|número de identificación fiscal',
  },
  /** Real Decreto 557/2011 art. 206; the first letter counts 0, 1, 2. */
  {
    type: 'ES_NIE',
    starts: /[XYZ]/,
    form: String.raw`[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]`,
    check: (n) => nif('XYZ'.indexOf(n[0] ?? '') + n.slice(1)),
    alone: true,
    cues: 'nie|número de identidad de extranjero',
  },
  /** Orden EHA/451/2008. */
  {
    type: 'ES_CIF',
    starts: /[ABCDEFGHJNPQRSUVW]/,
    form: String.raw`[ABCDEFGHJNPQRSUVW]-?\d{7}-?[\dA-J]`,
    check: cif,
    alone: false,
    cues: 'cif|nif|código de identificación fiscal|número de identificación fiscal',
  },
  /** Tesorería General de la Seguridad Social, número de afiliación; mod 97. */
  {
    type: 'ES_SSN',
    starts: /\d/,
    form: String.raw`\d{2}[- /]?\d{8}[- /]?\d{2}`,
    check: (n) =>
      remainder(n[2] === '0' ? n.slice(0, 2) + n.slice(3, 10) : n.slice(0, 10), 97) === part(n, 10, 12),
    alone: /\/.*\//,
    cues: 'naf|nuss|seguridad social|número de la seguridad social|afiliación',
  },
  /** Autoridade Tributária, Decreto-Lei 14/2013; mod 11. */
  {
    type: 'PT_NIF',
    starts: /[1-35689]/,
    form: String.raw`[1-35689]\d{2} ?\d{3} ?\d{3}`,
    check: (n) => ((11 - (weighted(n, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(n[8]),
    alone: false,
    cues: 'nif|nipc|contribuinte|número de contribuinte|número de identificação fiscal',
  },
  /** Code de la sécurité sociale R. 115-1; INSEE, mod 97, Corsica as 19 and 18. */
  {
    type: 'FR_NIR',
    starts: /[12]/,
    form: String.raw`[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`,
    check: nir,
    alone: true,
    cues: 'nir|insee|sécurité sociale|securite sociale|numéro de sécurité sociale|sécu',
  },
  /** INSEE, répertoire SIRENE, Code de commerce R. 123-221; Luhn. */
  {
    type: 'FR_SIREN',
    starts: /\d/,
    form: String.raw`\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?`,
    check: luhn,
    alone: false,
    cues: 'siren|siret|rcs|numéro siren|numéro siret',
  },
  /** Code général des impôts, annexe III art. 286 I ter; the key of 2 digits from the SIREN. */
  {
    type: 'FR_VAT',
    starts: /F/,
    form: String.raw`FR ?\d{2} ?\d{3} ?\d{3} ?\d{3}`,
    check: (n) => (12 + 3 * remainder(n.slice(4), 97)) % 97 === part(n, 2, 4),
    alone: true,
    cues: 'tva|tva intracommunautaire|vat',
  },
  /** Direction générale des Finances publiques, numéro SPI; mod 511. */
  {
    type: 'FR_TAX_ID',
    starts: /[0-3]/,
    form: String.raw`[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}`,
    check: (n) => String(remainder(n.slice(0, 10), 511)).padStart(3, '0') === n.slice(10),
    alone: false,
    cues: 'spi|numéro fiscal|numéro fiscal de référence|identifiant fiscal|tin|nif',
  },
  /** Decreto ministeriale 23 dicembre 1976. */
  {
    type: 'IT_FISCAL_CODE',
    starts: /[A-Z]/,
    form: String.raw`[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]`,
    check: codiceFiscale,
    alone: true,
    cues: 'codice fiscale|c.f.|cf',
  },
  /** Decreto del Presidente della Repubblica 633/1972 art. 35; Luhn. */
  {
    type: 'IT_VAT_CODE',
    starts: /[I\d]/,
    form: String.raw`(?:IT ?)?\d{11}`,
    check: (n) => luhn(n.replace('IT', '')),
    alone: /^IT/i,
    cues: 'partita iva|p.iva|p. iva|piva|vat',
  },
  /** Abgabenordnung § 139b; ISO 7064 MOD 11,10. */
  {
    type: 'DE_TAX_ID',
    starts: /[1-9]/,
    form: String.raw`[1-9]\d ?\d{3} ?\d{3} ?\d{3}`,
    check: steuerId,
    alone: false,
    cues: 'steuer-id|steuer id|steuerid|idnr|id-nr|identifikationsnummer|steueridentifikationsnummer|steuerliche identifikationsnummer|steuernummer|tax id|tin|德国税号',
  },
  /** Sozialgesetzbuch VI § 147 and VKVV § 2. */
  {
    type: 'DE_SOCIAL_SECURITY',
    starts: /\d/,
    form: String.raw`\d{2} ?[0-3]\d[01]\d{3} ?[A-Z] ?\d{2} ?\d`,
    check: (n) => crossSum(n.slice(0, 11), [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === Number(n[11]),
    alone: true,
    cues: 'sozialversicherungsnummer|sv-nummer|svnr|rentenversicherungsnummer|rvnr',
  },
  /** Sozialgesetzbuch V § 290, Krankenversichertennummer. */
  {
    type: 'DE_HEALTH_INSURANCE',
    starts: /[A-Z]/,
    form: String.raw`[A-Z]\d{9}`,
    check: (n) => crossSum(n.slice(0, 9), [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === Number(n[9]),
    alone: false,
    cues: 'kvnr|krankenversichertennummer|versichertennummer|krankenversicherungsnummer',
  },
  /** Umsatzsteuergesetz § 27a; ISO 7064 MOD 11,10. */
  {
    type: 'DE_VAT_ID',
    starts: /D/,
    form: String.raw`DE ?\d{3} ?\d{3} ?\d{3}`,
    check: (n) => mod11And10(n.slice(2)),
    alone: true,
    cues: 'ust-id|ust-idnr|ust-id nr|ust-id-nr|umsatzsteuer|vat',
  },
  /** Allgemeines Sozialversicherungsgesetz § 31; mod 11 in the fourth digit. */
  {
    type: 'AT_SVNR',
    starts: /[1-9]/,
    form: String.raw`[1-9]\d{3} ?\d{6}`,
    check: (n) => part(n, 4, 6) <= 31 && weighted(n, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(n[3]),
    alone: false,
    cues: 'svnr|sv-nr|sv-nummer|sozialversicherungsnummer|versicherungsnummer',
  },
  /** Umsatzsteuergesetz 1994 art. 28. */
  {
    type: 'AT_VAT_ID',
    starts: /A/,
    form: String.raw`ATU\d{8}`,
    check: atu,
    alone: true,
    cues: 'uid|ust-id|vat',
  },
  /** Bundesgesetz über die Alters- und Hinterlassenenversicherung art. 50c; EAN-13. */
  {
    type: 'CH_AHV',
    starts: /7/,
    form: String.raw`756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}`,
    check: ahv,
    alone: true,
    cues: 'ahv|ahv-nr|ahvn13|avs|oasi|sozialversicherungsnummer',
  },
  /** Verordnung über die Unternehmens-Identifikationsnummer art. 2; mod 11. */
  {
    type: 'CH_UID',
    starts: /C/,
    form: String.raw`CHE-?\d{3}\.?\d{3}\.?\d{3}`,
    check: (n) => (11 - (weighted(n.slice(3), [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11 === Number(n[11]),
    alone: true,
    cues: 'uid|ide|mwst',
  },
  /** Wet algemene bepalingen burgerservicenummer; the eleven test. */
  {
    type: 'NL_BSN',
    starts: /\d/,
    form: String.raw`\d{9}|\d{3}[. ]\d{3}[. ]\d{3}|\d{4}[. ]\d{2}[. ]\d{3}`,
    check: bsn,
    alone: false,
    cues: 'bsn|bsn-nummer|burgerservicenummer|sofinummer|sofi-nummer|citizen service number',
  },
  /** Wet op de omzetbelasting 1968 art. 2a; mod 97 since 2020, before that the eleven test. */
  {
    type: 'NL_VAT_ID',
    starts: /N/,
    form: String.raw`NL ?\d{9} ?B ?\d{2}`,
    check: btw,
    alone: true,
    cues: 'btw|btw-id|btw-nummer|vat',
  },
  /** Koninklijk besluit of 3 April 1984; mod 97. */
  {
    type: 'BE_NRN',
    starts: /\d/,
    form: String.raw`\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}`,
    check: rijksregister,
    alone: /\..*-/,
    cues: 'rijksregisternummer|rijksregister|insz|numéro national|registre national|niss|national register|nationalregisternummer',
  },
  /** Wetboek van de belasting over de toegevoegde waarde art. 50; mod 97. */
  {
    type: 'BE_VAT_ID',
    starts: /B/,
    form: String.raw`BE ?[01]?\d{3}\.?\d{3}\.?\d{3}`,
    check: (n) => 97 - remainder(n.slice(2, -2), 97) === part(n, n.length - 2, n.length),
    alone: true,
    cues: 'btw|tva|vat|ondernemingsnummer',
  },
  /** Loi du 19 juin 2013 relative à l'identification des personnes physiques; Luhn and Verhoeff. */
  {
    type: 'LU_ID',
    starts: /[12]/,
    form: String.raw`(?:19|20)\d{11}`,
    check: (n) =>
      isDate(part(n, 0, 4), part(n, 4, 6), part(n, 6, 8)) &&
      luhn(n.slice(0, 12)) &&
      verhoeff(n.slice(0, 11) + n[12]),
    alone: true,
    cues: 'matricule|numéro d identification|national id',
  },
]
