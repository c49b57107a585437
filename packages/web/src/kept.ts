/** What this browser remembers under a name; null where it was never said, or where storage is switched off. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** Remembers it for the next visit; where storage is switched off it is forgotten with the page. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(name, text)
  } catch {
    // A choice that cannot be kept is still a choice.
  }
}
