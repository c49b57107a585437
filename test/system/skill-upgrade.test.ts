import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundleOf } from '../../packages/server/src/skills/bundle/bundle.ts'
import { readSkill } from '../../packages/server/src/skills/installed/judging.ts'
import type { SkillPackage } from '../../packages/server/src/skills/runner.ts'
import type { TestEnd } from '../../packages/server/src/skills/upgrade/judge-upgrade.ts'
import { judgeUpgrade, surfaceChanges } from '../../packages/server/src/skills/upgrade/judge-upgrade.ts'
import type { SkillSurface } from '../../packages/server/src/skills/upgrade/surface.ts'
import { skillSurface } from '../../packages/server/src/skills/upgrade/surface.ts'

function packed(manifest: object, files: Readonly<Record<string, string>> = {}): SkillPackage {
  const all = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  all.set('skill.yaml', Buffer.from(JSON.stringify({ apiVersion: 'freehold.dev/v1', ...manifest })))
  return readSkill(bundleOf(all).bytes)
}
const metadata = (name: string) => ({
  name,
  version: '1.0.0',
  publisher: 'acme',
  title: name,
  description: name,
  licence: 'MIT',
})

const HTTP = packed({
  kind: 'http',
  metadata: metadata('orders'),
  compat: { platform: '>=0.1.0 <3.0.0' },
  http: { baseUrl: 'https://orders.example.org' },
  auth: [{ type: 'bearer', secret: 'token' }],
  limits: { wallMs: 500_000, callsPerMinute: 50_000 },
  permissions: {
    secrets: ['token'],
    network: [{ host: 'orders.example.org', methods: ['GET', 'DELETE'], zone: 'private' }],
    data: { in: 'confidential' },
    storage: { bytes: 1000 },
  },
  operations: [
    {
      id: 'find',
      title: 'Find',
      description: 'Finds',
      examples: { en: ['find order 5'], zh: ['查订单 5'] },
      input: { id: { type: 'string' } },
      request: 'GET /orders/{id}',
      response: '$.order',
      confirm: 'never',
    },
    { id: 'drop', description: 'Drops', input: { id: { type: 'string' } }, request: 'DELETE /orders/{id}' },
  ],
  tests: [
    { operation: 'find', input: { id: '1' }, mock: [{ response: { body: { order: 1 } } }], expect: 1 },
    { operation: 'find', input: {}, expectDenied: true },
    { operation: 'drop', input: { id: '1' }, mock: [{ response: { status: 204 } }], expect: null },
  ],
})
const CODE = packed(
  {
    kind: 'code',
    metadata: metadata('counting'),
    code: { language: 'js', entry: 'main.js' },
    permissions: { storage: { bytes: 100 }, network: [{ host: 'a.example', zone: 'private' }] },
    operations: [{ id: 'count', description: 'Counts', effect: 'read' }],
  },
  {
    'main.js':
      'export async function count(input, { storage, fetch }) { const r = await fetch("https://a.example/"); await storage.set("n", r.text); return r.status }',
  },
)
const ALL = [HTTP, CODE]

type Node = Record<string, unknown>
/** A change of a surface: what stands at a path is removed, set, or gets one more. */
interface Change {
  readonly at: string
  readonly set?: unknown
  readonly push?: unknown
}

/** `http/limits` is below the manifest of that kind, every other path below the surface. */
function reach(surface: SkillSurface, path: string): readonly [parent: Node, last: string] {
  const [root = '', ...steps] = path.split('/')
  const branches = surface.manifest['oneOf'] as readonly { readonly properties: Node }[]
  const branch = branches.find(({ properties }) => (properties['kind'] as Node)['const'] === root)
  const start = branch?.properties ?? { ...surface }[root as keyof SkillSurface]
  const last = steps.pop() ?? ''
  return [steps.reduce<Node>((node, step) => node[step] as Node, start as Node), last]
}

/** The surface of a next version, in which something is another. */
function next(change: Change | undefined): SkillSurface {
  const copy = structuredClone(skillSurface())
  if (change === undefined) return copy
  if (change.at === 'skillApi') return { ...copy, skillApi: '2' }
  const [parent, last] = reach(copy, change.at)
  if ('push' in change) (parent[last] as unknown[]).push(change.push)
  else if ('set' in change) parent[last] = change.set
  else delete parent[last]
  return copy
}

const failing = (name: string, failure: string): readonly TestEnd[] => [{ name, operation: name, failure }]

interface Seed {
  readonly name: string
  readonly change?: Change
  readonly version?: string
  readonly results?: readonly TestEnd[] | null
  /** Who is stopped by it. */
  readonly stops: readonly string[]
}
const [ORDERS, COUNTING, BOTH] = [['orders'], ['counting'], ['orders', 'counting']]
const OPERATION = 'http/operations/items/properties'
const PERMISSIONS = 'http/permissions/properties'
const METHODS = `${PERMISSIONS}/network/items/properties/methods/items/enum`

/** What a careless release could do to skills that run today. */
const SEEDS: readonly Seed[] = [
  { name: 'the platform is beyond what a skill says it runs on', version: '3.0.0', stops: ORDERS },
  { name: 'the skill API is another', change: { at: 'skillApi' }, stops: BOTH },
  { name: 'a kind is gone', change: { at: 'code/kind/const', set: 'script' }, stops: COUNTING },
  { name: 'a field of manifests is gone', change: { at: 'http/auth' }, stops: ORDERS },
  { name: 'a field of operations is gone', change: { at: `${OPERATION}/confirm` }, stops: ORDERS },
  { name: 'examples are gone', change: { at: `${OPERATION}/examples` }, stops: ORDERS },
  {
    name: 'a field is required that nobody writes',
    change: { at: 'http/metadata/required', push: 'homepage' },
    stops: ORDERS,
  },
  {
    name: 'every operation must say what it returns',
    change: { at: 'http/operations/items/required', push: 'output' },
    stops: ORDERS,
  },
  { name: 'a method is not allowed any more', change: { at: METHODS, set: ['GET', 'POST'] }, stops: ORDERS },
  {
    name: 'a data class is renamed',
    change: { at: `${PERMISSIONS}/data/properties/in/enum`, set: ['public', 'internal', 'secret'] },
    stops: ORDERS,
  },
  {
    name: 'a bound is lower',
    change: { at: 'http/limits/properties/wallMs/maximum', set: 60_000 },
    stops: ORDERS,
  },
  {
    name: 'less may be kept',
    change: { at: `${PERMISSIONS}/storage/properties/bytes/maximum`, set: 10 },
    stops: ORDERS,
  },
  {
    name: 'titles are texts no more',
    change: { at: `${OPERATION}/title`, set: { type: 'object' } },
    stops: ORDERS,
  },
  { name: 'a host function is gone', change: { at: 'host/storage.set' }, stops: COUNTING },
  {
    name: 'a host function needs more',
    change: { at: 'host/fetch/takes/required', push: 'timeoutMs' },
    stops: COUNTING,
  },
  {
    name: 'a host function takes shorter values',
    change: { at: 'host/storage.set/takes/properties/key/maxLength', set: 8 },
    stops: COUNTING,
  },
  { name: 'a host function gives less', change: { at: 'host/fetch/gives/properties/text' }, stops: COUNTING },
  {
    name: 'a host function gives another type',
    change: { at: 'host/fetch/gives/properties/status', set: { type: 'string' } },
    stops: COUNTING,
  },
  {
    name: 'a test of a skill fails',
    results: failing('find 1', 'the result is not as expected'),
    stops: BOTH,
  },
  { name: 'a skill cannot be run at all', results: null, stops: BOTH },
]

test('each of twenty breaking changes is stopped, with the names of what would break', () => {
  const before = skillSurface()
  assert.equal(SEEDS.length, 20)
  for (const { name, change, version = '0.2.0', results = [], stops } of SEEDS) {
    const after = next(change)
    const found = ALL.flatMap((skill) => judgeUpgrade({ skill, results }, { version, before, after }))
    assert.deepEqual(
      [...new Set(found.map(({ skill }) => skill))],
      stops,
      `${name}: ${JSON.stringify(found)}`,
    )
    for (const { what } of found) assert.ok(what.length > 10, name)
  }
})

/** What a careful release does. */
const HARMLESS: readonly (Change | undefined)[] = [
  undefined,
  { at: 'http/note', set: { type: 'string' } },
  { at: `${OPERATION}/icon`, set: { type: 'string' } },
  { at: 'http/limits/properties/wallMs/maximum', set: 900_000 },
  { at: METHODS, push: 'TRACE' },
  { at: 'host/time', set: { takes: { type: 'object' }, gives: { type: 'string' } } },
  { at: 'host/fetch/takes/properties/timeoutMs', set: { type: 'integer' } },
  { at: 'host/fetch/gives/properties/durationMs', set: { type: 'integer' } },
  { at: 'manifest/oneOf', push: { type: 'object', properties: { kind: { type: 'string', const: 'wasm' } } } },
  { at: 'http/metadata/properties/title/maxLength' },
]

test('what adds to the platform, or takes more than before, stops nothing', () => {
  const before = skillSurface()
  for (const change of HARMLESS) {
    const after = next(change)
    const found = ALL.flatMap((skill) =>
      judgeUpgrade(
        { skill, results: [{ name: 'a', operation: 'find', failure: null }] },
        { version: '0.2.0', before, after },
      ),
    )
    assert.deepEqual([found, surfaceChanges(before, after)], [[], []])
  }
})

test('a change that no installed skill meets is told and stops nothing', () => {
  const before = skillSurface()
  const after = next({ at: 'host/mail' })
  assert.deepEqual(surfaceChanges(before, after), ['host function mail: is not there any more'])
  const found = ALL.flatMap((skill) =>
    judgeUpgrade({ skill, results: [] }, { version: '0.2.0', before, after }),
  )
  assert.deepEqual(found, [])
})
