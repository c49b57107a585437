import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base58check, passesBech32, passesCashAddress, RIPPLE } from './checksums.ts'
import { keccak256 } from './keccak.ts'

test('Keccak-256 agrees with its published values', () => {
  assert.equal(
    keccak256(new Uint8Array()),
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
  assert.equal(
    keccak256(Buffer.from('hello')),
    '1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8',
  )
})

const PASSES: readonly (readonly [string, (address: string) => boolean, string])[] = [
  ['base 58', (address) => base58check(address) !== null, '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'],
  [
    'base 58 of Ripple',
    (address) => base58check(address, RIPPLE) !== null,
    'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh',
  ],
  ['bech32', passesBech32, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ['bech32m', passesBech32, 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr'],
  ['cash addresses', passesCashAddress, 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
]

for (const [name, passes, address] of PASSES) {
  test(`a checksum in ${name} passes, and with one character changed it does not`, () => {
    assert.ok(passes(address))
    for (let at = 18; at < address.length; at += 1) {
      const other = address[at] === '9' ? '8' : '9'
      assert.ok(!passes(address.slice(0, at) + other + address.slice(at + 1)), `${at}`)
    }
  })
}
