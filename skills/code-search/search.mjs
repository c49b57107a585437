import { readFile, readdir, stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'

const MOST_FILES = 50_000
const MOST_FILE_BYTES = 1024 * 1024
const MOST_HITS = 60
const LONGEST_LINE = 300
const AROUND = 1
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'target', 'vendor', '__pycache__'])

/** What introduces a name in the languages that are common. */
const definitionsOf = (name) => {
  const safe = name.replaceAll('$', '\\$')
  return [
    new RegExp(
      `^\\s*(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:function\\*?|class|interface|type|enum|const|let|var|namespace)\\s+${safe}(?![\\w$])`,
    ),
    new RegExp(
      `^\\s*(?:pub(?:\\([^)]*\\))?\\s+)?(?:async\\s+)?(?:def|class|fn|func|struct|trait|enum|type|mod|module|package|object|protocol)\\s+(?:\\([^)]*\\)\\s*)?${safe}(?![\\w$])`,
    ),
    new RegExp(
      `^\\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|sealed|partial)\\s+)+(?:[\\w<>\\[\\],.?]+\\s+)*${safe}\\s*(?:[({<]|$|extends|implements)`,
    ),
    new RegExp(
      `^\\s*create\\s+(?:or\\s+replace\\s+)?(?:table|view|function|type|index|procedure)\\s+(?:if\\s+not\\s+exists\\s+)?(?:\\w+\\.)?${safe}(?![\\w$])`,
      'i',
    ),
    new RegExp(`^\\s*#define\\s+${safe}(?![\\w$])`),
  ]
}

export async function find_text({ text, path = '', regex = false }, host) {
  const fits = regex ? expression(text) : null
  return await search(host, path, (line) => (fits ? fits.test(line) : line.includes(text)))
}

export async function find_definition({ name }, host) {
  const patterns = definitionsOf(name)
  return await search(host, '', (line) => line.includes(name) && patterns.some((one) => one.test(line)))
}

export async function read_lines({ path, from = 1, lines = 100 }, host) {
  const all = (await textOf(inside(host, path))).split('\n')
  return { path, from, lines: all.slice(from - 1, from - 1 + lines), more: all.length > from - 1 + lines }
}

function expression(text) {
  try {
    return new RegExp(text, 'u')
  } catch {
    throw new Error('The text is no regular expression.')
  }
}

async function search(host, below, isHit) {
  const root = inside(host, below)
  const hits = []
  let files = 0
  for await (const path of filesBelow(root)) {
    if ((files += 1) > MOST_FILES || hits.length >= MOST_HITS) return { hits, files, isCut: true }
    const lines = (await textOf(path)).split('\n')
    for (let at = 0; at < lines.length && hits.length < MOST_HITS; at++) {
      if (!isHit(lines[at])) continue
      const around = lines.slice(Math.max(0, at - AROUND), at + AROUND + 1)
      hits.push({
        path: path.slice(rootOf(host).length + 1),
        line: at + 1,
        text: around.map((line) => line.slice(0, LONGEST_LINE)).join('\n'),
      })
    }
  }
  return { hits, files, isCut: false }
}

const rootOf = (host) => `/${host.settings.folder}`

function inside(host, path) {
  const full = normalize(join(rootOf(host), path))
  if (full !== rootOf(host) && !full.startsWith(`${rootOf(host)}/`))
    throw new Error('The path leads out of the folder.')
  return full
}

/** Directories in order of name; what is hidden or made by programs is left out. */
async function* filesBelow(place) {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => null)
  if (entries === null) return
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue
    const path = join(place, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

/** Empty for what is too large or no text. */
async function textOf(path) {
  const { size } = await stat(path)
  if (size > MOST_FILE_BYTES) return ''
  const bytes = await readFile(path)
  return bytes.includes(0) ? '' : bytes.toString('utf8')
}
