import { test } from 'node:test'
import assert from 'node:assert/strict'
import { NATIONAL_ID_TYPES } from '@freehold/contract/national-ids.ts'
import type { NationalIdType } from '@freehold/contract/national-ids.ts'
import { ACTING_SCORE } from '../../detect/span.ts'
import { NATIONAL_IDS } from './all.ts'

/** Numbers that the authorities, or the tests of python-stdnum, publish as examples; with the word that goes before. */
const EXAMPLES: readonly (readonly [type: NationalIdType, cue: string, ...values: string[]])[] = [
  ['US_SSN', 'SSN', '536-90-4399', '536904399'],
  ['US_ITIN', 'ITIN', '912-90-3456'],
  ['US_EIN', 'EIN', '91-1144442'],
  ['US_MBI', 'Medicare', '1EG4-TE5-MK73'],
  ['CA_SIN', 'SIN', '123-456-782', '130 692 544'],
  ['CA_BN', 'business number', '12302 6635 RC 0001'.replace('12302 6635', '123026635')],
  ['MX_CURP', 'CURP', 'BOXW310820HNERXN09'],
  ['MX_RFC', 'RFC', 'GODE561231GR8'],
  ['BR_CPF', 'CPF', '390.533.447-05', '39053344705'],
  ['BR_CNPJ', 'CNPJ', '16.727.230/0001-97', '12.ABC.345/01DE-35'],
  ['AR_CUIT', 'CUIT', '20-05536168-2', '20055361682'],
  ['CL_RUT', 'RUT', '12.531.909-2', '12531909-2'],
  ['CO_NIT', 'NIT', '213.123.432-1'],
  ['PE_RUC', 'RUC', '20512333797'],
  ['EC_CEDULA', 'cédula', '171430710-3'],
  ['UY_CI', 'cédula de identidad', '1.234.567-2'],
  ['VE_RIF', 'RIF', 'V-11470283-4'],
  ['DO_CEDULA', 'cédula', '001-1391820-5'],
  ['UK_NINO', 'National Insurance number', 'AB123456C', 'AB 12 34 56 C'],
  ['UK_NHS', 'NHS number', '943-476-5870', '943 476 5870'],
  ['UK_UTR', 'UTR', '1955839661'],
  ['UK_VAT', 'VAT', 'GB 980 7806 84'],
  ['IE_PPS', 'PPS number', '6433435F'],
  ['ES_NIF', 'DNI', '54362315K', '54362315-K'],
  ['ES_NIE', 'NIE', 'X2482300W', 'X-2482300-W'],
  ['ES_CIF', 'CIF', 'J99216582'],
  ['PT_NIF', 'NIF', '501 964 843', '501964843'],
  ['FR_NIR', 'sécurité sociale', '2 95 10 99 126 111 93', '295109912611193'],
  ['FR_SIREN', 'SIREN', '552 008 443', '73282932000074'],
  ['FR_VAT', 'TVA', 'FR 40 303 265 045'],
  ['FR_TAX_ID', 'numéro fiscal', '30 23 217 600 053'],
  ['IT_FISCAL_CODE', 'codice fiscale', 'RCCMNL83S18D969H'],
  ['IT_VAT_CODE', 'partita IVA', '00743110157', 'IT 00743110157'],
  ['DE_TAX_ID', 'Steuer-ID', '36 574 261 809', '36574261809'],
  ['DE_SOCIAL_SECURITY', 'SV-Nummer', '15070649C103', '15 070649 C 10 3'],
  ['DE_HEALTH_INSURANCE', 'KVNR', 'A123456780'],
  ['DE_VAT_ID', 'USt-IdNr', 'DE136695976', 'DE 136 695 976'],
  ['AT_SVNR', 'SVNR', '1237 010180'],
  ['AT_VAT_ID', 'UID', 'ATU13585627'],
  ['CH_AHV', 'AHV', '756.9217.0769.85', '7569217076985'],
  ['CH_UID', 'UID', 'CHE-100.155.212'],
  ['NL_BSN', 'BSN', '111222333', '1112.22.333'],
  ['NL_VAT_ID', 'btw', 'NL004495445B01', 'NL002455799B11'],
  ['BE_NRN', 'rijksregisternummer', '85.07.30-033 28', '85.07.30-033.28'],
  ['BE_VAT_ID', 'btw', 'BE 428759497'.replace(' ', ' 0'), 'BE0428.759.497'],
  ['DK_CPR', 'CPR', '211062-5629'],
  ['SE_PERSONNUMMER', 'personnummer', '880320-0016', '19880320-0016'],
  ['SE_ORGANISATIONSNUMMER', 'org.nr', '556703-7485'],
  ['NO_FODSELSNUMMER', 'fødselsnummer', '151086 95088', '15108695088'],
  ['NO_ORGNR', 'orgnr', '988 077 917'],
  ['FI_PERSONAL_IDENTITY_CODE', 'henkilötunnus', '131052-308T', '131052A308T'],
  ['FI_BUSINESS_ID', 'Y-tunnus', '2077474-0'],
  ['IS_KENNITALA', 'kennitala', '120174-3399', '1201743399'],
  ['EE_ISIKUKOOD', 'isikukood', '36805280109'],
  ['LT_ASMENS_KODAS', 'asmens kodas', '33309240064'],
  ['LV_PERSONAL_CODE', 'personas kods', '161175-19997', '328673-00679'],
  ['PL_PESEL', 'PESEL', '44051401359'],
  ['PL_NIP', 'NIP', '8567346215', '856-734-62-15'],
  ['PL_REGON', 'REGON', '192598184'],
  ['CZ_BIRTH_NUMBER', 'rodné číslo', '710319/2745', '7103192745'],
  ['CZ_ICO', 'IČO', '25123891'],
  ['HU_TAX_ID', 'adóazonosító jel', '8071592153'],
  ['RO_CNP', 'CNP', '1630615123457'],
  ['RO_CUI', 'CUI', '18547290', 'RO18547290'],
  ['BG_EGN', 'ЕГН', '7523169263'],
  ['HR_OIB', 'OIB', '33392005961'],
  ['SI_EMSO', 'EMŠO', '0101006500006'],
  ['SI_TAX_ID', 'davčna številka', '50223054', 'SI 50223054'],
  ['GR_AFM', 'ΑΦΜ', '094259216', 'EL 094259216'],
  ['GR_AMKA', 'AMKA', '01013099997'],
  ['RU_INN', 'ИНН', '7707083893', '500100732259'],
  ['RU_SNILS', 'СНИЛС', '112-233-445 95', '11223344595'],
  ['RU_OGRN', 'ОГРН', '1027700132195'],
  ['UA_RNOKPP', 'РНОКПП', '1759013776'],
  ['IN_AADHAAR', 'Aadhaar', '2341 2341 2346', '234123412346'],
  ['IN_PAN', 'PAN', 'ACUPA7085R'],
  ['IN_GSTIN', 'GSTIN', '27AAPFU0939F1ZV'],
  ['SG_NRIC_FIN', 'NRIC', 'S1234567D', 'G1234567X'],
  ['HK_ID', 'HKID', 'A123456(3)', 'G123456(A)', 'AB987654(3)'],
  ['TW_ID', '身分證', 'A123456789'],
  ['TW_UBN', '統一編號', '00501503'],
  ['KR_RRN', '주민등록번호', '971013-9019902'],
  ['KR_BRN', '사업자등록번호', '116-82-00276'],
  ['JP_MY_NUMBER', 'マイナンバー', '123456789018', '1234 5678 9018'],
  ['JP_CORPORATE_NUMBER', '法人番号', '5835678256246', 'T5835678256246'],
  ['TH_NATIONAL_ID', 'Thai ID', '1-2345-45678-78-1'],
  ['MY_NRIC', 'MyKad', '770305-02-1234', '770305021234'],
  ['ID_NPWP', 'NPWP', '01.300.066.6-091.000'],
  ['ID_NIK', 'NIK', '3171011708450001'],
  ['VN_TAX_CODE', 'mã số thuế', '0100233488'],
  ['VN_CCCD', 'CCCD', '001099012345'],
  ['PK_CNIC', 'CNIC', '34201-0891231-8'],
  ['LK_NIC', 'NIC', '853400937V'],
  ['AU_TFN', 'TFN', '123 456 782', '123456782'],
  ['AU_ABN', 'ABN', '83 914 571 673', '83914571673'],
  ['AU_ACN', 'ACN', '004 085 616'],
  ['AU_MEDICARE', 'Medicare', '2123 45670 1'],
  ['NZ_IRD', 'IRD', '49-091-850', '136410132'],
  ['NZ_NHI', 'NHI', 'ZZZ0016'],
  ['TR_TCKN', 'TC kimlik no', '17291716060'],
  ['TR_VKN', 'vergi no', '4540536920'],
  ['IL_ID', 'תעודת זהות', '039337423'],
  ['IR_NATIONAL_CODE', 'کد ملی', '0499370899'],
  ['ZA_ID', 'South African ID', '6302234715088', '630223 4715 088'],
  ['ZA_ID', 'ID number', '7503305044089', '750330 5044 089'],
]

const BY_TYPE = new Map(NATIONAL_IDS.map((recogniser) => [recogniser.type, recogniser]))

/** What acts, wherever in the text. */
function acting(text: string, key: string | null = null): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (at > 0 && /[A-Za-z\d]/.test(text[at] ?? '') && /[A-Za-z\d]/.test(text[at - 1] ?? '')) continue
    for (const recogniser of NATIONAL_IDS) {
      if (!recogniser.starts.test(text[at] ?? '')) continue
      recogniser.pattern.lastIndex = at
      const value = recogniser.pattern.exec(text)?.[0]
      if (value === undefined) continue
      const verdict = recogniser.judge({
        value,
        text,
        start: at,
        end: at + value.length,
        context: { language: null, key },
      })
      if (verdict !== null && verdict.score >= ACTING_SCORE) found.push(`${recogniser.type} ${value}`)
    }
  }
  return found
}

for (const [type, cue, ...values] of EXAMPLES) {
  test(`${type} is found where its name is said before it, and as the value of a key of that name`, () => {
    for (const value of values) {
      assert.ok(acting(`His ${cue}: ${value}, thanks`).includes(`${type} ${value}`), `${cue}: ${value}`)
      assert.ok(acting(value, cue).includes(`${type} ${value}`), `${value} under ${cue}`)
    }
  })
}

test('the length of the first run rules out no number that the pattern takes', () => {
  let state = 7
  const draw = (limit: number) =>
    ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % 65_536) % limit
  const shapes = EXAMPLES.flatMap(([, , ...values]) => values)
  for (let round = 0; round < 2000; round += 1) {
    const shape = shapes[draw(shapes.length)] ?? ''
    const value = shape.replace(/[^A-Za-z\d]+/g, (sign) => (draw(3) === 0 ? '' : draw(3) === 0 ? ' ' : sign))
    const length = /^[A-Za-z\d]*/.exec(value)?.[0].length ?? 0
    for (const { type, pattern, runs } of NATIONAL_IDS) {
      pattern.lastIndex = 0
      if (pattern.test(value)) assert.ok((runs ?? 0) & (1 << length), `${type} takes ${value}`)
    }
  }
})

test('every type has a recogniser of its own, with a sticky pattern', () => {
  assert.deepEqual([...BY_TYPE.keys()].sort(), [...NATIONAL_ID_TYPES].sort())
  assert.ok(NATIONAL_IDS.every(({ pattern }) => pattern.sticky))
})

test('a wrong last digit acts in no form, whatever is said before it', () => {
  const unchecked = new Set([
    'US_SSN',
    'US_ITIN',
    'US_EIN',
    'US_MBI',
    'UK_NINO',
    'IN_PAN',
    'MY_NRIC',
    'ID_NIK',
    'VN_CCCD',
    'PK_CNIC',
    'LK_NIC',
    'LV_PERSONAL_CODE',
    'ID_NPWP',
    'AU_MEDICARE',
    'CA_BN',
    'DE_SOCIAL_SECURITY',
  ])
  const acted: string[] = []
  let tried = 0
  for (const [type, cue, ...values] of EXAMPLES.filter(([type]) => !unchecked.has(type))) {
    for (const value of values) {
      const wrong = value.replace(/[\dA-Z](?=\W?$)/, (last) =>
        /\d/.test(last) ? String((Number(last) + 3) % 10) : last === 'A' ? 'B' : 'A',
      )
      tried += 1
      if (acting(`${cue}: ${wrong}`).some((found) => found.startsWith(type))) acted.push(`${type} ${wrong}`)
    }
  }
  assert.ok(acted.length <= tried / 100, acted.join('\n'))
})

test('a number that only looks like one is left alone: order numbers, timestamps, phone numbers', () => {
  let state = 20_261_129
  const draw = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const digits = (length: number) =>
    Array.from({ length }, (_, at) => draw(at === 0 ? 9 : 10) + (at === 0 ? 1 : 0)).join('')
  const texts = Array.from({ length: 600 }, (_, at) => {
    const kinds = [
      `order ${digits(9 + (at % 4))}`,
      `at ${1_700_000_000 + draw(90_000_000)}`,
      `ts=${1_700_000_000_000 + draw(90_000_000_000)}`,
      `call 1${3 + draw(7)}${digits(9)}`,
      `+1 ${digits(3)}-${digits(3)}-${digits(4)}`,
      `订单号${digits(12)}`,
    ]
    return kinds[at % kinds.length] ?? ''
  })
  const acted = texts.flatMap((text) => acting(text))
  assert.ok(acted.length <= texts.length * 0.005, acted.slice(0, 12).join('\n'))
})

test('a cue counts as a whole word only', () => {
  assert.deepEqual(acting('the basin 123456782 and the spinning 123456782'), [])
  assert.ok(acting('SIN 123456782').includes('CA_SIN 123456782'))
  assert.ok(acting('SIN为123 456 782，').includes('CA_SIN 123 456 782'))
  assert.ok(acting('123456782', 'customerSin').includes('CA_SIN 123456782'))
})
