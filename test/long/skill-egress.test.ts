import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { answering } from '../system/dial-house.ts'
import { brokerOf, service } from '../system/skill-broker-house.ts'
import type { CodeSkill } from '../system/skill-sandbox-house.ts'
import { contextOf, opened, sandboxesOf, withoutStrong } from '../system/skill-sandbox-house.ts'

const skip = await withoutStrong()
const { sandboxes } = sandboxesOf()
const api = await service(({ path }, response) => {
  if (path.startsWith('/to/')) response.writeHead(302, { location: decodeURIComponent(path.slice(4)) }).end()
  else response.end('{"ok":true}')
})
const other = await service()
after(async () => {
  await sandboxes.close()
  await Promise.all([api.close(), other.close()])
})

const TRIES = `
const addresses = input.urls
const got = {}
for (const url of addresses) {
  try { got[url] = (await host.fetch(url, { method: 'GET' })).status } catch (error) { got[url] = error.code }
}
return got`
const PYTHON = `
def run(input, host):
    got = {}
    for url in input["urls"]:
        try:
            got[url] = host.fetch(url, method="GET").status
        except Exception as error:
            got[url] = error.code
    return got
`
const TIERS: readonly (readonly [string, CodeSkill])[] = [
  [
    'the isolate',
    { language: 'js', sandbox: 'isolate', source: `export async function run(input, host) {${TRIES}}` },
  ],
  [
    'a program of Node',
    { language: 'js', sandbox: 'process', source: `export async function run(input, host) {${TRIES}}` },
  ],
  ['a program in Python', { language: 'python', sandbox: 'process', source: PYTHON }],
]

for (const [name, skill] of TIERS) {
  const isSkipped = skill.sandbox === 'process' && skip
  test(
    `code in ${name} reaches what is declared, and nothing by another name, a redirect or a name that turns`,
    { skip: isSkipped },
    async () => {
      const broker = brokerOf({
        network: [
          `{ host: 127.0.0.1, ports: [${api.port}], zone: private, tls: false }`,
          '{ host: metadata.test, ports: [80], zone: private, tls: false }',
          `{ host: turning.test, ports: [${api.port}], zone: private, tls: false }`,
        ],
        lookup: answering(['169.254.169.254'], ['127.0.0.1', '169.254.169.254']),
      })
      const to = (url: string): string => `${api.url}/to/${encodeURIComponent(url)}`
      const denied = [
        `${other.url}/`,
        'http://169.254.169.254/latest/meta-data/',
        'http://metadata.test/latest/',
        `http://turning.test:${api.port}/`,
        to(`${other.url}/`),
        to('http://169.254.169.254/latest/meta-data/'),
        `http://127.0.0.1:${api.port}@${other.url.slice(7)}/`,
        'http://localhost/',
        'http://[::1]/',
        'http://0x7f000001/',
      ]
      const runner = await opened(skill, sandboxes)
      const context = contextOf({ broker: { send: (request, signal) => broker.send(request, {}, signal) } })
      const allowed = `${api.url}/orders`
      const { value } = await runner.run('run', { urls: [allowed, ...denied] }, context)
      assert.deepEqual(value, {
        [allowed]: 200,
        ...Object.fromEntries(denied.map((url) => [url, 'skill_denied'])),
      })
      assert.deepEqual(other.seen, [])
      await runner.close()
      await broker.close()
    },
  )
}
