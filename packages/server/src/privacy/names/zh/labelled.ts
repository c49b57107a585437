import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Label } from '../labels.ts'
import type { Lexicon } from './lexicon.ts'
import { NameModel } from './name-model.ts'
import { organisationEnding, addressStep } from './suffixes.ts'
import { FUNCTION_WORD, TITLE, VERB } from './word-table.ts'

const HAN_NAME = /^[㐀-䶿一-鿿]{2,4}$/
const DOTTED = /^[㐀-䶿一-鿿]{1,8}(?:[·•・‧∙][㐀-䶿一-鿿]{1,8}){1,3}$/
/** What stands in a field of a name where there is none. */
const NOBODY =
  /^(?:无|暂无|未知|未填|不详|匿名|空|测试|测试用户|管理员|系统|系统管理员|客服|游客|访客|默认|全部|其他|本人|同上|保密|待定|普通用户|企业用户|先生|女士)$/

/** What a value under a key is; null: not what the key says. */
export type Judge = (labels: readonly Label[], value: string) => EntityType | null

/** Judges Chinese values by the label that they stand under. */
export function createJudge(lexicon: Lexicon): Judge {
  const names = new NameModel(lexicon)
  /** Has a surname and a rest that is a given name and no verb: 张丽, 欧阳静. */
  function looksLikeName(value: string): boolean {
    if (DOTTED.test(value)) return true
    if (!HAN_NAME.test(value)) return false
    names.find(value, 0, value.length, 30)
    for (let i = 0; i < names.count; i += 1)
      if (names.ends[i] === value.length)
        return lexicon.words.kindOf(value, 0, value.length) === 0 || value.length === 2
    return false
  }
  const isWord = (value: string) =>
    (lexicon.words.kindOf(value, 0, value.length) & (FUNCTION_WORD | VERB)) !== 0
  /** 马上, where nothing but a name is to stand. */
  const mayBeCalled = (value: string) => value.length === 2 && lexicon.surnames[value.charCodeAt(0)] !== 0
  /** 储老师: the name is a part of it, and found in the text. */
  const hasTitle = (value: string) =>
    [1, 2].some(
      (at) => (lexicon.words.kindOf(value, at, value.length) & TITLE) !== 0 && value.length - at > 1,
    )
  const judges: Readonly<Record<Label, (value: string) => EntityType | null>> = {
    person: (value) =>
      DOTTED.test(value) ||
      (HAN_NAME.test(value) &&
        (!isWord(value) || mayBeCalled(value) || looksLikeName(value)) &&
        !hasTitle(value))
        ? 'PERSON'
        : null,
    somebody: (value) => (looksLikeName(value) ? 'PERSON' : null),
    address: (value) => (value.length >= 6 && isAddress(value) ? 'ADDRESS' : null),
    organisation: (value) =>
      value.length >= 4 && value.length <= 40 && organisationEnding(value, value.length) !== null
        ? 'ORGANIZATION'
        : null,
    place: () => null,
    postcode: () => null,
  }
  return (labels, value) => {
    if (NOBODY.test(value)) return null
    for (const label of labels) {
      const type = judges[label](value)
      if (type !== null) return type
    }
    return null
  }
}

/** Two steps of an address, or one and a number at the end. */
function isAddress(value: string): boolean {
  let steps = /\d$/.test(value) ? 1 : 0
  for (let end = 2; end <= value.length; end += 1) if (addressStep(value, 0, end) !== null) steps += 1
  return steps > 1 && !/[。！？!?]/.test(value)
}
