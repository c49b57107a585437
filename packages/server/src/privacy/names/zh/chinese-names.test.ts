import { test } from 'node:test'
import assert from 'node:assert/strict'
import { ChineseNames } from './chinese-names.ts'

const names = new ChineseNames()
const found = (text: string) =>
  names.find(text, []).map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)

test('people are found by what stands beside them, with rare and with double surnames', () => {
  assert.deepEqual(found('麻烦转告苗若溪，体检报告周三取'), ['PERSON 苗若溪'])
  assert.deepEqual(found('证人逄锦秀与令狐思远到庭'), ['PERSON 逄锦秀', 'PERSON 令狐思远'])
  assert.deepEqual(found('鲜于枢说他不来了'), ['PERSON 鲜于枢'])
})

test('traditional characters are read as simplified ones, and the places stay those of the text', () => {
  assert.deepEqual(found('請聯絡陳奕迅先生'), ['PERSON 陳奕迅'])
  assert.deepEqual(found('台北市大安區忠孝東路四段216巷27弄3號5樓'), [
    'ADDRESS 台北市大安區忠孝東路四段216巷27弄3號5樓',
  ])
})

test('of 王先生 the surname is told, and of 王某, 小邱 and 涛哥 the whole', () => {
  assert.deepEqual(found('王先生来电'), ['PERSON 王'])
  assert.deepEqual(found('小邱又迟到了'), ['PERSON 小邱'])
  assert.deepEqual(found('被告人池某辩称'), ['PERSON 池某'])
})

test('names of other peoples are found whole, with a dot and without', () => {
  assert.deepEqual(found('外教安德烈·科瓦廖夫请假'), ['PERSON 安德烈·科瓦廖夫'])
  assert.deepEqual(found('蜂农达瓦卓玛赶着花期转场'), ['PERSON 达瓦卓玛'])
})

test('an address goes down to the door and leaves the words around it out', () => {
  for (const address of [
    '成都市青羊区草市街123号时代锋尚5栋1903',
    '天河区体育西路103号维多利广场A塔2708',
    '锦绣江南三期15幢2单元',
    '李家村三组17号',
    '北京市8717信箱23分箱',
    '团结北路与滨河大道交叉口西南角',
    '贵阳市观山湖区长岭北路8号美的林城时代3栋2101',
  ])
    assert.deepEqual(found(`请寄到${address}，谢谢`), [`ADDRESS ${address}`])
})

test('a firm begins with its own name and not with what is said of it', () => {
  assert.deepEqual(found('褚主任建议转华西医院治疗').at(-1), 'ORGANIZATION 华西医院')
  assert.deepEqual(found('培训机构夏县残疾人联合会人去楼空'), ['ORGANIZATION 夏县残疾人联合会'])
})

test('dishes, sayings, programs and figures are nobody', () => {
  for (const text of [
    '宫保鸡丁配米饭，再来一碗紫菜蛋花汤',
    '柳暗花明又一村，江山易改本性难移',
    '路由配置错误导致超时，任务队列堆积',
    '毛利率同比下降，石油价格上涨',
    '李子十块钱三斤，黄金周高速免费',
    '高度重视，认真落实，于是我们决定重新来过',
  ])
    assert.deepEqual(found(text), [])
})

test('many names in a row are all found, each for itself', () => {
  assert.equal(found('王伟、'.repeat(5000)).length, 5000)
})
