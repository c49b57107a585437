import { isDate, luhn, part, verhoeff, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

const GSTIN = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const NRIC: Readonly<Record<string, readonly [offset: number, letters: string]>> = {
  S: [0, 'JZIHGFEDCBA'],
  T: [4, 'JZIHGFEDCBA'],
  F: [0, 'XWUTRQPNMLK'],
  G: [4, 'XWUTRQPNMLK'],
  M: [3, 'XWUTRQPNJLK'],
}
/** Two digits for the letter of each county, as the Ministry of the Interior gives them. */
const TW_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

function gstin(text: string): boolean {
  const sum = Array.from(text.slice(0, 14)).reduce((total, letter, at) => {
    const product = GSTIN.indexOf(letter) * ((at % 2) + 1)
    return total + Math.floor(product / 36) + (product % 36)
  }, 0)
  return GSTIN[(36 - (sum % 36)) % 36] === text[14]
}

function nric(text: string): boolean {
  const [offset, letters] = NRIC[text[0] ?? ''] ?? [0, '']
  return letters[(offset + weighted(text.slice(1), [2, 7, 6, 5, 4, 3, 2])) % 11] === text[8]
}

/** A space before a single letter counts 36. */
function hkid(text: string): boolean {
  const padded = text.padStart(9, ' ')
  const value = (letter: string) =>
    letter === ' ' ? 36 : /\d/.test(letter) ? Number(letter) : letter.charCodeAt(0) - 55
  const sum = Array.from(padded.slice(0, 8)).reduce(
    (total, letter, at) => total + value(letter) * (9 - at),
    0,
  )
  const digit = (11 - (sum % 11)) % 11
  return (digit === 10 ? 'A' : String(digit)) === padded[8]
}

function taiwanese(text: string): boolean {
  const code = (letter: string) => TW_LETTERS.indexOf(letter) + 10
  const second = /\d/.test(text[1] ?? '') ? text.slice(1, 2) : String(code(text[1] ?? '') % 10)
  return (
    weighted(`${code(text[0] ?? '')}${second}${text.slice(2)}`, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0
  )
}

/** Sum of the digits of each product; a seven in the seventh place leaves two sums. */
function ubn(text: string): boolean {
  const sum = [1, 2, 1, 2, 1, 2, 4, 1].reduce((total, weight, at) => {
    const product = weight * Number(text[at])
    return total + Math.floor(product / 10) + (product % 10)
  }, 0)
  return sum % 5 === 0 || (text[6] === '7' && (sum + 1) % 5 === 0)
}

/** Numbers given out since October 2020 have no check digit; their holders were born after it, or were foreigners. */
function rrn(text: string): boolean {
  if (!isDate(part(text, 0, 2), part(text, 2, 4), part(text, 4, 6))) return false
  const isRecent = /^2[0-9]/.test(text) && /[3478]/.test(text[6] ?? '') && part(text, 0, 4) >= 2010
  const control = (11 - (weighted(text, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10
  return (
    isRecent ||
    control === Number(text[12]) ||
    (/[5-8]/.test(text[6] ?? '') && (control + 2) % 10 === Number(text[12]))
  )
}

const brn = (text: string): boolean =>
  (10 -
    ((weighted(text, [1, 3, 7, 1, 3, 7, 1, 3]) +
      Math.floor((Number(text[8]) * 5) / 10) +
      ((Number(text[8]) * 5) % 10)) %
      10)) %
    10 ===
  Number(text[9])

const myNumber = (text: string): boolean => {
  const rest = weighted(text, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return (rest < 2 ? 0 : 11 - rest) === Number(text[11])
}

const corporateNumber = (text: string): boolean =>
  9 - (weighted(text.slice(1), [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9) === Number(text[0])

function ird(text: string): boolean {
  const padded = text.padStart(9, '0')
  const first = (11 - (weighted(padded, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  const control = first === 10 ? (11 - (weighted(padded, [7, 4, 3, 2, 5, 2, 7, 6]) % 11)) % 11 : first
  return control === Number(padded[8]) && part(padded, 0, 9) > 10_000_000 && part(padded, 0, 9) < 150_000_000
}

/** Asia and the Pacific; the mainland of China has recognisers of its own. */
export const ASIA_PACIFIC: readonly NationalId[] = [
  /** UIDAI, Aadhaar (Enrolment and Update) Regulations 2016; Verhoeff. */
  {
    type: 'IN_AADHAAR',
    starts: /[2-9]/,
    form: String.raw`[2-9]\d{3}[- ]?\d{4}[- ]?\d{4}`,
    check: verhoeff,
    alone: /^\d{4}([- ])\d{4}\1\d{4}$/,
    cues: 'aadhaar|aadhar|adhaar|uidai|uid number|आधार',
  },
  /** Income Tax Department, Income-tax Rules 1962 rule 114; the fourth letter is the kind of holder. */
  {
    type: 'IN_PAN',
    starts: /[A-Z]/,
    form: String.raw`[A-Z]{3}[ABCFGHLJPTK][A-Z](?!0000)\d{4}[A-Z]`,
    check: () => true,
    alone: true,
    cues: 'pan|pan card|pan number|permanent account number',
  },
  /** Central Goods and Services Tax Rules 2017 rule 10; mod 36. */
  {
    type: 'IN_GSTIN',
    starts: /[0-39]/,
    form: String.raw`[0-39]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[\dA-Z]`,
    check: gstin,
    alone: true,
    cues: 'gstin|gst|gst number',
  },
  /** National Registration Act 1965; weights 2765432. */
  {
    type: 'SG_NRIC_FIN',
    starts: /[STFGM]/,
    form: String.raw`[STFGM]\d{7}[A-Z]`,
    check: nric,
    alone: true,
    cues: 'nric|fin|nric no|nric/fin|identity card',
  },
  /** Registration of Persons Ordinance (Cap. 177); mod 11. */
  {
    type: 'HK_ID',
    starts: /[A-Z]/,
    form: String.raw`[A-Z]{1,2}\d{6} ?(?:[(（][\dA][)）]|[\dA](?![)）]))`,
    check: hkid,
    alone: /[(（]/,
    cues: 'hkid|hk id|hong kong identity card|hong kong id|identity card|香港身份证|香港身份證|身份证|身份證|香港居民身份证',
  },
  /** Law 8/2002 of Macao on the resident identity card; the check digit is not public. */
  {
    type: 'MO_ID',
    starts: /[1578]/,
    form: String.raw`[1578]/?\d{6}/?(?:\d|[(（]\d[)）])`,
    check: () => true,
    alone: /[(（]|\/.*\//,
    cues: 'macau id|macao id|bir|bilhete de identidade|澳门身份证|澳門身份證|澳门居民身份证',
  },
  /** Household Registration Act of Taiwan; county letter and mod 10; foreigners since 2021 with 8 and 9. */
  {
    type: 'TW_ID',
    starts: /[A-Z]/,
    form: String.raw`[A-Z][1289A-D]\d{8}`,
    check: taiwanese,
    alone: true,
    cues: '身分證|身份證|身分证|身份证|國民身分證|统一证号|統一證號|居留證|national id|arc',
  },
  /** Ministry of Finance of Taiwan, uniform number of profit-seeking enterprises; rule of 2023. */
  {
    type: 'TW_UBN',
    starts: /\d/,
    form: String.raw`\d{8}`,
    check: ubn,
    alone: false,
    cues: '統一編號|统一编号|統編|统编|ubn|unified business number',
  },
  /** 주민등록법 시행규칙 제2조; mod 11 until October 2020. */
  {
    type: 'KR_RRN',
    starts: /\d/,
    form: String.raw`\d{6}-?\d{7}`,
    check: rrn,
    alone: /-/,
    cues: '주민등록번호|주민번호|외국인등록번호|rrn|resident registration|resident registration number',
  },
  /** 국세청, 사업자등록번호. */
  {
    type: 'KR_BRN',
    starts: /\d/,
    form: String.raw`\d{3}-?\d{2}-?\d{5}`,
    check: brn,
    alone: /^\d{3}-\d\d-\d{5}$/,
    cues: '사업자등록번호|사업자번호|business registration',
  },
  /** 行政手続における特定の個人を識別するための番号の利用等に関する法律 (マイナンバー法), 総務省令 85 of 2014. */
  {
    type: 'JP_MY_NUMBER',
    starts: /\d/,
    form: String.raw`\d{4}[- ]?\d{4}[- ]?\d{4}`,
    check: myNumber,
    alone: false,
    cues: 'マイナンバー|個人番号|my number|mynumber|individual number',
  },
  /** 国税庁, 法人番号; mod 9. With T it is the number of a qualified invoice issuer. */
  {
    type: 'JP_CORPORATE_NUMBER',
    starts: /[T1-9]/,
    form: String.raw`T?[1-9]-?\d{4}-?\d{4}-?\d{4}`,
    check: (n) => corporateNumber(n.replace('T', '')),
    alone: /^T/i,
    cues: '法人番号|登録番号|インボイス|corporate number',
  },
  /** กรมการปกครอง, เลขประจำตัวประชาชน; mod 11. */
  {
    type: 'TH_NATIONAL_ID',
    starts: /[1-8]/,
    form: String.raw`[1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d`,
    check: (n) => (11 - (weighted(n, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(n[12]),
    alone: /-.*-.*-.*-/,
    cues: 'เลขประจำตัวประชาชน|บัตรประชาชน|เลขบัตรประชาชน|thai id|national id|citizen id',
  },
  /** Jabatan Pendaftaran Negara, National Registration Regulations 1990; birthday and place. */
  {
    type: 'MY_NRIC',
    starts: /\d/,
    form: String.raw`\d{6}-?\d{2}-?\d{4}`,
    check: (n) =>
      isDate(part(n, 0, 2), part(n, 2, 4), part(n, 4, 6)) &&
      !/^.{6}(?:00|1[7-9]|20|69|7[03]|8[01]|9[4-7])/.test(n),
    alone: /-.*-/,
    cues: 'mykad|my kad|nric|ic|no kp|no. kp|kad pengenalan|ic number|ic no',
  },
  /** Undang-Undang 24/2013, NIK; province, and the birthday with 40 more for women. */
  {
    type: 'ID_NIK',
    starts: /[1-9]/,
    form: String.raw`[1-9][1-9]\d{14}`,
    check: (n) => isDate(part(n, 10, 12), part(n, 8, 10), part(n, 6, 8) % 40),
    alone: false,
    cues: 'nik|ktp|no ktp|e-ktp|nomor induk kependudukan',
  },
  /** Direktorat Jenderal Pajak, NPWP; Luhn over the first nine. */
  {
    type: 'ID_NPWP',
    starts: /\d/,
    form: String.raw`\d{2}\.?\d{3}\.?\d{3}\.?\d-?\d{3}\.?\d{3}`,
    check: (n) => luhn(n.slice(0, 9)),
    alone: /\..*\..*\..*-/,
    cues: 'npwp|nomor pokok wajib pajak',
  },
  /** Bureau of Internal Revenue, Philippines, Revenue Regulations 7-2012. */
  {
    type: 'PH_TIN',
    starts: /\d/,
    form: String.raw`\d{3}-?\d{3}-?\d{3}(?:-?\d{3,5})?`,
    check: () => true,
    alone: false,
    cues: 'bir tin|philippine tin|bir number',
  },
  /** Social Security System, Philippines. */
  {
    type: 'PH_SSS',
    starts: /\d/,
    form: String.raw`\d{2}-?\d{7}-?\d`,
    check: () => true,
    alone: false,
    cues: 'sss|sss no|sss number|umid',
  },
  /** Luật Căn cước 2023, Nghị định 137/2015: province, sex and century, year. */
  {
    type: 'VN_CCCD',
    starts: /0/,
    form: String.raw`0(?:0[1-9]|[1-8]\d|9[0-6])\d{9}`,
    check: () => true,
    alone: false,
    cues: 'cccd|căn cước|căn cước công dân|cmnd|số định danh|can cuoc',
  },
  /** Tổng cục Thuế, Thông tư 105/2020 (mã số thuế); mod 11. */
  {
    type: 'VN_TAX_CODE',
    starts: /\d/,
    form: String.raw`\d{10}(?:-\d{3})?`,
    check: (n) => 10 - (weighted(n, [31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11) === Number(n[9]),
    alone: false,
    cues: 'mã số thuế|mst|ma so thue|tax code',
  },
  /** Federal Board of Revenue and NADRA, Pakistan; the form only. */
  {
    type: 'PK_CNIC',
    starts: /[1-7]/,
    form: String.raw`[1-7]\d{4}-?\d{7}-?\d`,
    check: () => true,
    alone: /-\d{7}-/,
    cues: 'cnic|nic|nadra|شناختی کارڈ',
  },
  /** Registration of Persons Act, Sri Lanka: day of the year, 500 more for women. */
  {
    type: 'LK_NIC',
    starts: /\d/,
    form: String.raw`\d{9}[VX]|(?:19|20)\d{10}`,
    check: (n) => isDayOfYear(n.length === 10 ? part(n, 2, 5) : part(n, 4, 7)),
    alone: /[VX]$/i,
    cues: 'nic|national identity card|nic no',
  },
  /** Australian Taxation Office, Income Tax Assessment Act 1936 part VA; mod 11. */
  {
    type: 'AU_TFN',
    starts: /\d/,
    form: String.raw`\d{3}[- ]?\d{3}[- ]?\d{2,3}`,
    check: (n) =>
      (n.length === 9 ? weighted(n, [1, 4, 3, 7, 5, 8, 6, 9, 10]) : weighted(n, [10, 7, 8, 4, 6, 3, 5, 1])) %
        11 ===
      0,
    alone: false,
    cues: 'tfn|tax file|tax file number',
  },
  /** A New Tax System (Australian Business Number) Act 1999; mod 89. */
  {
    type: 'AU_ABN',
    starts: /[1-9]/,
    form: String.raw`[1-9]\d ?\d{3} ?\d{3} ?\d{3}`,
    check: (n) => (weighted(n, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
    alone: /^\d\d \d{3} \d{3} \d{3}$/,
    cues: 'abn|australian business number',
  },
  /** Corporations Act 2001 s. 118; mod 10. */
  {
    type: 'AU_ACN',
    starts: /\d/,
    form: String.raw`\d{3} ?\d{3} ?\d{3}`,
    check: (n) => (10 - (weighted(n, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === Number(n[8]),
    alone: false,
    cues: 'acn|australian company number',
  },
  /** Services Australia, Medicare card number; mod 10 in the ninth digit. */
  {
    type: 'AU_MEDICARE',
    starts: /[2-6]/,
    form: String.raw`[2-6]\d{3} ?\d{5} ?\d(?:[ /-]?\d)?`,
    check: (n) => weighted(n, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(n[8]),
    alone: false,
    cues: 'medicare|medicare number|medicare card|medicare no',
  },
  /** Inland Revenue Department, New Zealand, Resident Withholding Tax specification; two sets of weights. */
  {
    type: 'NZ_IRD',
    starts: /\d/,
    form: String.raw`\d{2,3}[- ]?\d{3}[- ]?\d{3}`,
    check: ird,
    alone: false,
    cues: 'ird|ird number|ird no|inland revenue',
  },
  /** Health Information Standards Organisation HISO 10046; mod 11 of letters and digits. */
  {
    type: 'NZ_NHI',
    starts: /[A-HJ-NP-Z]/,
    form: String.raw`[A-HJ-NP-Z]{3}\d{4}`,
    check: (n) => nhi(n),
    alone: false,
    cues: 'nhi|nhi number|national health index',
  },
]

/** Letters count from one, without I and O. */
function nhi(text: string): boolean {
  const values = Array.from(text.slice(0, 3), (letter) => 'ABCDEFGHJKLMNPQRSTUVWXYZ'.indexOf(letter) + 1)
  const sum =
    values.reduce((total, value, at) => total + value * (7 - at), 0) + weighted(text.slice(3, 6), [4, 3, 2])
  return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === Number(text[6])
}

const isDayOfYear = (day: number): boolean => (day >= 1 && day <= 366) || (day >= 501 && day <= 866)
