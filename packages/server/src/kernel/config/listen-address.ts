import { BlockList, isIP, isIPv6 } from 'node:net'

/** Where a server binds. Port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** One address for everything, or one per purpose; metrics without one of their own are served with admin. */
export type Listen =
  | string
  | { readonly data: string; readonly admin: string; readonly metrics?: string | undefined }

/** The purposes of a listener, in the order in which they are opened. */
export const LISTENERS = ['data', 'admin', 'metrics'] as const
export type ListenerName = (typeof LISTENERS)[number]

/** Also handed to editors as a pattern, so the expression has no flags. */
export const LISTEN = /^(\[[\da-fA-F:.]+\]|[a-zA-Z\d](?:[a-zA-Z\d.-]*[a-zA-Z\d])?):(\d{1,5})$/

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Reads `host:port` or `[v6]:port`; null when it is neither. */
export function listenAddress(text: string): ListenAddress | null {
  const match = LISTEN.exec(text)
  if (!match?.[1]) return null
  const bracketed = match[1].startsWith('[')
  const host = bracketed ? match[1].slice(1, -1) : match[1]
  const port = Number(match[2])
  if (port > 65_535 || (bracketed && !isIPv6(host))) return null
  return { host, port }
}

/** Purposes that share one listener share one object, so `===` tells them apart. */
export function listeners({
  listen,
}: {
  readonly listen: Listen
}): Readonly<Record<ListenerName, ListenAddress>> {
  if (typeof listen === 'string') {
    const one = checkedAddress(listen)
    return { data: one, admin: one, metrics: one }
  }
  const admin = checkedAddress(listen.admin)
  const isOwn = listen.metrics !== undefined && listen.metrics !== listen.admin
  return { data: checkedAddress(listen.data), admin, metrics: isOwn ? checkedAddress(listen.metrics) : admin }
}

function checkedAddress(text: string): ListenAddress {
  const address = listenAddress(text)
  if (!address) throw new Error('the configuration let a listen address through that is none')
  return address
}

/** Whether only this machine can connect. A name other than `localhost` is not trusted to stay on it. */
export function isLoopback(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
