import type { Said } from './cue-words.ts'
import { CUE_WORDS } from './cue-words.ts'
import type { Candidate } from './recogniser.ts'

/** Words that say what a value is. */
export interface Cues extends Said {
  /** Whether one stands shortly before the candidate, or in the key whose value it is. */
  readonly before: (candidate: Pick<Candidate, 'text' | 'start' | 'context'>) => boolean
  /** Whether one stands right behind it. */
  readonly after: (candidate: Pick<Candidate, 'text' | 'end'>) => boolean
}

const REACH = 56
const GAP = 26
/** Any words between them; a few small ones; none but a verb. */
type Nearness = 'loose' | 'near' | 'close'

/** `mobilePhone` and `mobile_phone` are two words each, so that whole words are found in them. */
const split = (text: string): string =>
  /_|[a-z][A-Z]/.test(text) ? text.replaceAll(/(?<=[a-z])(?=[A-Z])|_/g, ' ') : text

/** Several recognisers ask about the same place, one after the other. */
const last = { text: '', start: -1, window: '' }

function windowBefore(text: string, start: number): string {
  if (last.start !== start || last.text !== text) {
    last.text = text
    last.start = start
    last.window = split(text.slice(Math.max(0, start - REACH), start))
  }
  return last.window
}

const GAPS: Readonly<Record<Nearness, string>> = {
  loose: String.raw`(?:(?:(?!\d{4})[^\n;。；!?|]){0,${GAP}}|[^\n\d]{0,6}[:|]\s{0,8}|[ \t]{0,4}\r?\n[ \t]{0,8})`,
  near: String.raw`[^\n\p{L}\d[]{0,6}(?:(?:is|was|at|on|to|via|no|nr|num|numbers?|me|us|him|her|them|the|our|my|office|desk|reception|back|now|today|为|是|到|号码|号|请拨|请打)[^\n\p{L}\d]{0,4}){0,3}`,
  close: String.raw`[^\n\p{L}\d]{0,6}(?:(?:is|was|no|为|是)[^\n\p{L}\d]{0,3})?`,
}

/**
 * Latin words are matched whole, Han ones anywhere. Between word and value there may be a few words more, but neither the end
 * of a sentence nor another number. Each word is the source of a regular expression without captures.
 */
export function cues(
  latin: readonly string[],
  han: readonly string[] = [],
  nearness: Nearness = 'loose',
): Cues {
  const either = [
    ...(latin.length > 0 ? [`(?<![a-z])(?:${latin.join('|')})(?![a-z])`] : []),
    ...(han.length > 0 ? [`(?:${han.join('|')})`] : []),
  ].join('|')
  const gap = GAPS[nearness]
  const shortlyBefore = new RegExp(`(?:${either})${gap}$`, 'iu')
  const inKey = new RegExp(either, 'i')
  const rightAfter = new RegExp(String.raw`^[\s,(]{0,2}(?:${either})`, 'i')
  const said = CUE_WORDS.add(latin, han)
  return {
    ...said,
    before: ({ text, start, context }) =>
      (context.key !== null && CUE_WORDS.isInKey(said, context.key) && inKey.test(split(context.key))) ||
      // The words are found for all at once; only where one stands is it looked at how it stands there.
      (CUE_WORDS.isNear(said, text, start - REACH, start) && shortlyBefore.test(windowBefore(text, start))),
    after: ({ text, end }) => rightAfter.test(text.slice(end, end + 16)),
  }
}

/** What numbers are that look like somebody's and are a thing's. */
export const NUMBER_OF_A_THING: Cues = cues(
  [
    String.raw`(?:order|tracking|invoice|serial|ticket|part|batch|lot|catalogue|catalog|consignment|docket|transaction|shipment|waybill|receipt)s?(?: ?(?:id|number|num|no\.?|nr\.?|code|#))?`,
    String.raw`(?:trace|request|build|version|product|item|case|ref(?:erence)?|job|task|event|session|message|commit|error|model|asset|room|meeting|flight|article|contract|policy) ?(?:id|number|num|no\.?|nr\.?|code|#)`,
    'uuid',
    'timestamp',
    'isbn',
    'sku',
    'ean',
    'imei',
    'upc',
    'sn',
  ],
  [
    '订单',
    '单号',
    '流水',
    '编号',
    '批号',
    '批次',
    '序列号',
    '型号',
    '版本',
    '时间戳',
    '条码',
    '合同号',
    '工单',
    '发票',
    '货号',
    '会议号',
  ],
  'close',
)
