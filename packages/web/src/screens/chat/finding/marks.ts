import type { RefObject } from 'react'
import { useEffect } from 'react'
import { patternOf, placesIn } from './places.ts'

/** One message that was gone to; another object is another going. */
export interface Sought {
  readonly message: string
  /** What is marked in it; absent: nothing is. */
  readonly text?: string
}

/** In one message; who seeks a single letter is not helped by more. */
const MOST_MARKS = 500
const ALL = 'found'
const HERE = 'found-here'

/**
 * Marks what is sought wherever it is in the page, and brings its first place in the message that was gone to into view.
 * The page is not changed by it (CSS Custom Highlight API); browsers without that show the message alone.
 */
export function useMarks(
  content: RefObject<HTMLElement | null>,
  area: RefObject<HTMLElement | null>,
  sought: Sought | undefined,
): void {
  useEffect(() => {
    const [root, scroller] = [content.current, area.current]
    const pattern = sought?.text === undefined ? null : patternOf(sought.text)
    if (
      root === null ||
      scroller === null ||
      sought === undefined ||
      pattern === null ||
      !('highlights' in CSS)
    )
      return undefined
    let isShown = false
    let wanted = 0
    const mark = (): void => {
      wanted = 0
      const all = rangesIn(root.querySelectorAll('[data-said]'), pattern)
      const here = all.filter(([said]) => said.closest('article')?.dataset['message'] === sought.message)
      CSS.highlights.set(ALL, new Highlight(...all.map(([, range]) => range)))
      CSS.highlights.set(HERE, new Highlight(...here.map(([, range]) => range)))
      const [first] = here
      if (isShown || first === undefined) return
      isShown = true
      bringIntoView(scroller, first[1])
    }
    const soon = (): void => {
      wanted ||= requestAnimationFrame(mark)
    }
    soon()
    const observer = new MutationObserver(soon)
    observer.observe(root, { childList: true, subtree: true, characterData: true })
    return () => {
      observer.disconnect()
      cancelAnimationFrame(wanted)
      CSS.highlights.delete(ALL)
      CSS.highlights.delete(HERE)
    }
  }, [content, area, sought])
}

function rangesIn(said: Iterable<Element>, pattern: RegExp): (readonly [Element, Range])[] {
  const ranges: (readonly [Element, Range])[] = []
  for (const element of said) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const nodes: Node[] = []
    while (walker.nextNode()) nodes.push(walker.currentNode)
    const texts = nodes.map((node) => node.nodeValue ?? '')
    for (const { start, end } of placesIn(texts, pattern, MOST_MARKS)) {
      const [from, to] = [nodes[start.text], nodes[end.text]]
      if (from === undefined || to === undefined) continue
      const range = new Range()
      range.setStart(from, start.offset)
      range.setEnd(to, end.offset)
      ranges.push([element, range])
    }
  }
  return ranges
}

/** A message may be longer than the page: it was gone to by its beginning. */
function bringIntoView(scroller: HTMLElement, range: Range): void {
  const [at, seen] = [range.getBoundingClientRect(), scroller.getBoundingClientRect()]
  if (at.top >= seen.top && at.bottom <= seen.bottom) return
  scroller.scrollTop += at.top - seen.top - seen.height / 3
}
