import type { Random } from '../random.ts'
import { digits, last, letter, PLACES, streetName } from './values.ts'

const list = (words: string): readonly string[] => words.trim().split('|')

const INDIAN_AREAS = list(
  'Andheri East|Koramangala|Indiranagar|Banjara Hills|Salt Lake|Besant Nagar|Anna Nagar|Sector 62|Sector 14|Vasant Kunj|Malviya Nagar|Jayanagar|Whitefield|Kothrud|Aundh|Navrangpura|Gomti Nagar|T. Nagar|Adyar|Powai|Bandra West|Lajpat Nagar|Civil Lines|Model Town|Rajajinagar|Kalyan Nagar|Park Street|Ballygunge',
)
const INDIAN_ROADS = list(
  'MG Road|Lake View Road|4th Main Road|3rd Cross|Station Road|Gandhi Marg|Nehru Street|SV Road|LBS Marg|Link Road|Ring Road|Temple Street|Cross Cut Road|Mall Road|Ashram Road|Linking Road|Church Street|12th Main|College Road|Tank Bund Road',
)
const INDIAN_HOUSES = list(
  'Shanti Niketan Apartments|Green Park Society|Sai Krupa Building|Lotus Residency|Silver Oak Towers|Ganesh Nivas|Lakshmi Enclave|Palm Grove Heights|Surya Apartments|Ashoka Towers|Prestige Court|Royal Residency',
)
const INDIAN_CITIES = list(
  'Mumbai|New Delhi|Bengaluru|Chennai|Kolkata|Hyderabad|Pune|Ahmedabad|Jaipur|Lucknow|Kochi|Nagpur|Indore|Noida|Gurgaon|Coimbatore|Patna|Ranchi|Bhopal|Mysuru|Thane|Vadodara',
)
const INDIAN_STATES = list(
  'Maharashtra|Karnataka|Tamil Nadu|West Bengal|Kerala|Uttar Pradesh|Gujarat|Rajasthan|Telangana|Bihar',
)
const IRISH_TOWNS = list(
  'Dublin 2|Dublin 6|Dublin 15|Cork|Limerick|Galway|Naas, Co. Kildare|Sligo|Ennis, Co. Clare|Tralee, Co. Kerry|Swords, Co. Dublin|Bray, Co. Wicklow|Dundalk, Co. Louth|Co. Meath',
)
const AUSTRALIAN = list(
  'St Kilda VIC|Sydney NSW|Newtown NSW|Fremantle WA|Farrer ACT|Hobart TAS|Cairns QLD|Toowong QLD|Norwood SA|Darwin NT|Parramatta NSW|Geelong VIC|Bondi Beach NSW|Fitzroy VIC',
)
const DISTRICTS = list(
  'Meguro|Shibuya|Shinjuku|Minato|Setagaya|Nakano|Chuo|Naka|Kita|Higashi|Toshima|Sumida|Sakyo|Nishi-Shinjuku|Roppongi|Akasaka|Jingumae|Ebisu|Kamimeguro|Tenjin|Umeda|Honmachi',
)
const JAPANESE_CITIES = list(
  'Tokyo|Osaka|Kyoto|Nagoya|Yokohama|Fukuoka|Sapporo|Kobe|Sendai|Hiroshima|Kawasaki|Saitama',
)
const BRAZILIAN = list(
  'São Paulo - SP|Rio de Janeiro - RJ|Curitiba - PR|Porto Alegre - RS|Recife - PE|Belo Horizonte - MG|Salvador - BA|Florianópolis/SC|Brasília - DF|Fortaleza - CE',
)
const BAIRROS = list(
  'Consolação|Copacabana|Centro|Moema|Batel|Boa Viagem|Savassi|Jardim Paulista|Vila Madalena|Ipanema|Bela Vista|Pinheiros|Barra',
)
const ROMANCE = list(
  'Cavour|Garibaldi|Torino|Roma|Dante|Mazzini|Augusta|Paulista|das Flores|Sete de Setembro|XV de Novembro|Mayor|de Fuencarral|de Alcalá|de Serrano|de la Princesa|de Mallorca|del Carmen|Independencia|San Martín|Bolívar|de la Reforma|Insurgentes Sur|Corrientes|Libertad|da Liberdade|Augusto de Aguiar|de Santa Catarina|dos Navegantes',
)
const FRENCH = list(
  'Lafayette|des Martyrs|du Midi|de Rivoli|Victor Hugo|de la République|Jean Jaurès|du Faubourg Saint-Antoine|des Acacias|de Vaugirard|Sherbrooke Ouest|Notre-Dame|Saint-Denis|Gambetta|de la Liberté|du Général Leclerc|Pasteur|des Écoles',
)
const GERMANIC = list(
  'König|Kaiser|Haupt|Mozart|Lange|Bahnhof|Friedrich|Leopold|Berliner |Wiener |Linden|Garten|Wasser|Schul|Rhein|Ring|Markt|Luisen|Brücken|Karl-Marx-|Heinrich-Heine-|Am ',
)
const DUTCH = list(
  'Prinsen|Heren|Keizers|Singel|Kerk|Dorps|Molen|Oude |Nieuwe |Juliana|Wilhelmina|Beethoven|Vondel|Haven|Stations',
)
const NORDIC = list(
  'Storgata|Strandvejen|Kungsgatan|Storgatan|Drottninggatan|Mannerheimintie|Koskikatu|Fredrikinkatu|Vesterbrogade|Nørrebrogade|Karl Johans gate|Bogstadveien|Hämeenkatu|Sveavägen|Aleksanterinkatu|Skolegade|Laugavegur|Kirkegata',
)
const POLISH = list(
  'Marszałkowska|Polna|Długa|Mickiewicza|Piłsudskiego|Kościuszki|Lipowa|Słowackiego|Wolności|Jana Pawła II|Nowy Świat|Ogrodowa|Krakowska|3 Maja',
)
const BALKAN = list(
  'Rustaveli Ave|Bulevar kralja Aleksandra|Knez Mihailova|Ilica|Vodičkova|Na Příkopě|Hlavná|Strada Lipscani|Calea Victoriei|Vitosha Blvd|Tverskaya Street|Nevsky Prospekt|ul. Lenina|Khreshchatyk St|vul. Sumska|Andrássy út|Fő utca|Váci utca|Gedimino pr.|Brīvības iela|Ermou|Leoforos Kifisias|Atatürk Caddesi|İstiklal Cad.|Bağdat Caddesi',
)
const AFRICAN = list(
  'Ikoyi, Lagos|Victoria Island, Lagos|Wuse II, Abuja|Garki, Abuja|Westlands, Nairobi|Kilimani, Nairobi|Osu, Accra|East Legon, Accra|Kampala, Uganda|Kigali|Lusaka, Zambia|Harare|Ikeja, Lagos State|Yaba, Lagos|GRA, Port Harcourt|Sandton, Johannesburg 2196|Rondebosch, Cape Town 7700',
)
const GULF = list(
  'Al Barsha, Dubai|Jumeirah 1, Dubai, UAE|Al Olaya, Riyadh 12211|Salmiya, Kuwait|West Bay, Doha, Qatar|Corniche Road, Abu Dhabi|Zamalek, Cairo|Hamra, Beirut|Sweifieh, Amman',
)
const EASTERN = list(
  'Mong Kok, Kowloon, Hong Kong|Central, Hong Kong|Kuala Lumpur|Petaling Jaya, Selangor|Makati City, Metro Manila|Quezon City|District 1, Ho Chi Minh City|Hoan Kiem, Hanoi|Watthana, Bangkok 10110|Jakarta Selatan 12190|Gangnam-gu, Seoul 06236|Mapo-gu, Seoul|Da’an District, Taipei 106|Pudong, Shanghai 200120|Chaoyang District, Beijing 100020',
)

const number = (random: Random): string => String(1 + random.below(random.chance(0.3) ? 900 : 140))
const upper = (random: Random): string => random.pick(['A', 'B', 'C', 'D', 'E'])

function indian(random: Random): string {
  const house = random.pick([
    `${upper(random)}-${digits(random, 3)}`,
    `Flat No. ${number(random)}`,
    `No. ${number(random)}`,
    `H.No. ${number(random)}/${number(random)}`,
    `${number(random)}/${1 + random.below(30)}`,
    `Plot No. ${number(random)}`,
    number(random),
    `${upper(random)}-${number(random)}`,
    `Door No. ${number(random)}`,
  ])
  const name = random.chance(0.4) ? `${random.pick(INDIAN_HOUSES)}, ` : ''
  const road = random.chance(0.7) ? `${random.pick(INDIAN_ROADS)}, ` : ''
  const area = random.chance(0.75) ? `${random.pick(INDIAN_AREAS)}, ` : ''
  const pin = `${1 + random.below(8)}${digits(random, 5)}`
  const city = random.pick(INDIAN_CITIES)
  const end = random.pick([
    `${city} ${pin}`,
    `${city} - ${pin}`,
    `${city}-${pin}`,
    `${city} – ${pin.slice(0, 3)} ${pin.slice(3)}, ${random.pick(INDIAN_STATES)}`,
    `${city}, ${random.pick(INDIAN_STATES)} ${pin}`,
    `${city} ${pin}, India`,
  ])
  return `${house}, ${name}${road}${area}${end}`
}

function islands(random: Random): string {
  const street = `${number(random)} ${streetName(random)}`
  const eircode = `${letter(random)}${digits(random, 2)} ${letter(random)}${digits(random, 1)}${letter(random)}${digits(random, 1)}`
  const house = random.pick([
    'Rose Cottage',
    'The Old Rectory',
    'Grafton House',
    'Mill House',
    'The Gables',
    'Ivy Lodge',
    `Flat ${number(random)}`,
    `Unit ${number(random)}`,
    `Apartment ${number(random)}`,
    `Suite ${number(random)}`,
    'Ground Floor',
  ])
  const uk = `${random.pick(PLACES)} ${letter(random)}${letter(random)}${number(random).slice(0, 2)} ${random.below(10)}${letter(random)}${letter(random)}`
  return random.pick([
    `${street}, ${random.pick(IRISH_TOWNS)}, ${eircode}`,
    `${street}, ${random.pick(IRISH_TOWNS)}`,
    `${house}, ${streetName(random)}, ${random.pick(IRISH_TOWNS)}, ${eircode}`,
    `${house}, ${street}, ${uk}`,
    `${house}, ${streetName(random)}, ${uk}`,
    `${street}, ${random.pick(PLACES)}, ${uk}`,
    `${house}, ${uk}`,
  ])
}

function southern(random: Random): string {
  const unit = random.pick([
    '',
    '',
    `${number(random)}/`,
    `Unit ${number(random)}, `,
    `Level ${number(random)}, `,
  ])
  const street = `${unit}${number(random)} ${streetName(random)}`
  return random.pick([
    `${street}, ${random.pick(AUSTRALIAN)} ${digits(random, 4)}${random.pick(['', '', ', Australia'])}`,
    `${street}, ${random.pick(['Wellington', 'Auckland', 'Dunedin', 'Christchurch', 'Ponsonby, Auckland'])} ${digits(random, 4)}${random.pick(['', ', New Zealand'])}`,
    `${street}, Singapore ${digits(random, 6)}`,
    `Blk ${digits(random, 3)} ${random.pick(['Ang Mo Kio Ave 3', 'Tampines Street 21', 'Bedok North Road', 'Clementi Ave 4'])} #${digits(random, 2)}-${digits(random, 3)}, Singapore ${digits(random, 6)}`,
    `${street}, ${random.pick(AFRICAN)}`,
    `Plot ${number(random)}, ${streetName(random)}, ${random.pick(AFRICAN)}`,
    `P.O. Box ${digits(random, 5)}-00${digits(random, 1)}00, Nairobi${random.pick(['', ', Kenya'])}`,
    `P.O. Box ${digits(random, 4)}, ${random.pick(AFRICAN)}`,
    `No. ${number(random)} ${last(random)} Street, ${random.pick(AFRICAN)}`,
    `Villa ${number(random)}, Street ${number(random)}, ${random.pick(GULF)}`,
    `${street}, ${random.pick(GULF)}`,
    `Flat ${upper(random)}, ${number(random)}/F, ${random.pick(['Tower 3', 'Wing Shing Building', 'Harbour View', 'Block 2'])}, ${number(random)} ${random.pick(['Nathan Road', 'Queen’s Road Central', 'Hennessy Road', last(random) + ' Road'])}, ${random.pick(EASTERN)}`,
    `${number(random)} ${random.pick(['Jalan', 'Jl.', 'Soi', 'Đường', 'Pho'])} ${random.pick([last(random), 'Sudirman', 'Sukhumvit', 'Ampang', 'Merdeka'])}, ${random.pick(EASTERN)}`,
    `${number(random)}, ${random.pick(['Teheran-ro', 'Sejong-daero', 'Zhongxiao East Road', 'Nanjing West Road', 'Jianguo Road', 'Le Loi'])}, ${random.pick(EASTERN)}`,
  ])
}

function japanese(random: Random): string {
  const block = `${1 + random.below(9)}-${1 + random.below(30)}-${1 + random.below(20)}`
  const district = random.pick(DISTRICTS)
  const city = random.pick(JAPANESE_CITIES)
  const code = `${digits(random, 3)}-${digits(random, 4)}`
  return random.pick([
    `${block} ${district}, ${district}-ku, ${city} ${code}`,
    `${block} ${district}, ${random.pick(DISTRICTS)}-ku, ${city}, ${code}${random.pick(['', ', Japan'])}`,
    `${1 + random.below(9)} Chome-${1 + random.below(30)}-${1 + random.below(20)} ${district}, ${random.pick(DISTRICTS)} City, ${city} ${code}, Japan`,
    `${random.pick(['Room 302', 'Heights 201', '#504'])}, ${block} ${district}, ${city} ${code}`,
    `${code} ${city}, ${district}-ku, ${random.pick(DISTRICTS)} ${block}`,
  ])
}

function latin(random: Random): string {
  const street = `${random.pick(['Calle', 'Avenida', 'Av.', 'C/', 'Carrer', 'Paseo', 'Plaza', 'Via', 'Viale', 'Corso', 'Piazza', 'Rua', 'R.', 'Avenida', 'Travessa', 'Praça'])} ${random.pick(ROMANCE)}`
  const town = random.pick(PLACES)
  return random.pick([
    `${street} ${number(random)}, ${random.pick(['3ºB, ', '1º izq., ', 'bajo C, ', '2.º Dto, ', '', '', '', 'Piso 4, ', 'int. 5, ', 'scala A, '])}${digits(random, 5)} ${town}${random.pick(['', ', Spain', ' RM', ' (MI)', ', Italy', ', España'])}`,
    `${street}, ${number(random)} - ${random.pick(BAIRROS)}, ${random.pick(BRAZILIAN)}, ${digits(random, 5)}-${digits(random, 3)}${random.pick(['', ', Brazil', ', Brasil'])}`,
    `${street}, ${number(random)}${random.pick([', apto 52', ', bloco B', '', ' – sala 3'])}, ${random.pick(BRAZILIAN)}, ${digits(random, 5)}-${digits(random, 3)}`,
    `${street} ${number(random)}, ${digits(random, 4)}-${digits(random, 3)} ${town}`,
    `${street} ${number(random)}, Col. ${random.pick(['Roma Norte', 'Del Valle', 'Centro', 'Condesa'])}, ${digits(random, 5)} ${random.pick(['Ciudad de México, CDMX', 'Guadalajara, Jal.', 'Monterrey, N.L.'])}`,
    `${random.pick(['Cra.', 'Carrera', 'Calle', 'Cl.'])} ${number(random)} # ${number(random)}-${number(random)}, ${random.pick(['Bogotá', 'Medellín', 'Cali'])}${random.pick(['', ', Colombia'])}`,
    `${street} ${digits(random, 4)}, ${random.pick(['Buenos Aires', 'Santiago', 'Lima', 'Montevideo', 'C1043 CABA', 'Rosario'])}`,
  ])
}

function continental(random: Random): string {
  const german =
    `${random.pick(GERMANIC)}${random.pick(['straße', 'strasse', 'str.', 'gasse', 'weg', 'allee', 'platz', 'damm', 'ufer'])} ${number(random)}${random.pick(['', '', 'a', ' b', '/3'])}`.replace(
      ' s',
      ' S',
    )
  const french = `${number(random)}${random.pick(['', '', ' bis', ' ter', ','])} ${random.pick(['rue', 'Rue', 'avenue', 'Avenue', 'boulevard', 'bd', 'place', 'quai', 'chemin'])} ${random.pick(FRENCH)}`
  const dutch = `${random.pick(DUTCH)}${random.pick(['gracht', 'straat', 'laan', 'weg', 'plein', 'kade'])} ${number(random)}${random.pick(['', '-II', '-3', 'A', ' hs'])}`
  const polish = `${random.pick(['ul.', 'ul.', 'al.', 'pl.', 'os.'])} ${random.pick(POLISH)} ${number(random)}${random.pick(['', '', `/${number(random)}`, ` m. ${number(random)}`, `/${number(random)} m. ${number(random)}`])}`
  const nordic = `${random.pick(NORDIC)} ${number(random)}${random.pick(['', '', ' B', ', 2. tv', ' A 12'])}`
  const balkan = `${random.pick(BALKAN)} ${number(random)}`
  const town = random.pick(PLACES)
  return random.pick([
    `${german}, ${digits(random, 5)} ${town}${random.pick(['', '', ', Germany', ', Deutschland'])}`,
    `${german}, ${random.pick(['', 'A-', 'CH-'])}${digits(random, 4)} ${town}${random.pick(['', ', Austria', ', Switzerland'])}`,
    `${french}, ${digits(random, 5)} ${town}${random.pick(['', '', ', France', ' Cedex', ' CEDEX 08'])}`,
    `${french}, ${town}, QC ${letter(random)}${digits(random, 1)}${letter(random)} ${digits(random, 1)}${letter(random)}${digits(random, 1)}`,
    `${random.pick(['Rue', 'Avenue', 'Chaussée'])} ${random.pick(FRENCH)} ${number(random)}, ${digits(random, 4)} ${random.pick(['Bruxelles', 'Liège', town])}${random.pick(['', ', Belgium'])}`,
    `${dutch}, ${digits(random, 4)} ${letter(random)}${letter(random)} ${town}${random.pick(['', '', ', Netherlands', ', The Netherlands'])}`,
    `${polish}, ${digits(random, 2)}-${digits(random, 3)} ${town}${random.pick(['', '', ', Poland'])}`,
    `${nordic}, ${digits(random, 4)} ${town}${random.pick(['', ', Norway', ', Denmark'])}`,
    `${nordic}, ${digits(random, 3)} ${digits(random, 2)} ${town}${random.pick(['', ', Sweden'])}`,
    `${nordic}, ${digits(random, 5)} ${town}${random.pick(['', ', Finland'])}`,
    `${balkan}, ${digits(random, 5)} ${town}`,
    `${balkan}, ${town} ${digits(random, 4)}`,
    `${balkan}, ${town}`,
  ])
}

/** As made-up addresses of test data are: words of several countries in no country's order. */
function muddled(random: Random): string {
  return random.pick([
    `${digits(random, 4)} ${random.pick(NORDIC)} ${number(random)} Apt. ${digits(random, 3)}, ${random.pick(PLACES)}, ${letter(random)}${letter(random)} ${digits(random, 5)}`,
    `${digits(random, 4)} ${random.pick(NORDIC)} ${number(random)} Apt. ${digits(random, 3)}, ${random.pick(PLACES)}, , ${letter(random)}${letter(random)},  ${random.pick(['Uruguay', 'Finland', 'Hungary', 'Spain'])} ${digits(random, 5)}`,
    `${random.pick(BALKAN)} ${number(random)}, ${random.pick(PLACES)}, ${digits(random, 4)}, ${random.pick(['Switzerland', 'Georgia', 'Slovenia', 'Iceland', 'Cyprus'])}`,
    `${number(random)} ${random.pick(BALKAN)} Suite ${digits(random, 3)}, ${random.pick(PLACES)}, ${digits(random, 5)}`,
    `${number(random)} ${last(random)} ${random.pick(['Islands', 'Stravenue', 'Spurs', 'Crest', 'Knolls', 'Forges', 'Mission', 'Causeway', 'Underpass'])} ${random.pick(['Apt.', 'Suite'])} ${digits(random, 3)}, ${random.pick(PLACES)}, ${letter(random)}${letter(random)} ${digits(random, 5)}`,
  ])
}

/** An address of another country than England or America, in its order. */
export function addressAbroad(random: Random): string {
  const line = random.pick([
    indian,
    indian,
    islands,
    islands,
    southern,
    southern,
    japanese,
    latin,
    latin,
    continental,
    continental,
    continental,
    muddled,
  ])(random)
  const roll = random.next()
  if (roll < 0.16) return line.replaceAll(', ', '\n')
  return roll < 0.2 ? line.replaceAll(', ', ' ') : line
}
