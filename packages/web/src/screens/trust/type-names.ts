import { language } from '../../language/language.ts'
import { defineWords, hasWords, say, useLanguage } from '../../language/words.ts'

const words = defineWords('type-names', {
  PERSON: { en: 'Name of a person', zh: '人名' },
  ADDRESS: { en: 'Address', zh: '地址' },
  LOCATION: { en: 'Place', zh: '地点' },
  ORGANIZATION: { en: 'Organisation', zh: '组织' },
  EMAIL: { en: 'E-mail address', zh: '电子邮箱' },
  PHONE: { en: 'Telephone number', zh: '电话号码' },
  CN_RESIDENT_ID: { en: 'Resident identity number (China)', zh: '身份证号' },
  CN_USCC: { en: 'Unified social credit code (China)', zh: '统一社会信用代码' },
  PASSPORT: { en: 'Passport', zh: '护照' },
  PLATE: { en: 'Number plate', zh: '车牌号' },
  BANK_CARD: { en: 'Bank card', zh: '银行卡' },
  IBAN: { en: 'IBAN', zh: 'IBAN' },
  BANK_ACCOUNT: { en: 'Bank account', zh: '银行账号' },
  IP: { en: 'IP address', zh: 'IP 地址' },
  MAC: { en: 'MAC address', zh: 'MAC 地址' },
  URL: { en: 'Web address', zh: '网址' },
  CRYPTO: { en: 'Crypto address', zh: '加密货币地址' },
  DATE_OF_BIRTH: { en: 'Date of birth', zh: '出生日期' },
  MEDICAL_ID: { en: 'Health number', zh: '医疗编号' },
  GEO: { en: 'Coordinates', zh: '坐标' },
  SECRET: { en: 'Secret', zh: '密钥或口令' },
  CUSTOM_TERM: { en: 'Term of your dictionaries', zh: '词典中的词' },
  national: { en: 'State number, {country} ({type})', zh: '{country}官方号码（{type}）' },
})

/** Types by what people call them; numbers that states give by their country. */
export function typeName(type: string): string {
  if (hasWords(words, type) && type !== 'national') return say(words, type)
  const [country = ''] = type.split('_')
  if (!/^[A-Z]{2}$/.test(country)) return type
  const names = new Intl.DisplayNames(language(), { type: 'region', fallback: 'code' })
  return say(words, 'national', { type, country: names.of(country === 'UK' ? 'GB' : country) ?? country })
}

/** The same, followed when the language changes. */
export function useTypeName(): (type: string) => string {
  useLanguage()
  return typeName
}
