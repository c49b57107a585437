import type { NearRule } from '../rule.ts'

const ASKED = {
  en: 'Leave it to the people of the machine, who decide what may be done there.',
  zh: '请交由机器的使用者决定。',
}

const NEVER = {
  en: 'Remove it. No skill needs this.',
  zh: '请删除；任何技能都不需要这样做。',
}

/** What takes secrets from people, or opens their machine to others. */
export const TAKING_RULES: Readonly<Record<string, NearRule>> = {
  'prose.asks-seed-phrase': {
    act: 'suspect',
    evidence: 'prose',
    near: [['asks-seed', 'asks-key']],
    within: 0,
    says: { en: 'asks for the seed phrase or key of a wallet', zh: '索要钱包助记词或私钥' },
    advice: {
      en: 'A wallet signs by itself. Whoever has its phrase has all that is in it.',
      zh: '签名由钱包完成；掌握助记词即掌握全部资产。',
    },
  },
  'command.fetches-instructions': {
    act: 'suspect',
    evidence: 'code',
    near: [['fetches-instructions']],
    within: 0,
    says: {
      en: 'fetches a file of instructions for agents from a host and keeps it where they are read',
      zh: '从主机获取智能体指令文件并保存到会被读取的位置',
    },
    advice: {
      en: 'Ship the instructions with the skill; another version is another package.',
      zh: '请把指令随技能一起发布；更新应作为新版本。',
    },
  },
  'command.redirects-traffic': {
    act: 'review',
    evidence: 'code',
    near: [['redirects-traffic']],
    within: 0,
    says: {
      en: 'sends what models, packages or all programs ask over another host',
      zh: '把模型、软件包或全部程序的流量改道到其他主机',
    },
    advice: ASKED,
  },
  'command.approves-everything': {
    act: 'review',
    evidence: 'code',
    near: [['approval-setting']],
    within: 0,
    says: {
      en: 'sets an agent so that it asks nobody before it acts',
      zh: '把智能体设置为操作前无需任何人批准',
    },
    advice: ASKED,
  },
  'command.lifts-quarantine': {
    act: 'review',
    evidence: 'code',
    near: [
      ['lifts-quarantine'],
      ['fetches-program', 'saves-file', 'download-order', 'raw-address', 'paste-site'],
    ],
    within: 4,
    says: {
      en: 'takes the mark from a downloaded program by which the system would check it',
      zh: '移除下载程序的隔离标记，使系统不再检查',
    },
    advice: {
      en: 'Use a signed program, or name a package of a registry with its version.',
      zh: '请使用已签名的程序，或带版本的软件包。',
    },
  },
  'command.opens-root': {
    act: 'review',
    evidence: 'code',
    near: [['root-without-password']],
    within: 0,
    says: {
      en: 'lets somebody become administrator without a password',
      zh: '让他人无需密码即可成为管理员',
    },
    advice: ASKED,
  },
  'command.package-from-address': {
    act: 'review',
    evidence: 'code',
    near: [['foreign-package']],
    within: 0,
    says: {
      en: 'installs a package from an address instead of a registry',
      zh: '从网址而非软件源安装软件包',
    },
    advice: {
      en: 'Name a package of a registry with its version.',
      zh: '请改用软件源中带版本的软件包。',
    },
  },
  'command.key-to-stranger': {
    act: 'suspect',
    evidence: 'code',
    near: [['key-to-stranger']],
    within: 0,
    says: {
      en: 'hands the key of one service to the host of another',
      zh: '把某一服务的密钥交给另一主机',
    },
    advice: NEVER,
  },
  'command.gathers-secrets': {
    act: 'suspect',
    evidence: 'code',
    near: [
      ['secret-folder'],
      ['sends', 'sends-file', 'uploads-file', 'send-order', 'sends-elsewhere', 'copy-words'],
    ],
    within: 6,
    says: {
      en: 'packs up folders of keys, wallets or browsers and sends something',
      zh: '打包密钥、钱包或浏览器目录并向外发送',
    },
    advice: NEVER,
  },
  'command.secrets-in-names': {
    act: 'suspect',
    evidence: 'code',
    near: [
      ['dns-carries'],
      ['settings-place', 'secret-place', 'agent-secrets', 'env-sweep', 'secret-folder'],
    ],
    within: 6,
    says: {
      en: 'reads credentials and asks for names of hosts that are made from something',
      zh: '读取凭据并以拼接的主机名进行域名查询',
    },
    advice: NEVER,
  },
  'command.opens-tunnel': {
    act: 'review',
    evidence: 'code',
    near: [['opens-tunnel']],
    within: 0,
    says: { en: 'lets others reach this machine through a tunnel', zh: '通过隧道让他人访问本机' },
    advice: ASKED,
  },
  'command.hooks-repository': {
    act: 'suspect',
    evidence: 'code',
    near: [['hook-write'], ['reads-network', 'sends', 'fetches-program', 'pipe-unknown', 'pipe-strange']],
    within: 3,
    says: {
      en: 'puts a call of a host into what git runs by itself',
      zh: '在 git 自动执行的钩子中加入网络访问',
    },
    advice: NEVER,
  },
  'command.runs-hidden-file': {
    act: 'review',
    evidence: 'code',
    near: [['hidden-temp'], ['fetches-program'], ['makes-executable', 'runs-program']],
    within: 6,
    says: {
      en: 'fetches a program into a hidden file and runs it',
      zh: '把程序下载到隐藏文件并运行',
    },
    advice: NEVER,
  },
  'prose.past-warnings': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['past-warning'],
      ['download-order', 'foreign-program', 'must-first', 'run-order', 'fetches-program', 'disable-defence'],
    ],
    within: 6,
    only: 'prose',
    says: {
      en: 'tells people to go on when their system warns of a program',
      zh: '要求使用者无视系统对程序的警告',
    },
    advice: {
      en: 'Use a signed program, or name a package of a registry with its version.',
      zh: '请使用已签名的程序，或带版本的软件包。',
    },
  },
  'prose.address-in-memory': {
    act: 'suspect',
    evidence: 'prose',
    near: [['memory-address']],
    within: 0,
    says: {
      en: 'writes an address into the lasting memory of an assistant',
      zh: '把网址写入助手的长期记忆',
    },
    advice: ASKED,
  },
  'prose.trust-in-memory': {
    act: 'suspect',
    evidence: 'prose',
    near: [['memory-file'], ['lasting-trust']],
    within: 4,
    only: 'prose',
    says: {
      en: 'writes into the lasting memory of an assistant whom to believe from then on',
      zh: '在助手的长期记忆中写入今后应信任谁',
    },
    advice: ASKED,
  },
  'prose.image-filled-with-talk': {
    act: 'suspect',
    evidence: 'prose',
    near: [['image-filled'], ['fills-with-talk']],
    within: 4,
    only: 'prose',
    says: {
      en: 'has what was said or a secret put into the address of a picture, which carries it out',
      zh: '要求把对话或机密写入图片地址，从而向外传出',
    },
    advice: NEVER,
  },
  'prose.order-in-pieces': {
    act: 'review',
    evidence: 'prose',
    near: [['joins-files']],
    within: 0,
    only: 'prose',
    says: {
      en: 'has an order put together from pieces, so that no file shows it',
      zh: '要求把片段拼成指令再执行，使任何文件都看不出它',
    },
    advice: { en: 'Write in one place what is to be done.', zh: '请把要做的事写在一处。' },
  },
  'prose.image-carries-text': {
    act: 'review',
    evidence: 'prose',
    near: [['image-carries']],
    within: 0,
    only: 'prose',
    says: {
      en: 'has a picture shown whose address carries what was said',
      zh: '要求显示地址中带有内容的图片，从而向外传出',
    },
    advice: ASKED,
  },
  'prose.secret-trigger': {
    act: 'suspect',
    evidence: 'prose',
    near: [['trigger-words'], ['override-order', 'bypass-order', 'hide-order', 'secret-words']],
    within: 1,
    only: 'prose',
    says: {
      en: 'waits for certain words to break its own rules',
      zh: '在出现特定词语时违背自身规则',
    },
    advice: ASKED,
  },
  'command.prints-private-key': {
    act: 'review',
    evidence: 'code',
    near: [['prints-private-key'], ['shows-result', 'send-order', 'sends-elsewhere']],
    within: 1,
    only: 'prose',
    says: { en: 'has a private key or the keys of a browser shown', zh: '要求读取或显示私钥、浏览器密钥' },
    advice: NEVER,
  },
  'command.fixed-mailbox': {
    act: 'review',
    evidence: 'code',
    near: [['fixed-mailbox']],
    within: 0,
    says: {
      en: 'sends to a channel whose key is written into the skill, and so to whoever wrote it',
      zh: '向写死在技能中的频道发送内容，接收者即作者',
    },
    advice: {
      en: 'Let the people who use the skill name their own channel as a secret.',
      zh: '请让使用者以密钥方式填写自己的频道。',
    },
  },
  'prose.foreign-program': {
    act: 'review',
    evidence: 'prose',
    near: [['foreign-program'], ['must-first', 'run-order', 'download-order', 'paste-order']],
    within: 3,
    only: 'prose',
    says: {
      en: 'has a program installed by hand from a host that nobody knows',
      zh: '要求从不知名主机手动安装程序',
    },
    advice: {
      en: 'Name a package of a registry with its version.',
      zh: '请改用软件源中带版本的软件包。',
    },
  },
  'prose.asks-payment': {
    act: 'suspect',
    evidence: 'prose',
    near: [['asks-payment']],
    within: 0,
    says: { en: 'has money sent before it works', zh: '要求先转账才能使用' },
    advice: ASKED,
  },
  'command.takes-orders': {
    act: 'suspect',
    evidence: 'code',
    near: [['takes-orders'], ['polls'], ['reads-network']],
    within: 5,
    only: 'code',
    says: {
      en: 'asks a host again and again what to run',
      zh: '反复向主机查询要执行的内容',
    },
    advice: NEVER,
  },
  'command.replaces-command': {
    act: 'review',
    evidence: 'code',
    near: [['replaces-command']],
    within: 0,
    says: { en: 'puts a program of its own under the name of another', zh: '以自带程序冒充系统命令' },
    advice: NEVER,
  },
  'command.adds-authority': {
    act: 'review',
    evidence: 'code',
    near: [['adds-authority'], ['reads-network', 'fetches-program', 'saves-file', 'download-order']],
    within: 3,
    says: {
      en: 'adds an authority that the whole system trusts',
      zh: '添加整个系统信任的证书颁发机构',
    },
    advice: ASKED,
  },
}
