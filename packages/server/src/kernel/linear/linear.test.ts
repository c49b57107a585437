import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Example } from './classifier.ts'
import { Classifier, trainClassifier } from './classifier.ts'
import { auroc, evaluate } from './evaluation.ts'
import { FeatureReader } from './features.ts'

const labelled = (label: string, texts: string): Example[] =>
  texts.split('|').map((text) => ({ text: text.trim(), label }))
const LESSONS: readonly Example[] = [
  ...labelled(
    'weather',
    'will it rain tomorrow | what is the weather like today | is it going to snow | how warm is it outside | 明天会下雨吗 | 今天天气怎么样 | 周末会不会下雪 | 外面几度',
  ),
  ...labelled(
    'parcel',
    'where is my parcel | track the shipment | has my order been delivered | when does the package arrive | 我的快递到哪了 | 查一下物流 | 包裹什么时候送到 | 订单发货了吗',
  ),
  ...labelled(
    'leave',
    'I want a day off | request vacation for Friday | how much holiday do I have left | book leave next week | 我要请假 | 申请年假 | 还剩几天假 | 下周想休两天假',
  ),
]
const UNSEEN: readonly Example[] = [
  ...labelled('weather', 'does it rain today | 后天下雨吗 | weather for tomorrow'),
  ...labelled('parcel', 'track my package please | 物流到哪里了 | when will the order be delivered'),
  ...labelled('leave', 'a day of leave on Monday | 请两天假 | how many days of vacation are left'),
]
const STRANGE = ['prove that the square root of two is irrational', '红烧肉怎么做', 'zzz']

test('a text is a vector of length one, the same each time, and an empty one is nothing', () => {
  const reader = new FeatureReader()
  for (const text of ['where is my parcel', '我的快递到哪了', 'x', '单']) {
    const { at, value } = reader.read(text)
    assert.ok(Math.abs(value.reduce((sum, one) => sum + one * one, 0) - 1) < 1e-5)
    assert.equal(new Set(at).size, at.length)
    assert.deepEqual(reader.read(text), { at, value })
    assert.deepEqual(new FeatureReader().read(text.toUpperCase()), { at, value })
  }
  for (const nothing of ['', ' \n', '!?…', '\ud800']) assert.equal(reader.read(nothing).at.length, 0)
})

test('English and Chinese texts are told apart from a few examples each, the same way in each training', () => {
  const artifact = trainClassifier(LESSONS)
  const { accuracy, labels, outOfScope } = evaluate(new Classifier(artifact), UNSEEN, STRANGE)
  assert.ok(accuracy > 0.85, `${accuracy}`)
  assert.ok((outOfScope.auroc ?? 0) > 0.9, `${outOfScope.auroc}`)
  assert.equal(labels.length, 3)
  assert.deepEqual(trainClassifier(LESSONS).weights, artifact.weights)
  assert.notDeepEqual(trainClassifier(LESSONS, 2).weights, artifact.weights)
})

test('a guess says how sure it is, and of a text like none that it is not', () => {
  const model = new Classifier(trainClassifier(LESSONS))
  const sure = model.guess('where is my parcel')
  assert.equal(sure.label, 'parcel')
  assert.ok(sure.probability > 0.8 && sure.margin > 0.6 && sure.score > 1)
  const nothing = model.guess('')
  assert.deepEqual([nothing.score, nothing.margin], [0, 0])
})

test('weights that do not fit their schema are no model', () => {
  const artifact = trainClassifier(LESSONS)
  assert.throws(() => new Classifier({ ...artifact, weights: artifact.weights.subarray(1) }), /do not fit/)
})

test('the area under the curve is 1 when all is parted, a half by chance, and null of nothing', () => {
  assert.equal(auroc([3, 4], [1, 2]), 1)
  assert.equal(auroc([1, 2], [3, 4]), 0)
  assert.equal(auroc([1, 2], [1, 2]), 0.5)
  assert.equal(auroc([7], [7, 7]), 0.5)
  assert.equal(auroc([1], []), null)
})
