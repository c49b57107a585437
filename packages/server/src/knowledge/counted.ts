import { termsOf } from './analysis.ts'

const ZH_NUMBER = '(?:\\d[\\d,.]*|[零〇一二三四五六七八九十百千万亿两几数]+)(?:多|余)?'
const ZH_ASKS =
  /(?:多少|几)(平方公里|平方米|立方米|公里|公斤|千克|摄氏度|小时|分钟|个月|工作日|[个名位人只头匹条张件家间所座台辆艘架部本册页篇首幅块片颗粒株棵朵根支把双套组批次种类项门层级段届期米元度岁年天周斤亩克升吨寸尺里月日号点分秒钱])(\p{Script=Han}{0,4}?)(?:[？?的了吗呢]|$)/u
/** What may stand for a measure word that is asked with. */
const ZH_ALIKE: readonly (readonly [asked: RegExp, said: string])[] = [
  [/[钱元]/, '[元块角分亿万]|美元'],
  [/[名位人]/, '[名位人个]|多人|余人|[^，。；]{0,4}(?:人|士兵|学生|员工|职工|居民|儿童|弟子)'],
  [/^个$/, '[个只名位座家项处]'],
]
const EN_ASKS =
  /\bhow many\s+((?:[\p{L}'-]+\s+){0,2}?[\p{L}'-]+?)(?=\s+(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|may|must|should|of|in|on|at|for|to|from|per|[a-z]+)\b|\?|$)/iu
const EN_NUMBER =
  /\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty(?:-\w+)?|hundred|thousand|million|dozen|a few|several)\b/gi
/** Words from a number on to what it counts. */
const BEHIND = 5

/** Whether a text has a number of what a question wants counted; null where it wants nothing counted. */
export function countedIn(question: string, isHan: boolean): ((text: string) => boolean) | null {
  return isHan ? zhCounted(question) : enCounted(question)
}

function zhCounted(question: string): ((text: string) => boolean) | null {
  const [, unit, thing = ''] = ZH_ASKS.exec(question) ?? []
  if (unit === undefined) return null
  const alike = ZH_ALIKE.find(([asked]) => asked.test(unit))?.[1] ?? unit
  const named =
    thing.length > 1 ? `|${thing}[^，。；]{0,6}${ZH_NUMBER}|${ZH_NUMBER}[^，。；]{0,3}${thing}` : ''
  const counted = new RegExp(`${ZH_NUMBER}\\s?(?:${alike})${named}`, 'u')
  return (text) => counted.test(text)
}

function enCounted(question: string): ((text: string) => boolean) | null {
  const [, thing] = EN_ASKS.exec(question) ?? []
  if (thing === undefined) return null
  const wanted = new Set(termsOf(thing))
  return (text) =>
    [...text.matchAll(EN_NUMBER)].some(({ 0: number, index }) => {
      const behind = text.slice(index + number.length).split(/[\s-]+/, BEHIND)
      return termsOf(behind.join(' ')).some((term) => wanted.has(term))
    })
}
