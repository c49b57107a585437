import type { Candidate, Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY } from '../detect/recogniser.ts'

const LONGEST_LOCAL = 64
/** Ends of names that are files or code far more often than domains: `icon@2x.png`. */
const NO_DOMAIN =
  /^(?:png|jpe?g|gif|svg|webp|ico|avif|css|s[ac]ss|less|js|jsx|mjs|cjs|ts|tsx|json|ya?ml|html?|php|py|java|class|exe|dll|zip|gz|pdf|md|txt|log|lock|service)$/i
/** Tops in Han and other letters; a Han sentence may go on behind the last dot. */
const LETTERS_TOP =
  /^(?:中国|中國|公司|网络|網絡|在线|中文网|香港|台湾|台灣|广告|商城|集团|手机|网址|商店|政务|公益|企业|рф|укр|бел|срб|한국|भारत|இந்தியா|みんな|コム|世界|السعودية|امارات|مصر|ไทย|xn--[a-z0-9-]{2,30})$/i

const ASCII_LOCAL = /(?:[a-z0-9_\u00c0-\u024f](?:[\w.%+'~\u00c0-\u024f-]|(?<=\w)[#!$^&*{}`](?=\w)){0,63})$/i
/** What each character is to that, so far as one goes from behind. */
const [BEGINS, WITHIN, BETWEEN, WORD] = [1, 2, 4, 8]
const PARTS = Uint8Array.from({ length: 0x250 }, (_, code) => {
  const sign = String.fromCharCode(code)
  return [/[a-z0-9_\u00c0-\u024f]/i, /[\w.%+'~\u00c0-\u024f-]/i, /[#!$^&*{}`]/, /\w/].reduce(
    (bits, form, bit) => bits | (Number(form.test(sign)) << bit),
    0,
  )
})
const LETTERS_LOCAL = /(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}._%+-]{0,63})$/u
const QUOTED_LOCAL = /(?<![\w:=])"(?:[^"\\\n\r:{}]|\\.){1,62}"$/

/** As `ASCII_LOCAL` finds it, which would try each place from the left. */
function asciiLocal(before: string): string {
  const partAt = (at: number): number => PARTS[before.charCodeAt(at)] ?? 0
  let start = before.length
  for (let at = before.length - 1; at >= 0; at -= 1) {
    if (before.charCodeAt(at) >= PARTS.length) return ASCII_LOCAL.exec(before)?.[0] ?? ''
    const part = partAt(at)
    const isJoined = (part & BETWEEN) !== 0 && (partAt(at - 1) & partAt(at + 1) & WORD) !== 0
    if ((part & WITHIN) === 0 && !isJoined) break
    if ((part & BEGINS) !== 0) start = at
  }
  return before.slice(start)
}

/** The part before the sign, sought backwards; null where there is none. */
function localBefore(text: string, sign: number): string | null {
  const before = text.slice(Math.max(0, sign - LONGEST_LOCAL), sign)
  const last = before.at(-1) ?? ''
  if (last === '"') return QUOTED_LOCAL.exec(before)?.[0] ?? null
  if (/[\w%+'~\u00c0-\u024f-]/.test(last)) return trimmed(asciiLocal(before))
  if (!/[\p{L}\p{M}]/u.test(last)) return null
  const local = LETTERS_LOCAL.exec(before)?.[0] ?? ''
  // A Han sentence runs into a sign without a space, so what stands there is a name only when it is short.
  return local.length > 12 && /\p{Script=Han}/u.test(local) ? null : trimmed(local)
}

function trimmed(local: string): string | null {
  const inner = local.replace(/^[^\p{L}\p{N}_]{1,64}/u, '')
  const lastDots = inner.lastIndexOf('..')
  const clean = lastDots < 0 ? inner : inner.slice(lastDots + 2)
  return clean === '' || clean.endsWith('.') ? null : clean
}

/** Without what a sentence added behind it: `a@example.org.Please`. */
function domainOf(value: string): string | null {
  const labels = value.slice(1).split('.')
  const isAscii = (label: string): boolean => /^[\x21-\x7e]+$/.test(label)
  while (labels.length > 1) {
    const top = labels.at(-1) ?? ''
    const isForeign = !isAscii(top) && !LETTERS_TOP.test(top)
    const begins =
      /^[A-Z][a-z]+$/.test(top) && labels.slice(0, -1).every((label) => label === label.toLowerCase())
    const isNext = labels.length > 2 && begins && /^[a-z]{2,6}$/.test(labels.at(-2) ?? '')
    if (!isForeign && !isNext) break
    labels.pop()
  }
  const top = labels.at(-1) ?? ''
  if (labels.length < 2 || NO_DOMAIN.test(top)) return null
  return /^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,30})$/i.test(top) || LETTERS_TOP.test(top) ? labels.join('.') : null
}

/** `git@host:path` and `user:pass@host` of a connection are no addresses of anybody. */
function isOfMachine({ text, start }: Candidate, local: string, end: number): boolean {
  if (/^(?:git|hg|svn)$/.test(local) && /^:[\w~/]/.test(text.slice(end, end + 2))) return true
  const before = text.slice(Math.max(0, start - local.length - 80), start - local.length)
  return /:\/\/[^\s/?#,;<>"'(){}\u0080-\uffff]{0,80}$/.test(before)
}

const LATIN = String.raw`a-z0-9\u00c0-\u024f`
const LATIN_LABEL = `[${LATIN}](?:[${LATIN}-]{0,61}[${LATIN}])?`
const OTHER_LABEL = String.raw`(?:(?![\u0000-\u024f])[\p{L}\p{M}\p{N}]){1,30}`

/** Addresses as people and logs write them (RFC 5321, 6531), anchored on the sign. */
export const EMAIL: Recogniser = {
  id: 'email',
  type: 'EMAIL',
  starts: /@/,
  pattern: new RegExp(
    String.raw`@(?:\[\d{1,3}(?:\.\d{1,3}){3}\]|(?:(?:${LATIN_LABEL}|${OTHER_LABEL})\.){1,8}(?:xn--[a-z0-9-]{2,30}|[a-z]{2,24}(?![a-z0-9])|${OTHER_LABEL}))`,
    'iuy',
  ),
  judge(candidate) {
    const { value, text, start } = candidate
    const local = localBefore(text, start)
    const domain = value[1] === '[' ? value.slice(1) : domainOf(value)
    if (local === null || domain === null) return null
    const end = start + 1 + domain.length
    if (isOfMachine(candidate, local, end)) return null
    return { ...CERTAIN, start: start - local.length, end }
  },
}

/** `anna [at] example [dot] org`, as people write it where machines read. */
export const EMAIL_SPELLED: Recogniser = {
  id: 'email-spelled',
  type: 'EMAIL',
  starts: /[[({]/,
  pattern:
    /[[({] ?(?:at|@|AT) ?[\])}] ?[a-z0-9-]{1,63}(?:(?: ?[[({] ?(?:dot|\.|DOT) ?[\])}] ?|\.)[a-z0-9-]{1,63}){1,5}/iy,
  judge({ text, start, end }) {
    const local = /[\w.+-]{1,64} ?$/.exec(text.slice(Math.max(0, start - LONGEST_LOCAL - 1), start))?.[0]
    return local === undefined ? null : { ...LIKELY, start: start - local.length, end }
  },
}
