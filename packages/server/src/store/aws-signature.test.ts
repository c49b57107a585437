import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../kernel/secret.ts'
import { authorization, queryText, signingTime } from './aws-signature.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** "Signature Calculations for the Authorization Header" in the S3 API reference. */
const documented = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
  region: 'us-east-1',
  service: 's3',
}

interface Example {
  readonly method?: string
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signature: string
}

const EXAMPLES: readonly Example[] = [
  {
    path: '/test.txt',
    headers: { range: 'bytes=0-9' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    method: 'PUT',
    path: '/test%24file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: 'Welcome to Amazon S3.',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  { query: { lifecycle: '' }, signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543' },
  {
    query: { prefix: 'J', 'max-keys': '2' },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

test('the four requests of the S3 reference get the signatures that are printed there', () => {
  for (const { method = 'GET', path = '/', query = {}, headers = {}, body = '', signature } of EXAMPLES) {
    const given = authorization(
      {
        method,
        path,
        query: queryText(query),
        headers: {
          host: 'examplebucket.s3.amazonaws.com',
          'x-amz-content-sha256': sha256(body),
          'x-amz-date': signingTime(Date.UTC(2013, 4, 24)),
          ...headers,
        },
        bodyHash: sha256(body),
      },
      documented,
    )
    assert.equal(given.split('Signature=')[1], signature, path)
  }
})

test('the plainest request of the signature test suite is signed as it is there', () => {
  const given = authorization(
    {
      method: 'GET',
      path: '/',
      query: '',
      headers: {
        host: 'example.amazonaws.com',
        'x-amz-date': signingTime(Date.UTC(2015, 7, 30, 12, 36)),
      },
      bodyHash: sha256(''),
    },
    {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
      region: 'us-east-1',
      service: 'service',
    },
  )
  assert.equal(
    given,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,' +
      'SignedHeaders=host;x-amz-date,Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
})

test('a query is sorted and escaped to the letter of RFC 3986', () => {
  assert.equal(
    queryText({ b: "a b/+~!'()*", a: '', 'a-1': '中' }),
    'a=&a-1=%E4%B8%AD&b=a%20b%2F%2B~%21%27%28%29%2A',
  )
})
