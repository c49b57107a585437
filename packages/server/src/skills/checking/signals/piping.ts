import { INSTALLER_HOSTS, isHonestDownload } from '../known/hosts.ts'
import type { Signal } from '../signal.ts'

/** A command that hands what a host answers to an interpreter. */
const PIPES: readonly RegExp[] = [
  /(?:curl|wget|fetch|http|aria2c)\s[^\n|]{0,300}?\|\s{0,4}(?:sudo\s{1,3}(?:-\w{1,8}\s{1,3}){0,3})?(?:env\s{1,3}(?:\w{1,40}=\S{0,100}\s{1,3}){0,4})?(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k|a)?sh(?![\w.])/gi,
  /(?:curl|wget)\s[^\n|]{0,300}?\|\s{0,4}(?:sudo\s{1,3})?(?:python[23]?|node|perl|ruby|php|osascript)(?![\w.-])(?!\s{1,3}-(?:m|c)\s)/gi,
  /(?:ba|z|da)?sh\s{1,3}(?:-\w{1,8}\s{1,3}){0,2}(?:["']?\$\(|<\(|\x60)\s{0,2}(?:curl|wget)\s[^\n)]{0,300}/gi,
  /(?:source|eval|\.)\s{1,3}["']?(?:<\(|\$\(|\x60)\s{0,2}(?:curl|wget)\s[^\n)]{0,300}/gi,
  /(?:irm|iwr|invoke-restmethod|invoke-webrequest|curl)\s[^\n|]{0,200}?\|\s{0,4}(?:iex|invoke-expression)/gi,
  /(?:iex|invoke-expression)\s{0,3}[("'&{\s]{0,6}(?:irm|iwr|invoke-restmethod|invoke-webrequest|\(?new-object)[^\n]{0,200}/gi,
  /DownloadString\([^\n]{0,200}?\|\s{0,4}(?:iex|invoke-expression)/gi,
  /(?:curl|wget)\s[^\n]{0,200}?(?:-o|-O|>)\s{0,2}["']?(\S{1,80})["']?[^\n]{0,40}?(?:&&|;)\s{0,4}(?:sudo\s{1,3})?(?:chmod\s{1,3}\S{2,4}\s{1,3}\S{1,80}\s{0,4}(?:&&|;)\s{0,4})?(?:sudo\s{1,3})?(?:(?:ba|z)?sh\s{1,3}|python3?\s{1,3}|\.?\/)\S{1,80}/gi,
]
const ADDRESS = /https?:\/\/[^\s"'\x60)|<>]{1,300}/i
const BARE_ADDRESS = /(?<=\s)(?:[\w-]{1,60}\.){1,4}[a-z]{2,12}(?:\/[^\s"'\x60)|<>]{0,200})?/i
const STRANGE_HOST =
  /^(?:\d{1,3}\.){3}\d{1,3}$|(?:^|\.)(?:ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|lhr\.life|glot\.io|rentry\.(?:co|org)|pastebin\.(?:com|pl)|paste\.(?:ee|rs|sh|gg)|hastebin\.com|dpaste\.(?:com|org)|controlc\.com|0x0\.st|transfer\.sh|termbin\.com|justpaste\.it|telegra\.ph|ix\.io|sprunge\.us|gofile\.io|file\.io|catbox\.moe|bit\.ly|tinyurl\.com|t\.ly|is\.gd|cutt\.ly|rb\.gy|discordapp\.com|webhook\.site|workers\.dev|pages\.dev|duckdns\.org|no-ip\.org|ddns\.net|onion)$/i
const LOCAL_HOST = /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\])/
/** Stands for an address and is none. */
const PLACEHOLDER =
  /^(?:\.{2,3}|example\.(?:com|org|net)|(?:[\w-]{1,40}\.)?example(?:\.\w{2,6})?|your[\w.-]{0,40}|url|host|<\S{0,40}|\$\S{0,40}|\{\S{0,40})$/i

export interface Ownership {
  /** Words of the name, publisher and homepage, in lower case. */
  readonly words: ReadonlySet<string>
  /** Hosts that the manifest declares. */
  readonly hosts: ReadonlySet<string>
}

/** Whose script a shell is given: `pipe-known`, `pipe-own`, `pipe-unknown`, `pipe-strange`. */
export function pipeSignals(text: string, own: Ownership): readonly Signal[] {
  const found: Signal[] = [...stagedSignals(text, own)]
  for (const pattern of PIPES) {
    for (const match of text.matchAll(pattern)) {
      const name = whose(match[0], own)
      if (name !== null) found.push({ name, start: match.index, end: match.index + match[0].length })
    }
  }
  return found
}

const FETCH = /(?:curl|wget|iwr|invoke-webrequest)\s[^\n]{0,300}/gi
const SAVED_AS =
  /\s(?:-\w{0,8}o|--output|-O|-OutFile|>)[\s=]{0,2}["']?(?:[^\s"'&;|]{0,80}\/)?([\w][\w.-]{0,60})/
/** How far behind the download what was fetched may be run. */
const REACH = 240

/** What is fetched under a name and run by that name right after, in the same line or in one below. */
function stagedSignals(text: string, own: Ownership): readonly Signal[] {
  const found: Signal[] = []
  for (const { 0: command, index } of text.matchAll(FETCH)) {
    const address = ADDRESS.exec(command)?.[0] ?? ''
    const remote = /\/([\w][\w.-]{0,60})$/.exec(address)?.[1]
    const name = SAVED_AS.exec(command.replace(address, ' '))?.[1] ?? remote
    if (name === undefined || !/^https?:/i.test(address) || isHonestDownload(address)) continue
    const from = index + command.indexOf(address) + address.length
    const after = text.slice(from, from + REACH)
    const plain = name.replaceAll('.', '\\.')
    const runs = new RegExp(
      `(?:^|[\\s;&|])(?:(?:ba|z|da)?sh|python3?|node|perl|ruby|source|\\.)\\s{1,2}(?:-\\w{1,4}\\s{1,2})?["']?(?:[\\w.~$/-]{0,60}/)?${plain}(?![\\w.-])`,
      'i',
    )
    if (!runs.test(after)) continue
    const whoseIs = whose(command, own)
    if (whoseIs !== null) found.push({ name: whoseIs, start: index, end: index + command.length })
  }
  return found
}

export function whose(command: string, own: Ownership): string | null {
  const address = (ADDRESS.exec(command) ?? BARE_ADDRESS.exec(command))?.[0]
  // A variable or a placeholder says nothing of the host.
  if (address === undefined) return null
  const host = (/^(?:https?:\/\/)?([^/:?#]{1,255})/i.exec(address)?.[1] ?? '').toLowerCase()
  if (PLACEHOLDER.test(host) || LOCAL_HOST.test(host)) return null
  if (STRANGE_HOST.test(host) || /^http:\/\//i.test(address)) return 'pipe-strange'
  const place = address.replace(/^https?:\/\//i, '').toLowerCase()
  if (INSTALLER_HOSTS.some((known) => isAt(place, host, known))) return 'pipe-known'
  return isOwn(host, place, own) ? 'pipe-own' : 'pipe-unknown'
}

const isAt = (place: string, host: string, known: string): boolean =>
  known.includes('/') ? place.startsWith(known) : host === known || host.endsWith(`.${known}`)

function isOwn(host: string, place: string, { words, hosts }: Ownership): boolean {
  if (hosts.has(host)) return true
  const labels = host.split('.')
  const owner = /^(?:raw\.githubusercontent|github|gitlab)\.com$/.test(host)
    ? (place.split('/')[1] ?? '')
    : (labels.at(-2) ?? '')
  return (
    owner.length >= 4 &&
    [...words].some((word) => word.length >= 4 && (owner.includes(word) || word.includes(owner)))
  )
}
