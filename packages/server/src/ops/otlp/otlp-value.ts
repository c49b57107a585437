/** What an attribute can be; null and undefined: it is left out. */
type Plain = string | number | boolean | null | undefined

interface Attribute {
  readonly key: string
  readonly value: object
}

/** Attributes in the JSON of OTLP 1.x, where 64-bit numbers are texts. */
export function attributes(fields: Readonly<Record<string, Plain>>, prefix = ''): readonly Attribute[] {
  const found: Attribute[] = []
  for (const name in fields) {
    const value = fields[name]
    if (value === null || value === undefined) continue
    const key = prefix + name
    found.push({ key, value: valueOf(value, TIME.test(key)) })
  }
  return found
}

/** Of one name there is one type, or those who keep it refuse the other; a time is whole only by chance. */
const TIME = /(?:[._]ms|Ms)$/

function valueOf(value: string | number | boolean, isTime: boolean): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) && !isTime ? { intValue: String(value) } : { doubleValue: value }
}

/** Milliseconds since the epoch as the nanoseconds that OTLP counts. */
export const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n)
