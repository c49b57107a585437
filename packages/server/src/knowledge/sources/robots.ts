/** What robots.txt of one host says to us (RFC 9309). */
export interface Robots {
  mayRead(path: string): boolean
  /** Between two requests; 0 where nothing is said. */
  readonly delayMs: number
}

interface Rule {
  readonly isAllowed: boolean
  readonly pattern: string
}

interface Group {
  readonly agents: string[]
  readonly rules: Rule[]
  delayMs: number
}

const MOST_LINES = 20_000
const LONGEST_DELAY_MS = 60_000

export const EVERYTHING: Robots = { mayRead: () => true, delayMs: 0 }
export const NOTHING: Robots = { mayRead: () => false, delayMs: 0 }

/** Groups of our name count; where there are none, those for everybody. */
export function readRobots(text: string, agent: string): Robots {
  const groups = groupsIn(text)
  const own = groups.filter(({ agents }) => agents.includes(agent.toLowerCase()))
  const ours = own.length > 0 ? own : groups.filter(({ agents }) => agents.includes('*'))
  const rules = ours
    .flatMap((group) => group.rules)
    // The longest that matches decides, and of two of one length the one that allows.
    .toSorted((a, b) => b.pattern.length - a.pattern.length || Number(b.isAllowed) - Number(a.isAllowed))
  return {
    mayRead: (path) => rules.find(({ pattern }) => isMatch(pattern, path))?.isAllowed ?? true,
    delayMs: Math.min(LONGEST_DELAY_MS, Math.max(0, ...ours.map(({ delayMs }) => delayMs))),
  }
}

function groupsIn(text: string): readonly Group[] {
  const groups: Group[] = []
  let group: Group | null = null
  let hasRules = false
  for (const line of text.split(/\r\n|\r|\n/, MOST_LINES)) {
    const [, key = '', value = ''] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line) ?? []
    const field = key.toLowerCase()
    const said = value.trim()
    if (field === 'user-agent') {
      if (group === null || hasRules) groups.push((group = { agents: [], rules: [], delayMs: 0 }))
      hasRules = false
      group.agents.push(said.toLowerCase())
    } else if ((field === 'allow' || field === 'disallow') && group !== null) {
      hasRules = true
      if (said !== '') group.rules.push({ isAllowed: field === 'allow', pattern: said })
    } else if (field === 'crawl-delay' && group !== null) {
      hasRules = true
      const seconds = Number(said)
      if (Number.isFinite(seconds)) group.delayMs = Math.max(group.delayMs, seconds * 1000)
    }
  }
  return groups
}

/** `*` stands for anything, `$` at the end for the end; in linear time, because others write the pattern. */
function isMatch(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$')
  const parts = (isAnchored ? pattern.slice(0, -1) : pattern).split('*')
  const [first = '', ...rest] = parts
  if (!path.startsWith(first)) return false
  let at = first.length
  for (const [index, part] of rest.entries()) {
    const isLast = index === rest.length - 1
    if (isLast && isAnchored) return path.length - part.length >= at && path.endsWith(part)
    const found = path.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return !isAnchored || at === path.length
}
