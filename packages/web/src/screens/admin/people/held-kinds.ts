import { defineWords, say } from '../../../language/words.ts'

/** By room and kind, as the server counts what it holds of a person. */
const words = defineWords('held-kinds', {
  'assistant.conversation': { en: 'Conversations', zh: '对话' },
  'assistant.message': { en: 'Messages', zh: '消息' },
  'assistant.attachment': { en: 'Attached files', zh: '附件' },
  'assistant.artifact': { en: 'Artifacts, by version', zh: '成品版本' },
  'assistant.project': { en: 'Projects', zh: '项目' },
  'assistant.note': { en: 'Things remembered', zh: '记忆' },
  'loop.approval': { en: 'Answers to calls that asked', zh: '调用审批' },
  'loop.tool_grant': { en: 'Calls that are always allowed', zh: '“始终允许”的授权' },
  'skills.workflow': { en: 'Runs of workflows', zh: '工作流运行' },
  'privacy.vault': { en: 'Masked values of conversations', zh: '对话中的脱敏对照' },
  'gateway.egress': { en: 'Bodies that left', zh: '外发的原文' },
  'gateway.budget': { en: 'Counters of budgets', zh: '预算计数' },
  'identity.account': { en: 'Account', zh: '账户' },
  'identity.session': { en: 'Sessions', zh: '登录会话' },
  'identity.key': { en: 'API keys', zh: 'API 密钥' },
  'identity.factor': { en: 'Second factors, passkeys and recovery codes', zh: '两步验证、通行密钥和恢复码' },
  'identity.identity_elsewhere': { en: 'Linked accounts elsewhere', zh: '关联的外部账户' },
  'identity.directory': { en: 'What a directory said', zh: '目录同步的资料' },
  'identity.invitation': { en: 'Open invitations', zh: '未使用的邀请' },
  'identity.authorisation': { en: 'Sign-ins to applications under way', zh: '正在进行的应用登录' },
  'knowledge.document': { en: 'Documents added', zh: '添加的文档' },
  'knowledge.collection': { en: 'Collections made', zh: '创建的知识集' },
  'knowledge.source': { en: 'Sources set up', zh: '设置的来源' },
  'knowledge.question': { en: 'Test questions written', zh: '编写的测试问题' },
  'knowledge.reader': { en: 'Lists of readers', zh: '读者名单' },
  'skills.skill': { en: 'Changes to skills', zh: '对技能的更改' },
  'skills.skill_user': { en: 'Skills that are for certain people', zh: '指定人员可用的技能' },
  'skills.skill_review': { en: 'Reviews of skills', zh: '技能审核' },
  'gateway.request': { en: 'Records of requests', zh: '请求记录' },
  'gateway.routing': { en: 'Versions of targets and rules', zh: '目标和规则的版本' },
  'identity.policies': { en: 'Versions of policies', zh: '策略的版本' },
  'audit.event': { en: 'Audit events', zh: '审计事件' },
  'audit.hold': { en: 'Legal holds', zh: '法定保留' },
})

type Kind = keyof typeof words.texts
// Object.keys does not know that nothing else is in it; they stand in the order in which they are shown.
export const HELD_KINDS = Object.keys(words.texts) as readonly Kind[]

/** What erasing a person makes of what is held: what stays loses the name. */
export type Fate = 'goes' | 'stays'

const STAYING: ReadonlySet<string> = new Set<Kind>([
  'knowledge.document',
  'knowledge.collection',
  'knowledge.source',
  'knowledge.question',
  'knowledge.reader',
  'skills.skill',
  'skills.skill_user',
  'skills.skill_review',
  'gateway.request',
  'gateway.routing',
  'identity.policies',
  'audit.event',
  'audit.hold',
])

export const fateOf = (kind: string): Fate => (STAYING.has(kind) ? 'stays' : 'goes')

interface Held {
  readonly name: string
  readonly count: number
}

/** What there is, as people call it; a kind of a newer server is called as the server calls it. */
export function heldOf(counts: Readonly<Record<string, number>>, fate: Fate): readonly Held[] {
  const known: readonly string[] = HELD_KINDS
  const named = HELD_KINDS.map((kind) => ({ kind, name: say(words, kind) }))
  const strange = Object.keys(counts).filter((kind) => !known.includes(kind))
  return [...named, ...strange.map((kind) => ({ kind, name: kind }))]
    .map(({ kind, name }) => ({ name, count: counts[kind] ?? 0, fate: fateOf(kind) }))
    .filter((one) => one.count > 0 && one.fate === fate)
}
