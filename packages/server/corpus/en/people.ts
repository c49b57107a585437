import type { Random } from '../random.ts'

const list = (words: string): readonly string[] => words.trim().split(/\s+/)

const CHINESE = list(
  'Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Feng Dong Cheng Cao Yuan Deng Fu Shen Zeng Peng Lu Su Jiang Cai Jia Ding Wei Xue Ye Yan Pan Du Dai Xia Zhong Tian Ren Fan Fang Shi Yao Liao Zou Xiong Jin Hao Kong Bai Cui Kang Mao Qiu Qin Gu Hou Shao Meng Long Wan Duan Qian Tao Ouyang Lau Wong Chan Cheung Leung Kwok Ng Tsai Hsu Hsieh Chiang Yeh Kuo',
)
const PINYIN = list(
  'ai an bai bei bin bo cai chang chao chen cheng chun da dan de dong fan fang fei feng fu gang gui guo hai han hao he heng hong hua huan hui ji jia jian jiang jie jin jing jun kai kang ke kun lan lei li lian liang lin ling long lu man mei meng min ming na nan ning pei peng ping qi qian qiang qin qing ran rong ru rui shan shao sheng shu shuang si song tao ting tong wei wen xi xia xian xiang xiao xin xing xiu xu xuan xue ya yan yang yao ye yi yin ying yong you yu yuan yue yun ze zhen zheng zhi zhong zhou zhu zi',
)
const KOREAN = list(
  'Kim Lee Park Choi Jung Jeong Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong Jeon Moon Bae Baek Nam Noh Ryu Ko Yang Heo Min Do Ha Seong Byun',
)
const KOREAN_SYLLABLES = list(
  'ji hoon min seo jun hyun woo soo jin young eun kyung hee sun mi jae ho sung tae yeon ah yeong hye dong chan seung won kyu bin hwa sook in ra yu na bo geun cheol sik',
)
const VIETNAMESE = list(
  'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Trinh Dinh Mai Cao Luong',
)
const VIETNAMESE_MIDDLE = list(
  'Thị Văn Đức Minh Quốc Thi Van Duc Minh Quoc Ngoc Ngọc Thanh Hữu Huu Xuân Xuan Bích Kim Gia',
)
const VIETNAMESE_GIVEN = list(
  'Anh Bảo Bao Bình Binh Châu Chau Chi Cường Cuong Dung Dũng Duy Giang Hà Ha Hải Hai Hạnh Hanh Hiền Hien Hiếu Hieu Hoa Hòa Hùng Hung Hương Huong Huy Khánh Khanh Khoa Kiên Lan Linh Loan Long Mai Nam Nga Ngân Ngan Ngọc Nhung Oanh Phong Phúc Phuc Phương Phuong Quân Quan Quang Quỳnh Sơn Son Tâm Tam Thảo Thao Thắng Thu Thủy Thuy Trang Trí Tri Trung Tuấn Tuan Tú Uyên Vân Việt Viet Vinh Yến Yen',
)
const ARABIC = list(
  'Ahmad Ali Omar Khalid Yousef Hamad Saif Tariq Majid Nasser Faisal Abdullah Abdulrahman Abdulaziz Mohammed Rashid Sultan Salim Ibrahim Mariam Fatima Noura Aisha Huda Latifa Hessa Maryam Layla Amal Salma Rania Bakr Umar Hakim Jabir Zayd Idris Mansour Bilal',
)
const ARABIC_LAST = list(
  'Sayyid Mansoori Otaibi Qahtani Ghamdi Harbi Shamsi Ketbi Zaabi Maktoum Nuaimi Rashid Masri Hashimi Amiri Tamimi Dosari Shehri Zahrani Jaber Balushi Farsi Kindi Hinai Khalifa Sabah Baghdadi Halabi Tunisi Fassi',
)
const MALAY = list(
  'Ahmad Faiz Siti Nurul Muhammad Azlan Hafiz Aminah Zulkifli Osman Ismail Rahman Hashim Aishah Farid Nazri Khairul Rosnah Shahrul Izzati Kamal Salleh Yusof Harun',
)
const INDIAN = list(
  'Ramanathan Venkatesh Subramaniam Krishnamurthy Bhattacharjee Chakraborty Mukhopadhyay Deshmukh Kulkarni Patwardhan Gokhale Iyengar Balakrishnan Nambiar Kurian Varghese Chandrasekhar Raghunathan Srinivasan Thiruvengadam Parthasarathy Yadav Rajput Shekhawat Trivedi Dwivedi Chaturvedi Bhardwaj Saxena Srivastava Mathur Khanna Kapoor Malhotra Sethi Ahluwalia Grewal Sidhu Brar Randhawa Dhaliwal Chopra Bhatt Parekh Jhaveri Modi Solanki Jadhav Pawar Shinde Gaikwad Thakur Rana Negi Bisht Barua Saikia Hazarika Mahato Soren Kerketta Gowda Shetty Hegde Kamath Pai Bhandarkar Fernandes Lobo Naik Lakshmi Devi Kumari Kumar Prasad Nath',
)
const IRISH = list(
  "O'Shea O'Leary O'Connell O'Shaughnessy O'Dowd O'Grady O'Hara O'Neill O'Rourke O'Sullivan O'Toole O'Malley O'Keeffe O'Mahony McAllister McBride McCarthy McDermott McElroy McGillicuddy McGuinness McIntyre McKenna McLaughlin McManus McNamara McNulty McSweeney MacDonagh MacKenzie MacLeod MacPherson MacGregor FitzGerald Fitzpatrick Fitzsimons D'Souza D'Angelo D'Amico D'Cruz N'Diaye N'Guessan L'Estrange",
)
const SPANISH = list(
  'García Fernández Castro Ruiz Peñalver Echeverría Zubizarreta Restrepo Cifuentes Villalobos Quispe Mamani Huamán Condori Saavedra Carvajal Arancibia Olivares Montenegro Zambrano Cárdenas Escobar Murillo Palacios Valencia Guerrero Cabrera Ibáñez Aguirre Urrutia Etxeberria Mendizábal Llorente Bustamante Ocampo Pineda Barrientos Quintero Arroyo Salcedo Rosales Bonilla Alarcón Figueroa Sepúlveda Iturbe Gallardo Benavides',
)
const SLAVIC = list(
  'Hrytsenko Pietrzak Walczak Stępień Malinowska Wiśniewska Dąbrowska Kaczmarek Grabowski Pawłowski Krawczyk Piątek Zając Wróbel Jabłoński Adamczyk Sikora Baran Rutkowska Szewczyk Hadzhiev Marinova Stoyanova Petkov Iliev Todorović Stanković Jovanović Nikolić Marković Đorđević Kovačević Knežević Vuković Novotná Procházka Kučera Veselý Horák Němec Pokorná Hájek Jelínek Lytvynenko Kovalchuk Marchenko Tymoshenko Zelenko Rudenko Honchar Savchenko Vasiliev Mikhailov Fedorov Stepanova Orlova Zakharova Belyaev Gromov Kiselev Makarova Tarasov Zhukov',
)
const PARTICLES = list(
  'van|der van|den van de|la de|los de del von von|der zu di da dos das du la le ter ten af av el al bin ibn Abu St. Mac Lo De Di Van|der Van|den De|la',
)

/** Surnames of several countries, for the lists. */
export const SURNAMES: readonly string[] = [
  INDIAN,
  IRISH,
  SPANISH,
  SLAVIC,
  CHINESE,
  KOREAN,
  VIETNAMESE,
  ARABIC_LAST,
].flat()
/** Given names of several countries, for the lists. */
export const GIVEN_NAMES: readonly string[] = [ARABIC, MALAY, VIETNAMESE_GIVEN].flat()

/** Given names that are words, months, towns or trades as well. */
export const AMBIGUOUS: readonly string[] = list(
  'Will Mark Grace Faith Hope Rose Lily Hunter Chase Jordan Paris Victor Christian Dean Summer Autumn May April June August Art Bill Jack Frank Grant Drew Miles Pat Sue Robin Jay Ray Rich Dale Glen Cliff Heath Reed Wade Lance Rusty Dawn Eve Joy Holly Ivy Iris Violet Daisy Olive Ruby Pearl Opal Amber Crystal Jade Ginger Rosemary Basil Herb Angel Destiny Harmony Melody Carol Penny Sandy Misty Sky River Forest Brook Lane Chance Major Prince Duke Earl Bishop Dusty Buddy Buck Bud Chip Guy Gene Max Nova Star Sierra Savannah Dakota Austin Dallas Houston Phoenix Brooklyn Chelsea Sydney Florence Vienna Milan Lincoln Madison Jackson Carter Mason Taylor Cooper Tyler Parker Archer Fisher Baker Charity Prudence Patience Mercy Constance Clement Ernest Noble Sage Rowan Ash Colt Gale Josh Nick Rob Sonny Charlotte Georgia Virginia Carolina Israel Kenya India China Chad Marina Gloria Viola Jasmine Clay Flint Stone Rocky Sunny Precious Blessing Gift Comfort Peace Justice Royal Sterling Page Case Merit Trinity Heaven Genesis Journey Ty Abel Cain Job Amos Mickey Barry Henry Harry Ben Ian Ted',
)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function chinese(random: Random): string {
  const family = random.pick(CHINESE)
  const [one, two] = [random.pick(PINYIN), random.pick(PINYIN)]
  const given = random.chance(0.3)
    ? capital(one)
    : capital(random.chance(0.75) ? `${one}${two}` : `${one}-${random.chance(0.5) ? capital(two) : two}`)
  return random.chance(0.7) ? `${family} ${given}` : `${given} ${family}`
}

function korean(random: Random): string {
  const [family, one, two] = [
    random.pick(KOREAN),
    random.pick(KOREAN_SYLLABLES),
    random.pick(KOREAN_SYLLABLES),
  ]
  const given = random.pick([
    `${capital(one)}-${two}`,
    `${capital(one)}-${capital(two)}`,
    capital(`${one}${two}`),
    `${capital(one)} ${capital(two)}`,
  ])
  return random.chance(0.55) ? `${family} ${given}` : `${given} ${family}`
}

function vietnamese(random: Random): string {
  const [family, middle, given] = [
    random.pick(VIETNAMESE),
    random.pick(VIETNAMESE_MIDDLE),
    random.pick(VIETNAMESE_GIVEN),
  ]
  const roll = random.next()
  if (roll < 0.55) return `${family} ${middle} ${given}`
  if (roll < 0.75) return `${family} ${middle} ${random.pick(VIETNAMESE_GIVEN)} ${given}`
  return roll < 0.85 ? `${given} ${family}` : `${family} ${given}`
}

function arabic(random: Random): string {
  const [given, family] = [random.pick(ARABIC), random.pick(ARABIC_LAST)]
  return random.pick([
    `${given} al-${family}`,
    `${given} Al-${family}`,
    `${given} Al ${family}`,
    `${given} bin ${random.pick(ARABIC)} Al ${family}`,
    `${given} bint ${random.pick(ARABIC)}`,
    `Abu ${given} al-${family}`,
    `${given} ibn ${random.pick(ARABIC)}`,
    `${given} ${random.pick(ARABIC)} ${family}`,
  ])
}

const malay = (random: Random): string =>
  `${random.pick(MALAY)} ${random.pick(MALAY)} ${random.pick(['bin', 'binti', 'Bin', 'a/l', 'bt'])} ${random.pick(MALAY)}`

/** Names whose parts stand in an order, or hang together in a way, that English ones do not. */
export const foreigner = (random: Random): string =>
  random.pick([chinese, chinese, korean, vietnamese, arabic, malay])(random)

/** A surname of a family of names, as written in its country. */
export const surname = (random: Random): string => random.pick(random.pick([INDIAN, IRISH, SPANISH, SLAVIC]))

/** `van der`, `de los`, `al`. */
export const particle = (random: Random): string => random.pick(PARTICLES).replaceAll('|', ' ')

export const spanishPair = (random: Random): string =>
  `${random.pick(SPANISH)}${random.pick([' ', ' ', ' y ', '-'])}${random.pick(SPANISH)}`
