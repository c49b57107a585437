import type { HighlighterCore, LanguageInput } from 'shiki/core'
import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'

/** Lines of words with the colour that each has. */
export type Coloured = readonly (readonly {
  readonly text: string
  readonly className: string | undefined
}[])[]

const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly default: LanguageInput }>>> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  docker: () => import('shiki/langs/docker.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  ini: () => import('shiki/langs/ini.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  powershell: () => import('shiki/langs/powershell.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  tsx: () => import('shiki/langs/tsx.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
}
const ALSO: Readonly<Record<string, string>> = {
  'c#': 'csharp',
  'c++': 'cpp',
  cs: 'csharp',
  dockerfile: 'docker',
  js: 'javascript',
  jsonc: 'json',
  jsx: 'tsx',
  kt: 'kotlin',
  md: 'markdown',
  mjs: 'javascript',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  ts: 'typescript',
  yml: 'yaml',
  zsh: 'bash',
}

/** The theme names a variable for each kind of word; each is one of our own colours. */
const COLOURS: readonly (readonly [kind: RegExp, className: string])[] = [
  [/keyword/, 'text-accent'],
  [/comment/, 'text-soft italic'],
  [/string/, 'text-managed'],
  [/constant|parameter|link|inserted/, 'text-private'],
  [/function/, 'text-private font-medium'],
  [/deleted/, 'text-alarm'],
  [/punctuation/, 'text-soft'],
]

/** Colouring more would be felt. */
const LONGEST = 50_000

let made: Promise<HighlighterCore> | null = null

const highlighter = (): Promise<HighlighterCore> =>
  (made ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'ours', variablePrefix: '--' })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  }))

/** Null where nobody knows the language. */
export async function highlight(code: string, language: string): Promise<Coloured | null> {
  const asked = language.toLowerCase()
  const lang = ALSO[asked] ?? asked
  const load = Object.hasOwn(LANGUAGES, lang) ? LANGUAGES[lang] : undefined
  if (load === undefined || code.length > LONGEST) return null
  const shiki = await highlighter()
  const colours = () => shiki.codeToTokens(code, { lang, theme: 'ours' })
  if (!shiki.getLoadedLanguages().includes(lang)) {
    await shiki.loadLanguage((await load()).default)
    // Patterns are compiled when they are first met. On a busy machine that alone takes a line beyond the half second
    // after which Shiki leaves the rest of it in one colour.
    colours()
  }
  const { tokens } = colours()
  return tokens.map((line) =>
    line.map(({ content, color }) => ({
      text: content,
      className: COLOURS.find(([kind]) => kind.test(color ?? ''))?.[1],
    })),
  )
}
