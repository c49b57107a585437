/** Surnames by how many of a hundred thousand people bear them; below the first hundred only the order of size is known. */
const BEARERS: Readonly<Record<number, string>> = {
  7000: '王李张',
  4800: '刘陈',
  2800: '杨黄赵',
  1800: '吴周徐孙',
  1300: '马朱胡郭何林',
  1000: '高罗郑梁谢宋唐许',
  700: '韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭',
  400: '洪赖傅萧陆范汪廖石金贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤',
  200: '成温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申殷詹耿关兰焦俞左柳甘祝包宁符阮尚舒纪柯梅童凌毕单裴霍涂苗骆盛曲翁冉靳蓝路游辛欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时阳阎穆农司古吉卓缪车项连芦褚娄',
  100: '窦戚岑党宫费卜晏席卫米柏宗瞿桂全佟应闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀胥南储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋初云容敬来扈晁芮普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺慕危玉银亢嵇公哈湛宾戎勾茅利呼',
  20: '干谷车幸桓水池丘昌凤贝贲宓诸束靖汲邴糜松段富逄戎甫酆鄂籍璩咸赖卑桑濮寿通扶堵宰郦璩濮郏浦农庄晏柴瞿充慕茹习宦鱼容向易慎廖庾终暨居衡耿弘匡寸广禄阙殴殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚简饶空曾毋养丰巢蒯红竺盖益桓岸苍漆揭粘揣笪雒綦展尉和撒臧昝臧瞿萧於荀幸谯邵郁单洪洑麦蓟郗仉钮伦弭英邹仁墨锁',
  // Words of every day: only a cue makes them a surname.
  3: '由过相但归别都能才门线户位衣占承战智香步库须班',
  60: '洪赖俞萧傅常闻郁冷简麦尉苍黑展钮仉臧竺冯昝邓英洛青揭矫晁谷滑宦昌景束荀郦巢励',
}
const COMPOUND: Readonly<Record<number, string>> = {
  40: '欧阳 上官 司徒 司马 诸葛 皇甫 尉迟 令狐 慕容 东方 夏侯 公孙 长孙 宇文 端木 申屠 南宫 西门 轩辕 独孤 闻人',
  10: '百里 呼延 钟离 淳于 单于 太史 公冶 赫连 澹台 濮阳 宗政 万俟 闾丘 亓官 司空 仲孙 左丘 公羊 东郭 梁丘 乐正 拓跋 钮祜禄 叶赫那拉 爱新觉罗 完颜 纳兰 第五 即墨 谷梁 段干 羊舌 微生',
}

/** A surname and the part of the people that bears it. */
export const SURNAMES: ReadonlyMap<string, number> = new Map(
  [
    ...Object.entries(BEARERS).flatMap(([bearers, row]) =>
      Array.from(row, (name) => [name, Number(bearers)] as const),
    ),
    ...Object.entries(COMPOUND).flatMap(([bearers, row]) =>
      row.split(' ').map((name) => [name, Number(bearers)] as const),
    ),
  ]
    .sort((one, other) => one[1] - other[1])
    .map(([name, bearers]) => [name, bearers / 100_000] as const),
)
