import { AMBIGUOUS } from './assignments.ts'
import type { Finding } from './assignments.ts'
import { classOfKey, SPOKEN } from './key-names.ts'
import type { KeyClass } from './key-names.ts'
import { judgeValue } from './values.ts'
import type { Form } from './values.ts'

const VALUE = String.raw`(?:["'“”「『\x60‘’]([^"'“”「」『』\x60‘’\n]{3,200})["'“”」』\x60‘’]|([!-~]{3,400}))`
/** `is`, `was changed to`, `=`: what stands between the word and the value. */
const VERB = String.raw`(?:is|was|are|will be|should be|becomes|equals|reads|(?:is |was |has been |have been |be |to be )?(?:now |currently |still |just )?(?:set|changed|reset|updated|rotated|switched|renamed) (?:it )?(?:to|as)|:|=|是|为|為|：|=>|->|[-–—](?=[ \t]{1,3}[\w+/=-]{16}))`
const AFTER = new RegExp(
  String.raw`s?["'\x60]?(?:(?:[ \t]{1,3}[\w@/'’(][\w.@/'’()+-]{0,24}){0,6}?(?:[ \t]{1,3}|(?=[:=是为：]))${VERB}|[ \t]{1,3}(?:back[ \t])?to|[ \t]{0,2}[一-鿿，]{1,12}[：:])(?:[ \t]{1,3}(?:now|still|currently|just|simply|temporarily|always))?[ \t]{0,3}[:：]?[ \t]{0,3}${VALUE}`,
  'iy',
)
const AFTER_SPOKEN = new RegExp(
  String.raw`(?:[（(][^）)\n]{0,20}[）)])?["'”」]?[ \t]{0,3}(?:[一-鿿]{0,10}?(?:是|为|為|叫|成|成了|为了|到|用的是|如下|发你|给你|改了)|(?:es|ist|lautet|é|est|è|は|を|は次の通りです|는|은|: ?)|(?:[一-鿿]{1,8})?(?=[:：=＝]))?[ \t]{0,3}[:：=＝]?[ \t\n]{0,3}${VALUE}`,
  'iy',
)
/** `密码长度为8-20位`: how long, how often, how many. */
const MEASURE = /^\d{1,4}(?:[-~]\d{1,4})?$/
const UNIT = /^[位个個次天日月年字分小秒种類类至到]/

/** How far a sentence may go before it comes to the value, and what it needs on the way: a look that spares most sentences the pattern. */
const REACH = 170
const GIVES = /[:=→>是为：]|\s[-–—]\s|\b(?:is|was|are|be|been|to|becomes|equals|reads)\b/

/** `hunter2 is the password`, `use hunter2 as my token`, `把 hunter2 作为`. */
const BEFORE =
  /(?:^|[\s:：,，/#;*“"'`])([^\s"'`“”‘’,，。：:#*]{6,200})["'`”’]?\s{1,3}(?:is|was|as|being)(?: (?:the|my|our|your|its|a|an|new|current|root|admin|db|wifi|login|old|correct|actual|real|production|prod|api|secret|access)){0,4} $/i
const BEFORE_SPOKEN = /([!-~]{6,200})["'”」]?\s{0,2}(?:是|作为|当作?|就是|为)(?:[一-鿿]{0,8})$/
/** `账号/密码：admin/Abc@1234`, `user/pass: admin / hunter2`. */
const SLASHED = /^([\w.@-]{2,40})\s{0,2}[/|]\s{0,2}(.{3,})$/

/** The secret that a sentence gives to a word such as `password` or `API key` that ends at `end`. */
export function findSaid(text: string, start: number, end: number): Finding | null {
  const word = text.slice(start, end)
  const spoken = SPOKEN[word.toLowerCase()]
  const key = spoken ?? classOfSaid(text, start, end)
  if (key === null) return null
  const pattern = spoken === undefined ? AFTER : AFTER_SPOKEN
  pattern.lastIndex = end
  const match = spoken !== undefined || GIVES.test(text.slice(end, end + REACH)) ? pattern.exec(text) : null
  const found = match === null ? null : after(text, match, { start, key, isSpoken: spoken !== undefined })
  return found ?? before(text, start, spoken === undefined ? BEFORE : BEFORE_SPOKEN, key)
}

/** In a sentence the words of a key stand apart: `API key`, `access token`. */
function classOfSaid(text: string, start: number, end: number): KeyClass | null {
  if (/[\w$-]/.test(text[start - 1] ?? '') || /[A-Za-z\d_]/.test((text[end] ?? '').replace('s', '')))
    return null
  const lead = /([A-Za-z]{2,12})[ -]$/.exec(text.slice(Math.max(0, start - 13), start))?.[1] ?? ''
  const word = text.slice(start, end)
  if (AMBIGUOUS.test(word)) return null
  return classOfKey(`${lead} ${word}`) === null ? null : (classOfKey(word) ?? 'hint')
}

interface Said {
  readonly start: number
  readonly key: KeyClass
  readonly isSpoken: boolean
}

function after(text: string, match: RegExpExecArray, { start, key, isSpoken }: Said): Finding | null {
  const end = match.index + match[0].length
  const lead = text.slice(Math.max(0, start - 4), start)
  const following = text.slice(end, end + 2)
  const quoted = match[1]
  if (quoted !== undefined) return scored(quoted, end - 1 - quoted.length, key, 'quoted')
  const said = match[2] ?? ''
  if (isSpoken && MEASURE.test(said) && UNIT.test(following)) return null
  const slashed = /(?:[/、和与|]|[账帐][号户]|用户名?|賬號|帳號)$/.test(lead.trimEnd())
    ? SLASHED.exec(said)?.[2]
    : undefined
  const value = trimSaid(slashed ?? said)
  const isWord = isSpoken && (value !== said || !/^[一-鿿]/.test(following.replace(/^[了吧啊哦呢的]/, '')))
  return scored(value, end - (slashed ?? said).length, key, isWord ? 'line' : 'said')
}

function before(text: string, start: number, pattern: RegExp, key: KeyClass): Finding | null {
  const lead = text.slice(Math.max(0, start - 260), start)
  const match = /\b(?:is|was|as|being) |[是为作当]/.test(lead.slice(-60)) ? pattern.exec(lead) : null
  const value = match?.[1]
  if (match === null || value === undefined) return null
  const from = start - lead.length + match.index + match[0].indexOf(value)
  return scored(value, from, key, 'said')
}

function scored(value: string, start: number, key: KeyClass, form: Form): Finding | null {
  const score = judgeValue(value, key, /\s/.test(value) ? 'said' : form)
  return score === null ? null : { start, end: start + value.length, score: Math.min(score, 0.75) }
}

/** Less the marks that end a sentence; an exclamation mark may belong to a password and stays. */
function trimSaid(value: string): string {
  const bare = value.replace(/(?:["'`<>]|\\[nrt]|\)?\]\()\S*$/, '').replace(/[\\&.,;:?([{)\]}]+$/, '')
  return /^-{0,2}[A-Za-z][\w-]*[=:]/.test(bare) ? '' : bare
}
