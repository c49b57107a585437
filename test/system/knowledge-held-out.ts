import type { Asked, Paper } from './knowledge-questions.ts'

/** Texts and questions that no weight or word list was chosen on; they only tell how well strangers fare. */
export const STRANGE_PAPERS: readonly Paper[] = [
  {
    file: 'library-rules.md',
    text: `# Harbour Street Library

## Membership

Anyone who lives or works in the district may join. A membership card costs 12 dollars a year; pupils and students join
for free. Bring a photo ID and a letter that shows your address when you sign up.

## Borrowing

You can borrow up to eight books and four films at a time. Books are lent for four weeks, films for one week. A loan can
be renewed twice, unless somebody else has reserved the item. For every day that an item is late the fine is 20 cents.

## Rooms

The reading room is silent; telephone calls belong in the lobby. Group rooms hold six people and are booked at the
information desk. Food is not allowed on the upper floors, but covered drinks are.

The library opens at 9:30 and closes at 20:00 on weekdays. On Saturdays it closes at 16:00, and it stays closed on
Sundays. The branch manager is Priya Nair.
`,
  },
  {
    file: 'meeting-note.txt',
    text: `Meeting of the garden committee, 14 May

Present: Tom Osei, Ruth Calloway, Ben Ferreira. Apologies: Mina Sato.

The committee chose the oak variety for the north lawn because it tolerates drought. Ruth Calloway orders the seedlings
from the nursery in Ashford before the end of June. The budget for plants is 3,400 pounds.

The irrigation pipe broke twice in April. Ben Ferreira gets three offers from plumbers and reports in the next meeting,
which takes place on 11 June in the town hall.

Dogs stay on the lead in the rose garden. Complaints about litter are answered by the parks office.
`,
  },
  {
    file: '物业公告.md',
    text: `# 翠湖小区物业公告

## 停车

每户可租用一个地下车位,租金为每月三百五十元。访客车辆停放两小时以内免费,超过两小时每小时收费五元。电动自行车须在指定的充电棚充电,禁止推入楼道。

## 缴费

物业费按季度收取,标准为每平方米二元八角。逾期未缴的,每日加收万分之五的滞纳金。可以通过微信、支付宝或在服务中心前台缴纳。

## 装修

装修前须到服务中心登记,并缴纳两千元押金。施工时间为工作日上午八点半至下午六点,周末和节假日不得施工。建筑垃圾应装袋后运至西门堆放点。

## 维修

水管漏水请拨打二十四小时维修热线 8821,师傅会在一小时内上门。电梯故障由维保单位负责处理。物业经理是陈建国。
`,
  },
  {
    file: '图书借阅.txt',
    text: `校图书馆借阅须知

本科生最多可借十册图书,研究生最多可借二十册。借期为三十天,可续借一次。逾期每册每天罚款一角。
遗失图书的,按原价的三倍赔偿。自习室座位通过校园应用预约,迟到二十分钟视为放弃。
馆内禁止饮食和吸烟。打印服务在一楼大厅,黑白每页两角,彩色每页一元。
`,
  },
]

/** Fifteen in each language, a fifth of them without an answer in the papers. */
export const STRANGE_QUESTIONS: readonly Asked[] = [
  ['How much does it cost to become a member?', '12 dollars'],
  ['What do I need to bring to sign up?', 'photo ID'],
  ['How many books can I take home?', 'eight books'],
  ['For how long can I keep a film?', 'films for one week'],
  ['What happens if I return something late?', '20 cents'],
  ['Can I eat in the library?', 'Food is not allowed'],
  ['Is it open on Sunday?', 'Sundays'],
  ['Who manages the branch?', 'Priya Nair'],
  ['Why was the oak chosen?', 'drought'],
  ['Who orders the seedlings?', 'Ruth Calloway'],
  ['When is the next meeting?', '11 June'],
  ['How big is the budget for plants?', '3,400'],
  ['Who is the mayor of Ashford?', null],
  ['Does the library lend musical instruments?', null],
  ['How do I repair a bicycle tyre?', null],
  ['车位租金多少钱?', '三百五十元'],
  ['访客停车怎么收费?', '两小时'],
  ['电动车可以推进楼道吗?', '禁止推入楼道'],
  ['物业费怎么交?', '支付宝'],
  ['装修押金是多少?', '两千元'],
  ['周末可以装修吗?', '不得施工'],
  ['水管漏了打什么电话?', '8821'],
  ['物业经理叫什么?', '陈建国'],
  ['研究生能借几本书?', '二十册'],
  ['书丢了怎么赔?', '三倍'],
  ['借书可以借多久?', '三十天'],
  ['彩色打印多少钱一页?', '一元'],
  ['小区有游泳池吗?', null],
  ['图书馆的馆长是谁?', null],
  ['明天会下雨吗?', null],
]

/** A second set, written when the word lists and weights were done; its single answers were never looked at. */
export const LATER_PAPERS: readonly Paper[] = [
  {
    file: 'rental-agreement.md',
    text: `# House rules of the Linden Court apartments

## Rent and deposit

The rent is due on the third working day of each month. The deposit amounts to two monthly rents and is returned within
eight weeks after you move out. Heating is included; electricity is not.

## Noise and pets

Quiet hours are from 22:00 to 7:00. Cats are welcome, dogs need written permission from the owner. Barbecues on the
balcony are forbidden.

## Repairs

Report defects to the caretaker, Mr. Oduya, by e-mail. Small repairs below 75 euros are paid by the tenant. In an
emergency such as a burst pipe, call the hotline 0800 555 at any time.

## Laundry

The laundry room in the basement is open to all tenants; a wash costs 2 euros. Bicycles are kept in the shed behind
building C. The waste bins are emptied every Thursday.
`,
  },
  {
    file: 'course.txt',
    text: `Evening course in pottery, autumn term

The course starts on 9 September and has ten evenings. Each evening lasts two and a half hours. The teacher is Ilse
Brandt, who has run a studio in Leiden since 1998. No previous knowledge is required.

The fee is 240 euros, clay and glazes included. Participants bring an apron and an old towel. At most twelve people can
take part. Cancellations are free until one week before the first evening; after that half of the fee is kept.
`,
  },
  {
    file: '健身中心须知.md',
    text: `# 阳光健身中心会员须知

## 会员

年卡价格为两千四百元,月卡价格为二百八十元。学生凭学生证享受八折优惠。会员卡仅限本人使用,不得转借。会员因病可申请暂停,最长三个月。

## 时间

营业时间为早上六点至晚上十一点,春节期间休息七天。游泳池每周一上午清洁,不对外开放。

## 课程

团体课须提前一天预约,无故缺席三次的,取消当月预约资格。私人教练由店长周敏统一安排。

## 安全

请穿运动鞋进入器械区。十四岁以下儿童须由家长陪同。贵重物品请存入储物柜,遗失概不负责。饭后一小时内不宜游泳。
`,
  },
  {
    file: '旅行社说明.txt',
    text: `桂林四日游说明

本团每周五出发,集合地点为火车站南广场,集合时间为早上七点半。团费每人一千九百八十元,含住宿和早餐,不含午餐和晚餐。
出发前七天以上取消的,全额退款;七天以内取消的,收取百分之三十的手续费。导游是刘芳。
每位游客可携带一件二十公斤以内的行李。漓江游船约需四小时。
`,
  },
]

export const LATER_QUESTIONS: readonly Asked[] = [
  ['When do I have to pay the rent?', 'third working day'],
  ['How much is the deposit?', 'two monthly rents'],
  ['Are dogs allowed?', 'written permission'],
  ['Can I have a barbecue on the balcony?', 'forbidden'],
  ['Who do I tell about a broken window?', 'Oduya'],
  ['What number do I call in an emergency?', '0800 555'],
  ['Where can I park my bicycle?', 'shed'],
  ['What day is the trash collected?', 'Thursday'],
  ['How many evenings does the course have?', 'ten evenings'],
  ['Who teaches the pottery class?', 'Ilse'],
  ['What should participants bring?', 'apron'],
  ['How much does the pottery course cost?', '240 euros'],
  ['Is there a swimming pool in the building?', null],
  ['Who painted the Mona Lisa?', null],
  ['How do I apply for a passport?', null],
  ['年卡多少钱?', '两千四百元'],
  ['学生有优惠吗?', '八折'],
  ['会员卡可以借给朋友吗?', '不得转借'],
  ['几点开门?', '六点'],
  ['游泳池什么时候不开?', '每周一'],
  ['团体课要提前多久预约?', '提前一天'],
  ['小孩可以进去吗?', '家长陪同'],
  ['私教怎么安排?', '周敏'],
  ['在哪里集合?', '南广场'],
  ['团费包含晚餐吗?', '不含午餐和晚餐'],
  ['提前三天取消要扣多少钱?', '百分之三十'],
  ['导游叫什么名字?', '刘芳'],
  ['这里有停车场吗?', null],
  ['去北京的团什么时候出发?', null],
  ['怎么学弹吉他?', null],
]
