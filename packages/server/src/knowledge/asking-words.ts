import { termsOf } from './analysis.ts'

function wordsOf(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')).flatMap((word) => termsOf(word)))
}

/** Words of asking, not of what is asked about: a search leaves them out. English stopwords are gone already. */
export const ASKING = wordsOf([
  'must may might shall ought many much long often tell please explain describe list get let know mean does like want',
  'need say see give show find happen exactly actually really possible possibly able currently someone somebody anyone',
  'anybody everyone everybody something anything everything thing kind sort us ok hi hello thanks',
  '的 了 吗 呢 吧 啊 呀 嘛 着 过 得 地 是 在 有 没 没有 不 和 与 或 及 我 我们 你 你们 您 他 他们 她 它 它们 这 那 这个 那个 请',
  '请问 告诉 什么 怎么 怎样 怎么样 咋 如何 哪 哪里 哪儿 哪些 哪个 哪种 谁 多少 几 为什么 为何 可以 能 能够 能否 会 要 需要',
  '应 应该 应当 必须 被 把 对 从 到 向 于 多久 多长 多大 多高 什么时候 何时 时候 什么样 是否 就 都 也 还 很 最 想 知道 说 说明',
  '介绍 一下 关于 里 里面 中 上 下 为 以 之 其 给 让 跟 叫 吧 啥 是不是 有没有 能不能 可不可以 怎么办 办 地方 东西 事情 个 本',
  '册 张 位 名 次 件 条 台 辆 只 种 元 块 我的 你的 他的',
])

/**
 * The same in Chinese where cutting into words would swallow them into their neighbours (多少钱, 几本书, 能借). Only
 * runs of characters that ask wherever they stand.
 */
export const ASKING_RUNS =
  /请问|告诉我|什么(?:时候|地方|样)?|为什么|怎么[办样]?|怎样|如何|哪[里儿些个种位天]|在哪|多少|多[久长大高远]|几(?=[个本册张位名次件条台辆天年月日号点小])|(?:可不可以|能不能|是不是|有没有|可以|能否|是否)|(?<=^|[,，。！？!?\s])(?:我们?的?|你们?的?|能|想)|[吗呢吧啊呀][?？。!！\s]*$/g

/** Everyday words that say little of a subject: they count, but weigh less. */
export const LIGHT = wordsOf([
  'take make go come put keep use work run have hold set look try help start thing way place time day good best big',
  '用 使用 做 进行 处理 拿 去 来 看 情况 问题 方面 时间 支持',
])
/** Share of its weight that a light word keeps. */
export const LIGHT_SHARE = 0.5

/** Questions whose answer is one person, place, time, number or thing, as one passage states it. */
export const ASKS_ONE =
  /[谁几]|哪[一位个家国年天月日号里儿种门座条本部家款项支届省市县]|何[人时地处年]|多[少久高长大远重深]|什么时候|^\W*(?:(?:in|on|at|by|for|to|from|with|of) )?(?:who|whom|whose|when|where|which|how (?:many|much|old|tall|far|long|often))\b/i
