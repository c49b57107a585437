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
  assert.deepEqual(found('已受理畅女士的申请'), ['PERSON 畅'])
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
    '宁晋县换马店镇东马庄村2队',
    '绥化市海伦市共合镇保安村4屯',
    '岳麓区麓谷大道662号软件中心大楼316房',
    '东城区东四北大街107号克林大厦一层',
    '北京市8717信箱23分箱',
    '团结北路与滨河大道交叉口西南角',
    '贵阳市观山湖区长岭北路8号美的林城时代3栋2101',
  ])
    assert.deepEqual(found(`请寄到${address}，谢谢`), [`ADDRESS ${address}`])
})

test('a firm begins with its own name and not with what is said of it', () => {
  assert.deepEqual(found('褚主任建议转华西医院治疗').at(-1), 'ORGANIZATION 华西医院')
  assert.deepEqual(found('培训机构夏县残疾人联合会人去楼空'), ['ORGANIZATION 夏县残疾人联合会'])
  assert.deepEqual(found('投诉四川锦城联合会计师事务所'), ['ORGANIZATION 四川锦城联合会计师事务所'])
  assert.deepEqual(found('起诉至大连海事法院，任青岛分公司副总经理'), [
    'ORGANIZATION 大连海事法院',
    'ORGANIZATION 青岛分公司',
  ])
  assert.deepEqual(found('江湖救急，谁有充电器'), [])
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

test('a name that is a word is told by what stands around it', () => {
  for (const [name, text] of [
    ['方圆', '证人方圆因病未到庭'],
    ['温和', '我同学温和结婚，你去不去'],
    ['田野', '发件人：田野\n主题：周报'],
    ['高洁', '替我约一下高洁，越早越好'],
    ['石头', '那个叫石头的男孩把书包藏起来了'],
  ] as const)
    assert.deepEqual(found(text), [`PERSON ${name}`], text)
})

test('the same words in their ordinary sense are nobody', () => {
  for (const text of [
    '我很高兴认识你，何必客气',
    '方圆十里没有人家，方向不明',
    '这药性质温和，不刺激',
    '走在田野上，风都是甜的',
    '商品,单价\n白糖,6.5\n黄油,12',
    '当事人应当到场，年龄不限',
    '支持的格式：文本、图片、文档',
  ])
    assert.deepEqual(found(text), [], text)
})

test('who is named in full is found where only the given name or what friends make of it stands', () => {
  assert.deepEqual(found('患者丁满堂住院。其妻诉满堂夜间咳嗽'), ['PERSON 丁满堂', 'PERSON 满堂'])
  assert.deepEqual(found('新同事叫王建国，大家喊他阿国。建国说他不来了'), [
    'PERSON 王建国',
    'PERSON 阿国',
    'PERSON 建国',
  ])
  assert.deepEqual(found('张伟：在吗\n赵敏：伟，等你呢\n伟：好'), [
    'PERSON 张伟',
    'PERSON 赵敏',
    'PERSON 伟',
    'PERSON 伟',
  ])
})

test('parts of words are no given names', () => {
  assert.deepEqual(found('王国华来了，中国华为的手机'), ['PERSON 王国华'])
  assert.deepEqual(found('张建国到了。自建国以来，建国门两次重修'), ['PERSON 张建国'])
  assert.deepEqual(found('李明同意，明天见，一片光明'), ['PERSON 李明'])
})

test('a row of things holds nobody, and a row of people keeps them all', () => {
  for (const text of [
    '展出旗袍、汉服、宋锦、马褂、腰鼓',
    '林子里有喜鹊、麻雀、白鹭、黄鹂、斑鸠',
    '书架上摆着字典、童谣、游记、画册、方略',
  ])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('参会人员：王建国、李丽华、保安、周敏'), [
    'PERSON 王建国',
    'PERSON 李丽华',
    'PERSON 周敏',
  ])
})

test('words of programs hold nobody, and words are names where somebody is meant', () => {
  for (const text of [
    '以换行符结尾的行按制表符宽度对齐',
    '操作符列表与字段个数不符',
    '正文用宋体，应力超过屈服点',
  ])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('原告高兴诉被告王建国借款纠纷一案'), ['PERSON 高兴', 'PERSON 王建国'])
})

test('a word of every day is a name where only somebody can stand, and a word where anything can', () => {
  for (const [text, name] of [
    ['收件人 时尚 13800001234 放门口就行', '时尚'],
    ['签名：常识', '常识'],
    ['感谢从容先生的支持', '从容'],
    ['段落，13912345678，自提', '段落'],
    ['向导的身份证还没交', '向导'],
    ['谢云帆：谁去接？\n万一：我去。', '万一'],
    ['一号巩俐萍，二号丛林，三号丛日东', '丛林'],
    ['值日 甘露 邬晓彤 卞之远', '甘露'],
    ['经高兴介绍，我认识了贺长江', '高兴'],
    ['请方向把报销单交给财务', '方向'],
  ] as const)
    assert.ok(found(text).includes(`PERSON ${name}`), text)
  for (const text of [
    '时尚女装第二件半价',
    '常识题占三成，段落大意占两成',
    '从容应对，习惯成自然',
    '客服：马上为您查询',
    '编号|程度|高度',
    '经高温处理，请方便时把门关上',
    '时间：全天',
  ])
    assert.deepEqual(found(text), [], text)
})

test('what only people are said to be and to have tells a name from a word', () => {
  for (const [text, name] of [
    ['高见，男，45岁，胸闷两天', '高见'],
    ['我叫石榴，住三楼', '石榴'],
    ['江湖这个人不爱说话', '江湖'],
    ['金鱼的女儿考上大学了', '金鱼'],
    ['安心是我大学同学', '安心'],
    ['附请柬一份，钟声亲启', '钟声'],
    ['恭喜元旦、廖永康两位同事', '元旦'],
  ] as const)
    assert.ok(found(text).includes(`PERSON ${name}`), text)
  for (const text of [
    '江湖这个词用得多',
    '金鱼缸里换了水',
    '安心是福',
    '元旦、春节两个假期',
    '石榴两斤，四十五元',
  ])
    assert.deepEqual(found(text), [], text)
})

test('what names the number beside it is nobody', () => {
  for (const label of ['卡号', '单价', '年龄', '金额', '车牌', '班级', '来源', '支行'])
    for (const text of [
      `电话 13800138000，${label} 4111`,
      `${label} 13800138000`,
      `13800138000，${label}另附`,
    ])
      assert.deepEqual(found(text), [], text)
})

test('sounds, seasons, amounts, who shares a room and what a form asks for are nobody', () => {
  for (const text of [
    '钟声敲了十二下，新年到了',
    '文静的环境适合读书',
    '金秋时节最美',
    '房型（母女）13812345678',
    '请提供持卡人姓名和卡号。',
    '今收到人民币伍仟元整',
    '我们班班长和院院长都来了',
    '老师高兴地说',
    'INSERT INTO 学生 (姓名, 班级, 家长) VALUES',
    '| 姓名 | 车牌 | 电话 |\n| --- | --- | --- |',
  ])
    assert.deepEqual(found(text), [], text)
  for (const [text, name] of [
    ['文静的妈妈来了', '文静'],
    ['钟声今天值班', '钟声'],
  ] as const)
    assert.ok(found(text).includes(`PERSON ${name}`), text)
})

test('who is called, sits in a class or stands in a row with his sex is somebody', () => {
  for (const [text, name] of [
    ['马上同学请到教务处领取学生证', '马上'],
    ['“成功，过来签个字。”经理喊道', '成功'],
    ['| 高兴 | 男 | 三班 |', '高兴'],
  ] as const)
    assert.ok(found(text).includes(`PERSON ${name}`), text)
  for (const text of ['全体同学请到操场集合', '高中同学聚会', '马上，你等我一下'])
    assert.deepEqual(found(text), [], text)
})
