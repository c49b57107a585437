import { createHash } from 'node:crypto'

const LONGEST = 64
const HASH_CHARACTERS = 6

/**
 * What models call an operation: `order-lookup` and `find_order` become `order_lookup__find_order`. A name that would be
 * too long is cut, and ends in a hash of the whole, so that it stays the same and no two become one.
 */
export function toolName(skill: string, operation: string): string {
  const words = skill.replaceAll('-', '_')
  // Tools begin with a letter; names of skills may begin with a digit.
  const whole = `${/^\d/.test(words) ? 'skill_' : ''}${words}__${operation}`
  if (whole.length <= LONGEST) return whole
  const hash = createHash('sha256').update(`${skill} ${operation}`).digest('hex').slice(0, HASH_CHARACTERS)
  return `${whole.slice(0, LONGEST - HASH_CHARACTERS - 1).replace(/_+$/, '')}_${hash}`
}
