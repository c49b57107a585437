import { defineWords, say } from '../../language/words.ts'
import type { ColumnGroup } from '../../shell/column-links.tsx'

const words = defineWords('people-links', {
  title: { en: 'Who comes in', zh: '人员与准入' },
  people: { en: 'People', zh: '人员' },
  groups: { en: 'Groups and roles', zh: '群组与角色' },
  services: { en: 'Service accounts', zh: '服务账户' },
  keys: { en: 'API keys', zh: 'API 密钥' },
  signIn: { en: 'Sign-in and directory', zh: '登录与目录' },
  policies: { en: 'Policies', zh: '策略' },
  tenants: { en: 'Tenants', zh: '租户' },
  emergency: { en: 'Emergency access', zh: '应急访问' },
})

type Link = readonly [to: `/admin/${string}`, title: keyof typeof words.texts, powers: readonly string[]]

const LINKS: readonly Link[] = [
  ['/admin/people', 'people', ['people']],
  ['/admin/groups', 'groups', ['people']],
  ['/admin/service-accounts', 'services', ['people']],
  ['/admin/api-keys', 'keys', ['keys', 'keys-of-all']],
  ['/admin/sign-in', 'signIn', ['people']],
  ['/admin/policies', 'policies', ['settings']],
  ['/admin/tenants', 'tenants', ['tenants']],
  ['/admin/emergency', 'emergency', ['people']],
]

/** The screens about who comes in and what they may do; each needs all of its powers. */
export const peopleLinks = (powers: readonly string[]): ColumnGroup => ({
  title: say(words, 'title'),
  links: LINKS.filter(([, , needed]) => needed.every((power) => powers.includes(power))).map(
    ([to, title]) => ({ to, title: say(words, title) }),
  ),
})
