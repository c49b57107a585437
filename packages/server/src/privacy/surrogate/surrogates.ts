import type { EntityType } from '@freehold/contract/privacy.ts'
import { email, ip, mac, url } from './network.ts'
import { bankCard, dateOfBirth, iban, residentId, uscc } from './numbers.ts'
import { person } from './people.ts'
import { phone } from './phones.ts'
import { address, location, organisation } from './places.ts'
import type { Made, Maker, Making } from './surrogate.ts'

/**
 * Types of which a stand-in can be made that is nobody's: what has a range of its own for that, or a list of ours. Any
 * other number that passes its checksum is somebody's sooner or later.
 */
const MAKERS: Readonly<Partial<Record<EntityType, Maker>>> = {
  PERSON: person,
  ADDRESS: address,
  LOCATION: location,
  ORGANIZATION: organisation,
  EMAIL: email,
  PHONE: phone,
  CN_RESIDENT_ID: residentId,
  CN_USCC: uscc,
  BANK_CARD: bankCard,
  IBAN: iban,
  IP: ip,
  MAC: mac,
  URL: url,
  DATE_OF_BIRTH: dateOfBirth,
}

/** Null: a placeholder says more honestly that something is missing. */
export function surrogateOf(type: EntityType, value: string, making: Making): Made | null {
  const made = MAKERS[type]?.(value, making) ?? null
  return typeof made === 'string' ? { surrogate: made, parts: [] } : made
}
