import { Fault } from '../kernel/fault.ts'
import { foldName } from './account-name.ts'

/** What people choose first; alone or joined they make no password, however long. Lower case, without spaces. */
const COMMON =
  'password passw0rd passwort passcode contrasena motdepasse mima admin administrator root user login welcome willkommen ' +
  'letmein changeme default secret master dragon monkey football baseball iloveyou sunshine princess superman batman ' +
  'trustno1 starwars whatever freedom qwerty qwertyuiop qwertz azerty asdfghjkl zxcvbnm 1q2w3e4r 1qaz2wsx qazwsx ' +
  'abcdefghijklmnopqrstuvwxyz abc123 a1b2c3 test testing temp guest company office summer winter spring autumn ' +
  'freehold woaini 5201314 1314520 woaini1314 nihao mypassword thisismypassword correcthorsebatterystaple'
/** Longest first, so that `password` does not leave the tail of a longer word. */
const WORDS = COMMON.split(' ').toSorted((left, right) => right.length - left.length)
/** So much must be left when what everybody would try is taken away. */
const LEAST_LEFT = 8

/**
 * Length is checked where the input is parsed. This refuses what a guesser tries first: common passwords, the person's
 * own name, the name of the product, repetitions and runs (NIST SP 800-63B-4 section 3.1.1.2).
 * @throws Fault `weak_password`
 */
export function requireGoodPassword(password: string, name: string | null): void {
  const folded = foldName(password).replaceAll(/\s/g, '')
  const names = name === null ? [] : foldName(name).split(/[\s@._-]+/)
  const own = names.filter((part) => part.length >= 3)
  const left = [...own, ...WORDS].reduce((rest, word) => rest.replaceAll(word, '\0'), folded)
  if (unlike(left) >= LEAST_LEFT) return
  throw new Fault(
    'weak_password',
    'This password would be guessed: it is little more than common words, your name, a run or a repetition. ' +
      'Four or five words that do not belong together make a good one.',
    { param: 'password' },
  )
}

/** How many characters do not just go on what stood before them: neither the same one, nor the next or the one before. */
function unlike(text: string): number {
  const units = Array.from(text).filter((character) => character !== '\0')
  const seen = new Set<string>()
  let count = 0
  for (const [at, character] of units.entries()) {
    const before = units[at - 1]
    const step = before === undefined ? Number.NaN : code(character) - code(before)
    // A block that comes again adds nothing.
    const pair = `${before ?? ''}${character}`
    if (Math.abs(step) > 1 || Number.isNaN(step)) count += seen.has(pair) ? 0 : 1
    seen.add(pair)
  }
  return count
}

const code = (character: string): number => character.codePointAt(0) ?? 0
