import { Fault } from '../../kernel/fault.ts'
import type { Detector } from '../detect/detector.ts'
import type { Span } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'

/** What was found in each of some texts. */
export type Found = readonly (readonly Span[])[]

/** More places in one request are not looked at, so it does not leave. */
const MOST_TEXTS = 200_000
const MOST_SPANS = 50_000
/** Text that is scanned in one turn of the event loop. */
const AT_ONCE_CHARACTERS = 16 * 1024

const NONE: readonly Span[] = []

/** Whether a text is so short that nothing can stand in it. */
const SHORTEST = 2

/**
 * What stands in the texts. A failure of the detector is told as one, never as nothing found.
 * @throws Fault `stays_home`
 */
export function scan(detector: Detector, texts: readonly Text[]): Found | Promise<Found> {
  if (texts.length > MOST_TEXTS) throw unread(`it has more than ${MOST_TEXTS} texts`)
  let characters = 0
  for (const { value } of texts) characters += value.length
  if (characters <= AT_ONCE_CHARACTERS) {
    const budget = new Budget()
    return texts.map((text) => budget.take(scanned(detector, text)))
  }
  return scannedInTurns(detector, texts)
}

async function scannedInTurns(detector: Detector, texts: readonly Text[]): Promise<Found> {
  const budget = new Budget()
  const found: (readonly Span[])[] = []
  let characters = 0
  for (const text of texts) {
    found.push(budget.take(scanned(detector, text)))
    characters += text.value.length
    if (characters < AT_ONCE_CHARACTERS) continue
    characters = 0
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
  return found
}

class Budget {
  #spans = 0

  take(spans: readonly Span[]): readonly Span[] {
    this.#spans += spans.length
    if (this.#spans > MOST_SPANS) throw unread(`more than ${MOST_SPANS} values were found in it`)
    return spans
  }
}

function scanned(detector: Detector, { value, key }: Text): readonly Span[] {
  if (value.length < SHORTEST) return NONE
  try {
    const spans = detector.detect(value, { language: null, key })
    for (const { start, end } of spans) {
      if (!(start >= 0 && start < end && end <= value.length))
        throw new RangeError('a span outside of its text')
    }
    return spans
  } catch (cause) {
    throw unread('reading it failed', cause)
  }
}

const unread = (why: string, cause?: unknown): Fault =>
  new Fault(
    'stays_home',
    `This request could not be searched for personal data (${why}), so it does not leave. Use a private target.`,
    { cause },
  )
