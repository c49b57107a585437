import { phrase } from '../phrase.ts'
import { isWarnedOf } from '../quoting.ts'
import { MOST_PER_FILE } from '../rule.ts'
import type { Ownership } from '../signals/piping.ts'
import type { SkillFile } from '../skill-file.ts'
import { lineAt } from '../skill-file.ts'
import { addressesOf, namesOtherSites } from './addresses.ts'
import { CIRCUMSTANCES } from './circumstances.ts'
import { EFFECTS } from './effects.ts'
import { outlineOf } from './outline.ts'
import { strangenessOf } from './strangeness.ts'
import type { Sign } from './weights.ts'
import { ENOUGH, WEIGHTS } from './weights.ts'

/** An order, what speaks against it, and how much that is together. */
export interface WeighedOrder {
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly score: number
  readonly signs: readonly Sign[]
}

export interface WeighedIn {
  readonly own: Ownership
  readonly files: ReadonlyMap<string, Buffer>
}

const MOST_OF_ONE = 200
const REACH = 4
/** How far a heading speaks for what stands below it. */
const UNDER_HEADING = 10
/** An effect that is found as often as that elsewhere is what the skill is about. */
const OFTEN = 3
const MOST_OF_SCRIPT = 65_536
const SCRIPT = /[\w-]{2,40}\.(?:sh|py|js|mjs|ps1|bat|rb|pl)\b/g
const SENDS =
  /requests\.(?:post|put)|urlopen|httpx|fetch\(|axios|curl |wget |https?\.request|remote add|git push|smtplib|socket/i
const REMOVES = /unlink|os\.remove|rmtree|rm -|\.rmdir|shutil\.move|git reset|drop table|delete from|Fernet/i

const compiled = (source: string, isExact = false): RegExp => {
  if (isExact) return new RegExp(source, 'g')
  const { source: made, flags } = phrase(source)
  return new RegExp(/^(?:\(\?:)?[a-z]/i.test(source) ? String.raw`(?<![\w-])${made}` : made, flags)
}
/** The phrases of every effect, as they are searched. */
export const EFFECT_PATTERNS = EFFECTS.map((effect) => ({
  effect,
  patterns: effect.phrases.map((source) => compiled(source)),
}))
export const CIRCUMSTANCE_PATTERNS = CIRCUMSTANCES.map(({ name, isExact, phrases }) => ({
  name,
  patterns: phrases.map((source) => compiled(source, isExact)),
}))

interface Hit {
  readonly start: number
  readonly end: number
  readonly line: number
}

/** Every order of a text that does something on the side, with its weight. */
export function weighAll(file: SkillFile, { own, files }: WeighedIn): readonly WeighedOrder[] {
  const { text } = file
  const front = /^---\r?\n[\s\S]{0,8000}?\r?\n---/.exec(text)?.[0].length ?? 0
  const effects = EFFECT_PATTERNS.map(({ effect, patterns }) => ({
    effect,
    hits: patterns
      .flatMap((pattern) => hitsOf(file, pattern))
      .filter(({ start }) => start >= front && !(effect.isWarnable && isWarnedOf(text, start))),
  }))
  if (effects.every(({ hits }) => hits.length === 0)) return []
  const rulesAt = new Map<number, Set<string>>()
  for (const { effect, hits } of effects)
    if (!effect.isCommon)
      for (const { line } of hits) rulesAt.set(line, (rulesAt.get(line) ?? new Set()).add(effect.rule))
  const around = CIRCUMSTANCE_PATTERNS.map(({ name, patterns }) => ({
    name,
    at: new Set(patterns.flatMap((pattern) => hitsOf(file, pattern, 2000).map(({ line }) => line))),
  }))
  const outline = outlineOf(file)
  const addresses = addressesOf(file, own)
  const strangeness = strangenessOf(file)
  const bundled = bundledSigns(file, files)

  return effects.flatMap(({ effect, hits }) => {
    const byLine = hits.map(({ line }) => line).toSorted((one, other) => one - other)
    return hits.flatMap((hit) => {
      const { line } = hit
      const heading = outline.heading(line)
      const from = Math.max(heading + 1, line - REACH)
      const to = Math.min(outline.next(line) - 1, line + REACH)
      const isUnder = heading >= 0 && line - heading <= UNDER_HEADING
      const signs: Sign[] = [effect.rule]
      for (const { name, at } of around) {
        if (at.has(line)) signs.push(name)
        else if (isUnder && at.has(heading)) signs.push(`${name}-heading`)
        else if (span(from, line - 1).some((one) => at.has(one))) signs.push(`${name}-above`)
        else if (span(line + 1, to).some((one) => at.has(one))) signs.push(`${name}-below`)
      }
      const outside = byLine.filter((other) => other < from - 2 || other > to + 2).length
      if (outside === 0) signs.push('nowhere-else')
      else if (outside >= OFTEN && !effect.isCommon) signs.push('often')
      if (outline.sort(line) !== 'words') signs.push(outline.sort(line))
      if (addresses.isOnlyIn(line, line)) signs.push(effect.goesOut ? 'foreign-target' : 'foreign-address')
      else if (addresses.isOnlyIn(from, to)) signs.push('foreign-near')
      else if (effect.goesOut && addresses.isUsual(line)) signs.push('usual-target')
      const script = effect.isCommon ? bundled(text.slice(hit.start, hit.end)) : []
      // To run a script that does nothing of the kind is what skills are for.
      if (effect.isCommon && script.length === 0) return []
      signs.push(...script)
      const others = new Set(
        span(Math.max(from, line - 2), Math.min(to, line + 2)).flatMap((one) =>
          Array.from(rulesAt.get(one) ?? []),
        ),
      )
      others.delete(effect.rule)
      if (others.size > 0) signs.push('also')
      const share = strangeness.shareOf(line)
      if (share !== null) {
        if (share < 0.15) signs.push('alien')
        else if (share < 0.3) signs.push('strange')
        else if (share > 0.75) signs.push('at-home')
        if (share < strangeness.usual * 0.5) signs.push('stands-out')
        if (share < strangeness.usual * 0.75) signs.push('unusual')
      }
      const score = signs.reduce((sum, sign) => sum + (WEIGHTS[sign] ?? 0), 0)
      return [{ rule: effect.rule, start: hit.start, end: hit.end, score, signs }]
    })
  })
}

/** The orders with enough against them that a person should look, the heaviest of each line. */
export function weighOrders(file: SkillFile, weighedIn: WeighedIn): readonly WeighedOrder[] {
  const heavy = weighAll(file, weighedIn)
    .filter(({ score }) => score >= ENOUGH)
    .toSorted((one, other) => other.score - one.score || one.start - other.start)
  const seen = new Set<number>()
  return heavy
    .filter(({ start }) => {
      const line = lineAt(file.lines, start)
      return !seen.has(line) && seen.add(line)
    })
    .slice(0, MOST_PER_FILE)
}

/** What speaks against running a script of the skill: it is named nowhere else, and it sends or removes something. */
function bundledSigns(
  { text }: SkillFile,
  files: ReadonlyMap<string, Buffer>,
): (words: string) => readonly Sign[] {
  const known = new Map<string, readonly Sign[]>()
  const look = (name: string): readonly Sign[] => {
    const body = [...files].find(([path]) => path === name || path.endsWith(`/${name}`))?.[1]
    if (!body) return []
    const code = body.subarray(0, MOST_OF_SCRIPT).toString('utf8')
    const first = text.indexOf(name)
    const isOnce = !text.slice(text.indexOf('\n', first) + 1 || text.length).includes(name)
    return [
      ...(isOnce ? ['only-here'] : []),
      ...(SENDS.test(code) && namesOtherSites(code, text) ? ['script-sends'] : []),
      ...(REMOVES.test(code) ? ['script-removes'] : []),
    ]
  }
  return (words) => {
    const name = words.match(SCRIPT)?.at(-1)
    if (name === undefined) return []
    const signs = known.get(name) ?? look(name)
    known.set(name, signs)
    return signs
  }
}

const span = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)

function hitsOf({ text, lines }: SkillFile, pattern: RegExp, most = MOST_OF_ONE): readonly Hit[] {
  const hits: Hit[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null && hits.length < most; match = pattern.exec(text)) {
    if (match[0] === '') pattern.lastIndex += 1
    else
      hits.push({
        start: match.index,
        end: match.index + match[0].length,
        line: lineAt(lines, match.index),
      })
  }
  return hits
}
