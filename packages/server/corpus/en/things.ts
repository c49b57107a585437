import { readFileSync } from 'node:fs'
import type { Random } from '../random.ts'

const KINDS = {
  DISH: 'dishes',
  INGREDIENT: 'ingredients',
  DRINK: 'drinks',
  MEDICINE: 'medicines',
  DISEASE: 'diseases',
  TEAM: 'teams',
  WORK: 'works',
  BREED: 'breeds',
  PLANT: 'plants',
  MAKE: 'makes',
  GAME: 'games',
  TOOL: 'tools',
  COLOUR: 'colours',
  OPERATION: 'operations',
  SUBJECT: 'subjects',
  HEAVEN: 'heavens',
  MATERIAL: 'materials',
  GOODS: 'goods',
  FONT: 'fonts',
} as const
type Kind = keyof typeof KINDS

const linesOf = (kind: Kind): readonly string[] =>
  readFileSync(new URL(`lists/things/${KINDS[kind]}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')

const ALL_KINDS = Object.keys(KINDS) as Kind[]

/** What is written with capitals and is nobody, by the slot that it fills. */
// Every kind is there, which `fromEntries` does not tell.
export const THINGS: Readonly<Record<Kind, readonly string[]>> = Object.fromEntries(
  ALL_KINDS.map((kind) => [kind, linesOf(kind)]),
) as Record<Kind, readonly string[]>

/** Their words tell a thing from a name; those of the others are words of every text, or names of people. */
const TELLING: readonly Kind[] = [
  'DISH',
  'INGREDIENT',
  'DRINK',
  'MEDICINE',
  'DISEASE',
  'TEAM',
  'BREED',
  'PLANT',
  'MAKE',
  'GAME',
  'TOOL',
  'HEAVEN',
  'MATERIAL',
  'FONT',
]

/** Words of things, in lower case: of several words those that nobody is called, and whatever is one word. */
export function thingWords(isName: (word: string) => boolean): readonly string[] {
  return TELLING.flatMap((kind) => THINGS[kind]).flatMap((thing) => {
    const words = thing.toLowerCase().split(' ')
    return words.length === 1 ? words : words.filter((word) => word.length > 3 && !isName(word))
  })
}

interface Names {
  readonly first: (random: Random) => string
  readonly last: (random: Random) => string
  readonly places: readonly string[]
}

/** Slots for things; some bear names of people and places: the Harper sofa, release Olivia, a book called Harper Reid. */
export function thingFillers({
  first,
  last,
  places,
}: Names): Readonly<Record<string, (random: Random) => string>> {
  const name = (random: Random): string =>
    random.pick([first, first, last, last, () => random.pick(places)])(random)
  return {
    ...Object.fromEntries(
      ALL_KINDS.map((kind) => [kind, (random: Random) => random.pick(THINGS[kind])] as const),
    ),
    HERO: (random) => `${first(random)} ${last(random)}`,
    // Peach Melba: who it is called after, and what it is.
    DISH: (random) => {
      const dish = random.pick(THINGS.DISH)
      return random.chance(0.25) ? `${name(random)} ${dish.slice(dish.lastIndexOf(' ') + 1)}` : dish
    },
    COINED: coined,
    CODENAME: (random) =>
      random.chance(0.55)
        ? name(random)
        : random.pick(
            random.pick([THINGS.HEAVEN, THINGS.OPERATION, THINGS.PLANT, THINGS.COLOUR, THINGS.MATERIAL]),
          ),
    BRANDED: (random) => {
      const quality = random.chance(0.4)
        ? `${random.pick(random.pick([THINGS.COLOUR, THINGS.MATERIAL]))} `
        : ''
      const maker = random.chance(0.8) ? name(random) : random.pick(THINGS.MAKE)
      return `${maker} ${quality}${random.pick(THINGS.GOODS)}`
    },
  }
}

const BEGINNINGS =
  'A Av Ba Bro Cal Cer Cra Dex Do El Fe Fi Ga Gi Hex Ju Ka Kry Li Lo Lu Mi Mo Na Nex Nu O Or Pa Pro Qui Ra Re Ro Sa Sil Ta Te To Tri U Va Ve Vi Vol Wa Xe Yo Za Ze Zi'.split(
    ' ',
  )
const MIDDLES =
  'ba bi ca co de di fi ga go ka la li lo ma mi mo na ni no pa po ra ri ro sa si ta te ti to va vi xi zo'.split(
    ' ',
  )
const ENDINGS =
  'bit c cle cs dex do dra fly form gen gy io js kit ld lex lint lis lo lume lux ma mon n na nt o on pad pack rc ria ro rs sh sk st ta tex tis to tor ty via vis x xa xis zy'.split(
    ' ',
  )

/** What a program may be called, which nobody has heard of. */
function coined(random: Random): string {
  const middle = random.chance(0.45) ? random.pick(MIDDLES) : ''
  return `${random.pick(BEGINNINGS)}${middle}${random.pick(ENDINGS)}`
}
