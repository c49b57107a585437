import type { Bill, Layout, Person } from './layouts.ts'
import type { Words } from './people.ts'
import type { Random } from './random.ts'
import { between, digits, pick, s10 } from './random.ts'

/** What stands on a waybill of a language, by the words of a set. */
export function billOf(random: Random, language: Layout['language'], words: Words): Bill {
  const two = (from: number, to: number): string => String(between(random, from, to)).padStart(2, '0')
  const number = random() < 0.25 ? s10(random) : `${pick(random, words.carriers)}${digits(random, 13)}`
  const decimals = random() < 0.5 ? 1 : 2
  return {
    number,
    sender: personOf(random, language, words),
    recipient: personOf(random, language, words),
    weight: (between(random, 5, 4000) / 100).toFixed(decimals),
    date: `20${between(random, 25, 27)}-${two(1, 12)}-${two(1, 28)}`,
  }
}

function personOf(random: Random, language: Layout['language'], words: Words): Person {
  if (language === 'en')
    return {
      name: `${pick(random, words.first)} ${pick(random, words.last)}`,
      address: `${between(random, 1, 199)} ${pick(random, words.streets)}, ${pick(random, words.towns)}`,
      phone: `07${digits(random, 9)}`,
    }
  const tails = [
    `${between(random, 1, 30)}栋${between(random, 1, 6)}单元${between(random, 1, 32)}0${between(random, 1, 6)}室`,
    `${pick(random, words.buildings)}${between(random, 1, 30)}号楼${between(random, 101, 2805)}室`,
    `${pick(random, words.estates)}${pick(random, ['A', 'B', 'C', 'D'])}座${between(random, 2, 28)}层`,
  ]
  const characters = Array.from(words.given)
  const given = Array.from({ length: between(random, 1, 2) }, () => pick(random, characters)).join('')
  return {
    name: pick(random, Array.from(words.surnames)) + given,
    address: `${pick(random, words.places)}${between(random, 1, 999)}号${pick(random, tails)}`,
    phone: `1${pick(random, words.mobiles)}${digits(random, 8)}`,
  }
}
