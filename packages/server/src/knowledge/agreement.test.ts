import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formOf, shownAt } from './answer-form.ts'
import { askedThing, namesIn } from './asked-thing.ts'
import { countedIn } from './counted.ts'
import { namesSomebody } from './somebody.ts'

const thing = (question: string): readonly string[] => [
  ...askedThing(question, /\p{Script=Han}/u.test(question), new Set()),
]

test('a question says what exactly it asks for', () => {
  assert.deepEqual(thing('How many cannons are there?'), ['cannon'])
  assert.deepEqual(thing('Which mill sells the flour?'), ['mill', 'sell'])
  assert.deepEqual(thing('What is the wingspan of the bird?'), ['wingspan'])
  assert.deepEqual(thing('When was the club founded?'), ['found'])
  assert.deepEqual(thing('月球车的最高速度是多少？'), ['最高', '速度'])
  assert.deepEqual(thing('谁题写了桥名？').length > 0, true)
  assert.deepEqual(thing('Why?'), [])
})

test('names and numbers of a question are told in both languages', () => {
  assert.deepEqual(namesIn("What does E15 mean on Kettle's machine in 2019?"), ['e15', 'kettle', '2019'])
  assert.deepEqual(namesIn('升级到6.0版要多长时间？XQ-8呢'), ['6.0', 'xq-8'])
  assert.deepEqual(namesIn('who am I'), [])
})

test('a number counts when it is one of what is to be counted', () => {
  const members = countedIn('How many members does the club have?', false)
  assert.equal(members?.('The club has 48 members.'), true)
  assert.equal(members?.('Members pay 48 pounds a year.'), false)
  const pupils = countedIn('学校有多少名学生？', true)
  assert.equal(pupils?.('全校有一千二百名学生。'), true)
  assert.equal(pupils?.('会费每年一百二十元，学生减半。'), false)
  assert.equal(countedIn('Who is the mayor?', false), null)
  assert.equal(countedIn('谁是市长？', true), null)
})

test('somebody is named only where the question did not name them', () => {
  const named = (text: string, known: string) => namesSomebody(text, known, /\p{Script=Han}/u.test(known))
  assert.equal(named('Colonel Ruthven held the bridge.', 'Who defended the bridge?'), true)
  assert.equal(named('It was found by Ilona Varga.', 'Who found it?'), true)
  assert.equal(named('Claims need the consent of the head of department.', 'Who signs?'), true)
  assert.equal(named('Lake Oruna lies at 1,870 metres.', 'Who discovered Lake Oruna?'), false)
  assert.equal(named('The mill burned down in March.', 'Who owns the mill?'), false)
  assert.equal(named('She died in Vienna.', 'Who was the doctor?'), false)
  assert.equal(named('会议由副校长周敏主持。', '会议由谁主持？'), true)
  assert.equal(named('取件码由快递公司发送。', '谁发送取件码？'), true)
  assert.equal(named('大桥全长1268米。', '大桥是谁设计的？'), false)
})

test('a measure is answered by units of its own kind', () => {
  const shows = (question: string, text: string) => shownAt(formOf(question), text, question).length > 0
  assert.equal(shows('How fast does the ferry go?', 'It makes 24 knots.'), true)
  assert.equal(shows('How fast does the ferry go?', 'It carries 20 kg of mail for 30 miles.'), false)
  assert.equal(shows('洗衣机有多重？', '整机重六十八公斤。'), true)
  assert.equal(shows('洗衣机有多重？', '排水管高度不超过一米。'), false)
  assert.equal(shows('How big is the core?', 'Its core measures about six kilometres.'), true)
})
