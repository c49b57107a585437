import type { Draw } from '../fill-frames.ts'
import { pick } from '../fill-frames.ts'

const list = (rows: string): readonly string[] => rows.trim().split(/\s*[|\n]\s*/)
const below = (random: () => number, most: number): number => Math.floor(random() * most)
const digits = (random: () => number, count: number): string =>
  Array.from({ length: count }, () => below(random, 10)).join('')
const letter = (random: () => number): string => pick(Array.from('ABDEFGHJLNPQRSTUWXYZ'), random)

const US_STREETS = list(
  'Cottonwood Creek Trail|Gettysburg Ave|E Broadway|Lamar Blvd|Peachtree Industrial Blvd|Old Mill Rd|W 47th St|Kingsbury Court|Bluebonnet Ln|NE Sandy Blvd|Sherman Oaks Dr|Piedmont Avenue|Mission Street|Eagle Ridge Pkwy|County Road 118|Martin Luther King Jr Way|Rosewood Terrace|S Wabash Ave|Pelican Bay Circle|Tamarack Way',
)
const US_TOWNS = list(
  'Fort Collins, CO|Chattanooga, TN|Tempe, AZ|Shreveport, LA|Eau Claire, WI|Spokane, WA|Cedar Rapids, IA|Worcester, MA|Toledo, OH|Baton Rouge, LA|Macon, GA|Boise, ID|Lubbock, TX|Dover, DE|Albany, NY|Reno, NV',
)
const UK_STREETS = list(
  'Gladstone Road|Church Lane|The Crescent|Marlborough Avenue|Station Approach|Pear Tree Close|Kingsway|Dunstan Street|Harbour View|Cemetery Road|St James Walk|Old Brewery Yard|Nelson Street|Priory Gate|Coldharbour Lane|Hawthorne Drive',
)
const UK_TOWNS = list(
  'Leeds LS6|Cardiff CF24|Norwich NR3|Glasgow G41|Truro TR1|Preston PR2|Ipswich IP4|Belfast BT9|Derby DE22|York YO10|Exeter EX4|Hull HU5',
)
const FOREIGN: readonly ((random: () => number) => string)[] = [
  (r) =>
    `${pick(list('Lindenallee|Goethestraße|Am Stadtpark|Bahnhofstr.|Schillerplatz|Ringstraße|Zum Alten Forst|Königsweg'), r)} ${1 + below(r, 140)}, ${10 + below(r, 80)}${digits(r, 3)} ${pick(list('Köln|Leipzig|Bremen|Augsburg|Kiel|Würzburg'), r)}`,
  (r) =>
    `${pick(list('Rua das Palmeiras|Av. Paulista|Rua Sete de Setembro|Travessa do Comércio|Alameda Santos|Rua Dom Pedro II'), r)}, ${10 + below(r, 1800)}, ${pick(list('Pinheiros|Boa Viagem|Centro|Savassi|Moinhos de Vento'), r)}, ${pick(list('São Paulo - SP|Recife - PE|Belo Horizonte - MG|Porto Alegre - RS|Curitiba - PR'), r)}, ${digits(r, 5)}-${digits(r, 3)}`,
  (r) =>
    `${1 + below(r, 200)} ${pick(list('rue Saint-Honoré|avenue Jean Jaurès|boulevard Voltaire|rue des Carmes|chemin du Vieux Moulin|quai de la Fosse'), r)}, ${10 + below(r, 80)}${digits(r, 3)} ${pick(list('Paris|Lyon|Nantes|Toulouse|Grenoble|Lille'), r)}`,
  (r) =>
    `Flat ${1 + below(r, 40)}, ${pick(list('Shanti Apartments|Green Meadows|Lotus Heights|Ganga Residency'), r)}, ${pick(list('M.G. Road|Linking Road|Anna Salai|Park Street|Sarjapur Road'), r)}, ${pick(list('Bengaluru 560|Mumbai 400|Chennai 600|Kolkata 700|Pune 411'), r)}${digits(r, 3)}`,
  (r) =>
    `${pick(list('Via Garibaldi|Corso Vittorio Emanuele|Viale dei Mille|Piazza San Marco|Via del Corso'), r)} ${1 + below(r, 120)}, ${10 + below(r, 80)}${digits(r, 3)} ${pick(list('Torino TO|Bologna BO|Napoli NA|Verona VR|Milano MI'), r)}`,
  (r) =>
    `${pick(list('Calle Alcalá|Avenida de la Constitución|Calle Mayor|Paseo de Gracia|Plaza del Carmen'), r)} ${1 + below(r, 150)}, ${1 + below(r, 8)}º ${pick(['A', 'B', 'izq', 'dcha'], r)}, ${digits(r, 5)} ${pick(list('Madrid|Sevilla|Valencia|Zaragoza|Bilbao'), r)}`,
  (r) =>
    `${pick(list('Prinsengracht|Kerkstraat|Stationsweg|Oude Delft|Nieuwe Markt'), r)} ${1 + below(r, 400)}, ${1 + below(r, 9)}${digits(r, 3)} ${letter(r)}${letter(r)} ${pick(list('Amsterdam|Utrecht|Delft|Groningen|Eindhoven'), r)}`,
  (r) =>
    `ul. ${pick(list('Marszałkowska|Piotrkowska|Długa|Mickiewicza|Polna|Ogrodowa'), r)} ${1 + below(r, 150)}/${1 + below(r, 60)}, ${digits(r, 2)}-${digits(r, 3)} ${pick(list('Warszawa|Łódź|Kraków|Gdańsk|Poznań'), r)}`,
  (r) =>
    `${pick(list('Drottninggatan|Storgatan|Kungsgatan|Vasagatan|Sveavägen'), r)} ${1 + below(r, 90)}, ${digits(r, 3)} ${digits(r, 2)} ${pick(list('Stockholm|Göteborg|Malmö|Uppsala'), r)}`,
  (r) =>
    `${1 + below(r, 9)}-${1 + below(r, 30)}-${1 + below(r, 20)} ${pick(list('Nishi-Shinjuku|Minami-Aoyama|Umeda|Sakae|Hakata'), r)}, ${pick(list('Shinjuku-ku, Tokyo 160|Minato-ku, Tokyo 107|Kita-ku, Osaka 530|Naka-ku, Nagoya 460'), r)}-${digits(r, 4)}`,
  (r) =>
    `Av. ${pick(list('Insurgentes Sur|Reforma|Universidad|Chapultepec|Juárez'), r)} ${100 + below(r, 2000)}, Col. ${pick(list('Del Valle|Roma Norte|Condesa|Centro|Polanco'), r)}, ${digits(r, 5)} ${pick(list('Ciudad de México|Monterrey|Guadalajara|Puebla'), r)}`,
  (r) =>
    `${1 + below(r, 400)} ${pick(list('Collins Street|George Street|Queen Street|Hay Street|Lonsdale Road'), r)}, ${pick(list('Melbourne VIC 3000|Sydney NSW 2000|Brisbane QLD 4000|Perth WA 6000|Adelaide SA 5000'), r)}`,
  (r) =>
    `${1 + below(r, 900)} ${pick(list('Yonge Street|Granville St|rue Sherbrooke Ouest|Portage Avenue|Jasper Ave'), r)}, ${pick(list('Toronto, ON M4W|Vancouver, BC V6C|Montréal, QC H3A|Winnipeg, MB R3B|Edmonton, AB T5J'), r)} ${below(r, 10)}${letter(r)}${below(r, 10)}`,
  (r) =>
    `${pick(list('House|Plot|No.'), r)} ${1 + below(r, 90)}, ${pick(list('Adeola Odeku Street|Awolowo Road|Moi Avenue|Oxford Street|Kenyatta Avenue'), r)}, ${pick(list('Victoria Island, Lagos|Ikoyi, Lagos|Nairobi|Osu, Accra'), r)}`,
]

const FIRMS = list(
  'Northgate Plumbing Ltd|Bluewater Credit Union|Harrow & Finch LLP|Kestrel Analytics Inc.|Meridian Freight Co.|Oakfield Veterinary Clinic|Summit Ridge Dental Group|Pinecrest Elementary School|Larkhall Community Hospital|Westbrook Insurance Company|Tallgrass Brewing Company|Cobalt Systems GmbH|Falcon Ridge Logistics LLC|St. Brendan College|Ironbridge Capital Partners|Vandermeer Shipping B.V.|Redwood Family Trust|Copperfield Bank|Silverline Tours Pty Ltd|Aurelia Pharmaceuticals Inc.',
)

/** Places, firms and addresses in Latin letters; half of them for each half of the frames. */
export function placesOf(half: 0 | 1): ReadonlyMap<string, Draw> {
  const own = <T>(all: readonly T[]): readonly T[] => all.filter((_, at) => at % 2 === half)
  const unit = (r: () => number): string =>
    r() < 0.25 ? `${pick([', Apt ', ', Unit ', ' Apt. ', ', Suite ', ' #'], r)}${1 + below(r, 400)}` : ''
  const usa: Draw = (r) =>
    `${100 + below(r, 9800)} ${pick(own(US_STREETS), r)}${unit(r)}, ${pick(own(US_TOWNS), r)} ${1 + below(r, 8)}${digits(r, 4)}`
  const uk: Draw = (r) =>
    `${r() < 0.2 ? `Flat ${1 + below(r, 30)}, ` : ''}${1 + below(r, 240)} ${pick(own(UK_STREETS), r)}, ${pick(own(UK_TOWNS), r)} ${1 + below(r, 9)}${letter(r)}${letter(r)}`
  return new Map<string, Draw>([
    ['ADDRESS', (r) => (r() < 0.6 ? usa(r) : uk(r))],
    ['ADDRESS_ABROAD', (r) => pick(own(FOREIGN), r)(r)],
    ['ORG', (r) => pick(own(FIRMS), r)],
    [
      'LOCATION',
      (r) =>
        pick(
          own(
            list(
              'Portland|Sacramento|Dublin|Nairobi|Osaka|Stuttgart|Recife|Warsaw|Hyderabad|Cape Town|Lisbon|Calgary|Milwaukee|Tucson|Bristol|Rotterdam|Jakarta|Kraków|Lima|Perth|Vietnam|Kenya|Belgium|Ecuador',
            ),
          ),
          r,
        ),
    ],
  ])
}

const HAN_DIVISIONS = list(
  '北京市海淀区|上海市浦东新区|广东省深圳市南山区|浙江省杭州市余杭区|江苏省苏州市姑苏区|四川省成都市武侯区|湖北省武汉市洪山区|陕西省西安市雁塔区|山东省青岛市市南区|福建省厦门市思明区|湖南省长沙市岳麓区|辽宁省大连市沙河口区|河南省郑州市金水区|重庆市渝北区|天津市和平区|云南省昆明市官渡区|安徽省合肥市蜀山区|广西南宁市青秀区|杭州市西湖区|南京市鼓楼区',
)
const HAN_ROADS = list(
  '中关村大街|世纪大道|深南大道|文三西路|人民南路|珞喻路|长安南路|香港中路|湖滨南路|麓山南路|五一路|花园路|红锦大道|南京路|春城路|黄山路|民族大道|北山街|中山北路|学府路|建设一路|幸福里弄',
)
const HAN_ESTATES = list(
  '阳光花园|翠湖雅苑|金色家园|东方名城|碧水湾|龙湖时代天街|锦绣江南|万科城|保利香槟|绿地中央广场|教师新村|紫金公寓',
)
const HAN_FIRMS = list(
  '杭州云栖网络科技有限公司|深圳市鼎盛电子有限公司|中信建设银行西湖支行|上海长宁妇幼保健院|北京德恒律师事务所|青岛海蓝物流集团|成都第七中学|武汉市第三医院|南京紫金保险股份有限公司|广州天河区人民法院|苏州精工模具厂|西安交通职业学院|长沙市公安局岳麓分局|厦门鹭岛旅行社有限公司|郑州金水区市场监督管理局|大连港湾船舶工程有限公司',
)

/** The same in Chinese. */
export function housesOf(half: 0 | 1): ReadonlyMap<string, Draw> {
  const own = <T>(all: readonly T[]): readonly T[] => all.filter((_, at) => at % 2 === half)
  const house = (r: () => number): string => {
    const roll = r()
    const number = 1 + below(r, 400)
    if (roll < 0.3) return `${number}号`
    if (roll < 0.6)
      return `${number}号${pick(own(HAN_ESTATES), r)}${1 + below(r, 20)}${pick(['栋', '幢', '号楼'], r)}${1 + below(r, 4)}单元${1 + below(r, 30)}0${1 + below(r, 4)}室`
    if (roll < 0.8) return `${number}弄${1 + below(r, 30)}号${1 + below(r, 12)}0${1 + below(r, 4)}室`
    return `${number}号${pick(['国际大厦', '科技园A座', '写字楼', '创业中心'], r)}${2 + below(r, 28)}层`
  }
  return new Map<string, Draw>([
    ['ADDRESS', (r) => `${pick(own(HAN_DIVISIONS), r)}${pick(own(HAN_ROADS), r)}${house(r)}`],
    ['ORG', (r) => pick(own(HAN_FIRMS), r)],
    [
      'LOCATION',
      (r) =>
        pick(own(list('成都|拉萨|海口|新加坡|东京|绍兴|乌鲁木齐|哈尔滨|珠海|景德镇|泉州|澳门|温州|银川')), r),
    ],
  ])
}
