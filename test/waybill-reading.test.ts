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

/** Lines at their places: `[left edge, text]`, row after row. */
const form = (...rows: readonly (string | readonly (readonly [number, string])[])[]): readonly Line[] =>
  rows.flatMap((row, at) =>
    (typeof row === 'string' ? ([[20, row]] as const) : row).map(([u0, text]) => ({
      text,
      u0,
      u1: u0 + Array.from(text).reduce((sum, sign) => sum + (/\p{Script=Han}/u.test(sign) ? 18 : 9), 0),
      v0: 40 * at + 10,
      v1: 40 * at + 32,
    })),
  )
const wang = { name: '王小明', phone: '13812345678', address: '广东省深圳市南山区科技园路1号' }
const li = { name: '李娜', phone: '010-62345678', address: '北京市海淀区中关村大街27号1201室' }

test('one line says several things, in two languages', () => {
  const { sender, recipient, number, weightKg, date } = waybillOf(
    form(
      '运单号码 Waybill No. SF1234567890123',
      `寄件人/Sender  ${wang.name}  电话/Tel ${wang.phone}`,
      `地址/Address ${wang.address}`,
      `收件人/Receiver  ${li.name}  电话/Tel 010-62345678`,
      `地址/Address ${li.address}`,
      '件数 Pcs 1  体积重量 9.9kg  重量 Weight 2.5kg  日期 Date 2026/3/1',
    ),
  )
  assert.deepEqual([sender, recipient], [wang, li])
  assert.deepEqual([number, weightKg, date], ['SF1234567890123', 2.5, '2026-03-01'])
})

test('what a label alone names stands below it as well, and persons in rows under the names of columns', () => {
  const { sender, recipient, weightKg, date, number } = waybillOf(
    form(
      [
        [200, '姓名'],
        [350, '电话'],
        [520, '地址'],
      ],
      [
        [20, '发件'],
        [200, wang.name],
        [350, wang.phone],
        [520, wang.address],
      ],
      [
        [20, '收件'],
        [200, li.name],
        [350, '010-62345678'],
        [520, li.address],
      ],
      [
        [20, '实际重量'],
        [220, '托运日期'],
        [420, '单号'],
      ],
      [
        [20, '3.40 KG'],
        [220, '2027年1月2日'],
        [420, 'YT8812345678901'],
      ],
    ),
  )
  assert.deepEqual([sender, recipient], [wang, li])
  assert.deepEqual([weightKg, date, number], [3.4, '2027-01-02', 'YT8812345678901'])
})

test('of persons side by side each has its column, and an English address goes on below', () => {
  const { sender, recipient } = waybillOf(
    form(
      [
        [20, 'FROM'],
        [420, 'SHIP TO'],
      ],
      [
        [20, 'Alice Brown'],
        [420, "Jean-Pierre O'Connor"],
      ],
      [
        [20, '5 Kings Road'],
        [420, '876 Elm Grove, Tucson,'],
      ],
      [
        [20, 'Leeds LS1 4AP'],
        [420, 'AZ 85701'],
      ],
      [
        [20, 'T 07111111111'],
        [420, '(520) 555-0142'],
      ],
    ),
  )
  assert.deepEqual(sender, {
    name: 'Alice Brown',
    phone: '07111111111',
    address: '5 Kings Road, Leeds LS1 4AP',
  })
  assert.deepEqual(recipient, {
    name: "Jean-Pierre O'Connor",
    phone: '520-555-0142',
    address: '876 Elm Grove, Tucson, AZ 85701',
  })
})

test('what was weighed comes before what was reckoned, a postcode is no weight and a telephone number no waybill', () => {
  const { weightKg, date, number, recipient } = waybillOf(
    form(
      'Consignee: Mary Jones, 12 Mill Lane, Oxford OX2 6GG, tel +86 13048992463',
      'Volume weight: 41.9 kg',
      'Wt 12:30 kg',
      'Dispatched 26.03.2026 09:42',
      'RH652063475CN',
    ),
  )
  assert.deepEqual([weightKg, date, number], [12.3, '2026-03-26', 'RH652063475CN'])
  assert.deepEqual(recipient, {
    name: 'Mary Jones',
    phone: '13048992463',
    address: '12 Mill Lane, Oxford OX2 6GG',
  })
})

test('where the cue of one party was not read, what stands under none is that of the other', () => {
  const { sender, recipient } = waybillOf(
    form(
      [[400, 'SHIP FROM']],
      [
        [20, 'Alice Brown'],
        [400, 'Carl Davis'],
      ],
      [
        [20, '07111111111'],
        [400, '07222222222'],
      ],
    ),
  )
  assert.deepEqual([sender.name, sender.phone], ['Carl Davis', '07222222222'])
  assert.deepEqual([recipient.name, recipient.phone], ['Alice Brown', '07111111111'])
})

test('letters that must be digits, and the other way about, are what the shape of the code asks for', () => {
  assert.equal(
    settled([looked('11 Cromwell Road,Derby PLASAA', { A: ['4', 0.3], S: ['8', 0.3] })], SIGNS).slice(-6),
    'PL48AA',
  )
  assert.equal(settled([looked('IT3685653794500', { I: ['J', 0.3] })], SIGNS), 'JT3685653794500')
})

test('labels stand wide apart, firms are parties, and headings stand in the middle of bars', () => {
  const { sender, recipient, number } = waybillOf(
    form(
      [[300, '取件人信息']],
      [[20, '名称：东莞市合兴包装材料有限公司']],
      [
        [20, '手'],
        [110, '机：13800138000'],
      ],
      [
        [20, '地'],
        [110, '址：黑龙江省哈尔滨市南岗区芦家街道环城东路354'],
      ],
      [[180, '号丽水湾三期13栋2714']],
      [[300, '寄件人信息']],
      '姓名：李娜',
      '电话：0769-88267935',
      'AWB 205-15621944',
    ),
  )
  assert.deepEqual(recipient, {
    name: '东莞市合兴包装材料有限公司',
    phone: '13800138000',
    address: '黑龙江省哈尔滨市南岗区芦家街道环城东路354号丽水湾三期13栋2714',
  })
  assert.deepEqual([sender.name, sender.phone, number], ['李娜', '0769-88267935', '205-15621944'])
})
