import { airBill, customsBill, goodsBill, ladingBill, lockerBill, parcelBill } from './bills-third.ts'
import { code128, squares } from './codes.ts'
import type { Bill, Person } from './layouts.ts'
import type { Form } from './pictures.ts'

/** Forms as carriers and firms have them, in the size that a camera or a scanner gives them. */

export const THIRD_FONTS = [
  'AR PL UKai CN',
  'AR PL UMing CN',
  'DejaVu Sans Condensed',
  'DejaVu Sans Mono',
  'DejaVu Serif Condensed',
  'Liberation Mono',
  'Liberation Sans',
  'Liberation Sans Narrow',
  'WenQuanYi Micro Hei',
]
const NARROW = "'Liberation Sans Narrow','WenQuanYi Micro Hei'"
const KAI = "'AR PL UKai CN'"
const PRINTER = "'Liberation Mono','AR PL UMing CN'"
const LABELS = "'Liberation Sans','WenQuanYi Micro Hei'"
const CONDENSED = "'DejaVu Sans Condensed','WenQuanYi Micro Hei'"
const FILLED = "'DejaVu Serif Condensed','AR PL UKai CN'"

const text = (raw: string): string => raw.replaceAll('&', '&amp;')
const grouped = (number: string, size: number): string =>
  number.replaceAll(new RegExp(`(?<=^(?:.{${size}})+)(?=.)`, 'g'), ' ')
const parts = (date: string): readonly [string, string, string] => {
  const [y = '', m = '', d = ''] = date.split('-')
  return [y, m, d]
}
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const monthOf = (date: string): string => MONTHS[Number(parts(date)[1]) - 1] ?? ''
/** The same for the same number: what stands on a form and is not asked for. */
const aside = (number: string, count: number): number =>
  Array.from(number).reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 9973, 7) % count

const parcelParty = (mark: string, size: number, { name, phone, address }: Person): string => `
  <div style="display:flex;gap:22px;align-items:center;padding:16px 24px;border-top:3px solid #000">
    <div style="background:#000;color:#fff;border-radius:50%;width:64px;height:64px;line-height:64px;text-align:center;font-size:38px;flex:none">${mark}</div>
    <div style="font-size:${size}px;line-height:1.3"><div><span style="margin-right:40px">${name}</span>${phone}</div><div>${address}</div></div>
  </div>`
const parcel = ({ number, sender, recipient, weight, date }: Bill): string => `
  <div style="width:1040px;font:bold 28px/1.3 ${NARROW};border:4px solid #000">
    <div style="display:flex;justify-content:space-between;align-items:center;padding:14px 24px">
      <span style="font-size:56px;font-style:italic">迅蜂速递</span>
      <span style="background:#000;color:#fff;padding:4px 22px;font-size:36px">标快</span>
      <span style="font-size:26px;font-weight:normal">客服热线 95577</span>
    </div>
    <div style="font-size:88px;line-height:1.2;text-align:center;border-top:3px solid #000">${['K17', 'B02', 'M35', 'T60'][aside(number, 4)]}-${10 + aside(number, 83)} ${['甲', '丙', '丁'][aside(number, 3)]}区</div>
    ${parcelParty('收', 40, recipient)}
    ${parcelParty('寄', 30, sender)}
    <div style="padding:18px 120px 8px;border-top:3px solid #000">${code128(number, { width: 800, height: 130 })}<div style="font-size:40px;letter-spacing:3px;text-align:center">${grouped(number, 4)}</div></div>
    <div style="display:flex;border-top:3px solid #000">
      <div style="flex:1;padding:14px 24px;border-right:3px solid #000">付款方式：寄付月结<br>件数：1/1<br>计费重量：${weight}kg</div>
      <div style="flex:1.3;padding:14px 24px;border-right:3px solid #000">签收人：<br>签收即视为已验视内件，外包装完好</div>
      <div style="padding:14px 24px">${squares(number, 150)}</div>
    </div>
    <div style="display:flex;justify-content:space-between;padding:8px 24px;border-top:3px solid #000;font-size:26px;font-weight:normal"><span>已验视 已安检</span><span>打单时间：${date} 1${aside(number, 9)}:2${aside(number, 7)}</span></div>
  </div>`

const GOODS = [
  ['铝合金门锁 A款', '把'],
  ['棉质手套 均码', '双'],
  ['瓦楞纸箱 五层', '个'],
  ['不锈钢合页 4寸', '只'],
  ['LED灯管 18W', '支'],
  ['封箱胶带 加宽', '卷'],
] as const
const ruled = 'border:2px solid #333;padding:9px 12px'
const goodsRow = (number: string, at: number): string => {
  const [what, unit] = GOODS[(aside(number, 6) + at) % GOODS.length] ?? ['', '']
  return `<tr>${[at, what, unit, 12 * (1 + aside(number + at, 30)), ''].map((said) => `<td style="${ruled};text-align:center">${said}</td>`).join('')}</tr>`
}
const goodsParty = (who: string, where: string, { name, phone, address }: Person): string => `
  <div style="display:flex"><span style="flex:1">${who}：${name}</span><span style="width:440px">电话：${phone}</span></div>
  <div>${where}：${address}</div>`
const goods = ({ number, sender, recipient, weight, date }: Bill): string => {
  const [y, m, d] = parts(date)
  return `
  <div style="width:1460px;padding:36px 50px;box-sizing:border-box;background:#fff2f0;font:30px/1.6 ${KAI};-webkit-text-stroke:0.5px;position:relative">
    <div style="text-align:center;font-size:52px;letter-spacing:30px;border-bottom:5px double #333;width:460px;margin:auto">送货单</div>
    <div style="display:flex;justify-content:space-between;margin-top:14px"><span>日期：${y} 年 ${m} 月 ${d} 日</span><span style="color:#b3191f">单号：${number}</span></div>
    ${goodsParty('收货单位', '收货地址', recipient)}
    <table style="font:inherit;border-collapse:collapse;width:100%;margin:12px 0">
      <tr>${['序号', '品名规格', '单位', '数量', '备注'].map((head) => `<th style="${ruled};font-weight:normal">${head}</th>`).join('')}</tr>
      ${goodsRow(number, 1)}${goodsRow(number, 2)}${goodsRow(number, 3)}
      <tr><td colspan="5" style="${ruled}">合计：${6 + aside(number, 30)} 箱　　　总重量：${weight} 千克</td></tr>
    </table>
    ${goodsParty('发货单位', '发货地址', sender)}
    <div style="display:flex;justify-content:space-between;padding:22px 160px 0 0"><span>制单：02</span><span>送货员签名：</span><span>签收盖章：</span></div>
    <div style="position:absolute;right:10px;top:330px;width:30px;font-size:24px;line-height:1.25;color:#b3191f">二联红客户</div>
  </div>`
}

const spread = (label: string): string =>
  `<span style="display:inline-block;width:136px;text-align:justify;text-align-last:justify;flex:none">${label}</span>`
const lockerLine = (label: string, said: string): string =>
  `<div style="display:flex;align-items:flex-start">${spread(label)}<span>：</span><span>${said}</span></div>`
const lockerParty = (who: string, { name, phone, address }: Person): string =>
  lockerLine(who, name) + lockerLine('手机', phone) + lockerLine('地址', address)
const locker = ({ number, sender, recipient, weight, date }: Bill): string => {
  const rule = '<div style="border-top:3px dotted #222;margin:16px 0"></div>'
  return `
  <div style="width:960px;padding:30px 60px;box-sizing:border-box;background:#fdfdfb;color:#222;font:32px/1.5 ${PRINTER};-webkit-text-stroke:0.6px #222">
    <div style="text-align:center;font-size:46px">丰盈智能柜</div>
    <div style="text-align:center">包裹交接凭条（柜员留存）</div>${rule}
    <div style="display:flex;justify-content:space-between;align-items:center"><div>柜口<div style="font-size:72px;line-height:1.1">${1 + aside(number, 9)}-${11 + aside(number, 80)}</div>机号 ${4100 + aside(number, 800)}</div>${squares(number, 190)}</div>${rule}
    ${lockerLine('运单编号', number)}${lockerLine('称重', `${weight} 公斤`)}${lockerLine('交接时间', `${date.replaceAll('-', '/')} ${10 + aside(number, 9)}:${10 + aside(number, 49)}`)}${rule}
    ${lockerParty('取件人', recipient)}${rule}${lockerParty('寄件人', sender)}${rule}
    <div style="text-align:center;font-size:28px">请在 24 小时内取走，逾期按柜收费</div>
  </div>`
}

const MONO = "'DejaVu Sans Mono'"
const typed = (said: string, size = 23): string => `<span style="font:${size}px ${MONO}">${text(said)}</span>`
const bar = (title: string): string =>
  `<div style="background:#222;color:#fff;text-align:center;font-weight:bold;letter-spacing:2px;padding:3px">${title}</div>`
const ladingParty = (title: string, { name, phone, address }: Person): string => `${bar(title)}
  <div style="padding:8px 14px 10px;line-height:1.65">Name: ${typed(name)}<br>Address: ${typed(address)}<br>Phone: ${typed(phone)}</div>`
const framed = 'border:2px solid #222;padding:7px 12px'
const cells = (said: readonly string[]): string =>
  `<tr>${said.map((one) => `<td style="${framed}">${one}</td>`).join('')}</tr>`
const FREIGHT = [
  'Pallets, machine parts',
  'Pallets, bagged grain',
  'Crates, ceramic tile',
  'Cartons, paper goods',
] as const
const lading = ({ number, sender, recipient, weight, date }: Bill): string => `
  <div style="width:1500px;font:24px/1.35 ${NARROW};border:3px solid #222">
    <div style="display:flex;align-items:center;padding:10px 16px"><span>Date: ${typed(`${monthOf(date)} ${Number(parts(date)[2])}, ${parts(date)[0]}`)}</span><span style="flex:1;text-align:center;font-size:38px;font-weight:bold">STRAIGHT BILL OF LADING</span><span>Page 1 of 1</span></div>
    <div style="display:grid;grid-template-columns:1fr 560px">
      <div style="border-right:3px solid #222">${ladingParty('SHIP FROM', sender)}${ladingParty('SHIP TO', recipient)}</div>
      <div>${bar('BILL OF LADING NUMBER')}<div style="padding:12px 40px 8px">${code128(number, { width: 480, height: 90 })}<div style="text-align:center">${typed(number, 30)}</div></div>
        <div style="border-top:3px solid #222;padding:8px 14px;line-height:1.65">Carrier: ${typed('Prairie Freight Lines')}<br>Trailer: ${typed(`53-${1000 + aside(number, 8999)}`)}<br>Freight charges: ${typed('Prepaid')}</div></div>
    </div>
    ${bar('CARRIER INFORMATION')}
    <table style="font:inherit;border-collapse:collapse;width:100%">
      ${cells(['Handling units', 'Commodity description', 'Class', 'Gross weight (kg)'])}
      ${cells([typed(`${1 + aside(number, 8)} PLT`), typed(FREIGHT[aside(number, 4)] ?? ''), typed(['60', '70', '85', '125'][aside(number, 4)] ?? ''), typed(weight)])}
    </table>
    <div style="padding:10px 16px;font-size:20px">Received, subject to individually determined rates or contracts that have been agreed upon in writing between the carrier and the shipper, if applicable, otherwise to the rates, classifications and rules that have been established by the carrier.</div>
    <div style="display:flex;border-top:3px solid #222;height:90px"><div style="flex:1;padding:6px 14px;border-right:3px solid #222">Shipper signature</div><div style="flex:1;padding:6px 14px">Carrier signature</div></div>
  </div>`

const struck = (said: string, size = 27): string =>
  `<div style="font:bold ${size}px/1.35 'Liberation Mono'">${text(said)}</div>`
const box = (label: string, inside: string, style = ''): string =>
  `<div style="border:2px solid #24447a;margin:-1px;padding:5px 12px 9px;${style}"><div style="font-size:20px;color:#24447a">${label}</div>${inside}</div>`
const airParty = (label: string, { name, phone, address }: Person): string =>
  box(label, struck(name) + struck(address) + struck(`TEL ${phone}`), 'min-height:190px')
const air = ({ number, sender, recipient, weight, date }: Bill): string => {
  const [y, , d] = parts(date)
  const airports = ['SHANGHAI PUDONG', 'GUANGZHOU BAIYUN', 'XIAMEN GAOQI'] as const
  return `
  <div style="width:1420px;font:20px/1.3 ${LABELS};background:#fff">
    <div style="display:flex;justify-content:space-between;align-items:end;padding:0 6px 8px"><span style="font-size:34px;color:#24447a">航空货运单 Air Waybill</span>${struck(number, 34)}</div>
    <div style="display:grid;grid-template-columns:1fr 1fr">
      ${airParty("托运人姓名及地址 Shipper's Name and Address", sender)}
      ${box('填开货运单的代理人 Issuing Carrier’s Agent', `${struck('SINOLINK CARGO AGENCY')}<div style="padding:12px 0 0 20px">${code128(number, { width: 500, height: 84 })}</div>`)}
      ${airParty("收货人姓名及地址 Consignee's Name and Address", recipient)}
      ${box('结算注意事项 Accounting Information', struck('FREIGHT PREPAID'))}
      ${box('始发站 Airport of Departure', struck(airports[aside(number, 3)] ?? ''))}
      ${box('声明价值 Declared Value for Carriage', struck('NVD'))}
    </div>
    <div style="display:grid;grid-template-columns:200px 300px 240px 1fr;margin-top:14px">
      ${box('件数 No. of Pieces', struck(String(2 + aside(number, 40))))}
      ${box('毛重 Gross Weight (kg)', struck(weight))}
      ${box('运价等级 Rate Class', struck('Q'))}
      ${box('货物品名 Nature of Goods', struck(['COTTON FABRIC', 'LED LAMPS', 'BICYCLE PARTS', 'PAPER NOTEBOOKS'][aside(number, 4)] ?? ''))}
    </div>
    <div style="display:grid;grid-template-columns:1fr 1fr 1fr;margin-top:14px">
      ${box('填开日期 Executed on (date)', struck(`${d} ${monthOf(date).slice(0, 3).toUpperCase()} ${y}`))}
      ${box('填开地点 at (place)', struck((airports[aside(number, 3)] ?? '').split(' ')[0] ?? ''))}
      ${box('承运人签字 Signature of Issuing Carrier', '')}
    </div>
  </div>`
}

const tick = (label: string, isTicked: boolean): string =>
  `<span style="white-space:nowrap;margin-right:26px"><i style="display:inline-block;width:24px;height:24px;line-height:24px;border:2px solid #000;text-align:center;font-style:normal;margin-right:8px;vertical-align:middle">${isTicked ? '✕' : ''}</i>${label}</span>`
const written = (said: string, size = 29): string =>
  `<span style="font:${size}px/1.35 ${FILLED};color:#12235e;-webkit-text-stroke:0.4px">${said}</span>`
const customsParty = (side: string, { name, phone, address }: Person): string => `
  <div style="display:grid;grid-template-columns:64px 1fr;border-top:2px solid #000">
    <div style="background:#d9e6d4;font-size:26px;text-align:center;padding-top:24px;line-height:1.3">${side}</div>
    <div style="padding:6px 14px;line-height:1.7"><div>姓名 Name　${written(name)}</div><div style="border-top:1px solid #777">地址 Address　${written(address)}</div><div style="border-top:1px solid #777">电话 Tel.　${written(phone)}</div></div>
  </div>`
const customs = ({ number, sender, recipient, weight, date }: Bill): string => `
  <div style="width:1300px;font:22px/1.35 ${CONDENSED};border:3px solid #000;background:#fbfdf8">
    <div style="display:flex;justify-content:space-between;align-items:center;padding:12px 18px"><div><div style="font-size:34px">报关单 Customs Declaration</div>CN 23　可以径行开拆 May be opened officially</div><div>${code128(number, { width: 440, height: 80 })}<div style="font:34px 'Liberation Sans';text-align:center;letter-spacing:2px">${number.slice(0, 2)} ${grouped(number.slice(2, 11), 3)} ${number.slice(11)}</div></div></div>
    ${customsParty('寄<br>From', sender)}${customsParty('收<br>To', recipient)}
    <table style="font:inherit;border-collapse:collapse;width:100%;border-top:2px solid #000">
      ${cells(['内件名称 Description of contents', '数量 Quantity', '价值 Value', '协调编码 HS tariff number'])}
      ${cells([written(['玩具 Toys', '茶叶 Tea', '丝巾 Scarves', '图书 Books'][aside(number, 4)] ?? ''), written(String(1 + aside(number, 9))), written(`USD ${15 + aside(number, 200)}`), ''])}
    </table>
    <div style="display:flex;padding:10px 14px">${tick('礼品 Gift', aside(number, 2) === 0)}${tick('货样 Sample', false)}${tick('销售品 Sale of goods', aside(number, 2) === 1)}${tick('文件 Documents', false)}</div>
    <div style="display:grid;grid-template-columns:1fr 1fr 1fr;border-top:2px solid #000"><div style="padding:8px 14px;border-right:2px solid #000">总毛重 Total gross weight<br>${written(`${weight} kg`)}</div><div style="padding:8px 14px;border-right:2px solid #000">交寄日期 Date of posting<br>${written(date.replaceAll('-', '.'))}</div><div style="padding:8px 14px">寄件人签名 Signature</div></div>
  </div>`

export const THIRD_FORMS: Readonly<Record<string, Form>> = {
  parcel: { html: parcel, bill: parcelBill },
  goods: { html: goods, bill: goodsBill },
  locker: { html: locker, bill: lockerBill },
  lading: { html: lading, bill: ladingBill },
  air: { html: air, bill: airBill },
  customs: { html: customs, bill: customsBill },
}
