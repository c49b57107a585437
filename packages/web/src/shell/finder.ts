const opened = new Set<() => void>()

/** Opens the search over everything. */
export const openFinder = (): void => {
  for (const open of opened) open()
}

/** Hears when somebody wants to find something. Returns how to stop listening. */
export function onFind(open: () => void): () => void {
  opened.add(open)
  return () => opened.delete(open)
}
