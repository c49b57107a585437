import type { Stretch } from './organisations.ts'

const DOT = /[·•・‧∙]/g
/** Characters that names of other languages are written with. */
const SOUNDS = new Set(
  Array.from(
    `阿埃艾爱安昂奥巴白拜班邦保鲍北贝本比彼毕宾波伯博勃布查察昌彻茨次达戴代黛丹当道得德登邓迪蒂丁杜多顿厄恩尔法凡范菲费芬丰冯佛夫弗福富盖甘冈高戈哥格葛根贡古瓜圭国哈海汉豪赫黑亨洪胡华怀惠霍基吉季加佳嘉贾简杰捷金京久居喀卡凯坎康考科可克肯孔库夸昆拉莱赖兰朗劳勒雷蕾里理利莉丽力立连良列林琳龙隆卢鲁露吕伦罗洛马玛迈麦曼芒毛茅梅门蒙孟米密明敏缪莫默姆木穆那纳娜奈南内尼妮年宁纽诺欧帕潘庞佩彭皮平泼珀普蒲齐奇契恰强乔切钦琼丘让热日荣茹儒瑞若萨塞赛桑瑟森沙莎珊山尚绍舍申圣施石史士舒斯丝松苏索塔泰坦汤唐陶特提田铁廷通透图土吐托瓦万旺威韦为维卫温文翁沃乌武西希席锡夏香肖谢辛欣兴休许逊雅亚延扬耶叶伊依易因英尤于约云扎泽詹占张珍芝治中朱卓兹孜子佐买提合麦吾力江别肯汗都翰何秋简骞雪梅古丽努帕迪热依木拜山巴依阿卜不拉吐玉素甫买买娃奎狄更钱宾恩旦丽侯赛因本蕾妮琪柯廖晓迦嘎玖诗慕穆珂璐薇莎乌孜肉扎札萨措才仁桑吉巴根图雅烈琳蓉蒂芙莲萝黎娅雯翠什葆焦旺诃贞耀顺善喜嫩蕊芮茜茵柴蔡策慈楚川春崔牟讷聂涅蓬匹颇腾滕忒吞魏渥奚勋佑余郁宰谆艾迦妲丝`,
  ),
)
const LONGEST = 8

/** Whether names of other languages are written with a character. */
export const isSound = (character: string | undefined): boolean =>
  character !== undefined && SOUNDS.has(character)

/** Names written with a dot between their parts: 约翰·史密斯, 阿卜杜拉·买买提. Each part is sounds only. */
export function dottedNames(text: string): Stretch[] {
  const found: Stretch[] = []
  for (const { index } of text.matchAll(DOT)) {
    let start = index
    while (index - start < LONGEST && start > 0 && isSound(text[start - 1])) start -= 1
    let end = index + 1
    while (end - index - 1 < LONGEST && isSound(text[end])) end += 1
    if (start === index || end === index + 1) continue
    // 马丁内斯夫妇, 马丁内斯夫人
    if (text[end - 1] === '夫' && '妇人'.includes(text[end] ?? ' ')) end -= 1
    const last = found.at(-1)
    if (last && last.end > start) found[found.length - 1] = { start: last.start, end }
    else found.push({ start, end })
  }
  return found
}
