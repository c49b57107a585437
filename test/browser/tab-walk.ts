import type { Page } from 'playwright-core'

/** What can be acted on and stands in the page to be seen. Items of menus, lists and tabs have their arrows. */
const LOOK = `
  globalThis.walk = {
    interactive: 'a[href],button,input,select,textarea,summary,iframe,[contenteditable=true],[tabindex],' +
      ['button','link','tab','checkbox','radio','switch','slider','combobox','menuitem','option'].map((role) => '[role=' + role + ']').join(),
    roved: '[role=tablist],[role=radiogroup],[role=listbox],[role=menu],[role=toolbar],[data-roving]',
    isSeen: (one) =>
      one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert],[aria-hidden=true]') &&
      !one.matches(':disabled,[type=hidden]') && one.getClientRects().length > 0,
    name: (one) => (one.tagName.toLowerCase() + ' ' +
      (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.id || one.className)).slice(0, 70).trim(),
    // Around it, or around what it is the only field of.
    isMarked: (one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
      const frame = one.parentElement?.closest('[class*=focus-within]')
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== (walk.shadows.get(one) ?? 'none') ||
        (frame && walk.borders.has(frame) && getComputedStyle(frame).borderColor !== walk.borders.get(frame))
    },
    // Where the focus stands, something of it lies within the window and nothing lies over it.
    isClear: (one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect()
      const [l, t, r, b] = [Math.max(left, 0), Math.max(top, 0), Math.min(right, innerWidth), Math.min(bottom, innerHeight)]
      if (r - l < 1 || b - t < 1) return false
      const places = [[(l + r) / 2, (t + b) / 2], [l + 2, t + 2], [r - 2, b - 2]]
      return places.some(([x, y]) => {
        const there = document.elementFromPoint(x, y)
        return there !== null && (one.contains(there) || there.contains(one) || there.closest('label')?.control === one)
      })
    },
    all: () => [...document.querySelector(walk.within).querySelectorAll(walk.interactive)].filter(walk.isSeen),
    begin: (within) => {
      walk.within = within
      document.activeElement?.blur()
      const all = walk.all()
      walk.shadows = new Map(all.map((one) => [one, getComputedStyle(one).boxShadow]))
      walk.borders = new Map([...document.querySelectorAll('[class*=focus-within]')].map((one) => [one, getComputedStyle(one).borderColor]))
      walk.reached = new Set()
      walk.wrongs = new Set()
      walk.first = null
      walk.isRound = false
      getSelection()?.removeAllRanges()
      if (within !== 'body') document.querySelector(within).focus()
      return all.length
    },
    hear: ({ target }) => {
      if (!walk.reached || !(target instanceof Element)) return
      if (walk.isRound || target.matches(walk.within)) return
      if (!document.querySelector(walk.within).contains(target)) walk.isRound = true
      walk.first ??= target
      if (target === walk.first && walk.reached.size > 1) walk.isRound = true
      walk.reached.add(target)
      // A list of tabs hands the focus on to one of them.
      if (target.matches('iframe') || document.activeElement !== target) return
      if (!walk.isMarked(target)) walk.wrongs.add('focus is not seen: ' + walk.name(target))
    },
    leave: ({ key }) => {
      const at = document.activeElement
      if (key !== 'Tab' || !walk.reached || walk.isRound || !walk.reached.has(at)) return
      if (!walk.isClear(at)) walk.wrongs.add('focus lies hidden: ' + walk.name(at))
    },
    end: () => {
      const all = walk.all()
      const roves = (one) => one.closest(walk.roved)
      for (const one of all) {
        if (one.tabIndex > 0) walk.wrongs.add('out of order: ' + walk.name(one))
        const within = roves(one)
        const isOwn = one.matches('[tabindex="-1"]:not(a[href],button,input,select,textarea,[role]),[role=tabpanel][tabindex="-1"]')
        const isReached = walk.reached.has(one) || (within !== null && [...walk.reached].some((other) => within.contains(other)))
        // Of radio buttons of one name the chosen one stands for all of them.
        const isOfGroup = one.matches('input[type=radio]') && [...walk.reached].some((other) => other.name === one.name)
        if (!isReached && !isOwn && !isOfGroup) walk.wrongs.add('not reached: ' + walk.name(one))
      }
      if (!walk.isRound) walk.wrongs.add('no way round')
      const { wrongs, reached } = walk
      walk.reached = null
      return { wrongs: [...wrongs], reached: reached.size }
    },
  }
  addEventListener('focusin', walk.hear)
  addEventListener('keydown', walk.leave, true)
`

interface Walked {
  readonly wrongs: readonly string[]
  readonly reached: number
}

/** Has every page of this window listen to where the focus goes. */
export const listenToFocus = (page: Page): Promise<unknown> => page.addInitScript(LOOK)

/** Some fields hold several stops of their own. */
const MORE = 60
const AT_ONCE = 8

/**
 * Presses Tab through the page, from its top until it comes round, or through a part of it until it is left, and says
 * what is wrong with the way.
 */
export async function walkByTab(page: Page, within: 'body' | '#content' = 'body'): Promise<Walked> {
  const count = await page.evaluate<number>(`walk.begin('${within}')`)
  const devtools = await page.context().newCDPSession(page)
  const tab = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 }
  for (let presses = 0; presses < count + MORE; presses += AT_ONCE) {
    // Each is heard before the next; only their answers are not waited for one by one.
    const sent = Array.from({ length: AT_ONCE }, () => [
      devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...tab }),
      devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...tab }),
    ])
    await Promise.all(sent.flat())
    if (await page.evaluate<boolean>('walk.isRound')) break
  }
  const walked = await page.evaluate<Walked>('walk.end()')
  await devtools.detach()
  return walked
}

/** Waits until all that was asked for since has been answered and is shown. */
export function settling(page: Page): () => Promise<void> {
  const open = new Set<object>()
  const isOver = (request: object): void => void open.delete(request)
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', isOver)
  page.on('requestfailed', isOver)
  return async () => {
    for (let calm = 0; calm < 3;) {
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))')
      calm = open.size === 0 ? calm + 1 : 0
    }
  }
}
