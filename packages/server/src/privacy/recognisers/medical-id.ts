import { cues } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { SAID } from '../detect/recogniser.ts'

const NUMBER = String.raw` ?(?:id|no\.?|number|num|nr\.?|#)`
const CUES = cues(
  [
    `medical ?(?:record|card|license|licence|insurance|file|history)(?:${NUMBER})?`,
    `patient${NUMBER}`,
    `mrn`,
    `(?:health|insurance|medicare|medicaid)(?: ?(?:card|plan|insurance|policy|member|beneficiary))?${NUMBER}`,
    `(?:member|subscriber|beneficiary)${NUMBER}`,
    `health ?(?:card|plan)`,
    'nhi',
    'mbi',
    'krankenversicherten(?:nummer|nr)',
    'versicherten(?:nummer|nr)',
    `hospital${NUMBER}`,
    `admission${NUMBER}`,
    `prescription${NUMBER}`,
    `chart${NUMBER}`,
    `npi`,
    'dea(?: ?(?:no\\.?|number|#))?',
    `specimen${NUMBER}`,
    `lab${NUMBER}`,
    'encounter',
    `medicare`,
  ],
  [
    '病历号',
    '病案号',
    '住院号',
    '门诊号',
    '就诊号',
    '就诊卡',
    '医保卡',
    '医保号',
    '医保编号',
    '医保账号',
    '社保卡',
    '社保号',
    '医疗证',
    '体检号',
    '患者编号',
    '病人编号',
    '患者ID',
    '病人ID',
    '健康卡',
    '检查号',
    '登记号',
    '处方号',
    '诊疗卡',
    '影像号',
    '病理号',
    '标本号',
  ],
)

/** Numbers of patients, records and health insurances: each place makes its own, so only where words say that it is one. */
export const MEDICAL_ID: Recogniser = {
  id: 'medical-id',
  type: 'MEDICAL_ID',
  starts: /[A-Z\d]/,
  anchor: 'word',
  saidBefore: CUES,
  pattern: /(?<![A-Za-z\d_.-])[A-Z\d]{1,14}(?:[-/][A-Z\d]{1,12}){0,4}(?![A-Za-z\d_]|[./-]\d)/iy,
  judge(candidate) {
    const { value } = candidate
    const digits = value.replaceAll(/\D/g, '').length
    if (digits < 4 || value.length > 24 || digits * 2 < value.length) return null
    if (/^(?:19|20)\d{2}[-/]\d{1,2}[-/]\d{1,2}$|^\d{1,2}[-/]\d{1,2}[-/]\d{4}$/.test(value)) return null
    return CUES.before(candidate) ? SAID : null
  },
}
