import type { HighlighterCore, LanguageRegistration } from 'shiki/core'
import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'

// Compiling the patterns of a language takes a quarter of a second, and long code as long again: beside the page.

export interface Asked {
  readonly code: string
  readonly lang: string
  /** With the first code of a language. */
  readonly grammar?: readonly LanguageRegistration[]
}

/** Runs of letters in one colour; a bare text has none. */
export type Coloured = readonly (string | { readonly text: string; readonly className: string })[]

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

const made: Promise<HighlighterCore> = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: 'ours', variablePrefix: '--' })],
  langs: [],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
})

async function colour({ code, lang, grammar }: Asked): Promise<Coloured> {
  const shiki = await made
  const colours = () => shiki.codeToTokens(code, { lang, theme: 'ours' })
  if (grammar !== undefined && !shiki.getLoadedLanguages().includes(lang)) {
    await shiki.loadLanguage([...grammar])
    // Patterns are compiled when they are first met. On a busy machine that alone takes a line beyond the half second
    // after which Shiki leaves the rest of it in one colour.
    colours()
  }
  return runsOf(colours().tokens)
}

/** Neighbours of one colour as one, so that the page gets few elements. */
function runsOf(
  lines: readonly (readonly { readonly content: string; readonly color?: string }[])[],
): Coloured {
  const runs: { text: string; className: string }[] = []
  lines.forEach((line, at) => {
    const end = at === lines.length - 1 ? [] : [{ content: '\n', color: '' }]
    for (const { content, color = '' } of [...line, ...end]) {
      const last = runs.at(-1)
      const isBlank = content.trim() === ''
      const className = isBlank
        ? (last?.className ?? '')
        : (COLOURS.find(([kind]) => kind.test(color))?.[1] ?? '')
      if (last?.className === className) last.text += content
      else runs.push({ text: content, className })
    }
  })
  return runs.map((run) => (run.className === '' ? run.text : run))
}

addEventListener('message', ({ data, ports: [answer] }: MessageEvent<Asked>) => {
  // Null where it could not be done: code without colours is code.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no other target than its end
  const tell = (coloured: Coloured | null): void => answer?.postMessage(coloured)
  colour(data).then(tell, () => tell(null))
})
