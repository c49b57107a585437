import type { Draw } from '../fill-frames.ts'
import { pick } from '../fill-frames.ts'

const list = (words: string): readonly string[] => words.trim().split(/\s*[|\n]\s*/)
const words = (row: string): readonly string[] => row.trim().split(/\s+/)

/** Given names and surnames of one country. */
interface Country {
  readonly given: readonly string[]
  readonly family: readonly string[]
}

const country = (given: string, family: string): Country => ({ given: words(given), family: words(family) })

const ORDINARY: readonly Country[] = [
  country(
    'James Mary Robert Patricia Linda Michael Barbara William Elizabeth Susan Jessica Karen Donna Brian Kevin Ashley Tyler Brandon Megan Kaitlyn Logan Austin Hunter Madison Brooke Paige Cody Travis Shelby Dakota Savannah Trevor Whitney Lindsey Marcus Darnell Keisha Jamal Tamika Chad Brad Kyle Courtney Heather Dustin',
    'Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Bishop Stone Rice Wagner Pruitt Hensley Lockhart Tidwell Ochs Brantley McAllister Yarbrough Hollingsworth Kowalczyk',
  ),
  country(
    'Oliver Harriet Alistair Imogen Nigel Gemma Callum Rhys Siobhan Aoife Fergus Poppy Tristan Beatrix Rupert Felicity Gareth Bronwen Angus Morag Euan Isla Niamh Declan Hamish Clive Maureen Geoffrey Doreen Trevor',
    'Hargreaves Ashworth Pemberton Whitcombe Llewellyn Fairweather Ramsbottom Thistlethwaite Cholmondeley Blackwood Entwistle Greenhalgh Sutcliffe Ormerod Penhaligon Trelawney Gallagher MacDonald Fraser Drummond Shaw Bell Cross Marsh Frost Day Winter Bird Fox Lamb',
  ),
  country(
    'Rajesh Priya Ananya Vikram Sunita Arjun Deepika Karthik Lakshmi Sandeep Meenakshi Rohit Kavita Manish Nandini Suresh Aishwarya Harpreet Gurpreet Farhan',
    'Sharma Iyer Krishnamurthy Patel Reddy Banerjee Chatterjee Gupta Nair Menon Deshpande Kulkarni Agarwal Bhattacharya Subramanian Singh Kaur Khan Mehta Joshi',
  ),
]
const ABROAD: readonly Country[] = [
  country(
    'Jürgen Anneliese Heinz Ute Torsten Sieglinde Matthias Katrin Uwe Dietmar Annegret Lukas',
    'Müller Schneider Krüger Zimmermann Hoffmann Vogel Schäfer Baumgartner Weiß Lehmann Obermeier Steinbrück',
  ),
  country(
    'João Fernanda Thiago Beatriz Luiz Camila Rafael Juliana Otávio Larissa Caio Eduarda',
    'Silva Oliveira Souza Pereira Carvalho Ribeiro Nascimento Cavalcanti Araújo Figueiredo Monteiro Guimarães',
  ),
  country(
    'Agnieszka Krzysztof Małgorzata Zbigniew Wojciech Grażyna Paweł Jadwiga',
    'Nowak Kowalski Wiśniewska Szymański Wójcik Dąbrowska Jabłoński Zieliński',
  ),
  country(
    'Chukwuemeka Adaeze Oluwaseun Folasade Babatunde Ngozi Ifeanyi Temitope Kwame Akosua Wanjiku Kipchoge Thabo Nomvula',
    'Okonkwo Adeyemi Balogun Eze Nwosu Ogunleye Mensah Boateng Kamau Otieno Dlamini Khumalo',
  ),
  country(
    'Nguyễn Thanh Minh Huong Duc Linh Quang Phuong Siriporn Somchai Budi Siti Dewi Agus',
    'Tran Pham Hoang Vo Dang Bui Wijaya Santoso Susanto Chaiyasit Rahman Abdullah',
  ),
  country(
    'Yusuf Fatima Khalid Zainab Omar Layla Hassan Noor Tariq Amina Mehmet Ayşe Emre Zeynep',
    'Al-Farsi Haddad El-Masri Rahmani Qureshi Yılmaz Demir Kaya Öztürk Aydın Mansour Khoury',
  ),
  country(
    'Haruto Yuki Kenji Sakura Takeshi Aiko Jisoo Minjun Seoyeon Hyun',
    'Tanaka Watanabe Yamamoto Kobayashi Nakamura Matsumoto Kim Park Choi Jung',
  ),
  country(
    'Pierre Amélie Thibault Océane Giuseppe Chiara Lorenzo Alessia Francisco Carmen Joaquín Rocío Mariana Ximena',
    'Lefèvre Dubois Rousseau Beaumont Rossi Bianchi Esposito Ferrari García Fernández Rodríguez Hernández Villanueva Castellanos',
  ),
  country(
    'Astrid Bjørn Ingrid Lars Freja Søren Aino Mikko Saoirse Dmitri Svetlana Oksana Bogdan Ioana',
    'Johansson Nilsson Hansen Kristensen Lindqvist Virtanen Korhonen Ivanov Petrova Shevchenko Kovalenko Popescu Ionescu Halvorsen',
  ),
  country(
    'Wei Xiaoming Jing Yuxuan Meiling Guowei Haoran Zihan',
    'Zhang Wang Liu Chen Yang Huang Zhao Zhou Xu Sun',
  ),
]

const capital = (random: () => number): string => String.fromCharCode(65 + Math.floor(random() * 26))

/** Half of the names for one half of the frames, the others for the other. */
export function peopleOf(half: 0 | 1): ReadonlyMap<string, Draw> {
  const own = <T>(all: readonly T[]): readonly T[] => all.filter((_, at) => at % 2 === half)
  const from =
    (countries: readonly Country[], part: keyof Country): Draw =>
    (random) =>
      pick(own(pick(countries, random)[part]), random)
  const full =
    (countries: readonly Country[]): Draw =>
    (random) => {
      const { given, family } = pick(countries, random)
      const [one, other] = [pick(own(given), random), pick(own(family), random)]
      const roll = random()
      if (roll < 0.82) return `${one} ${other}`
      if (roll < 0.9) return `${one} ${capital(random)}. ${other}`
      if (roll < 0.95) return `${one} ${other}-${pick(own(family), random)}`
      return `${one} ${pick(own(given), random)} ${other}`
    }
  return new Map<string, Draw>([
    ['PERSON', full(ORDINARY)],
    ['FIRST', from(ORDINARY, 'given')],
    ['LAST', from(ORDINARY, 'family')],
    ['ABROAD', full(ABROAD)],
    ['FIRST_ABROAD', from(ABROAD, 'given')],
    ['LAST_ABROAD', from(ABROAD, 'family')],
  ])
}

const SURNAMES = words(
  '李 王 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 上官 诸葛 司马 慕容 令狐 谷 简 柏 岑 兰 屈 覃 管 祝 骆 闵 柯',
)
const GIVEN = words(
  '思源 雨桐 浩然 梓涵 子轩 欣怡 俊杰 志强 桂英 秀兰 建军 国华 丽娟 晓东 海燕 文博 雅静 嘉豪 诗琪 宇航 明哲 若曦 婉清 泽宇 玉兰 凤英 德胜 永福 淑珍 振华 小龙 佳琪 一鸣 梦瑶 天佑 紫萱 书豪 可欣 世杰 美玲 春梅 金凤 长江 少华 景行 知远 望舒 清扬 怀瑾 润泽 伟 芳 娜 敏 静 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 鹏 辉 玲 波 宁 琳 倩 雯 峻 毅 冉 珂 翀 昊',
)
/** Names that are words as well. */
const WORDS = words(
  '高兴 方圆 温暖 白雪 安静 成功 江山 常青 万里 石磊 高峰 白杨 田园 金星 马跃 程序 关键 向阳 路遥 时光 童话 何必 于是 余晖 安康 华山 黄河 黄海 田野 牛犇 高原 康健 和平 云飞 白云 严格 严冬 凌云 明亮 陆地 汤圆 丁香 计划 宁静 任性 项目 黎明 夏天 冬梅 石头 高远 方向 向上 齐心 车辙 贺岁 路程 查理 易容 冷静 周到 周全 周末 毛毛 罗列 解放 祝福 盛夏 江南 江河 岳阳 苏醒 沈默 杜绝 焦点 魏来 贾真 武断 吴限 郝运 郑重 郑和 纪念 舒适 文采 文静 水清 明月 古月 乐天 艾草 季节 池塘 项链 屈服',
)

/** The same of Chinese names. */
export function namesOf(half: 0 | 1): ReadonlyMap<string, Draw> {
  const own = (all: readonly string[]): readonly string[] => all.filter((_, at) => at % 2 === half)
  const [surnames, given, whole] = [own(SURNAMES), own(GIVEN), own(WORDS)]
  return new Map<string, Draw>([
    ['PERSON', (random) => pick(surnames, random) + pick(given, random)],
    ['SURNAME', (random) => pick(surnames, random)],
    ['WORDNAME', (random) => pick(whole, random)],
    [
      'NICK',
      (random) =>
        pick(['小', '老'], random) +
        pick(
          surnames.filter((one) => one.length === 1),
          random,
        ),
    ],
    [
      'FOREIGN',
      (random) =>
        pick(
          own(
            list(
              '玛格丽特·休斯|约翰·斯坦贝克|安娜·卡列尼娜|罗伯特·唐尼|阿卜杜拉·哈桑|伊万·彼得罗夫|索菲娅·罗西|穆罕默德·阿里|凯瑟琳·怀特|佩德罗·桑切斯',
            ),
          ),
          random,
        ),
    ],
  ])
}
