import type { LanguageRegistration } from 'shiki/core'
import type { Asked, Coloured } from './highlight-worker.ts'

const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly default: LanguageRegistration[] }>>> = {
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

/** Colouring more would be felt. */
const LONGEST = 20_000

const worker = new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module' })
/** Languages that the worker knows. */
const told = new Set<string>()

function ask(asked: Asked): Promise<Coloured | null> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<Coloured | null>) => {
      resolve(data)
      port1.close()
    })
    port1.start()
    worker.postMessage(asked, [port2])
  })
}

/** Null where nobody knows the language. */
export async function highlight(code: string, language: string): Promise<Coloured | null> {
  const asked = language.toLowerCase()
  const lang = ALSO[asked] ?? asked
  const load = Object.hasOwn(LANGUAGES, lang) ? LANGUAGES[lang] : undefined
  if (load === undefined || code.length > LONGEST) return null
  if (told.has(lang)) return ask({ code, lang })
  const { default: grammar } = await load()
  told.add(lang)
  return ask({ code, lang, grammar })
}
