import type { NearRule, Rule } from '../rule.ts'

const DECLARE_PROCESS = {
  en: 'Declare permissions.process and run the skill in the strong sandbox, or do without.',
  zh: '请声明 permissions.process 并在强沙箱中运行，或改用其他方式。',
}
const NO_LISTENER = {
  en: 'A skill never listens. Expose an operation under `exposes`; the platform authenticates who calls.',
  zh: '技能不得监听端口。请用 exposes 公开操作，由平台负责认证。',
}
const PLAIN = { en: 'Write plainly what is meant.', zh: '请直接写明意图。' }

/** What the tree of a script shows. */
export const CODE_RULES: Readonly<Record<string, Rule>> = {
  'code.syntax': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: {
      en: 'a script that cannot be parsed, so that it was searched as text only',
      zh: '脚本无法解析，仅按文本检查',
    },
    advice: { en: 'Mend it.', zh: '请修正语法。' },
  },
  'code.not-parsed': {
    act: 'note',
    evidence: 'code',
    says: {
      en: 'a script with markup inside, which was searched as text only',
      zh: '含标记的脚本，仅按文本检查',
    },
    advice: { en: 'Ship what it compiles to.', zh: '请附带编译后的文件。' },
  },
  'code.listens': {
    act: 'review',
    evidence: 'code',
    says: { en: 'opens a listener', zh: '打开监听端口' },
    advice: NO_LISTENER,
  },
  'code.open-route': {
    act: 'review',
    evidence: 'code',
    says: { en: 'answers whoever asks, without asking who it is', zh: '对任何请求者响应而不认证身份' },
    advice: NO_LISTENER,
  },
  'code.spawns': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'starts other programs', zh: '启动其他程序' },
    advice: DECLARE_PROCESS,
  },
  'code.shell-injection': {
    act: 'review',
    evidence: 'code',
    says: { en: 'puts a command line together from values', zh: '由变量拼接命令行' },
    advice: { en: 'Give the arguments as a list, without a shell.', zh: '请以列表传递参数，不经过 shell。' },
  },
  'code.query-injection': {
    act: 'review',
    evidence: 'code',
    says: { en: 'puts a database query together from values', zh: '由变量拼接数据库查询' },
    advice: { en: 'Use parameters.', zh: '请使用参数化查询。' },
  },
  'code.evaluates': {
    act: 'review',
    evidence: 'code',
    says: { en: 'evaluates text as code', zh: '把文本当作代码执行' },
    advice: PLAIN,
  },
  'code.computed-import': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'loads a module whose name is only known when it runs', zh: '加载运行时才确定名称的模块' },
    advice: PLAIN,
  },
  'code.native': {
    act: 'review',
    evidence: 'code',
    says: { en: 'loads native code', zh: '加载原生代码' },
    advice: DECLARE_PROCESS,
  },
  'code.environment': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'goes through the environment as a whole', zh: '遍历整个环境变量表' },
    advice: { en: 'Read what is needed by its name.', zh: '请按名称读取所需变量。' },
  },
  'code.raw-socket': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'opens sockets by itself', zh: '自行打开套接字' },
    advice: {
      en: 'Use fetch; the broker dials what is declared.',
      zh: '请使用 fetch，由代理访问已声明的主机。',
    },
  },
  'code.prototype': {
    act: 'review',
    inPrompt: 'note',
    evidence: 'code',
    says: { en: 'changes what all objects share', zh: '修改所有对象共享的原型' },
    advice: PLAIN,
  },
  'code.escape': {
    act: 'suspect',
    evidence: 'code',
    says: { en: 'reaches for the world outside a sandbox', zh: '试图触及沙箱之外' },
    advice: PLAIN,
  },
  'code.disguised': {
    act: 'suspect',
    evidence: 'code',
    says: { en: 'puts the name of a dangerous function together from pieces', zh: '拼接出危险函数的名称' },
    advice: PLAIN,
  },
}

/** The same for languages that are searched line by line. */
export const LINE_RULES: Readonly<Record<string, NearRule>> = {
  'code.python-listens': {
    act: 'review',
    evidence: 'code',
    near: [['py-listener']],
    within: 0,
    only: 'code',
    says: { en: 'opens a listener', zh: '打开监听端口' },
    advice: NO_LISTENER,
  },
  'code.python-shell-injection': {
    act: 'review',
    evidence: 'code',
    near: [['py-shell-injection']],
    within: 0,
    only: 'code',
    says: { en: 'puts a command line together from values', zh: '由变量拼接命令行' },
    advice: { en: 'Give the arguments as a list, without a shell.', zh: '请以列表传递参数，不经过 shell。' },
  },
  'code.python-query-injection': {
    act: 'review',
    evidence: 'code',
    near: [['py-query-injection']],
    within: 0,
    only: 'code',
    says: { en: 'puts a database query together from values', zh: '由变量拼接数据库查询' },
    advice: { en: 'Use parameters.', zh: '请使用参数化查询。' },
  },
  'code.python-evaluates': {
    act: 'review',
    evidence: 'code',
    near: [['py-eval']],
    within: 0,
    only: 'code',
    says: { en: 'evaluates text or foreign data as code', zh: '把文本或外来数据当作代码执行' },
    advice: PLAIN,
  },
}
