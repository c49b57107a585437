import type { NearRule } from '../rule.ts'

const PLAIN = {
  en: 'Write plainly what is to be done. What a reader must decode or fetch first, nobody can check.',
  zh: '请直接写明要做的事。需要先解码或获取的内容无人能够审查。',
}
const READABLE = {
  en: 'Write the command so that it can be read.',
  zh: '请把命令写成可读的形式。',
}
/** What is to be done does not stand in the text, or stands there so that nobody finds it. */
export const VEILED_RULES: Readonly<Record<string, NearRule>> = {
  'prose.veiled-instructions': {
    act: 'suspect',
    evidence: 'prose',
    near: [['encoded-blob'], ['decode-words']],
    within: 14,
    only: 'prose',
    says: {
      en: 'brings encoded content and says how to decode it, so that what is to be done cannot be read',
      zh: '附带编码内容并说明解码方法，真正要做的事无法直接读到',
    },
    advice: PLAIN,
  },
  'prose.obeys-output': {
    act: 'suspect',
    evidence: 'prose',
    near: [['obeys-output']],
    within: 0,
    only: 'prose',
    says: {
      en: 'orders to follow what a program prints or a host answers',
      zh: '要求照做程序输出或主机返回的内容',
    },
    advice: PLAIN,
  },
  'command.disguised': {
    act: 'review',
    evidence: 'code',
    near: [['disguised-command']],
    within: 0,
    says: {
      en: 'writes a command in pieces so that a search for it finds nothing',
      zh: '把命令拆开书写以躲避检索',
    },
    advice: READABLE,
  },
  'command.hides-window': {
    act: 'review',
    evidence: 'code',
    near: [['hidden-window']],
    within: 0,
    says: { en: 'starts a program in a window that nobody sees', zh: '以隐藏窗口启动程序' },
    advice: READABLE,
  },
  'command.silent-call': {
    act: 'review',
    evidence: 'code',
    near: [['silent-call']],
    within: 0,
    says: {
      en: 'calls a host in the background and throws away every word of it',
      zh: '在后台访问主机并丢弃全部输出',
    },
    advice: READABLE,
  },
}
