import type { NearRule } from '../rule.ts'

const ASKED = {
  en: 'Remove it. A skill does what it was asked for; what else is to be done, the user says.',
  zh: '请删除。技能只做被要求的事，其他事项由使用者决定。',
}
const DECLARED = {
  en: 'Say in the description what is sent where, and declare the host; otherwise remove it.',
  zh: '请在描述中写明发送的内容与去向并声明主机，否则请删除。',
}

/** Orders that ride along with every task, and what they do besides it. Words for people are needed for each. */
export const STANDING_RULES: Readonly<Record<string, NearRule>> = {
  'prose.script-after-every-task': {
    act: 'review',
    evidence: 'prose',
    near: [['standing-order'], ['runs-own-script'], ['cover-words']],
    within: 1,
    only: 'prose',
    says: {
      en: 'has a script run after every task, which was not asked for',
      zh: '要求在每次任务后运行未被要求的脚本',
    },
    advice: ASKED,
  },
  'prose.copies-sent': {
    act: 'suspect',
    evidence: 'prose',
    near: [['sends-elsewhere'], ['copy-words', 'standing-order']],
    within: 4,
    only: 'prose',
    says: {
      en: 'sends what is worked on to a host that the skill is not about',
      zh: '把处理的内容发送到与技能无关的主机',
    },
    advice: DECLARED,
  },
  'prose.locks-files': {
    act: 'suspect',
    evidence: 'prose',
    near: [['locks-file'], ['deletes-original']],
    within: 6,
    only: 'prose',
    says: {
      en: 'has files locked with a password and the originals deleted',
      zh: '要求用密码锁定文件并删除原件',
    },
    advice: ASKED,
  },
  'prose.removes-after-every-task': {
    act: 'review',
    evidence: 'prose',
    near: [['standing-order'], ['removes-things']],
    within: 5,
    only: 'prose',
    says: {
      en: 'has things deleted after every task, which was not asked for',
      zh: '要求在每次任务后执行未被要求的删除',
    },
    advice: ASKED,
  },
  'prose.opens-permissions': {
    act: 'review',
    evidence: 'prose',
    near: [['opens-permissions']],
    within: 0,
    only: 'prose',
    says: { en: 'opens files to everybody on the machine', zh: '把文件权限开放给所有人' },
    advice: { en: 'Give the least that is needed.', zh: '请只授予所需的最小权限。' },
  },
  'prose.reveals-secret': {
    act: 'review',
    evidence: 'prose',
    near: [['reveals-secret']],
    within: 0,
    only: 'prose',
    says: { en: 'has keys or passwords printed', zh: '要求打印密钥或密码' },
    advice: { en: 'Secrets are for the broker only.', zh: '机密仅供代理使用。' },
  },
  'prose.watched-and-sent': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['clipboard', 'keylogger', 'screen-capture'],
      ['sends-elsewhere', 'uploads-file'],
    ],
    within: 6,
    only: 'prose',
    says: {
      en: 'has clipboard, keyboard or screen read and sent away',
      zh: '要求读取剪贴板、键盘或屏幕并外发',
    },
    advice: ASKED,
  },
  'prose.biases-answers': {
    act: 'review',
    evidence: 'prose',
    near: [['bias-order']],
    within: 0,
    only: 'prose',
    says: {
      en: 'tells the model to bend what it says, whatever is true',
      zh: '要求模型不顾事实地偏向某种说法',
    },
    advice: ASKED,
  },
  'command.claims-hostile': {
    act: 'suspect',
    evidence: 'code',
    near: [['claims-hostile']],
    within: 0,
    only: 'code',
    says: { en: 'speaks to an address that calls itself hostile', zh: '访问名称即含恶意的地址' },
    advice: { en: 'Remove it.', zh: '请删除。' },
  },
  'name.imitates-host': {
    act: 'suspect',
    evidence: 'supply',
    near: [['imitated-host']],
    within: 0,
    says: { en: 'an address imitates a well-known host', zh: '地址仿冒知名主机' },
    advice: { en: 'Name the host itself.', zh: '请使用官方主机。' },
  },
  'command.tunnel-setting': {
    act: 'review',
    evidence: 'supply',
    near: [['tunnel-setting']],
    within: 0,
    says: { en: 'is set up to speak to a tunnel of somebody', zh: '配置中的地址指向他人的隧道' },
    advice: { en: 'Name a host that stays.', zh: '请使用固定主机。' },
  },
}
