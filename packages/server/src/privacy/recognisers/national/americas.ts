import { isDate, luhn, part, weighted } from './checksums.ts'
import type { NationalId } from './national-id.ts'

const CURP = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
const RFC = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ'
/** Campuses that give out employer numbers; the others do not occur. */
const EIN_PREFIX = /^(?:0[1-6]|1[0-6]|2[0-7]|3[0-9]|4[0-8]|5[0-9]|6[0-8]|7[1-7]|8[0-8]|9[0-5]|98|99)/
/** Numbers that were printed in advertisements and never belonged to anybody since. */
const SHOWN = new Set(['078051120', '219099999', '457555462'])

const isSsn = (n: string): boolean => /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(n) && !SHOWN.has(n)

/** Two check digits over falling weights, as CPF and CNPJ have them; letters count as their code less 48. */
function brazilian(text: string, weights: readonly number[]): boolean {
  const check = (length: number) => {
    const rest =
      weights
        .slice(weights.length - length)
        .reduce((sum, weight, at) => sum + weight * (text.charCodeAt(at) - 48), 0) % 11
    return rest < 2 ? 0 : 11 - rest
  }
  return check(text.length - 2) === Number(text.at(-2)) && check(text.length - 1) === Number(text.at(-1))
}

function curp(text: string): boolean {
  const sum = Array.from(text.slice(0, 17)).reduce(
    (total, letter, at) => total + CURP.indexOf(letter) * (18 - at),
    0,
  )
  return (
    (10 - (sum % 10)) % 10 === Number(text[17]) &&
    isDate(part(text, 4, 6), part(text, 6, 8), part(text, 8, 10))
  )
}

function rfc(text: string): boolean {
  const padded = text.padStart(13, ' ')
  const sum = Array.from(padded.slice(0, 12)).reduce(
    (total, letter, at) => total + RFC.indexOf(letter) * (13 - at),
    0,
  )
  const digit = (11 - (sum % 11)) % 11
  return (
    (digit === 10 ? 'A' : String(digit)) === padded[12] &&
    isDate(part(padded, 4, 6), part(padded, 6, 8), part(padded, 8, 10))
  )
}

function rif(text: string): boolean {
  const kind = { V: 4, E: 8, J: 12, P: 16, G: 20 }[text[0] ?? ''] ?? 0
  const rest = (kind + weighted(text.slice(1), [3, 2, 7, 6, 5, 4, 3, 2])) % 11
  return (rest < 2 ? 0 : 11 - rest) === Number(text.at(-1))
}

function nit(text: string): boolean {
  const rest = weighted(text.slice(0, 9), [41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11
  return (rest < 2 ? rest : 11 - rest) === Number(text[9])
}

function rut(text: string): boolean {
  const body = text.slice(0, -1).padStart(8, '0')
  const rest = 11 - (weighted(body, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)
  return (rest === 11 ? '0' : rest === 10 ? 'K' : String(rest)) === text.at(-1)
}

/** North and South America. */
export const AMERICAS: readonly NationalId[] = [
  /** Social Security Administration, "Meaning of the Social Security Number" and randomization of 2011; 20 CFR 422.103. */
  {
    type: 'US_SSN',
    starts: /\d/,
    form: String.raw`\d{3}[- ]?\d{2}[- ]?\d{4}`,
    check: isSsn,
    alone: /^\d{3}-\d\d-\d{4}$/,
    cues: 'ssn|ssns|ss#|social security|social security number|social sec|社会安全号|社会安全号码|社安号',
  },
  /** IRS, Internal Revenue Manual 3.21.263: the ranges of the fourth and fifth digit. */
  {
    type: 'US_ITIN',
    starts: /9/,
    form: String.raw`9\d{2}[- ]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])[- ]?\d{4}`,
    check: () => true,
    alone: /^\d{3}-\d\d-\d{4}$/,
    cues: 'itin|individual taxpayer|taxpayer id|tax id|taxpayer identification',
  },
  /** IRS, "How EINs are assigned and valid EIN prefixes". */
  {
    type: 'US_EIN',
    starts: /\d/,
    form: String.raw`\d{2}-?\d{7}`,
    check: (n) => EIN_PREFIX.test(n),
    alone: false,
    cues: 'ein|fein|employer identification|employer id|federal tax id|federal id|tax id|雇主识别号',
  },
  /** CMS, "Understanding the MBI format". */
  {
    type: 'US_MBI',
    starts: /[1-9]/,
    form: String.raw`[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}`,
    check: () => true,
    alone: /-/,
    cues: 'mbi|medicare|medicare beneficiary|medicare number',
  },
  /** Canada Revenue Agency and Employment Insurance Act s. 138; check digit by Luhn. */
  {
    type: 'CA_SIN',
    starts: /[1-79]/,
    form: String.raw`[1-79]\d{2}[- ]?\d{3}[- ]?\d{3}`,
    check: luhn,
    alone: false,
    cues: 'sin|sin number|social insurance|social insurance number|numéro d assurance sociale|nas|社会保险号',
  },
  /** Canada Revenue Agency, business number and program account. */
  {
    type: 'CA_BN',
    starts: /\d/,
    form: String.raw`\d{9} ?R[CTPRZM] ?\d{4}`,
    check: (n) => luhn(n.slice(0, 9)),
    alone: true,
    cues: 'business number|gst|hst',
  },
  /** RENAPO, Instructivo normativo para la asignación de la CURP, annex on the check digit. */
  {
    type: 'MX_CURP',
    starts: /[A-Z]/,
    form: String.raw`[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d`,
    check: curp,
    alone: true,
    cues: 'curp',
  },
  /** SAT, Anexo 1-A of the Resolución Miscelánea Fiscal: composition of the RFC and its verifying digit. */
  {
    type: 'MX_RFC',
    starts: /[A-Z&]/,
    form: String.raw`[A-Z&Ñ]{3,4}-?\d{6}-?[A-Z\d]{2}[A\d]`,
    check: rfc,
    alone: true,
    cues: 'rfc|registro federal de contribuyentes',
  },
  /** Receita Federal do Brasil, Instrução Normativa RFB 2.172/2024; two check digits mod 11. */
  {
    type: 'BR_CPF',
    starts: /\d/,
    form: String.raw`\d{3}\.?\d{3}\.?\d{3}[-/]?\d{2}`,
    check: (n) => brazilian(n, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
    alone: /^\d{3}\.\d{3}\.\d{3}[-/]\d\d$/,
    cues: 'cpf|cadastro de pessoas físicas|cadastro de pessoa física',
  },
  /** Receita Federal do Brasil, Instrução Normativa RFB 2.229/2024: letters from July 2026, each its code less 48. */
  {
    type: 'BR_CNPJ',
    starts: /[A-Z\d]/,
    form: String.raw`[A-Z\d]{2}\.?[A-Z\d]{3}\.?[A-Z\d]{3}/?[A-Z\d]{4}-?\d{2}`,
    check: (n) => brazilian(n, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
    alone: /\/.{4}-/,
    cues: 'cnpj|cadastro nacional da pessoa jurídica',
  },
  /** Caixa Econômica Federal, Cadastro NIS. */
  {
    type: 'BR_PIS',
    starts: /\d/,
    form: String.raw`\d{3}\.?\d{5}\.?\d{2}-?\d`,
    check: (n) => ((11 - (weighted(n, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(n[10]),
    alone: false,
    cues: 'pis|pasep|pis/pasep|nis|nit',
  },
  /** AFIP/ARCA, Resolución General 10/1997. */
  {
    type: 'AR_CUIT',
    starts: /[23]/,
    form: String.raw`(?:20|23|24|25|26|27|30|33|34)-?\d{8}-?\d`,
    check: (n) => '012345678990'[11 - (weighted(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)] === n[10],
    alone: /-\d{8}-/,
    cues: 'cuit|cuil|cuit/cuil|clave única',
  },
  /** Servicio de Registro Civil e Identificación, Chile, Decreto Ley 3 of 1969; mod 11 with K. */
  {
    type: 'CL_RUT',
    starts: /\d/,
    form: String.raw`\d{1,2}\.?\d{3}\.?\d{3}-?[\dK]`,
    check: rut,
    alone: /\..*\..*-/,
    cues: 'rut|run|rol único tributario|rol único nacional|cédula',
  },
  /** DIAN, Orden administrativa 4 of 1989. */
  {
    type: 'CO_NIT',
    starts: /\d/,
    form: String.raw`\d{3}\.?\d{3}\.?\d{3}-?\d`,
    check: nit,
    alone: /\..*\..*-/,
    cues: 'nit|número de identificación tributaria',
  },
  /** SUNAT, Resolución 210-2004. */
  {
    type: 'PE_RUC',
    starts: /[12]/,
    form: String.raw`(?:10|15|16|17|20)\d{9}`,
    check: (n) => (11 - (weighted(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(n[10]),
    alone: false,
    cues: 'ruc|registro único de contribuyentes',
  },
  /** Registro Civil del Ecuador: province, third digit below six, Luhn. */
  {
    type: 'EC_CEDULA',
    starts: /[0-3]/,
    form: String.raw`(?:0[1-9]|1\d|2[0-4]|30)[0-5]\d{6}-?\d`,
    check: luhn,
    alone: false,
    cues: 'cédula|cedula|cédula de identidad|ci',
  },
  /** Dirección Nacional de Identificación Civil, Uruguay. */
  {
    type: 'UY_CI',
    starts: /\d/,
    form: String.raw`\d\.?\d{3}\.?\d{3}-?\d`,
    check: (n) => (10 - (weighted(n, [2, 9, 8, 7, 6, 3, 4]) % 10)) % 10 === Number(n[7]),
    alone: false,
    cues: 'cédula|cedula|cédula de identidad|ci',
  },
  /** SENIAT, Providencia administrativa 0073 (RIF). */
  {
    type: 'VE_RIF',
    starts: /[VEJPG]/,
    form: String.raw`[VEJPG]-?\d{8}-?\d`,
    check: rif,
    alone: /-.*-/,
    cues: 'rif|registro de información fiscal',
  },
  /** Junta Central Electoral, Dominican Republic; Luhn. */
  {
    type: 'DO_CEDULA',
    starts: /[04]/,
    form: String.raw`[04]\d{2}-?\d{7}-?\d`,
    check: luhn,
    alone: /-\d{7}-/,
    cues: 'cédula|cedula',
  },
]
