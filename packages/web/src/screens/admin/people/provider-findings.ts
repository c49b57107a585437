import type { ConnectionReport } from '@freehold/sdk'
import { defineWords, say } from '../../../language/words.ts'

const words = defineWords('provider-findings', {
  discovery: { en: 'What it says of itself', zh: '提供方的说明（discovery）' },
  signatures: { en: 'How it signs', zh: '签名算法' },
  issuerParameter: {
    en: 'Whether it names itself when it sends people back',
    zh: '返回时是否注明自己（iss）',
  },
  keys: { en: 'Its public keys', zh: '公钥' },
  clock: { en: 'Its clock', zh: '时钟' },
  keysOf: { en: '{count, plural, one {# key} other {# keys}}', zh: '{count} 个密钥' },
  ahead: { en: '{count} s ahead of ours', zh: '比本机快 {count} 秒' },
  behind: { en: '{count} s behind ours', zh: '比本机慢 {count} 秒' },
  level: { en: 'as ours', zh: '与本机一致' },
  clockUntold: { en: 'it does not tell the time', zh: '对方未提供时间' },
  named: { en: 'It does (RFC 9207).', zh: '是（RFC 9207）。' },
  unnamed: {
    en: 'It does not: the address that people come back to tells providers apart.',
    zh: '否：以返回的地址区分各提供方。',
  },
  away: {
    en: 'Nothing answers there. Check the issuer, the network, and whether the provider runs.',
    zh: '该地址没有响应。请检查签发方地址、网络以及对方是否在运行。',
  },
  address: {
    en: 'Its address may not be dialled. If it stands in your own network, say zone: private in the configuration.',
    zh: '不允许连接该地址。如果它在您的内网，请在配置中写 zone: private。',
  },
  issuer: {
    en: 'It calls itself by another address than the configuration does.',
    zh: '它自称的地址与配置中的签发方不同。',
  },
  elsewhere: {
    en: 'It sends to addresses of another origin. If that is meant, name them under origins.',
    zh: '它指向其他来源的地址。如果确实如此，请写入 origins。',
  },
  metadata: { en: 'What it says of itself lacks what a sign-in needs.', zh: '其说明缺少登录所需的内容。' },
  algorithms: { en: 'It signs in no way that is taken here.', zh: '其签名算法在这里不被接受。' },
  pkce: { en: 'It does not know PKCE with S256.', zh: '它不支持 PKCE（S256）。' },
  noKeys: { en: 'It shows no key that can be used.', zh: '没有可用的公钥。' },
  packed: { en: 'Its answer is packed in a way that is not taken.', zh: '其响应的压缩方式不被接受。' },
  invalid_response: {
    en: 'Something answers, but not as an OpenID provider does. Check the issuer.',
    zh: '有响应，但不像 OpenID 提供方。请检查签发方地址。',
  },
})

type Finding = ConnectionReport['findings'][number]
type Key = keyof typeof words.texts

const WHAT: Readonly<Record<string, Key>> = {
  discovery: 'discovery',
  signatures: 'signatures',
  'iss parameter': 'issuerParameter',
  keys: 'keys',
  clock: 'clock',
}

/** Words of the self-test for what went wrong. */
const WRONG: Readonly<Record<string, Key>> = {
  away: 'away',
  address: 'address',
  issuer: 'issuer',
  elsewhere: 'elsewhere',
  metadata: 'metadata',
  algorithms: 'algorithms',
  pkce: 'pkce',
  keys: 'noKeys',
  token_keys: 'noKeys',
  packed: 'packed',
  invalid_response: 'invalid_response',
}

/** What was looked at. */
export const titleOf = ({ what }: Finding): string => {
  const key = WHAT[what]
  return key === undefined ? what : say(words, key)
}

/** What was found, in the language of the screen; what has no words of its own is shown as it is. */
export function foundOf({ what, ok, said }: Finding): string {
  const wrong = WRONG[said]
  if (!ok && wrong !== undefined) return say(words, wrong)
  if (what === 'keys' && ok) return say(words, 'keysOf', { count: Number(said) })
  if (what === 'iss parameter') return say(words, said.startsWith('sent') ? 'named' : 'unnamed')
  return what === 'clock' ? clockOf(said) : said
}

function clockOf(said: string): string {
  const seconds = Number(/^(-?\d+) s ahead/.exec(said)?.[1] ?? Number.NaN)
  if (Number.isNaN(seconds)) return say(words, 'clockUntold')
  if (seconds === 0) return say(words, 'level')
  return say(words, seconds > 0 ? 'ahead' : 'behind', { count: Math.abs(seconds) })
}
