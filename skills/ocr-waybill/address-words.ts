/** What addresses are made of, beside names of their own. */
const WORDS =
  '大街 大道 南大街 北大街 东大街 西大街 人民 解放 建设 中山 中华 新华 文化 和平 长江 黄河 滨河 滨江 滨湖 沿江 环城 环湖 迎宾 学府 科技 工业 创业 创新 光明 胜利 友谊 团结 幸福 朝阳 东风 红旗 青年 公园 火车站 大厦 大楼 广场 中心 花园 家园 公寓 新村 公馆 国际 时代 世纪 阳光 金色 银河 东方 名城 新城 锦绣 翠湖 明珠 书香 恒丰 信息 软件 产业 科创 物流 工业园 科技园 软件园 产业园 物流园 创业园 科创园 创新园 开发区 单元 商务 商业 写字楼 市场 农贸 学院 大学 医院 银行 酒店 宾馆 山庄 豪庭 雅苑 嘉园 佳苑 丽景 御景 府邸 一期 二期 三期'.split(
    ' ',
  )
const byFirst = Map.groupBy(
  WORDS.flatMap((word) => Array.from(word, (sign, at) => ({ sign, at, word }))),
  ({ sign }) => sign,
)
/** What stands behind a number in an address. */
const COUNTED = '号楼栋幢座层室组期弄巷门店'
const BONUS = -3
const STRANGE = 5

/** An address, or a part of one: divisions and numbers. */
const isAddress = (text: string): boolean =>
  /\p{Script=Han}.*[省市区县].*\d/u.test(text) || /\d(?:号楼?|栋|幢|座|单元)/u.test(text)

/** What is unusual in an address costs, and the words that addresses are made of are cheap. */
export function costOfAddressWords(text: string): number {
  if (!isAddress(text)) return 0
  const known = WORDS.filter((word) => word.length === 2 && text.includes(word)).length
  const strange = Array.from(text.matchAll(/\d(\p{Script=Han})/gu)).filter(
    ([, sign = '']) =>
      !COUNTED.includes(sign) && sign !== '单' && sign !== '年' && sign !== '公' && sign !== '千',
  ).length
  return BONUS * known + STRANGE * strange
}

/** The same line with a word of addresses, or a word that counts, in place of what looks like one. */
export function otherAddressWords(text: string): readonly string[] {
  if (!isAddress(text)) return []
  const found = new Set<string>()
  const signs = Array.from(text)
  for (const [at, sign] of signs.entries()) {
    for (const { at: inWord, word } of byFirst.get(sign) ?? []) {
      const from = at - inWord
      if (word.length > 3 || from < 0 || from + word.length > signs.length) continue
      const seen = signs.slice(from, from + word.length)
      const differs = seen.filter((one, place) => one !== word[place]).length
      if (
        differs === 1 &&
        seen.every((one, place) => one === word[place] || /[^\P{Script=Han}省市区县州路街]/u.test(one))
      )
        found.add([...signs.slice(0, from), word, ...signs.slice(from + word.length)].join(''))
    }
    if (at > 0 && /\d/.test(signs[at - 1] ?? '') && /\p{Script=Han}/u.test(sign) && !COUNTED.includes(sign))
      for (const other of ['号', '栋', '层', '室', '幢', '座'])
        found.add([...signs.slice(0, at), other, ...signs.slice(at + 1)].join(''))
  }
  return [...found]
}
