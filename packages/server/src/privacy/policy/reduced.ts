import type { EntityType } from '@freehold/contract/privacy.ts'

/** What stands for a value that does not come back. */
export const label = (type: EntityType): string => `[${type}]`

type Reduce = (value: string) => string | null

const YEAR = /(?:19|20)\d{2}/
const digitsOf = (value: string): string => value.replaceAll(/\D/g, '')
const lastFour: Reduce = (value) => {
  const digits = digitsOf(value)
  return digits.length >= 8 ? `****${digits.slice(-4)}` : null
}

/** Coarser, and still something to reckon with. */
const GENERALISED: Readonly<Partial<Record<EntityType, Reduce>>> = {
  DATE_OF_BIRTH: (value) => YEAR.exec(value)?.[0] ?? null,
  IP: (value) => {
    const [, network] = /^(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(value) ?? []
    return network === undefined ? null : `${network}.0.0/16`
  },
  GEO: (value) => {
    const degrees = [...value.matchAll(/-?\d{1,3}(?:\.\d+)?/g)].map(([number]) => Number(number))
    return degrees.length === 2 ? degrees.map((one) => one.toFixed(0)).join(', ') : null
  },
}

/** A part of the value that says little of anybody. */
const KEPT_PARTS: Readonly<Partial<Record<EntityType, Reduce>>> = {
  EMAIL: (value) => {
    const at = value.lastIndexOf('@')
    return at < 0 ? null : `***${value.slice(at)}`
  },
  PHONE: (value) => {
    const country = /^\+\d{1,3}(?=\D)/.exec(value)?.[0]
    return country === undefined ? null : `${country} ****`
  },
  BANK_CARD: lastFour,
  IBAN: (value) => (/^[A-Z]{2}/.test(value) ? `${value.slice(0, 2)}****` : null),
  // Whether a person is addressed as a man or a woman is in the last figure but one.
  CN_RESIDENT_ID: (value) => {
    const figure = /^\d{16}(\d)[\dXx]$/.exec(value)?.[1]
    return figure === undefined ? null : `[CN_RESIDENT_ID ${Number(figure) % 2 === 1 ? 'male' : 'female'}]`
  },
}

/** What cannot be made coarser becomes a label. */
export const generalised = (type: EntityType, value: string): string =>
  GENERALISED[type]?.(value) ?? label(type)
/** What has no part that may be kept becomes a label. */
export const keptPart = (type: EntityType, value: string): string => KEPT_PARTS[type]?.(value) ?? label(type)
