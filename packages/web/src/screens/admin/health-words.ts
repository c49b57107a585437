import type { HealthView } from '@freehold/sdk'
import { defineWords } from '../../language/words.ts'

type SetupId = HealthView['setup'][number]['id']
type LineId = HealthView['lines'][number]['id']

export const setupWords = defineWords('setup', {
  'second-factor': { en: 'A second factor for the owner', zh: '为所有者启用第二验证因素' },
  'second-administrator': { en: 'A second administrator', zh: '第二位管理员' },
  'emergency-access': { en: 'A way in for emergencies', zh: '紧急访问方式' },
  'root-key': { en: 'A copy of the root key', zh: '根密钥的副本' },
  transport: { en: 'TLS', zh: 'TLS 加密传输' },
  target: { en: 'A model', zh: '接入模型' },
  leaving: { en: 'What may leave, and how', zh: '哪些内容可以离开、以何种形式' },
  documents: { en: 'Documents of your own', zh: '您自己的文档' },
  'single-sign-on': { en: 'Sign-in with your identity provider', zh: '通过身份提供方登录' },
  witness: { en: 'A witness of the audit log', zh: '审计日志的见证者' },
} satisfies Record<SetupId, { en: string; zh: string }>)

/** What to do where it is open. */
export const setupHelp = defineWords('setup-help', {
  'second-factor': {
    en: 'Everybody who administers should sign in with a passkey or an authenticator app as well.',
    zh: '每位管理员都应同时使用通行密钥或身份验证器应用登录。',
  },
  'second-administrator': {
    en: 'Invite a second person who can look after it when the first one cannot.',
    zh: '请邀请第二个人，以便第一位管理员无法处理时接手。',
  },
  'emergency-access': {
    en: 'Arm the emergency account and put its code into a safe place.',
    zh: '请启用应急账户，并把代码存放在安全的地方。',
  },
  'root-key': {
    en: 'The root key is a file of this machine: without it nothing can be read any more. Keep a copy elsewhere; nobody here can see whether there is one.',
    zh: '根密钥是本机上的一个文件：没有它，任何内容都将无法读取。请在别处保存副本；系统无法得知副本是否存在。',
  },
  transport: {
    en: 'Other machines connect without TLS. Set tls in the configuration.',
    zh: '其他机器未通过 TLS 连接。请在配置中设置 tls。',
  },
  target: {
    en: 'Connect a model on this machine, in your network, or a managed one.',
    zh: '请接入本机、内网或托管的模型。',
  },
  leaving: {
    en: 'A managed target is there, and no rule leads to it. Say which classes may leave, and what is masked.',
    zh: '已有托管目标，但没有规则指向它。请说明哪些级别可以离开、如何脱敏。',
  },
  documents: {
    en: 'Add documents of your own, so that they can be asked about.',
    zh: '请添加您自己的文档，以便提问。',
  },
  'single-sign-on': {
    en: 'Connect your identity provider in the configuration, so that people use the account that they have.',
    zh: '请在配置中连接身份提供方，让人们使用已有的账户。',
  },
  witness: {
    en: 'Name a witness in the configuration (audit.witnesses) that keeps checkpoints of the log outside.',
    zh: '请在配置（audit.witnesses）中指定外部见证者，由其保存日志检查点。',
  },
} satisfies Record<SetupId, { en: string; zh: string }>)

/** Where it is done, where that is a screen. */
export const setupPlaces: Readonly<Partial<Record<SetupId, string>>> = {
  'second-factor': '/account',
  'second-administrator': '/admin/people',
  target: '/start',
  'emergency-access': '/admin/emergency',
  'single-sign-on': '/admin/sign-in',
  'root-key': '/admin/encryption',
  witness: '/admin/audit',
  leaving: '/admin/routes',
  transport: '/admin/settings',
  documents: '/knowledge',
}

/** Where something can be done about it, where that is a screen. */
export const linePlaces: Readonly<Partial<Record<LineId, string>>> = {
  configuration: '/admin/settings',
  targets: '/admin/targets',
  'audit-log': '/admin/audit',
  'audit-delivery': '/admin/audit',
  detectors: '/admin/desensitising',
  keys: '/admin/encryption',
  emergency: '/admin/emergency',
}

export const lineWords = defineWords('health-line', {
  database: { en: 'Database', zh: '数据库' },
  objects: { en: 'Object store', zh: '对象存储' },
  disk: { en: 'Disk', zh: '磁盘' },
  records: { en: 'Records of requests', zh: '请求记录' },
  'audit-log': { en: 'Audit log', zh: '审计日志' },
  'audit-delivery': { en: 'Delivery of audit events', zh: '审计事件投递' },
  configuration: { en: 'Configuration', zh: '配置' },
  certificates: { en: 'Certificates', zh: '证书' },
  targets: { en: 'Targets', zh: '目标' },
  detectors: { en: 'Detectors', zh: '检测器' },
  skills: { en: 'Skills', zh: '技能' },
  keys: { en: 'Encryption keys', zh: '加密密钥' },
  emergency: { en: 'Emergency access', zh: '紧急访问' },
} satisfies Record<LineId, { en: string; zh: string }>)
