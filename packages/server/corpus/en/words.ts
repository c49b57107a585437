import { readFileSync } from 'node:fs'
import wordList from 'word-list'
import { hashOf, tokenise } from '../../src/privacy/names/en/tokens.ts'
import {
  ADJECTIVE,
  CALENDAR,
  COUNTRY,
  EPONYM,
  FIRST_NAME,
  FREQUENT,
  LAST_NAME,
  ORGANISATION,
  PLACE,
  STREET,
  TECHNICAL,
  THING,
  TITLE,
  Vocabulary,
  phraseOf,
} from '../../src/privacy/names/en/vocabulary.ts'
import { EPONYMS, PRODUCTS } from './fillers.ts'
import { THINGS, thingWords } from './things.ts'
import {
  COMPANIES,
  COMPANY_ENDS,
  COUNTRIES,
  FIRST_NAMES,
  FREQUENT_WORDS,
  LAST_MORE,
  LAST_NAMES,
  PLACES,
  SOFTWARE_WORDS,
  STREET_WORDS,
  TRADES,
  TECHNICAL_WORDS,
} from './values.ts'

const TITLES =
  'mr mrs ms miss mx dr prof professor sir madam lady lord rev reverend father sister brother captain sergeant inspector judge justice senator president minister mayor uncle aunt auntie dame herr frau señor señora madame monsieur mister coach nurse governor ambassador detective constable sheriff councillor lt hon fr doña sgt capt cpl col maj cmdr supt det cllr pastor imam sheikh sheikha rabbi alhaji hajia shri smt chief engr atty gov rep sen'
const INSTITUTIONS =
  'hospital clinic university college school academy library museum airport council police bank institute ministry department agency foundation trust society association church theatre pharmacy brewery club union court authority commission'
const STREETS_ELSEWHERE =
  'straße strasse weg gasse allee platz rue avenue boulevard calle avenida plaza via viale piazza rua corso paseo chemin quai laan straat gatan vej ulica impasse allée sentier passage faubourg hameau carrer travessa largo praça estrada alameda carrera jalan lorong soi thanon ulitsa prospekt bulevar utca strada calea bulevardul caddesi sokak mahallesi calz quartier barrio colonia'

const DAYS_AND_MONTHS =
  'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'
const NATIONS =
  'afghan african albanian algerian american angolan anglican arab arabic argentine argentinian armenian asian australian austrian azerbaijani bangladeshi baptist basque bavarian belarusian belgian bengali bolivian bosnian brazilian british buddhist bulgarian burmese cambodian cameroonian canadian cantonese caribbean catalan catholic celtic chilean chinese christian colombian congolese cornish costa croatian cuban czech danish dutch ecuadorian egyptian english eritrean estonian ethiopian european filipino finnish flemish french gaelic german ghanaian greek gujarati haitian hebrew hindi hindu honduran hungarian icelandic indian indonesian iranian iraqi irish islamic israeli italian jamaican japanese jewish jordanian kazakh kenyan korean kurdish kuwaiti latin latvian lebanese liberian libyan lithuanian lutheran malay malaysian maltese mandarin maori mediterranean mexican moldovan mongolian moroccan muslim nepalese nepali nigerian norwegian orthodox pakistani palestinian persian peruvian polish portuguese protestant punjabi roman romanian russian rwandan saudi scandinavian scottish senegalese serbian sikh singaporean slavic slovak slovenian somali spanish sudanese swedish swiss syrian taiwanese tamil thai tibetan tunisian turkish ugandan ukrainian urdu uruguayan uzbek venezuelan victorian vietnamese welsh yemeni zambian zimbabwean'
/** Short forms with an apostrophe, which no dictionary lists. */
const CONTRACTIONS =
  "i'm i've i'd i'll you're you've you'd you'll he'd he'll she'd she'll it'd it'll we're we've we'd we'll they're they've they'd they'll don't doesn't didn't can't couldn't won't wouldn't shan't shouldn't isn't aren't wasn't weren't hasn't haven't hadn't mustn't needn't ain't y'all that'll there'll who'll who're who've o'clock"

/** They are also names, too seldom to count. */
const FUNCTION_WORDS = new Set(
  'he do an so in on no to be we me us it is or as at by if of up go the and but for you she her his him who why how all any are can did get got had has not now off one our out own per put say see set too two use was way yes yet even said general line major name'.split(
    ' ',
  ),
)
/** Parts of them that are names above all. */
const TITLED = new Set([
  'Hope',
  'Faith',
  'Grace',
  'Joy',
  'Martin',
  'Robin',
  'Jack',
  'Jenny',
  'Billy',
  'Mary',
  'Tom',
  'Collins',
  'Smith',
  'Lou',
  'Mann',
  'Wilson',
  'Gilbert',
  'Phillips',
  'Simpson',
  'Taylor',
  'Fisher',
  'Murphy',
  'Kelly',
  'Holly',
  'Lily',
  'Rose',
  'Sophie',
  'Jackson',
  'Morgan',
  'Austin',
  'Bruno',
  'Ava',
  'Maya',
  'Hugo',
  'Stan',
  'Jasper',
  'Stella',
  'Kong',
  'Black',
  'Storm',
  'Charles',
  'Henry',
  'Graham',
  'Adams',
  'Lewis',
  'Abel',
  'Jordan',
  'Green',
  'Young',
  'Wallis',
  'Horner',
  'Douglas',
  'Thomas',
  'Barlow',
  'Beck',
  'Roth',
  'Turner',
  'Edwards',
  'Hunter',
  'Becker',
  'Hansen',
  'Peter',
  'Miller',
  'Mandela',
  'Morton',
  'Harris',
  'Lambert',
  'Wright',
  'Walker',
  'Cox',
  'Cohen',
  'Alexander',
  'Allen',
  'Stanley',
  'Marshall',
  'Evans',
  'Francis',
  'Otto',
  'Julia',
  'Bailey',
  'Bennett',
  'Pott',
  'Ewing',
  'Norton',
  'Reynolds',
  'Conway',
  'Brooks',
  'Bradford',
  'Lowry',
  'Steiner',
  'Briggs',
  'Myers',
  'Hamilton',
  'Stokes',
  'Meier',
  'Schmidt',
  'Klein',
  'Jacobi',
  'Barrett',
  'Thales',
  'Jefferson',
  'Weber',
  'Peano',
])

const parts = (names: readonly string[]): string[] => names.flatMap((name) => name.split(' '))

const NAMES = new Set(parts([...FIRST_NAMES, ...LAST_NAMES]).map((name) => name.toLowerCase()))
const isName = (word: string): boolean => NAMES.has(word)
/** Words of every text say nothing of what they are part of. */
const PLAIN = new Set(FREQUENT_WORDS.slice(0, 3000))

/** Baxter is an apple, and above all a surname. */
const MANY_HAVE = new Set(LAST_MORE.map((name) => name.toLowerCase()))

/** Names, places and the words around them, as the tagger looks them up. */
export function vocabulary(): Vocabulary {
  const kinds: readonly (readonly [words: readonly string[], flag: number])[] = [
    [parts(FIRST_NAMES).filter((word) => !FUNCTION_WORDS.has(word.toLowerCase())), FIRST_NAME],
    [parts(LAST_NAMES).filter((word) => !FUNCTION_WORDS.has(word.toLowerCase())), LAST_NAME],
    [parts(PLACES).filter((word) => word.length > 2), PLACE],
    [COUNTRIES, COUNTRY],
    [
      [...FREQUENT_WORDS, ...CONTRACTIONS.split(' '), ...CONTRACTIONS.replaceAll("'", '’').split(' ')],
      FREQUENT,
    ],
    [DAYS_AND_MONTHS.split(' '), CALENDAR],
    [NATIONS.split(' '), ADJECTIVE],
    [parts([...EPONYMS, ...PRODUCTS]).filter((word) => !TITLED.has(word)), EPONYM],
    [thingWords(isName).filter((word) => !PLAIN.has(word) && !MANY_HAVE.has(word)), THING],
    [TITLES.split(' '), TITLE],
    [[...new Set([...TECHNICAL_WORDS, ...SOFTWARE_WORDS])].filter((word) => !isName(word)), TECHNICAL],
    [[...STREET_WORDS, ...STREETS_ELSEWHERE.split(' ')], STREET],
    [
      [
        ...COMPANY_ENDS.map((end) => end.replace(/\.$/, '')),
        ...INSTITUTIONS.split(' '),
        ...COMPANIES,
        ...TRADES,
      ],
      ORGANISATION,
    ],
  ]
  const flags = new Map<number, number>()
  for (const [words, flag] of kinds)
    for (const word of words) flags.set(hashOf(word), (flags.get(hashOf(word)) ?? 0) | flag)
  return Vocabulary.of([...flags], { phrases: phrases(), common: commonWords() })
}

/** Things that are called by several words. */
function* phrases(): Generator<number> {
  for (const thing of Object.values(THINGS).flat()) {
    const { hash, count } = tokenise(thing)
    if (count > 1) yield phraseOf(hash.subarray(0, count))
  }
}

function* commonWords(): Generator<number> {
  for (const word of readFileSync(wordList, 'utf8').split('\n')) if (word !== '') yield hashOf(word)
  for (const word of [...TECHNICAL_WORDS, ...CONTRACTIONS.split(' ')]) {
    yield hashOf(word)
    yield hashOf(word.replace("'", '’'))
  }
}
