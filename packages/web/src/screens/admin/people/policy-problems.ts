import { FreeholdError } from '@freehold/sdk'
import type { PolicyProblem } from '@freehold/sdk'
import { defineWords, hasWords, say } from '../../../language/words.ts'

type Code = PolicyProblem['code']

const words = defineWords<Code | 'better' | 'at'>('policy-problems', {
  better: { en: '{what} Did you mean {better}?', zh: '{what}是否应为 {better}？' },
  at: { en: 'Line {line}, column {column}: {what}', zh: '第 {line} 行，第 {column} 列：{what}' },
  cedar_token: { en: '{token} is not expected here.', zh: '这里不应出现 {token}。' },
  cedar_ends: { en: 'The text ends too early.', zh: '文本过早结束。' },
  cedar_unreadable: {
    en: 'This cannot be read. Is a text not closed?',
    zh: '无法读取。是否有字符串没有闭合？',
  },
  cedar_effect: {
    en: 'A policy begins with permit or forbid, not with {word}.',
    zh: '策略以 permit 或 forbid 开头，而不是 {word}。',
  },
  cedar_condition: {
    en: 'A condition begins with when or unless, not with {word}.',
    zh: '条件以 when 或 unless 开头，而不是 {word}。',
  },
  cedar_empty_condition: { en: 'The condition is empty.', zh: '条件是空的。' },
  cedar_variable: {
    en: 'There is no variable {name}. Texts stand in quotes.',
    zh: '没有变量 {name}。文字需要加引号。',
  },
  cedar_scope: {
    en: 'The head holds principal, action and resource, in this order.',
    zh: '开头应依次包含 principal、action 和 resource。',
  },
  cedar_scope_operator: {
    en: 'The head takes ==, in and is, and not {operator}.',
    zh: '开头只能使用 ==、in 和 is，不能使用 {operator}。',
  },
  cedar_template: {
    en: 'Templates are not taken: {slot} stands for nothing here.',
    zh: '不接受模板：{slot} 在这里没有含义。',
  },
  cedar_entity: {
    en: 'Something is named here, by its type and id, as in User::"id".',
    zh: '这里需要写明类型和 ID，例如 User::"id"。',
  },
  cedar_action_entity: {
    en: 'An action is named here, as in Action::"model.use".',
    zh: '这里需要写一个操作，例如 Action::"model.use"。',
  },
  cedar_chained: { en: 'Comparisons in a row need brackets.', zh: '连续的比较需要加括号。' },
  cedar_number: { en: 'The number is too large.', zh: '数字太大。' },
  cedar_function: { en: 'There is no function {name}.', zh: '没有函数 {name}。' },
  cedar_annotation: { en: '@{name} stands twice.', zh: '@{name} 重复出现。' },
  cedar_escape: { en: '{text} has no meaning in a text.', zh: '{text} 不是有效的转义。' },
  cedar_pattern: {
    en: 'On the right of like stands a pattern in quotes.',
    zh: 'like 的右边应是带引号的模式。',
  },
  cedar_action: { en: 'There is no {name}.', zh: '没有 {name} 这个操作。' },
  cedar_type: { en: 'There is no type {name}.', zh: '没有类型 {name}。' },
  cedar_attribute: {
    en: 'Not everything that this policy is about has {name}: {of} has not.',
    zh: '该策略涉及的对象并非都有 {name}：{of} 没有。',
  },
  cedar_context: { en: 'The context of {of} has no {name}.', zh: '{of} 的上下文中没有 {name}。' },
  cedar_optional: {
    en: '{name} need not be there. Ask with has first.',
    zh: '{name} 不一定存在，请先用 has 判断。',
  },
  cedar_value: { en: '{name} is not one of {values}.', zh: '{name} 不是以下之一：{values}。' },
  cedar_types: { en: '{one} and {other} cannot be compared.', zh: '{one} 和 {other} 不能比较。' },
  cedar_other_type: {
    en: '{expected} is expected here, and this is {found}.',
    zh: '这里需要 {expected}，而这是 {found}。',
  },
  cedar_empty_set: { en: 'A set may not be empty.', zh: '集合不能为空。' },
  cedar_no_action: {
    en: 'There is no action for what the head says, so the policy would never count.',
    zh: '没有操作符合开头所写的范围，因此该策略永远不会起作用。',
  },
  cedar_never: {
    en: 'No request can ever meet this policy, so it would hold nothing back.',
    zh: '没有请求会符合该策略，因此它什么也拦不住。',
  },
  cedar_scripts: {
    en: '{name} has letters of several scripts, which may look alike.',
    zh: '{name} 混有多种文字的字母，看上去可能相同。',
  },
  cedar_other: { en: 'Cedar does not take this.', zh: 'Cedar 不接受这里的写法。' },
  too_many: {
    en: 'There are {count} policies, and {most} may be.',
    zh: '共有 {count} 条策略，最多允许 {most} 条。',
  },
  permits: {
    en: 'It permits, which only roles do here. Give a role, or forbid with unless instead.',
    zh: '这条策略是允许，而这里只有角色才能允许。请授予角色，或改用带 unless 的 forbid。',
  },
  name_twice: { en: 'Another policy is called {name}, too.', zh: '另一条策略也叫 {name}。' },
  name_form: {
    en: '@id is 1 to 64 letters, digits, dots, colons and dashes.',
    zh: '@id 应为 1 到 64 个字母、数字、点、冒号或连字符。',
  },
  advice_form: {
    en: '@advice is one line of at most 300 characters.',
    zh: '@advice 应为一行，最多 300 个字符。',
  },
  form_unknown: { en: 'It has a form that is not known here.', zh: '它的形式在这里无法识别。' },
  document_named: {
    en: 'It names a single document. Name its collection, or its class.',
    zh: '它指定了单个文档。请改为指定知识集或密级。',
  },
  nested: {
    en: 'It is nested deeper than {levels} levels.',
    zh: '嵌套超过 {levels} 层。',
  },
  whole_variable: {
    en: 'It uses {name} as a whole. Ask for one of its attributes.',
    zh: '它整体使用了 {name}。请使用其中的某个属性。',
  },
  operator_unknown: {
    en: 'It uses {operator}, which policies here do without: compare, and ask for membership.',
    zh: '它使用了 {operator}，而这里的策略不支持：请使用比较和成员判断。',
  },
  number_large: { en: 'It holds a number that is too large.', zh: '其中的数字太大。' },
  extension_value: {
    en: 'It holds a record, or a value of an extension.',
    zh: '其中含有记录或扩展类型的值。',
  },
  left_side: {
    en: 'On the left of {operator} stands principal, resource or context.',
    zh: '{operator} 的左边应是 principal、resource 或 context。',
  },
  left_context: {
    en: 'On the left of {operator} context may not stand.',
    zh: '{operator} 的左边不能是 context。',
  },
  no_such_name: { en: 'There is no {name}.', zh: '不存在 {name}。' },
  locks_out: {
    en: 'It would keep every owner from reading or writing policies, and nobody could take it back.',
    zh: '这会使所有所有者都无法读取或编写策略，而且无人能够撤回。',
  },
})

interface Said {
  readonly code: string
  readonly params: Readonly<Record<string, string>>
}

const isKnown = (code: string): code is Code => hasWords(words, code) && code !== 'better' && code !== 'at'

function sentence({ code, params }: Said): string | null {
  if (!isKnown(code)) return null
  const what = say(words, code, params)
  const { better } = params
  return better === undefined ? what : say(words, 'better', { what, better })
}

/** What is wrong with a policy, in the language of the screen; a code of a newer server is said as the server says it. */
export const policyProblem = (problem: PolicyProblem): string => sentence(problem) ?? problem.message

/** Whether Cedar says more of it in its own words. */
export const isOfCedar = ({ code }: Pick<PolicyProblem, 'code'>): boolean => code.startsWith('cedar_')

/** The same of policies that were refused for it, with its place; null where they were refused for something else. */
export function refusedPolicy(error: unknown): string | null {
  const remark = error instanceof FreeholdError ? error.remark : null
  const what = remark === null ? null : sentence(remark)
  if (remark === null || what === null) return null
  const { line, column } = remark.params
  return line === undefined || column === undefined ? what : say(words, 'at', { line, column, what })
}
