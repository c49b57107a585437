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

/** Where it is done, where that is a screen. */
export const setupPlaces: Readonly<Partial<Record<SetupId, string>>> = {
  'second-factor': '/account',
  'second-administrator': '/admin/people',
  target: '/start',
  'emergency-access': '/admin/emergency',
  'single-sign-on': '/admin/sign-in',
  'root-key': '/admin/encryption',
  witness: '/admin/audit',
  leaving: '/trust/simulator',
  documents: '/knowledge',
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
