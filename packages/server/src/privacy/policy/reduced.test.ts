import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { generalised, keptPart } from './reduced.ts'

const YEAR = 2026

for (const [type, value, less] of [
  ['DATE_OF_BIRTH', '1987-03-15', '1987'],
  ['DATE_OF_BIRTH', '15 March 1987', '1987'],
  ['DATE_OF_BIRTH', '19870315', '1987'],
  ['DATE_OF_BIRTH', '1987年3月15日', '1987'],
  ['DATE_OF_BIRTH', '1937-03-15', '1937'],
  ['DATE_OF_BIRTH', '1936-03-15', '[DATE_OF_BIRTH 90+]'],
  ['DATE_OF_BIRTH', '03/15/87', '[DATE_OF_BIRTH]'],
  ['IP', '192.168.7.9', '192.168.0.0/16'],
  ['IP', '2a00:1450:4001:81b::200e', '2a00:1450::/32'],
  ['IP', '::1', '[IP]'],
  ['GEO', '48.137154, 11.576124', '48, 12'],
  ['GEO', '48°08′13″N', '[GEO]'],
  ['ADDRESS', '浙江省杭州市西湖区文三路1号', '浙江省杭州市'],
  ['ADDRESS', '北京市朝阳区建国路88号', '北京市'],
  ['ADDRESS', '建国路88号', '[ADDRESS]'],
  ['ADDRESS', '12 Oak Street, Springfield, IL 62704', 'Springfield, IL'],
  ['ADDRESS', 'Hauptstraße 5, 10115 Berlin', 'Berlin'],
  ['ADDRESS', '221B Baker Street', '[ADDRESS]'],
  ['LOCATION', '浙江省杭州市', '浙江省'],
  ['LOCATION', 'Springfield', '[LOCATION]'],
  ['BANK_CARD', '4539 1488 0343 6467', '[BANK_CARD Visa]'],
  ['BANK_CARD', '9999 1488 0343 6467', '[BANK_CARD]'],
  ['IBAN', 'DE89 3704 0044 0532 0130 00', '[IBAN DE]'],
  ['PLATE', '京A12345', '京'],
  ['PERSON', 'Anna Lee', '[PERSON]'],
  ['US_SSN', '536-90-4399', '[US_SSN]'],
] as const satisfies readonly (readonly [EntityType, string, string])[]) {
  test(`${type} ${value} made coarser is ${less}`, () => {
    assert.equal(generalised(type, value, YEAR), less)
  })
}

for (const [type, value, less] of [
  ['PERSON', 'Anna Lee', 'A. L.'],
  ['PERSON', 'J. R. R. Tolkien', 'J. R. R. T.'],
  ['PERSON', 'Anna', '[PERSON]'],
  ['PERSON', 'anna lee', '[PERSON]'],
  ['PERSON', '王芳', '王某'],
  ['PERSON', '欧阳修', '欧阳某'],
  ['EMAIL', 'anna@acme.de', '***@acme.de'],
  ['EMAIL', 'anna at acme', '[EMAIL]'],
  ['PHONE', '+49 30 12345', '+49 ****'],
  ['PHONE', '13812345678', '138 ****'],
  ['PHONE', '010-62345678', '010 ****'],
  ['PHONE', '(415) 867-5309', '415 ****'],
  ['PHONE', '867-5309', '[PHONE]'],
  ['BANK_CARD', '4539 1488 0343 6467', '****6467'],
  ['BANK_ACCOUNT', '12345678', '****5678'],
  ['BANK_ACCOUNT', '1234567', '[BANK_ACCOUNT]'],
  ['IBAN', 'DE89 3704 0044 0532 0130 00', 'DE****'],
  ['URL', 'https://intra.acme.de/hr?id=7', 'https://intra.acme.de/***'],
  ['URL', 'https://intra.acme.de', '[URL]'],
  ['URL', 'https://anna:secret@acme.de/x', '[URL]'],
  ['MAC', '3C:22:FB:01:02:03', '3C:22:FB:**:**:**'],
  ['MAC', '3c22.fb01.0203', '[MAC]'],
  ['PLATE', '京A12345', '京A****'],
  ['CN_RESIDENT_ID', '11010119900307663X', '[CN_RESIDENT_ID male]'],
  ['PASSPORT', 'E12345678', '[PASSPORT]'],
] as const satisfies readonly (readonly [EntityType, string, string])[]) {
  test(`of ${type} ${value} the part ${less} stays`, () => {
    assert.equal(keptPart(type, value, YEAR), less)
  })
}
