import { isDate, luhn, part, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

function tckn(text: string): boolean {
  const odd = weighted(text, [1, 0, 1, 0, 1, 0, 1, 0, 1])
  const even = weighted(text, [0, 1, 0, 1, 0, 1, 0, 1])
  return (
    (((odd * 7 - even) % 10) + 10) % 10 === Number(text[9]) &&
    weighted(text, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10 === Number(text[10])
  )
}

function vkn(text: string): boolean {
  const sum = Array.from(text.slice(0, 9)).reduce((total, digit, at) => {
    const moved = (Number(digit) + 9 - at) % 10
    const product = (moved * 2 ** (9 - at)) % 9
    return total + (moved !== 0 && product === 0 ? 9 : product)
  }, 0)
  return (10 - (sum % 10)) % 10 === Number(text[9])
}

const kodeMelli = (text: string): boolean => {
  const rest = weighted(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return (rest < 2 ? rest : 11 - rest) === Number(text[9])
}

/** The Middle East, the Caucasus and Africa. */
export const MIDDLE_EAST_AFRICA: readonly NationalId[] = [
  /** 5490 sayılı Nüfus Hizmetleri Kanunu; two check digits. */
  {
    type: 'TR_TCKN',
    starts: /[1-9]/,
    form: String.raw`[1-9]\d{10}`,
    check: tckn,
    alone: false,
    cues: 'tc|tckn|tc kimlik|tc kimlik no|t.c. kimlik|kimlik no|kimlik numarası',
  },
  /** Gelir İdaresi Başkanlığı, vergi kimlik numarası. */
  {
    type: 'TR_VKN',
    starts: /\d/,
    form: String.raw`\d{10}`,
    check: vkn,
    alone: false,
    cues: 'vkn|vergi no|vergi numarası|vergi kimlik|vergi kimlik no',
  },
  /** חוק מרשם האוכלוסין, תשכ"ה-1965; Luhn. */
  {
    type: 'IL_ID',
    starts: /\d/,
    form: String.raw`\d{8}-?\d`,
    check: luhn,
    alone: false,
    cues: 'ת.ז|ת.ז.|תז|ת״ז|תעודת זהות|מספר זהות|teudat zehut|israeli id|id number|tz',
  },
  /** Emirates Identity Authority, Federal Law 9 of 2006; Luhn. */
  {
    type: 'AE_EMIRATES_ID',
    starts: /7/,
    form: String.raw`784[- ]?\d{4}[- ]?\d{7}[- ]?\d`,
    check: luhn,
    alone: true,
    cues: 'emirates id|eid|الهوية|رقم الهوية|بطاقة الهوية',
  },
  /** الأحوال المدنية, Saudi Civil Status Law; Luhn. */
  {
    type: 'SA_NATIONAL_ID',
    starts: /[12]/,
    form: String.raw`[12]\d{9}`,
    check: luhn,
    alone: false,
    cues: 'national id|iqama|رقم الهوية|الهوية الوطنية|إقامة|saudi id',
  },
  /** Public Authority for Civil Information, Kuwait; birthday and mod 11. */
  {
    type: 'KW_CIVIL_ID',
    starts: /[1-3]/,
    form: String.raw`[1-3]\d{11}`,
    check: (n) =>
      isDate(part(n, 1, 3), part(n, 3, 5), part(n, 5, 7)) &&
      11 - (weighted(n, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === Number(n[11]),
    alone: false,
    cues: 'civil id|الرقم المدني|البطاقة المدنية',
  },
  /** سازمان ثبت احوال کشور, Iran; mod 11. */
  {
    type: 'IR_NATIONAL_CODE',
    starts: /\d/,
    form: String.raw`\d{3}-?\d{6}-?\d`,
    check: kodeMelli,
    alone: false,
    cues: 'کد ملی|شماره ملی|national code|melli code|code melli',
  },
  /** قانون الأحوال المدنية 143 لسنة 1994, Egypt; century, birthday, governorate. */
  {
    type: 'EG_NATIONAL_ID',
    starts: /[23]/,
    form: String.raw`[23]\d{13}`,
    check: (n) =>
      isDate(part(n, 1, 3), part(n, 3, 5), part(n, 5, 7)) &&
      /^.{7}(?:0[1-4]|1[1-9]|2[1-9]|3[1-5]|88)/.test(n),
    alone: false,
    cues: 'الرقم القومي|رقم قومي|بطاقة الرقم القومي|national id|national number',
  },
  /** Identification Act 68 of 1997; birthday, citizenship, Luhn. */
  {
    type: 'ZA_ID',
    starts: /\d/,
    form: String.raw`\d{6} ?\d{4} ?[01]\d{2}`,
    check: (n) => isDate(part(n, 0, 2), part(n, 2, 4), part(n, 4, 6)) && luhn(n),
    alone: false,
    cues: 'id number|id no|identity number|sa id|rsa id|south african id|id-nommer|identiteitsnommer',
  },
  /** National Identity Management Commission Act 2007; the form only. */
  {
    type: 'NG_NIN',
    starts: /\d/,
    form: String.raw`\d{11}`,
    check: () => true,
    alone: false,
    cues: 'nin|national identification number|nimc',
  },
]
