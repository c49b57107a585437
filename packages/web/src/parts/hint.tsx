import type { ReactNode } from 'react'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

/** How long the pointer rests before words appear. */
const REST_MS = 400
/** Whoever has just read one sees the next at once. */
const AGAIN_MS = 300
/** As long as it takes to get from what is explained onto the words. */
const LEAVE_MS = 120
const GAP = 6
const EDGE = 8

interface Shown {
  readonly on: HTMLElement
  readonly text: string
}

/**
 * A few words beside what the pointer or the focus is on, for whatever has `data-hint`. Never the only place where they
 * stand. One for the whole app: thousands of buttons have a hint, and one of them shows it.
 */
export function Hints(): ReactNode {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<Shown | null>(null)

  useEffect(() => watch(setShown, () => box.current), [])
  useLayoutEffect(() => {
    if (shown === null || box.current === null) return undefined
    stand(box.current, shown.on)
    // Where the words are the name already, they would be said twice.
    if (shown.text === shown.on.getAttribute('aria-label')) return undefined
    shown.on.setAttribute('aria-describedby', id)
    return () => shown.on.removeAttribute('aria-describedby')
  }, [shown, id])

  if (shown === null) return null
  return createPortal(
    <div
      ref={box}
      id={id}
      role="tooltip"
      className="fixed top-0 left-0 z-50 w-max max-w-72 rounded-small border border-transparent bg-ink px-2 py-1 text-tiny text-paper shadow-raised"
    >
      {shown.text}
    </div>,
    document.body,
  )
}

/**
 * Above what it explains, or below where there is no room; beside it in what says `data-hints="beside"`, where it would
 * cover the next one of a column.
 */
function stand(box: HTMLElement, on: HTMLElement): void {
  const { width, height } = box.getBoundingClientRect()
  const { top, bottom, left, right, width: its, height: high } = on.getBoundingClientRect()
  const isBeside = on.closest('[data-hints=beside]') !== null
  const wish = isBeside ? right + GAP : left + its / 2 - width / 2
  const x = Math.max(EDGE, Math.min(wish, innerWidth - width - EDGE))
  const above = isBeside ? top + high / 2 - height / 2 : top - GAP - height
  const y = above >= EDGE ? above : Math.min(bottom + GAP, innerHeight - height - EDGE)
  box.style.translate = `${Math.round(x)}px ${Math.round(y)}px`
}

/** Hears where the pointer and the focus are, and tells what is to be shown. Returns how to stop. */
function watch(show: (shown: Shown | null) => void, box: () => HTMLElement | null): () => void {
  let current: HTMLElement | null = null
  /** Pressed a moment ago: it is known what it does. */
  let pressed: HTMLElement | null = null
  let goneMs = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (ms: number, act: () => void): void => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
  const hide = (): void => {
    clearTimeout(timer)
    if (current === null) return
    current = null
    goneMs = performance.now()
    show(null)
  }
  const appear = (on: HTMLElement): void => {
    clearTimeout(timer)
    const text = on.isConnected ? (on.dataset['hint'] ?? '') : ''
    if (text === '') return hide()
    current = on
    show({ on, text })
  }
  const over = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' || !(event.target instanceof Element)) return
    if (box()?.contains(event.target) === true) return clearTimeout(timer)
    const on = event.target.closest<HTMLElement>('[data-hint]')
    if (on !== pressed) pressed = null
    if (on === null) return later(LEAVE_MS, hide)
    if (on === current) return clearTimeout(timer)
    if (on === pressed) return undefined
    const isReading = current !== null || performance.now() - goneMs < AGAIN_MS
    later(isReading ? 0 : REST_MS, () => appear(on))
  }
  const press = (event: Event): void => {
    pressed = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-hint]') : null
    hide()
  }
  const focus = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && target.matches('[data-hint]:focus-visible')) appear(target)
  }
  const key = ({ key: name }: KeyboardEvent): void => {
    if (name === 'Escape') hide()
  }
  const scroll = ({ target }: Event): void => {
    if (current !== null && target instanceof Node && target.contains(current)) hide()
  }
  const ears = new AbortController()
  const quiet = { capture: true, passive: true, signal: ears.signal } as const
  document.addEventListener('pointerover', over, quiet)
  document.addEventListener('pointerdown', press, quiet)
  document.addEventListener('click', press, quiet)
  document.addEventListener('focusin', focus, quiet)
  document.addEventListener('focusout', hide, quiet)
  document.addEventListener('keydown', key, quiet)
  document.addEventListener('scroll', scroll, quiet)
  document.documentElement.addEventListener('pointerleave', hide, { signal: ears.signal })
  return () => {
    clearTimeout(timer)
    ears.abort()
  }
}
