import type { Draw } from '../fill-frames.ts'
import { pick } from '../fill-frames.ts'

const words = (row: string): readonly string[] => row.trim().split(/\s+/)

const GIVEN = words(
  'Gillian Desmond Rosalind Percy Winifred Clifford Leanne Darren Kerry Stuart Tanya Curtis Bethany Rodney Marjorie Floyd Yolanda Ernesto Marisol Consuelo Padraig Grainne Catriona Ruaridh Gethin Nerys Vijay Shreya Padma Ganesh Imran Rukhsana Wolfgang Ottilie Mireille Gaëlle Fabrizio Ornella Ruslan Zlatko Vesna Halina Eszter Gábor Tamsin Barnaby Chidinma Obinna Sefa Mercy Blessing Rose Grant Hope Dawn Dale Miles',
)
const FAMILY = words(
  'Abernathy Bickerstaff Colquhoun Dunwoody Eccleston Farquharson Gilchrist Haverford Inglis Jessop Kirkbride Lathbury Mountford Nethercott Oakeshott Pettigrew Quarmby Rawlinson Satterthwaite Tunstall Uttley Venables Warburton Yardley Cartwright Potter Sawyer Mason Page Woods Banks Rivers Snow Swift Sharp Noble Long Reed Ramaswamy Vasudevan Choudhury Siddiqui Haugland Petrosyan Radulescu Horváth Bergström Delacroix Montalbano Echeverría Olatunji Amoah Mwangi Tshabalala Nakagawa Thammasat',
)
const ORGS = words('Brightwater Cobblestone Fernhill Kestrelton Longacre Marrowby Northgate Tallis')
const FORMS = words('Ltd Inc. GmbH LLC Partners plc')
const TOWNS = words('Harrogate Tulsa Ipswich Spokane Kilkenny Geelong Nakuru Tampere Arequipa Pune')

const SURNAMES = words(
  '林 何 郑 罗 宋 沈 彭 苏 蒋 魏 叶 余 杜 钟 任 范 姚 廖 金 陆 康 江 顾 侯 孟 段 钱 尹 常 乔 贺 文 樊 施 陶 洪 翟 安 颜 倪 严 牛 温 芦 季 俞 章 鲁 葛 伍 申 尤 聂 柳 邢 殷 左 齐 关 詹 宇文 皇甫 端木',
)
const CHINESE_GIVEN = words(
  '建平 秋菊 立新 红梅 启明 嘉怡 俊熙 语嫣 思远 卫东 兰香 志远 雪琴 佩珊 永康 彦宏 守义 宝珠 鸿飞 淑慧 子墨 锦程 云帆 沐阳 依诺 晨曦 光耀 桂芝 凌霄 向阳 鑫 帆 莉 峰 宇 丹 蕾 凯 旭 斌 萍 彬 颖 晗 睿',
)
const WORD_NAMES = words(
  '白露 常胜 文静 金秋 高洁 水生 明媚 向荣 江涛 甘泉 白鹭 黄莺 时雨 庄重 温和 安然 安宁 高升 高扬 高飞 常乐 康乐 乐天 方正 方舟 白桦 石岩 金辉 文雅 夏雨 谷雨 雷鸣 成林 严肃 严明 关山 关心 宋词 唐诗 马力 包容 柳絮 白鸽 孔雀 龙腾 平安 贝壳 沙洲 连城 万千 单纯 富强 路遥 管理 祝愿 尚可 权威 谈论 党员 车轮',
)

const capitals = 'ABCDEGHJKLMRSTW'

/** Names and places that stand neither in the lists of training nor in the first sets. */
export function laterValues(): ReadonlyMap<string, Draw> {
  const chinese: Draw = (random) => pick(SURNAMES, random) + pick(CHINESE_GIVEN, random)
  const person: Draw = (random) => {
    const [one, other] = [pick(GIVEN, random), pick(FAMILY, random)]
    return random() < 0.9 ? `${one} ${other}` : `${one} ${pick(Array.from(capitals), random)}. ${other}`
  }
  const town: Draw = (random) => pick(TOWNS, random)
  const house: Draw = (random) => {
    const number = 1 + Math.floor(random() * 180)
    const road = `${pick(FAMILY.slice(0, 24), random)} ${pick(['Road', 'Lane', 'Close', 'Terrace', 'Avenue', 'Crescent'], random)}`
    const code = `${pick(['HG1', 'IP4', 'LS8', 'BS3', 'M20'], random)} ${1 + Math.floor(random() * 9)}${pick(['AB', 'QT', 'LN', 'XW'], random)}`
    return random() < 0.5
      ? `${number} ${road}, ${town(random)}, ${code}`
      : `${number} ${road}, ${town(random)}`
  }
  return new Map<string, Draw>([
    ['PERSON', person],
    ['FIRST', (random) => pick(GIVEN, random)],
    ['LAST', (random) => pick(FAMILY, random)],
    ['ORG', (random) => `${pick(ORGS, random)} ${pick(FORMS, random)}`],
    ['LOCATION', town],
    ['ADDRESS', house],
    ['CHINESE', chinese],
    ['WORDNAME', (random) => pick(WORD_NAMES, random)],
  ])
}

/** They stand neither in the lists of training nor among those above. */
const THIRD_NAMES = words(
  '高歌 高见 马上 安心 常识 文明 石榴 江湖 金鱼 白天 黄昏 田地 夏至 时机 时尚 和谐 明天 明星 成就 路灯 程度 关系 万一 万物 严厉 雷雨 雷达 阳光 柳条 梅花 童年 童心 元宵 元旦 谢意 米兰 沙漠 温泉 古典 平原 向导 宁愿 左右 简单 舒服 舒心 从容 习惯 农夫 麦子 段落 经典 年轮 花朵 海洋 海岸 林海 钟声 钟情 顾虑 岳父 安排 安置 高度 高考 马路 马达 方针 方言 康复 康庄 成语 成双 包裹 车厢 祝词 甘草 甘露 水仙 金桂 金榜 凤凰 龙井 易经 史诗 商量 商标',
)

/** The values of the sets that were written last: of the words half for one half of the frames, the others for the other. */
export function thirdValues(half: 0 | 1): ReadonlyMap<string, Draw> {
  const own = THIRD_NAMES.filter((_, at) => at % 2 === half)
  return new Map([...laterValues(), ['WORDNAME', (random: () => number) => pick(own, random)]])
}
