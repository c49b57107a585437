import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateSlots } from './date-slots.ts'
import { choiceSlots, codeSlots, emailSlots, phoneSlots } from './named-slots.ts'
import { quantitySlots } from './quantity-slots.ts'
import type { Slot } from './slot.ts'
import { spokenNumber } from './spoken-number.ts'
import { timeSlots } from './time-slots.ts'

/** A Wednesday. */
const TODAY = '2027-03-10'

function check(
  find: (text: string) => readonly Slot<unknown>[],
  cases: Readonly<Record<string, unknown>>,
): void {
  for (const [text, value] of Object.entries(cases)) {
    const found = find(text)
    assert.deepEqual(
      found.map((slot) => slot.value),
      Array.isArray(value) ? value : [value],
      text,
    )
    for (const slot of found) assert.equal(text.slice(slot.start, slot.end), slot.text)
  }
}

test('days are read in both languages, written out or in figures', () => {
  check((text) => dateSlots(text, TODAY), {
    'from 2027-04-01 on': '2027-04-01',
    'on 1 May 2028, please': '2028-05-01',
    'the 3rd of June': '2027-06-03',
    'March 1st': '2028-03-01',
    'December 24, 2027 and 2027/12/31': ['2027-12-24', '2027-12-31'],
    '2027年4月5日出发': '2027-04-05',
    二〇二七年五月一号: '2027-05-01',
    五月二十号之前: '2027-05-20',
    '3月9日': '2028-03-09',
    '30 February 2027': [],
    'version 2027.13.45': [],
  })
})

test('days seen from today are counted', () => {
  check((text) => dateSlots(text, TODAY), {
    'tomorrow or the day after tomorrow': ['2027-03-11', '2027-03-12'],
    'in three days': '2027-03-13',
    'in 2 weeks': '2027-03-24',
    'on Friday': '2027-03-12',
    'next Monday': '2027-03-15',
    Wednesday: '2027-03-17',
    明天下午: '2027-03-11',
    大后天: '2027-03-13',
    三天后: '2027-03-13',
    两个星期以后: '2027-03-24',
    下周三: '2027-03-17',
    周五: '2027-03-12',
    上周日: '2027-03-07',
  })
})

test('times of the day are read in both languages', () => {
  check(timeSlots, {
    'at 2 pm': '14:00',
    '9:30 a.m. to 12.15 p.m.': ['09:30', '12:15'],
    '12 am': '00:00',
    'between 08:05 and 17:45': ['08:05', '17:45'],
    'at noon': '12:00',
    'at 9 o’clock': '09:00',
    下午三点半: '15:30',
    早上八点到晚上十点: ['08:00', '22:00'],
    '晚上8:30': '20:30',
    十二点一刻: '12:15',
    '25:00': [],
    'at 9 euros': [],
  })
})

test('amounts come with one name for each unit, in figures and in words', () => {
  check(quantitySlots, {
    '2.5 kg of flour': { amount: 2.5, unit: 'kilogram' },
    'twenty-three boxes': { amount: 23, unit: 'piece' },
    'half an hour': { amount: 0.5, unit: 'hour' },
    '1,200 euros or $15': [
      { amount: 1200, unit: 'EUR' },
      { amount: 15, unit: 'USD' },
    ],
    三百二十公斤: { amount: 320, unit: 'kilogram' },
    请两天假: { amount: 2, unit: 'day' },
    '3万元': { amount: 30_000, unit: 'CNY' },
    三个月: { amount: 3, unit: 'month' },
    百分之十五: { amount: 15, unit: 'percent' },
    '10 working days': { amount: 10, unit: 'day' },
    'nothing here': [],
  })
})

test('addresses, telephone numbers and codes are read as they are used', () => {
  check(emailSlots, { 'Write to Ann.Lee+x@Example.org.': 'ann.lee+x@example.org', 'a@b': [] })
  check(phoneSlots, {
    'call 138 1234 5678': '13812345678',
    '+49 (0)30 1234567': '+49301234567',
    '020-8888 6666': '02088886666',
    '400-820-6677': '4008206677',
    '12345': [],
  })
  check(codeSlots, {
    'order SO-20270310-17 please': 'SO-20270310-17',
    '运单号 sf1234567890123 到哪了': 'SF1234567890123',
    'ticket 4711': [],
    'waybill 773012345678': '773012345678',
    'hello world': [],
    'x@y12345.org': [],
  })
})

test('one of the values that a skill lists is found by any of its words', () => {
  const leave = { annual: ['vacation', 'holiday', '年假'], sick: ['sick leave', '病假', '病'], other: [] }
  check((text) => choiceSlots(text, leave), {
    'I want Vacation': 'annual',
    我要请病假: 'sick',
    'sick leave or annual': ['sick', 'annual'],
    biannual: [],
    'a (sick) note': 'sick',
  })
})

test('numbers in words are what they say', () => {
  const said = {
    十: 10,
    二十三: 23,
    一百零五: 105,
    三千二百万: 32_000_000,
    二〇二四: 2024,
    半: 0.5,
    '1,234.5': 1234.5,
  }
  for (const [text, value] of Object.entries(said)) assert.equal(spokenNumber(text), value, text)
  assert.equal(spokenNumber('ninety-nine'), 99)
  assert.equal(spokenNumber('nothing'), null)
})

test('a long hostile text is read to its limit, and in time that grows with it', () => {
  const hostile = [
    '1'.repeat(9000),
    '三'.repeat(9000),
    'a1-'.repeat(3000),
    '@.'.repeat(4000),
    '1,111'.repeat(2000),
  ]
  for (const text of hostile)
    for (const find of [
      (said: string) => dateSlots(said, TODAY),
      timeSlots,
      quantitySlots,
      codeSlots,
      emailSlots,
      phoneSlots,
    ])
      for (const slot of find(text)) assert.ok(slot.end <= 4096)
})
