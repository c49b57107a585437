/** A one-time link: to claim the house, or to come in by an invitation. */
export interface EntryLink {
  readonly way: 'claim' | 'join'
  readonly token: string
  readonly tenant: string
}

/** The one-time link of the address, which forgets it at once: it must not stay in the history. */
export function takeLink(): EntryLink | null {
  const words = new URLSearchParams(location.hash.slice(1))
  for (const way of ['claim', 'join'] as const) {
    const token = words.get(way) ?? ''
    if (token === '') continue
    history.replaceState(null, '', location.pathname)
    return { way, token, tenant: words.get('tenant') ?? '' }
  }
  return null
}
