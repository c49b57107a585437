import type { SkillFile } from './skill-file.ts'
import { lineOf } from './skill-file.ts'

/** Where lists of what is looked for and examples for tests lie. */
const PLACES =
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|test-?data|samples?|corpus|patterns?|signatures?|detections?|detectors?|yara|sigma|semgrep|iocs?|evals?)\/|(?:^|\/)[\w.-]{0,60}(?:patterns?|rules?|signatures?|detect(?:ion|or|ors)?|iocs?|blocklist|denylist|fixtures?|threats?|checklist|scanner|scan|sigs?|demo|example|audit(?:or)?|vetter|lint|guard|sanitiz\w{1,3})[\w.-]{0,30}\.\w{1,5}$|\.(?:yar|yara|sigma)$|[._-](?:test|spec)\.\w{1,5}$|(?:^|\/)test_[\w.-]{1,60}$/i
/** What a line looks like that is a pattern and no command. */
const PATTERN_LINE =
  /\\[sbdwS](?:[+*{]|\\?b|\b)|\(\?[:!=<i]|\.\*|\[\^|\\\.|\\\||\\\(|re\.compile|new RegExp|grep\s+-\w*[rnEiPq]|\brg\s|pattern["']?\s*[:=]|regex/
/** Words of those who look for harm and warn of it. */
const WATCHFUL =
  /\b(?:detect(?:s|ed|ion|ing|or)?|flag(?:s|ged|ging)?|red flags?|suspicious|malicious|malware|dangerous|attack(?:s|er|ers|ing)?|vulnerab\w{1,8}|exploit\w{0,4}|threats?|scan(?:s|ning|ner)? for|look(?:s|ing)? for|check(?:s|ing)? for|watch for|search for|avoid|reject|block(?:s|ed)?|blocklist|warn(?:s|ing)?|injections?|payloads?|indicators?|iocs?|bad examples?|anti-?patterns?|unsafe|insecure|risky?|abuse|phishing|backdoors?|exfiltration|stealers?|test cases?|should be (?:caught|blocked|refused)|critical severity|severity|never (?:run|pipe|execute|use|do)|do not (?:run|pipe|execute|use)|don['’]t (?:run|pipe|execute|use))\b|检测|识别|可疑|恶意|危险|攻击|漏洞|扫描|禁止|切勿|拒绝|拦截|警告|注入|风险|威胁|后门|黑名单|反例|不安全|避免|检查项/i
const ELEMENT =
  /^\s{0,80}(?:[\w"']{1,60}\s{0,2}:\s{0,2})?[[({]{0,2}\s?[rbf]?(?:"[^"\n]{1,300}"|'[^'\n]{1,300}'|`[^`\n]{1,300}`)(?:\s{0,2},\s{0,2}[^\n]{0,200})?[\])}]{0,2},?\s{0,4}(?:#[^\n]{0,200}|\/\/[^\n]{0,200})?$/
/** What a model reads as it stands, in whatever quotes a file keeps it. */
const TOLD = /^\s{0,80}(?:-\s{1,4})?["']?(?:description|instructions|summary)["']?\s{0,2}:/
const HEADING = /^\s{0,3}#{1,6}\s/
/** How far up a heading or an introduction may stand. */
const REACH = 40

const WARNED =
  /\b(?:never|do not|don['’]t|must not|should not|refuse to|avoid|reject|without ever|not allowed to|prevents?|blocks?|cannot|not|nothing is|no data is)\b[^.!?\n]{0,60}$|(?:不要|切勿|禁止|不得|避免|严禁|不可|拒绝|防止|绝不|不会|从不|从未|并未|没有|无需|未)[^。！？\n]{0,30}$/i

/** Says of places in one file whether harm is shown there as an example, a pattern or a warning. */
export function createQuoting(file: SkillFile): (line: number) => boolean {
  const isListed = PLACES.test(file.path)
  const known = new Map<number, boolean>()
  const at = (line: number): string => lineOf(file.text, file.lines, line)
  return (line) => {
    const before = known.get(line)
    if (before !== undefined) return before
    const isQuoted = isListed || PATTERN_LINE.test(at(line)) || isIntroduced(file, line, at)
    known.set(line, isQuoted)
    return isQuoted
  }
}

/** The line itself, the last line of prose before a list, table or block, or the heading above says so. */
function isIntroduced(file: SkillFile, line: number, at: (line: number) => string): boolean {
  // In code only a comment says what a line is for.
  const said =
    file.sort === 'prose' || file.sort === 'settings'
      ? at(line)
      : (/(?:#|\/\/)(.*)$/.exec(at(line))?.[1] ?? '')
  if (WATCHFUL.test(said)) return true
  if (file.sort !== 'prose') {
    // An element of a list of texts is looked for; it is not run.
    if (ELEMENT.test(at(line)) && !TOLD.test(at(line))) return true
    // A comment above says what the line is.
    return [1, 2].some((up) => /^\s*(?:#|\/\/|\/?\*)/.test(at(line - up)) && WATCHFUL.test(at(line - up)))
  }
  if (isRow(at(line)) && tableAround(line, at).some((row) => WATCHFUL.test(row))) return true
  let hasIntroduction = false
  for (let up = 1; up <= REACH && line - up >= 0; up += 1) {
    const text = at(line - up)
    if (HEADING.test(text)) return WATCHFUL.test(text)
    if (hasIntroduction || !/[:：]\s*\**\s*$/.test(text) || /^\s*[-*\d|]/.test(text)) continue
    hasIntroduction = true
    if (WATCHFUL.test(text)) return true
  }
  return false
}

const isRow = (text: string): boolean => /^\s{0,8}\|/.test(text)

function tableAround(line: number, at: (line: number) => string): readonly string[] {
  const rows: string[] = []
  for (const step of [-1, 1]) {
    for (let next = line + step; next >= 0 && Math.abs(next - line) <= REACH && isRow(at(next)); next += step)
      rows.push(at(next))
  }
  return rows
}

/** Whether what stands there is warned of, as in "never send credentials to …". */
export function isWarnedOf(text: string, start: number): boolean {
  return WARNED.test(text.slice(Math.max(0, start - 80), start))
}
