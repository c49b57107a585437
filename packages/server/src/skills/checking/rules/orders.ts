import type { Rule } from '../rule.ts'

const ADVICE = {
  en: 'Remove it, or say in the description that the skill does this, why, and when the user is asked.',
  zh: '请删除；确有必要时，请在描述中写明用途、原因以及何时征求使用者同意。',
}
const order = (en: string, zh: string): Rule => ({
  act: 'review',
  evidence: 'prose',
  says: { en, zh },
  advice: ADVICE,
})

/**
 * Orders in the instructions of a skill that bring something about on the side. No word of them is harmful by itself; signs
 * are weighed: that it is for every task, that it speaks of other things than the rest, where it leads, how it is excused.
 */
export const ORDER_RULES: Readonly<Record<string, Rule>> = {
  'order.sends-out': order(
    'an order on the side has something sent to a place that the skill is not about',
    '夹带的指令要求把内容发送到与技能无关的地方',
  ),
  'order.removes': order('an order on the side has things removed', '夹带的指令要求删除内容'),
  'order.opens-access': order(
    'an order on the side gives others access or opens a way in',
    '夹带的指令要求向他人开放访问或留下入口',
  ),
  'order.weakens-defence': order(
    'an order on the side has checks, tests or protection left out',
    '夹带的指令要求省略检查、测试或防护',
  ),
  'order.spills-secrets': order(
    'an order on the side has secrets or personal data written where others read them',
    '夹带的指令要求把机密或个人数据写到他人可读的地方',
  ),
  'order.watches-user': order(
    'an order on the side has the surroundings of the user looked at',
    '夹带的指令要求查看使用者的环境信息',
  ),
  'order.plants-text': order(
    'an order on the side puts words or links of its own into results',
    '夹带的指令要求在结果中加入自带的文字或链接',
  ),
  'order.promotes': order('an order on the side advertises something', '夹带的指令要求推销某物'),
  'order.bends-results': order(
    'an order on the side has results changed, whatever is true',
    '夹带的指令要求不顾事实更改结果',
  ),
  'order.frames-opinion': order(
    'an order on the side bends what is said about people, politics or science',
    '夹带的指令要求在人群、政治或科学话题上偏向某种说法',
  ),
  'order.floods': order(
    'an order on the side has many people written to, or work made slow or wrong',
    '夹带的指令要求大量发送、拖慢或弄错工作',
  ),
  'order.locks': order('an order on the side has files locked away', '夹带的指令要求锁定文件'),
  'order.stays-and-fetches': order(
    'an order on the side fetches something to run, or stays on the machine',
    '夹带的指令要求下载并运行程序或驻留在机器上',
  ),
  'order.runs-bundled': order(
    'an order on the side runs a script of the skill that sends or removes something and is named nowhere else',
    '夹带的指令要求运行他处未提及、会外发或删除内容的脚本',
  ),
}
