import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsIn, isMissing, objectFault, ObjectRefusal, startFault, textIn } from './refusal.ts'

const answer = (status: number, body: string, headers = {}) => ({ status, headers, body: Buffer.from(body) })
const refusal = (status: number, code: string, more = '') =>
  new ObjectRefusal(answer(status, `<Error><Code>${code}</Code>${more}</Error>`))

test('the words of the store are read from its XML, entities resolved', () => {
  const page = `<L><Contents><Key>a&amp;b&#x41;&#66;</Key></Contents><Contents><Key>c&unknown;</Key></Contents></L>`
  assert.deepEqual(
    elementsIn(page, 'Contents').map((entry) => textIn(entry, 'Key')),
    ['a&bAB', 'c&unknown;'],
  )
  assert.equal(textIn(page, 'NextContinuationToken'), null)
})

test('what is no word of a store is not repeated', () => {
  const strange = refusal(400, 'bad code; see http://x')
  assert.deepEqual([strange.reason, strange.region], ['', null])
  assert.match(startFault(strange, 's3://b').message, /it answered 400\.$/)
})

test('an object that is not there, a bucket that is not there and a full store are three things', () => {
  assert.equal(isMissing(refusal(404, 'NoSuchKey')), true)
  assert.equal(isMissing(refusal(404, 'NoSuchBucket')), false)
  assert.equal(objectFault(refusal(404, 'NoSuchBucket')).code, 'unavailable')
  assert.equal(objectFault(refusal(507, '')).code, 'storage_full')
  assert.equal(objectFault(refusal(403, 'XMinioAdminBucketQuotaExceeded')).code, 'storage_full')
})

test('a bucket of another region is named, from the head or the body', () => {
  const fromBody = refusal(400, 'AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>')
  const fromHead = new ObjectRefusal(answer(301, '', { 'x-amz-bucket-region': 'eu-west-1' }))
  for (const one of [fromBody, fromHead])
    assert.match(startFault(one, 's3://b').message, /lies in region eu-west-1: write s3\.region/)
})
