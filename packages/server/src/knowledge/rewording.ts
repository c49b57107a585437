import { termsOf } from './analysis.ts'

/**
 * Words that say the same in a question and in the sentence that answers it: forms that no stemmer joins, nouns of
 * verbs and adjectives, and everyday words for more formal ones. A search does not use them: they are far too common.
 */
const GROUPS: readonly string[] = [
  'buy bought',
  'pay paid payment',
  'build built building construct construction erect',
  'find found discover discovery',
  'lead led leader head',
  'write wrote written author writer',
  'win won winner',
  'begin began begun start',
  'sell sold sale',
  'send sent',
  'hold held',
  'give gave given hand',
  'leave left departure',
  'lose lost loss',
  'rise rose risen increase',
  'grow grew grown growth',
  'fall fell fallen decrease decline drop',
  'eat ate eaten feed food',
  'drive drove driven',
  'fly flew flown flight',
  'teach taught teacher',
  'catch caught',
  'fight fought battle',
  'bring brought',
  'speak spoke spoken speech',
  'stand stood',
  'draw drew drawn',
  'choose chose chosen choice',
  'freeze froze frozen ice',
  'break broke broken damage',
  'wear wore worn',
  'swim swam swum',
  'sing sang sung song',
  'show shown',
  'see saw seen visible',
  'know knew known',
  'die died death dead',
  'born birth',
  'weigh weight heavy',
  'high height tall',
  'deep depth',
  'long length last',
  'wide width',
  'old age',
  'marry married marriage wife husband spouse',
  'job work profession occupation',
  'film movie',
  'prize award medal',
  'founded established founder establish',
  'visitor guest tourist',
  'children kid son daughter',
  'design designer architect designed',
  'member membership',
  'open opened opening',
  'close closed shut closing',
  'cause reason because',
  'allow may permit',
  'absent missing away excuse',
  'take took taken',
  'destroy destroyed destruction',
  'finance fund sponsor pay',
  'arrive come came arrival',
  'move moved relocate',
  'bicycle bike',
  'picture photograph photo image',
  'animal pet',
  'injury hurt injured accident',
  'own owner belong',
  'fridge refrigerator',
  'rent lease tenancy',
  'ask contact',
  'responsible charge head lead',
  'reach climb',
  'return back refund',
  'mistake error fault',
  'meeting meet',
  '去世 逝世 病逝 死 死亡 离世',
  '出生 生于 诞生',
  '创办 创立 建立 成立 创建 设立',
  '建造 修建 兴建 建成 建 造 修 建设 竣工',
  '发现 观测 看到',
  '参观 游览 游客 接待',
  '作者 创作 撰写 著 写',
  '妻子 夫人 丈夫 配偶 结婚 爱人',
  '学生 弟子 徒弟 门下',
  '老师 教师 师从 师父 启蒙',
  '出钱 集资 资助 出资 捐',
  '原因 因为 由于 因',
  '吃 食用 服用 进食',
  '喝 饮用',
  '住 居住 入住',
  '去 前往 赴 到',
  '毁 损毁 摧毁 毁于 烧毁 冲走',
  '卖 出售 销售 售出 售',
  '买 购买 采购 购',
  '得 获 获得 荣获 得到',
  '上班 工作 任职',
  '离开 告别 辞',
  '主持 负责 领导 带领 率领',
  '搬 迁 迁往 搬迁',
  '洗 清洗 冲洗 清理',
  '名字 名称 叫 称为 命名 得名',
  '孩子 儿子 女儿 子女',
  '打扫 清扫 保洁 清洁',
  '受伤 伤 受损',
  '拆 拆除',
  '红灯 红色',
  '有效期 期限',
  '演 饰演 扮演',
  '拍 执导 拍摄',
  '便宜 优惠 减半 折扣 半价',
  '关门 闭馆 停止',
  '开门 开放 营业',
  '归还 还 还款',
  '借 借款 借阅 出借',
]

/** Who asks for the kind is answered by one of it, and not the other way round. */
const KINDS: readonly (readonly [kinds: string, ones: string])[] = [
  ['animal pet', 'cat dog bird fish rabbit hamster horse pony parrot tortoise'],
  ['colour color', 'red green blue yellow white black grey gray brown orange purple pink'],
  ['season', 'spring summer autumn winter'],
  ['month', 'january february march april june july august september october november december'],
  ['weekday day', 'monday tuesday wednesday thursday friday saturday sunday'],
  ['meal', 'breakfast lunch dinner supper'],
  ['drink beverage', 'water coffee tea juice beer wine milk'],
  ['vehicle', 'car van truck lorry bus tram train bicycle motorcycle boat'],
  ['metal', 'iron steel copper gold silver aluminium lead zinc tin'],
  ['instrument', 'piano violin guitar flute drum cello trumpet organ'],
  ['动物 宠物', '猫 狗 鸟 鱼 兔 马 鹦鹉 乌龟'],
  ['颜色', '红色 绿色 蓝色 黄色 白色 黑色 灰色 棕色 橙色 紫色'],
  ['季节', '春天 夏天 秋天 冬天 春季 夏季 秋季 冬季'],
  ['饮料', '水 咖啡 茶 果汁 啤酒 牛奶'],
  ['乐器', '钢琴 小提琴 吉他 笛子 鼓 二胡 古筝'],
]

const firstTerms = (words: string): readonly string[] =>
  words.split(' ').flatMap((word) => termsOf(word).slice(0, 1))

function rewordings(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const group of GROUPS) {
    const terms = new Set(firstTerms(group))
    for (const term of terms) {
      const others = found.get(term) ?? new Set<string>()
      found.set(term, others)
      for (const other of terms) if (other !== term) others.add(other)
    }
  }
  for (const [kinds, ones] of KINDS)
    for (const kind of firstTerms(kinds))
      found.set(kind, new Set([...(found.get(kind) ?? []), ...firstTerms(ones)]))
  return found
}

const REWORDINGS = rewordings()
const NONE: ReadonlySet<string> = new Set()

/** Terms that may say the same as the given one. */
export function rewordingsOf(term: string): ReadonlySet<string> {
  return REWORDINGS.get(term) ?? NONE
}
