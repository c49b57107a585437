/** Where a server that has started is reached. */
export interface Ready {
  /** Of the page and the platform API. */
  readonly url: string
  /** Of models and services; the same as `url` unless it has a listener of its own. */
  readonly dataUrl: string
  /** Of `/metrics`, likewise. */
  readonly metricsUrl: string
  /** The one-time link of the owner; null once claimed. */
  readonly claimUrl: string | null
}

/** One line of JSON for programs; addresses that are those of the page are left out. */
export function readyEvent({ url, claimUrl, dataUrl, metricsUrl }: Ready, pid: number): string {
  const own = {
    ...(dataUrl !== url && { dataUrl }),
    ...(metricsUrl !== url && { metricsUrl }),
  }
  return `${JSON.stringify({ event: 'ready', url, ...own, claimUrl, pid })}\n`
}

/** The same for a person. */
export function readyText({ url, claimUrl, dataUrl, metricsUrl }: Ready): string {
  const own = [
    dataUrl === url ? '' : `  Models and services are at ${dataUrl}\n`,
    metricsUrl === url ? '' : `  Metrics are at ${metricsUrl}/metrics\n`,
  ].join('')
  const claim = claimUrl
    ? `\n  Nobody owns it yet. Whoever opens this link first becomes the owner:\n\n    ${claimUrl}\n\n  尚无所有者：最先打开此链接的人将成为所有者。\n`
    : ''
  return `\n  Freehold is ready at ${url}\n${own}${claim}\n  Stop it with Ctrl-C.\n\n`
}
