import type { List } from './lists.ts'
import { listOf } from './lists.ts'

/** No town of any size has one of these names. */
export const TOWNS: List = listOf(
  'Alderbrook, Ashmere, Brackenford, Briarhaven, Cedarholm, Coldwater Bay, Dunmarsh, Eastmere, ' +
    'Elmsworth, Fairhollow, Fernleigh, Glenharrow, Greywick, Hartsmoor, Ivydale, Kestrel Point, ' +
    'Larchmont Vale, Maplecroft, Millhaven, Northmere, Oakhollow, Pinecrest Falls, Ravenholt, Rosewick, ' +
    'Silverbrook, Stonebridge Hollow, Thornmere, Westerleigh, Willowmere, Wrenfield',
  ', ',
)
export const STREETS: List = listOf(
  'Larch Lane, Juniper Road, Heron Street, Millrace Avenue, Copper Beech Drive, Orchard Row, ' +
    'Lantern Street, Sandpiper Way, Foxglove Road, Quarry Lane, Tamarack Street, Windmill Road, ' +
    'Saddler Street, Hazelwood Avenue, Kingfisher Close, Bellflower Lane',
  ', ',
)
export const HAN_TOWNS: List = listOf(
  '青岚, 澄溪, 兰渚, 宁泽, 碧屿, 沐渊, 翠洲, 霁川, 泽禾, 岚渚, 衡泽, 澜屿, 清渚, 禾岳, 芷川, 映洲',
  ', ',
)
export const HAN_ROADS: List = listOf(
  '翠湖路, 望江路, 梧桐街, 青松路, 锦绣大道, 迎霞路, 云栖街, 和顺路, 明德路, 芙蓉巷, 银杏路, 听雨巷, 金穗路, 朝晖路, 海棠街, 竹园路',
  ', ',
)
/** Made up, two and two of them. */
export const FIRMS: List = listOf(
  'Alderway, Brightmoor, Calderon, Dunlin, Everfield, Farrowgate, Glenmark, Halcyra, Ironleaf, ' +
    'Juniveld, Kestrelworks, Larkspan, Meridale, Norvane, Oakreach, Pinehollow, Quillstone, Ravenmark, ' +
    'Silvergate, Tamarind, Umberline, Velmora, Westhaven, Yarrowby',
  ', ',
)
export const HAN_FIRMS: List = listOf(
  '恒远, 瑞辰, 鼎岳, 星澜, 云岫, 嘉泽, 博渊, 晟河, 润森, 凌越, 弘景, 泰禾川, 启明轩, 锦程, 华澜, 信岳, 远洲, 盛霖, 卓翎, 安澜',
  ', ',
)
