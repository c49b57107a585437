import { isIP } from 'node:net'
import { Fault } from '../kernel/fault.ts'

export interface HostGuardOptions {
  readonly listenHost: string
  readonly publicUrl: string | null
  /** Whether the server's own certificate names the host; asked with a name in lower case. */
  readonly isCertified?: (name: string) => boolean
}

/**
 * Refuses a Host header that names neither this server nor its public address. A page elsewhere can make a browser
 * resolve its own name to 127.0.0.1 (DNS rebinding); its Host header gives it away.
 */
export function createHostGuard(options: HostGuardOptions): (host: string | undefined) => void {
  const { listenHost, publicUrl, isCertified = () => false } = options
  const known = new Set([
    'localhost',
    listenHost.toLowerCase(),
    ...(publicUrl ? [new URL(publicUrl).hostname.toLowerCase()] : []),
  ])
  // Clients keep to one name, and reading it costs more than all else that the door does.
  let accepted: string | null = null
  return (host) => {
    if (host === accepted) return
    if (host === undefined) throw new Fault('malformed', 'The request has no Host header.')
    const name = hostName(host)
    if (name !== null && (known.has(name) || isIP(name) !== 0 || isCertified(name))) {
      accepted = host
      return
    }
    throw new Fault(
      'wrong_host',
      'This server is not known under that name. Set publicUrl to the address that people use.',
    )
  }
}

function hostName(host: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([^:[\]/@]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}
