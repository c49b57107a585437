import type { List } from './lists.ts'
import { listOf } from './lists.ts'

/** Rare, so that a model hardly speaks of another who bears one. They do not say whether it is a woman or a man. */
export const GIVEN_NAMES: List = listOf(
  'Arlen Averil Ashlin Berit Brynn Caelan Carlin Corin Darian Delaney Devan Eilis Eirian Ellery Emlyn ' +
    'Everly Fallon Finlay Greer Gwyn Ilian Jaylin Jessamy Jorin Kaelin Keelan Kelsey Kyrin Leith Lorin Maelis ' +
    'Maren Marlis Merrin Nevin Norrin Odell Orlin Perrin Quillan Raelin Renly Romilly Rylan Samar Tamsin ' +
    'Taryn Teagan Tierney Torin Vanja Wynne Yarden Yorin Zarin Alwyn Brisa Corliss Davin Elspet Fenna Gerrin ' +
    'Hesper Idony Jarlen Kerrin Lisbet Mirren Nerys Orrin Petrin Rhoswen Sorcha Tirion Vaylen Wilmot Ysolde',
)
export const FAMILY_NAMES: List = listOf(
  'Alderton Ashcombe Barlowe Benning Birkholm Blackmer Bramwell Brandvold Carstens Castellan Chadbourne ' +
    'Colwell Conrath Corvin Dahlgren Delacourt Dorrance Eastwick Edgerton Ellingson Fairbourne Falkner Farrow ' +
    'Ferrand Forsberg Gallner Greville Hadlock Halbrook Hallberg Hartwell Holmquist Kellerman Lambourne ' +
    'Leclair Lindqvist Lockridge Lorimer Marchetti Mortensen Nordahl Northcott Osterman Palmgren Pemberton ' +
    'Quimby Ravensdale Redfern Renshaw Seaborne Thornbury Tillman Underhill Vandermeer Walford Warrick ' +
    'Whitlock Wolcott Yardley Zellner',
)

/** Of the common ones those with which no common word ends: 感谢老师 would hold one who is called 谢. */
export const HAN_FAMILY_NAMES: List = listOf(
  '赵 吴 徐 朱 郭 罗 郑 韩 冯 萧 曹 袁 邓 沈 彭 吕 卢 蒋 蔡 贾 魏 薛 阎 潘 杜 汪 杨 刘 陈 邱 邹 崔 廖 谭 孟 龚 邵 尹 郝',
)
/** Two characters, for a name of two in all is soon a word by chance. */
export const HAN_GIVEN_NAMES: List = listOf(
  '语桐 子涵 梓萱 浩然 思远 若彤 嘉懿 煜城 懿轩 烨磊 晟睿 文博 修洁 黎昕 旭尧 鸿涛 伟祺 荣轩 越泽 浩宇 瑾瑜 皓轩 擎宇 志泽 子轩 睿渊 弘文 哲瀚 雨泽 ' +
    '楷瑞 建辉 晋鹏 天磊 绍辉 泽洋 鑫磊 鹏煊 昊强 伟宸 博超 君浩 子骞 鹏涛 炎彬 鹤轩 越彬 靖琪 伟诚 明轩 健柏 修杰 志远 弘雅 奕辰 沐宸 宇辰 书瑶 雅静 诗涵 ' +
    '梦洁 凌薇 美莲 雪丽 依娜 雅芙 雨婷 怡香 珺瑶 婉婷 睿婕 静璇 昕怡 韵寒 莉姿 梦璐 沛玲 欣妍 歆瑶 凌菲 靖瑶 语嫣 钰彤 芷若 茹雪 蓓蕾 清妍 采薇 佩玉 岚风 岑溪',
)
/** Families whose names have two characters; all others have one. */
export const HAN_LONG_FAMILY_NAMES: ReadonlySet<string> = new Set(
  '欧阳 司马 上官 诸葛 司徒 慕容 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 令狐 长孙 宇文 轩辕 端木 申屠 闻人'.split(
    ' ',
  ),
)
/** What is said behind a family name alone. */
export const HAN_TITLES = [
  '先生',
  '女士',
  '小姐',
  '老师',
  '医生',
  '大夫',
  '律师',
  '经理',
  '总',
  '主任',
  '教授',
  '博士',
  '同学',
  '法官',
  '警官',
  '师傅',
] as const
