import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relevantTools } from '../packages/server/src/assistant/acting/relevant-tools.ts'
import { toolName } from '../packages/server/src/skills/installed/tool-names.ts'
import type { Tool } from '../packages/server/src/skills/tool.ts'

/** A thing of a company: how it is called, and how people speak of it when they do not call it that. */
type Thing = readonly [skill: string, en: string, zh: string, alsoEn: string, alsoZh: string]

const THINGS: readonly Thing[] = [
  ['parcel', 'parcel', '包裹', 'shipment', '快递'],
  ['purchase-order', 'purchase order', '采购订单', 'PO', '采购单'],
  ['sales-order', 'sales order', '销售订单', 'customer order', '客户订单'],
  ['invoice', 'invoice', '发票', 'bill', '账单'],
  ['leave', 'leave request', '请假', 'vacation', '休假'],
  ['expense', 'expense claim', '报销', 'reimbursement', '费用'],
  ['meeting-room', 'meeting room', '会议室', 'conference room', '会议场地'],
  ['payslip', 'payslip', '工资条', 'salary statement', '薪资'],
  ['laptop', 'laptop', '笔记本电脑', 'computer', '电脑'],
  ['ticket', 'support ticket', '工单', 'incident', '故障单'],
  ['deployment', 'deployment', '部署', 'release', '上线'],
  ['build', 'build', '构建', 'pipeline run', '流水线'],
  ['branch', 'branch', '分支', 'git branch', '代码分支'],
  ['alert', 'alert', '告警', 'alarm', '报警'],
  ['dashboard', 'dashboard', '看板', 'chart board', '仪表盘'],
  ['contract', 'contract', '合同', 'agreement', '协议'],
  ['supplier', 'supplier', '供应商', 'vendor', '厂商'],
  ['customer', 'customer', '客户', 'client account', '客户档案'],
  ['warehouse', 'warehouse stock', '库存', 'inventory', '存货'],
  ['machine', 'machine', '设备', 'equipment', '机器'],
  ['visitor', 'visitor', '访客', 'guest', '来宾'],
  ['parking', 'parking space', '停车位', 'parking lot', '车位'],
  ['canteen', 'canteen menu', '食堂菜单', 'lunch', '午餐'],
  ['training', 'training course', '培训课程', 'class', '课程'],
  ['certificate', 'certificate', '证书', 'licence', '证件'],
  ['patient', 'patient', '病人', 'case', '病例'],
  ['lab-result', 'lab result', '化验结果', 'test report', '检验报告'],
  ['flight', 'flight', '航班', 'plane', '飞机'],
  ['hotel', 'hotel booking', '酒店预订', 'room reservation', '住宿'],
  ['train-ticket', 'train ticket', '火车票', 'rail ticket', '高铁票'],
  ['vehicle', 'company car', '公务车', 'vehicle', '车辆'],
  ['energy', 'energy meter', '电表', 'power usage', '用电量'],
  ['exchange-rate', 'exchange rate', '汇率', 'currency rate', '外汇'],
  ['weather', 'weather', '天气', 'forecast', '气象'],
  ['holiday', 'public holiday', '法定假日', 'day off', '节假日'],
  ['survey', 'survey', '问卷', 'questionnaire', '调查'],
  ['candidate', 'candidate', '候选人', 'applicant', '应聘者'],
  ['budget', 'budget', '预算', 'spending plan', '开支计划'],
  ['translation', 'translation job', '翻译任务', 'localisation', '本地化'],
  ['backup', 'backup', '备份', 'snapshot', '快照'],
]

/** What is done to a thing. */
const DOINGS = [
  ['find', 'Finds a', '查询', 'look up', '查一下'],
  ['create', 'Creates a', '新建', 'make a new', '登记'],
  ['cancel', 'Cancels a', '取消', 'call off', '撤销'],
  ['approve', 'Approves a', '批准', 'sign off', '审批'],
  ['export', 'Exports every', '导出', 'download', '下载'],
] as const

/** Two hundred skills: forty things, and one skill for each of the five that is done to them. */
const TOOLS: readonly Tool[] = THINGS.flatMap(([skill, en, zh, alsoEn, alsoZh]) =>
  DOINGS.map(([id, does, doesZh]): Tool => ({
    name: toolName(`${skill}-${id}`, id),
    description: `${does} ${en} by its number. ${doesZh}${zh}。`,
    examples: [`${id} ${en} 2041`, `${id} the ${alsoEn}`, `${doesZh}${zh} 2041`, `${doesZh}${alsoZh}`],
    input: { type: 'object' },
    effect: 'read',
    dials: 'declared',
    confirm: 'never',
    idempotent: true,
    run: async () => ({ parts: [] }),
  })),
)

/** Ways of asking that no example has. */
const ASKED: readonly ((thing: Thing, doing: (typeof DOINGS)[number]) => string)[] = [
  ([, en], [, , , also]) => `Could you ${also} ${en} SO-7781 for me, please?`,
  ([, , zh], [, , , , also]) => `麻烦帮我${also}${zh}，编号是 88231`,
  ([, , , alsoEn], [id]) => `I have to ${id} some ${alsoEn} before Friday, how do we do that?`,
  ([, , , , alsoZh], [, , does]) => `请问怎么${does}上个月的${alsoZh}？`,
  ([, en], [, , , also]) => `My boss wants me to ${also} that ${en} from yesterday`,
]

test('of two hundred skills those are offered that a question is about', () => {
  assert.equal(TOOLS.length, 200)
  const questions = THINGS.flatMap((thing, at) =>
    DOINGS.map((doing, place) => ({
      said: ASKED[(at + place) % ASKED.length]?.(thing, doing) ?? '',
      wanted: toolName(`${thing[0]}-${doing[0]}`, doing[0]),
    })),
  )
  const missed = questions.filter(
    ({ said, wanted }) =>
      !relevantTools(TOOLS, { said: [said], used: new Set() }).some(({ name }) => name === wanted),
  )
  const hits = 1 - missed.length / questions.length
  assert.equal(questions.length, 200)
  assert.ok(
    hits >= 0.95,
    `${hits}: ${missed
      .slice(0, 8)
      .map(({ said }) => said)
      .join(' | ')}`,
  )
  // With the net off, the first twelve of them, it is not so.
  const first = questions.filter(({ wanted }) => TOOLS.slice(0, 12).some(({ name }) => name === wanted))
  assert.ok(first.length / questions.length < 0.1)
})

test('what a conversation has used stays, and a reply is understood by what was said before it', () => {
  const used = new Set(['weather_find__find'])
  const offered = relevantTools(TOOLS, { said: ['2041', '取消包裹'], used }).map(({ name }) => name)
  assert.ok(offered.includes('weather_find__find') && offered.includes('parcel_cancel__cancel'))
  assert.equal(offered.length, 12)
  // A few are all offered.
  assert.equal(relevantTools(TOOLS.slice(0, 12), { said: ['hello'], used: new Set() }).length, 12)
})
