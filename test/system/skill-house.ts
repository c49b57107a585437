import assert from 'node:assert/strict'
import type { SkillDetail } from '@freehold/contract/skills.ts'
import { bundleOf } from '../../packages/server/src/skills/bundle/bundle.ts'
import type { ConversationHouse } from './conversation-house.ts'
import { openConversations } from './conversation-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { captureServer } from './gateway-upstream.ts'

/** A house that takes in what nobody has signed, beside a server that skills may be about. */
export interface SkillHouse extends ConversationHouse {
  readonly parcels: CaptureServer
  install(skill: Written, more?: object): Promise<SkillDetail>
  call<T = unknown>(skill: string, operation: string, input?: object, more?: object): Promise<Result<T>>
}

interface Result<T> {
  readonly value: T
  readonly text: string
  readonly class: string
  readonly version: string
}

/** A manifest, and the files beside it. */
export interface Written {
  readonly manifest: object
  readonly files?: Readonly<Record<string, string>>
}

/** As it is sent, and the digest by which it will be known. */
export function packed({ manifest, files = {} }: Written): {
  readonly bundle: string
  readonly digest: string
} {
  const all = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  all.set('skill.yaml', Buffer.from(JSON.stringify(manifest)))
  const { bytes, digest } = bundleOf(all)
  return { bundle: bytes.toString('base64'), digest }
}

export const json =
  (body: unknown, status = 200): Script =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

const NUMBER = { type: 'string', pattern: '[A-Z]{2}\\d{9,13}', title: '运单号 (waybill number)' }

/** A skill over a little server of waybills. */
export function waybills(url: string, more: object = {}, version = '1.0.0'): Written {
  const { hostname, port } = new URL(url)
  return {
    manifest: {
      apiVersion: 'freehold.dev/v1',
      kind: 'http',
      metadata: {
        name: 'waybill-tracking',
        version,
        publisher: 'acme',
        title: 'Waybills',
        description: 'Where parcels are',
        licence: 'Apache-2.0',
      },
      http: { baseUrl: url },
      permissions: {
        network: [
          {
            host: hostname,
            ports: [Number(port)],
            methods: ['GET', 'POST'],
            paths: ['/waybills/**'],
            zone: 'private',
            tls: false,
          },
        ],
      },
      operations: [
        {
          id: 'track',
          description: 'Says where a parcel is, by its waybill number',
          examples: {
            zh: [
              '查运单 YT1234567890123',
              '查一下运单 {{number}}',
              '我的包裹 SF1234567890 到哪了',
              '帮我查快递',
            ],
            en: ['track waybill YT1234567890123', 'where is my parcel {{number}}', 'track my shipment'],
          },
          input: { number: NUMBER },
          request: 'GET /waybills/{number}',
        },
        {
          id: 'hold_back',
          description: 'Holds a parcel back',
          examples: { zh: ['拦截运单 YT1234567890123'], en: ['hold back parcel YT1234567890123'] },
          input: { number: NUMBER },
          request: 'POST /waybills/{number}/holds',
        },
      ],
      tests: [
        {
          operation: 'track',
          input: { number: 'YT1234567890123' },
          mock: [{ response: { body: { number: 'YT1234567890123' } } }],
          expect: { number: 'YT1234567890123' },
        },
        { operation: 'track', input: { number: 'nothing' }, expectDenied: true },
        {
          operation: 'hold_back',
          input: { number: 'YT1234567890123' },
          mock: [{ response: { status: 201, body: { held: true } } }],
          expect: { held: true },
        },
      ],
      ...more,
    },
  }
}

export async function openSkillHouse(more: object = {}): Promise<SkillHouse> {
  const parcels = await captureServer(json({ number: 'YT1234567890123', events: [] }))
  const house = await openConversations(more, { key: ['--scope', '*'] })
  const { me } = house
  await me.call('PUT', '/api/skill-policy', { level: 'dev' })
  return {
    ...house,
    parcels,
    install: (skill, wish = {}) =>
      me.call('POST', '/api/skills/install', { bundle: packed(skill).bundle, approve: true, ...wish }),
    call: (skill, operation, input = {}, wish = {}) =>
      me.call('POST', `/api/skills/${skill}/calls`, { operation, input, ...wish }),
    async close() {
      await house.close()
      await parcels.close()
    },
  }
}

/** Waits until it is so, as everything that spreads does. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `${what} did not come true`)
    await new Promise((resolve) => void setTimeout(resolve, 25))
  }
}
