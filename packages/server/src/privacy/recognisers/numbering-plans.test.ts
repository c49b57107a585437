import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { hasPossibleLength, isGivenOut } from './numbering-plans.ts'

/** The same digits in each run. */
function drawn(count: number, at: number): string {
  let state = at * 2_654_435_761
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * 10)
  }).join('')
}

test('what is told of a number at once is what the library says after parsing it', () => {
  let told = 0
  for (const [at, country] of getCountries().entries()) {
    for (let n = 0; n < 12; n += 1) {
      const digits = drawn(5 + (n % 8), at * 12 + n)
      const number = `+${getCountryCallingCode(country)}${digits}`
      const parsed = parsePhoneNumberFromString(number)
      const isValid = parsed?.isValid() === true
      const abroad = isGivenOut(number)
      if (abroad !== null) assert.equal(abroad, isValid, number)
      const isLong = hasPossibleLength(number)
      if (!isValid && isLong !== null) assert.equal(isLong, parsed?.isPossible() === true, number)
      const home = isGivenOut(`0${digits}`, country)
      if (home !== null)
        assert.equal(home, parsePhoneNumberFromString(`0${digits}`, country)?.isValid() === true, number)
      told += Number(abroad !== null) + Number(isLong !== null) + Number(home !== null)
    }
  }
  assert.ok(told > getCountries().length * 12 * 2, `${told} told at once`)
})

test('numbers of every country that are given out are told at once', () => {
  assert.deepEqual(
    ['+493090182034', '+12125550187', '+8613812345678'].map((number) => isGivenOut(number)),
    [true, true, true],
  )
  assert.equal(isGivenOut('+10005550187'), false)
  assert.equal(isGivenOut('03090182034', 'DE'), true)
})
