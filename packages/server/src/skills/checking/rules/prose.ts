import type { NearRule } from '../rule.ts'

const REMOVE = {
  en: 'Remove it. A skill says what it does; it gives no orders behind the back of who uses it.',
  zh: '请删除。技能应说明自己做什么，不得背着使用者下达指令。',
}
const PUBLISH = {
  en: 'Name a package of a registry, or ship the file inside the skill, so that what runs is what was reviewed.',
  zh: '请改用软件源中的包，或把文件放进技能包内，使运行的内容与审核的内容一致。',
}

/** What texts for people and models must not say. */
export const PROSE_RULES: Readonly<Record<string, NearRule>> = {
  'prose.hidden-from-user': {
    act: 'suspect',
    evidence: 'prose',
    near: [['hide-order']],
    within: 0,
    says: { en: 'tells the model to hide something from the user', zh: '要求模型向用户隐瞒' },
    advice: REMOVE,
  },
  'prose.hidden-and-sent': {
    act: 'block',
    evidence: 'prose',
    near: [
      ['hide-order'],
      ['send-order', 'uploads-file', 'exfil-host', 'secret-place'],
      ['secret-words', 'secret-place', 'settings-place', 'uploads-file', 'exfil-host', 'raw-address'],
    ],
    within: 4,
    says: { en: 'orders to send something away and to hide it', zh: '要求把内容外发并向用户隐瞒' },
    advice: REMOVE,
  },
  'prose.overrides-instructions': {
    act: 'suspect',
    evidence: 'prose',
    near: [['override-order']],
    within: 0,
    says: {
      en: 'tries to replace the instructions that the model already has',
      zh: '试图覆盖模型已有的指令',
    },
    advice: REMOVE,
  },
  'prose.override-and-act': {
    act: 'block',
    evidence: 'prose',
    near: [
      ['override-order'],
      ['send-order', 'uploads-file', 'exfil-host', 'hide-order'],
      ['secret-words', 'secret-place', 'settings-place', 'exfil-host', 'raw-address', 'hide-order'],
    ],
    within: 5,
    says: {
      en: 'overrides the instructions of the model and orders to send secrets',
      zh: '覆盖模型指令并要求外发机密',
    },
    advice: REMOVE,
  },
  'prose.secrets-sent': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['send-order', 'uploads-file'],
      ['secret-words', 'secret-place', 'settings-place', 'env-sweep'],
    ],
    within: 1,
    says: {
      en: 'orders to send credentials or a conversation to an address',
      zh: '要求把凭据或对话发送到某地址',
    },
    advice: REMOVE,
  },
  'prose.secret-file-sent': {
    act: 'block',
    evidence: 'prose',
    near: [
      ['secret-place', 'settings-place'],
      ['uploads-file', 'exfil-host', 'raw-address', 'send-order'],
      ['uploads-file', 'send-order', 'exfil-host'],
    ],
    within: 3,
    says: { en: 'orders to send a file that holds credentials', zh: '要求发送存有凭据的文件' },
    advice: REMOVE,
  },
  'prose.tool-shadowing': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['tool-shadow'],
      ['secret-place', 'settings-place', 'secret-words', 'hide-order', 'send-order', 'override-order'],
    ],
    within: 4,
    says: { en: 'changes how other tools are used', zh: '干预其他工具的使用方式' },
    advice: {
      en: 'Describe this tool only. What other tools do is theirs to say.',
      zh: '只描述本工具，其他工具的行为由其自身说明。',
    },
  },
  'prose.tool-poisoning': {
    act: 'block',
    evidence: 'prose',
    near: [
      ['tool-shadow'],
      ['secret-place', 'settings-place'],
      ['hide-order', 'send-order', 'override-order', 'tool-shadow'],
    ],
    within: 6,
    says: {
      en: 'a tool description that fetches secrets by way of an argument',
      zh: '工具描述借参数窃取机密',
    },
    advice: REMOVE,
  },
  'prose.tool-first': {
    act: 'review',
    evidence: 'prose',
    near: [['tool-first']],
    within: 0,
    says: { en: 'demands to be called before every other tool', zh: '要求先于所有其他工具被调用' },
    advice: {
      en: 'Let the description say when it is wanted; the platform chooses.',
      zh: '在描述中说明适用场景，由平台选择。',
    },
  },
  'prose.fake-prerequisite': {
    act: 'suspect',
    evidence: 'prose',
    near: [['must-first'], ['download-order'], ['run-order', 'paste-order']],
    within: 8,
    only: 'prose',
    says: {
      en: 'demands to download and run a program before the skill can be used',
      zh: '要求在使用前下载并运行程序',
    },
    advice: PUBLISH,
  },
  'prose.locked-archive': {
    act: 'block',
    evidence: 'prose',
    near: [['locked-archive'], ['download-order'], ['run-order', 'must-first', 'paste-order']],
    within: 8,
    only: 'prose',
    says: {
      en: 'a download in an archive with a password, which hides it from scanners, that is to be run',
      zh: '要求运行带密码压缩包中的程序，以规避扫描',
    },
    advice: PUBLISH,
  },
  'prose.paste-and-run': {
    act: 'block',
    evidence: 'prose',
    near: [
      ['paste-site', 'raw-address'],
      ['paste-order', 'run-order'],
    ],
    within: 6,
    only: 'prose',
    says: {
      en: 'a command from a paste site, a tunnel or a bare address is to be run in a terminal',
      zh: '要求在终端运行来自粘贴站、隧道或裸地址的命令',
    },
    advice: PUBLISH,
  },
  'prose.strange-download': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['paste-site', 'raw-address'],
      ['must-first', 'download-order', 'fetches-program'],
    ],
    within: 5,
    only: 'prose',
    says: {
      en: 'something is to be fetched from a paste site, a tunnel or a bare address',
      zh: '要求从粘贴站、隧道或裸地址获取内容',
    },
    advice: PUBLISH,
  },
  'prose.disables-protection': {
    act: 'suspect',
    evidence: 'prose',
    near: [['disable-defence']],
    within: 0,
    says: { en: 'asks to switch off protection of the machine', zh: '要求关闭系统安全防护' },
    advice: { en: 'Nothing that is honest needs that; remove it.', zh: '正当软件无需如此，请删除。' },
  },
  'prose.remote-instructions': {
    act: 'suspect',
    evidence: 'prose',
    near: [['polls-orders']],
    within: 0,
    says: {
      en: 'orders the model to fetch instructions from the network and to follow them',
      zh: '要求模型从网络获取指令并照做',
    },
    advice: {
      en: 'Ship the instructions inside the skill, so that they are reviewed and pinned.',
      zh: '请把指令放进技能包内，使其可审核且固定。',
    },
  },
  'prose.memory-poisoning': {
    act: 'suspect',
    evidence: 'prose',
    near: [
      ['memory-write'],
      ['override-order', 'hide-order', 'send-order', 'secret-words', 'polls-orders', 'exfil-host'],
    ],
    within: 6,
    says: { en: 'plants orders into the lasting memory of an assistant', zh: '向助手的长期记忆植入指令' },
    advice: REMOVE,
  },
  'prose.hidden-comment': {
    act: 'suspect',
    evidence: 'prose',
    near: [['html-comment-order']],
    within: 0,
    says: {
      en: 'an HTML comment, which readers do not see, holds orders for the model',
      zh: '读者看不到的 HTML 注释中含有给模型的指令',
    },
    advice: { en: 'Say it openly or remove it.', zh: '请公开写明或删除。' },
  },
  'prose.hidden-letters': {
    act: 'block',
    evidence: 'prose',
    near: [['unicode-tags']],
    within: 0,
    says: {
      en: 'letters that cannot be seen and that models read (Unicode tags)',
      zh: '含有不可见但模型可读的字符（Unicode 标签）',
    },
    advice: { en: 'Remove them.', zh: '请删除。' },
  },
  'prose.invisible-characters': {
    act: 'suspect',
    evidence: 'prose',
    near: [['invisible-run']],
    within: 0,
    says: { en: 'a run of characters without width hides something', zh: '连续的零宽字符，可能隐藏内容' },
    advice: { en: 'Remove them.', zh: '请删除。' },
  },
  'prose.turned-text': {
    act: 'suspect',
    evidence: 'prose',
    near: [['bidi-override']],
    within: 0,
    says: {
      en: 'characters that turn the direction of a text show another text than is read',
      zh: '双向控制字符使显示内容与实际内容不同',
    },
    advice: { en: 'Remove them (CVE-2021-42574).', zh: '请删除（CVE-2021-42574）。' },
  },
  'prose.mixed-letters': {
    act: 'review',
    evidence: 'prose',
    near: [['mixed-script']],
    within: 0,
    says: {
      en: 'a word mixes letters of several scripts that look alike',
      zh: '单词混用外形相似的不同文字字母',
    },
    advice: { en: 'Write it in one script.', zh: '请使用同一种文字书写。' },
  },
}
