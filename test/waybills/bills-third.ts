import type { Bill, Person } from './layouts.ts'
import type { Random } from './random.ts'
import { between, digits, pick, s10 } from './random.ts'

const SURNAMES = Array.from(
  '蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
).concat(['欧阳', '上官', '诸葛', '司徒'])
const GIVEN = Array.from(
  '立峰云飞学军彩霞丽娟少华素芬国庆天佑梦洁雅俊杰海涛秀兰振宇慧敏耀东晓枫美玲艳红家豪鹏程佩珊启明淑贞绍辉静怡',
)
const DISTRICTS = [
  '浙江省金华市义乌市稠江街道',
  '浙江省嘉兴市桐乡市梧桐街道',
  '江苏省常州市武进区湖塘镇',
  '江苏省苏州市昆山市玉山镇',
  '广东省东莞市虎门镇',
  '广东省中山市小榄镇',
  '广东省惠州市惠城区陈江街道',
  '山东省潍坊市寿光市圣城街道',
  '河北省保定市莲池区南关街道',
  '安徽省芜湖市镜湖区赭山街道',
  '江西省赣州市章贡区水南镇',
  '湖南省株洲市天元区泰山路街道',
  '四川省成都市双流区华阳街道',
  '贵州省遵义市红花岗区中山路街道',
  '广西壮族自治区柳州市柳南区河西街道',
  '云南省昆明市官渡区关上街道',
  '甘肃省兰州市七里河区西站街道',
  '黑龙江省哈尔滨市南岗区芦家街道',
  '吉林省长春市朝阳区红旗街道',
  '北京市昌平区回龙观街道',
]
const ROADS =
  '城店中路 校园南路 银座西街 解放大道 建设二路 环城东路 学府街 丰登路 沿河北路 人民中路 富民路 龙腾街 团结巷 白云路'.split(
    ' ',
  )
const VILLAGES = ['丽水湾', '桃源里', '紫薇公馆', '万科城', '滨河新村', '碧桂园', '凤凰城', '学林雅苑']
const PARKS = ['联东工业区', '小商品城', '高新产业基地', '电商产业园', '建材市场']
const TRADES = [
  '五金制品',
  '服饰',
  '精密机械',
  '塑胶',
  '电子科技',
  '包装材料',
  '照明电器',
  '文具',
  '食品',
  '纺织',
]
const MARKS = ['铭泰', '嘉旺', '恒越', '宏图', '瑞丰', '中联', '新雅', '合兴', '百川', '顺昌']
const CODES = {
  义乌: '0579',
  昆山: '0512',
  东莞: '0769',
  中山: '0760',
  芜湖: '0553',
  成都: '028',
  长春: '0431',
}

const FIRST =
  'Marcus Helena Derek Ingrid Tobias Nadia Gareth Louise Ramona Stefan Wendy Calvin Brenda Anton'.split(' ')
const LAST =
  'Kowalski Ferguson Delgado Brandt Thornton Okafor Nguyen Lindqvist Moreau Castillo Ramsey Petersen Vaughn Archer'.split(
    ' ',
  )
const TOWNS_US = [
  'Columbus, OH 43207',
  'Memphis, TN 38118',
  'Joliet, IL 60436',
  'Reno, NV 89506',
  'Laredo, TX 78045',
  'Allentown, PA 18106',
  'Tacoma, WA 98421',
  'Savannah, GA 31408',
]
const ROADS_US = [
  'Industrial Parkway',
  'Commerce Drive',
  'Old Mill Road',
  'Depot Street',
  'Lakeshore Boulevard',
  'Quarry Road',
  'Foundry Avenue',
]
const FIRMS_US = [
  'Halvorsen Tool & Die Inc',
  'Great Plains Seed Co',
  'Northgate Ceramics LLC',
  'Bluewater Pump Supply Inc',
  'Summit Cabinet Works LLC',
  'Redwood Paper Products Co',
  'Tri-County Feed & Grain',
  'Keystone Bearing Corp',
]
const ABROAD = [
  'Hamilton ON L8P 4T1, Canada',
  'Geelong VIC 3220, Australia',
  'Dunedin 9016, New Zealand',
  '3012 CL Rotterdam, Netherlands',
  '20095 Hamburg, Germany',
  'Cork T12 W8KP, Ireland',
  'Singapore 409051, Singapore',
]
const ROADS_ABROAD = [
  'Willow Crescent',
  'Barker Street',
  'Kingsway',
  'Lindenstrasse',
  'Harcourt Road',
  'Victoria Terrace',
]
const FIRMS_ABROAD = [
  'Meridian Garden Tools Ltd',
  'Brouwer Import BV',
  'Southern Cross Cycles Pty Ltd',
  'Kessler Elektro GmbH',
  'Otago Outdoor Ltd',
  'Lakeside Kitchens Inc',
]
const FIRMS_PINYIN = [
  ['Ningbo Haiyue Textile Co Ltd', '188 Baizhang East Road, Ningbo 315040, China', '0574'],
  ['Foshan Mingtai Hardware Co Ltd', '26 Jihua West Road, Foshan 528000, China', '0757'],
  ['Suzhou Hengyue Precision Co Ltd', '509 Jinfeng South Road, Suzhou 215101, China', '0512'],
  ['Xiamen Baichuan Lighting Co Ltd', '77 Xinglin Bay Road, Xiamen 361022, China', '0592'],
  ['Yiwu Jiawang Stationery Co Ltd', '312 Chouzhou North Road, Yiwu 322000, China', '0579'],
] as const
const MOBILES = ['33', '35', '51', '52', '57', '73', '78', '82', '88', '99']

function addressIn(random: Random, town = ''): string {
  const districts = DISTRICTS.filter((district) => district.includes(town && `${town}市`))
  const street = `${pick(random, districts)}${pick(random, ROADS)}${between(random, 2, 860)}号`
  const tails = [
    `${pick(random, VILLAGES)}${between(random, 1, 28)}幢${between(random, 1, 4)}单元${between(random, 2, 18)}0${between(random, 1, 4)}室`,
    `${pick(random, VILLAGES)}${pick(random, ['一', '二', '三'])}期${between(random, 1, 46)}栋${between(random, 101, 3304)}`,
    `${pick(random, PARKS)}${pick(random, ['A', 'B', 'C', 'D', 'E'])}区${between(random, 1, 19)}号门`,
    '',
  ]
  return street + pick(random, tails)
}
const mobile = (random: Random): string => `1${pick(random, MOBILES)}${digits(random, 8)}`

/** Somebody at home. */
function resident(random: Random): Person {
  const length = random() < 0.75 ? 2 : 1
  const given = Array.from({ length }, () => pick(random, GIVEN)).join('')
  return { name: pick(random, SURNAMES) + given, address: addressIn(random), phone: mobile(random) }
}
/** A firm with a line of its own. */
function firm(random: Random): Person {
  const [town, code] = pick(random, Object.entries(CODES))
  return {
    name: `${town}市${pick(random, MARKS)}${pick(random, TRADES)}有限公司`,
    address: addressIn(random, town),
    phone: `${code}-${between(random, 2, 8)}${digits(random, 7)}`,
  }
}
const firmInUs = (random: Random): Person => ({
  name: pick(random, FIRMS_US),
  address: `${between(random, 100, 9800)} ${pick(random, ROADS_US)}, ${pick(random, TOWNS_US)}`,
  phone: `${between(random, 201, 989)}-555-${digits(random, 4)}`,
})
const personAbroad = (random: Random): Person => ({
  name: `${pick(random, FIRST)} ${pick(random, LAST)}`,
  address: `${between(random, 2, 240)} ${pick(random, ROADS_ABROAD)}, ${pick(random, ABROAD)}`,
  phone: `0${between(random, 2, 9)}${digits(random, 8)}`,
})
const firmAbroad = (random: Random): Person => ({ ...personAbroad(random), name: pick(random, FIRMS_ABROAD) })
function exporter(random: Random): Person {
  const [name, address, code] = pick(random, FIRMS_PINYIN)
  return { name, address, phone: `${code}-${between(random, 2, 8)}${digits(random, 7)}` }
}
const capital = ({ name, address, phone }: Person): Person => ({
  name: name.toUpperCase(),
  address: address.toUpperCase(),
  phone,
})

/** Prefix of the airline, seven digits and what they leave when divided by seven. */
function airNumber(random: Random): string {
  const serial = digits(random, 7)
  return `${pick(random, ['784', '999', '160', '618', '205'])}-${serial}${Number(serial) % 7}`
}
const dateOf = (random: Random): string =>
  [
    between(random, 2024, 2029),
    String(between(random, 1, 12)).padStart(2, '0'),
    String(between(random, 1, 28)).padStart(2, '0'),
  ].join('-')
const kilograms = (random: Random, [from, to]: readonly [number, number], decimals: number): string =>
  (between(random, from * 10 ** decimals, to * 10 ** decimals) / 10 ** decimals).toFixed(decimals)

/** What waybills of one trade say. */
interface Trade {
  readonly number: (random: Random) => string
  readonly sender: (random: Random) => Person
  readonly recipient: (random: Random) => Person
  readonly kilograms: readonly [number, number]
  readonly decimals: number
}
const billsOf =
  (trade: Trade) =>
  (random: Random): Bill => ({
    number: trade.number(random),
    sender: trade.sender(random),
    recipient: trade.recipient(random),
    weight: kilograms(random, trade.kilograms, trade.decimals),
    date: dateOf(random),
  })

export const parcelBill = billsOf({
  number: (random) => `7${between(random, 3, 9)}${digits(random, 12)}`,
  sender: (random) => (random() < 0.4 ? firm(random) : resident(random)),
  recipient: resident,
  kilograms: [1, 30],
  decimals: 2,
})
export const goodsBill = billsOf({
  number: (random) => `XSD${digits(random, 9)}`,
  sender: firm,
  recipient: firm,
  kilograms: [20, 900],
  decimals: 1,
})
export const lockerBill = billsOf({
  number: (random) => `${pick(random, ['FY', 'HT', 'UC', 'KJ'])}${digits(random, 12)}`,
  sender: resident,
  recipient: resident,
  kilograms: [1, 18],
  decimals: 2,
})
export const ladingBill = billsOf({
  number: (random) => `${between(random, 1, 9)}${digits(random, 8)}`,
  sender: firmInUs,
  recipient: firmInUs,
  kilograms: [80, 2400],
  decimals: 0,
})
export const airBill = billsOf({
  number: airNumber,
  sender: (random) => capital(exporter(random)),
  recipient: (random) => capital(firmAbroad(random)),
  kilograms: [20, 980],
  decimals: 1,
})
export const customsBill = billsOf({
  number: s10,
  sender: resident,
  recipient: personAbroad,
  kilograms: [0.2, 19],
  decimals: 3,
})
