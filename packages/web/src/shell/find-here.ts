type Finder = () => boolean
const finders = new Set<Finder>()

/** Hears when somebody wants to find something on the screen; returns whether there was something to open. */
export function onFindHere(finder: Finder): () => void {
  finders.add(finder)
  return () => finders.delete(finder)
}

/** False: nothing here finds better than the browser does. */
export const findHere = (): boolean => [...finders].some((find) => find())
