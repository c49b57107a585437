import { readFileSync } from 'node:fs'
import type { Random } from '../random.ts'
import { addressAbroad } from './addresses.ts'
import { fillersOf } from './fillers.ts'
import { AMBIGUOUS, foreigner, GIVEN_NAMES, particle, spanishPair, surname, SURNAMES } from './people.ts'
import { thingFillers, THINGS } from './things.ts'

const lines = (file: string): readonly string[] =>
  readFileSync(new URL(`lists/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
const words = (file: string): readonly string[] => lines(file).flatMap((line) => line.split(' '))

const FIRST = lines('first-names.txt')
const FIRST_MORE = words('first-names-more.txt')
const FIRST_US = words('first-names-us.txt')
const LAST = lines('last-names.txt')
/** Those that many people have. */
export const LAST_MORE = words('last-names-more.txt')
/** English surnames that are words as well. */
const LAST_WORDS = words('last-names-words.txt')
export const PLACES = lines('places.txt')
export const COUNTRIES = lines('countries.txt')
const PROVINCES = lines('provinces.txt')
const STREETS = lines('street-names.txt')
/** Words of technical text that no dictionary has. */
export const TECHNICAL_WORDS = words('technical-words.txt')
/** Words that texts about programs are full of. */
export const SOFTWARE_WORDS = words('software-words.txt')
export const COMPANIES = lines('companies.txt')
/** The most frequent first. */
export const FREQUENT_WORDS = words('frequent-words.txt')

export const FIRST_NAMES: readonly string[] = [
  ...FIRST,
  ...FIRST_MORE,
  ...FIRST_US,
  ...AMBIGUOUS,
  ...GIVEN_NAMES,
]
export const LAST_NAMES: readonly string[] = [...LAST, ...LAST_MORE, ...LAST_WORDS, ...SURNAMES]

const SYLLABLES =
  'ba be bo da del dor fa fen gar gle hal hin ka kel kor la len lo ma mar mi mon na nel no or pa pel ra rin ro sa sel shi sto ta tel ti tor va ven vi wa wen ya zan zo'.split(
    ' ',
  )
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** A name that nobody has: what no list knows must be found by what stands around it. */
const invented = (random: Random): string =>
  capital(Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join(''))

export const first = (random: Random): string =>
  random.chance(0.08)
    ? invented(random)
    : random.pick(
        random.chance(0.1)
          ? AMBIGUOUS
          : random.chance(0.45)
            ? FIRST_MORE
            : random.chance(0.2)
              ? FIRST_US
              : FIRST,
      )
export function last(random: Random): string {
  if (random.chance(0.08)) return invented(random)
  const one = random.chance(0.2)
    ? surname(random)
    : random.pick(random.chance(0.1) ? LAST_WORDS : random.chance(0.5) ? LAST_MORE : LAST)
  return random.chance(0.06) ? `${one}-${random.pick(LAST_MORE)}` : one
}

const initial = (random: Random): string => String.fromCharCode(65 + random.below(26))

const GIVEN = new Set(FIRST_NAMES)
const FAMILY = new Set(LAST_NAMES)
/** People are called like heroes of books and kinds of apples, too. */
const NAMESAKES = Object.values(THINGS)
  .flat()
  .filter((thing) => {
    const [given = '', family = '', ...rest] = thing.split(' ')
    return rest.length === 0 && GIVEN.has(given) && FAMILY.has(family)
  })

/** A name as it is written in full, with all the forms that people have. */
export function person(random: Random): string {
  if (random.chance(0.015)) return random.pick(NAMESAKES)
  const roll = random.next()
  const [given, family] = [first(random), last(random)]
  if (roll < 0.58) return `${given} ${family}`
  if (roll < 0.64) return `${given} ${initial(random)}. ${family}`
  if (roll < 0.68) return `${given} ${first(random)} ${family}`
  if (roll < 0.72) return `${initial(random)}. ${family}`
  if (roll < 0.75) return `${initial(random)}.${random.pick(['', ' '])}${initial(random)}. ${family}`
  if (roll < 0.78) return `${family}, ${given}${random.chance(0.2) ? ` ${initial(random)}.` : ''}`
  if (roll < 0.81)
    return `${given} ${family}${random.pick([' Jr.', ', Jr.', ' Sr.', ' III', ' II', ' Jr', ' IV'])}`
  if (roll < 0.84) return `${given} ${particle(random)} ${family}`
  if (roll < 0.86) return given
  if (roll < 0.87)
    return (
      `${given} ${random.pick(['"', "'", '('])}${first(random)}"`
        .replace(/'(.*)"/, "'$1'")
        .replace(/\((.*)"/, '($1)') + ` ${family}`
    )
  if (roll < 0.89) return `${given} ${spanishPair(random)}`
  if (roll < 0.91) return `${given} ${family}-${last(random)}`
  return foreigner(random)
}

const NATURE =
  'Maple Oak Elm Cedar Pine Park Lake Hill River Spring Church High Mill Station Market Bridge Queen King Victoria Albert George Washington Lincoln Jefferson Main First Second Third Fourth Fifth Sunset Meadow Forest Garden Orchard Harbour Castle Abbey Windmill Chestnut Willow Birch Ash Poplar Linden Grove Green School College Manor Priory Vicarage Quarry Canal Railway Northern Southgate Westfield Eastbourne Highland Valley Ridge Canyon Mesa Prairie Sycamore Magnolia Dogwood Juniper Laurel Hawthorn Bramble Heron Falcon Swan Lark Fox Badger Deer Elk Bear'.split(
    ' ',
  )
export const STREET_WORDS =
  'Street St Road Rd Avenue Ave Lane Ln Drive Dr Boulevard Blvd Court Ct Place Pl Terrace Way Close Crescent Square Sq Gardens Grove Row Walk Hill Mews Parade Circle Cir Trail Parkway Pkwy Highway Hwy Loop Plaza Quay Wharf Rise View Green'.split(
    ' ',
  )
const STATES =
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY'.split(
    ' ',
  )
export const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('')
export const letter = (random: Random): string => String.fromCharCode(65 + random.below(26))
const number = (random: Random): string =>
  `${1 + random.below(random.chance(0.3) ? 9999 : 320)}${random.chance(0.07) ? random.pick(['a', 'b', 'B', 'C']) : ''}`

export function streetName(random: Random): string {
  const roll = random.next()
  if (roll < 0.5) return `${random.pick(NATURE)} ${random.pick(STREET_WORDS)}`
  if (roll < 0.62) return `${last(random)} ${random.pick(STREET_WORDS)}`
  if (roll < 0.68)
    return `${random.pick(['North', 'South', 'East', 'West', 'Old', 'New', 'Upper', 'Lower', 'N.', 'S.', 'W', 'E'])} ${random.pick(NATURE)} ${random.pick(STREET_WORDS)}`
  if (roll < 0.74)
    return `${1 + random.below(190)}${random.pick(['th', 'th', 'st', 'nd', 'rd'])} ${random.pick(['Street', 'Avenue', 'St', 'Ave'])}`
  if (roll < 0.8) return `${random.pick(PLACES)} ${random.pick(['Road', 'Street', 'Road', 'Lane', 'Avenue'])}`
  if (roll < 0.84) return `${random.pick(FIRST)} ${random.pick(STREET_WORDS)}`
  return random.pick(STREETS)
}

/** House number and street, as written in many countries. */
export function street(random: Random): string {
  const roll = random.next()
  if (roll < 0.66) {
    const unit = random.chance(0.14)
      ? `${random.pick(['Apt', 'Apt.', 'Suite', 'Unit', 'Flat', '#', 'Apartment', 'Room'])} ${random.pick([digits(random, 3), number(random), letter(random), `${number(random)}${letter(random)}`])}`
      : ''
    const line = `${number(random)} ${streetName(random)}`
    return unit === ''
      ? line
      : unit.startsWith('Flat')
        ? `${unit}, ${line}`
        : `${line}${random.pick([', ', ' '])}${unit}`
  }
  if (roll < 0.74)
    return `${random.pick(['Linden', 'Haupt', 'Bahnhof', 'Schul', 'Garten', 'Berg', 'Kirch', 'Rosen', 'Goethe', 'Schiller'])}${random.pick(['straße', 'strasse', 'str.', 'weg', 'gasse', 'allee', 'platz'])} ${number(random)}`
  if (roll < 0.8)
    return `${number(random)}${random.pick([', ', ' '])}${random.pick(['rue', 'avenue', 'boulevard', 'place', 'chemin', 'quai'])} ${random.pick(['de la', 'du', 'des', 'de'])} ${random.pick(['Gare', 'Paix', 'Moulin', 'Lilas', 'Église', 'Roses', 'Port', last(random)])}`
  if (roll < 0.86)
    return `${random.pick(['Calle', 'Avenida', 'Av.', 'Plaza', 'Via', 'Viale', 'Piazza', 'Rua', 'Corso', 'Paseo'])} ${random.pick(['Mayor', 'del Sol', 'Garibaldi', 'Roma', 'das Flores', 'de la Luz', last(random), random.pick(PLACES)])}${random.pick([' ', ', '])}${number(random)}`
  if (roll < 0.9)
    return `${random.pick(['P.O. Box', 'PO Box', 'Post Box', 'Private Bag'])} ${digits(random, 2 + random.below(3))}`
  return `${random.pick(STREETS)} ${number(random)}`
}

function postcode(random: Random): string {
  const roll = random.next()
  if (roll < 0.4) return digits(random, 5)
  if (roll < 0.6)
    return `${letter(random)}${letter(random)}${1 + random.below(20)} ${random.below(10)}${letter(random)}${letter(random)}`
  if (roll < 0.7) return digits(random, 4)
  if (roll < 0.8) return `${digits(random, 4)} ${letter(random)}${letter(random)}`
  if (roll < 0.9)
    return `${letter(random)}${random.below(10)}${letter(random)} ${random.below(10)}${letter(random)}${random.below(10)}`
  return digits(random, 6)
}

/** A postal address, on one line or on several. */
export function address(random: Random): string {
  if (random.chance(0.4)) return addressAbroad(random)
  const line = street(random)
  const town = random.pick(PLACES)
  const gap = random.chance(0.15) ? '\n' : random.chance(0.08) ? ' ' : ', '
  const roll = random.next()
  const country = random.chance(0.2)
    ? `${gap}${random.pick([...COUNTRIES, 'USA', 'UK', 'U.S.A.', 'United Kingdom'])}`
    : ''
  if (roll < 0.34)
    return `${line}${gap}${town}, ${random.pick(STATES)}${random.chance(0.9) ? ` ${digits(random, 5)}${random.chance(0.1) ? `-${digits(random, 4)}` : ''}` : ''}${country}`
  if (roll < 0.55) return `${line}${gap}${town} ${postcode(random)}${country}`
  if (roll < 0.8) return `${line}${gap}${postcode(random)} ${town}${country}`
  if (roll < 0.9) return `${line}${gap}${town}${country}`
  return `${line}${gap}${town}, ${random.pick(PROVINCES)}${gap}${postcode(random)}${country}`
}

export function location(random: Random): string {
  const roll = random.next()
  if (roll < 0.62) return random.pick(PLACES)
  if (roll < 0.82) return random.pick(COUNTRIES)
  if (roll < 0.92) return random.pick(PROVINCES)
  return `${random.pick(['North', 'South', 'East', 'West', 'New', 'Upper', 'Lower', 'San', 'St.', 'Port', 'Lake', 'Mount'])} ${random.pick([...NATURE, random.pick(PLACES)])}`
}

export const COMPANY_ENDS =
  'Ltd Ltd. Inc Inc. LLC PLC Corp Corp. Co. GmbH AG S.A. SA B.V. Pty Limited Group Holdings Partners Associates Consulting Solutions Systems Technologies Logistics Foods Textiles Pharma Energy Motors Airlines Insurance Bank Capital Ventures Media Press Records Studios Labs Industries Works Foundation Trust Institute Society Association Federation Council Agency Authority Commission Ministry Company Brewing Trading Shipping Joinery Marine Bakery Builders Roofing Catering Publishing Brothers'.split(
    ' ',
  )
const INSTITUTIONS =
  'Hospital|General Hospital|Medical Center|Clinic|University|College|High School|Primary School|Academy|Library|Museum|Airport|City Council|Police|Fire Brigade|Borough Council|Football Club|Savings Bank|Credit Union|Theatre|Zoo|Port Authority|Water Board|Chamber of Commerce|County Court|Health Centre|Pharmacy|Dental Practice|Veterinary Clinic|Garden Centre|Brewery|Dairy|Shipyard'.split(
    '|',
  )
const BRANDS =
  'Blue Red Silver Golden Northern Pacific Atlantic Global United First National Royal Alpha Omega Delta Apex Summit Vertex Nova Orbit Quantum Pioneer Heritage Evergreen Clearwater Redwood Ironbridge Lakeside Starlight Brightwater Kestrel Osprey Beacon Harvest Meridian Polar Horizon Catalyst Keystone Cobalt Amber Tempest'.split(
    ' ',
  )

/** What firms, clubs and houses do, as the last word of their names. */
export const TRADES =
  'Plumbing Joinery Nursery Shipping Savings Water Rail Railways Rovers United Athletic Wanderers Bakery Bakeries Builders Electrical Roofing Haulage Freight Couriers Pharmacy Chemists Butchers Florists Catering Cleaning Security Recruitment Lettings Estates Surveyors Accountants Engineers Engineering Robotics Analytics Biotech Aerospace Marine Maritime Seafoods Farms Dairy Brewery Distillery Vineyards Winery Mining Quarries Steel Steelworks Timber Furniture Garments Apparel Jewellers Opticians Veterinary Kennels Stables Nurseries Hospice Infirmary Surgery Practice Medical Healthcare Orchestra Choir Cinema Broadcasting Publishing Printing Packaging Plastics Chemicals Pharmaceuticals Laboratories Semiconductor Electronics Telecom Wireless Networks Digital Interactive Games Tours Airways Cruises Ferries Hotels Resorts Fitness Cricket Rugby Cooperative Alliance Initiative Bancorp Mutual Assurance Underwriters Brokers Securities Investments Wealth Equity'.split(
    ' ',
  )
export function organisation(random: Random): string {
  if (random.chance(0.2))
    return `${random.pick([random.pick(BRANDS), last(random), random.pick(PLACES), `${last(random)} & ${last(random)}`, `${random.pick(BRANDS)} ${random.pick(BRANDS)}`])} ${random.pick(TRADES)}${random.pick(['', '', '', ' Ltd', ' Inc.', ' AS', ' BV', ' GmbH', ' S.A.', ' LLC', ' Group', ' Club'])}`
  const roll = random.next()
  if (roll < 0.16) return random.pick(COMPANIES)
  if (roll < 0.36)
    return `${random.pick([last(random), random.pick(BRANDS), invented(random)])} ${random.chance(0.12) ? `${random.pick(['Brewing', 'Trading', 'Shipping', 'Tea', 'Rope', 'Peat', 'Printing', 'Paint', 'Tile', 'Carpet', 'Timber', 'Motor', 'Seed', 'Coal'])} Company` : random.pick(COMPANY_ENDS)}`
  if (roll < 0.44)
    return `${last(random)}${random.pick([' & ', ' and ', ', '])}${last(random)}${random.chance(0.4) ? ` ${random.pick(['LLP', 'Ltd', 'Inc', 'Solicitors', 'and Sons', 'Architects'])}` : ''}`
  if (roll < 0.58)
    return `${random.pick([random.pick(PLACES), random.pick(PROVINCES), last(random), `St ${random.pick(FIRST_MORE)}'s`, random.pick(BRANDS)])} ${random.pick(INSTITUTIONS)}`
  if (roll < 0.66)
    return `${random.pick(['University', 'Bank', 'Port', 'College', 'City', 'Diocese', 'Museum'])} of ${random.pick([random.pick(PLACES), random.pick(COUNTRIES)])}`
  if (roll < 0.76)
    return `${random.pick(BRANDS)} ${random.pick([...BRANDS, 'Logistics', 'Foods', 'Energy', 'Software', 'Freight', 'Dental', 'Robotics', 'Biotech', 'Textiles', 'Cycles', 'Coffee'])}`
  if (roll < 0.83) return Array.from({ length: 3 + random.below(2) }, () => letter(random)).join('')
  if (roll < 0.9)
    return `${invented(random)}${random.pick(['', 'tech', 'soft', 'corp', ' Labs', ' AI', '.io'])}`
  if (roll < 0.95)
    return `${random.pick(['Ministry', 'Department', 'Institute', 'Society', 'Centre', 'Office'])} ${random.pick(['of', 'for'])} ${random.pick(['Agriculture', 'Justice', 'Marine Biology', 'Applied Physics', 'Tax Affairs', 'Public Health', 'Housing', 'Fair Trade'])}`
  return `${random.pick(['The', 'the'])} ${random.pick(BRANDS)} ${random.pick(['Foundation', 'Trust', 'Arms', 'Hotel', 'Inn', 'Café', 'Gallery', 'Times', 'Gazette', 'Herald'])}`
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** What is no part of this tagger's business, but stands in sentences. */
const NAMES_OF_ALL_KINDS = new Set(
  [...FIRST_NAMES, ...LAST_NAMES, ...PLACES].map((name) => name.toLowerCase()),
)
/** Frequent words that no list has as a name. */
const PLAIN_WORDS = FREQUENT_WORDS.slice(300, 9000).filter(
  (word) => word.length > 2 && !NAMES_OF_ALL_KINDS.has(word),
)

export const FILLERS: Readonly<Record<string, (random: Random) => string>> = {
  ...fillersOf(PLAIN_WORDS),
  ...thingFillers({ first, last, places: PLACES }),
  /** Of what is called as people are: a server, a storm, a chair. */
  CALLED: (random) =>
    random.chance(0.7) ? random.pick(AMBIGUOUS) : random.chance(0.6) ? first(random) : last(random),
  PHONE: (random) =>
    random.pick([
      `+${digits(random, 2)} ${digits(random, 3)} ${digits(random, 6)}`,
      `(${digits(random, 3)}) ${digits(random, 3)}-${digits(random, 4)}`,
      `0${digits(random, 4)} ${digits(random, 6)}`,
      `${digits(random, 3)}-${digits(random, 3)}-${digits(random, 4)}`,
    ]),
  EMAIL: (random) =>
    `${first(random)
      .toLowerCase()
      .replace(
        /[^a-z]/g,
        'x',
      )}${random.pick(['.', '_', ''])}${digits(random, 2)}@${random.pick(['example.org', 'mail.test', 'post.example'])}`,
  DATE: (random) =>
    random.pick([
      `${1 + random.below(28)} ${random.pick(MONTHS)} ${1950 + random.below(80)}`,
      `${random.pick(MONTHS)} ${1 + random.below(28)}`,
      `20${digits(random, 2)}-0${1 + random.below(9)}-1${random.below(10)}`,
      `${1 + random.below(28)}/${1 + random.below(12)}/${1950 + random.below(80)}`,
    ]),
  TIME: (random) =>
    `${random.below(24)}:${random.below(6)}${random.below(10)}${random.pick(['', '', ' am', ' pm', 'h'])}`,
  MONEY: (random) =>
    `${random.pick(['$', '€', '£', 'EUR ', 'USD '])}${digits(random, 1 + random.below(3))}${random.pick(['', '.00', ',000', '.50'])}`,
  NUM: (random) => String(1 + random.below(5000)),
  ID: (random) =>
    random.pick([
      digits(random, 8),
      `${letter(random)}${letter(random)}-${digits(random, 6)}`,
      `${letter(random)}${digits(random, 7)}`,
    ]),
  PLATE: (random) =>
    `${letter(random)}${letter(random)}${digits(random, 2)} ${letter(random)}${letter(random)}${letter(random)}`,
  URL: (random) =>
    `https://${random.pick(['www.', ''])}example.${random.pick(['org', 'net'])}/${digits(random, 3)}`,
}
