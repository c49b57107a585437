import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSupport } from './support.ts'

const SOURCES = [
  'Expense claims must be handed in within 60 days of the purchase. Receipts are required for every amount above 20 euros. Claims above 500 euros need the approval of the head of department. Travel by train is reimbursed in second class; first class only for journeys longer than four hours.',
  'The VPN client is installed from the self-service portal. After three failed attempts the account is locked for 30 minutes. Two-factor authentication is mandatory for all administrators. Passwords expire after 180 days and must have at least 14 characters.',
  'The contract may be terminated by either party with three months notice to the end of a quarter. The supplier keeps spare parts available for ten years. Warranty claims must be reported in writing within two weeks of discovery.',
  '差旅费用须在出差结束后十五个工作日内报销。乘坐高铁二等座可全额报销，商务座需总经理批准。住宿标准为一线城市每晚600元，其他城市每晚400元。',
  '服务器机房温度应保持在18到24摄氏度之间。每周一上午进行例行巡检，并填写巡检记录表。发现异常应立即通知值班工程师。',
]
const TAKEN = [
  'You have 60 days after a purchase to hand in an expense claim.',
  'For amounts over 20 euros you need a receipt.',
  'The head of department has to approve claims of more than 500 euros.',
  'First class train travel is only reimbursed when the journey takes longer than four hours.',
  'Your account gets locked for 30 minutes after three failed attempts.',
  'All administrators must use two-factor authentication.',
  'A password needs at least 14 characters and expires after 180 days.',
  'Either party can terminate the contract, giving three months notice before the end of a quarter.',
  'Spare parts remain available from the supplier for ten years.',
  'Report warranty claims in writing no later than two weeks after discovery.',
  '出差结束后，您需要在十五个工作日内完成差旅费用报销。',
  '高铁二等座可以全额报销。',
  '商务座必须经总经理批准才能报销。',
  '一线城市的住宿标准是每晚600元。',
  '机房的温度要控制在18到24摄氏度。',
  '例行巡检安排在每周一上午，需要填写巡检记录表。',
  '如果发现异常，请马上通知值班工程师。',
]
const NOT_TAKEN = [
  'You have 90 days to hand in an expense claim.',
  'Meals with customers are reimbursed up to 40 euros per person.',
  'Expense claims are paid out together with the salary of the next month.',
  'The account is unlocked automatically by the help desk on weekends.',
  'Administrators may share their password with colleagues in emergencies.',
  'The contract renews automatically for another year.',
  'The supplier delivers spare parts within two days free of charge.',
  'Disputes are settled by the courts in Vienna.',
  'Paris is the capital of France.',
  'The moon orbits the earth about once every month.',
  '出差期间的餐费补贴为每天100元。',
  '住宿费用由财务部统一支付给酒店。',
  '机房的湿度应保持在40%到60%之间。',
  '值班工程师每天晚上进行数据备份。',
  '公司每年组织一次员工体检。',
  '报销单需要部门经理和财务主管双重签字。',
]

test('sentences in other words are told from those that stand nowhere, in English and Chinese', async () => {
  const find = await readSupport(SOURCES.map((text, at) => ({ n: at + 1, text, start: 0, title: '' })))
  const found = (sentences: readonly string[]): number =>
    sentences.filter((one) => find(one, []) !== null).length
  assert.ok(found(TAKEN) / TAKEN.length >= 0.9, `${found(TAKEN)} of ${TAKEN.length}`)
  assert.ok(found(NOT_TAKEN) / NOT_TAKEN.length <= 0.1, `${found(NOT_TAKEN)} of ${NOT_TAKEN.length}`)
})
