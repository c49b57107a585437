import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEntries, entriesOfCsv, EntriesError, entryOfLine, linesOf } from './entries.ts'

const read = (csv: string | Buffer) => {
  const { lines, ...counts } = checkEntries(entriesOfCsv(Buffer.from(csv)))
  return { ...counts, entries: [...linesOf(lines)].map(entryOfLine) }
}
const usual = { type: 'CUSTOM_TERM', caseSensitive: false, wholeWord: true } as const

test('a list of terms is read from CSV with quotes, line ends of all kinds and a mark at its begin', () => {
  assert.deepEqual(read('\ufeffValue,type\r\n"Acme, ""the"" Corp",organization\r\n\r\n天风科技,\n'), {
    values: 2,
    patterns: 0,
    characters: 20,
    entries: [
      { value: 'Acme, "the" Corp', ...usual, type: 'ORGANIZATION' },
      { value: '天风科技', ...usual },
    ],
  })
  assert.deepEqual(
    read('type,pattern,case_sensitive,value,whole_word\n,PRJ-\\d{4},yes,,\nPERSON,,,"Anna\nSchmidt",false')
      .entries,
    [
      { pattern: 'PRJ-\\d{4}', ...usual, caseSensitive: true },
      { value: 'Anna\nSchmidt', ...usual, type: 'PERSON', wholeWord: false },
    ],
  )
  assert.equal(read('value\nab\ncd').values, 2)
  assert.equal(read('value,type\nab,PERSON\ncd,').values, 2)
})

const REFUSED: readonly (readonly [csv: string | Buffer, place: string, reason: RegExp])[] = [
  ['', 'line 1', /head/],
  ['value\n', 'entries', /hold a term/],
  ['Acme\nGlobex', 'line 1', /head/],
  ['value;type\nSecretName;PERSON', 'line 1', /commas/],
  ['value,value\na,b', 'line 1', /head/],
  ['type\nPERSON', 'line 1', /head/],
  ['value,type\nok,\nSecretName,NOBODY', 'line 3, type', /not a type/],
  ['value,type\nSecretName', 'line 2', /1 fields, and the head has 2/],
  ['value,pattern\nSecretName,SecretName', 'line 2', /not both/],
  ['value,whole_word\nSecretName,perhaps', 'line 2, whole_word', /true or false/],
  ['value\n"Secret\nName"\nx', 'line 4, value', /shorter than 2/],
  [`value\n${'SecretName'.repeat(30)}`, 'line 2, value', /longer than 256/],
  ['value\n"SecretName', 'line 2', /without an end/],
  ['value\n"Secret"Name', 'line 2', /behind a quoted field/],
  ['value\nSecret"Name"', 'line 2', /quote inside/],
  ['pattern\nSecretName(a+)+', 'line 2, pattern', /repeats without an end/],
  [Buffer.from([0x76, 0x61, 0xff]), 'body', /UTF-8/],
]

test('a list that is not taken is refused by line and reason, and no term stands in the message', () => {
  for (const [csv, place, reason] of REFUSED) {
    assert.throws(
      () => read(csv),
      (error) => {
        assert.ok(error instanceof EntriesError, String(error))
        assert.equal(error.place, place)
        assert.match(error.message, reason)
        assert.doesNotMatch(error.message, /Secret/)
        return true
      },
    )
  }
})
