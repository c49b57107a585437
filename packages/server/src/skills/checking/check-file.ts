import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { FindingAct, SkillFinding } from '@freehold/contract/skill-report.ts'
import { findMissingPrograms, findUndeclared } from './declared.ts'
import { findInDependencies } from './dependencies.ts'
import { excerptOf } from './excerpt.ts'
import { findHidden } from './hidden.ts'
import type { Placed } from './near.ts'
import { nearFindings } from './near.ts'
import { createQuoting, isWarnedOf } from './quoting.ts'
import { MOST_PER_FILE } from './rule.ts'
import { NEAR_RULES, ruleOf } from './rules/all.ts'
import { isHonestDownload } from './known/hosts.ts'
import { readScript } from './script/script-findings.ts'
import { findSecrets } from './secrets.ts'
import type { Signal } from './signal.ts'
import { phraseSignals } from './signal.ts'
import type { Ownership } from './signals/piping.ts'
import { pipeSignals, whose } from './signals/piping.ts'
import { sendingSignals } from './signals/sending.ts'
import { reroutingSignals, strangerSignals } from './signals/taking.ts'
import { asRead, hiddenSignals } from './signals/unicode.ts'
import { blobSignals } from './signals/veiled.ts'
import { weighOrders } from './weighing/weigh.ts'
import type { SkillFile } from './skill-file.ts'
import { isCode, lineAt, lineStarts } from './skill-file.ts'

export interface Around {
  readonly manifest: SkillManifest | null
  readonly own: Ownership
  /** Nothing runs its files by itself. */
  readonly isPrompt: boolean
  /** It is about security by its own words, and so quotes what it looks for. */
  readonly isWatchful: boolean
  readonly files: ReadonlyMap<string, Buffer>
}

/** What a quoted finding weighs. Who writes about harm shows it; a person looks all the same. */
const QUOTED: Readonly<Record<FindingAct, FindingAct>> = {
  block: 'review',
  suspect: 'review',
  review: 'note',
  note: 'note',
}
/** Orders that are often written down to be warned of. */
const WARNABLE = new Set([
  'send-order',
  'override-order',
  'disable-defence',
  'polls-orders',
  'uploads-file',
  'memory-write',
  'paste-order',
  'bias-order',
  'reveals-secret',
  'opens-permissions',
  'removes-things',
  'sends-elsewhere',
  'imitated-host',
  'asks-seed',
  'obeys-output',
  'memory-address',
  'asks-key',
  'prints-private-key',
  'asks-payment',
])
const ARCHIVES = ['PK\u0003\u0004', '\u001f\u008b', '7z\u00bc\u00af', 'Rar!', 'BZh']
const PROGRAMS = [
  '\u007fELF',
  'MZ',
  '\u00cf\u00fa\u00ed\u00fe',
  '\u00ca\u00fe\u00ba\u00be',
  '\u00fe\u00ed\u00fa',
]

interface Found {
  readonly rule: string
  readonly start: number
  readonly end: number
}

/** Everything that the rules find in one file. */
export function checkFile(file: SkillFile, around: Around): readonly SkillFinding[] {
  if (file.sort === 'binary') return inBinary(file, around)
  const script = file.sort === 'script' ? readScript(file.path, file.text) : null
  const told = [
    ...(script?.findings ?? []),
    ...findSecrets(file),
    ...findHidden(file, around.own, script?.texts),
    ...findUndeclared(file, around.manifest, script),
    ...findInDependencies(file, around.files),
    ...(isInstructions(file, around) ? findMissingPrograms(file.text, around.files) : []),
  ]
  return [...fewOfEach(told).map((found) => finding(file, found, around)), ...inTexts(file, around)]
}

/** Rules over signals; what people do not see is looked for in the file, everything else in what a model reads. */
function inTexts(file: SkillFile, around: Around): readonly SkillFinding[] {
  const read = asRead(file.text)
  const lines = read === file.text ? file.lines : lineStarts(read)
  const seen: SkillFile = { ...file, text: read, lines }
  const place = (signal: Signal, starts: readonly number[]): Placed => ({
    ...signal,
    line: lineAt(starts, signal.start),
  })
  const spoken = [
    ...phraseSignals(read, file.sort === 'python'),
    ...pipeSignals(read, around.own),
    ...sendingSignals(read, around.own),
    // What a page beside them has in code is an example of something.
    ...(isInstructions(file, around) ? blobSignals(read) : []),
    ...strangerSignals(read),
    ...reroutingSignals(read, (command) => whose(command, around.own)),
  ]
    .filter(({ name, start }) => !WARNABLE.has(name) || !isWarnedOf(read, start))
    .filter(
      ({ name, start, end }) => name !== 'download-order' || !isHonestDownload(read.slice(start, end + 120)),
    )
    .map((signal) => place(signal, lines))
  const hidden = hiddenSignals(file.text).map((signal) => place(signal, file.lines))
  const sort = isCode(file.sort) ? 'code' : 'prose'
  const inRead = nearFindings(NEAR_RULES, spoken, sort).map(({ rule, signal }) =>
    finding(seen, { rule, ...signal }, around),
  )
  const inFile = nearFindings(NEAR_RULES, hidden, sort).map(({ rule, signal }) =>
    finding(file, { rule, ...signal }, around),
  )
  const weighed = isInstructions(file, around) ? weighOrders(seen, around) : []
  return [...inRead, ...inFile, ...weighed.map((found) => finding(seen, found, around))]
}

/** What a model is given to follow when the skill is used. */
const isInstructions = ({ path }: SkillFile, { manifest }: Around): boolean =>
  /^skill\.md$/i.test(path) || (manifest?.kind === 'prompt' && path === manifest.prompt.instructions)

function fewOfEach(found: readonly Found[]): readonly Found[] {
  const counts = new Map<string, number>()
  return found.filter(({ rule }) => {
    const count = (counts.get(rule) ?? 0) + 1
    counts.set(rule, count)
    return count <= MOST_PER_FILE
  })
}

function finding(
  file: SkillFile,
  { rule, start, end }: Found,
  { isPrompt, isWatchful }: Around,
): SkillFinding {
  const known = ruleOf(rule)
  const line = lineAt(file.lines, start)
  const act = (isPrompt ? known.inPrompt : undefined) ?? known.act
  // Keys and names are what they are, wherever they stand.
  const isFact = /^(?:supply|name|manifest)\./.test(rule)
  const isAside =
    isWatchful && (act === 'suspect' || (file.sort === 'prose' && !/^skill\.md$/i.test(file.path)))
  // What is ordered on the side is mostly given a good reason, in the words of those who warn.
  const isPlain = isFact || (rule.startsWith('order.') && !isWatchful)
  const quoted = !isPlain && (isAside || createQuoting(file)(line))
  return {
    rule,
    act: quoted ? QUOTED[act] : act,
    evidence: known.evidence === 'code' && !isCode(file.sort) ? 'prose' : known.evidence,
    path: file.path,
    line: line + 1,
    column: start - (file.lines[line] ?? 0) + 1,
    excerpt: rule.startsWith('secret.')
      ? maskedSecret(file.text.slice(start, end))
      : excerptOf(file.text.slice(start, Math.max(end, start + 1))),
    quoted,
    says: known.says,
    advice: known.advice,
  }
}

const maskedSecret = (value: string): string => `${excerptOf(value.slice(0, 4))}… (${value.length})`

function inBinary(file: SkillFile, around: Around): readonly SkillFinding[] {
  const head = file.bytes.subarray(0, 8).toString('latin1')
  const rule =
    PROGRAMS.some((one) => head.startsWith(one)) ||
    /\.(?:exe|dll|so|dylib|node|wasm|pyc|class|jar)$/i.test(file.path)
      ? 'supply.binary'
      : ARCHIVES.some((one) => head.startsWith(one)) &&
          !/\.(?:docx|xlsx|pptx|odt|ods|epub|ttf|woff2?)$/i.test(file.path)
        ? 'supply.archive'
        : null
  if (rule === null) return []
  return [finding({ ...file, text: '', lines: [0] }, { rule, start: 0, end: 0 }, around)]
}
