import { bundleOf } from '../../packages/server/src/skills/bundle/bundle.ts'
import type { Ground } from './operation-ground.ts'
import { CANARY } from './operation-ground.ts'
import type { Sample } from './operation-subjects.ts'
import { bare } from './operation-subjects.ts'

function bundleOfText(name: string, version: string): string {
  const manifest = {
    apiVersion: 'freehold.dev/v1',
    kind: 'prompt',
    metadata: {
      name,
      version,
      publisher: 'acme',
      title: CANARY,
      description: `How a ${CANARY} is fed`,
      licence: 'Apache-2.0',
    },
    prompt: { instructions: './instructions.md' },
  }
  const files = new Map([
    ['skill.yaml', Buffer.from(JSON.stringify(manifest))],
    ['instructions.md', Buffer.from(`The ${CANARY} eats seeds. Version ${version}.`)],
  ])
  return bundleOf(files).bytes.toString('base64')
}

const newName = (): string => `s-${crypto.randomUUID()}`

/** Nobody has signed these. */
const unsigned = (ground: Ground): Promise<unknown> =>
  ground.ok({ method: 'PUT', path: '/api/skill-policy', body: { level: 'dev' } })

interface Taken {
  readonly name: string
  readonly digest: string
}

async function aSkill(ground: Ground): Promise<Taken> {
  await unsigned(ground)
  const name = newName()
  const body = { bundle: bundleOfText(name, '1.0.0'), approve: true }
  const { active } = await ground.ok<{ active: string }>({
    method: 'POST',
    path: '/api/skills/install',
    body,
  })
  return { name, digest: active }
}

const standing = new WeakMap<Ground, Promise<Taken>>()

/** To be looked at, called and told secrets, which leaves it as it is: to check one that is new costs more than all else. */
function theSkill(ground: Ground): Promise<Taken> {
  const made = standing.get(ground) ?? aSkill(ground)
  standing.set(ground, made)
  return made
}

/** With a second version beside the one that is called, or in its place. */
async function twoVersions(ground: Ground, how: 'now' | 'keep'): Promise<Taken> {
  const { name, digest } = await aSkill(ground)
  const body = { bundle: bundleOfText(name, '1.1.0'), switch: how }
  const path = `/api/skills/${name}/update`
  const { versions } = await ground.ok<{ versions: { digest: string }[] }>({ method: 'POST', path, body })
  return { name, digest: versions.find((one) => one.digest !== digest)?.digest ?? '' }
}

async function withSecret(ground: Ground): Promise<Taken> {
  const taken = await theSkill(ground)
  await ground.ok({ method: 'PUT', path: `/api/skills/${taken.name}/secrets/token`, body: { value: CANARY } })
  return taken
}

const DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1.0' },
  servers: [{ url: 'https://orders.example.com' }],
  paths: { '/orders': { get: { operationId: 'listOrders', responses: {} } } },
})

const named: Sample = async (ground) => ({ id: (await theSkill(ground)).name })

/** Of skills. */
export const SKILL_SAMPLES = {
  'skill.list': bare,
  'skill.get': named,
  'skill.versions': named,
  'skill.install': async (ground) => {
    await unsigned(ground)
    return { body: { bundle: bundleOfText(newName(), '1.0.0') } }
  },
  'skill.update': async (ground) => {
    const { name } = await aSkill(ground)
    return { id: name, body: { bundle: bundleOfText(name, '1.1.0') } }
  },
  'skill.change': async (ground) => ({ id: (await aSkill(ground)).name, body: { state: 'disabled' } }),
  'skill.approve': async (ground) => {
    const { name, digest } = await theSkill(ground)
    return { id: name, body: { digest } }
  },
  'skill.canary': async (ground) => {
    const { name, digest } = await twoVersions(ground, 'keep')
    return { id: name, body: { digest } }
  },
  'skill.rollback': async (ground) => ({ id: (await twoVersions(ground, 'now')).name }),
  'skill.revoke': async (ground) => ({ body: { digest: (await aSkill(ground)).digest } }),
  'skill.remove': async (ground) => ({ id: (await aSkill(ground)).name }),
  'skill.secret': async (ground) => ({
    id: (await theSkill(ground)).name,
    secret: 'token',
    body: { value: CANARY },
  }),
  'skill.forget_secret': async (ground) => ({ id: (await withSecret(ground)).name, secret: 'token' }),
  'skill.call': async (ground) => ({ id: (await theSkill(ground)).name, body: { operation: 'read' } }),
  'skill.figures': named,
  'skill.export': named,
  'skill.catalogue': bare,
  'skill.draft': async () => ({ body: { document: DOCUMENT } }),
  // It asks this very house.
  'skill.try': async (ground) => ({
    body: {
      manifest: JSON.stringify({
        apiVersion: 'freehold.dev/v1',
        kind: 'http',
        metadata: {
          name: 'a-draft',
          version: '1.0.0',
          publisher: 'acme',
          title: 'A draft',
          description: 'Asks whether this house is there',
          licence: 'Apache-2.0',
        },
        http: { baseUrl: ground.house.url },
        permissions: {
          network: [
            {
              host: new URL(ground.house.url).hostname,
              ports: [Number(new URL(ground.house.url).port)],
              paths: ['/livez'],
              zone: 'private',
              tls: false,
            },
          ],
        },
        operations: [{ id: 'ask', description: 'Asks', request: 'GET /livez' }],
      }),
      operation: 'ask',
    },
  }),
  'upgrade.exceptions': bare,
  'upgrade.except': async () => ({ body: { finding: 'a'.repeat(64), skill: 'some', reason: CANARY } }),
  'skill.policy': bare,
  'skill.put_policy': async () => ({ body: { level: 'dev' } }),
} satisfies Record<string, Sample>
