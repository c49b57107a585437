/** A node of the tree, as far as rules look at it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [part: string]: unknown
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Every node, parents first, with the node around it. Deep trees are walked without recursion. */
export function* nodesOf(root: Node): Generator<{ readonly node: Node; readonly parent: Node | null }> {
  const waiting: { node: Node; parent: Node | null }[] = [{ node: root, parent: null }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next
    const { node } = next
    const inside: Node[] = []
    for (const part of Object.values(node)) {
      if (Array.isArray(part)) inside.push(...part.filter(isNode))
      else if (isNode(part)) inside.push(part)
    }
    for (const child of inside.toReversed()) waiting.push({ node: child, parent: node })
  }
}

/** The name of an identifier or of a property: `b` of `a.b` and of `a['b']`. */
export function nameOf(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return String(node['name'])
  if (node.type === 'MemberExpression') {
    return node['computed'] === true ? constantOf(node['property']) : nameOf(node['property'])
  }
  if (node.type === 'ChainExpression') return nameOf(node['expression'])
  return null
}

/** `a.b.c`, as far as every part has a name. */
export function pathOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'MemberExpression') return `${pathOf(node['object'])}.${nameOf(node) ?? '?'}`
  if (node.type === 'ThisExpression') return 'this'
  if (node.type === 'CallExpression') return `${pathOf(node['callee'])}()`
  return nameOf(node) ?? '?'
}

/** What a text that is put together of constants comes to; null where something else has a say. */
export function constantOf(node: unknown, depth = 0): string | null {
  if (!isNode(node) || depth > 40) return null
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null
  if (node.type === 'TemplateLiteral') {
    const [only, ...more] = listOf(node['quasis'])
    return more.length === 0 && only
      ? String((only['value'] as { cooked?: string } | undefined)?.cooked ?? '')
      : null
  }
  if (node.type === 'BinaryExpression' && node['operator'] === '+') {
    const left = constantOf(node['left'], depth + 1)
    const right = left === null ? null : constantOf(node['right'], depth + 1)
    return right === null ? null : `${left}${right}`
  }
  return node.type === 'CallExpression' ? calledConstant(node, depth) : null
}

function calledConstant(node: Node, depth: number): string | null {
  const callee = node['callee']
  const args = listOf(node['arguments'])
  const path = pathOf(callee)
  if (path === 'String.fromCharCode' || path === 'String.fromCodePoint') {
    const codes = args.map((one) => Number(one['value'] ?? Number.NaN))
    return codes.every((code) => code >= 0 && code < 0x110000) ? String.fromCodePoint(...codes) : null
  }
  if (path === 'atob' || path === 'Buffer.from') {
    const text = constantOf(args[0], depth + 1)
    const form = path === 'atob' ? 'base64' : constantOf(args[1], depth + 1)
    return text !== null && (form === 'base64' || form === 'hex') ? Buffer.from(text, form).toString() : null
  }
  if (!isNode(callee) || callee.type !== 'MemberExpression') return null
  const object = callee['object']
  const name = nameOf(callee)
  if (name === 'toString') return constantOf(object, depth + 1)
  if (name === 'join' && isNode(object) && object.type === 'ArrayExpression') {
    const parts = listOf(object['elements']).map((one) => constantOf(one, depth + 1))
    return parts.every((part) => part !== null) ? parts.join(constantOf(args[0], depth + 1) ?? ',') : null
  }
  if (name === 'concat') {
    const parts = [object, ...args].map((one) => constantOf(one, depth + 1))
    return parts.every((part) => part !== null) ? parts.join('') : null
  }
  if (name === 'join' || name === 'reverse') return reversed(node, depth)
  return null
}

/** `'lave'.split('').reverse().join('')` */
function reversed(node: Node, depth: number): string | null {
  const path = pathOf(node['callee'])
  if (!path.endsWith('.split().reverse().join')) return null
  let at: unknown = node
  for (let up = 0; up < 6 && isNode(at); up += 1)
    at = at.type === 'CallExpression' ? at['callee'] : at['object']
  const text = constantOf(at, depth + 1)
  return text === null ? null : [...text].toReversed().join('')
}

export const listOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
