import type { Locator, Page } from 'playwright-core'

/** What goes on moving by itself, and what would move for longer than a blink when it changes. */
export const movingIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const seconds = (list) => Math.max(...list.split(',').map((one) => Number.parseFloat(one) * (one.trim().endsWith('ms') ? 0.001 : 1)))
    const changing = [...document.querySelectorAll('*')]
      .filter((one) => seconds(getComputedStyle(one).transitionDuration) > 0.02)
      .map(({ tagName, className }) => 'changes ' + tagName + ' ' + String(className))
    const running = document.getAnimations()
      .filter(({ effect }) => effect.getComputedTiming().endTime > 20)
      .map(({ effect }) => 'runs ' + effect.target.tagName + ' ' + effect.target.getAttribute('class'))
    return [...changing, ...running]
  })()`)

/** What a finger cannot press within 12 px of its middle, though it is no link within a sentence. */
export const smallTargetsIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const TARGETS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role^=menuitem], [role=tab], [role=option]'
    const isPressed = (at, target) => at !== null && (target.contains(at) || at.contains(target) && at.matches('label')
      || [...(target.labels ?? [])].some((label) => label.contains(at)))
    return [...document.querySelectorAll(TARGETS)].flatMap((target) => {
      if (!target.checkVisibility({ visibilityProperty: true }) || target.closest('p, .prose, [aria-hidden=true]')) return []
      target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
      const { left, top, width, height } = target.getBoundingClientRect()
      // Out of sight until it has the focus, and beside what a page scrolls to.
      if (width <= 1 || left < 0 || left + width > innerWidth || top < 0) return []
      const [x, y] = [left + width / 2, top + height / 2]
      const isWide = [-11.5, 11.5].every((by) => isPressed(document.elementFromPoint(x + by, y), target))
      const isHigh = [-11.5, 11.5].every((by) => isPressed(document.elementFromPoint(x, y + by), target))
      const name = target.getAttribute('aria-label') ?? target.textContent
      return isWide && isHigh ? [] : [target.tagName + ' ' + name.trim().slice(0, 40) + ' ' + width + ' x ' + height]
    })
  })()`)

interface Styles {
  readonly getComputedStyle: (one: unknown) => { readonly getPropertyValue: (name: string) => string }
}

/** How something is drawn, by the name of a style. */
export const styleOf = (place: Locator, name: string): Promise<string> =>
  place.evaluate(
    // As it is in the page, whose names these files do not know.
    (one, name) => (globalThis as unknown as Styles).getComputedStyle(one).getPropertyValue(name),
    name,
  )
