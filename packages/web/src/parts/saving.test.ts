import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './saving.ts'

test('an exported table opens in a spreadsheet as it was, and runs nothing there', () => {
  assert.equal(
    csvOf([
      ['a', 'b,"c"'],
      ['=1+1', '两\n行'],
    ]),
    '\ufeffa,"b,""c"""\r\n\'=1+1,"两\n行"\r\n',
  )
})

test('a number with its sign is a number in a spreadsheet, a formula is not one', () => {
  assert.equal(
    csvOf([['-3.5', '+12 %', '-1,200', '-1+cmd', '-', '=1']]),
    "\ufeff-3.5,+12 %,\"-1,200\",'-1+cmd,'-,'=1\r\n",
  )
})
