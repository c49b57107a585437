import { termsOf } from './analysis.ts'

/**
 * Words that people use for one another in questions about papers of any kind. Only general ones: a word that belongs
 * to one trade or one document has no place here. A word may stand in several groups.
 */
const GROUPS: readonly string[] = [
  'leave holiday vacation',
  'cost price fee charge rate',
  'pay paid payment',
  'salary wage pay',
  'store save keep',
  'store location folder',
  'add upload import insert',
  'delete remove erase',
  'change modify alter edit',
  'phone telephone call',
  'mail email',
  'boss manager head lead supervisor',
  'employee staff worker',
  'sick ill illness sickness',
  'buy purchase',
  'begin start',
  'end finish stop quit',
  'allow permit permission',
  'approve approval consent',
  'forbid prohibit',
  'repair fix',
  'check inspect test',
  'lose lost',
  'car vehicle',
  'doctor medical',
  'leftover unused remaining',
  'deadline due latest',
  'maximum limit most largest',
  'minimum least',
  'file document',
  'computer machine laptop',
  'internet network online',
  '存 存储 存放 存在 保存 储存 放',
  '钱 费用 价格 价钱 收费 金额 费 元',
  '免费 收费 付费 要钱 花钱 价格',
  '交 缴 缴纳 缴费 支付 付款 付',
  '丢 丢失 遗失 弄丢',
  '换 更换 替换',
  '改 更改 修改 变更',
  '发 发放',
  '坐 乘坐 乘',
  '批准 审批 批 同意',
  '添加 上传 导入 加入',
  '删 删除 移除',
  '禁止 不得 不准',
  '允许 准许 可',
  '工资 薪水 薪资 薪酬',
  '员工 职工 雇员',
  '休假 请假 放假',
  '报销 费用',
  '电话 热线 号码 分机',
  '最多 上限 最大 不超过',
  '最少 至少 不少于 不得少于 最低',
  '期限 截止 之前 内',
  '本机 电脑 机器 计算机',
  '断网 离线 网络 联网',
  '大模型 语言模型',
  '书 图书 书籍',
  '停止 关闭 停 退出',
  '启动 开始 打开',
  '负责人 经理 主管',
  '修 维修 修理',
  '多人 多用户',
  '坏 损坏 故障 坏了',
  '找 联系 咨询',
  '每天 一天 每日 天天',
  '每月 一个月 月',
  '每年 一年 年度',
  '安全 加密 保密',
  '规定 制度 政策',
  '密码 口令',
]

function alternatives(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const group of GROUPS) {
    // The first term is the whole word; a long one is followed by its parts.
    const terms = group.split(' ').flatMap((word) => termsOf(word).slice(0, 1))
    for (const term of terms) {
      const others = found.get(term) ?? new Set()
      found.set(term, others)
      for (const other of terms) if (other !== term) others.add(other)
    }
  }
  return found
}

const ALTERNATIVES = alternatives()
const NONE: ReadonlySet<string> = new Set()

/** Terms that may stand for the given one, itself not among them. */
export function alternativesOf(term: string): ReadonlySet<string> {
  return ALTERNATIVES.get(term) ?? NONE
}
