import { test } from 'node:test'
import assert from 'node:assert/strict'
import { operationsOf } from '../kinds/operations.ts'
import { parsePlainYaml } from '../manifest/plain-yaml.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import { ports } from '../testing/ports-house.ts'
import { runSkillTests } from '../testing/skill-tests.ts'
import type { ImportedSkill } from './imported.ts'
import { importMcpServers } from './mcp-servers.ts'
import { importOpenApi } from './openapi-file.ts'
import { importSkillFolder } from './skill-folder.ts'
import { emitSkillMd } from './skill-md.ts'

const folder = (text: string, more: Record<string, string | Buffer> = {}): ImportedSkill =>
  importSkillFolder(
    new Map(
      Object.entries({ 'SKILL.md': text, ...more }).map(([path, content]) => [path, Buffer.from(content)]),
    ),
    { folder: 'my_Folder', publisher: 'local' },
  )
const rules = ({ findings }: ImportedSkill): readonly string[] => findings.map(({ rule }) => rule)
const read = ({ manifest, files }: ImportedSkill) => readManifest(manifest, files)

test('SKILL.md as people write it becomes a skill of text without permissions', () => {
  const wild: readonly (readonly [text: string, name: string, description: string])[] = [
    ['---\nname: a-b\ndescription: Does it\n---\n# A', 'a-b', 'Does it'],
    ['---\r\nname: "A B"\r\ndescription: >\r\n  Does\r\n  it\r\n---\r\nx', 'a-b', 'Does it'],
    [
      '\uFEFF---\nname: PDFTools_v2\ndescription: Use when: asked for PDFs, or "else"\n---\nx',
      'pdftools-v2',
      'Use when: asked for PDFs, or "else"',
    ],
    [
      '---\nname: x\ndescription: a\nallowed-tools: [Bash, Read]\nmetadata:\n  version: 1.2\n  tags: [a, b]\nmodel: opus\nhooks: {a: 1}\n---\n',
      'x',
      'a',
    ],
    ['# Making tea\n\nBoil water first.\n', 'my-folder', 'Boil water first.'],
    ['---\nname: t\ndescription: tabs\n\tmore: x\n---\n', 't', 'tabs more: x'],
    ['---\nname: 中文\ndescription: 写周报\n---\n', 'imported-skill', '写周报'],
    ['---\nname: -a--b-\ndescription: |\n  One\n\n  Two\n...\nbody', 'a-b', 'One Two'],
    ['---\nname: x\ndescription: \n---\n\nBody says.\n', 'x', 'Body says.'],
    [
      `---\nname: ${'n'.repeat(100)}\ndescription: ${'d'.repeat(2000)}\n---\n`,
      'n'.repeat(64),
      `${'d'.repeat(1023)}…`,
    ],
    ['---\n- a list\n---\nText.', 'my-folder', 'Text.'],
    ['---\nname: x\nname: y\ndescription: &a b\nother: *a\n---\n', 'y', 'b'],
  ]
  for (const [text, name, description] of wild) {
    const { kind, metadata, permissions } = read(folder(text))
    assert.deepEqual(
      [kind, metadata.name, metadata.description],
      ['prompt', name, description],
      text.slice(0, 60),
    )
    assert.deepEqual([permissions.network, permissions.secrets, permissions.process], [[], [], 'none'])
  }
})

test('what a folder asks for is told and not given: programs, variables, tools, files that are no text', () => {
  const claw = folder(
    `---\nname: gh\ndescription: GitHub\nallowed-tools: Bash(gh:*)\nmetadata: {"openclaw": {"requires": {"bins": ["gh"], "env": ["GH_TOKEN"]}, "primaryEnv": "GH_TOKEN", "install": [{}]}}\n---\nRun it.`,
    {
      'scripts/a.sh': 'rm -rf /',
      'logo.png': Buffer.from([0x89, 0, 1]),
      'my notes.txt': 'a',
      'ref/more.md': 'more',
    },
  )
  assert.deepEqual(rules(claw).toSorted(), [
    'import-environment',
    'import-file',
    'import-program',
    'import-program',
    'import-program',
    'import-tools',
  ])
  assert.deepEqual([...claw.files.keys()].toSorted(), ['SKILL.md', 'ref/more.md', 'scripts/a.sh'])
  const { kind, ...manifest } = read(claw)
  assert.deepEqual(kind === 'prompt' && 'prompt' in manifest && manifest.prompt.resources, [
    'ref/more.md',
    'scripts/a.sh',
  ])
})

test('a SKILL.md that is written has the fields of the specification alone, in block style', () => {
  const skill = folder(
    '---\nname: tone\ndescription: "How we write: plainly <b>"\nlicense: MIT\n---\n# Tone\n\nPlainly.',
  )
  const manifest = read(skill)
  const text = emitSkillMd(manifest, [], skill.files.get('SKILL.md')?.toString() ?? null)
  assert.match(
    text,
    /^---\nname: tone\ndescription: "How we write: plainly b"\nlicense: MIT\ncompatibility: .*\nmetadata:\n {2}freehold-manifest: skill.yaml\n/,
  )
  assert.match(text, /\n---\n\n# Tone\n\nPlainly\.\n$/)
  assert.doesNotMatch(text.split('---')[1] ?? '', /[[\]{}]|^\s*-/m)
})

const DOCUMENT = `
openapi: 3.1.0
info: { title: Order Service, version: '2.3', description: Orders of the shop }
servers: [{ url: https://orders.internal/api }]
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  schemas:
    Order: { type: object, required: [sku, count], properties: { sku: { type: string, minLength: 3 }, count: { type: integer, minimum: 2 }, at: { type: string, format: date } } }
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{ name: 'filter[state]', in: query, schema: { type: string, enum: [open, done] } }, { name: page, in: query, required: true, schema: { type: integer } }]
    post: { operationId: createOrder, requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
  /orders/{order-id}:
    parameters: [{ name: order-id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getOrder }
    delete: { operationId: removeOrder }
  /upload: { post: { operationId: upload, requestBody: { required: true, content: { multipart/form-data: { schema: {} } } } } }
`

test('an OpenAPI document becomes a skill that declares its host and no more, with tests that pass', async () => {
  const reading = importOpenApi(DOCUMENT, { file: 'api.yaml', publisher: 'acme' })
  assert.deepEqual(
    operationsOf({ manifest: read(reading), files: reading.files }).map(({ id }) => id),
    ['list_orders', 'get_order'],
  )
  assert.deepEqual(rules(reading), ['import-operation'])
  const include = ['listOrders', 'createOrder', 'getOrder', 'removeOrder']
  const whole = importOpenApi(DOCUMENT, { file: 'api.yaml', publisher: 'acme', include })
  const manifest = read(whole)
  assert.deepEqual(manifest.permissions.network, [
    {
      host: 'orders.internal',
      ports: [443],
      methods: ['GET', 'POST', 'DELETE'],
      paths: ['/api/orders', '/api/orders/*'],
      zone: 'private',
      protocol: 'http',
      tls: true,
    },
  ])
  assert.deepEqual(manifest.auth, [
    { type: 'apiKey', secret: 'order-service-secret', in: 'header', name: 'X-Key' },
  ])
  assert.deepEqual(manifest.metadata.version, '2.3.0')
  const { passed, failed, results } = await runSkillTests({ manifest, digest: '', files: whole.files }, ports)
  assert.deepEqual([passed, failed], [5, 0], JSON.stringify(results))
  assert.throws(
    () => importOpenApi(DOCUMENT, { file: 'api.yaml', publisher: 'acme', include: ['upload'] }),
    /takes a body that is neither JSON nor a form/,
  )
  assert.throws(
    () => importOpenApi(DOCUMENT, { file: 'api.yaml', publisher: 'acme', include: ['nothing'] }),
    /is not in the document/,
  )
})

test('an operation at another server, or told apart by what no server sees, is no operation of the skill', () => {
  const more =
    `${DOCUMENT}  /files: { servers: [{ url: 'https://upload.internal' }], get: { operationId: listFiles } }
  /orders#open: { get: { operationId: openOrders } }
  /find: { get: { operationId: find, parameters: [{ name: all, in: querystring, required: true, content: {} }] } }
`.replace('openapi: 3.1.0', 'openapi: 3.2.0')
  const as = (include?: string[], baseUrl?: string) =>
    importOpenApi(more, { file: 'api.yaml', publisher: 'acme', include, baseUrl })
  const told = as().findings.map(({ message }) => message)
  assert.match(told[0] ?? '', /listFiles is at another server than the rest \(https:\/\/upload\.internal\)/)
  assert.match(told[1] ?? '', /openOrders has a path with \?, # or a blank/)
  assert.match(told[2] ?? '', /find has the parameter all in a place/)
  assert.throws(() => as(['listFiles']), /at another server/)
  assert.throws(() => as(['getorder']), /is not in the document; the nearest is getOrder/)
  // With its own address it is a skill of its own, and the others are none of it.
  assert.equal(
    read(as(['listFiles'], 'https://upload.internal')).permissions.network[0]?.host,
    'upload.internal',
  )
  const own = as(['listFiles'], 'https://upload.internal')
  assert.throws(
    () =>
      readManifest(
        own.manifest.replace(/^ +baseUrl: .*\n/m, '').replaceAll('upload.internal', 'orders.internal'),
        own.files,
      ),
    /at another server/,
  )
})

test('of a large document a skill carries what its operations need, and it reads the same', () => {
  const others = Array.from({ length: 40 }, (_, at) => [
    `/other${at}`,
    { get: { operationId: `other${at}`, description: 'x'.repeat(60_000) } },
  ])
  const small = importOpenApi(DOCUMENT, { file: 'api.yaml', publisher: 'acme', include: ['createOrder'] })
  const parsed = parsePlainYaml(DOCUMENT, 'api.yaml', 1e6) as { paths: object }
  const large = JSON.stringify({ ...parsed, paths: { ...parsed.paths, ...Object.fromEntries(others) } })
  const cut = importOpenApi(large, { file: 'api.json', publisher: 'acme', include: ['createOrder'] })
  assert.deepEqual(rules(cut), ['import-file'])
  assert.ok((cut.files.get('api.json')?.length ?? Infinity) < 2000)
  const whole = (one: ImportedSkill) => operationsOf({ manifest: read(one), files: one.files })
  assert.deepEqual(whole(cut), whole(small))
})

test('a licence that people write in words is the one that they mean', () => {
  const as = (licence: string) =>
    read(
      importOpenApi(DOCUMENT.replace('info: {', `info: { license: { name: '${licence}' },`), {
        file: 'a.yaml',
        publisher: 'a',
      }),
    ).metadata.licence
  assert.deepEqual(
    [
      'Apache 2.0',
      'The MIT License',
      'Apache License, Version 2.0',
      'BSD 3-Clause License',
      'CC BY 4.0',
      'Ours',
    ].map(as),
    ['Apache-2.0', 'MIT', 'Apache-2.0', 'BSD-3-Clause', 'CC-BY-4.0', 'Ours'],
  )
})

test('a document that refers outside, in circles or to nothing is refused', () => {
  const broken = (from: string, to: string) => () =>
    importOpenApi(DOCUMENT.replace(from, to), { file: 'a.yaml', publisher: 'a', include: ['createOrder'] })
  const reference = "'#/components/schemas/Order'"
  assert.throws(broken(reference, "'https://evil.example/x.json'"), /leads out of the document/)
  assert.throws(broken(reference, "'../other.yaml#/a'"), /leads out of the document/)
  assert.throws(broken(reference, "'#/components/schemas/None'"), /leads nowhere/)
  assert.throws(
    broken(
      'Order: { type: object',
      "Loop: { $ref: '#/components/schemas/Order' }\n    Order: { $ref: '#/components/schemas/Loop', type: object",
    ),
    /in circles/,
  )
  assert.throws(
    () => importOpenApi('swagger: "2.0"', { file: 'a.yaml', publisher: 'a' }),
    /must be OpenAPI 3/,
  )
})

test('a test is written for operations whose identifiers have a form', () => {
  const idOf = (schema: object): unknown => {
    const document = JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Loans', version: '1.0.0' },
      servers: [{ url: 'https://loans.example.org' }],
      paths: {
        '/loans/{id}': {
          get: {
            operationId: 'getLoan',
            summary: 'One loan',
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', ...schema } }],
            responses: { 200: { description: 'A loan' } },
          },
        },
      },
    })
    const [shown] = read(importOpenApi(document, { file: 'loans.json', publisher: 'local' })).tests
    return shown?.operation === 'get_loan' && !shown.expectDenied ? shown.input['id'] : undefined
  }
  assert.equal(idOf({ pattern: '^L-[0-9]+$' }), 'L-0')
  assert.equal(idOf({ pattern: String.raw`^[A-Z]{2}\d{9,13}(?:X)?$` }), undefined)
  assert.equal(idOf({ pattern: String.raw`^[A-Z]{2}\d{9,13}$` }), 'AA111111111')
})

test('the configuration of MCP servers becomes skills, and no secret in it is taken over', () => {
  const token = 'ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R'
  const skills = importMcpServers(
    {
      mcpServers: {
        'GitHub Server': {
          command: 'npx',
          args: ['-y', '@x/server-github', '--api-key', 'kingfisher', '--token=kingfisher', '--region', 'eu'],
          env: { GITHUB_TOKEN: token, DB_PASSWORD: 'kingfisher', LOG_LEVEL: 'debug' },
        },
        remote: {
          type: 'http',
          url: `https://mcp.example.org/mcp?key=${token}`,
          headers: { Authorization: `Bearer ${token}` },
        },
        local: { url: 'http://127.0.0.1:8123/mcp' },
      },
    },
    { publisher: 'local', tools: ['search'] },
  )
  assert.deepEqual(
    skills.map(({ name }) => name),
    ['git-hub-server', 'remote', 'local'],
  )
  assert.ok(![token, 'kingfisher'].some((secret) => JSON.stringify(skills).includes(secret)))
  const [program, remote, local] = skills.map(read)
  assert.deepEqual(program?.kind === 'mcp' && program.mcp.transport === 'stdio' && program.mcp.env, {
    LOG_LEVEL: 'debug',
  })
  assert.equal(program?.permissions.process, 'node')
  assert.deepEqual(remote?.auth, [{ type: 'bearer', secret: 'remote-secret' }])
  assert.deepEqual(local?.permissions.network[0]?.zone, 'private')
  assert.ok(rules(skills[0]!).includes('import-package'))
  assert.throws(() => importMcpServers({ mcpServers: { a: { url: 'ftp://x' } } }, { publisher: 'a' }))
  assert.throws(() => importMcpServers({}, { publisher: 'a' }), /must hold mcpServers/)
})
