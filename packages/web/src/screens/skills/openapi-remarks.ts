import { FreeholdError } from '@freehold/sdk'
import { defineWords, hasWords, say } from '../../language/words.ts'

const words = defineWords('openapi-remarks', {
  no_document: { en: 'This is no OpenAPI document.', zh: '这不是 OpenAPI 文档。' },
  other_version: {
    en: 'It must be OpenAPI 3.0, 3.1 or 3.2, as its field openapi says.',
    zh: '必须是 OpenAPI 3.0、3.1 或 3.2（见字段 openapi）。',
  },
  reference_circles: { en: 'A reference of the document leads in circles.', zh: '文档中的引用循环。' },
  reference_out: {
    en: 'A reference leads out of the document, and only #/… is followed.',
    zh: '文档中的引用指向外部，而系统只跟随 #/…。',
  },
  reference_nowhere: { en: 'A reference of the document leads nowhere.', zh: '文档中的引用没有目标。' },
  schema_deep: { en: 'A schema of the document is nested too deep.', zh: '文档中的结构嵌套过深。' },
  schema_many: {
    en: 'An operation of the document needs more than {most} schemas.',
    zh: '文档中有操作需要超过 {most} 个结构。',
  },
  no_server: {
    en: 'The document names no server with an absolute address. Say where it is.',
    zh: '文档没有写明服务器的完整地址，请填写地址。',
  },
  nothing_reads: {
    en: 'The document has no operation that only reads. Choose those that are wanted.',
    zh: '文档中没有只读操作，请选择需要的操作。',
  },
  changing_left_out: {
    en: '{count, plural, one {One operation changes something and was left out.} other {# operations change something and were left out.}} Choose those that are wanted above.',
    zh: '{count} 个操作会更改内容，因此没有采用。需要的请在上面选择。',
  },
  first_taken: {
    en: 'Only the first {most} were taken. Choose those that are wanted above.',
    zh: '只采用了前 {most} 个。需要的请在上面选择。',
  },
  changing_taken: {
    en: 'The document has no operation that only reads, so {operation} was taken. Choose those that are wanted above.',
    zh: '文档中没有只读操作，因此采用了 {operation}。需要的请在上面选择。',
  },
  large: {
    en: 'The document is large. With the skill goes only what the operations need that were taken.',
    zh: '文档很大，技能中只附带所采用的操作需要的部分。',
  },
  auth_taken: {
    en: 'Of {count} ways to prove who asks {type} was taken.',
    zh: '在 {count} 种认证方式中采用了 {type}。',
  },
  auth_unknown: {
    en: 'The document asks for a proof that is not known here. Choose another one, or write auth into the skill.',
    zh: '文档要求的认证方式在这里无法识别。请另选一种，或在技能中编写 auth。',
  },
  not_there: { en: '{operation} is not in the document.', zh: '文档中没有 {operation}。' },
  not_there_near: {
    en: '{operation} is not in the document. The nearest is {near}.',
    zh: '文档中没有 {operation}，最接近的是 {near}。',
  },
  other_server: {
    en: '{operation} is at another server than the rest ({server}). Make a skill of its own for that one.',
    zh: '{operation} 位于另一台服务器（{server}）。请为它单独制作一个技能。',
  },
  no_name: {
    en: '{operation} has no name that can be used here. Give it one in openapi.rename.',
    zh: '{operation} 的名称在这里无法使用，请在 openapi.rename 中为它命名。',
  },
  path_letters: {
    en: 'The path of {operation} has ?, # or a blank, which no server gets to see.',
    zh: '{operation} 的路径含有 ?、# 或空格，服务器收不到这些字符。',
  },
  path_unreadable: { en: 'The path of {operation} cannot be read.', zh: '{operation} 的路径无法读取。' },
  path_open: {
    en: 'The path of {operation} has a value that no parameter describes.',
    zh: '{operation} 的路径中有参数未说明的值。',
  },
  parameter_nameless: {
    en: '{operation} has a parameter without a name.',
    zh: '{operation} 有一个没有名称的参数。',
  },
  parameter_unset: {
    en: '{operation} needs the {place} {name}, which a skill cannot set.',
    zh: '{operation} 需要 {name}（{place}），而技能无法设置它。',
  },
  parameter_place: {
    en: '{operation} has the parameter {name} in a place that is not known here.',
    zh: '{operation} 的参数 {name} 所在的位置在这里无法识别。',
  },
  parameter_form: {
    en: '{operation} has the parameter {name} in a form that is not understood here.',
    zh: '{operation} 的参数 {name} 的形式在这里无法识别。',
  },
  parameter_style: {
    en: '{operation} has the parameter {name} in a style that is not understood here.',
    zh: '{operation} 的参数 {name} 的样式在这里无法识别。',
  },
  body_kind: {
    en: '{operation} takes a body that is neither JSON nor a form.',
    zh: '{operation} 的请求体既不是 JSON，也不是表单。',
  },
  form_open: {
    en: '{operation} takes a form whose fields are not described.',
    zh: '{operation} 的表单没有说明字段。',
  },
})

interface Remark {
  readonly code: string
  readonly params: Readonly<Record<string, string>>
}

/** What was noted of a document, in the language of the screen; null where only the server can say it. */
export function openApiRemark(remark: Remark | null | undefined): string | null {
  if (!remark || !hasWords(words, remark.code)) return null
  const { count } = remark.params
  return say(words, remark.code, { ...remark.params, ...(count !== undefined && { count: Number(count) }) })
}

/** The same of one that was refused. */
export const refusedDocument = (error: unknown): string | null =>
  error instanceof FreeholdError ? openApiRemark(error.remark) : null
