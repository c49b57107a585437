import type { Signal } from '../signal.ts'
import type { Ownership } from './piping.ts'
import { whose } from './piping.ts'

/** Commands, calls and sentences that send something to an address. */
const SENDS: readonly RegExp[] = [
  /curl\s[^\n]{0,160}?(?:\s-d|--data|\s-F|\s-T|-X\s?POST|-X\s?PUT)[^\n]{0,200}/gi,
  /(?:requests|httpx|axios|session|client)\.(?:post|put)\(\s{0,4}[^\n]{0,200}/gi,
  /(?:send|sends|upload|uploads|forward|forwards|post|report|copy|copies|submit|push|deliver|relay|back(?:ed)? up)\s[^\n]{0,100}?\s(?:to|at|via)\s[^\n]{0,60}?https?:\/\/[^\s"'\x60)|<>]{4,200}/gi,
  /(?:发送|上传|提交|转发|推送|同步|备份|传输|上报)(?:到|至|给|往)[^\n]{0,40}?https?:\/\/[^\s"'\x60)|<>，。]{4,200}/gi,
]
const ADDRESS = /https?:\/\/(?:[^/\s"'\x60)@]{1,80}@)?([\w.-]{3,120})/i
/** A host that is named more often than this is what the skill is about. */
const OFTEN = 3

/** `sends-elsewhere`: something goes to a host that is neither the skill's own nor named again and again. */
export function sendingSignals(text: string, own: Ownership): readonly Signal[] {
  const found: Signal[] = []
  for (const pattern of SENDS)
    for (const { 0: words, index } of text.matchAll(pattern)) {
      const host = ADDRESS.exec(words)?.[1]?.toLowerCase()
      if (host === undefined || !/\.[a-z]{2,12}$/.test(host)) continue
      const owner = whose(`curl ${words.slice(words.search(/https?:/i))}`, own)
      if (owner === null || owner === 'pipe-own' || owner === 'pipe-known') continue
      if (text.split(siteOf(host), OFTEN + 2).length > OFTEN + 1) continue
      found.push({ name: 'sends-elsewhere', start: index, end: index + words.length })
    }
  return found
}

const siteOf = (host: string): string => host.split('.').slice(-2).join('.')
