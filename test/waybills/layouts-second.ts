import type { Bill, Layout, Person } from './layouts.ts'

/** Other forms, labels, sizes and fonts than those of the first set and of all that the reader was tuned on. */

const song = "'Liberation Serif','AR PL UMing CN',serif"
const mono = "'WenQuanYi Micro Hei Mono',monospace"
const serifHei = "'PT Serif','WenQuanYi Micro Hei',serif"
const sansHei = "'Liberation Sans','WenQuanYi Micro Hei',sans-serif"

/** Bars of a code: as wide as the digits say. */
function code(number: string, width: number, height: number): string {
  const bars = Array.from(`${number}${number}`, (sign, at) => {
    const wide = 1 + ((sign.charCodeAt(0) + at) % 4)
    return `<i style="display:inline-block;width:${wide}px;height:${height}px;background:#000;margin-right:${1 + ((sign.charCodeAt(0) * 3 + at) % 5)}px"></i>`
  })
  return `<div style="width:${width}px;overflow:hidden;white-space:nowrap;line-height:0;margin:6px 0">${bars.join('').repeat(2)}</div>`
}
const cell = 'border:1px solid #444;padding:6px 10px'
const row = (...cells: readonly (readonly [string, number?])[]): string =>
  `<tr>${cells.map(([text, span = 1]) => `<td colspan="${span}" style="${cell}">${text}</td>`).join('')}</tr>`
const parts = (date: string): readonly string[] => date.split('-')
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const inWords = (date: string): string => {
  const [y = '', m = '', d = ''] = parts(date)
  return `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}`
}
const dotted = (date: string): string => date.replaceAll('-', '.')

const postalParty = (who: string, { name, phone, address }: Person): string =>
  row([`${who}姓名`], [name], ['联系电话'], [phone]) + row([`${who}地址`], [address, 3])
const cardOf = (title: string, { name, phone, address }: Person): string =>
  `<div style="border:1px solid #888;border-radius:8px;margin:10px 0"><div style="background:#ddd;padding:4px 14px;border-radius:8px 8px 0 0">${title}</div><div style="padding:8px 14px">${name}　　${phone}<div>${address}</div></div></div>`
const noteOf = (who: string, { name, phone, address }: Person): string =>
  `<div>${who}：${name}　　　电话：${phone}</div><div>地址：${address}</div>`
const fieldOf = (label: string, value: string): string =>
  `<div style="margin:3px 0 9px"><div style="font-size:14px;color:#333">${label}</div><div>${value}</div></div>`
const formOf = (who: string, { name, phone, address }: Person): string =>
  `<div style="width:400px;border:1px solid #000;padding:6px 12px">${fieldOf(`${who}'s name`, name)}${fieldOf(`${who}'s address`, address)}${fieldOf(`${who}'s telephone`, phone)}</div>`
const slipOf = (who: string, { name, phone, address }: Person): string =>
  `<p style="margin:10px 0"><b>${who}:</b> ${name}<br>${address}<br>Tel. ${phone}</p>`

export const SECOND_LAYOUTS: Readonly<Record<string, Layout>> = {
  postal: {
    language: 'zh',
    isKnown: false,
    html: (b: Bill) =>
      `<div style="font:18px ${song};width:800px"><div style="display:flex;justify-content:space-between;align-items:end"><span style="font-size:26px">国内特快专递邮件详情单</span><span>运单编号 ${b.number}</span></div>${code(b.number, 400, 44)}<table style="border-collapse:collapse;width:800px">${postalParty('寄件人', b.sender)}${postalParty('收件人', b.recipient)}${row(['实际重量'], [`${b.weight} kg`], ['收寄日期'], [b.date])}</table></div>`,
  },
  receipt: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:16px/1.65 ${mono};width:520px"><div style="text-align:center;font-size:24px">快件存根联</div><div style="border-top:2px dashed #000"></div><div>快件单号：${b.number}</div><div>收件人：${b.recipient.name}</div><div>收件电话：${b.recipient.phone}</div><div>收件地址：${b.recipient.address}</div><div style="border-top:2px dashed #000"></div><div>寄件人：${b.sender.name}</div><div>寄件电话：${b.sender.phone}</div><div>寄件地址：${b.sender.address}</div><div style="border-top:2px dashed #000"></div><div>重量：${b.weight}公斤</div><div>日期：${b.date} 16:42</div>${code(b.number, 360, 60)}</div>`,
  },
  card: {
    language: 'zh',
    isKnown: false,
    html: (b) =>
      `<div style="font:16px/1.6 ${sansHei};width:620px"><div style="display:flex;justify-content:space-between;align-items:center">${code(b.number, 330, 50)}<span style="font-size:24px;font-weight:bold">${b.number}</span></div>${cardOf('收件人', b.recipient)}${cardOf('寄件人', b.sender)}<div style="display:flex;gap:60px"><span>重量：${b.weight}kg</span><span>寄件时间：${b.date} 08:15:30</span></div></div>`,
  },
  note: {
    language: 'zh',
    isKnown: false,
    html: (b) => {
      const [y, m, d] = parts(b.date)
      return `<div style="font:16px/1.7 ${serifHei};width:620px;border:3px double #000;padding:14px 18px"><div style="text-align:center;font-size:27px">公路货物运输托运单</div><div style="display:flex;justify-content:space-between"><span>单号：${b.number}</span><span>${y}年${m}月${d}日</span></div><hr>${noteOf('托运人', b.sender)}<hr>${noteOf('收货人', b.recipient)}<hr><div>货物重量：${b.weight} 千克　　件数：1</div></div>`
    },
  },
  airbill: {
    language: 'en',
    isKnown: false,
    html: (b) =>
      `<div style="font:19px/1.45 'PT Serif',serif;width:870px"><div style="display:flex;justify-content:space-between;font-size:22px"><b>House Air Waybill</b><span>${b.number}</span></div>${code(b.number, 380, 46)}<div style="display:flex;gap:14px">${formOf('Shipper', b.sender)}${formOf('Consignee', b.recipient)}</div><table style="border-collapse:collapse;margin-top:12px">${row(['Gross weight'], [`${b.weight} kg`], ['Executed on (date)'], [dotted(b.date)])}</table></div>`,
  },
  slip: {
    language: 'en',
    isKnown: false,
    html: (b) =>
      `<div style="font:20px/1.5 'Liberation Serif',serif;width:600px"><div style="font-size:28px;letter-spacing:1px">Delivery slip</div><div>Tracking number: ${b.number}</div><hr>${slipOf('Sender', b.sender)}${slipOf('Recipient', b.recipient)}<hr><div>Weight: ${b.weight} kg</div><div>Date: ${inWords(b.date)}</div>${code(b.number, 420, 56)}</div>`,
  },
}
