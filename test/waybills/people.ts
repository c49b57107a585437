/** What the persons of a set are called, and where they live. */
export interface Words {
  readonly surnames: string
  readonly given: string
  readonly places: readonly string[]
  readonly buildings: readonly string[]
  readonly estates: readonly string[]
  readonly mobiles: readonly string[]
  readonly carriers: readonly string[]
  readonly first: readonly string[]
  readonly last: readonly string[]
  readonly streets: readonly string[]
  readonly towns: readonly string[]
}

export const FIRST_WORDS: Words = {
  surnames: '徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕',
  given: '建国志华子涵梓萱浩宇欣怡晨曦雨桐思远嘉豪文博佳琪雪晴海燕春梅永健玉珍婷宏斌',
  places: [
    '江苏省南京市玄武区珠江路',
    '湖北省武汉市洪山区珞喻路',
    '陕西省西安市雁塔区长安南路',
    '山东省青岛市市南区香港中路',
    '福建省厦门市思明区湖滨南路',
    '重庆市渝北区金开大道',
    '天津市和平区南京路',
    '湖南省长沙市岳麓区麓谷大道',
    '辽宁省大连市沙河口区黄河路',
    '河南省郑州市金水区花园路',
  ],
  buildings: ['阳光花园', '金茂大厦', '锦绣家园', '时代广场', '翠湖小区'],
  estates: ['软件园', '创业大厦', '工业园'],
  mobiles: ['38', '39', '50', '59', '86', '77'],
  carriers: ['YT', 'SF', 'JD'],
  first: ['Oliver', 'Emma', 'Liam', 'Grace', 'Noah', 'Ruth'],
  last: ['Turner', 'Hughes', 'Bennett', 'Foster', 'Walsh', 'Parker'],
  streets: ['Mill Lane', 'Station Road', 'Church Street', 'Harbour View', 'Oak Avenue', 'Queen Street'],
  towns: ['Leeds LS1 4AP', 'Bristol BS1 5TR', 'York YO1 7HH', 'Exeter EX4 3SR', 'Derby DE1 2QY'],
}

/** Of these none but towns' and provinces' own names stands in the first. */
export const SECOND_WORDS: Words = {
  surnames: '庞樊殷施陶洪翟颜倪严牛温季俞章鲁葛伍韦申毕聂焦柳邢岳齐庄祝左涂舒耿肖詹关苗凌费王李张',
  given: '沐宸奕俊熙睿皓轩语若锦程诗昕依诺承泽芷乐瑶景行可馨墨言知夏安然清扬振德胜凤英秋菊长江广双喜爱民',
  places: [
    '江苏省无锡市滨湖区太湖大道',
    '浙江省宁波市鄞州区天童南路',
    '广东省佛山市禅城区季华五路',
    '湖北省宜昌市西陵区夷陵大道',
    '四川省绵阳市涪城区临园路',
    '福建省泉州市丰泽区津淮街',
    '山东省烟台市芝罘区南大街',
    '海南省海口市龙华区国贸路',
    '内蒙古自治区呼和浩特市新城区新华大街',
    '宁夏回族自治区银川市兴庆区解放西街',
    '上海市徐汇区漕溪北路',
    '新疆维吾尔自治区乌鲁木齐市天山区中山路',
  ],
  buildings: ['金色家园', '银河国际', '东方名城', '书香苑', '恒丰中心', '世纪花园'],
  estates: ['科创园', '物流园', '信息大厦'],
  mobiles: ['36', '37', '58', '66', '85', '98'],
  carriers: ['ZT', 'YD', 'JT', 'DB'],
  first: ['Isabel', 'Edward', 'Phoebe', 'Simon', 'Clara', 'Hugh', 'Rosalind', 'Victor', 'Beatrice', 'Leon'],
  last: [
    'Hartley',
    'Marsden',
    'Osborne',
    'Lambert',
    'Whitaker',
    'Gallagher',
    'Sinclair',
    'Pritchard',
    'Drummond',
    'Kendall',
  ],
  streets: [
    'Orchard Road',
    'Priory Lane',
    'Beech Grove',
    'Abbey Street',
    'Riverside Drive',
    'Cromwell Road',
    'Tower Hill',
    'Meadow Close',
  ],
  towns: [
    'Plymouth PL4 8AA',
    'Chester CH1 2HU',
    'Oxford OX2 6GG',
    'Sheffield S10 2TN',
    'Dundee DD1 4HN',
    'Brighton BN2 1TL',
    'Carlisle CA1 1QG',
  ],
}
