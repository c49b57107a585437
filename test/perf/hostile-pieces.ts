/** A kind of text that somebody could send to keep the search busy, of any length. */
export interface HostileKind {
  readonly name: string
  readonly make: (characters: number) => string
}

/** Numbers that look drawn and are the same in each run. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('')
  }

  of<T>(list: ArrayLike<T>): T {
    const one = list[this.below(list.length)]
    if (one === undefined) throw new Error('nothing to draw from')
    return one
  }

  word(letters: ArrayLike<string>, count: number): string {
    return Array.from({ length: count }, () => this.of(letters)).join('')
  }
}

/** The same again and again. */
export const again = (unit: string, name = JSON.stringify(unit)): HostileKind => ({
  name,
  make: (characters) => unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters),
})

/** Pieces of one form, each of other values. */
export const drawn = (name: string, piece: (draw: Draw, at: number) => string, head = ''): HostileKind => ({
  name,
  make(characters) {
    const draw = new Draw(7)
    const pieces = [head]
    for (let length = head.length, at = 0; length < characters; at += 1) {
      const next = piece(draw, at)
      pieces.push(next)
      length += next.length
    }
    return pieces.join('').slice(0, characters)
  },
})

export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const UPPER = LOWER.toUpperCase()
export const BASE64 = `${UPPER}${LOWER}0123456789+/`
export const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许'
export const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文'
export const FIRST = [
  'Anna',
  'James',
  'Maria',
  'Peter',
  'Wolfgang',
  'Sofia',
  'Kevin',
  'Olga',
  'Mark',
  'Grace',
]
export const LAST = [
  'Schmidt',
  'Johnson',
  'Garcia',
  'Novak',
  'Hill',
  'Baker',
  'Ivanova',
  'O’Brien',
  'McBride',
]
export const ROMAN = ['jan', 'feb', 'mar', 'Apr', 'June', 'Oct', 'December']

export const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
export const escaped = (text: string): string =>
  text.replaceAll(/./gsu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Real-looking numbers in the ways of many countries. */
export const PHONES: readonly ((draw: Draw) => string)[] = [
  (draw) => `+1 ${2 + draw.below(8)}${draw.digits(2)} ${draw.digits(3)} ${draw.digits(4)}`,
  (draw) => `+49 ${1 + draw.below(9)}${draw.digits(2)} ${draw.digits(7)}`,
  (draw) => `+44 20 ${draw.digits(4)} ${draw.digits(4)}`,
  (draw) => `+86 1${3 + draw.below(7)}${draw.digits(9)}`,
  (draw) =>
    `+33 ${1 + draw.below(9)} ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(2)}`,
  (draw) => `+7 (9${draw.digits(2)}) ${draw.digits(3)}-${draw.digits(2)}-${draw.digits(2)}`,
  (draw) => `+55 11 9${draw.digits(4)}-${draw.digits(4)}`,
  (draw) => `+91 9${draw.digits(9)}`,
  (draw) => `0049 ${draw.digits(3)} ${draw.digits(7)}`,
  (draw) => `0${1 + draw.below(9)}${draw.digits(2)} ${draw.digits(3)} ${draw.digits(4)}`,
  (draw) => `0${1 + draw.below(9)}-${draw.digits(4)}-${draw.digits(4)}`,
  (draw) => `(0${1 + draw.below(9)}${draw.digits(1)}) ${draw.digits(8)}`,
  (draw) => `(${2 + draw.below(8)}${draw.digits(2)}) ${draw.digits(3)}-${draw.digits(4)}`,
  (draw) => `1${3 + draw.below(7)}${draw.digits(1)}-${draw.digits(4)}-${draw.digits(4)}`,
]
export const phones = (separator: string, formats = PHONES) =>
  drawn(`phones of ${formats.length} forms, ${JSON.stringify(separator)} between`, (draw) => {
    return `${draw.of(formats)(draw)}${separator}`
  })
export const phonesOf = (name: string, format: (draw: Draw) => string) =>
  drawn(`phones: ${name}`, (draw) => `${format(draw)}\n`)

export const COLUMNS = [
  'name',
  'phone',
  'email',
  'address',
  'city',
  'company',
  'birth date',
  'password',
  'iban',
]
export const table = (columns: number, separator: string): HostileKind => {
  const heads = Array.from({ length: columns }, (_, at) => `${COLUMNS[at % COLUMNS.length]}${at}`)
  const cell = (draw: Draw): string => draw.word(LOWER, 1 + draw.below(6))
  return drawn(
    `rows of ${columns} columns, ${JSON.stringify(separator)} between`,
    (draw) => `${heads.map(() => cell(draw)).join(separator)}\n`,
    `${heads.join(separator)}\n`,
  )
}
export const headsOnly = (columns: number, separator: string): HostileKind =>
  drawn(
    `heads of ${columns} columns, ${JSON.stringify(separator)} between`,
    (draw) => `${Array.from({ length: columns }, () => draw.of(COLUMNS)).join(separator)}\n`,
  )
