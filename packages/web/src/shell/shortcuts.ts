/** What a key does wherever one is. */
export type ShortcutId = 'find' | 'findHere' | 'newChat' | 'help' | 'previous' | 'next'

interface Shortcut {
  readonly id: ShortcutId
  /** As `KeyboardEvent.key` says it, in lower case. */
  readonly key: string
  /** Ctrl, and ⌘ on a Mac. */
  readonly mod?: true
  readonly shift?: true
  readonly alt?: true
  /** It means something to whoever writes, and is theirs then. */
  readonly isLetter?: true
}

/**
 * None of them takes away what a browser or a screen reader does with the same keys; `findHere` only where the browser
 * would miss what is not in the page, and pressed again it is the browser's.
 */
export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'find', key: 'k', mod: true },
  { id: 'findHere', key: 'f', mod: true },
  { id: 'newChat', key: 'o', mod: true, shift: true },
  { id: 'previous', key: 'arrowup', alt: true, isLetter: true },
  { id: 'next', key: 'arrowdown', alt: true, isLetter: true },
  { id: 'help', key: '?', isLetter: true },
]

export type Pressed = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing' | 'defaultPrevented'
>

interface Circumstances {
  readonly isMac: boolean
  /** The focus is where one writes. */
  readonly isWriting: boolean
}

/** What was asked for; null: the key is none of ours. */
export function shortcutOf(pressed: Pressed, { isMac, isWriting }: Circumstances): ShortcutId | null {
  if (pressed.isComposing || pressed.defaultPrevented) return null
  const mod = isMac ? pressed.metaKey : pressed.ctrlKey
  const other = isMac ? pressed.ctrlKey : pressed.metaKey
  if (other) return null
  const found = SHORTCUTS.find(
    (one) =>
      one.key === pressed.key.toLowerCase() &&
      (one.mod ?? false) === mod &&
      (one.alt ?? false) === pressed.altKey &&
      // Whether "?" needs Shift is for the keyboard to say.
      (one.key === '?' || (one.shift ?? false) === pressed.shiftKey),
  )
  return found === undefined || (found.isLetter && isWriting) ? null : found.id
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** How its keys are written on the person's keyboard. */
export function keysOf(id: ShortcutId, onMac: boolean): readonly string[] {
  const found = SHORTCUTS.find((one) => one.id === id)
  if (found === undefined) return []
  const key = { arrowup: '↑', arrowdown: '↓' }[found.key] ?? found.key.toUpperCase()
  return [
    ...(found.mod ? [onMac ? '⌘' : 'Ctrl'] : []),
    ...(found.alt ? [onMac ? '⌥' : 'Alt'] : []),
    ...(found.shift ? [onMac ? '⇧' : 'Shift'] : []),
    key,
  ]
}

/** Whether the element takes what is typed for itself. */
export function isWritingIn(element: unknown): boolean {
  if (!(element instanceof HTMLElement)) return false
  return element.isContentEditable || element.matches('input,textarea,select')
}
