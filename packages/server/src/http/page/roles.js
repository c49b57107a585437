import { element } from './element.js'
import { knows, write } from './language.js'

/** What roles and keys allow, in the order in which it is offered. */
export const SCOPES = [
  'model',
  'service',
  'knowledge',
  'conversations',
  'skills',
  'requests',
  'keys',
  'people',
  'audit',
  'scim',
  'tenants',
]

/**
 * The name of a role: ours has words, one that the operator made stands as it is.
 * @param {string} role
 */
export function roleWords(role) {
  const node = element('span', '', [role])
  return knows(`role.${role}`) ? write(node, `role.${role}`) : node
}

/**
 * The same for a choice.
 * @param {string} role
 * @param {boolean} [isOn]
 */
export const roleChoice = (role, isOn = false) =>
  knows(`role.${role}`) ? { value: role, words: `role.${role}`, isOn } : { value: role, isOn }
