/** All of it stands in the fragment, which no browser sends and no server logs. `slug`: null for the home tenant. */
export function joinLink(url: string, token: string, slug: string | null): string {
  const tenant = slug === null ? '' : `&tenant=${slug}`
  return `${url.replace(/\/+$/, '')}/#join=${token}${tenant}`
}
