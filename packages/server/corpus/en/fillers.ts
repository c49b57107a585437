import type { Random } from '../random.ts'

const list = (words: string): readonly string[] => words.trim().split('|')

/** People after whom methods, laws and diseases are called, and who are nobody there. */
const EPONYMS = list(
  'Parkinson|Alzheimer|Crohn|Hodgkin|Gauss|Bayes|Dijkstra|Floyd|Newton|Euler|Fourier|Laplace|Fermat|Riemann|Hilbert|Cauchy|Taylor|Markov|Poisson|Bernoulli|Pearson|Student|Fisher|Turing|Huffman|Hamming|Shannon|Moore|Murphy|Pareto|Nash|Kepler|Hubble|Doppler|Faraday|Maxwell|Planck|Heisenberg|Schrödinger|Kelvin|Celsius|Richter|Beaufort|Mohs|Rorschach|Pavlov|Maslow|Hawthorne|Pygmalion|Apgar|Glasgow|Down|Asperger|Tourette|Raynaud|Marfan|Cushing|Addison|Graves|Huntington|Bell|Heimlich|Caesarean|Kegel|Doric|Gantt|Ishikawa|Kanban|Venn|Euclid|Pythagoras|Archimedes|Fibonacci|Levenshtein|Jaccard|Kalman|Wiener|Nyquist|Bode|Thevenin|Kirchhoff|Ohm|Hooke|Boyle|Avogadro|Haber|Grignard|Wittig|Bragg|Raman|Mendel|Darwin|Punnett|Golgi|Purkinje|Wilcoxon|Mann|Kruskal|Tukey|Bonferroni|Cronbach|Likert|Gini|Lorenz|Keynes|Laffer|Phillips|Black-Scholes|Box-Cox|Runge-Kutta|Needleman-Wunsch|Smith-Waterman|Diffie-Hellman|Reed-Solomon|Knuth-Morris-Pratt|Michaelis-Menten|Guillain-Barré|Creutzfeldt-Jakob|Epstein-Barr|Myers-Briggs|Dunning-Kruger|Coriolis|Foucault|Geiger|Bunsen|Petri|Erlenmeyer|Liebig|Achilles|Morse|Braille|Fahrenheit|Occam|Hobson|Zipf|Benford|Streisand|Stockholm|Munchausen|Lyme|Zika|Ebola|Marburg|Tay-Sachs|Ménière|Dupuytren|Paget|Gilbert|Wilson|Barrett|Sjögren|Kawasaki|Ehlers-Danlos|Klinefelter|Rubik|Sudoku|Dewey|Harvard|Chicago|Montessori|Waldorf|Bechdel|Chekhov|Occam|Sophie|Monty Hall|Monte Carlo|Lou Gehrig|Wien|Chebyshev|Lagrange|Jacobi|Hessian|Wronskian|Gram-Schmidt|Cooley-Tukey|Bellman-Ford|Fabry-Perot|Michelson|Tesla|Sherman|Kelly|Delphi|Elo|Brier|Kolmogorov|Simpson|Goldilocks|Achilles',
)
const PRODUCTS = list(
  'iPhone|Galaxy|Windows|Excel|Word|Outlook|PowerPoint|Teams|Slack|Zoom|Netflix|Spotify|Kindle|Alexa|Siri|Cortana|Android|Chrome|Firefox|Safari|Edge|Photoshop|Docker|Kubernetes|Jenkins|Grafana|Prometheus|Helm|Terraform|Ansible|Puppet|Chef|Vagrant|Redis|Kafka|Cassandra|Mongo|Postgres|Oracle|Lambda|Kinesis|Redshift|Athena|Aurora|Azure|Jira|Confluence|Trello|Notion|Figma|Sketch|Python|Ruby|Julia|Ada|Rust|Swift|Scala|Pascal|Haskell|Perl|Java|Kotlin|Django|Rails|Laravel|Spring|Flask|Express|Angular|React|Vue|Maven|Gradle|Bazel|Apache|Nginx|Tomcat|Ubuntu|Debian|Fedora|Arch|Cisco|Juniper|Nokia|Samsung|Sony|Canon|Nikon|Bosch|Dyson|Hoover|Singer|Yamaha|Steinway|Fender|Gibson|Ford|Lincoln|Tesla|Mercedes|Bentley|Chrysler|Dodge|Chevrolet|Honda|Toyota|Ferrari|Boeing|Airbus|Cessna|Corolla|Civic|Focus|Golf|Fiesta|Astra|Sienna|Dakota|Sierra|Savannah|Phoenix|Jaguar|Lotus|Oscar|Emmy|Grammy|Nobel|Tabasco|Worcestershire|Dijon|Parmesan|Cheddar|Brie|Camembert|Champagne|Bordeaux|Burgundy|Chardonnay|Merlot|Bourbon|Cognac|Earl Grey|Darjeeling|Assam|Caesar|Margarita|Tom Collins|Bloody Mary|Victoria|Wellington|Stroganoff|Benedict|Granny Smith|Gala|Pink Lady|Braeburn|Bramley|Maris Piper|Labrador|Chihuahua|Dalmatian|Alsatian|Siamese|Persian|Guernsey|Jersey|Aberdeen Angus|Monopoly|Cluedo|Scrabble|Lego|Barbie|Wellington|Oxford|Chelsea|Panama|Bermuda|Cardigan|Hermes|Apollo|Artemis|Gemini|Mercury|Venus|Mars|Jupiter|Saturn|Claude|Llama|Mistral|Falcon|Bert|Elmo|Whisper|Copilot|Aurora|Titan|Nova|Eclipse|Echo|Harmony|Melody|Patience|Hope|Faith|Grace|Joy|Chase|Hunter|Archer|Mason|Carter|Sage|Amber|Ruby|Jasmine|Olive|Rosemary|Basil|Ginger|Pepper|Heather|Ivy|Holly|Daisy|Lily|Rose|Iris|Violet|Robin|Jay|Martin|Jack|Jenny|Billy|Nanny|Tom',
)
const JOBS = list(
  'Head of Procurement|Branch Manager|Senior Engineer|Customer Service|Account Manager|Chief Financial Officer|Project Lead|Sales Director|Office Administrator|Team Leader|Regional Manager|Finance Department|Human Resources|Data Analyst|Managing Director|Claims Handler|Support Engineer|Lettings Negotiator|Practice Manager|Duty Officer|Operations Team|Legal Counsel|Product Owner|Vice President|Board Secretary|Marketing Assistant|Technical Support|General Manager|Executive Assistant|Quality Lead|Principal Consultant|Deputy Head|Registrar|Ward Clerk|Software Developer|Head of Sales|Director of Operations|Chief of Staff',
)
const DAYS = list('Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tue|Wed|Thu|Fri|Sat|Sun')
const MONTHS = list('January|February|March|April|May|June|July|August|September|October|November|December')
const SHORT_MONTHS = list('Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec')
const NATIONS = list(
  'French|English|German|Swiss|Persian|Danish|Dutch|Italian|Spanish|Portuguese|Turkish|Greek|Polish|Russian|Ukrainian|Chinese|Japanese|Korean|Thai|Vietnamese|Indian|Bengali|Tamil|Nigerian|Kenyan|Ethiopian|Egyptian|Moroccan|Lebanese|Israeli|Iranian|Iraqi|Afghan|Pakistani|Australian|American|Canadian|Mexican|Brazilian|Peruvian|Chilean|Argentine|Cuban|Jamaican|Irish|Scottish|Welsh|Swedish|Norwegian|Finnish|Icelandic|Hungarian|Czech|Slovak|Romanian|Bulgarian|Serbian|Croatian|Victorian|Roman|Byzantine|Ottoman|Christian|Jewish|Muslim|Buddhist|Hindu|Catholic|European|African|Asian|Nordic|Baltic|Mediterranean|Parisian|Venetian|Siberian|Hawaiian|Texan|Californian',
)

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** What stands in frames where nobody is named; `words` are frequent ones that are no names. */
export const fillersOf = (
  words: readonly string[],
): Readonly<Record<string, (random: Random) => string>> => ({
  EPONYM: (random) => random.pick(EPONYMS),
  PRODUCT: (random) => random.pick(PRODUCTS),
  JOB: (random) => random.pick(JOBS),
  DAY: (random) => random.pick(DAYS),
  MONTH: (random) => random.pick(MONTHS),
  MON: (random) => random.pick(SHORT_MONTHS),
  NATION: (random) => random.pick(NATIONS),
  WORD: (random) => capital(random.pick(words)),
  WORDS: (random) => Array.from({ length: 2 + random.below(3) }, () => capital(random.pick(words))).join(' '),
  PLAIN: (random) => random.pick(words),
})
