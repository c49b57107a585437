import { termsOf } from './analysis.ts'
import { ASKING } from './asking-words.ts'

const WORD = "[\\p{L}\\p{N}'’-]+"
/** Words that end what a question names after its question word. */
const END =
  '(?!(?:is|are|was|were|am|do|does|did|can|could|has|have|had|will|would|may|might|must|should|shall|of|in|on|at|for|to|from|per|by|with|about|into|after|before|during|since|under|through|across|that|which|who|when|if|as)\\b)'
const DETERMINER = '(?:(?:the|a|an|my|our|your|his|her|its|their|this|that|these|those|any|some)\\s+)?'
const BE = "(?:'s|\\s+(?:is|are|was|were|do|does|did|has|have|had|can|will))"
const THING = `(${END}${WORD}(?:\\s+${END}${WORD}){0,2})`
const MEASURE_WORD =
  '(?:[个名位人只头匹条张件家间所座台辆艘架部本册页篇首幅块片颗粒株棵朵根支把双套组批次种类项门层级段届期]|平方米|公里|公斤)?'
const ZH_END = '(?=[？?的了吗呢]|$)'

/** Where a question says what exactly it asks for, the surest places first. */
const EN_PLACES = [
  new RegExp(`\\bhow (?:many|much)\\s+${THING}`, 'iu'),
  new RegExp(`\\b(?:which|what|whose)(?:\\s+(?:kind|sort|type|make|brand)s? of)?\\s+${THING}`, 'iu'),
  new RegExp(`\\b(?:what|who|which)${BE}\\s+${DETERMINER}${THING}`, 'iu'),
  new RegExp(`\\bwhom?\\s+${THING}`, 'iu'),
  // "When was the club founded?": what happened stands at the end.
  /\b(?:when|where|how)\s+(?:is|are|was|were|do|does|did|has|have|can)\b.*\s([\p{L}'-]+)\s*\?*\s*$/iu,
]
const ZH_PLACES = [
  new RegExp(`(?:多少|几)${MEASURE_WORD}(\\p{Script=Han}{1,6}?)${ZH_END}`, 'u'),
  new RegExp(
    `(?:什么|哪(?:一|些|几)?(?:个|家|位|种|台|座|条|部|本|款|所|间)?)(\\p{Script=Han}{1,6}?)${ZH_END}`,
    'u',
  ),
  /(?:^|[的，,])([^的，,]{1,8}?)(?:一共|总共|大约|至少|最多)?(?:是多少|有?多[大高长重远深宽快厚久]|是谁|叫什么|是什么|在哪|是哪|有哪些|多少钱|怎么)/u,
  /谁(?:来|最早|最先|首先)?(\p{Script=Han}{1,4})/u,
]

/** Terms of what exactly is asked for: "cannons" where it is how many there were. Empty where nothing tells. */
export function askedThing(text: string, isHan: boolean, byForm: ReadonlySet<string>): ReadonlySet<string> {
  for (const place of isHan ? ZH_PLACES : EN_PLACES) {
    const said = termsOf(place.exec(text)?.[1] ?? '').filter((term) => !ASKING.has(term) && !byForm.has(term))
    if (said.length > 0) return new Set(said)
  }
  return new Set()
}

const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}.'’:-]*/gu
const LATIN_OR_FIGURE = /[A-Za-z\d][A-Za-z\d.-]*/g

/** Numbers, codes and names in a question, in small letters; of Chinese those in Latin letters and figures. */
export function namesIn(text: string): readonly string[] {
  const names: string[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const parts = /\p{Script=Han}/u.test(token) ? (token.match(LATIN_OR_FIGURE) ?? []) : [token]
    for (const part of parts) {
      const isName =
        /\d/.test(part) || (/^\p{Lu}/u.test(part) && (index > 0 || part !== token) && part !== 'I')
      if (isName) names.push(part.toLowerCase().replace(/['’]s$|[.:-]+$/g, ''))
    }
  }
  return names
}
