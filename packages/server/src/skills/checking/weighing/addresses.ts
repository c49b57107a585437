import type { Ownership } from '../signals/piping.ts'
import { whose } from '../signals/piping.ts'
import type { SkillFile } from '../skill-file.ts'
import { lineAt } from '../skill-file.ts'

const ADDRESS = /https?:\/\/(?:[^/\s"'`)@]{1,80}@)?([\w.-]{3,120})/gi
/** Where half of all documents point to; an address there says nothing. */
const KNOWN_SITE =
  /(?:^|\.)(?:github\.com|githubusercontent\.com|gitlab\.com|wikipedia\.org|pypi\.org|npmjs\.(?:com|org)|google\.com|googleapis\.com|gstatic\.com|microsoft\.com|python\.org|mozilla\.org|w3\.org|anthropic\.com|claude\.(?:com|ai)|openai\.com|huggingface\.co|hf\.co|arxiv\.org|stackoverflow\.com|youtube\.com|apple\.com|amazon\.com|amazonaws\.com|cloudflare\.com|jsdelivr\.net|unpkg\.com|schema\.org|creativecommons\.org|stripe\.com|slack\.com|discord\.com|notion\.so|linear\.app|atlassian\.net|docs\.rs|readthedocs\.(?:io|org)|nodejs\.org|brew\.sh|docker\.com|kubernetes\.io|x\.com|twitter\.com|linkedin\.com|medium\.com|agentskills\.io|openclaw\.ai|clawhub\.(?:ai|com)|clawdhub\.com)$/i

const siteOf = (host: string): string => host.toLowerCase().split('.').slice(-2).join('.')

/** Lines that belong to another part of the text. */
const APART = 12

export interface Addresses {
  /** Whether an address stands in this line that is the skill's own or of a site that the text names elsewhere. */
  readonly isUsual: (line: number) => boolean
  /** Whether a foreign address stands in these lines and its site nowhere else in the file. */
  readonly isOnlyIn: (from: number, to: number) => boolean
}

/** Addresses of a text that are neither the skill's own nor of sites that everybody links to. */
export function addressesOf({ text, lines }: SkillFile, own: Ownership): Addresses {
  // The first and the last line of each site.
  const spans = new Map<string, readonly [number, number]>()
  const known = new Set<number>()
  const sitesAt = new Map<number, Set<string>>()
  for (const { 0: address, 1: found = '', index } of text.matchAll(ADDRESS)) {
    const host = found.replace(/\.$/, '')
    if (!/\.[a-z]{2,12}$/i.test(host)) continue
    const owner = whose(`curl ${address.replace(/\.$/, '')}`, own)
    if (owner === null) continue
    const [site, line] = [siteOf(host), lineAt(lines, index)]
    if (KNOWN_SITE.test(host) || owner === 'pipe-own' || owner === 'pipe-known') {
      known.add(line)
      continue
    }
    spans.set(site, [spans.get(site)?.[0] ?? line, line])
    sitesAt.set(line, (sitesAt.get(line) ?? new Set()).add(site))
  }
  const spanOf = (site: string, line: number): readonly [number, number] => spans.get(site) ?? [line, line]
  return {
    isUsual: (line) =>
      known.has(line) ||
      [...(sitesAt.get(line) ?? [])].some((site) => {
        const [first, last] = spanOf(site, line)
        return line - first > APART || last - line > APART
      }),
    isOnlyIn: (from, to) => {
      for (let line = from; line <= to; line += 1)
        for (const site of sitesAt.get(line) ?? []) {
          const [first, last] = spanOf(site, line)
          if (first >= from && last <= to) return true
        }
      return false
    },
  }
}

/** Whether code names a site that the text says nothing of. */
export const namesOtherSites = (code: string, text: string): boolean =>
  [...code.matchAll(ADDRESS)].some(
    ({ 1: host = '' }) =>
      /\.[a-z]{2,12}$/i.test(host) && !KNOWN_SITE.test(host) && !text.includes(siteOf(host)),
  )
