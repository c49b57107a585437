import { imitatedPackage } from './names.ts'
import { phraseSignals } from './signal.ts'
import type { SkillFile } from './skill-file.ts'

export interface PlacedRule {
  readonly rule: string
  readonly start: number
  readonly end: number
}

/** What npm runs by itself. */
const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepare',
  'preprepare',
  'postprepare',
  'prepublish',
]
const HOSTILE = new Set([
  'decode-to-shell',
  'reverse-shell',
  'uploads-file',
  'uploads-command',
  'collector',
  'remote-eval',
  'decoded-eval',
  'env-sweep',
  'raw-address',
  'secret-place',
  'paste-site',
  'exfil-host',
])
const FETCHING =
  /\b(?:curl|wget|iwr|irm|Invoke-WebRequest|certutil|node\s{1,3}-e|python3?\s{1,3}-c|powershell|eval|base64|https?:)/i
const FOREIGN = /^(?:git[+:@]|https?:|github:|gitlab:|bitbucket:|file:\.\.|[\w-]{1,40}\/[\w.-]{1,80}(?:#|$))/
const REGISTRY = /^https:\/\/(?:registry\.npmjs\.org|registry\.yarnpkg\.com|registry\.npmmirror\.com)\//

/** Of the files that say what a skill is built of. */
export function findInDependencies(
  file: SkillFile,
  files: ReadonlyMap<string, unknown>,
): readonly PlacedRule[] {
  const name = file.path.split('/').at(-1) ?? ''
  if (name === 'package.json') return inPackage(file, files)
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json') return inLock(file)
  if (/^requirements[\w.-]{0,20}\.txt$/.test(name)) return inRequirements(file)
  return []
}

function inPackage(file: SkillFile, files: ReadonlyMap<string, unknown>): readonly PlacedRule[] {
  const found: PlacedRule[] = []
  const at = (rule: string, words: string): void => {
    const start = Math.max(0, file.text.indexOf(words))
    found.push({ rule, start, end: start + words.length })
  }
  const json = objectOf(parsed(file.text))
  const scripts = objectOf(json['scripts'])
  for (const script of INSTALL_SCRIPTS) {
    const command = scripts[script]
    if (typeof command !== 'string') continue
    const isHostile =
      FETCHING.test(command) || phraseSignals(command).some((signal) => HOSTILE.has(signal.name))
    // `prepare` is run in a checkout only.
    if (isHostile) at('supply.hostile-install-script', `"${script}"`)
    else if (/^(?:pre|post)?install$/.test(script))
      at(
        runsHostile(command, files) ? 'supply.hostile-install-script' : 'supply.install-script',
        `"${script}"`,
      )
  }
  const all = {
    ...objectOf(json['dependencies']),
    ...objectOf(json['devDependencies']),
    ...objectOf(json['optionalDependencies']),
  }
  for (const [dependency, version] of Object.entries(all)) {
    if (typeof version === 'string' && FOREIGN.test(version)) at('supply.foreign-source', `"${dependency}"`)
    if (imitatedPackage(dependency) !== null) at('supply.imitated-package', `"${dependency}"`)
  }
  const folder = file.path.slice(0, -'package.json'.length)
  const isLocked = [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
  ].some((lock) => files.has(`${folder}${lock}`))
  if (!isLocked && Object.keys(objectOf(json['dependencies'])).length > 0)
    at('supply.unpinned', '"dependencies"')
  return found
}

/** `node setup.js`: what the file does is what the script does. */
function runsHostile(command: string, files: ReadonlyMap<string, unknown>): boolean {
  const path = /(?:node|python3?|sh|bash)\s{1,3}(?:\.\/)?([\w./-]{1,120})/.exec(command)?.[1] ?? ''
  const named = files.get(path) ?? files.get(`${path}.js`)
  return Buffer.isBuffer(named) && phraseSignals(named.toString('utf8')).some(({ name }) => HOSTILE.has(name))
}

function inLock(file: SkillFile): readonly PlacedRule[] {
  const found: PlacedRule[] = []
  for (const entry of Object.values(objectOf(objectOf(parsed(file.text))['packages']))) {
    const { resolved, integrity } = objectOf(entry)
    if (typeof resolved !== 'string') continue
    const start = Math.max(0, file.text.indexOf(resolved))
    if (!REGISTRY.test(resolved))
      found.push({ rule: 'supply.foreign-registry', start, end: start + resolved.length })
    else if (typeof integrity !== 'string')
      found.push({ rule: 'supply.unpinned', start, end: start + resolved.length })
  }
  return found
}

function inRequirements(file: SkillFile): readonly PlacedRule[] {
  return [...file.text.matchAll(/^[^#\n]{1,300}/gm)].flatMap(({ index, 0: line }): PlacedRule[] => {
    const end = index + line.length
    if (/^\s{0,4}(?:git\+|https?:|[\w-]{1,60}\s{0,2}@\s{0,2}(?:git|https?))/.test(line))
      return [{ rule: 'supply.foreign-source', start: index, end }]
    const name = /^\s{0,4}([\w.-]{1,80})/.exec(line)?.[1]
    return name !== undefined && imitatedPackage(name.toLowerCase()) !== null
      ? [{ rule: 'supply.imitated-package', start: index, end }]
      : []
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// A parsed document: members are looked at one by one.
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
