import type { Signal } from '../signal.ts'

const INSTRUCTIONS = '(?:instructions?|commands?|orders|steps|directives)'
/** Whose words a skill has no business to obey; what a command of the user's own prints is another thing. */
const SPEAKER =
  '(?:the (?:remote |returned |fetched |hosted )?(?:endpoint|server|api|page|url|response|site|website|host|payload|decoded (?:text|output|string)))'

/** Orders that do not stand in the text: it says how a reader makes or fetches them. */
export const VEILED: Readonly<Record<string, readonly string[]>> = {
  'decode-words': [
    String.raw`b(?:ase)?-?(?:85|32|91)[_ -]?(?:decode|decoded|decoding|encoded)|rot-?13|marshal\.loads`,
    String.raw`(?:decode|decrypt|decipher|unscramble|reconstruct|reassemble|de-?obfuscate) (?:the |this |these |each |every |following )?(?:\w{1,12} )?(?:payload|blob|instructions?|commands?|licen[cs]e|steps)`,
    String.raw`xor(?:ed)? (?:each|every|all|with|the|it|by|key|decoded|against)|\^ ?(?:key|0x[0-9a-f]{2}|k\b)|modular inverse|mod 256|% ?(?:256|m\b)`,
    String.raw`(?:protected|encoded|encrypted|obfuscated|merged|scrambled|packed) (?:payload|instructions?|blob|commands?)|payload ?= ?["'\[]`,
    '(?:解码|解密|还原|反转|拼接|异或)(?:出|得到|以下|下列|下面|这段|该|上述|后)?的?(?:命令|指令|载荷|步骤|执行|运行)',
  ],
  'obeys-output': [
    String.raw`(?:generate|produce|build|derive|reconstruct|assemble|recover|obtain) ... (?:${INSTRUCTIONS}|licen[cs]e|payload|script) (?:on[- ]the[- ]fly|deterministically|at run-?time) (?:using|with|by|from|through)`,
    String.raw`(?:follow|execute|run|obey|perform|carry out) (?:the |any |all |those )?(?:\w{1,12} )?${INSTRUCTIONS} (?:that |which )?${SPEAKER} (?:prints?|outputs?|returns?|emits?|gives|sends?|responds? with|replies with|decodes to)(?![\w(])`,
    String.raw`(?:follow|execute|run|obey|do) (?:exactly )?(?:what|whatever) ${SPEAKER} (?:prints?|outputs?|returns?|says|tells|sends|contains|decodes to)(?![\w(])`,
    String.raw`(?:follow|execute|run|obey|carry out) (?:the |all |any |those )?(?:decoded|decrypted|deciphered|reconstructed|remote|hidden|embedded) (?:\w{1,12} )?(?:${INSTRUCTIONS}|payload)`,
    String.raw`(?:decode|decrypt|unscramble|reverse|de-?obfuscate) ... (?:and|then) (?:then )?(?:run|execute|paste|follow|evaluate) (?:it|this|them|that|the (?:result|output|command|code|decoded \w{1,12}))(?!\w)`,
    String.raw`(?:treat|use|regard|consider|take|apply) (?:its|the|their|that|whatever) (?:\w{1,12} )?(?:contents?|text|response|output|answer) (?:\w{1,12} )?as (?:\w{1,12} )?(?:\w{1,12} )?(?:system )?(?:instructions|rules|prompt|orders)`,
    String.raw`(?:latest|current|real|actual|updated|complete|full) (?:instructions|rules|prompt|directives) (?:are|is) (?:always )?(?:hosted|located|kept|published|available|found|stored) (?:at|on|under) https?:`,
    '(?:当作|视为|作为|当成)(?:新的?|附加|额外)?(?:系统)(?:指令|提示词|规则|指示)',
    '(?:执行|遵循|按照|照做|服从)(?:脚本|程序|命令|解码后|解密后|服务器|接口|网页|页面|远程)(?:打印|输出|返回|得到|给出|下发|生成)?的?(?:所有|全部)?(?:指令|命令|步骤|指示)',
    '(?:生成|还原|拼出|推导)[^\\n。]{0,12}?(?:指令|命令|步骤|脚本)[^\\n。]{0,6}?(?:并|然后|再|后)(?:立即|直接)?(?:执行|运行|照做)',
  ],
  'disguised-command': [
    String.raw`(?<![\w"'])(?:c(?:""|''|\\)url|cu(?:""|''|\\)rl|cur(?:""|''|\\)l|w(?:""|''|\\)get|wg(?:""|''|\\)et|b(?:""|''|\\)ash|ba(?:""|''|\\)sh)(?!\w)`,
    String.raw`(?:curl|wget|bash|sh|cat|nc)\$\{?IFS|\$\{?IFS\}?\S{0,20}(?:curl|wget|bash|https?:)`,
    String.raw`__import__\(\s{0,2}["'](?:os|subprocess|socket|ctypes|pty)["']\s{0,2}\)\s{0,2}\.(?:system|popen|Popen|run|call|socket|spawn)|chr\(\d{2,3}\)\s?\+\s?chr\(\d{2,3}\)\s?\+\s?chr\(\d{2,3}\)\s?\+\s?chr\(\d{2,3}\)|getattr\(\s{0,2}(?:__builtins__|__import__)`,
    String.raw`(?<![\w"'])["'][^"'\n]{12,200}["'](?:\[::-1\]|\.split\(["']{2}\)\.reverse\(\))`,
  ],
  'hidden-window': [
    String.raw`-w(?:indowstyle)?\s{1,2}["']?hidden|creationflags\s{0,2}=\s{0,2}(?:0x0?8000000|subprocess\.CREATE_NO_WINDOW)|WindowStyle\s{0,2}=\s{0,2}["']?(?:0\b|Hidden)`,
  ],
  'silent-call': [
    String.raw`(?:curl|wget)\s[^\n]{0,200}?(?:>\s{0,2}\/dev\/null\s{1,2}2>&1|&>\s{0,2}\/dev\/null)\s{0,2}&(?!&)`,
  ],
}

const NUMBERS = /(?<![\d,.])(?:\d{1,3}\s{0,8},\s{0,12}){30,4000}\d{1,3}(?![\d.])/g
const WORD = /(?<!\S)[!-~]{80,20000}/g
const HEX = /(?<!\w)(?:[0-9a-f]{2}){40,10000}(?!\w)/gi
/** How a picture, a document, a font or a token begins in base64. */
const KNOWN_DATA =
  /^["'\x60(]{0,2}(?:iVBOR|\/9j\/|JVBER|LS0tLS|MII|R0lGOD|PHN2Zy|UklGR|eyJ|d09GM|AAEAAA|ssh-)/
const LONGEST_LOOKED_AT = 400
/** Bits of a character, from where a word of that length is no name, path or address. English is near 4. */
const DENSE = 4.6
/** Where chance makes a run of six small letters it is rarer than that. */
const CHARACTERS_OF_A_WORD = 40

/** `encoded-blob`: numbers, digits or letters that say nothing before they are decoded. */
export function blobSignals(text: string): readonly Signal[] {
  const found: Signal[] = []
  const add = (start: number, length: number): void => {
    found.push({ name: 'encoded-blob', start, end: start + length })
  }
  for (const { 0: match, index } of text.matchAll(NUMBERS))
    if (match.split(',').every((one) => Number(one) < 256)) add(index, match.length)
  for (const { 0: match, index } of text.matchAll(HEX)) add(index, match.length)
  for (const { 0: match, index } of text.matchAll(WORD))
    if (isDense(match) && !isPlainText(match)) add(index, match.length)
  return found
}

/** What is in base64 and is text was read as what it is. */
function isPlainText(word: string): boolean {
  const bytes = Buffer.from(word.replaceAll(/^["'\x60(]|["'\x60),;]{1,3}$/g, ''), 'base64')
  const printable = bytes.filter((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13)
  return bytes.length >= 40 && printable.length / bytes.length > 0.95
}

function isDense(word: string): boolean {
  if (KNOWN_DATA.test(word) || word.includes('://') || /;base64,/.test(word)) return false
  const looked = word.slice(0, LONGEST_LOOKED_AT)
  if (!/\d/.test(looked) || !/[A-Z]/.test(looked) || !/[a-z]/.test(looked)) return false
  // Markup and code have words in them, however long they run.
  if ((looked.match(/[a-z]{6,}/g) ?? []).length * CHARACTERS_OF_A_WORD > looked.length) return false
  const counts = new Map<string, number>()
  for (const sign of looked) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / looked.length) * Math.log2(count / looked.length)
  return bits > DENSE
}
