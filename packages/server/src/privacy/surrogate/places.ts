import type { List } from './lists.ts'
import { FIRMS, HAN_FIRMS, HAN_ROADS, HAN_TOWNS, STREETS, TOWNS } from './place-lists.ts'
import type { Maker, Making } from './surrogate.ts'

const IS_HAN = /\p{Script=Han}/u
const IS_LATIN = /^[^\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hangul}\p{Script=Kana}]*\p{Script=Latin}/u

export const location: Maker = (value, { draw }) => {
  if (IS_HAN.test(value)) return draw.of(HAN_TOWNS) + (/[省市县区镇乡村]$/.exec(value)?.[0] ?? '')
  return IS_LATIN.test(value) ? draw.of(TOWNS) : null
}

/** A house in a street that is made up; the parts of the address that it has not, such as a post code, are left out. */
export const address: Maker = (value, { draw }) => {
  if (IS_HAN.test(value))
    return `${draw.of(HAN_TOWNS)}市${draw.of(HAN_TOWNS)}区${draw.of(HAN_ROADS)}${draw.between(1, 400)}号`
  if (!IS_LATIN.test(value)) return null
  const street = `${draw.between(1, 400)} ${draw.of(STREETS)}`
  return value.includes(',') ? `${street}, ${draw.of(TOWNS)}` : street
}

const LEGAL_FORM =
  /[ ,]+(?:Inc|Corp|LLC|L\.L\.C|Ltd|Limited|PLC|LLP|LP|GmbH(?: & Co\. KG)?|AG|KG|SE|SA|S\.A|SAS|SARL|Srl|S\.r\.l|SpA|S\.p\.A|BV|B\.V|NV|N\.V|AB|AS|A\/S|Oy|Pty Ltd|Co\., Ltd|University|Hospital|Bank|Group|Holdings|Foundation)\.?$/
const HAN_FORM =
  /(?:(?:科技|贸易|网络|信息技术|医疗|实业|商贸|建设|工程|物流|文化传媒|电子商务|投资|置业|食品)?(?:股份)?有限(?:责任)?公司|集团|公司|银行|医院|大学|学院|中学|小学|研究院|研究所|事务所|法院|委员会|基金会|工厂|厂)$/

/** With the legal form, or the kind, of the other. */
export const organisation: Maker = (value, making) => {
  if (IS_HAN.test(value)) return firm(value, HAN_FIRMS, HAN_FORM, making)
  return IS_LATIN.test(value) ? firm(value, FIRMS, LEGAL_FORM, making) : null
}

const firm = (value: string, names: List, form: RegExp, { draw }: Making): string => {
  const two = IS_HAN.test(value) ? '' : ' '
  return draw.of(names) + two + draw.of(names) + (form.exec(value)?.[0] ?? '')
}
