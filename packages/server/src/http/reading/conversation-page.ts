import type { MessageView, sharedView } from '@freehold/contract/conversations.ts'
import type { z } from 'zod'
import { LOCAL_MODEL } from '../../gateway/local-engine.ts'
import { escaped } from './escaped.ts'
import { markdownPage } from './markdown.ts'
import { READING_POLICY, READING_STYLE } from './style.ts'
import type { ReadingLanguage } from './words.ts'
import { READING_WORDS } from './words.ts'

type Shared = z.input<typeof sharedView>
type Words = (typeof READING_WORDS)[ReadingLanguage]

type Making = Pick<NonNullable<MessageView['making']>, 'model' | 'zone' | 'target' | 'masked'>

/** A message as a page shows it: what is shared says less of where it was made. */
interface Shown {
  readonly role: 'user' | 'assistant'
  readonly status: 'complete' | 'stopped'
  readonly text: string
  readonly createdAt: string
  readonly citations: MessageView['citations']
  readonly making?: Making | null
  /** What came before its own words. */
  readonly steps?: readonly { readonly role: string; readonly name?: string | undefined }[]
  /** Files that were sent along. */
  readonly attachments?: readonly { readonly name: string }[] | undefined
  /** Sentences that no source bears out. */
  readonly unsupported?: readonly string[]
}

/** Something that was written beside the answers. */
interface Artifact {
  readonly title: string
  readonly version: number
  readonly createdAt: string
  readonly text: string
}

interface Printed {
  readonly title: string | null
  readonly class: string
  readonly messages: readonly Shown[]
  readonly artifacts: readonly Artifact[]
}

/** A conversation as a page that needs nothing beside itself: to be printed, or kept as a file. */
export function printView(
  { title, class: of, messages, artifacts }: Printed,
  language: ReadingLanguage,
): string {
  const words = READING_WORDS[language]
  const last = messages.at(-1)?.createdAt
  return page(language, {
    title: title ?? words.untitled,
    // A file carries its own rules along.
    head: `<meta http-equiv="Content-Security-Policy" content="${escaped(READING_POLICY)}">\n`,
    lead: [`${words.class}: ${of}`, ...(last === undefined ? [] : [moment(last)])].join(' · '),
    body: [
      ...messages.map((one, nth) => article(one, { nth, words, isWhole: true })),
      ...artifacts.map((one) => artifactArticle(one, words)),
    ].join('\n'),
    footer: words.exported,
  })
}

/** What somebody shared with everybody who has the link. */
export function sharedPage(
  { title, messages, createdAt, expiresAt }: Shared,
  language: ReadingLanguage,
): string {
  const words = READING_WORDS[language]
  return page(language, {
    title: title ?? words.untitled,
    head: '',
    lead: moment(createdAt),
    body: messages.map((one, nth) => article(one, { nth, words, isWhole: false })).join('\n'),
    footer: `${words.shared} ${words.until} ${moment(expiresAt)}`,
  })
}

/** The same whether it never was, has run out or was taken back. */
export function gonePage(language: ReadingLanguage): string {
  const { gone, goneWhy } = READING_WORDS[language]
  return page(language, {
    title: gone,
    head: '',
    lead: '',
    body: `<p>${escaped(goneWhy)}</p>`,
    footer: 'Freehold',
  })
}

interface Page {
  readonly title: string
  readonly head: string
  readonly lead: string
  /** Markup; everything else is text. */
  readonly body: string
  readonly footer: string
}

const page = (
  language: ReadingLanguage,
  { title, head, lead, body, footer }: Page,
): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${head}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${READING_STYLE}</style>
</head>
<body>
<main>
<h1 dir="auto">${escaped(title)}</h1>
${lead === '' ? '' : `<p class="soft">${escaped(lead)}</p>\n`}${body}
</main>
<footer>${escaped(footer)}</footer>
</body>
</html>
`

/** In the same form everywhere: who reads it may be anywhere. */
const moment = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`

interface Around {
  readonly nth: number
  readonly words: Words
  readonly isWhole: boolean
}

/** Its text as it is: whatever it is written in, nothing of it is carried out. */
const artifactArticle = ({ title, version, createdAt, text }: Artifact, words: Words): string =>
  `<article>
<header><h2 dir="auto">${escaped(title)}</h2><time class="soft" datetime="${escaped(createdAt)}">${moment(escaped(createdAt))}</time></header>
<p class="soft">${escaped(`${words.artifact} · ${words.version} ${version}`)}</p>
<pre dir="auto">${escaped(text)}</pre></article>`

function article(shown: Shown, { nth, words, isWhole }: Around): string {
  const { role, status, text, createdAt, citations, making, steps = [] } = shown
  const known = new Set(citations.map(({ n }) => n))
  const said = markdownPage(text, (n) =>
    known.has(n) ? `<a class="cite" href="#m${nth}-${n}">[${n}]</a>` : null,
  )
  const who = role === 'user' ? (isWhole ? words.you : words.asker) : (making?.model ?? words.assistant)
  const origin = isWhole && role === 'assistant' ? originOf(making ?? null, steps, words) : []
  const files = isWhole ? (shown.attachments ?? []).map(({ name }) => name) : []
  const notes = [
    ...origin,
    ...(files.length > 0 ? [`${words.files}: ${files.join(', ')}`] : []),
    ...(status === 'stopped' ? [words.stopped] : []),
  ]
  return `<article class="${role}">
<header><h2 dir="auto">${escaped(who)}</h2><time class="soft" datetime="${escaped(createdAt)}">${moment(escaped(createdAt))}</time></header>
${notes.length === 0 ? '' : `<p class="soft">${escaped(notes.join(' · '))}</p>\n`}${said}
${sources(citations, { nth, words, isWhole })}${isWhole ? doubtful(shown.unsupported ?? [], words) : ''}</article>`
}

function doubtful(sentences: readonly string[], words: Words): string {
  if (sentences.length === 0) return ''
  const items = sentences.map((one) => `<li>${escaped(one)}</li>`)
  return `<section class="sources"><h3>${escaped(words.unsupported)}</h3><ul>${items.join('')}</ul></section>\n`
}

/** Where an answer was made. */
function originOf(making: Making | null, steps: NonNullable<Shown['steps']>, words: Words): string[] {
  if (making === null) return []
  const { model, zone, target, masked } = making
  const tools = new Set(
    steps.flatMap(({ role, name }) => (role === 'tool' && name !== undefined ? [name] : [])),
  )
  return [
    ...(model === LOCAL_MODEL ? [words.quoted] : []),
    ...(zone === null ? [] : [words.zone[zone]]),
    ...(target === null ? [] : [target]),
    ...(masked > 0 ? [`${masked} ${words.masked}`] : []),
    ...(tools.size > 0 ? [`${words.tools}: ${[...tools].join(', ')}`] : []),
  ]
}

function sources(citations: Shown['citations'], { nth, words, isWhole }: Around): string {
  if (citations.length === 0) return ''
  const items = citations.map(({ n, title, documentId, span }) => {
    const place = isWhole
      ? ` <span class="soft">${escaped(documentId)} · ${words.place} ${span.start}–${span.end}</span>`
      : ''
    return `<li id="m${nth}-${n}"><span class="cite">[${n}]</span> <bdi>${escaped(title)}</bdi>${place}</li>`
  })
  return `<section class="sources"><h3>${escaped(words.sources)}</h3><ol>${items.join('')}</ol></section>\n`
}
