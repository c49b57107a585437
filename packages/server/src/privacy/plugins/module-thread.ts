import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import type { PluginText, ToldSpan } from './plugin.ts'

/** What the thread is given. */
export interface ModuleJob {
  readonly texts: readonly PluginText[]
}

/**
 * What it says: that it is ready, and what was found in the texts of each job. Of a mistake only its name, since a
 * message may quote the text.
 */
export type ModuleAnswer =
  | { readonly ready: true }
  | { readonly spans: readonly (readonly ToldSpan[])[] }
  | { readonly broken: 'start' | 'threw' | 'answer'; readonly name: string }

const MOST_SPANS = 10_000

const detector = z.object({
  id: z.string(),
  detect: z.custom<(text: string, context: object) => unknown>((value) => typeof value === 'function'),
})
const told = z
  .array(
    z.object({
      start: z.int().min(0),
      end: z.int().min(1),
      type: z.string().min(1).max(100),
      score: z.number().min(0).max(1),
    }),
  )
  .max(MOST_SPANS)

const { module } = z.object({ module: z.string() }).parse(workerData)
const say = (answer: ModuleAnswer): void => parentPort?.postMessage(answer, [])
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

try {
  const { createDetector } = z
    .object({ createDetector: z.custom<() => unknown>((value) => typeof value === 'function') })
    .parse({ ...(await import(module)) })
  const made = await createDetector()
  const { detect } = detector.parse(made)
  parentPort?.on('message', ({ texts }: ModuleJob) => {
    void answer(texts, (text, context) => detect.call(made, text, context)).then(say)
  })
  say({ ready: true })
} catch (error) {
  say({ broken: 'start', name: nameOf(error) })
}

async function answer(
  texts: readonly PluginText[],
  detect: (text: string, context: object) => unknown,
): Promise<ModuleAnswer> {
  const spans: (readonly ToldSpan[])[] = []
  for (const { text, context } of texts) {
    let found: unknown
    try {
      found = await detect(text, { ...context })
    } catch (error) {
      return { broken: 'threw', name: nameOf(error) }
    }
    const checked = told.safeParse(found)
    if (!checked.success || checked.data.some(({ start, end }) => start >= end || end > text.length)) {
      return { broken: 'answer', name: 'spans' }
    }
    spans.push(checked.data.map((span) => whole(span, text)))
  }
  return { spans }
}

/** Never half of a character. */
function whole(span: ToldSpan, text: string): ToldSpan {
  const start = isWithin(text, span.start) ? span.start - 1 : span.start
  const end = isWithin(text, span.end) ? span.end + 1 : span.end
  return { ...span, start, end }
}

function isWithin(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1))
}
