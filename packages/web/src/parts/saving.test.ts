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
