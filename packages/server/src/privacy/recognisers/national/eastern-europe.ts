import { isDate, luhn, mod11And10, part, remainder, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

/** The month carries the century: 20 more for the next one, and so on. */
const isShifted = (text: string, step: number): boolean =>
  isDate(part(text, 0, 2), part(text, 2, 4) % step, part(text, 4, 6))

const pesel = (text: string): boolean =>
  isShifted(text, 20) &&
  (10 - (weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(text[10])

/** Before 1954 the numbers had nine digits and no check. */
function rodneCislo(text: string): boolean {
  const month = part(text, 2, 4)
  const plain = month > 70 ? month - 70 : month > 50 ? month - 50 : month > 20 ? month - 20 : month
  if (!isDate(part(text, 0, 2), plain, part(text, 4, 6))) return false
  return text.length === 9 ? part(text, 0, 2) < 54 : remainder(text.slice(0, 9), 11) % 10 === Number(text[9])
}

function cnp(text: string): boolean {
  const rest = weighted(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  const county = part(text, 7, 9)
  return (
    isDate(part(text, 1, 3), part(text, 3, 5), part(text, 5, 7)) &&
    ((county >= 1 && county <= 52) || county === 70 || county === 99) &&
    (rest === 10 ? 1 : rest) === Number(text[12])
  )
}

const emso = (text: string): boolean =>
  isDate(part(text, 4, 7) % 100, part(text, 2, 4), part(text, 0, 2)) &&
  /^.{4}(?:9|0)/.test(text) &&
  (11 - (weighted(text, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(text[12])

function inn(text: string): boolean {
  const check = (weights: readonly number[]) =>
    (weighted(text, weights) % 11) % 10 === Number(text[weights.length])
  if (text.length === 10) return check([2, 4, 10, 3, 5, 9, 4, 6, 8])
  return check([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) && check([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
}

const snils = (text: string): boolean =>
  (weighted(text, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === part(text, 9, 11)

function iin(text: string): boolean {
  const first = weighted(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11
  const control = first === 10 ? weighted(text, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 : first
  return (
    isDate(part(text, 0, 2), part(text, 2, 4), part(text, 4, 6)) &&
    Number(text[6]) <= 6 &&
    control === Number(text[11])
  )
}

/** The middle, the east and the south-east of Europe, and the north of Asia. */
export const EASTERN_EUROPE: readonly NationalId[] = [
  /** Ustawa o ewidencji ludności art. 15; weights 1, 3, 7, 9. */
  {
    type: 'PL_PESEL',
    starts: /\d/,
    form: String.raw`\d{11}`,
    check: pesel,
    alone: false,
    cues: 'pesel|numer pesel|nr pesel',
  },
  /** Ustawa o zasadach ewidencji i identyfikacji podatników; mod 11. */
  {
    type: 'PL_NIP',
    starts: /[P1-9]/,
    form: String.raw`(?:PL ?)?[1-9]\d{2}[- ]?\d{3}[- ]?\d{2}[- ]?\d{2}`,
    check: (n) => weighted(n.replace('PL', ''), [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(n.at(-1)),
    alone: /^PL|-\d\d-/i,
    cues: 'nip|numer nip|vat',
  },
  /** Główny Urząd Statystyczny, rozporządzenie w sprawie rejestru REGON. */
  {
    type: 'PL_REGON',
    starts: /\d/,
    form: String.raw`\d{9}`,
    check: (n) => (weighted(n, [8, 9, 2, 3, 4, 5, 6, 7]) % 11) % 10 === Number(n[8]),
    alone: false,
    cues: 'regon',
  },
  /** Zákon 133/2000 Sb. § 13 (Czechia) and Zákon 301/1995 Z. z. (Slovakia); mod 11. */
  {
    type: 'CZ_BIRTH_NUMBER',
    starts: /\d/,
    form: String.raw`\d{6}/?\d{3,4}`,
    check: rodneCislo,
    alone: /\/\d{4}$/,
    cues: 'rodné číslo|rodne cislo|r.č.|rč|birth number',
  },
  /** Český statistický úřad, Zákon 304/2013 Sb.; mod 11. */
  {
    type: 'CZ_ICO',
    starts: /\d/,
    form: String.raw`\d{8}`,
    check: (n) => (11 - (weighted(n, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(n[7]),
    alone: false,
    cues: 'ičo|ico|ič|identifikační číslo',
  },
  /** 1996. évi XX. törvény, adóazonosító jel. */
  {
    type: 'HU_TAX_ID',
    starts: /8/,
    form: String.raw`8\d{9}`,
    check: (n) => weighted(n, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(n[9]),
    alone: false,
    cues: 'adóazonosító|adóazonosító jel|adószám|tax id',
  },
  /** 1996. évi XX. törvény, társadalombiztosítási azonosító jel. */
  {
    type: 'HU_TAJ',
    starts: /\d/,
    form: String.raw`\d{3}[- ]?\d{3}[- ]?\d{3}`,
    check: (n) => weighted(n, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(n[8]),
    alone: false,
    cues: 'taj|taj-szám|taj szám|társadalombiztosítási',
  },
  /** Ordonanța de urgență 97/2005; weights 279146358279. */
  {
    type: 'RO_CNP',
    starts: /[1-9]/,
    form: String.raw`[1-9]\d{12}`,
    check: cnp,
    alone: false,
    cues: 'cnp|cod numeric personal',
  },
  /** Codul fiscal art. 82; weights 753217532. */
  {
    type: 'RO_CUI',
    starts: /[R1-9]/,
    form: String.raw`(?:RO ?)?[1-9]\d{5,9}`,
    check: (n) =>
      ((weighted(n.replace('RO', '').slice(0, -1).padStart(9, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) %
        10 ===
      Number(n.at(-1)),
    alone: false,
    cues: 'cui|cif|cod unic de înregistrare|cod fiscal',
  },
  /** Закон за гражданската регистрация; mod 11. */
  {
    type: 'BG_EGN',
    starts: /\d/,
    form: String.raw`\d{10}`,
    check: (n) =>
      isDate(part(n, 0, 2), part(n, 2, 4) % 20, part(n, 4, 6)) &&
      (weighted(n, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(n[9]),
    alone: false,
    cues: 'егн|egn|единен граждански номер',
  },
  /** Zakon o osobnom identifikacijskom broju; ISO 7064 MOD 11,10. */
  {
    type: 'HR_OIB',
    starts: /[H\d]/,
    form: String.raw`(?:HR ?)?\d{11}`,
    check: (n) => mod11And10(n.replace('HR', '')),
    alone: false,
    cues: 'oib|osobni identifikacijski broj',
  },
  /** Zakon o centralnem registru prebivalstva; the same number is JMBG in the other countries of former Yugoslavia. */
  {
    type: 'SI_EMSO',
    starts: /[0-3]/,
    form: String.raw`\d{13}`,
    check: emso,
    alone: false,
    cues: 'emšo|emso|jmbg|enotna matična številka|jedinstveni matični broj|јмбг|матични број',
  },
  /** Zakon o davčni službi; mod 11. */
  {
    type: 'SI_TAX_ID',
    starts: /[S1-9]/,
    form: String.raw`(?:SI ?)?[1-9]\d{7}`,
    check: (n) =>
      (11 - (weighted(n.replace('SI', ''), [8, 7, 6, 5, 4, 3, 2]) % 11 || -1)) % 10 === Number(n.at(-1)),
    alone: /^SI/i,
    cues: 'davčna številka|davčna|id za ddv|vat',
  },
  /** ΑΑΔΕ, Αριθμός Φορολογικού Μητρώου; powers of two. */
  {
    type: 'GR_AFM',
    starts: /[E\d]/,
    form: String.raw`(?:EL ?)?\d{9}`,
    check: (n) =>
      (weighted(n.replace('EL', ''), [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === Number(n.at(-1)),
    alone: /^EL/i,
    cues: 'αφμ|α.φ.μ.|afm|tin|αριθμός φορολογικού μητρώου',
  },
  /** Νόμος 3655/2008, ΑΜΚΑ; birthday and Luhn. */
  {
    type: 'GR_AMKA',
    starts: /[0-3]/,
    form: String.raw`\d{11}`,
    check: (n) => isDate(part(n, 4, 6), part(n, 2, 4), part(n, 0, 2)) && luhn(n),
    alone: false,
    cues: 'αμκα|α.μ.κ.α.|amka',
  },
  /** Федеральная налоговая служба, приказ ММВ-7-6/435; mod 11. */
  {
    type: 'RU_INN',
    starts: /\d/,
    form: String.raw`\d{12}|\d{10}`,
    check: inn,
    alone: false,
    cues: 'инн|inn',
  },
  /** Социальный фонд России, Федеральный закон 27-ФЗ; mod 101. */
  {
    type: 'RU_SNILS',
    starts: /\d/,
    form: String.raw`\d{3}[- ]?\d{3}[- ]?\d{3}[- ]?\d{2}`,
    check: snils,
    alone: /^\d{3}-\d{3}-\d{3}[- ]\d\d$/,
    cues: 'снилс|snils|страховой номер',
  },
  /** Федеральная налоговая служба, Постановление 438 of 2002 (ОГРН, ОГРНИП). */
  {
    type: 'RU_OGRN',
    starts: /[1-35]/,
    form: String.raw`[1-35]\d{12}(?:\d{2})?`,
    check: (n) => remainder(n.slice(0, -1), n.length - 2) % 10 === Number(n.at(-1)),
    alone: false,
    cues: 'огрн|огрнип|ogrn|ogrnip',
  },
  /** Державна податкова служба України, РНОКПП; mod 11. */
  {
    type: 'UA_RNOKPP',
    starts: /\d/,
    form: String.raw`\d{10}`,
    check: (n) => (((weighted(n, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) + 11) % 11) % 10 === Number(n[9]),
    alone: false,
    cues: 'рнокпп|іпн|ідентифікаційний номер|инн|rnokpp|ipn',
  },
  /** Закон Республики Казахстан 223-III of 2007 (ИИН); mod 11. */
  {
    type: 'KZ_IIN',
    starts: /\d/,
    form: String.raw`\d{12}`,
    check: iin,
    alone: false,
    cues: 'иин|жсн|iin|индивидуальный идентификационный номер',
  },
]
