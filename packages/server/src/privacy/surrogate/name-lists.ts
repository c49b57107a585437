import type { List } from './lists.ts'
import { listOf } from './lists.ts'

/** Borne by women and men, and few of them a word of everyday language. */
export const GIVEN_NAMES: List = listOf(
  'Robin Taylor Morgan Casey Riley Jamie Quinn Avery Rowan Kerry Leslie Shannon Dana Alexis Andrea ' +
    'Ariel Aubrey Carey Corey Darcy Devin Dominique Elliot Emery Finley ' +
    'Francis Frankie Gabriele Hayden Hollis Jessie Jules Kendall Laurence Logan Marion Micah Nicola ' +
    'Noel Payton Presley Reese Remy Ripley Sasha Sawyer Shelby Sidney Skyler Stacey Stevie Sutton Tatum Toni ' +
    'Tracy Valentine Vanja Wynne Yael Zion Ashley Lindsay Mika Nikita Alix Camille Noa Luca Jona Toby Deniz',
)
export const FAMILY_NAMES: List = listOf(
  'Alderton Ashcombe Barlowe Benning Birkholm Blackmer Bramwell Brandvold Calloway Carstens Castellan Chadbourne Colwell ' +
    'Conrath Corvin Dahlgren Delacourt Devereux Dorrance Eastwick Edgerton Ellingson Fairbourne Falkner Farrow Fenwick ' +
    'Ferrand Forsberg Gallner Garrick Gillard Grantham Greville Hadlock Halbrook Hallberg Harcourt Hartwell ' +
    'Hawthorne Hollander Holmquist Kellerman Lambourne Landry Larkin Leclair ' +
    'Lindqvist Lockridge Lorimer Marchetti Marlowe Merrick Montclair Mortensen Nordahl Northcott Osterman Palmgren ' +
    'Pemberton Penrose Quimby Radcliff Ravensdale Redfern Renshaw Rosenthal Seaborne Selwyn ' +
    'Stanfield Strickland Thackeray Thornbury Tillman Underhill Vandermeer Verlaine ' +
    'Wainwright Walford Warrick Westbrook Whitlock Winslow Wolcott Yardley Zellner',
)

export const HAN_FAMILY_NAMES: List = listOf(
  '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜',
)
/** Two characters, for a name of two in all is soon a word by chance. */
export const HAN_GIVEN_NAMES: List = listOf(
  '语桐 子涵 梓萱 浩然 思远 若彤 嘉懿 煜城 懿轩 烨磊 晟睿 文博 天佑 修洁 黎昕 远航 旭尧 鸿涛 伟祺 荣轩 越泽 浩宇 瑾瑜 皓轩 擎宇 志泽 子轩 睿渊 弘文 哲瀚 雨泽 ' +
    '楷瑞 建辉 晋鹏 天磊 绍辉 泽洋 鑫磊 鹏煊 昊强 伟宸 博超 君浩 子骞 鹏涛 炎彬 鹤轩 越彬 风华 靖琪 明辉 伟诚 明轩 健柏 修杰 志远 弘雅 奕辰 沐宸 宇辰 书瑶 雅静 诗涵 ' +
    '梦洁 凌薇 美莲 雪丽 依娜 雅芙 雨婷 怡香 珺瑶 婉婷 睿婕 静璇 昕怡 韵寒 莉姿 梦璐 沛玲 欣妍 歆瑶 凌菲 靖瑶 语嫣 钰彤 芷若 茹雪 蓓蕾 清妍 采薇 佩玉 岚风 听澜',
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
