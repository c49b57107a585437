import type { Recogniser } from '../detect/recogniser.ts'
import { BANK_ACCOUNT } from './bank-account.ts'
import { BANK_CARD } from './bank-card.ts'
import { CN_RESIDENT_ID, CN_RESIDENT_ID_15, CN_RESIDENT_ID_GROUPED } from './cn-resident-id.ts'
import { CN_USCC } from './cn-uscc.ts'
import {
  CRYPTO_BASE58,
  CRYPTO_BECH32,
  CRYPTO_CASH,
  CRYPTO_ETHEREUM,
  CRYPTO_RIPPLE,
  CRYPTO_SAID,
} from './crypto.ts'
import { DATE_OF_BIRTH, DATE_OF_BIRTH_MONTH_FIRST, DATE_OF_BIRTH_WORDS } from './date-of-birth.ts'
import { EMAIL, EMAIL_SPELLED } from './email.ts'
import { GEO_HAN, GEO_LETTERS_FIRST, GEO_PAIR, GEO_SINGLE, GEO_SIXTIETHS } from './geo.ts'
import { IBAN } from './iban.ts'
import { IP_V4, IP_V6 } from './ip.ts'
import { MAC } from './mac.ts'
import { MEDICAL_ID } from './medical-id.ts'
import { PASSPORT_CN, PASSPORT_MRZ_NAMES, PASSPORT_MRZ_NUMBERS, PASSPORT_SAID } from './passport.ts'
import { PHONE_CN_HAN, PHONE_CN_LANDLINE, PHONE_CN_MOBILE, PHONE_CN_SERVICE } from './phone-china.ts'
import {
  PHONE_BRACKETED,
  PHONE_DOUBLE_ZERO,
  PHONE_NORTH_AMERICA,
  PHONE_PLUS,
  PHONE_SAID,
  PHONE_TRUNK_ZERO,
} from './phone-international.ts'
import { PLATE_CN, PLATE_MACAU, PLATE_SAID } from './plate.ts'
import { URL_BARE, URL_SITE, URL_WITH_SCHEME, URL_WWW } from './url.ts'

/** Everything that is found by its form, its checksum and the words before it. */
export const RECOGNISERS: readonly Recogniser[] = [
  EMAIL,
  EMAIL_SPELLED,
  URL_WITH_SCHEME,
  URL_WWW,
  URL_BARE,
  URL_SITE,
  CN_RESIDENT_ID,
  CN_RESIDENT_ID_15,
  CN_RESIDENT_ID_GROUPED,
  CN_USCC,
  BANK_CARD,
  IBAN,
  BANK_ACCOUNT,
  PHONE_CN_MOBILE,
  PHONE_CN_LANDLINE,
  PHONE_CN_SERVICE,
  PHONE_CN_HAN,
  PHONE_PLUS,
  PHONE_DOUBLE_ZERO,
  PHONE_NORTH_AMERICA,
  PHONE_TRUNK_ZERO,
  PHONE_BRACKETED,
  PHONE_SAID,
  PASSPORT_CN,
  PASSPORT_SAID,
  PASSPORT_MRZ_NUMBERS,
  PASSPORT_MRZ_NAMES,
  PLATE_CN,
  PLATE_SAID,
  PLATE_MACAU,
  IP_V4,
  IP_V6,
  MAC,
  CRYPTO_BASE58,
  CRYPTO_BECH32,
  CRYPTO_ETHEREUM,
  CRYPTO_CASH,
  CRYPTO_RIPPLE,
  CRYPTO_SAID,
  DATE_OF_BIRTH,
  DATE_OF_BIRTH_WORDS,
  DATE_OF_BIRTH_MONTH_FIRST,
  MEDICAL_ID,
  GEO_PAIR,
  GEO_LETTERS_FIRST,
  GEO_SIXTIETHS,
  GEO_HAN,
  GEO_SINGLE,
]
