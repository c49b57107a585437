import { useMemo, useRef } from 'react'

/** What had the focus before, and where to go when that is gone by then: the heading of the part it stood in. */
interface WayBack {
  readonly from: Element | null
  readonly heading: HTMLElement | null
}

/** Of the dialog before: one that follows another leads back to where the first was opened. */
const NOWHERE: WayBack = { from: null, heading: null }
const before = { way: NOWHERE }

function wayFrom(from: Element | null): WayBack {
  const isBetween = from === null || from === document.body || from.closest('[role=dialog]') !== null
  if (!isBetween) before.way = { from, heading: from.closest('section')?.querySelector('h2') ?? null }
  return before.way
}

function goBack({ from, heading }: WayBack): void {
  if (document.querySelector('[role=dialog]') === null) before.way = NOWHERE
  const places = [from, heading, document.querySelector('h1'), document.querySelector('#content')]
  for (const place of places) {
    if (!(place instanceof HTMLElement) || place === document.body || !place.isConnected) continue
    place.focus()
    if (document.activeElement === place) return
  }
}

interface WayBackHere {
  /** When it opens: where the focus is now. */
  readonly remember: () => void
  /** When it has closed; `given` goes before what was remembered. */
  readonly go: (given?: HTMLElement | null) => void
}

/** Brings the focus back to where it was before something covered the page; what covers it has no button of its own. */
export function useWayBack(): WayBackHere {
  const way = useRef(NOWHERE)
  return useMemo(
    () => ({
      remember: () => {
        way.current = wayFrom(document.activeElement)
      },
      go: (given = null) => goBack(given === null ? way.current : { ...way.current, from: given }),
    }),
    [],
  )
}
