/** Groups that are one thing, or stand in the plural already. */
const UNCOUNTED = new Set([
  'audit',
  'break_glass',
  'cache',
  'chat',
  'egress',
  'embeddings',
  'federated',
  'health',
  'issuer',
  'jwks',
  'kek',
  'memory',
  'messages',
  'metrics',
  'models',
  'oidc',
  'openapi',
  'owner',
  'password',
  'platform',
  'privacy',
  'recovery',
  'responses',
  'routing',
  'scim',
  'settings',
  'shadow',
  'totp',
  'usage',
])

const camel = (name: string): string =>
  name.replaceAll(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase())

function plural(name: string): string {
  if (UNCOUNTED.has(name)) return name
  if (name === 'person') return 'people'
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return /(?:s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`
}

/** Where a client has an operation: `scim.user.list` is `client.scim.users.list`. */
export function placeOf(id: string): { readonly groups: readonly string[]; readonly method: string } {
  const words = id.split('.')
  return { groups: words.slice(0, -1).map((word) => camel(plural(word))), method: camel(words.at(-1) ?? '') }
}
