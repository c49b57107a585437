import { test } from 'node:test'
import assert from 'node:assert/strict'
import { EnglishNames } from './english-names.ts'

const names = new EnglishNames()
const found = (text: string) =>
  names.find(text).map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)

test('people, places, firms and addresses in a sentence are found where they stand', () => {
  assert.deepEqual(found('Our accountant, Philippa Onwudiwe, moved from Duluth to Tbilisi.'), [
    'PERSON Philippa Onwudiwe',
    'LOCATION Duluth',
    'LOCATION Tbilisi',
  ])
  assert.deepEqual(found('Send the filter to 48 Larkspur Crescent, Tiverton EX16 6QT, not to the office.'), [
    'ADDRESS 48 Larkspur Crescent, Tiverton EX16 6QT',
  ])
})

test('a title is no part of a name, and whoever has one has a name', () => {
  assert.deepEqual(found('Which room is Mrs. Abernathy-Cole in today?'), ['PERSON Abernathy-Cole'])
})

test('words that are names too are left alone where they are words', () => {
  for (const text of [
    'May is the best month for asparagus, in my opinion.',
    'The grant covers travel, lodging and one printer.',
    'A rose by the gate, a jack under the car, a bill on the mat.',
    'Will the shop open on Sunday, or should I grab bread today?',
  ])
    assert.deepEqual(found(text), [])
})

test('methods, diseases, makes, days and headings name nobody', () => {
  for (const text of [
    "Parkinson's disease is more common after seventy.",
    'We fitted a Gaussian process and ran a Bonferroni correction.',
    'Introduction to Machine Learning for Business Leaders',
    'The Boeing 737 and the Airbus A320 have a similar range.',
    'Every Monday the Backup job runs before the Nightly Report is sent.',
    'Press Ctrl+C to cancel, then Enter.',
  ])
    assert.deepEqual(found(text), [])
})

test('dishes, medicines, teams, breeds and products with names in them name nobody', () => {
  for (const text of [
    'Boston Cream Pie, Cobb Salad, Chicken Parmesan',
    'Stop the Celexa, start Zoloft 50 mg, keep Lipitor.',
    'The Cardinals lost to the Brewers, 4 to 2.',
    'Breed: Gordon Setter. Coat: black and tan.',
    'The Bennett Sofa and the Russell Lamp are sold out.',
    'Migrate from Jenkins to Travis; retire Puppet.',
  ])
    assert.deepEqual(found(text), [])
})

test('the last word of a thing says that it is one, and a full name before it stays a name', () => {
  assert.deepEqual(found('Restart the Victoria Service, then the Jordan Queue.'), [])
  assert.ok(found('Please ask Philippa Onwudiwe today.').includes('PERSON Philippa Onwudiwe'))
})

test('people are people among things, and where they are spoken to', () => {
  assert.ok(found('Philippa Onwudiwe ordered the Cobb Salad.').includes('PERSON Philippa Onwudiwe'))
  assert.deepEqual(found('@Declan can you look at this?'), ['PERSON Declan'])
  assert.deepEqual(found('Install @Declan/core from the registry.'), [])
})

test('the fields of a row are not one firm', () => {
  assert.ok(!found('17,Ji-woo,Al-Rashid,active').some((one) => one.includes(',')))
})

test('names of a list, of two people and of two lines are several', () => {
  assert.deepEqual(found('He drives lorries between Ludhiana and Amritsar.'), [
    'LOCATION Ludhiana',
    'LOCATION Amritsar',
  ])
  assert.deepEqual(found('Chiara Farahani, Tom Hale and Jelena Mazur have come.'), [
    'PERSON Chiara Farahani',
    'PERSON Tom Hale',
    'PERSON Jelena Mazur',
  ])
  assert.deepEqual(found('Regards,\nSimon Baxter\nHead of Procurement'), ['PERSON Simon Baxter'])
})

test('whoever lives at an address stands before it, and its number and country within it', () => {
  assert.deepEqual(found('Margarethe Lindqvist\nCalle Serrano 88\n28006 Madrid\nSpain'), [
    'PERSON Margarethe Lindqvist',
    'ADDRESS Calle Serrano 88\n28006 Madrid\nSpain',
  ])
  assert.deepEqual(found('Letters to 14/120 Marine Parade, St Kilda VIC 3182, Australia come back.'), [
    'ADDRESS 14/120 Marine Parade, St Kilda VIC 3182, Australia',
  ])
})

test('the fields of a row are not one address', () => {
  assert.ok(found('5512,Harriet Flint,40 Mill Lane,PE1 2RX').includes('PERSON Harriet Flint'))
})

test('the sentence goes on after an address', () => {
  assert.deepEqual(
    found('There was a fire at 4521 Lakeshore Blvd, Cleveland, OH 44103 last night, said Yara Okeke.'),
    ['ADDRESS 4521 Lakeshore Blvd, Cleveland, OH 44103', 'PERSON Yara Okeke'],
  )
})

test('a full stop after the country of an address ends it, and whoever signs is somebody', () => {
  assert.deepEqual(found('We moved to Rosenweg 14, 50968 Köln, Germany. Yours, Piotr Novak'), [
    'ADDRESS Rosenweg 14, 50968 Köln, Germany',
    'PERSON Piotr Novak',
  ])
})

test('whoever was named in full is found again by the surname', () => {
  const text = 'After Owen Castle resigned, Nina Grove took over. Grove had joined in March.'
  assert.deepEqual(found(text), ['PERSON Owen Castle', 'PERSON Nina Grove', 'PERSON Grove'])
})

test('what a title in lower case stands before is a name in talk', () => {
  assert.deepEqual(found('informed parent mr bansal today'), ['PERSON bansal'])
})

test('an empty text, one word and a text without an end of line are taken', () => {
  assert.deepEqual(found(''), [])
  assert.deepEqual(found('...'), [])
  assert.ok(found('met Declan Rafferty today '.repeat(400)).length >= 400)
})

test('versions, methods and names of programs are nobody and no house', () => {
  for (const text of [
    'This fails with GCC 4.8.5, so build with Clang instead.',
    'The values are S.array() or S.string(), e.g. C(opy) and R(ename).',
    'Fix: JSDoc of peerDependencies is checked, and ETag is sent.',
    'Serve the pie. Brown the butter first. Top with cream.',
  ])
    assert.deepEqual(found(text), [], text)
})

test('drinks and typefaces in a list are no people', () => {
  assert.deepEqual(found('On the shelf: Tom Collins, Harvey Wallbanger, Rob Roy and Jim Beam.'), [])
  assert.deepEqual(found('Set it in Gill Sans, Franklin Gothic or Georgia.'), [])
})

test('parts of paths in code, calls and days before a date are nobody', () => {
  for (const text of [
    'Parse::CPAN::Meta is a parser, and Pod::Html::Marcus is what it calls.',
    '`Len()` may be combined with `Len(min=3)`, as `Grace(period=9)` is.',
    'Last updated: Thu, 15 Aug 2024',
    'Directory where AUTOMOC puts the files that it generates for the target.',
  ])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('Thu Nguyen reads the log on Friday.'), ['PERSON Thu Nguyen'])
})

test('what no list knows is a program in a manual, and who works on one is somebody', () => {
  for (const text of [
    'Parse the file with Kwalify and pass the option to the compiler as a string.',
    'Compress the archive with Zstandard rather than gzip, and set the flag in the config file.',
  ])
    assert.deepEqual(found(text), [], text)
  for (const [text, name] of [
    ['Radoslav Petrov rewrote the parser of the library.', 'Radoslav Petrov'],
    ['Please re-run the pipeline, Thanh changed the Dockerfile.', 'Thanh'],
    ['Ask Jussi Hakkarainen for the root password of the database host.', 'Jussi Hakkarainen'],
  ] as const)
    assert.deepEqual(found(text), [`PERSON ${name}`], text)
})
