import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import type { DiallerOptions } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { createOutsideCalls } from '../../packages/server/src/gateway/desensitise/outside-calls.ts'
import type { FoundClasses } from '@freehold/contract/desensitise.ts'
import { Classifying } from '../../packages/server/src/gateway/desensitise/classifying.ts'
import { Desensitising } from '../../packages/server/src/gateway/desensitise/desensitising.ts'
import { Desensitiser } from '../../packages/server/src/privacy/mask/desensitiser.ts'
import { Scanning } from '../../packages/server/src/privacy/mask/scanning.ts'
import { createProfiles } from '../../packages/server/src/privacy/policy/profile.ts'
import { engine } from '../../packages/server/src/privacy/detect/engine-house.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'
import { createBrokers } from '../../packages/server/src/skills/broker/brokers.ts'
import type {
  BrokeredCall,
  EgressEnd,
  EgressStart,
} from '../../packages/server/src/skills/broker/broker-ports.ts'
import { readManifest } from '../../packages/server/src/skills/manifest/read-manifest.ts'
import type { BrokerRequest, BrokerResponse } from '../../packages/server/src/skills/runner.ts'
import { portOf } from './dial-house.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A service of somebody, which remembers what it was asked. */
export async function service(
  answer: (request: Seen, response: ServerResponse) => void = (_, response) => response.end(),
) {
  const seen: Seen[] = []
  const server = createServer((request: IncomingMessage, response) => {
    void buffer(request).then((body) => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: body.toString(),
      }
      seen.push(one)
      answer(one, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    port: portOf(server),
    url: `http://127.0.0.1:${portOf(server)}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const CALLER: Caller = {
  tenant: '00000000-0000-0000-0000-000000000001' as TenantId,
  principal: { kind: 'user', id: 'anna', name: 'Anna' },
  groups: [],
  roles: [],
  scopes: null,
  baseClass: 'internal',
  classCeiling: 'restricted',
  budgets: [],
}

const desensitiser = new Desensitiser(new Scanning(engine), () => Date.now())
const desensitising = new Desensitising({
  desensitiser,
  profile: createProfiles(() => ({})),
  nonceKey: async () => createSecretKey(Buffer.alloc(32, 7)),
  vault: {
    read: () => Promise.reject(new Error('skills have no conversations')),
    write: () => Promise.reject(new Error('skills have no conversations')),
  },
  figures: { masked() {}, refused() {}, unknown() {} },
  egress: { begin: () => null },
})

interface BrokerOptions extends Pick<DiallerOptions, 'lookup' | 'connect' | 'guard'> {
  /** YAML flow mappings of `permissions.network`. */
  readonly network: readonly string[]
  readonly auth?: readonly string[]
  readonly data?: string
  readonly limits?: string
  readonly secrets?: Readonly<Record<string, string>>
  /** Classes that types raise a text to. */
  readonly found?: FoundClasses
  readonly privateOnly?: readonly ('confidential' | 'restricted')[]
}

/** The broker of a skill that declares this, on the real network. */
export function brokerOf({
  network,
  auth = [],
  secrets = {},
  data,
  limits,
  found = { default: 'confidential' },
  privateOnly = [],
  ...network_
}: BrokerOptions) {
  const manifest = readManifest(`apiVersion: freehold.dev/v1
kind: code
metadata: { name: orders, version: 1.0.0, publisher: acme, title: Orders, description: Orders, licence: MIT }
code: { language: js, entry: main.js }
auth: [${auth.join(', ')}]
limits: { ${limits ?? ''} }
permissions: { network: [${network.join(', ')}], secrets: [${Object.keys(secrets).join(', ')}], data: { ${data ?? ''} } }
operations: [{ id: run, description: Runs }]
`)
  const started: EgressStart[] = []
  const ended: EgressEnd[] = []
  const refused: string[] = []
  const brokers = createBrokers(
    { manifest, digest: 'a'.repeat(64) },
    {
      dialler: createDialler(network_),
      secrets: {
        async read(name) {
          const value = secrets[name]
          return value === undefined || value === '' ? null : new Secret(value)
        },
      },
      outside: createOutsideCalls({
        classifying: new Classifying({ desensitiser, found: () => found }),
        desensitising,
        unknown() {},
      }),
      tokens: {
        tokenFor: ({ principal }, audience, dataClass) => `token.${principal.id}.${audience}.${dataClass}`,
      },
      egress: {
        async begin(start) {
          started.push(start)
          return { over: (end) => void ended.push(end) }
        },
        refused: (_, place, code) => void refused.push(`${code} ${place}`),
      },
      privateOnly: () => privateOnly,
      clock: { now: () => Date.now() },
    },
  )
  return {
    started,
    ended,
    refused,
    close: () => brokers.close(),
    send(
      request: Partial<BrokerRequest> & Pick<BrokerRequest, 'url'>,
      call: Partial<BrokeredCall> = {},
      signal?: AbortSignal,
    ): Promise<BrokerResponse> {
      const broker = brokers.forCall({
        operation: 'run',
        call: 'call-1',
        caller: CALLER,
        class: 'internal',
        ...call,
      })
      return broker.send(
        { method: 'GET', headers: {}, body: null, ...request },
        signal ?? AbortSignal.timeout(10_000),
      )
    },
  }
}

/** The code of the refusal that something ends with. */
export async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
