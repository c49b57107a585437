import type { Draw } from '../fill-frames.ts'
import { pick } from '../fill-frames.ts'

type Random = () => number
const below = (random: Random, most: number): number => Math.floor(random() * most)
const list = (row: string): readonly string[] => row.trim().split('|')

/** Each sign of a pattern drawn anew: `#` a digit, `N` one from 2 to 9, `@` a letter, `*` either. */
function drawn(pattern: string, random: Random): string {
  const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'
  return pattern.replaceAll(/[#N@*]/g, (sign) => {
    if (sign === '#') return String(below(random, 10))
    if (sign === 'N') return String(2 + below(random, 8))
    return pick(Array.from(sign === '@' ? letters : `${letters}0123456789`), random)
  })
}

const oneOf =
  (row: string): Draw =>
  (random) =>
    drawn(pick(list(row), random), random)
/** Another last sign, which the checksum does not have. */
const spoilt = (value: string, random: Random): string =>
  value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1 + below(random, 8)) % 10))

function residentId(random: Random): string {
  const region = pick(
    list('110105|310115|440304|330106|320505|510107|420111|610113|350203|430104|230102|650102'),
    random,
  )
  const [month, day] = [1 + below(random, 12), 1 + below(random, 28)]
  const born = `${1950 + below(random, 60)}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`
  const body = `${region}${born}${drawn('###', random)}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0)
  return body + '10X98765432'.charAt(sum % 11)
}

const CREDIT_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
function creditCode(random: Random): string {
  const body = `91${pick(list('330106|110108|440300|310115|510100'), random)}${drawn('MA', random)}${Array.from({ length: 7 }, () => pick(Array.from(CREDIT_SIGNS), random)).join('')}`
  let [sum, weight] = [0, 1]
  for (const sign of body) {
    sum += CREDIT_SIGNS.indexOf(sign) * weight
    weight = (weight * 3) % 31
  }
  return body + CREDIT_SIGNS.charAt((31 - (sum % 31)) % 31)
}

function luhn(body: string): string {
  let sum = 0
  for (const [at, digit] of Array.from(body).toReversed().entries()) {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit)
    sum += value > 9 ? value - 9 : value
  }
  return body + String((10 - (sum % 10)) % 10)
}

function card(random: Random): string {
  const body = pick(
    list(
      '4##############|51#############|2221###########|6011###########|34############|37############|62#############|622202############|621700############|622848############|3056#########|3530###########',
    ),
    random,
  )
  const number = luhn(drawn(body, random))
  const roll = random()
  if (roll < 0.45) return number
  const sign = roll < 0.8 ? ' ' : '-'
  if (number.length === 15) return number.replace(/(.{4})(.{6})(.{5})/, `$1${sign}$2${sign}$3`)
  if (number.length === 19 && random() < 0.4) return number.replace(/(.{6})(.{13})/, `$1${sign}$2`)
  return number.replaceAll(/(.{4})(?=.)/g, `$1${sign}`)
}

const mod97 = (text: string): number =>
  Array.from(text, (sign) => String(Number.parseInt(sign, 36))).reduce(
    (rest, part) => Array.from(part).reduce((sum, digit) => (sum * 10 + Number(digit)) % 97, rest),
    0,
  )
function iban(random: Random): string {
  const [country = '', form = ''] = pick(
    list(
      'DE:##################|GB:@@@@##############|FR:#######################|NL:@@@@##########|ES:####################|IT:@######################|CH:#################|PL:########################|AT:################|BE:############|SE:####################|NO:###########|PT:#####################|IE:@@@@##############|AE:###################|SA:####################|TR:#####0################|BR:#######################@#|GR:#######################|CZ:####################',
    ),
    random,
  ).split(':')
  const body = drawn(form, random)
  const value = `${country}${String(98 - mod97(`${body}${country}00`)).padStart(2, '0')}${body}`
  const roll = random()
  if (roll < 0.5) return value
  return roll < 0.95 ? value.replaceAll(/(.{4})(?=.)/g, '$1 ') : value.replaceAll(/(.{4})(?=.)/g, '$1-')
}

const socialSecurity = (random: Random): string => {
  const area = String(1 + below(random, 898)).padStart(3, '0')
  const number = `${area === '666' ? '667' : area}-${String(1 + below(random, 99)).padStart(2, '0')}-${String(1 + below(random, 9999)).padStart(4, '0')}`
  const roll = random()
  return roll < 0.75 ? number : number.replaceAll('-', roll < 0.9 ? ' ' : '')
}

const address4 = (random: Random): string =>
  Array.from({ length: 4 }, (_, at) => (at === 0 ? 11 + below(random, 200) : below(random, 255))).join('.')
const group = (random: Random): string => (1 + below(random, 65_535)).toString(16)
function address6(random: Random): string {
  const roll = random()
  const groups = (count: number): string => Array.from({ length: count }, () => group(random)).join(':')
  if (roll < 0.2) return `2001:db8:${groups(6)}`
  if (roll < 0.4) return `fe80::${groups(4)}`
  if (roll < 0.6) return `2a02:${groups(2)}::${groups(1)}`
  if (roll < 0.7) return `fd${drawn('##', random)}:${groups(3)}::1`
  if (roll < 0.8) return `2001:${groups(3)}::`
  if (roll < 0.9) return `::ffff:${address4(random)}`
  return `2A00:${groups(7)}`.toUpperCase()
}

const LOCAL = list(
  'anna.k|j.doe|billing|m_ortega|support+vip|k.w.tan|no-reply|o.connor|ceo|li.wei88|x_y-z|dr.strange|first.last|me|sales-eu|r2d2',
)
const HOSTS = list(
  'example.com|mail.example.org|uni-bonn.de|corp.co.uk|foo.io|gmail.com|qq.com|163.com|sub.domain.example.net|outlook.com|bücher.de|empresa.com.br|startup.ai|kommune.museum|a-b.co',
)
const email = (random: Random): string => `${pick(LOCAL, random)}@${pick(HOSTS, random)}`

/** As forms and people write them: within each country, and to it. */
const ABROAD = list(
  '(NN#) 5##-####|NN#-5##-####|NN#.5##.####|1-800-5##-####|020 7### ####|07### ######|07###-######|0161 ### ####|01### ######|030 #######|0151 ########|0171/#######|(089) ######|01 ## ## ## ##|06 ## ## ## ##|06.##.##.##.##|06-########|020-#######|91# ### ###|6## ### ###|02 ########|347 ### ####|(11) 9####-####|(21) 3###-####|11 9####-####|9####-#####|98### #####|080-#### ####|03-####-####|090-####-####|02-###-####|010-####-####|(02) 9### ####|04## ### ###|08-### ## ##|070-### ## ##|(55) #### ####|55 #### ####|8 (9##) ###-##-##|0532 ### ## ##|0803 ### ####|082 ### ####|050 ### ####|087 ### ####|512 ### ###|(0)664 #######|09# ### ## ##|079 ### ## ##|+44 20 7### ####|+1 NN#-5##-####|+49 30 #######|+33 6 ## ## ## ##|+91 98### #####|+55 11 9####-####',
)
const PLUS = list(
  '+1 (NN#) 5##-####|+1NN#5######|+44 7### ######|+44 (0)20 7### ####|+49 151 ########|+49-89-######|+33 1 ## ## ## ##|+33(0)6########|+31 6 ########|+34 6## ### ###|+39 347 ### ####|+41 79 ### ## ##|+43 664 #######|+46 70 ### ## ##|+47 9## ## ###|+45 ## ## ## ##|+358 40 #######|+48 5## ### ###|+420 6## ### ###|+36 30 ### ####|+40 72# ### ###|+30 69# ### ####|+90 532 ### ## ##|+7 9## ###-##-##|+380 67 ### ## ##|+81 90-####-####|+82 10-####-####|+86 138 #### ####|+852 9### ####|+886 9## ### ###|+65 9### ####|+60 12-### ####|+66 8# ### ####|+84 9# ### ## ##|+62 812-####-####|+63 917 ### ####|+91 98765 #####|+92 300 #######|+971 50 ### ####|+966 5# ### ####|+972 5#-###-####|+20 10# ### ####|+27 82 ### ####|+234 803 ### ####|+254 7## ######|+55 21 9####-####|+52 55 #### ####|+54 9 11 ####-####|+56 9 #### ####|+57 31# ### ####|+61 4## ### ###|+64 21 ### ####|0044 20 7### ####|0049 30 #######|00 33 6 ## ## ## ##',
)

const plate = (random: Random): string => {
  const head = `${pick(Array.from('京沪粤浙苏鲁川鄂湘闽陕豫皖赣渝津晋辽桂云贵'), random)}${pick(Array.from('ABCDEFGHJK'), random)}`
  const form = pick(
    list('#####|@####|#@###|##@##|###@#|####@|@@###|D#####|F#####|DF####|#####D|####学|####挂|####警'),
    random,
  )
  return head + pick(['', '', '·', ' '], random) + drawn(form, random).replaceAll(/[IO]/g, 'A')
}

/** Values with checksums of our own arithmetic, and what only looks like them. */
export const IDENTIFIERS: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ['EMAIL', email],
  ['CARD', card],
  ['BAD_CARD', (random) => spoilt(card(random), random)],
  ['IBAN', iban],
  ['BAD_IBAN', (random) => spoilt(iban(random), random)],
  ['SSN', socialSecurity],
  ['BAD_SSN', oneOf('000-##-####|666-##-####|9##-0#-####|4##-00-####|5##-##-0000')],
  ['IP', address4],
  ['IP_SIX', address6],
  ['CNID', residentId],
  [
    'BAD_CNID',
    (random) =>
      residentId(random).replace(/[\dX]$/, (sign) => (sign === 'X' ? '3' : sign === '7' ? '2' : '7')),
  ],
  ['USCC', creditCode],
  ['BAD_USCC', (random) => creditCode(random).replace(/.$/, (sign) => (sign === '5' ? '8' : '5'))],
  [
    'PHONE_CN',
    oneOf(
      '13#########|15#########|18#########|17#########|19#########|138 #### ####|186-####-####|159 ########|+86 139########|+86-137-####-####|86 135########|(+86)18#########|+86 1## #### ####'.replaceAll(
        '1##',
        '152',
      ),
    ),
  ],
  [
    'LANDLINE',
    oneOf(
      '010-8#######|021-6#######|0755-8#######|0571-8#######|(020)8#######|028-8#######-80#|010 6#######|400-8##-####|0512 6#######|+86 21 5#######|400 6## ####',
    ),
  ],
  ['PLATE', plate],
  [
    'PLATE_ABROAD',
    oneOf(
      '@@## @@@|@## @@@|B-@@ ####|M-@@ ###|HH-@ ###|@@-###-@@|#@@@###|@@@-####|@@@ ####|@@@#@##|@@-##-@@|##-@@@-#|@@ #####|KA 01 @@ ####|MH12 @@ ####',
    ),
  ],
  [
    'PASSPORT',
    oneOf(
      '#########|@########|@@#######|@#######|C########|L########|@@@######|##@@#####|#######|P#######@|E########|K#######@',
    ),
  ],
  ['PASSPORT_US', oneOf('#########|A########|5########')],
  ['PASSPORT_UK', oneOf('#########|12#######|53#######')],
  ['PASSPORT_DE', oneOf('C01X00T47|C########|L01X00T4#|C4FHT#J##|CZ6311T4#')],
  ['PASSPORT_CN', oneOf('E########|EA#######|EJ#######|G########|ED#######|PE#######|DE#######|SE#######')],
  ['HKPASS', oneOf('C########|CA#######|W########|H##########|M########')],
  ['PHONE_ABROAD', (random) => drawn(pick(ABROAD, random), random)],
  ['PHONE_PLUS', (random) => drawn(pick(PLUS, random), random)],
  ['DIGITS', oneOf('#############|################|##########|###########|7##############')],
  ['STAMP', oneOf('17########|17###########')],
  ['VERSION', oneOf('1.#.#|10.0.##.#|2.##.#.#|v3.1.#.##')],
  ['INVOICE', oneOf('INV-2025-####|F########|AB-####-CD|E#######|2025/####|P-#######')],
])
