import { FreeholdError } from '@freehold/sdk'
import type { RoutingProblem } from '@freehold/sdk'
import { classWords, isDataClass } from '../../data-classes.ts'
import { defineWords, hasWords, say } from '../../language/words.ts'

const words = defineWords<RoutingProblem['code'] | 'at' | 'file' | 'settings'>('routing-problems', {
  at: { en: '{field}: {what}', zh: '{field}：{what}' },
  file: { en: 'configuration file', zh: '配置文件' },
  settings: { en: 'settings', zh: '设置' },
  name_taken: {
    en: 'A target of the {origin} has this name already.',
    zh: '{origin}中已有同名目标。',
  },
  token_for_managed: {
    en: 'A managed target gets no token that names your callers: use a key or a header.',
    zh: '托管目标不会得到带有调用者身份的令牌：请使用密钥或请求头。',
  },
  managed_over_http: {
    en: 'A managed target is reached over https.',
    zh: '托管目标必须使用 https。',
  },
  own_name_pattern: {
    en: 'A name without *, or * alone for the name that was asked for.',
    zh: '请写不含 * 的名称，或单独写 * 表示所请求的名称。',
  },
  desensitise_private: {
    en: 'Has no meaning for a private target, which gets what was said.',
    zh: '对私有目标没有意义：它得到的是原文。',
  },
  discover_nothing: {
    en: 'Finds nothing to list where no model name has a *.',
    zh: '没有模型名称含 *，因此没有可列出的模型。',
  },
  ollama_dialect: { en: 'Ollama goes with the API of OpenAI.', zh: 'ollama 只能与 openai 的 API 搭配。' },
  realtime_dialect: { en: 'Goes with the API of OpenAI.', zh: '只能与 openai 的 API 搭配。' },
  money_without_price: {
    en: 'Counts money: the target needs a price.',
    zh: '按金额计算：该目标需要设置价格。',
  },
  tls_over_http: {
    en: 'Has no meaning for a target that is reached over http.',
    zh: '对使用 http 的目标没有意义。',
  },
  no_profile: {
    en: 'There is no such profile. There are: {profiles}.',
    zh: '没有这个脱敏配置。可用的有：{profiles}。',
  },
  headers_leave: {
    en: 'What a client writes into a header would leave unseen: only private targets get any.',
    zh: '客户端写入请求头的内容会不经检查离开：只有私有目标可以得到请求头。',
  },
  header_is_credential: { en: 'Carries the credential of the target.', zh: '它承载该目标的凭据。' },
  named_twice: { en: 'Is named twice.', zh: '重复出现。' },
  local_service: { en: 'The built-in engine is no service.', zh: '内置引擎不是服务。' },
  no_target: { en: 'There is no such target.', zh: '没有这个目标。' },
  model_for_services: {
    en: 'Is a model target in a rule for services.',
    zh: '服务规则中不能使用模型目标。',
  },
  service_for_models: { en: 'Is a service in a rule for models.', zh: '模型规则中不能使用服务。' },
  output_of_service: { en: 'Has no meaning for services.', zh: '对服务没有意义。' },
  opaque_not_public: {
    en: 'Can be allowed only in rules for public content.',
    zh: '只有面向公开内容的规则才可以允许。',
  },
  cache_for_service: {
    en: 'Is for rules for models: what a service does is its own affair.',
    zh: '只用于模型规则：服务做什么由它自己决定。',
  },
  none_not_public: {
    en: 'Only rules for public content may mask nothing.',
    zh: '只有面向公开内容的规则才可以不脱敏。',
  },
  classes_unlisted: {
    en: 'Leads to a managed target, so it must list its classes.',
    zh: '指向托管目标，因此必须列出级别。',
  },
  class_stays: {
    en: '{class} content never leaves, and this rule leads to a managed target.',
    zh: '“{class}”级别的内容从不离开，而这条规则指向托管目标。',
  },
  zones_mixed: {
    en: 'Is of another zone than the first of its group.',
    zh: '与组内第一个目标不在同一区域。',
  },
  affinity_without_group: {
    en: 'Is for rules with a group of targets.',
    zh: '只用于带有目标组的规则。',
  },
  hedge_for_service: { en: 'Is for rules for models.', zh: '只用于模型规则。' },
  hedge_without_pair: {
    en: 'Is for rules with two targets of one zone.',
    zh: '只用于含有同一区域两个目标的规则。',
  },
})

interface Said {
  readonly code: string
  readonly params: Readonly<Record<string, string>>
}

const isKnown = (code: string): code is RoutingProblem['code'] =>
  hasWords(words, code) && code !== 'at' && code !== 'file' && code !== 'settings'

function sentence({ code, params }: Said, field: string | null): string | null {
  if (!isKnown(code)) return null
  const { class: of, origin } = params
  const what = say(words, code, {
    ...params,
    ...(of !== undefined && isDataClass(of) && { class: say(classWords, of) }),
    ...((origin === 'file' || origin === 'settings') && { origin: say(words, origin) }),
  })
  return field === null ? what : say(words, 'at', { field, what })
}

/** What is wrong with a target or a rule, in the language of the screen; a code of a newer server is said as the server says it. */
export const routingProblem = (problem: RoutingProblem): string =>
  sentence(problem, problem.field) ?? problem.message

/** The same of a change that was refused for it; null where it was refused for something else. */
export const refusedProblem = (error: unknown): string | null =>
  error instanceof FreeholdError && error.remark !== null ? sentence(error.remark, error.param) : null
