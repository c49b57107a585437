import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csv } from './csv.ts'

test('a table is written as RFC 4180 says: CRLF, quotes where a cell needs them, quotes in it doubled', () => {
  assert.equal(
    csv(
      ['name', 'n'],
      [
        ['plain', 1],
        ['with, comma', 2.5],
        ['a "quoted" one', -3],
        ['two\nlines', 0],
        [null, 1e-6],
      ],
    ),
    'name,n\r\nplain,1\r\n"with, comma",2.5\r\n"a ""quoted"" one",-3\r\n"two\nlines",0\r\n,0.000001\r\n',
  )
})

test('text that a spreadsheet would run is text, and numbers stay numbers', () => {
  const risky = ['=1+1', '+1', '-1', '@sum', '\t=1', '\r=1', ' =1', '\u{ff1d}1', '|x']
  const lines = csv(
    ['x'],
    risky.map((text) => [text]),
  )
    .split('\r\n')
    .slice(1, -1)
  for (const line of lines) assert.match(line, /^"?'/, JSON.stringify(line))
  assert.equal(
    csv(['x'], [[-1], [1e12], [1e-6], [123_456_789.123]]),
    'x\r\n-1\r\n1000000000000\r\n0.000001\r\n123456789.123\r\n',
  )
})
