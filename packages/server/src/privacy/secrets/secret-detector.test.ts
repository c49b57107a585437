import { test } from 'node:test'
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { firstSet } from './labelled/first-set.ts'
import { fourthSet } from './labelled/fourth-set.ts'
import { score } from './labelled/score.ts'
import { secondSet } from './labelled/second-set.ts'
import { thirdSet } from './labelled/third-set.ts'
import { SECRET_RULES } from './rules/all.ts'
import { createSecretDetector } from './secret-detector.ts'

const detector = createSecretDetector()
const NOWHERE = { language: null, key: null }
const found = (text: string, key: string | null = null) =>
  detector.detect(text, { language: null, key }).map(({ start, end }) => text.slice(start, end))
const letters = (length: number) => 'q7Rt2mXw9KpZ4vBn8sLd3FgH6jYc5aTe1uVo'.repeat(9).slice(0, length)

test('a password in a setting is found without its key and quotes', () => {
  assert.deepEqual(found('DB_PASSWORD="tr0ub4dor"'), ['tr0ub4dor'])
  assert.deepEqual(found('{"password": "sunshine", "user": "bob"}'), ['sunshine'])
  assert.deepEqual(found('  password: tr0ub4dor # staging'), ['tr0ub4dor'])
})

test('a sentence in Chinese or English that tells a password is understood', () => {
  assert.deepEqual(found('my password is hunter2!'), ['hunter2!'])
  assert.deepEqual(found('数据库密码是Abc@1234，请保密'), ['Abc@1234'])
  assert.deepEqual(found('账号密码：admin/Abc@1234'), ['Abc@1234'])
  assert.deepEqual(found('the password is !lm0tCFyX'), ['!lm0tCFyX'])
  assert.deepEqual(found('Your password is required.'), [])
  assert.deepEqual(found('密码不能为空'), [])
})

test('the key that a text is the value of is enough', () => {
  assert.deepEqual(found('hunter2', 'dbPassword'), ['hunter2'])
  assert.deepEqual(found('Bearer abcdef0123456789abcdef', 'Authorization'), ['abcdef0123456789abcdef'])
  assert.deepEqual(found('hunter2', 'password_hint'), [])
  assert.deepEqual(found('4096', 'max_tokens'), [])
})

test('a value in base 64 is whole, whatever it begins or ends with', () => {
  const body = letters(22)
  assert.deepEqual(found(`password: ${body}==\n`), [`${body}==`])
  assert.deepEqual(found(`JWT_SECRET="/${letters(43)}"\n`), [`/${letters(43)}`])
  assert.deepEqual(found(`https://x.org/cb?access_token=${letters(40)}#done`), [letters(40)])
})

test('whoever has the address of a chat robot may post there, so the address is the secret', () => {
  const robots = [
    ['https://oapi.', 'dingtalk.com/robot/send?access_token=', 'a1b2c3d4'.repeat(8)].join(''),
    [
      'https://qyapi.',
      'weixin.qq.com/cgi-bin/webhook/send?key=',
      '0a1b2c3d-4e5f-6789-abcd-ef0123456789',
    ].join(''),
  ]
  for (const robot of robots) assert.deepEqual(found(`发到 ${robot} 就行`), [robot])
})

test('a password handed to a program or a constructor is found', () => {
  const given = [
    'java -Dpassword=«» -jar x.jar',
    'http --auth admin:«» GET x',
    'openssl enc -aes-256-cbc -k «» -in x',
    "useradd -p '«»' bob",
    'az login -u x -p «»',
    'zip -P «» a.zip b',
    '7z x a.7z -p«»',
    'smbclient -U bob%«» //x/y',
    'echo "root:«»" | chpasswd',
    'Password: []byte("«»"),',
    'auth=("bob", "«»")',
    "HTTPBasicAuth('bob', '«»')",
    'password <- "«»"',
    '<entry key="password">«»</entry>',
    'passwd=«»;host=x',
    'login bob / pass «»',
    'DriverManager.getConnection(url, "app", "«»");',
    'net use Z: \\\\srv\\share «» /user:bob',
  ]
  for (const text of given) assert.deepEqual(found(text.replace('«»', 'tr0ub4dor')), ['tr0ub4dor'], text)
  assert.deepEqual(found('Your verification code is 946088.'), ['946088'])
  assert.deepEqual(found('MAIL_PASSWORD=dFGJEHEZhivKLLB\n'), ['dFGJEHEZhivKLLB'])
  assert.deepEqual(found('const password = loadHTTPSettings\n'), [])
  const uuid = '0a1b2c3d-4e5f-4789-abcd-ef0123456789'
  assert.deepEqual(found(`{"snyk": {"token": "${uuid}", "session": "${uuid}"}}`), [uuid])
  assert.deepEqual(found('链接在此，提取码：7qk4'), ['7qk4'])
  assert.deepEqual(found(`APP_KEY=base64:${letters(43)}=`), [`base64:${letters(43)}=`])
})

test('the default of a variable in Terraform is the value of its name', () => {
  assert.deepEqual(found('variable "db_password" {\n  type = string\n  default = "tr0ub4dor"\n}'), [
    'tr0ub4dor',
  ])
})

test('licences, lists of words, translations and names of settings are no secrets', () => {
  const texts = [
    'License: LGPLv3+_or_GPLv2+\n',
    'account:password:UID:GID:GECOS:directory:shell\n',
    '"aria-label": {"pass": "要素はフォーカス可能です"}',
    'self.key_password = key_password',
    '"caption": {"pass": "Multimediaelementet har ett spår för textning"}',
    'password = password.encode("latin1")',
    "onError(key, 'KEY_OVER_1024_CHARS')",
    'the password in the main file are updated\\&. Any',
    '密码长度为8-20位字符',
    `Release GPG key: ${'9554F04D'.repeat(5)}`,
    `Sec-WebSocket-Key: ${letters(22)}==`,
    'type Account { password: String! }\n  password: String!\n',
    'man2/request_key.2 man2/s390_pci.2',
    "'RECURSIVE', 'PASSWORD', 'RESULT',\n'RETURN', 'REWIND', 'SAVE',\n",
    'from more import always_iterable, pass_none\nfrom ._meta import PackageMetadata, SimplePath\n',
  ]
  assert.deepEqual(
    texts.flatMap((text) => found(text)),
    [],
  )
  assert.deepEqual(found('`classes.privateOnly`', 'Key'), [])
})

test('every rule for a prefix finds its own token in a sentence', () => {
  const github = letters(30)
  const tokens = [
    ['AKIA', 'QWERTZ2345ASDFGH'].join(''),
    `glpat-${letters(20)}`,
    ['xoxb', '123456789012', letters(24)].join('-'),
    `hf_${letters(34)}`,
  ]
  for (const token of tokens) assert.deepEqual(found(`use ${token}, please`), [token])
  assert.deepEqual(found(`ghp_${github}AAAAAA`), [`ghp_${github}AAAAAA`])
})

test('a GitHub token whose checksum is right is certain, and one with a wrong checksum is still kept back', () => {
  const body = letters(30)
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let sum = ''
  for (let rest = crc32(body); sum.length < 6; rest = Math.floor(rest / 62)) sum = digits[rest % 62] + sum
  const scoreOf = (token: string) => detector.detect(token, NOWHERE)[0]?.score ?? 0
  assert.equal(scoreOf(`ghp_${body}${sum}`), 0.99)
  assert.ok(scoreOf(`ghp_${body}zzzzzz`) >= 0.5)
})

test('a private key is found as a whole block, also in JSON, and a cut off one as far as it goes', () => {
  const block = `-----BEGIN EC PRIVATE KEY-----\n${letters(64)}\n${letters(40)}\n-----END EC PRIVATE KEY-----`
  assert.deepEqual(found(`a\n${block}\nb`), [block])
  const inJson = JSON.stringify(block).slice(1, -1)
  assert.deepEqual(found(`{"k": "${inJson}\\n"}`), [inJson])
  assert.deepEqual(found(block.slice(0, 80)), [block.slice(0, 80)])
  assert.deepEqual(found(block.replaceAll('PRIVATE', 'PUBLIC')), [])
  const putty = `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${letters(48)}\nPrivate-MAC: ${'ab12'.repeat(16)}`
  assert.deepEqual(found(`${putty}\n`), [putty])
})

test('of an address with credentials only the password is kept back', () => {
  assert.deepEqual(found('postgresql+psycopg2://svc:p4ssw0rd%21@db:5432/x'), ['p4ssw0rd%21'])
  assert.deepEqual(found('postgres://svc:Zebra@VCMB64994@db.internal:5432/app'), ['Zebra@VCMB64994'])
  assert.deepEqual(found('https://user:password@example.com/'), [])
})

test('the first labelled set is found within the bars', () => {
  const set = firstSet(7)
  const all = score(detector, set)
  assert.ok(
    all.recall >= 0.97 && all.precision >= 0.97 && all.decoys <= 0.02,
    all.faults.slice(0, 5).join('\n'),
  )
  const exact = score(
    detector,
    set.filter(({ carrier }) => ['json', 'log', 'code'].includes(carrier)),
  )
  assert.ok(exact.strict >= 0.97, exact.faults.slice(0, 5).join('\n'))
})

test('the labelled sets that were written apart are found within the bars', () => {
  const all = score(detector, [...secondSet(7), ...thirdSet(7)])
  assert.ok(all.recall >= 0.95 && all.precision >= 0.97 && all.decoys <= 0.03, all.faults.join('\n'))
})

test('settings, commands and messages of people who run things give up their secrets, and little else', () => {
  const { recall, precision, decoys, faults } = score(detector, fourthSet(7))
  assert.ok(recall >= 0.9 && precision >= 0.95 && decoys <= 0.05, faults.join('\n'))
})

test('the password that an SQL statement inserts is found', () => {
  assert.deepEqual(
    found("INSERT INTO u (name, password, age) VALUES ('bob', 'tr0ub4dor', 7), ('eve', 'hunter22', 8)"),
    ['tr0ub4dor', 'hunter22'],
  )
  assert.deepEqual(found("INSERT INTO u (name, password_id) VALUES ('bob', 'tr0ub4dor')"), [])
})

test('the password of a column is found in each row', () => {
  assert.deepEqual(found('user,password,host\nbob,tr0ub4dor,db1\neve,hunter22,db2\n'), [
    'tr0ub4dor',
    'hunter22',
  ])
  assert.deepEqual(found('user,token_count,host\nbob,4096,db1\n'), [])
  assert.deepEqual(found('tr0ub4dor', '登录密码（初始）'), ['tr0ub4dor'])
  assert.deepEqual(found('tr0ub4dor', '密码提示'), [])
})

test('there are more than 400 rules, no two of one name', () => {
  const ids = SECRET_RULES.map(({ id }) => id)
  assert.ok(ids.length >= 400)
  assert.equal(new Set(ids).size, ids.length)
})
