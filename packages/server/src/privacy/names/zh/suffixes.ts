const split = (row: string) => row.split(/\s+/).filter((word) => word !== '')

/** What an ending says of what stands before it. */
export type OrganisationEnding =
  /** A legal form: nothing else is called so. */
  | 'legal'
  /** Takes a name of its own or a place before it; with common words alone it is a kind of thing. */
  | 'named'
  /** Stands in for a name where enough is said before it. */
  | 'long'

const ENDINGS: Readonly<Record<OrganisationEnding, string>> = {
  legal: `有限公司 有限责任公司 股份有限公司 股份公司 集团公司 合伙企业 律师事务所 会计师事务所 派出所`,
  named: `
公司 分公司 支公司 子公司 集团 银行 支行 分行 信用社 营业部 储蓄所 大学 学院 学校 中学 小学 幼儿园 高中 职校 技校 党校 附中 附小 一中 二中 三中 外国语学校 医院 卫生院 卫生所 诊所 门诊部 门诊 卫生服务中心 卫生室 妇幼保健院
急救中心 血站 公安局 公安分局 公安厅 分局 交警大队 交警支队 法院 检察院 看守所 监狱 司法局 公证处 仲裁委员会 事务所 研究院 研究所 设计院 科学院 农科院 社科院 出版社 报社 杂志社 电视台 日报社 通讯社 工厂 化工厂
机械厂 电子厂 服装厂 食品厂 钢铁厂 造纸厂 厂 商行 商贸 合作社 经营部 工作室 俱乐部 书店 酒店 宾馆 饭店 旅馆 客栈 餐厅 餐馆 酒楼 火锅店 超市 商场 药房 药店 大药房 专卖店 旗舰店 门店 分店 加油站 美容院 健身房 养老院
敬老院 福利院 图书馆 博物馆 体育馆 美术馆 税务局 财政局 教育局 卫健委 民政局 人社局 市场监管局 监管局 管理局 工商局 环保局 水务局 规划局 住建局 交通局 发改委 统计局 审计局 海关 气象局 邮政局 供电局 供电公司
自然资源和规划局 规划和自然资源局 住房和城乡建设局 人力资源和社会保障局 文化和旅游局 农业农村局 市场监督管理局 居委会 居民委员会 村民委员会 管委会 规划局 旅行社 驾校 公益基金会 村委会 街道办 街道办事处 办事处 人民政府 政府 政务服务中心 服务中心 物流园 产业园 工业园 科技园 实验室 项目部 物业 物业公司 证券 保险 基金 控股 传媒 科技 实业 车行 航空 地产 置业 分部 车管所 房管局 银保监会 证监会 门市部 家具城 建材城 批发部 维修部 养殖场 茶庄 酒庄 批发市场 汽修厂 省委 市委 县委 区委 党委 组织部 宣传部 统战部 纪委 监委 政协 总工会 妇联 残联 消防救援大队 消防大队 救援队 社保局 医保局 公积金管理中心 不动产登记中心 教育咨询中心 教育培训中心 月子中心 体检中心 物流 速运 速递 快递 软件 电信 电网 文具 电器 乳业 药业 制药 重工 汽车 网络 国际旅行社 影业 人寿 大酒楼 大饭店 茶楼 茶馆 咖啡馆 咖啡厅 书院 剧院 大剧院 影城 影院 电影院 球馆 游泳馆 殡仪馆 文化馆 档案馆 科技馆 少年宫 青少年宫 火车站 汽车站 客运站`,
  long: `协会 学会 商会 基金会 委员会 联合会 促进会 研究会 联盟 中心 管理处 服务站 办公室 总队 支队 大队 培训机构 交易所 交易中心 教育机构 代表处 联络处`,
}
/** Short forms of companies that are names only where a name of its own precedes: never of one word. */
const BARE = new Set([
  '证券',
  '保险',
  '基金',
  '控股',
  '传媒',
  '科技',
  '实业',
  '航空',
  '地产',
  '置业',
  '商贸',
  '物业',
  '政府',
  '分公司',
  '子公司',
  '分部',
  '高中',
  '门诊',
  '分店',
  '物流',
  '速运',
  '速递',
  '快递',
  '软件',
  '电信',
  '电网',
  '文具',
  '电器',
  '乳业',
  '药业',
  '制药',
  '重工',
  '汽车',
  '网络',
  '影业',
  '人寿',
  '火车站',
  '汽车站',
  '客运站',
  '救援队',
  '党委',
  '纪委',
  '监委',
  '门店',
])

const byLast = new Map<number, (readonly [string, OrganisationEnding])[]>()
for (const kind of ['legal', 'named', 'long'] as const)
  for (const ending of split(ENDINGS[kind])) {
    const last = ending.charCodeAt(ending.length - 1)
    byLast.set(last, [...(byLast.get(last) ?? []), [ending, kind]])
  }
for (const row of byLast.values()) row.sort(([one], [other]) => other.length - one.length)

/** The longest ending of an organisation's name that the text has before `end`. */
export function organisationEnding(text: string, end: number): readonly [string, OrganisationEnding] | null {
  for (const row of byLast.get(text.charCodeAt(end - 1)) ?? [])
    if (text.startsWith(row[0], end - row[0].length)) return row
  return null
}

export const isBareEnding = (ending: string): boolean => BARE.has(ending)

/** Words that say what kind of house it is, and name none: 人民医院 without a place is not one hospital. */
export const COMMON_PARTS: ReadonlySet<string> = new Set(
  split(`人民 中心 第一 第二 第三 省级 市级 县级 国家 国有 民营 外资 上市 互联网 快递 物流 物业 保险 搬家 装修 广告 旅游 贸易 外贸 软件 网络 科技 餐饮 食品 建筑 房地产 房产 中介 家政 培训 教育 金融
 投资 信托 证券 电力 自来水 燃气 供电 供水 运输 航空 出租车 公交 地铁 电影 影视 传媒 文化 服装 化妆品 制药 医药 医疗 生物 汽车 租赁 租车 二手车 劳务 派遣 人力 资源 咨询 设计 施工 建设 监理 工程 总 分 子 母 大 小 新 老
 一 二 三 两 几 多 家 所 间 个 重点 普通 知名 著名 私立 公立 三甲 专科 综合 儿童 妇产 口腔 眼科 中医 社区 附近 当地 本地 外地 国外 国内 海外 全国 商业 开户 发卡 中央 农村 投行 网上 手机 便利 连锁 品牌 官方 五星级 星级
 快捷 经济型 母婴 烟酒 早餐 奶茶 水果 面 饭 饮 商 药 书 酒 客 工 车 农 城市 县城 乡镇 校办 民办 公办 在线 合作 关联 目标 投保 承保 用人 施工 建设 原 前 现 老牌 正规 皮包 空壳 担保 被告 原告 住宅 写字楼 实验 技术 高等 职业 成人 初级 中级 高级 最高 上级 下级 基层 主管 相关 有关 各级 地方 街道 业主 居民 村民 专业 学校 医院 银行 公司 开锁 评估 五金 纺织 国营 定点 受捐 初诊 核电 宠物 婚庆 装饰 美容 美发 健身 驾校 房屋 征信 催收 清洁 保洁 安保 保安 律师 会计 审计 税务 代理 代账 财务 注册 猎头 招聘 外包 同城 搬运 货运 海运 空运 国际 跨国 外企 央企 国企 私企 民企 大型 中型 小型 微型 初创 创业 独角兽 头部 龙头 骨干 代工 外协 委外 下游 上游 供货 进货 批发 零售 电商 直播 游戏 动漫 传统 新兴 高新技术 高科技 互联网 通信 电信 移动 联通 矿业 煤炭 钢铁 水泥 玻璃 陶瓷 塑料 橡胶 化肥 农药 种子 饲料 养殖 屠宰 肉联 乳制品 啤酒 白酒 饮料 矿泉水 粮食 棉花 茶叶 烟草 家具 灯具 电器 电子 手机 电脑 芯片 仪器 设备 机械 机床 模具 零件 配件 轮胎 电池 光伏 风电 水电 火电 核能 石油 石化 天然气 煤气 热力 环卫 绿化 园林 殡葬 墓园 公墓 婚介 心理 眼镜 牙科 整形 体检 中西医 野鸡 重点中学 转诊 首诊 就诊 就医 接诊 收治 救治 本院 我院 贵院 出票 承兑 代收 收单 清算 结算 见证 托管 监管 主管 执法 办案 承办 二审 一审 终审 原审 再审 管辖 受理 执行 查封 首封 巡回 海事 军事 铁路 知识产权 希望 教学 寄宿 双语 艺术 体育 师范 农业 林业 海洋 民族 女子 老年 电视 广播 函授 夜 走读 对口 生源 录取 报考 母 名牌 一流 二本 三本 大专 野 黑 小 公益 慈善 志愿 论文 答辩 评标 评审 学位 调查 筹备 组织 领导 联合 仲裁 业主 业委 家长 村民 股东 董事 监事 职工 教职工 工会 妇女 共青团 学生 团委 党委 政法 纪律检查 开发 创意 管理 服务 维修 检测 销售 加工 制造 发展 经营 种植 印刷 包装 修造 代理 经纪 策划 展览 展示 演出 修理 安装 清洗 回收 仓储 拍卖 典当 认证 鉴定 翻译 出版 发行 传播 制作 勘察 测绘 造价 招标 采购 出口 进出口 交易 支付 理财 保护 保健 治疗 养生 减肥 学习 研究 创新 演艺 转运 分拨 集散 配送 客服 呼叫 数据 研发 测试 技术 财务 行政 培训 活动 健康 康复 护理 月子 母婴 托育 早教 购物 会展 会议 商务 创业 就业 人才 行程 游客`),
)

/** Endings of the steps of an address, by how much they say. */
export type AddressStep = 'division' | 'road' | 'house' | 'site'

const STEPS: Readonly<Record<AddressStep, string>> = {
  division:
    '省 市 区 县 旗 盟 州 镇 乡 村 街道 社区 屯 组 开发区 经济技术开发区 新片区 新区 高新区 自治区 自治州 自治县 苏木 嘎查 林场 农场 办事处',
  road: '路 街 道 巷 弄 大道 大街 胡同 条 里 公路 东路 西路 南路 北路 中路 一路 二路 三路 四路 五路 六路 东街 西街 南街 北街 东道 西道 马路 环路 支路 段 东段 西段 南段 北段 中段 路口 交口 交叉口 沿',
  house: '号 栋 幢 座 楼 层 单元 室 户 号楼 号院 门 房 院 弄 期 铺 档 排 库 仓 号仓 区',
  site: '小区 花园 苑 家园 公寓 大厦 广场 大楼 中心 园区 园 科技园 工业园 产业园 创业园 软件园 物流园 新村 花苑 雅苑 名苑 嘉园 佳苑 名都 城 府 庭 湾 里 居 轩 阁 郡 墅 别墅 山庄 宿舍 宿舍楼 教学楼 办公楼 综合楼 住宅楼 校区 家属院 大院 商城 市场 商场 综合体 写字楼 国际 驿站 快递柜 酒店 宾馆 公馆 华庭 豪庭 新城 花城 天地 名邸 学府 大学城 会所 仓库 厂房 厂区 桥',
}
const stepsByLast = new Map<number, (readonly [string, AddressStep])[]>()
for (const kind of ['division', 'road', 'house', 'site'] as const)
  for (const ending of split(STEPS[kind])) {
    const last = ending.charCodeAt(ending.length - 1)
    stepsByLast.set(last, [...(stepsByLast.get(last) ?? []), [ending, kind]])
  }
for (const row of stepsByLast.values()) row.sort(([one], [other]) => other.length - one.length)

/** The step of an address that the text from `start` to `end` ends with, and the length of what says so. */
export function addressStep(
  text: string,
  start: number,
  end: number,
): readonly [ending: string, step: AddressStep] | null {
  for (const row of stepsByLast.get(text.charCodeAt(end - 1)) ?? [])
    if (end - row[0].length >= start && text.startsWith(row[0], end - row[0].length)) return row
  return null
}
