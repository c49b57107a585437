/** What a generated waybill says. */
export interface Bill {
  readonly number: string
  readonly sender: Person
  readonly recipient: Person
  readonly weight: string
  /** `2027-03-10` */
  readonly date: string
}
export interface Person {
  readonly name: string
  readonly address: string
  readonly phone: string
}
export interface Layout {
  readonly language: 'zh' | 'en'
  /** Used while the reader was made; the others were not looked at before it was done. */
  readonly isKnown: boolean
  html(bill: Bill): string
}

const font = '"WenQuanYi Micro Hei","DejaVu Sans",sans-serif'
const td = 'border:1px solid #000;padding:8px 12px'
const row = (k: string, v: string): string =>
  `<tr><td style="${td}">${k}</td><td style="${td}">${v}</td></tr>`
const bars = (): string =>
  `<div style="height:52px;width:420px;background:repeating-linear-gradient(90deg,#000 0 3px,#fff 3px 5px,#000 5px 6px,#fff 6px 10px,#000 10px 14px,#fff 14px 17px)"></div>`
const dot = (d: string): string => d.replaceAll('-', '.')
const zh = (d: string): string => {
  const [y, m, x] = d.split('-')
  return `${y}年${m}月${x}日`
}
const slash = (d: string): string => d.replaceAll('-', '/')
const enDate = (d: string): string => {
  const [y, m, x] = d.split('-')
  return `${Number(x)} ${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][Number(m) - 1]} ${y}`
}
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  table: {
    language: 'zh',
    isKnown: true,
    html: (b) =>
      `<div style="font:20px ${font}"><h2>快递运单</h2>${bars()}<table style="border-collapse:collapse;font-size:20px;width:760px">${row('运单号', b.number)}${row('寄件人', `${b.sender.name} ${b.sender.phone}`)}${row('寄件地址', b.sender.address)}${row('收件人', `${b.recipient.name} ${b.recipient.phone}`)}${row('收件地址', b.recipient.address)}${row('重量', `${b.weight} kg`)}${row('日期', b.date)}</table></div>`,
  },
  lines: {
    language: 'zh',
    isKnown: true,
    html: (b) =>
      `<div style="font:22px/1.7 ${font};width:700px"><div>单号：${b.number}</div>${bars()}<div>收：${b.recipient.name}　${b.recipient.phone}</div><div>${b.recipient.address}</div><hr><div>寄：${b.sender.name}　${b.sender.phone}</div><div>${b.sender.address}</div><hr><div>重量：${b.weight}KG　　日期：${slash(b.date)}</div></div>`,
  },
  en: {
    language: 'en',
    isKnown: true,
    html: (b) =>
      `<div style="font:20px/1.6 "DejaVu Sans",sans-serif;width:640px"><h2>CONSIGNMENT NOTE</h2><div>Waybill No: ${b.number}</div>${bars()}<p>From: ${b.sender.name}<br>${b.sender.address}<br>Tel ${b.sender.phone}</p><p>To: ${b.recipient.name}<br>${b.recipient.address}<br>Tel ${b.recipient.phone}</p><p>Weight: ${b.weight} kg<br>Date: ${b.date}</p></div>`,
  },
  boxes: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:21px/1.5 ${font};width:680px;border:2px solid #000"><div style="padding:10px;text-align:center;border-bottom:2px solid #000;font-size:26px">电子面单</div><div style="padding:10px;border-bottom:1px solid #000">${bars()}<div style="letter-spacing:2px">${b.number}</div></div><div style="padding:10px;border-bottom:1px solid #000"><b>收件方</b><br>姓名：${b.recipient.name}　电话：${b.recipient.phone}<br>地址：${b.recipient.address}</div><div style="padding:10px;border-bottom:1px solid #000"><b>寄件方</b><br>姓名：${b.sender.name}　电话：${b.sender.phone}<br>地址：${b.sender.address}</div><div style="padding:10px">计费重量：${b.weight}千克　寄件日期：${zh(b.date)}</div></div>`,
  },
  columns: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:18px/1.6 ${font};width:900px"><div style="display:flex;justify-content:space-between"><span style="font-size:24px">国内快递详情单</span><span>编号 ${b.number}</span></div><table style="border-collapse:collapse;width:900px;table-layout:fixed"><tr><td style="${td};vertical-align:top">寄件人信息<br>姓名 ${b.sender.name}<br>电话 ${b.sender.phone}<br>地址 ${b.sender.address}</td><td style="${td};vertical-align:top">收件人信息<br>姓名 ${b.recipient.name}<br>电话 ${b.recipient.phone}<br>地址 ${b.recipient.address}</td></tr><tr><td style="${td}">重量 ${b.weight}kg</td><td style="${td}">日期 ${dot(b.date)}</td></tr></table></div>`,
  },
  thermal: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:bold 24px/1.5 ${font};width:620px"><div style="font-size:30px">${b.number}</div>${bars()}<div style="border-top:3px dashed #000;padding-top:6px">【收】${b.recipient.name} ${b.recipient.phone}<br>${b.recipient.address}</div><div style="border-top:3px dashed #000;font-size:19px;font-weight:400">【寄】${b.sender.name} ${b.sender.phone}<br>${b.sender.address}</div><div style="border-top:3px dashed #000;font-size:19px;font-weight:400">实际重量 ${b.weight} 公斤<br>打印时间 ${b.date} 10:24</div></div>`,
  },
  form: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:19px ${font}"><h3>货物托运单</h3><table style="border-collapse:collapse;width:820px"><tr><td style="${td}">托运单号</td><td style="${td}">${b.number}</td><td style="${td}">托运日期</td><td style="${td}">${b.date}</td></tr><tr><td style="${td}">发货人</td><td style="${td}">${b.sender.name}</td><td style="${td}">联系电话</td><td style="${td}">${b.sender.phone}</td></tr><tr><td style="${td}">发货地址</td><td style="${td}" colspan=3>${b.sender.address}</td></tr><tr><td style="${td}">收货人</td><td style="${td}">${b.recipient.name}</td><td style="${td}">联系电话</td><td style="${td}">${b.recipient.phone}</td></tr><tr><td style="${td}">收货地址</td><td style="${td}" colspan=3>${b.recipient.address}</td></tr><tr><td style="${td}">货物重量</td><td style="${td}" colspan=3>${b.weight} kg</td></tr></table></div>`,
  },
  'en-label': {
    language: 'en',
    isKnown: false,
    html: (b) =>
      `<div style="font:19px/1.6 'DejaVu Sans',sans-serif;width:600px;border:2px solid #000;padding:12px"><div style="font-size:12px">SHIP TO</div><div style="font-size:24px">${b.recipient.name}</div><div>${b.recipient.address}</div><div>Phone: ${b.recipient.phone}</div><hr><div style="font-size:12px">SENDER</div><div>${b.sender.name}</div><div>${b.sender.address}</div><div>Phone: ${b.sender.phone}</div><hr>${bars()}<div>TRACKING #: ${b.number}</div><div>WT: ${b.weight} KG &nbsp;&nbsp; SHIP DATE: ${enDate(b.date)}</div></div>`,
  },
  'en-table': {
    language: 'en',
    isKnown: false,
    html: (b) =>
      `<div style="font:18px 'DejaVu Sans',sans-serif"><h3>Air Waybill ${b.number}</h3><table style="border-collapse:collapse;width:780px">${row('Shipper', b.sender.name)}${row('Shipper address', b.sender.address)}${row('Shipper phone', b.sender.phone)}${row('Consignee', b.recipient.name)}${row('Consignee address', b.recipient.address)}${row('Consignee phone', b.recipient.phone)}${row('Gross weight', `${b.weight} kg`)}${row('Date of issue', slash(b.date))}</table></div>`,
  },

  side: {
    language: 'zh',
    isKnown: true,
    html: (b) =>
      `<div style="font:19px/1.6 ${font};width:880px"><div style="display:flex;gap:30px"><div style="width:420px;border:1px solid #000;padding:8px"><div style="background:#000;color:#fff;padding:2px 8px;width:max-content">收件信息</div>${b.recipient.name}<br>${b.recipient.phone}<br>${b.recipient.address}</div><div style="width:420px;border:1px solid #000;padding:8px"><div style="background:#000;color:#fff;padding:2px 8px;width:max-content">寄件信息</div>${b.sender.name}<br>${b.sender.phone}<br>${b.sender.address}</div></div><div>快递单号 ${b.number}</div>${bars()}<div>重量（kg）：${b.weight}　　收寄时间：${b.date} 09:31:05</div></div>`,
  },
  en2: {
    language: 'en',
    isKnown: true,
    html: (b) =>
      `<div style="font:17px/1.7 'DejaVu Sans',sans-serif;width:820px"><div style="display:flex;gap:40px"><div><b>Sender:</b> ${b.sender.name}<br><b>Address:</b> ${b.sender.address}<br><b>Mobile:</b> ${b.sender.phone}</div><div><b>Receiver:</b> ${b.recipient.name}<br><b>Address:</b> ${b.recipient.address}<br><b>Mobile:</b> ${b.recipient.phone}</div></div>${bars()}<div>${b.number}</div><div>Weight (kg): ${b.weight} | Date ${b.date}</div></div>`,
  },
}
