import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readModel } from './model.ts'
import { postalAddresses, withPostal } from './postal.ts'
import { tokenise } from './tokens.ts'

const { vocabulary } = readModel()
const readOf = (text: string) => ({ text, tokens: tokenise(text), vocabulary })
const found = (text: string) => postalAddresses(readOf(text)).map(({ start, end }) => text.slice(start, end))

test('an address reaches from its unit or the name of its house to its postcode and its country', () => {
  for (const address of [
    'Flat 12, The Tannery, 9 Hide Street, Walsall WS1 4QF',
    'The Old Bakery, Sheep Lane, Malton YO17 7BA, England',
    'Apartment 4, Weir Lodge, Bridge Street, Naas, W91 X2K4',
    '2210 SW Larch Hollow Ln Apt 6B, Bend, OR 97702',
    'P.O. Box 314, Sitka, AK 99835',
    '800 Foundry Avenue, Suite 220, Dallas, Texas 75201',
    '4/19 Gum Tree Parade, Dubbo NSW 2830, Australia',
    '902-18 Portage Way, Winnipeg, MB R3B 2C4',
    'D-17/4 Sarojini Nagar, New Delhi - 110023',
    'Plot 8, Road No. 3, Film Nagar, Hyderabad 500096',
    'Blk 233 Yishun Street 21 #04-118, Singapore 760233',
    'Glenbower, Killeagh, Co. Cork, P36 X7A1',
    'Unit 9, Heron Park, 51 Voortrekker Road, Bellville, 7530',
  ])
    for (const [before, after] of [
      ['', ''],
      ['Please bring it to ', ' before noon.'],
      ['The shop (', ') has shut.'],
      ['Address: ', '\nTel: none'],
    ])
      assert.deepEqual(found(`${before}${address}${after}`), [address])
})

test('addresses in a row are several', () => {
  const [one, other] = ['6 Tarn Close, Kendal LA9 5QD', '77 Rye Hill, Hexham NE46 1QE']
  for (const between of ['; ', ' and then ', ' to ', '\n\n'])
    assert.deepEqual(found(`${one}${between}${other}`), [one, other])
})

test('whoever stands before an address is not its house', () => {
  assert.deepEqual(found('Ada Hall\n205 Tamar Road\nMossel Bay\n6500'), ['205 Tamar Road\nMossel Bay\n6500'])
  assert.deepEqual(found('Olu Adeyinka, 31 Cairn Street, Perth PH1 5TT'), ['31 Cairn Street, Perth PH1 5TT'])
})

test('numbers that are no postcodes end no address', () => {
  for (const text of [
    'We moved out of 14 Bonded Road in March 2023.',
    'SKU 44120 Basin Mixer, SKU 44121 Shower Tray 9000',
    'Build 9, Stage Two, Runner 4410 failed.',
    'Fig. 3, Panel B, Sample 12345',
    'Keizerstraat 40, 3512 Utrecht',
  ])
    assert.deepEqual(found(text), [])
})

test('a name that was taken for a part of the address is still a name', () => {
  const text = 'Site contact Siobhan Parker, 31 Cairn Street, Perth PH1 5TT'
  const whole = { start: 0, end: text.length, type: 'ADDRESS', score: 0.75, source: 'test' } as const
  assert.deepEqual(
    withPostal(readOf(text), [whole]).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`),
    ['PERSON Siobhan Parker', 'ADDRESS 31 Cairn Street, Perth PH1 5TT'],
  )
})
