import type { Rule } from '../rule.ts'

const DECLARE = {
  en: 'Declare it in the manifest, or remove it: what is not declared is refused when the skill runs.',
  zh: '请在清单中声明或删除；未声明的访问在运行时会被拒绝。',
}

/** Manifest, what is declared against what is used, secrets, obfuscation, dependencies and names. */
export const OTHER_RULES: Readonly<Record<string, Rule>> = {
  'manifest.missing': {
    act: 'review',
    evidence: 'declared',
    says: { en: 'neither skill.yaml nor SKILL.md is there', zh: '缺少 skill.yaml 或 SKILL.md' },
    advice: {
      en: 'Write a skill.yaml: freehold skill init.',
      zh: '请编写 skill.yaml：freehold skill init。',
    },
  },
  'manifest.invalid': {
    act: 'block',
    evidence: 'declared',
    says: { en: 'the manifest cannot be read', zh: '清单无法解析' },
    advice: { en: 'Mend what the finding names.', zh: '请修正所指出的问题。' },
  },
  'manifest.questionable': {
    act: 'review',
    evidence: 'declared',
    says: {
      en: 'the manifest says something that a person should look at',
      zh: '清单中有需要人工查看的内容',
    },
    advice: {
      en: 'Change what the finding names, or give the reviewer the reason.',
      zh: '请修改所指出的内容，或向审核者说明理由。',
    },
  },
  'declared.host': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'declared',
    says: { en: 'code reaches for a host that is not declared', zh: '代码访问未声明的主机' },
    advice: DECLARE,
  },
  'declared.bare-address': {
    act: 'suspect',
    evidence: 'declared',
    says: { en: 'code reaches for a bare address that is not declared', zh: '代码访问未声明的裸 IP 地址' },
    advice: DECLARE,
  },
  'declared.host-in-text': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'declared',
    says: {
      en: 'a command in a text reaches for a host that is not declared',
      zh: '文本中的命令访问未声明的主机',
    },
    advice: DECLARE,
  },
  'declared.missing-program': {
    act: 'note',
    evidence: 'prose',
    says: {
      en: 'has a script run that lies elsewhere on the machine and is not part of the package',
      zh: '要求运行位于机器其他位置且不在软件包内的脚本',
    },
    advice: {
      en: 'Ship the script, or name the package that brings it: what is not there was not checked.',
      zh: '请随包附带该脚本或注明其来源；不在包内的内容未经检查。',
    },
  },
  'declared.environment': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'declared',
    says: {
      en: 'reads a variable of the environment, which is empty for skills',
      zh: '读取环境变量（技能环境为空）',
    },
    advice: { en: 'Declare a secret; the broker adds it to requests.', zh: '请声明机密，由代理添加到请求。' },
  },
  'declared.path': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'declared',
    says: { en: 'code names a path of the machine that is not declared', zh: '代码使用未声明的系统路径' },
    advice: DECLARE,
  },
  'declared.program': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'declared',
    says: { en: 'starts programs and declares no process', zh: '启动程序但未声明 process' },
    advice: DECLARE,
  },
  'openapi.no-security': {
    act: 'review',
    evidence: 'declared',
    says: { en: 'an included operation asks for no authentication', zh: '所含操作未要求认证' },
    advice: {
      en: 'Add `security` to the operation, or `auth` to the manifest.',
      zh: '请为操作添加 security，或在清单添加 auth。',
    },
  },
  'openapi.plain-http': {
    act: 'review',
    evidence: 'declared',
    says: { en: 'the document names a server with plain http', zh: '文档中的服务器使用明文 http' },
    advice: { en: 'Use https.', zh: '请使用 https。' },
  },
  'secret.key': {
    act: 'review',
    evidence: 'code',
    says: { en: 'a key or token stands in the skill', zh: '技能中含有密钥或令牌' },
    advice: { en: 'Revoke it, remove it, and declare a secret instead.', zh: '请吊销并删除，改为声明机密。' },
  },
  'secret.assigned': {
    act: 'note',
    evidence: 'code',
    says: { en: 'something that is named like a secret has a value', zh: '名称类似机密的变量含有值' },
    advice: { en: 'Make sure that it is an example.', zh: '请确认其为示例。' },
  },
  'hidden.command': {
    act: 'block',
    evidence: 'code',
    says: { en: 'encoded text that decodes to a harmful command', zh: '编码文本解码后为有害命令' },
    advice: { en: 'Remove it.', zh: '请删除。' },
  },
  'hidden.address': {
    act: 'suspect',
    evidence: 'code',
    says: { en: 'encoded text that decodes to an address or a command', zh: '编码文本解码后为地址或命令' },
    advice: { en: 'Write it plainly.', zh: '请以明文书写。' },
  },
  'hidden.blob': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'a long encoded text in code', zh: '代码中含有较长的编码文本' },
    advice: { en: 'Ship data as a file of its own.', zh: '请把数据作为单独文件附带。' },
  },
  'hidden.packed-code': {
    act: 'suspect',
    evidence: 'code',
    says: { en: 'code that was made unreadable', zh: '经混淆的代码' },
    advice: { en: 'Ship what was written.', zh: '请附带原始代码。' },
  },
  'supply.binary': {
    act: 'review',
    evidence: 'supply',
    says: { en: 'a program in machine code, which nobody can read', zh: '含机器码程序，无法审读' },
    advice: {
      en: 'Ship its source, or declare process: binary and say where it comes from.',
      zh: '请附带源码，或声明 process: binary 并说明来源。',
    },
  },
  'supply.archive': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'supply',
    says: { en: 'an archive whose content is not checked', zh: '含未检查内容的压缩包' },
    advice: { en: 'Ship the files themselves.', zh: '请直接附带文件。' },
  },
  'supply.install-script': {
    act: 'review',
    evidence: 'supply',
    says: { en: 'a script runs when the package is installed', zh: '安装软件包时会运行脚本' },
    advice: { en: 'Remove it; installing a skill runs nothing.', zh: '请删除；安装技能不会运行任何脚本。' },
  },
  'supply.hostile-install-script': {
    act: 'block',
    evidence: 'supply',
    says: {
      en: 'what runs at installation fetches, decodes or sends something',
      zh: '安装脚本会下载、解码或外发内容',
    },
    advice: { en: 'Remove it.', zh: '请删除。' },
  },
  'supply.foreign-source': {
    act: 'review',
    evidence: 'supply',
    says: {
      en: 'a dependency comes from a repository or an address instead of a registry',
      zh: '依赖来自仓库或地址而非软件源',
    },
    advice: { en: 'Use a registry and a version.', zh: '请使用软件源并指定版本。' },
  },
  'supply.unpinned': {
    act: 'note',
    evidence: 'supply',
    says: {
      en: 'dependencies are not pinned by a lock file with integrity',
      zh: '依赖未由带完整性校验的锁文件固定',
    },
    advice: { en: 'Ship the lock file.', zh: '请附带锁文件。' },
  },
  'supply.foreign-registry': {
    act: 'review',
    evidence: 'supply',
    says: {
      en: 'the lock file fetches packages from another place than the registry',
      zh: '锁文件从非官方源获取软件包',
    },
    advice: { en: 'Use the public registry or vendor the package.', zh: '请使用公共源或随包附带。' },
  },
  'supply.imitated-package': {
    act: 'suspect',
    evidence: 'supply',
    says: { en: 'the name of a dependency imitates a well-known one', zh: '依赖名称仿冒知名软件包' },
    advice: { en: 'Correct the name.', zh: '请更正名称。' },
  },
  'supply.licence': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'supply',
    says: {
      en: 'the licence is not on the list of those that may be passed on',
      zh: '许可证不在允许分发的列表中',
    },
    advice: {
      en: 'Name an SPDX licence of the list, or ask your certifier.',
      zh: '请使用列表中的 SPDX 许可证，或联系认证方。',
    },
  },
  'name.imitates-skill': {
    act: 'suspect',
    evidence: 'supply',
    says: { en: 'the name imitates a well-known skill', zh: '名称仿冒知名技能' },
    advice: { en: 'Take a name of your own.', zh: '请使用自己的名称。' },
  },
  'name.imitates-publisher': {
    act: 'suspect',
    evidence: 'supply',
    says: { en: 'the publisher imitates a well-known one', zh: '发布者名称仿冒知名发布者' },
    advice: { en: 'Publish under your own name.', zh: '请使用自己的发布者名称。' },
  },
}

/** What a run in the strong sandbox shows. */
export const DYNAMIC_RULES: Readonly<Record<string, Rule>> = {
  'dynamic.refused': {
    act: 'review',
    evidence: 'dynamic',
    says: {
      en: 'no sandbox of this machine passes its self-test, so nothing was run',
      zh: '本机没有通过自检的沙箱，未进行动态检查',
    },
    advice: {
      en: 'Check it on a machine with bubblewrap and strace.',
      zh: '请在具备 bubblewrap 与 strace 的机器上检查。',
    },
  },
  'dynamic.canary-read': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'opened a file that only looks like credentials', zh: '打开了伪装成凭据的诱饵文件' },
    advice: { en: 'Remove what reads it.', zh: '请删除读取它的代码。' },
  },
  'dynamic.canary-leaked': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'gave away a secret that was planted for it', zh: '泄露了植入的诱饵机密' },
    advice: {
      en: 'Secrets are for the broker only; remove what passes them on.',
      zh: '机密仅供代理使用，请删除传递它的代码。',
    },
  },
  'dynamic.connects': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'tried to connect by itself', zh: '试图自行联网' },
    advice: { en: 'Go through the broker.', zh: '请经由代理访问。' },
  },
  'dynamic.undeclared-request': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'asked the broker for a host that is not declared', zh: '向代理请求未声明的主机' },
    advice: DECLARE,
  },
  'dynamic.undeclared-file': {
    act: 'review',
    evidence: 'dynamic',
    says: { en: 'opened a file of the machine that is not declared', zh: '打开了未声明的系统文件' },
    advice: DECLARE,
  },
  'dynamic.starts-program': {
    act: 'suspect',
    evidence: 'dynamic',
    says: { en: 'started a program and declares no process', zh: '启动程序但未声明 process' },
    advice: DECLARE,
  },
  'dynamic.listens': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'opened a listener', zh: '打开了监听端口' },
    advice: { en: 'A skill never listens.', zh: '技能不得监听。' },
  },
  'dynamic.answers-anyone': {
    act: 'block',
    evidence: 'dynamic',
    says: {
      en: 'serves whoever knocks, without a credential or with a wrong one',
      zh: '对没有凭据或凭据错误的请求者也提供服务',
    },
    advice: {
      en: 'Expose an operation under `exposes` instead; the platform asks who calls.',
      zh: '请改用 exposes 公开操作，由平台核实调用者身份。',
    },
  },
  'dynamic.exposed-to-anyone': {
    act: 'block',
    evidence: 'dynamic',
    says: {
      en: 'an exposed operation is reached by a caller whom the platform does not know',
      zh: '平台不认识的调用者可以调用公开的操作',
    },
    advice: {
      en: 'Install nothing on this version of the platform before it refuses such callers.',
      zh: '在平台拒绝此类调用者之前，请勿在该版本上安装任何技能。',
    },
  },
  'dynamic.test-failed': {
    act: 'block',
    evidence: 'dynamic',
    says: { en: 'one of its own tests fails', zh: '自带测试未通过' },
    advice: { en: 'Mend it.', zh: '请修复。' },
  },
  'dynamic.crashes': {
    act: 'review',
    evidence: 'dynamic',
    says: { en: 'crashes for an input that its schema allows', zh: '对符合模式的输入崩溃' },
    advice: { en: 'Mend it, or narrow the schema.', zh: '请修复或收紧模式。' },
  },
  'dynamic.hangs': {
    act: 'review',
    evidence: 'dynamic',
    says: { en: 'does not end within its limits', zh: '未在限制内结束' },
    advice: { en: 'Mend it, or raise `limits`.', zh: '请修复或提高 limits。' },
  },
  'dynamic.wrong-output': {
    act: 'review',
    evidence: 'dynamic',
    says: { en: 'answers what its output schema does not allow', zh: '输出不符合输出模式' },
    advice: { en: 'Mend one of the two.', zh: '请修正其一。' },
  },
}
