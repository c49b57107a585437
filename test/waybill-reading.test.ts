import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Line } from '../skills/ocr-waybill/fields.ts'
import { addressIn, nameIn } from '../skills/ocr-waybill/fields.ts'
import type { Steps } from '../skills/ocr-waybill/reading.ts'
import { likelihood, likeliest } from '../skills/ocr-waybill/reading.ts'
import { settled } from '../skills/ocr-waybill/settled.ts'
import { waybillOf } from '../skills/ocr-waybill/waybill.ts'

const SIGNS = [
  '',
  ...new Set(
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.:山东省烟台市芝罘翠莱区人民路号收件性方寄周琰阀阎岚手机货小',
  ),
]

/** A look that sees each sign for a step, with no sign between; what else it thinks possible stands beside. */
const looked = (text: string, others: Readonly<Record<string, readonly [string, number]>> = {}): Steps =>
  Array.from(text).flatMap((sign) => {
    const [other, p] = others[sign] ?? ['', 0]
    const step = new Map([[SIGNS.indexOf(sign), 0.97 - p]])
    if (other !== '') step.set(SIGNS.indexOf(other), p)
    return [step, new Map([[0, 0.98]])]
  })

test('what a look makes of a line is reckoned over all the ways to see it', () => {
  const steps: Steps = [
    new Map([
      [1, 0.5],
      [0, 0.5],
    ]),
    new Map([
      [1, 0.5],
      [0, 0.5],
    ]),
  ]
  assert.ok(Math.abs(likelihood(steps, [1]) - Math.log(0.75)) < 1e-9)
  assert.ok(Math.abs(likelihood(steps, []) - Math.log(0.25)) < 1e-9)
  assert.deepEqual(likeliest(steps, 2), [[1], []])
})

test('letters that run into others are told apart where only so a word comes out', () => {
  assert.equal(settled([looked('Anna Thomton')], SIGNS), 'Anna Thornton')
  assert.equal(settled([looked('lvan Parker')], SIGNS), 'Ivan Parker')
})

test('a name that is on no list stays as the picture says', () => {
  for (const name of ['Jacob Flanjak', 'Linda Hembury', 'Tom Ormandyke'])
    assert.equal(settled([looked(name)], SIGNS), name)
})

test('letters that all looks tell apart stay apart, though without one of them it were a known word', () => {
  for (const name of ['Lorna Ashby', 'Fern Conwell', 'Colin Millfield'])
    assert.equal(settled([looked(name), looked(name)], SIGNS), name)
})

test('what one look sees and all others do not is not believed', () => {
  const wrong = looked('Emma Tumer', {})
  assert.equal(settled([looked('Emma Turner'), wrong, looked('Emma Turner')], SIGNS), 'Emma Turner')
})

test('a parcel number with a wrong check digit gives way to the right one that was nearly read', () => {
  const right = 'RR473124829CN'
  assert.equal(settled([looked('RR473124824CN', { 4: ['9', 0.35] })], SIGNS), right)
  assert.equal(
    settled([looked('RR473124828CN')], SIGNS),
    'RR473124828CN',
    'what nothing speaks for is not made up',
  )
})

test('a county that lost a character is the one that lies in the city before it', () => {
  assert.equal(settled([looked('山东省烟台市芝区人民路1号')], SIGNS), '山东省烟台市芝罘区人民路1号')
  assert.equal(settled([looked('收性方')], SIGNS), '收件方')
})

test('a name beside its label has a surname and a given name', () => {
  const unsure = looked('寄件人周琰15110960826', { 琰: ['', 0.6] }).map(
    (step) => new Map([...step, ...(step.has(SIGNS.indexOf('琰')) ? [[0, 0.6] as const] : [])]),
  )
  assert.equal(settled([unsure], SIGNS), '寄件人周琰15110960826')
  assert.equal(settled([looked('收件人阀岚手机', { 阀: ['阎', 0.1] })], SIGNS), '收件人阎岚手机')
})

test('a waybill number has two letters before it where two may be meant, and streets are made of common words', () => {
  const steps = looked('YT7210653257697', { T: ['1', 0.6] })
  assert.equal(settled([steps], SIGNS), 'YT7210653257697')
  assert.equal(settled([looked('Milifield Drive', { i: ['l', 0.3] })], SIGNS), 'Millfield Drive')
})

test('spaces and commas that a bad picture lost stand in the address again', () => {
  assert.equal(addressIn('24ChesterWay.GlasgowG255jU'), '24 Chester Way, Glasgow G25 5JU')
  assert.equal(addressIn('Flat 5,84SunsetRoad,Tucson,AZ 85701.'), 'Flat 5, 84 Sunset Road, Tucson, AZ 85701')
  assert.equal(addressIn('151 Manor, Drive, Lincoln LN5 7HL'), '151 Manor Drive, Lincoln LN5 7HL')
  assert.equal(addressIn('7 St. Johns Road, Oxford OX1 2AB'), '7 St. Johns Road, Oxford OX1 2AB')
  assert.equal(addressIn('78MillRoadIpswich IP42BN'), '78 Mill Road, Ipswich IP4 2BN')
  assert.equal(addressIn('192 Kiln Lane, Norwich, NR2 4SX'), '192 Kiln Lane, Norwich NR2 4SX')
  assert.equal(nameIn('SarahFernworth'), 'Sarah Fernworth')
  assert.equal(nameIn('Annika.Hallworth'), 'Annika Hallworth')
  assert.equal(nameIn('Emily jones'), 'Emily Jones')
  assert.equal(nameIn('Ewan McCarthy'), 'Ewan McCarthy')
})

test('a word that was read as two is one again, and names with small words in them stay apart', () => {
  assert.equal(nameIn('Judith Hol brook'), 'Judith Holbrook')
  assert.equal(nameIn('Lilian A sh w orth'), 'Lilian Ashworth')
  assert.equal(nameIn('Pieter van Dam'), null)
  const line = (text: string, v0: number): Line => ({ text, u0: 20, u1: 200, v0, v1: v0 + 18 })
  const { sender } = waybillOf([
    line('Sen der', 10),
    line('Name: Judith Holbrook', 40),
    line('Phone: 07198786268', 70),
  ])
  assert.deepEqual([sender.name, sender.phone], ['Judith Holbrook', '07198786268'])
  const { recipient } = waybillOf([line('R ecipie nt', 10), line('Corry Mertens', 40)])
  assert.equal(recipient.name, 'Corry Mertens')
})

test('a weight and a date that run into each other are two, and a nought in the name of a month is an O', () => {
  const line: Line = { text: 'Weight:0.2.kgDate:230ct 2025', u0: 20, u1: 400, v0: 10, v1: 28 }
  const { weightKg, date } = waybillOf([line])
  assert.deepEqual([weightKg, date], [0.2, '2025-10-23'])
})

test('an address that ended with its room does not go on with what stands below', () => {
  const line = (text: string, v0: number): Line => ({ text, u0: 20, u1: 400, v0, v1: v0 + 18 })
  const { recipient } = waybillOf([
    line('收件地址：四川省成都市武侯区人民南路777号11栋3单元2905室', 10),
    line('强', 30),
  ])
  assert.equal(recipient.address, '四川省成都市武侯区人民南路777号11栋3单元2905室')
})

test('a telephone number far behind the name belongs to the same party, under a cue that stands at the edge', () => {
  const line = (text: string, u0: number, v0: number): Line => ({ text, u0, u1: u0 + 48, v0, v1: v0 + 18 })
  const { sender, recipient } = waybillOf([
    line('收件人', 20, 10),
    line('夏强', 20, 40),
    line('13812345678', 200, 40),
    line('寄件人', 20, 90),
    line('方娜', 20, 120),
    line('13912345678', 200, 120),
  ])
  assert.deepEqual([recipient.name, recipient.phone], ['夏强', '13812345678'])
  assert.deepEqual([sender.name, sender.phone], ['方娜', '13912345678'])
})

test('lines beside a cue that stands in the middle of its cell belong to it, those above it too', () => {
  const line = (text: string, u0: number, v0: number): Line => ({
    text,
    u0,
    u1: u0 + 12 * text.length,
    v0,
    v1: v0 + 18,
  })
  const bill = waybillOf([
    line('Name: Melissa Potts', 240, 92),
    line('Consignor', 75, 111),
    line('Address: 35 River Terrace, Hull HU19 9RF', 240, 111),
    line('Phone: 07198786268', 240, 130),
    line('Name: Adam Davidson', 240, 164),
    line('Recipient', 75, 183),
    line('Address: 187 Windsor Road, Hull HU3 7UF', 240, 183),
    line('Phone: 07580101299', 240, 202),
  ])
  assert.deepEqual(bill.sender, {
    name: 'Melissa Potts',
    address: '35 River Terrace, Hull HU19 9RF',
    phone: '07198786268',
  })
  assert.deepEqual(bill.recipient, {
    name: 'Adam Davidson',
    address: '187 Windsor Road, Hull HU3 7UF',
    phone: '07580101299',
  })
})
