import type { TargetTestResult } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { defineWords, say } from '../../language/words.ts'
import { zoneWords } from '../../zones.ts'
import { refusalLine } from '../../refusal/refusal-words.ts'

type Step = TargetTestResult['steps'][number]

const words = defineWords<Step['code'] | 'said' | 'better' | 'place'>('test-remarks', {
  said: { en: 'It says: {said}', zh: '它说：{said}' },
  better: { en: 'Did you mean {better}?', zh: '是否应为 {better}？' },
  place: { en: 'It leads to {place}.', zh: '它指向 {place}。' },
  step_failed: { en: 'Not tried, because a step before it failed.', zh: '前面有一步失败，因此没有测试。' },
  not_asked: { en: 'Not asked for.', zh: '没有要求测试。' },
  service_has_no_call: {
    en: 'A service has no call that is known to change nothing.',
    zh: '服务没有确知不会改变任何内容的调用。',
  },
  local_model: {
    en: 'A local model is part of the program: nothing is dialled.',
    zh: '本地模型是程序的一部分，不需要连接。',
  },
  address_allowed: {
    en: 'It may be reached by a target of the zone “{zone}”.',
    zh: '区域为“{zone}”的目标可以连接它。',
  },
  address_refused: {
    en: '{address} may not be reached by a target of the zone “{zone}” ({reason}).',
    zh: '区域为“{zone}”的目标不允许连接 {address}（{reason}）。',
  },
  no_address: { en: '{host} has no address. Check the name.', zh: '{host} 没有地址，请检查名称。' },
  lookup_failed: {
    en: '{host} could not be looked up ({error}). Check the name server of this machine.',
    zh: '无法解析 {host}（{error}）。请检查本机的域名服务器。',
  },
  connected: { en: 'Connected to {address}.', zh: '已连接到 {address}。' },
  nothing_listens: {
    en: 'Nothing listens there. Check the port, and that the target runs.',
    zh: '那里没有程序在监听。请检查端口，并确认目标正在运行。',
  },
  no_answer: {
    en: 'There was no answer in time. A firewall may be in the way.',
    zh: '没有及时得到响应，可能被防火墙阻挡。',
  },
  no_way: { en: 'No way leads there from this machine.', zh: '从本机无法到达那里。' },
  connection_failed: { en: 'The connection failed ({error}).', zh: '连接失败（{error}）。' },
  plain_http: { en: 'Plain http: there is none.', zh: '使用明文 http，没有证书。' },
  certificate_trusted: {
    en: '{subject}: trusted, and valid until {until}.',
    zh: '{subject}：受信任，有效期至 {until}。',
  },
  certificate_ends: {
    en: '{subject}: trusted, but it ends soon, on {until}.',
    zh: '{subject}：受信任，但即将于 {until} 到期。',
  },
  certificate_expired: { en: 'The certificate has expired.', zh: '证书已过期。' },
  certificate_early: {
    en: 'The certificate is not valid yet. Check the clocks.',
    zh: '证书尚未生效，请检查时钟。',
  },
  certificate_own: {
    en: 'The certificate is signed by itself. Name it in tls.ca.',
    zh: '证书为自签名。请在 tls.ca 中写明它。',
  },
  certificate_untrusted: {
    en: 'The certificate comes from an authority that is not trusted here. Name that authority in tls.ca.',
    zh: '证书来自此处不信任的机构。请在 tls.ca 中写明该机构。',
  },
  certificate_of_other: {
    en: 'The certificate is for another name than the one in the address.',
    zh: '证书的名称与地址中的名称不符。',
  },
  tls_late: { en: 'TLS was not agreed on in time.', zh: '没有及时完成 TLS 协商。' },
  no_tls: {
    en: 'What answers there does not speak TLS. Perhaps the address begins with http://.',
    zh: '那里的程序不使用 TLS，地址也许应以 http:// 开头。',
  },
  tls_old: { en: 'The target speaks only TLS older than 1.2.', zh: '目标只支持 1.2 以前的 TLS。' },
  tls_hung_up: {
    en: 'The target hung up while TLS was agreed on.',
    zh: '目标在 TLS 协商过程中断开了连接。',
  },
  tls_failed: { en: 'TLS failed ({error}).', zh: 'TLS 失败（{error}）。' },
  no_credential: { en: 'None is set, and none was asked for.', zh: '没有设置，也没有被要求。' },
  credential_accepted: {
    en: 'The list of models was given with this credential.',
    zh: '凭此凭据得到了模型列表。',
  },
  credential_wanted: {
    en: 'It wants a credential, and none is set (status {status}).',
    zh: '它要求凭据，但没有设置（状态码 {status}）。',
  },
  credential_refused: {
    en: 'It does not accept the credential (status {status}).',
    zh: '它不接受这个凭据（状态码 {status}）。',
  },
  credential_unknown: {
    en: 'Only a list of models or a call could tell.',
    zh: '只有模型列表或一次调用才能确定。',
  },
  no_models: { en: 'It offers no model.', zh: '它没有提供模型。' },
  models: {
    en: '{count, plural, one {It offers one model.} other {It offers # models.}}',
    zh: '它提供 {count} 个模型。',
  },
  models_missing: {
    en: '{count, plural, one {It offers one model} other {It offers # models}}; of those that are named for it not: {missing}.',
    zh: '它提供 {count} 个模型，但没有所列的：{missing}。',
  },
  redirected: {
    en: 'It answers {path} with a redirect, and redirects are not followed. Write the address where it leads.',
    zh: '它对 {path} 的响应是重定向，而重定向不会被跟随。请填写它指向的地址。',
  },
  no_list: { en: 'What it answers at {path} is no list of models.', zh: '它在 {path} 的响应不是模型列表。' },
  no_such_path: {
    en: 'The address answers, but not at {path} (status {status}).',
    zh: '该地址有响应，但 {path} 不存在（状态码 {status}）。',
  },
  status_at: {
    en: 'It answers {path} with status {status}.',
    zh: '它对 {path} 的响应状态码为 {status}。',
  },
  no_model_to_call: {
    en: 'There is no model to call: say which.',
    zh: '没有可调用的模型，请指明一个。',
  },
  model_not_held: {
    en: 'The model that was named is not among those of this target.',
    zh: '指明的模型不在该目标的模型之列。',
  },
  call_answered: { en: '{model} answered.', zh: '{model} 作了回答。' },
  call_status: { en: '{model}: status {status}.', zh: '{model}：状态码 {status}。' },
  call_denied: {
    en: '{model}: status {status}. The credential is not accepted.',
    zh: '{model}：状态码 {status}，凭据不被接受。',
  },
  refused: { en: '{fault}', zh: '{fault}' },
})

const isZone = (zone: string): zone is keyof typeof zoneWords.texts => zone in zoneWords.texts

/** What was seen at a step, in the language of the screen; a code of a newer server is said as the server says it. */
export function testRemark({ code, params, message }: Pick<Step, 'code' | 'params' | 'message'>): string {
  if (!(code in words.texts)) return message
  if (code === 'refused') return refusalLine(new FreeholdError(params['fault'] ?? '', message))
  const { zone, count, said, better, place } = params
  return [
    say(words, code, {
      ...params,
      ...(count !== undefined && { count: Number(count) }),
      ...(zone !== undefined && isZone(zone) && { zone: say(zoneWords, zone) }),
    }),
    ...(place === undefined ? [] : [say(words, 'place', { place })]),
    ...(said === undefined ? [] : [say(words, 'said', { said })]),
    ...(better === undefined ? [] : [say(words, 'better', { better })]),
  ].join(' ')
}
