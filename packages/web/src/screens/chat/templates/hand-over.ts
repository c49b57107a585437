const KEPT = 'freehold.handed-over'

/** Leaves a text for the next new chat. */
export const handOver = (text: string): void => sessionStorage.setItem(KEPT, text)

/** What was left for it; it is given once. */
export function takeHandedOver(): string | null {
  const text = sessionStorage.getItem(KEPT)
  sessionStorage.removeItem(KEPT)
  return text
}
