import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DialledZone, Scope } from './addresses.ts'
import { guard, isSameAddress, scopeOf } from './addresses.ts'

/** Both ends of every network, its neighbours, and each way to carry an IPv4 address inside an IPv6 one. */
const SCOPES: Readonly<Record<Scope, string>> = {
  public: `1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15
    168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0
    192.31.196.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
    2000:: 2001:200::1 2001:3::1 2001:4:112::1 2001:4860:4860::8888 2606:4700:4700::1111 2620:4f:8000::1
    2a00:1450:4001:81b::200e 3ffe::1 3fff:1000::1 ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::8.8.8.8 64:ff9b::808:808
    2002:808:808::1 2001:0:808:808::f7f7:f7f7 2a00::5efe:8.8.8.8 2a00::5eff:10.0.0.1`,
  loopback: `127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255 ::1 0:0:0:0:0:0:0:1 0000:0000::0001 ::ffff:127.0.0.1
    ::ffff:7f00:1 ::FFFF:7F00:1 0:0:0:0:0:ffff:127.0.0.1 64:ff9b::127.0.0.1 2002:7f00:1::1 2a00::5efe:127.0.0.1
    2001:0:7f00:1::f7f7:f7f7 2001:0:808:808::80ff:fffe ::1%lo`,
  private: `10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 100.100.100.199 172.16.0.0 172.31.255.255 192.168.0.0
    192.168.255.255 198.18.0.0 198.19.255.255 fc00:: fd00::1 fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fd00:ec1::254
    fd00:ec3:: fec0::1 feff::1 64:ff9b:1::1 64:ff9b:1:a00:0:100:: 2001:2::1 ::ffff:10.0.0.1 ::ffff:a00:1
    64:ff9b::10.0.0.1 64:ff9b::c0a8:1 2002:a00:1::1 2002:c0a8:101::1 2001:0:a00:1::f7f7:f7f7
    2001:0:808:808::f5ff:fffe 2a00::5efe:10.0.0.1 2a00::200:5efe:192.168.1.1 fd00::5efe:8.8.8.8`,
  documentation: `192.0.2.0 192.0.2.255 198.51.100.1 203.0.113.255 2001:db8:: 2001:db8:ffff::1 3fff::1
    3fff:fff:ffff::1 ::ffff:192.0.2.1 64:ff9b::198.51.100.1`,
  reserved: `0.0.0.0 0.0.0.1 0.255.255.255 192.0.0.0 192.0.0.9 192.0.0.255 192.88.99.1 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255 :: ::2 ::127.0.0.1 ::8.8.8.8 ::10.0.0.1 ::ffff:0.0.0.0 ::ffff:0:8.8.8.8
    ::ffff:224.0.0.1 100::1 100:0:0:1::1 1fff::1 2001:1::1 2001:10::1 2001:20::1 2001:1ff::1 2001::1 4000::1
    5f00::1 e000::1 fbff::1 fe00::1 ff02::1 ff0e::1 64:ff9b::0.0.0.0 64:ff9b::255.255.255.255 64:ff9b:2::1
    2002::1 2002:e000:1::1`,
  metadata: `169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 100.100.100.200 168.63.129.16 192.0.0.192
    fe80:: fe80::1 fe80::a9fe:a9fe fe80::1%eth0 febf::1 fd00:ec2:: fd00:ec2::254 fd00:ec2::23 fd00:ec2:ffff::1
    FD00:EC2::254 fd20:ce::254 fd00:42::42 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe 64:ff9b::169.254.169.254
    64:ff9b::a9fe:a9fe 64:ff9b:1::169.254.169.254 64:ff9b:1:a9fe:a9:fe00:: 64:ff9b:1:a9:fe:a9fe::
    64:ff9b:1:0:a9:fea9:fe00:: 2002:a9fe:a9fe::1 2002:6464:64c8:: 2001:0:a9fe:a9fe::f7f7:f7f7
    2001:0:808:808::5601:5601 2a00::5efe:169.254.169.254 2a00::200:5efe:a9fe:a9fe fd00::5efe:169.254.169.254`,
}
const listed = (text: string): readonly string[] => text.split(/\s+/)

for (const [scope, addresses] of Object.entries(SCOPES)) {
  test(`${listed(addresses).length} spellings are known to be ${scope}`, () => {
    for (const address of listed(addresses)) assert.equal(scopeOf(address), scope, address)
  })
}

test('what is no address leads nowhere', () => {
  for (const text of [
    '',
    'x',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '2130706433',
    '0x7f000001',
    '1.2.3',
    '1.2.3.4.5',
  ]) {
    assert.equal(scopeOf(text), 'reserved', text)
  }
  for (const text of [
    '010.0.0.1',
    '256.0.0.1',
    '[::1]',
    '::1::',
    '1::2::3',
    ':::',
    '::ffff:127.1',
    ' 8.8.8.8',
    '%eth0',
  ]) {
    assert.equal(scopeOf(text), 'reserved', text)
  }
})

test('who may dial what: each zone by name, and the address that the configuration itself names', () => {
  const example: Readonly<Record<Scope, string>> = {
    public: '8.8.8.8',
    loopback: '127.0.0.1',
    private: '10.0.0.1',
    documentation: '192.0.2.1',
    reserved: '0.0.0.0',
    metadata: '169.254.169.254',
  }
  const allowed = (zone: DialledZone, named: boolean): string[] =>
    Object.values(example).filter(
      (address) => guard.address(address, { zone, literal: named ? address : null }) === null,
    )
  assert.deepEqual(allowed('managed', false), ['8.8.8.8'])
  assert.deepEqual(allowed('managed', true), ['8.8.8.8', '127.0.0.1', '10.0.0.1'])
  assert.deepEqual(allowed('private', false), ['8.8.8.8', '127.0.0.1', '10.0.0.1', '192.0.2.1'])
  assert.deepEqual(allowed('private', true), ['8.8.8.8', '127.0.0.1', '10.0.0.1', '192.0.2.1'])
  assert.deepEqual(allowed('inside', false), ['127.0.0.1', '10.0.0.1', '192.0.2.1'])
  assert.deepEqual(allowed('inside', true), ['127.0.0.1', '10.0.0.1', '192.0.2.1'])
})

test('an address named by the configuration allows itself in every spelling and no other', () => {
  const managed = (address: string, literal: string) => guard.address(address, { zone: 'managed', literal })
  assert.equal(managed('::ffff:10.0.0.1', '10.0.0.1'), null)
  assert.equal(managed('10.0.0.1', '::ffff:a00:1'), null)
  assert.equal(managed('10.0.0.2', '10.0.0.1'), 'private')
  assert.equal(managed('127.0.0.1', '10.0.0.1'), 'loopback')
  assert.equal(managed('10.0.0.1', '8.8.8.8'), 'private')
  assert.equal(managed('64:ff9b::10.0.0.1', '10.0.0.1'), 'private')
})

test('two spellings of one address are one, and what is no address is not even itself', () => {
  assert.ok(isSameAddress('::ffff:1.2.3.4', '1.2.3.4'))
  assert.ok(isSameAddress('2001:DB8::1', '2001:db8:0:0:0:0:0:1'))
  assert.ok(isSameAddress('::ffff:0102:0304', '::ffff:1.2.3.4'))
  assert.ok(!isSameAddress('::1', '127.0.0.1'))
  assert.ok(!isSameAddress('::1.2.3.4', '1.2.3.4'))
  assert.ok(!isSameAddress('x', 'x'))
})

test('the names of metadata services are refused before they are looked up', () => {
  for (const name of [
    'metadata',
    'METADATA',
    'metadata.',
    'metadata.google.internal',
    'Metadata.Google.Internal.',
  ]) {
    assert.equal(guard.name(name), 'metadata', name)
  }
  for (const name of [
    'metadata.goog',
    'metadata.tencentyun.com',
    'instance-data',
    'instance-data.ec2.internal..',
  ]) {
    assert.equal(guard.name(name), 'metadata', name)
  }
  for (const name of ['localhost', 'metadata.example.org', 'my-metadata', 'api.openai.com']) {
    assert.equal(guard.name(name), null, name)
  }
})
