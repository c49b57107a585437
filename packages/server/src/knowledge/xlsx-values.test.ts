import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numberFormat, shownNumber } from './xlsx-values.ts'

const shown = (value: number, code: string, calendar: 1900 | 1904 = 1900): string =>
  shownNumber(value, numberFormat(code), calendar)

test('numbers of a workbook are shown as a person sees them', () => {
  assert.equal(shown(45_292, 'yyyy-mm-dd'), '2024-01-01')
  assert.equal(shown(45_292.5, '[$-804]yyyy"年"m"月"d"日" h:mm;@'), '2024-01-01 12:00')
  assert.equal(shown(0.25, 'h:mm AM/PM'), '06:00')
  assert.equal(shown(1.5, '[h]:mm'), '36:00')
  assert.equal(shown(43_830, 'd/m/yy', 1904), '2024-01-01')
  assert.equal(shown(0.1234, '0.0%'), '12.3%')
  assert.equal(shown(0.1 + 0.2, 'General'), '0.3')
  assert.equal(shown(1234.5, '#,##0.00 "days"'), '1234.5')
  assert.equal(shown(-3, 'yyyy'), '-3')
  assert.equal(shown(1e300, 'yyyy'), '1e+300')
})
