import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { ConfigError, loadConfig } from '../kernel/config/config.ts'
import { explainConfig } from '../kernel/config/explanation.ts'
import { problemLine } from '../kernel/config/problem.ts'
import { blobPlace, checkBlobs } from './blob-place.ts'

const load = (text: string) =>
  loadConfig({ file: 'f.yaml', cwd: '/etc/freehold', text, env: { SK: 'Canary77' }, check: checkBlobs })

function problem(text: string): string {
  try {
    load(text)
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine).join('\n')
  }
}

const S3 = 'accessKeyId: AK, secretAccessKey: "${env:SK}"'
const bucket = (more = '', blobs = 's3://documents/house'): string =>
  `blobs: ${blobs}\ns3: { ${S3}${more === '' ? '' : `, ${more}`} }`

test('a bucket is read with its prefix, and the secret never prints', () => {
  const loaded = load(bucket('region: eu-central-1'))
  const place = blobPlace(loaded.config)
  assert.ok(place.kind === 'bucket')
  assert.deepEqual(place.bucket, { name: 'documents', prefix: 'house' })
  assert.deepEqual(
    [place.setting.endpoint, place.setting.pathStyle, place.setting.secretAccessKey.reveal()],
    ['https://s3.eu-central-1.amazonaws.com', false, 'Canary77'],
  )
  const printed =
    inspect(loaded.config, { depth: 9 }) + JSON.stringify([loaded.config, explainConfig(loaded)])
  assert.ok(!printed.includes('Canary77'))
})

test('a directory is a path of the file it stands in, and without one there is the default', () => {
  assert.deepEqual(blobPlace(load('blobs: ./b').config), {
    kind: 'directory',
    directory: '/etc/freehold/b',
  })
  assert.deepEqual(blobPlace(load('').config), { kind: 'directory', directory: null })
})

test('a server of your own has the bucket in its paths unless that is written otherwise', () => {
  const styleOf = (more: string) => {
    const place = blobPlace(load(bucket(more)).config)
    return place.kind === 'bucket' && place.setting.pathStyle
  }
  assert.deepEqual(
    ['endpoint: "https://s3.example"', 'endpoint: "https://s3.example", pathStyle: false'].map(styleOf),
    [true, false],
  )
})

test('each mistake about the object store is named where it stands', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['blobs: s3://documents', /^f.yaml:1:8 {2}blobs: needs the section s3 with accessKeyId and/],
    [`s3: { ${S3} }`, /:1:5 {2}s3: nothing uses it: write `blobs: s3:\/\/bucket`/],
    [bucket('', 's3://Documents'), /:1:8 {2}blobs: must be the path of a local directory, or s3:\/\/bucket/],
    [bucket('', 's3://documents/../x'), /blobs: must be/],
    [bucket('', 's3://documents//x'), /blobs: must be/],
    [bucket('', 'https://documents'), /blobs: must be/],
    [bucket('', 's3://docs.of.us'), /s3.pathStyle: must be true for a bucket with a dot/],
    [bucket('endpiont: "https://x"'), /s3.endpiont: unknown key, did you mean endpoint\?/],
    [bucket('endpoint: "https://x/y"'), /s3.endpoint: must be an http or https address without a path/],
    [bucket('endpoint: "http://10.0.0.1:9000"'), /s3.endpoint: is plain HTTP to another machine/],
    [bucket('endpoint: "http://10.0.0.1:9000", tls: off'), /^accepted$/],
    [bucket('endpoint: "http://127.0.0.1:9000"'), /^accepted$/],
    [bucket('endpoint: "https://x", tls: { ca: none.pem }'), /s3.tls.ca: names a file that/],
    [bucket('region: "eu central"'), /s3.region: must be a region such as us-east-1/],
    ['blobs: s3://documents\ns3: { accessKeyId: AK }', /s3.secretAccessKey: is missing/],
    [
      'blobs: s3://documents\ns3: { accessKeyId: "a/b", secretAccessKey: x }',
      /s3.accessKeyId: must be the id/,
    ],
    [bucket('region: "${env:SK}"'), /s3.region: \$\{…\} is expanded only in secret fields/],
    ['blobs: s3://documents\ns3: nothing', /s3: must be a section with accessKeyId/],
  ]
  for (const [text, wanted] of cases) assert.match(problem(text), wanted, text)
})
