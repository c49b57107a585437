import type { Example } from '../kernel/linear/classifier.ts'
import { createIntentRouter } from '../kernel/linear/intent-router.ts'

/** What somebody says to the engine; all but a question is answered without looking anything up. */
export type Talk = 'question' | 'greeting' | 'thanks' | 'farewell' | 'help'

const SAID: Readonly<Record<Talk, string>> = {
  greeting: `hi | hello | hey | hello there | hi there | good morning | good afternoon | good evening | good day |
    hey you | greetings | how are you | how are you doing | how is it going | nice to meet you | are you there |
    anybody there | what's up | 你好 | 您好 | 你好呀 | 嗨 | 哈喽 | 早上好 | 下午好 | 晚上好 | 早安 | 大家好 | 在吗 | 在不在 |
    有人吗 | 最近怎么样 | 很高兴认识你 | 早 | 你好吗`,
  thanks: `thanks | thank you | thank you very much | thanks a lot | many thanks | thx | great, thanks | ok thanks |
    perfect, thank you | that helped, thanks | okay | ok | good | great | well done | very good | got it | 谢谢 | 谢谢你 |
    多谢 | 非常感谢 | 感谢 | 谢了 | 好的 | 好的谢谢 | 太好了 | 很好 | 明白了 | 知道了 | 收到 | 辛苦了 | 太棒了`,
  farewell: `bye | goodbye | bye bye | see you | see you later | see you tomorrow | good night | have a nice day |
    take care | talk to you later | 再见 | 拜拜 | 回头见 | 明天见 | 晚安 | 下次见 | 先这样 | 我走了`,
  help: `who are you | what are you | what is your name | what can you do | what can I ask you | what do you know |
    how can you help me | help | help me | I need help | how does this work | how do I use this | are you an AI |
    are you a robot | are you a language model | are you ChatGPT | which model are you | what are you able to do |
    你是谁 | 你叫什么名字 | 你能做什么 | 你会什么 | 你可以做什么 | 我能问你什么 | 帮助 | 帮帮我 | 怎么用 | 怎么使用你 |
    你是机器人吗 | 你是人工智能吗 | 你是什么模型 | 你有什么功能 | 你能帮我什么`,
  question: `how many days of leave do I get | who approves overtime | when does the canteen open | where is the server room |
    what does error E07 mean | why was the bridge closed | is parking free | can I bring my dog | the price of the ticket |
    opening hours | how do I reset my password | which oil does the pump need | who is the head of finance |
    what is the deposit | tell me about the warranty | explain the travel policy | what happens if I am late |
    how long is the contract | do visitors need a badge | help desk telephone number | who thanked the committee |
    what is good practice for backups | where can I get help with my taxes | name of the night train | hello world program |
    what does the morning shift do | what can the pump do | who can help with expenses | what is the name of the manager |
    年假有几天 | 加班由谁批准 | 食堂几点开门 | 机房在哪里 | 报警代码是什么意思 | 为什么停运 | 停车免费吗 | 可以带宠物吗 | 门票价格 |
    开放时间 | 怎么重置密码 | 水泵用什么油 | 财务负责人是谁 | 押金是多少 | 介绍一下保修 | 说明差旅制度 | 迟到会怎样 | 合同期多长 |
    访客需要证件吗 | 服务热线 | 早班几点开始 | 晚上值班的是谁 | 感谢信写给谁 | 这台机器能做什么 | 净水器怎么用 | 经理叫什么名字 |
    谁能帮我报销 | 有什么规定 | 哪里可以打印 | 什么时候发工资`,
}

/** What people say to the engine, each by what it is. */
export const TALK_EXAMPLES: readonly Example[] = Object.entries(SAID).flatMap(([label, texts]) =>
  texts.split('|').map((text) => ({ text: text.trim(), label })),
)
const EXACT: ReadonlyMap<string, Talk> = new Map(
  Object.entries(SAID).flatMap(([label, texts]) =>
    texts.split('|').map((text) => [plain(text), label as Talk] as const),
  ),
)
/** Whoever says more asks for something. */
const LONGEST_TALK = 60
/** A question that is taken for talk is not answered, so a guess must be sure. */
const router = createIntentRouter(() => TALK_EXAMPLES, { margin: 0.6, score: 2 })

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** What somebody says: a known phrase is what it is, another of the same kind when that is sure, all else a question. */
export function talkOf(text: string): Talk {
  if (text.length > LONGEST_TALK) return 'question'
  const known = EXACT.get(plain(text))
  if (known !== undefined) return known
  const guess = router.route(text)
  return Object.keys(SAID).find((name): name is Talk => name === guess) ?? 'question'
}
