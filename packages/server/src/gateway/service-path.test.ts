import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { servicePath, splitServicePath } from './service-path.ts'

const base = new URL('http://10.0.1.5:8080/pay/v1')

/** What must not pass, and why it was tried. */
const CLIMBING: readonly (readonly [rest: string, why: string])[] = [
  ['/..', 'plain'],
  ['/../admin', 'plain'],
  ['/a/../../admin', 'plain, deeper'],
  ['/a/..', 'plain, at the end'],
  ['/.', 'a dot segment, which clients resolve before they send'],
  ['/./admin', 'a dot segment'],
  ['/a/./b', 'a dot segment in the middle'],
  ['/%2e%2e/admin', 'encoded once'],
  ['/%2E%2E/admin', 'encoded once, capitals'],
  ['/.%2e/admin', 'half encoded'],
  ['/%2e./admin', 'half encoded'],
  ['/%2e', 'an encoded dot'],
  ['/%252e%252e/admin', 'encoded twice'],
  ['/%252e./admin', 'encoded twice, half'],
  ['/%25252e%25252e/admin', 'encoded three times'],
  ['/%25%32%65%25%32%65/admin', 'the escape itself encoded'],
  ['/%2525252525252e%2e', 'encoded more often than anybody decodes'],
  ['/..%2fadmin', 'an encoded slash after the dots'],
  ['/..%2Fadmin', 'an encoded slash, capitals'],
  ['/a%2f..%2f..%2fadmin', 'encoded slashes around the dots'],
  ['/a%2f%2e%2e%2fadmin', 'everything encoded'],
  ['/a%252f..%252fadmin', 'slashes encoded twice'],
  ['/..%252fadmin', 'a slash encoded twice'],
  ['/a%2f..', 'the end after an encoded slash'],
  ['/..\\admin', 'a backslash'],
  ['/a\\b', 'a backslash, even without dots'],
  ['/..%5cadmin', 'an encoded backslash'],
  ['/..%5Cadmin', 'an encoded backslash, capitals'],
  ['/a%5cb', 'an encoded backslash, even without dots'],
  ['/..%255cadmin', 'a backslash encoded twice'],
  ['/a%00', 'a zero byte'],
  ['/..%00/admin', 'a zero byte behind the dots'],
  ['/a%2500', 'a zero byte encoded twice'],
  ['//evil.example', 'another host for whoever joins addresses'],
  ['//evil.example/pay/v1', 'another host'],
  ['/a//b', 'an empty segment that some targets drop and others do not'],
  ['/a///b', 'empty segments'],
  ['/%2fevil.example', 'another host after one decoding'],
  ['/%2F/evil.example', 'another host after one decoding'],
  ['/%252fevil.example', 'another host after two decodings'],
  ['/%5cevil.example', 'another host for browsers'],
  ['/..;/admin', 'a matrix parameter that Tomcat drops'],
  ['/..;x=1/admin', 'a matrix parameter with a value'],
  ['/.;/admin', 'a matrix parameter behind a dot'],
  ['/a/..;', 'a matrix parameter at the end'],
  ['/..%3b/admin', 'an encoded semicolon'],
  ['/..%253b/admin', 'a semicolon encoded twice'],
  ['/%2e%2e;/admin', 'encoded dots and a matrix parameter'],
  ['/;/admin', 'an empty segment with a matrix parameter'],
  ['/;x=1/admin', 'an empty segment with a matrix parameter'],
  ['/..%3f', 'dots in front of an encoded question mark'],
  ['/..%3fx=1', 'dots in front of an encoded query'],
  ['/..%23', 'dots in front of an encoded fragment'],
  ['/..%23/x', 'dots in front of an encoded fragment'],
  ['/a\r\nHost: evil', 'a line break'],
  ['/a\nx', 'a line feed'],
  ['/a%0d%0aHost:%20evil', 'an encoded line break'],
  ['/a%0a', 'an encoded line feed'],
  ['/a%0D', 'an encoded carriage return'],
  ['/a%250d%250aX', 'a line break encoded twice'],
  ['/a%09b', 'an encoded tab, which parsers of addresses drop'],
  ['/.%09./admin', 'a tab between the dots'],
  ['/a%7f', 'an encoded delete'],
  ['/a%C2%85b', 'a control character of the second block'],
  ['/a b', 'a space'],
  ['/a\tb', 'a tab'],
  ['/a\0', 'a raw zero byte'],
  ['/a\u007f', 'a raw delete'],
  ['/caf\u00e9', 'a raw byte above ASCII'],
  ['/\u6587', 'a raw character above ASCII'],
  ['/\uff0e\uff0e/admin', 'raw full-width dots'],
  ['/%EF%BC%8E%EF%BC%8E/admin', 'full-width dots'],
  ['/%EF%BC%8E./admin', 'a full-width dot beside a plain one'],
  ['/..%EF%BC%8Fadmin', 'a full-width slash behind the dots'],
  ['/..%EF%BC%BCadmin', 'a full-width backslash behind the dots'],
  ['/%EF%BC%8Fevil.example', 'another host after a full-width slash'],
  ['/..%EF%BC%9B/admin', 'a full-width semicolon behind the dots'],
  ['/%E2%80%A5/admin', 'the two dot leader'],
  ['/%E2%80%A4%E2%80%A4/admin', 'one dot leaders'],
  ['/%25EF%25BC%258E%25EF%25BC%258E/x', 'full-width dots encoded twice'],
  ['/%c0%ae%c0%ae/admin', 'an overlong dot'],
  ['/..%c0%afadmin', 'an overlong slash'],
  ['/%e0%80%ae%e0%80%ae/admin', 'an overlong dot in three bytes'],
  ['/%25c0%25ae%25c0%25ae/admin', 'an overlong dot encoded twice'],
  ['/%ff', 'no UTF-8'],
  ['/%ed%a0%80', 'half a surrogate pair'],
  ['/%u002e%u002e/admin', 'the escape of old IIS'],
  ['/%25u002e%25u002e/admin', 'the escape of old IIS, encoded'],
  ['/%', 'no escape'],
  ['/%2', 'half an escape'],
  ['/%zz', 'no escape'],
  ['/a%2', 'half an escape at the end'],
  ['/%%32e%%32e/', 'an escape inside an escape'],
  ['/..%20/admin', 'a blank behind the dots, which Windows drops'],
  ['/%20../admin', 'a blank before the dots'],
  ['/.../admin', 'three dots, two levels to some'],
  ['/..%c2%a0/admin', 'a hard blank behind the dots'],
  ['/a#b', 'a fragment'],
  ['/#/../admin', 'a fragment'],
  ['/a?b', 'a second query'],
  ['a', 'no slash: it would grow onto the last segment of the base'],
  ['@evil.example/', 'a user name for whoever joins texts'],
  [':9000/', 'a port for whoever joins texts'],
  ['.evil.example/', 'a suffix for whoever joins texts'],
  ['http://evil.example/', 'the absolute form'],
  ['/http://evil.example/', 'the absolute form behind a slash'],
  ['https:/evil.example', 'the absolute form with one slash'],
  [`/${'a'.repeat(8192)}`, 'too long'],
  [`/${'%25'.repeat(2730)}`, 'too long with its base'],
]

/** What services are really asked for; it must arrive byte for byte. */
const HONEST: readonly (readonly [rest: string, query: string])[] = [
  ['', ''],
  ['/', ''],
  ['/charges', ''],
  ['/charges/', ''],
  ['/charges/ch_123', '?expand=1'],
  ['', '?a=b'],
  ['/', '?'],
  ['/a', '?'],
  ['/a.b', ''],
  ['/.well-known/openid-configuration', ''],
  ['/..a', ''],
  ['/a..', ''],
  ['/a..b/c', ''],
  ['/...a', ''],
  ['/v1.2/x', ''],
  ['/~user', ''],
  ['/@scope/name', ''],
  ['/users/a@b.example', ''],
  ['/time/12:30', ''],
  ['/a;v=1/b', ''],
  ['/a;v=1;w=2', ''],
  ['/a,b;c', ''],
  ["/it's(ok)*!$&+=", ''],
  ['/a%20b', ''],
  ['/a%2Bb', ''],
  ['/a+b', ''],
  ['/100%25', ''],
  ['/100%25%20sure', ''],
  ['/a%252Fb', ''],
  ['/group%2Fproject/issues', ''],
  ['/group%2fproject', ''],
  ['/a%2F', ''],
  ['/fetch/https%3A%2F%2Fexample.org%2Fx', ''],
  ['/C%23', ''],
  ['/why%3F', ''],
  ['/a%3Bb', ''],
  ['/a%40b', ''],
  ['/caf%C3%A9', ''],
  ['/%E6%96%87%E4%BB%B6', ''],
  ['/%e6%96%87', ''],
  ['/%F0%9F%8E%89', ''],
  ['/%E7%AC%AC%EF%BC%8E', ''],
  ['/a|b^c`d{e}"f"<g>', ''],
  ['/[1]', ''],
  ['/odata/Users(1)', "?$filter=name eq 'x'".replaceAll(' ', '%20')],
  ['/a', '?x=../..&y=//host&z=http://other'],
  ['/a', '?x=%2e%2e%2f&y=%00%0d%0a'],
  ['/a', '?x=%zz&y=%'],
  ['/a', '?x=a?b\\c@d;e'],
  ['/a', '?a[]=1&a[]=2'],
]

test('nothing climbs out of the path of a service, however it is spelled', () => {
  for (const [rest, why] of CLIMBING) {
    assert.throws(
      () => servicePath(base, rest, ''),
      (error) => error instanceof Fault && error.code === 'invalid' && error.param === 'path',
      `${why}: ${JSON.stringify(rest)}`,
    )
  }
  assert.ok(CLIMBING.length >= 100, `${CLIMBING.length} cases`)
})

test('an honest path arrives byte for byte below the base', () => {
  for (const [rest, query] of HONEST) {
    assert.equal(servicePath(base, rest, query), `/pay/v1${rest}${query}`)
    const split = splitServicePath(`/services/payment${rest}${query}`)
    assert.deepEqual(split, { name: 'payment', rest, query })
  }
  assert.ok(HONEST.length >= 50, `${HONEST.length} cases`)
})

test('the base keeps its own slash, or the lack of it', () => {
  const at = (url: string, rest: string): string => servicePath(new URL(url), rest, '')
  assert.deepEqual(
    [at('http://h', ''), at('http://h/', '/'), at('http://h', '/a'), at('http://h/', '/a/')],
    ['/', '/', '/a', '/a/'],
  )
  assert.deepEqual([at('http://h/b', ''), at('http://h/b/', ''), at('http://h/b', '/')], ['/b', '/b/', '/b/'])
  assert.deepEqual([at('http://h/b/', '/a'), at('http://h/b//', '/a')], ['/b/a', '/b/a'])
})

test('a query passes as it is, but for what no request line may hold', () => {
  for (const query of ['?a b', '?a\r\nb', '?a\0', '?\u00e9', '?\u6587', '?a#b', 'a=b', '&a', '?a\u007f']) {
    assert.throws(() => servicePath(base, '/a', query), Fault, JSON.stringify(query))
  }
  assert.throws(() => servicePath(base, '/a', `?${'a'.repeat(8192)}`), /longer than 8192 bytes/)
})

test('only the address of a service is one', () => {
  for (const url of [
    '',
    '/',
    '*',
    '/services',
    '/services/',
    '/services//x',
    '/services/?x',
    '/services/a#b',
    '/services/..',
    '/services/../v1/models',
    '/services/%70ayment/x',
    '/services/pay%2Fment',
    '/services/pay@ment/x',
    '/services/pay;x/y',
    '/services/pay ment',
    '//services/payment/x',
    '/Services/payment/x',
    '/services\\payment/x',
    'services/payment/x',
    'http://evil.example/services/payment/x',
    '//evil.example/services/payment/x',
  ]) {
    assert.equal(splitServicePath(url), null, url)
  }
  assert.deepEqual(splitServicePath('/services/a'), { name: 'a', rest: '', query: '' })
  assert.deepEqual(splitServicePath('/services/a?b?c'), { name: 'a', rest: '', query: '?b?c' })
  assert.deepEqual(splitServicePath('/services/a/b/c?d'), { name: 'a', rest: '/b/c', query: '?d' })
})

/** How targets read a path: each pair of habits is one that some server or proxy has. */
const READERS: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => path.replaceAll('\\', '/'),
  (path) => path.replaceAll(/;[^/]*/g, ''),
  (path) => path.replaceAll(/[?#].*/g, ''),
  (path) => path.normalize('NFKC'),
  (path) => path.replaceAll(/[\s\0]+(?=\/|$)/g, ''),
]

function lenientlyDecoded(path: string): string {
  return path.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    return bytes.toString()
  })
}

/** Where the path leads when a target decodes it up to three times and reads it with each of the habits. */
function staysBelow(path: string, root: string): boolean {
  let text = path
  for (let round = 0; round < 4; round += 1) {
    for (const read of READERS) {
      const seen = URL.parse(`http://target.test${read(text).replaceAll('//', '/')}`)
      if (seen === null || seen.host !== 'target.test' || !`${seen.pathname}/`.startsWith(`${root}/`))
        return false
    }
    text = lenientlyDecoded(text)
  }
  return true
}

test('of thousands of generated paths none that passes is read as one outside the base', () => {
  const pieces = [
    '/ . .. %2e %2E %252e %2f %252f %5c \\ ; %3b %3f %23 %20 a bc @ : %25 %',
    '25 2e %EF%BC%8E %E2%80%A5 %c0%ae // /../ ? %00',
  ].flatMap((line) => line.split(' '))
  let seed = 7
  const draw = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  let passed = 0
  let climbed = 0
  const count = 100 * Number(process.env['LONG_ROUNDS'] ?? 6)
  for (let at = 0; at < count; at += 1) {
    const rest = `/${Array.from({ length: 1 + draw(7) }, () => pieces[draw(pieces.length)]).join('')}`
    // Without the check some of them do climb, or this test would prove nothing.
    if (!staysBelow(`/pay/v1${rest}`, '/pay/v1')) climbed += 1
    let path: string
    try {
      path = servicePath(base, rest, '')
    } catch {
      continue
    }
    passed += 1
    assert.ok(staysBelow(path, '/pay/v1'), path)
  }
  assert.ok(passed > count / 10 && climbed > count / 20, `${passed} passed, ${climbed} would have climbed`)
})
