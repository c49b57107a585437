import { moduleOf } from './modules.ts'
import { parseScript } from './parse.ts'
import type { Node } from './tree.ts'
import { constantOf, isNode, listOf, nameOf, nodesOf, pathOf } from './tree.ts'

/** A rule of `rules/code.ts` and the place where it holds. */
export interface ScriptFinding {
  readonly rule: string
  readonly start: number
  readonly end: number
}

/** What a script is made of, as far as rules look at it. */
export interface ScriptReading {
  readonly findings: readonly ScriptFinding[]
  /** Texts of the program, joined where it joins them, and where they begin. */
  readonly texts: readonly { readonly text: string; readonly start: number }[]
  readonly environment: readonly { readonly name: string; readonly start: number }[]
}

interface Reading {
  /** Names of this file and the module that each comes from. */
  readonly modules: Map<string, string>
  readonly findings: ScriptFinding[]
  readonly texts: { text: string; start: number }[]
  readonly environment: { name: string; start: number }[]
  readonly routes: Node[]
  readonly listeners: Node[]
  hasProof: boolean
}

/** What scripts are asked about; nothing is read here. */
const ENVIRONMENT = ['process', 'env'].join('.')
const SPAWNERS = /^(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)$/
const EVALUATORS = new Set(['eval', 'Function', 'AsyncFunction', 'GeneratorFunction'])
const DISGUISED =
  /^(?:eval|Function|require|process|child_process|constructor|execSync|exec|spawn|mainModule|binding|dlopen)$/
const FRAMEWORKS = new Set([
  'express',
  'fastify',
  'koa',
  'koa-router',
  '@koa/router',
  'hono',
  'restify',
  '@hapi/hapi',
  'polka',
])
const VERBS = /^(?:get|post|put|patch|delete|all|route|ws)$/
const PROOF =
  /auth|jwt|verif|passport|session|apikey|api_key|bearer|requireuser|permission|guard|hmac|timingsafe/i

/** Reads one script. What cannot be parsed is a finding, and the rules over texts still apply to it. */
export function readScript(path: string, text: string): ScriptReading {
  const parsed = parseScript(path, text)
  if (!parsed.ok) {
    // JSX is markup inside a script and no error.
    const rule = /\.[jt]sx$/i.test(path) ? 'code.not-parsed' : 'code.syntax'
    return { findings: [{ rule, start: parsed.offset, end: parsed.offset }], texts: [], environment: [] }
  }
  const reading: Reading = {
    modules: new Map(),
    findings: [],
    texts: [],
    environment: [],
    routes: [],
    listeners: [],
    hasProof: false,
  }
  // Programs and their nodes are plain objects; the tree is walked by the names of their parts.
  const root = parsed.program as unknown as Node
  for (const { node } of nodesOf(root)) learnModules(reading, node)
  for (const { node, parent } of nodesOf(root)) look(reading, node, parent)
  const { routes, listeners, hasProof } = reading
  for (const node of listeners) tell(reading, 'code.listens', node)
  const open = routes[0] ?? listeners[0]
  if (open && !hasProof) tell(reading, 'code.open-route', open)
  return reading
}

const tell = ({ findings }: Reading, rule: string, { start, end }: Node): void =>
  void findings.push({ rule, start, end })

function learnModules({ modules }: Reading, node: Node): void {
  if (node.type === 'ImportDeclaration') {
    const from = moduleOf(constantOf(node['source']) ?? '')
    for (const one of listOf(node['specifiers'])) modules.set(nameOf(one['local']) ?? '', from)
  }
  if (node.type !== 'VariableDeclarator') return
  const from = requiredBy(node['init'], modules)
  const id = node['id']
  if (from === null || !isNode(id)) return
  if (id.type === 'Identifier') modules.set(nameOf(id) ?? '', from)
  else for (const one of listOf(id['properties'])) modules.set(nameOf(one['value']) ?? '', from)
}

/** The module that a value comes from: `require('x')`, `require('x')()`, `await import('x')`, `new X()`, `x.Router()`. */
function requiredBy(value: unknown, modules: ReadonlyMap<string, string>, depth = 0): string | null {
  if (!isNode(value) || depth > 6) return null
  const next = (inner: unknown): string | null => requiredBy(inner, modules, depth + 1)
  if (value.type === 'AwaitExpression') return next(value['argument'])
  if (value.type === 'ImportExpression') return moduleOf(constantOf(value['source']) ?? '')
  if (value.type === 'Identifier') return modules.get(nameOf(value) ?? '') ?? null
  if (value.type === 'MemberExpression') return next(value['object'])
  if (value.type !== 'CallExpression' && value.type !== 'NewExpression') return null
  if (nameOf(value['callee']) === 'require') return moduleOf(constantOf(listOf(value['arguments'])[0]) ?? '')
  return next(value['callee'])
}

type Look = (reading: Reading, node: Node, parent: Node | null) => void

const LOOKS: Readonly<Record<string, Look>> = {
  Literal: (reading, node, parent) => {
    const { value } = node
    if (typeof value === 'string' && !isJoined(parent)) reading.texts.push({ text: value, start: node.start })
  },
  TemplateElement: (reading, node) => {
    const text = (node['value'] as { cooked?: string } | undefined)?.cooked
    if (text) reading.texts.push({ text, start: node.start })
  },
  BinaryExpression: (reading, node, parent) => {
    if (isJoined(parent)) return
    const text = constantOf(node)
    if (text !== null) reading.texts.push({ text, start: node.start })
    else
      for (const { node: part } of nodesOf(node)) {
        if (part.type === 'Literal' && typeof part['value'] === 'string')
          reading.texts.push({ text: part['value'], start: part.start })
      }
    if (text !== null && DISGUISED.test(text)) tell(reading, 'code.disguised', node)
  },
  ImportDeclaration: (reading, node) => imported(reading, node, constantOf(node['source'])),
  ImportExpression: (reading, node) => {
    const name = constantOf(node['source'])
    if (name === null) tell(reading, 'code.computed-import', node)
    else imported(reading, node, name)
  },
  Identifier: (reading, node) => {
    if (PROOF.test(String(node['name']))) reading.hasProof = true
  },
  MemberExpression: member,
  AssignmentExpression: (reading, node) => {
    if (/(?:^|\.)(?:__proto__|Object\.prototype\.\w+|Function\.prototype\.\w+)$/.test(pathOf(node['left']))) {
      tell(reading, 'code.prototype', node)
    }
  },
  ForInStatement: (reading, node) => {
    if (pathOf(node['right']) === ENVIRONMENT) tell(reading, 'code.environment', node)
  },
  NewExpression: call,
  CallExpression: call,
}

const look: Look = (reading, node, parent) => LOOKS[node.type]?.(reading, node, parent)
const isJoined = (parent: Node | null): boolean =>
  parent?.type === 'BinaryExpression' && parent['operator'] === '+'

const MODULE_RULES: Readonly<Record<string, string>> = {
  child_process: 'code.spawns',
  net: 'code.raw-socket',
  dgram: 'code.raw-socket',
  tls: 'code.raw-socket',
  vm: 'code.evaluates',
  'node-pty': 'code.spawns',
  execa: 'code.spawns',
  shelljs: 'code.spawns',
  'ffi-napi': 'code.native',
  koffi: 'code.native',
  vm2: 'code.evaluates',
}

function imported(reading: Reading, node: Node, name: string | null): void {
  const rule = name === null ? undefined : MODULE_RULES[moduleOf(name)]
  if (rule) tell(reading, rule, node)
  if (name?.endsWith('.node')) tell(reading, 'code.native', node)
}

function member(reading: Reading, node: Node, parent: Node | null): void {
  const path = pathOf(node)
  if (node['computed'] === true && isNode(node['property']) && node['property'].type !== 'Literal') {
    const name = constantOf(node['property'])
    if (name !== null && DISGUISED.test(name)) tell(reading, 'code.disguised', node)
  }
  if (
    path.endsWith('.constructor.constructor') ||
    path === 'process.mainModule' ||
    path === 'module.constructor._load'
  ) {
    tell(reading, 'code.escape', node)
  }
  if (path === 'process.binding' || path === 'process.dlopen') tell(reading, 'code.native', node)
  if (PROOF.test(nameOf(node) ?? '')) reading.hasProof = true
  if (path.startsWith(`${ENVIRONMENT}.`) && path.split('.').length === 3) {
    reading.environment.push({ name: path.slice(ENVIRONMENT.length + 1), start: node.start })
  }
  if (path !== ENVIRONMENT || parent === null) return
  if (
    parent.type === 'MemberExpression' &&
    parent['computed'] === true &&
    constantOf(parent['property']) === null
  ) {
    tell(reading, 'code.environment', node)
  } else if (parent.type === 'CallExpression' && parent['callee'] !== node)
    tell(reading, 'code.environment', node)
}

function call(reading: Reading, node: Node): void {
  const callee = node['callee']
  const args = listOf(node['arguments'])
  const path = pathOf(callee)
  const name = nameOf(callee) ?? ''
  const from = requiredBy(callee, reading.modules)
  if (args.some((arg) => PROOF.test(constantOf(arg) ?? ''))) reading.hasProof = true
  if (
    EVALUATORS.has(path) ||
    /^(?:globalThis|window|global|self)\.(?:eval|Function)$/.test(path) ||
    isIndirectEval(callee)
  ) {
    tell(reading, 'code.evaluates', node)
  }
  if (path === 'require') {
    const asked = constantOf(args[0])
    if (asked === null && args.length > 0) tell(reading, 'code.computed-import', node)
    else imported(reading, node, asked)
  }
  if (/^set(?:Timeout|Interval)$/.test(path) && constantOf(args[0]) !== null)
    tell(reading, 'code.evaluates', node)
  if (
    from === 'child_process' &&
    SPAWNERS.test(name) &&
    isPutTogether(args[0]) &&
    /^exec(?:Sync)?$/.test(name)
  ) {
    tell(reading, 'code.shell-injection', node)
  }
  if (isListener(path, name, { from, node })) reading.listeners.push(node)
  if (from !== null && FRAMEWORKS.has(from) && VERBS.test(name) && args.length > 1) reading.routes.push(node)
  if (/\.(?:query|execute|raw|run|all)$/.test(`.${name}`) && isQuery(args[0]))
    tell(reading, 'code.query-injection', node)
}

function isListener(
  path: string,
  name: string,
  { from, node }: { from: string | null; node: Node },
): boolean {
  if (/^(?:Bun|Deno)\.(?:serve|listen|listenTls)$/.test(path)) return true
  if (node.type === 'NewExpression')
    return name === 'WebSocketServer' || (name === 'Server' && (from === 'ws' || from === 'socket.io'))
  if (name === 'serve' && from === '@hono/node-server') return true
  if (name === 'listen')
    return from !== null || /^(?:app|server|httpServer|srv)\.listen$/.test(path) || path.endsWith('().listen')
  return (
    name === 'createServer' && (from === 'http' || from === 'https' || from === 'net' || from === 'http2')
  )
}

/** `(0, eval)(…)` */
const isIndirectEval = (callee: unknown): boolean =>
  isNode(callee) &&
  callee.type === 'SequenceExpression' &&
  nameOf(listOf(callee['expressions']).at(-1)) === 'eval'

const isPutTogether = (value: unknown): boolean =>
  isNode(value) &&
  ((value.type === 'TemplateLiteral' && listOf(value['expressions']).length > 0) ||
    (value.type === 'BinaryExpression' && constantOf(value) === null))

function isQuery(value: unknown): boolean {
  if (!isPutTogether(value) || !isNode(value)) return false
  for (const { node } of nodesOf(value)) {
    const text =
      node.type === 'Literal' ? node['value'] : (node['value'] as { cooked?: string } | undefined)?.cooked
    if (
      typeof text === 'string' &&
      /\b(?:select|insert into|update|delete from)\b[\s\S]*\b(?:from|where|values|set)\b/i.test(text)
    )
      return true
  }
  return false
}
