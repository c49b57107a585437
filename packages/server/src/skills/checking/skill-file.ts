/** What a file is read as. */
export type FileSort = 'prose' | 'script' | 'python' | 'shell' | 'settings' | 'other' | 'binary'

/** A file of a skill, read once for all rules. */
export interface SkillFile {
  readonly path: string
  readonly bytes: Buffer
  readonly sort: FileSort
  /** As it stands in the file; empty for a binary one. */
  readonly text: string
  /** Where each line begins. */
  readonly lines: readonly number[]
}

const SORTS: readonly (readonly [RegExp, FileSort])[] = [
  [
    /\.(?:md|markdown|mdx|txt|rst|adoc|html?|org)$|(?:^|\/)(?:readme|license|licence|changelog|notice|copying)$/i,
    'prose',
  ],
  [/\.(?:[cm]?jsx?|[cm]?tsx?)$/i, 'script'],
  [/\.(?:py|pyw|ipynb)$/i, 'python'],
  [
    /\.(?:sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd|command)$|(?:^|\/)(?:dockerfile|makefile|justfile|\.bashrc|\.zshrc)$/i,
    'shell',
  ],
  [
    /\.(?:json|jsonc|ya?ml|toml|ini|cfg|conf|env|lock|properties|plist|xml|csv|tsv)$|(?:^|\/)\.env[\w.]*$/i,
    'settings',
  ],
  [
    /\.(?:rb|pl|php|go|rs|java|kt|swift|lua|c|cc|cpp|h|cs|r|jl|scpt|applescript|vbs|hta|sql|el|ex|exs|dart|scala)$/i,
    'other',
  ],
]
const SHEBANG: readonly (readonly [RegExp, FileSort])[] = [
  [/^#![^\n]*\b(?:node|deno|bun)\b/, 'script'],
  [/^#![^\n]*\bpython/, 'python'],
  [/^#![^\n]*\b(?:ba|z|da|k)?sh\b/, 'shell'],
]
/** Beyond it a file is not read as text. A skill is instructions and code; models and media are data. */
const MOST_TEXT_BYTES = 1024 * 1024

/** What a model or an interpreter may act upon, in contrast to words that people read. */
export const isCode = (sort: FileSort): boolean =>
  sort === 'script' || sort === 'python' || sort === 'shell' || sort === 'other'

export function readSkillFile(path: string, bytes: Buffer): SkillFile {
  const head = bytes.subarray(0, 8192)
  const isBinary = head.includes(0) || bytes.length > MOST_TEXT_BYTES
  if (isBinary) return { path, bytes, sort: 'binary', text: '', lines: [0] }
  const text = bytes.toString('utf8')
  return { path, bytes, sort: sortOf(path, text), text, lines: lineStarts(text) }
}

function sortOf(path: string, text: string): FileSort {
  for (const [form, sort] of SHEBANG) if (form.test(text.slice(0, 120))) return sort
  for (const [form, sort] of SORTS) if (form.test(path)) return sort
  return 'prose'
}

export function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** From 0. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export function lineOf(text: string, starts: readonly number[], line: number): string {
  return text.slice(starts[line] ?? text.length, (starts[line + 1] ?? text.length + 1) - 1)
}
