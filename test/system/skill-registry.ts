import { spawn, spawnSync } from 'node:child_process'
import { randomUUID, sign, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Issued } from './certificates.ts'
import type { Served } from './source-servers.ts'
import { serveHttp } from './source-servers.ts'

/** Why no registry can be had here; false where it can. */
export const withoutRegistry =
  spawnSync('docker-registry', ['--version']).status === 0
    ? false
    : 'docker-registry is not installed (Debian: docker-registry)'

export interface RunningRegistry {
  readonly host: string
  stop(): Promise<void>
}

/** Whom a registry believes: a server that gives out tokens, and whose certificate signs them. */
export interface TokenRealm {
  readonly realm: string
  readonly certificate: string
}

/** Starts Debian's registry (distribution 2.8, without the referrers API) on a free port, with nothing in it. */
export async function startRegistry(auth?: TokenRealm): Promise<RunningRegistry> {
  const directory = mkdtempSync(join(tmpdir(), 'fh-registry-'))
  const token = auth && {
    token: { realm: auth.realm, service: 'registry', issuer: 'issuer', rootcertbundle: auth.certificate },
  }
  const config = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory } },
    http: { addr: '127.0.0.1:0' },
    ...(token && { auth: token }),
  }
  const file = join(directory, 'config.yml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const host = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`the registry ended with ${code}`)))
  })
  return {
    host,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export const PULLER = { user: 'reader', password: 'only reads' }
export const PUSHER = { user: 'writer', password: 'writes too' }

/** Gives out tokens that the registry believes: readers may pull, writers push too. */
export function serveTokens({ cert, key }: Issued): Promise<Served> {
  const rights = ({ headers }: IncomingMessage): readonly string[] => {
    const is = ({ user, password }: typeof PULLER): boolean =>
      headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    if (is(PUSHER)) return ['pull', 'push']
    return is(PULLER) ? ['pull'] : []
  }
  return serveHttp((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    const [type, name, asked = ''] = (searchParams.get('scope') ?? '').split(':')
    const actions = asked.split(',').filter((one) => rights(request).includes(one))
    const now = Math.floor(Date.now() / 1000)
    const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const x5c = [new X509Certificate(cert).raw.toString('base64')]
    const claims = {
      iss: 'issuer',
      sub: 'x',
      aud: searchParams.get('service'),
      nbf: now - 10,
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
      access: [{ type, name, actions }],
    }
    const body = `${text({ typ: 'JWT', alg: 'ES256', x5c })}.${text(claims)}`
    const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    )
    response.end(JSON.stringify({ token: `${body}.${signature}`, expires_in: 300 }))
  })
}
