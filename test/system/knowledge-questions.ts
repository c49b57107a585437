/** A document of an imagined company, as somebody would drop it in. */
export interface Paper {
  readonly file: string
  readonly text: string
}

/** A question and a fragment that its answer must quote; null: the papers do not say, so it must be refused. */
export type Asked = readonly [question: string, answer: string | null]

export const PAPERS: readonly Paper[] = [
  {
    file: 'staff-handbook.md',
    text: `# Staff handbook

## Working hours

The working week has 38.5 hours. Core time is from 10 a.m. to 3 p.m., and everybody should be reachable then.
Overtime must be approved by the team lead in advance and is paid out in the following month.

## Leave

Every employee receives 28 days of paid leave per calendar year. Unused leave expires on 31 March of the next year.
Leave requests are submitted in the portal at least two weeks before the first day. Parents of a newborn child may
take up to fourteen months of parental leave.

## Sickness

Report sick before 9 a.m. on the first day by calling the front desk. A medical certificate is required from the third
day of illness.

## Remote work

You may work from home up to three days per week. The company pays a home office allowance of 400 euros once.
Work from outside the European Union needs the consent of the legal department.
`,
  },
  {
    file: 'travel-policy.html',
    text: `<html><head><title>Travel policy</title></head><body><h1>Travel policy</h1>
<p>Book trains in second class and flights in economy class. Flights longer than six hours may be booked in premium
economy.</p><h2>Hotels</h2><p>The limit for a hotel night is 140 euros, in capital cities 190 euros. Breakfast is
reimbursed when it is not included.</p><h2>Expenses</h2><ul><li>Hand in receipts within 30 days of the end of the trip.</li>
<li>The mileage rate for a private car is 0.30 euros per kilometre.</li><li>Alcohol is never reimbursed.</li></ul>
<h2>Approval</h2><p>Trips that cost more than 2,000 euros are approved by the division head. Dr. Helga Marten is the
contact for all travel questions.</p></body></html>`,
  },
  {
    file: 'pump-manual.txt',
    text: `Centrifugal pump CP-200: operating manual

The CP-200 delivers at most 45 cubic metres per hour at a head of 32 metres. The motor has a rated power of 7.5 kW.

Before the first start, fill the casing with water and vent it. Never let the pump run dry for more than thirty seconds,
because the mechanical seal would overheat.

Check the oil level every 500 operating hours and change the oil once a year. Use only mineral oil of viscosity class
ISO VG 46. The bearings are greased for life and need no maintenance.

If the pump vibrates, check the alignment of the coupling and the anchor bolts. If the pressure drops, clean the suction
strainer first. Error E07 means that the motor temperature is above 120 degrees Celsius.

The warranty covers 24 months from the date of delivery. Spare parts are kept in stock for ten years.
`,
  },
  {
    file: 'security.md',
    text: `# Information security rules

Passwords have at least fourteen characters and are kept in the password manager. Two-factor authentication is mandatory
for e-mail and for the VPN. Lock your screen whenever you leave your desk.

Report a lost laptop to the security desk within one hour, by telephone 4711. Suspicious e-mails are forwarded to
phishing@example.org and are not opened.

Visitors wear a badge and are accompanied at all times. The server room may be entered only by the operations team.
Backups are written every night at 2 a.m. and are kept for 90 days. The restore is rehearsed every quarter.
`,
  },
  {
    file: 'history.md',
    text: `# The history of the Rosenthal Observatory

The observatory was founded in 1874 by the merchant Albert Rosenthal. Its great refractor with an aperture of 68
centimetres was built in Munich and went into service in 1891. The astronomer Clara Engström discovered two comets there.

During the war the dome was damaged, and it was restored in 1952. Since 1987 the observatory has been a museum. It is open
from Wednesday to Sunday, and admission is free for children under twelve. Today about 40,000 people visit it every year.
`,
  },
  {
    file: '员工手册.md',
    text: `# 员工手册

## 考勤

工作时间为上午九点到下午六点,午休一小时。每月迟到三次以上的,扣发当月全勤奖。加班须事先由部门经理批准,加班费在次月发放。

## 休假

员工入职满一年后享有十五天带薪年假。年假应在当年十二月三十一日前休完,最多可结转五天。婚假为十天,产假为一百五十八天。
请病假须提交医院证明。

## 薪酬

工资于每月十号发放。公司为员工缴纳五险一金,公积金缴存比例为百分之十二。年终奖根据绩效考核结果发放。
`,
  },
  {
    file: '报销制度.txt',
    text: `费用报销制度

差旅报销应在出差结束后三十天内提交,逾期不予受理。国内出差住宿标准为一线城市每晚六百元,其他城市每晚四百元。
出差补贴为每天一百二十元。乘坐飞机限经济舱,高铁限二等座。

单笔超过五千元的费用须由财务总监审批。发票抬头应为公司全称。财务部的联系人是王丽华,分机号码8206。
`,
  },
  {
    file: '设备说明.md',
    text: `# 空压机使用说明

本机额定功率为22千瓦,最大排气压力为1.3兆帕。首次使用前应检查润滑油油位,并确认电源相序正确。
每运行两千小时更换一次机油,每五百小时清洗一次空气滤清器。环境温度不得超过四十摄氏度。

出现报警代码A12时,说明排气温度过高,应立即停机并检查冷却风扇。整机保修期为十八个月。
`,
  },
  {
    file: '安全规定.txt',
    text: `信息安全规定

密码长度不得少于十二位,并且每九十天更换一次。笔记本电脑遗失应在一小时内报告信息安全部,电话为6677。
访客进入办公区须佩戴临时证件,并由员工全程陪同。机房仅限运维人员进入。数据备份每天凌晨三点执行,保存期为六个月。
`,
  },
]

/** Weights were chosen on these. */
export const QUESTIONS: readonly Asked[] = [
  ['How many days of paid leave does an employee get?', '28 days'],
  ['When does unused leave expire?', '31 March'],
  ['How many days per week can I work from home?', 'three days per week'],
  ['When do I need a medical certificate?', 'third'],
  ['What is the home office allowance?', '400 euros'],
  ['Who has to approve overtime?', 'team lead'],
  ['How long can parental leave be?', 'fourteen months'],
  ['What is the limit for a hotel night in capital cities?', '190 euros'],
  ['By when do I have to hand in receipts?', '30 days'],
  ['What is the mileage rate for a private car?', '0.30 euros'],
  ['Is alcohol reimbursed?', 'Alcohol is never'],
  ['Who is the contact for travel questions?', 'Helga Marten'],
  ['Which class may I book on long flights?', 'premium'],
  ['What does error E07 mean?', 'motor temperature'],
  ['Which oil should I use in the pump?', 'ISO VG 46'],
  ['How long is the warranty?', '24 months'],
  ['How often should the oil level be checked?', '500 operating hours'],
  ['What should I do if the pump vibrates?', 'alignment'],
  ['What is the rated power of the motor?', '7.5 kW'],
  ['How long must a password be?', 'fourteen characters'],
  ['What do I do about a lost laptop?', 'within one hour'],
  ['When are backups written?', '2 a.m.'],
  ['How long are backups kept?', '90 days'],
  ['Who may enter the server room?', 'operations team'],
  ['When was the observatory founded?', '1874'],
  ['Who discovered two comets?', 'Clara Engstr'],
  ['When was the dome restored?', '1952'],
  ['How many people visit the observatory every year?', '40,000'],
  ['年假有多少天?', '十五天'],
  ['婚假是几天？', '十天'],
  ['工资什么时候发?', '每月十号'],
  ['公积金的缴存比例是多少?', '百分之十二'],
  ['加班由谁批准?', '部门经理'],
  ['差旅报销的期限是多久?', '三十天'],
  ['一线城市的住宿标准是多少?', '六百元'],
  ['出差补贴每天多少钱?', '一百二十元'],
  ['超过五千元的费用由谁审批?', '财务总监'],
  ['财务部的联系人是谁?', '王丽华'],
  ['空压机的额定功率是多少?', '22千瓦'],
  ['多长时间更换一次机油?', '两千小时'],
  ['报警代码A12是什么意思?', '排气温度过高'],
  ['空压机保修期多长?', '十八个月'],
  ['密码最少要多少位?', '十二位'],
  ['谁可以进入机房?', '运维人员'],
  ['笔记本电脑丢了怎么办?', '一小时内'],
  ['数据备份保存多久?', '六个月'],
  ['Who won the 1954 world chess championship in Moscow?', null],
  ['What is the capital of Australia?', null],
  ['How tall is the Eiffel tower?', null],
  ['Which dental insurance do we offer?', null],
  ['What is the wifi password for guests?', null],
  ['Can I bring my dog to the office?', null],
  ['How do I bake sourdough bread?', null],
  ['What is the stock price of the company today?', null],
  ['Who is the chief executive officer?', null],
  ['What colour is the pump casing painted?', null],
  ['How many moons does Jupiter have?', null],
  ['Write a poem about autumn leaves', null],
  ['公司的股票代码是多少?', null],
  ['食堂几点开门?', null],
  ['今天天气怎么样?', null],
  ['谁写了红楼梦?', null],
  ['如何做红烧肉?', null],
  ['可以带宠物上班吗?', null],
  ['北京到上海有多远?', null],
  ['停车位怎么申请?', null],
]

/**
 * Worded otherwise than the papers, by the same author. No weight was chosen on them, but one rule came from a miss
 * here (a heading that only repeats the question is not quoted), so the figures lean to the kind side.
 */
export const HELD_OUT: readonly Asked[] = [
  ['How much holiday do we get each year?', '28 days'],
  ['What happens to leftover vacation days?', 'expires'],
  ['Until what time should I call in sick?', '9 a.m.'],
  ['May I work from Brazil for a month?', 'legal department'],
  ['Do we have core hours?', '10 a.m.'],
  ['How much may a hotel cost?', '140 euros'],
  ['Does the company pay for breakfast?', 'Breakfast'],
  ['How much water can the CP-200 pump per hour?', '45 cubic'],
  ['Can I run the pump dry?', 'thirty seconds'],
  ['Why is the pressure dropping?', 'strainer'],
  ['How long can I get spare parts?', 'ten years'],
  ['Where do I forward phishing mails?', 'phishing@'],
  ['Do visitors need a badge?', 'badge'],
  ['How often is the restore tested?', 'quarter'],
  ['Who founded the observatory?', 'Albert Rosenthal'],
  ['On which days is the museum open?', 'Wednesday'],
  ['迟到会怎么处理?', '全勤奖'],
  ['没休完的年假可以结转吗?', '结转五天'],
  ['请病假要交什么?', '医院证明'],
  ['坐飞机可以坐头等舱吗?', '经济舱'],
  ['发票抬头写什么?', '公司全称'],
  ['空气滤清器多久清洗一次?', '五百小时'],
  ['密码多久换一次?', '九十天'],
  ['访客需要证件吗?', '临时证件'],
  ['What is the minimum wage in Germany?', null],
  ['How do I reset the coffee machine?', null],
  ['Which bank does the company use?', null],
  ['Is there a gym membership?', null],
  ['When was Microsoft founded?', null],
  ['How long is the Nile?', null],
  ['What is the noise level of the pump?', null],
  ['Who designed the dome?', null],
  ['公司有多少员工?', null],
  ['健身房在哪里?', null],
  ['打印机没墨了怎么办?', null],
  ['空压机的价格是多少?', null],
  ['年会什么时候举行?', null],
  ['长城有多长?', null],
]
