import { NATIONAL_ID_TYPES } from '@freehold/contract/national-ids.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'

/** Numbers of firms. Those that firms and people share are people's. */
const OF_FIRMS: ReadonlySet<EntityType> = new Set([
  'CN_USCC',
  'US_EIN',
  'CA_BN',
  'BR_CNPJ',
  'UK_VAT',
  'ES_CIF',
  'FR_SIREN',
  'FR_VAT',
  'IT_VAT_CODE',
  'DE_VAT_ID',
  'AT_VAT_ID',
  'CH_UID',
  'NL_VAT_ID',
  'BE_VAT_ID',
  'SE_ORGANISATIONSNUMMER',
  'NO_ORGNR',
  'FI_BUSINESS_ID',
  'PL_REGON',
  'CZ_ICO',
  'RO_CUI',
  'RU_OGRN',
  'IN_GSTIN',
  'TW_UBN',
  'KR_BRN',
  'JP_CORPORATE_NUMBER',
  'AU_ABN',
  'AU_ACN',
])

/** Numbers under which health systems keep people. */
export const HEALTH_NUMBERS: readonly EntityType[] = [
  'MEDICAL_ID',
  'US_MBI',
  'UK_NHS',
  'DE_HEALTH_INSURANCE',
  'HU_TAJ',
  'AU_MEDICARE',
  'NZ_NHI',
]

/** Numbers that states give to people, those of health systems among them. */
export const NUMBERS_OF_PEOPLE: readonly EntityType[] = [
  'CN_RESIDENT_ID',
  'PASSPORT',
  ...NATIONAL_ID_TYPES.filter((type) => !OF_FIRMS.has(type)),
]

/** Where money is kept. */
export const ACCOUNTS: readonly EntityType[] = ['BANK_CARD', 'BANK_ACCOUNT', 'IBAN', 'CRYPTO']
