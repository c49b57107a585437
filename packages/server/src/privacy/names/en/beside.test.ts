import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EnglishNames } from './english-names.ts'

const names = new EnglishNames()
const people = (text: string) =>
  names
    .find(text)
    .filter(({ type }) => type === 'PERSON')
    .map(({ start, end }) => text.slice(start, end))

test('who stands in a row with somebody is found, and so is whoever is joined by an and', () => {
  assert.deepEqual(people('Attendees: Dawn, Bill, Penny and April.'), ['Dawn', 'Bill', 'Penny', 'April'])
  assert.ok(people("I told Marie-Claire and Jürgen we'd wait").includes('Jürgen'))
  assert.ok(people('present — Rajesh Cohen, Deborah Deshpande, Tomasz Reid').includes('Deborah Deshpande'))
})

test('who signs a letter is found, whether a list has the name or not', () => {
  for (const [text, name] of [
    ['See you there.\n\nKind regards\nRajesh', 'Rajesh'],
    ['Can we push the call?\nSure. -- Harpreet', 'Harpreet'],
    ['I will be out on Friday. Margaret', 'Margaret'],
    ['On Tue, Carlos Thornbury <ct9@mail.example> wrote:', 'Carlos Thornbury'],
    ['Ship to:\nApril Green\n5298 Oakfield Avenue', 'April Green'],
    ["Hi it's Pedro from the garage", 'Pedro'],
    ['Officer Müller took the call', 'Müller'],
    ['on_call:\n  - Mehmet\n  - Priyanka', 'Priyanka'],
    ['"watchers": ["Lucy Green", "Tom Hale"]', 'Lucy Green'],
  ] as const)
    assert.ok(people(text).includes(name), text)
})

test('a name behind a number is no address of a house', () => {
  assert.deepEqual(people('DNI 82472138A, a nombre de Pedro Müller.'), ['Pedro Müller'])
})

test('teams, firms and headings in the same places are nobody', () => {
  for (const text of [
    'Kind regards\nThe Support Team',
    'Best\nCustomer Service',
    'Bill to: Accounts Payable\nNet 30',
    'Present: Water, Bread and Butter',
    'Ask for salt and Pepper Sauce.',
    'Team: Platform, Search and Billing',
    'members: ["Gold", "Silver"]',
  ])
    assert.deepEqual(people(text), [], text)
})
