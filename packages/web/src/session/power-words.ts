import { defineWords, useWords } from '../language/words.ts'

/** What roles and keys allow, in the order in which it is offered. */
export const SCOPES = [
  'model',
  'service',
  'knowledge',
  'conversations',
  'skills',
  'requests',
  'keys',
  'people',
  'audit',
  'scim',
  'tenants',
] as const

/** What some roles allow besides scopes. */
export const PRIVILEGES = ['settings', 'requests-of-all', 'content-of-all', 'keys-of-all'] as const

/** Each in a word or two, for chips and choices. */
export const scopeWords = defineWords('scope', {
  '*': { en: 'everything its maker may', zh: '创建者有权做的一切' },
  model: { en: 'models', zh: '模型' },
  service: { en: 'services', zh: '服务' },
  knowledge: { en: 'documents', zh: '文档' },
  conversations: { en: 'conversations', zh: '对话' },
  skills: { en: 'skills', zh: '技能' },
  requests: { en: 'requests', zh: '请求' },
  keys: { en: 'API keys', zh: 'API 密钥' },
  people: { en: 'people', zh: '人员' },
  audit: { en: 'the record', zh: '审计记录' },
  scim: { en: 'a directory over SCIM', zh: '经 SCIM 的目录' },
  tenants: { en: 'tenants', zh: '租户' },
})

/** Each as what somebody may do. */
export const powerWords = defineWords('power', {
  model: { en: 'Ask models', zh: '向模型提问' },
  service: { en: 'Use services behind the gateway', zh: '使用网关后面的服务' },
  knowledge: { en: 'Read and add documents', zh: '阅读和添加文档' },
  conversations: { en: 'Chat, and keep conversations', zh: '对话并保存对话' },
  skills: { en: 'Run skills', zh: '运行技能' },
  requests: { en: 'See requests and what they cost', zh: '查看请求及其费用' },
  keys: { en: 'Make API keys', zh: '创建 API 密钥' },
  people: { en: 'Look after people, groups and service accounts', zh: '管理人员、群组和服务账户' },
  audit: { en: 'Read the record of what was done', zh: '阅读审计记录' },
  scim: { en: 'Let a directory look after people', zh: '让目录管理人员' },
  tenants: { en: 'Look after tenants', zh: '管理租户' },
  settings: { en: 'Change settings, targets, rules and policies', zh: '更改设置、目标、路由规则和策略' },
  'requests-of-all': { en: 'See the requests of everybody', zh: '查看所有人的请求' },
  'content-of-all': {
    en: 'Open what others sent; each time stands on record',
    zh: '打开他人发送的内容，每次都有记录',
  },
  'keys-of-all': { en: 'Look after everybody’s API keys', zh: '管理所有人的 API 密钥' },
})

const roleWords = defineWords('role', {
  owner: { en: 'Owner', zh: '所有者' },
  admin: { en: 'Administrator', zh: '管理员' },
  'break-glass': { en: 'Break-glass', zh: '应急账户' },
  'security-officer': { en: 'Security officer', zh: '安全官' },
  auditor: { en: 'Auditor', zh: '审计员' },
  member: { en: 'Member', zh: '成员' },
  guest: { en: 'Guest', zh: '访客' },
})

const named = <Key extends string>(texts: Readonly<Record<Key, unknown>>, key: string): key is Key =>
  Object.hasOwn(texts, key)

/** Ours have words; what the operator made stands as it is. */
export function useNames(): {
  readonly role: (role: string) => string
  readonly scope: (scope: string) => string
  readonly power: (power: string) => string
} {
  const [roles, scopes, powers] = [useWords(roleWords), useWords(scopeWords), useWords(powerWords)]
  return {
    role: (role) => (named(roleWords.texts, role) ? roles(role) : role),
    scope: (scope) => (named(scopeWords.texts, scope) ? scopes(scope) : scope),
    power: (power) => (named(powerWords.texts, power) ? powers(power) : power),
  }
}
