import type { Browser, Page } from 'playwright-core'

/** What a page has done since it was last asked. */
export interface Watched {
  /** How much of the page moved by itself (Cumulative Layout Shift). */
  readonly shift: number
  /** Largest Contentful Paint; 0 where none was told. */
  readonly paintMs: number
  /** What tasks took beyond 50 ms each (Total Blocking Time). */
  readonly blockedMs: number
}

const WATCH = `
  globalThis.watched = { shift: 0, paintMs: 0, blockedMs: 0 };
  const observe = (type, hear) =>
    new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe({ type, buffered: true });
  observe('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) watched.shift += value });
  observe('largest-contentful-paint', ({ startTime }) => { watched.paintMs = startTime });
  observe('longtask', ({ duration }) => { watched.blockedMs += duration - 50 });
`

/** Has every page that is opened in this window from now on told what it does. */
export const watch = (page: Page): Promise<unknown> => page.addInitScript(WATCH)

export const watched = (page: Page): Promise<Watched> => page.evaluate('({ ...watched })')

export const nodesIn = (page: Page): Promise<number> => page.evaluate('document.querySelectorAll("*").length')

/**
 * Does something in the page and waits until words stand in it; returns how many milliseconds until they were painted.
 * Both are seen in the page, without a way to the test in between.
 */
export const msUntil = (page: Page, act: string, where: string, words: string): Promise<number> =>
  page.evaluate(`new Promise((resolve) => {
    const began = performance.now()
    const look = () => {
      const isThere = [...document.querySelectorAll(${JSON.stringify(where)})].some(({ textContent }) => textContent.includes(${JSON.stringify(words)}))
      if (isThere) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
      else requestAnimationFrame(look)
    }
    ${act}
    look()
  })`)

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

export interface Tasks {
  readonly count: number
  /** Of the longest: as the clock says, and as its thread says, which waits for nobody. */
  readonly longestMs: number
  readonly longestCpuMs: number
  /** How many took more than 50 ms of their thread. */
  readonly long: number
}

/** The tasks of the main thread of a page while something is done. */
export async function tasksDuring(browser: Browser, page: Page, work: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[]
  }
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ tid }) => tid),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, tid }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X' && main.has(tid),
  )
  const most = (times: readonly number[]): number => Math.max(0, ...times) / 1000
  return {
    count: tasks.length,
    longestMs: most(tasks.map(({ dur = 0 }) => dur)),
    longestCpuMs: most(tasks.map(({ tdur = 0 }) => tdur)),
    long: tasks.filter(({ tdur = 0 }) => tdur > 50_000).length,
  }
}

/** By how many pixels elements moved from one picture to the next while something is done, upwards or downwards. */
export async function movesOf(
  page: Page,
  which: string,
  work: () => Promise<void>,
): Promise<readonly number[]> {
  await page.evaluate(`(() => {
    const moves = []
    let old = new Map()
    const channel = new MessageChannel()
    let isOver = false
    // After a picture was made, and before the next one is begun.
    channel.port1.onmessage = () => {
      const now = new Map([...document.querySelectorAll(${JSON.stringify(which)})].map((one) => [one, one.getBoundingClientRect().top]))
      const by = [...now].filter(([one]) => old.has(one)).map(([one, top]) => top - old.get(one))
      const most = by.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 0
      if (Math.abs(most) > 2) moves.push(most)
      old = now
    }
    const look = () => {
      if (isOver) return
      channel.port2.postMessage(0)
      requestAnimationFrame(look)
    }
    look()
    globalThis.movesSeen = () => { isOver = true; return moves }
  })()`)
  await work()
  return page.evaluate('movesSeen()')
}
