import { isDeepStrictEqual } from 'node:util'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { NetworkPermission, SkillAuth } from '@freehold/contract/skill-permissions.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import { isHostOf, isPathOf } from '../broker/reach.ts'

/** One thing that a skill may do once it is installed, in words for whoever decides about it. */
export interface Grant {
  /** Stable, for lists and reports: `network`, `secret`, `data-in`, … */
  readonly kind: GrantKind
  /** What in it can be pointed at: a host, the name of a secret, an operation. */
  readonly subject: string
  readonly words: { readonly en: string; readonly zh: string }
}

export type GrantKind =
  | 'kind'
  | 'network'
  | 'secret'
  | 'file'
  | 'data-in'
  | 'data-out'
  | 'process'
  | 'program'
  | 'tool'
  | 'model'
  | 'storage'
  | 'exposes'
  | 'operation'
  | 'skill'

/** A grant and whether an earlier manifest already gave at least as much. */
export interface Measured extends Grant {
  readonly isWithin: (before: SkillManifest) => boolean
}

type Words = Grant['words']

/** Everything that a manifest asks for. */
export function grantsOf(manifest: SkillManifest): readonly Measured[] {
  const { permissions, auth, exposes, compat } = manifest
  return [
    grant('kind', manifest.kind, KIND_WORDS[manifest.kind], (before) => before.kind === manifest.kind),
    ...permissions.network.map(networkGrant),
    ...auth.map((one) => authGrant(one, manifest)),
    ...fileGrants(manifest),
    grant('data-in', permissions.data.in, classWords('in', permissions.data.in), (before) =>
      isWithin(permissions.data.in, before.permissions.data.in),
    ),
    // A result that counts for less may go where it could not go before.
    grant('data-out', permissions.data.out, classWords('out', permissions.data.out), (before) =>
      isWithin(before.permissions.data.out, permissions.data.out),
    ),
    ...processGrants(manifest),
    ...exposes.map((one) =>
      grant(
        'exposes',
        one.operation,
        {
          en: `Others can reach ${one.operation} through the platform with a ${one.auth} of scope ${one.scope}.`,
          zh: `其他人可通过平台以 ${one.auth}（范围 ${one.scope}）调用 ${one.operation}。`,
        },
        (before) => before.exposes.some((earlier) => isDeepStrictEqual(earlier, one)),
      ),
    ),
    ...compat.requires.map(({ skill }) =>
      grant(
        'skill',
        skill,
        { en: `Calls operations of the skill ${skill}.`, zh: `调用技能 ${skill} 的操作。` },
        (before) => before.compat.requires.some((earlier) => earlier.skill === skill),
      ),
    ),
    ...operationGrants(manifest),
  ]
}

const grant = (
  kind: GrantKind,
  subject: string,
  words: Words,
  isWithinEarlier: Measured['isWithin'],
): Measured => ({ kind, subject, words, isWithin: isWithinEarlier })

const KIND_WORDS: Readonly<Record<SkillManifest['kind'], Words>> = {
  http: { en: 'Sends described requests; it has no code.', zh: '发送预先描述的请求，不含代码。' },
  openapi: {
    en: 'Sends requests of an OpenAPI document; it has no code.',
    zh: '按 OpenAPI 文档发送请求，不含代码。',
  },
  mcp: { en: 'Uses tools of an MCP server.', zh: '使用 MCP 服务器的工具。' },
  code: { en: 'Runs code of its author in a sandbox.', zh: '在沙箱中运行作者的代码。' },
  prompt: {
    en: 'Gives the model text to read; it does nothing by itself.',
    zh: '向模型提供文本，自身不执行任何操作。',
  },
  workflow: { en: 'Calls other skills in steps.', zh: '按步骤调用其他技能。' },
}

function networkGrant(one: NetworkPermission): Measured {
  if (one.protocol !== 'http') return protocolGrant(one)
  const where = `${one.host}:${one.ports.join(',')} ${one.paths.join(' ')}`
  const isOutside = one.zone === 'managed'
  const words = {
    en:
      `Sends ${one.methods.join(', ')} to ${where}${one.tls ? '' : ' without TLS'}, ` +
      (isOutside
        ? 'outside the house; personal data is masked before.'
        : 'inside the house; data goes as it is.'),
    zh:
      `向 ${where} 发送 ${one.methods.join('、')} 请求${one.tls ? '' : '（无 TLS）'}，` +
      (isOutside ? '位于外部，个人数据先行脱敏。' : '位于内部，数据按原样发送。'),
  }
  return grant('network', one.host, words, (before) => isReachedBefore(before.permissions.network, one))
}

function protocolGrant(one: NetworkPermission): Measured {
  const [what, was] =
    one.protocol === 'smtp'
      ? ['Sends mail through', '通过以下邮件服务器发送邮件：']
      : ['Reads databases of', '读取以下数据库：']
  const where = `${one.host}:${one.ports.join(',')}${one.protocol === 'smtp' ? '' : ` (${one.paths.join(' ')})`}`
  const words = {
    en: `${what} ${where}${one.tls ? '' : ' without TLS'}, inside the house; data goes as it is.`,
    zh: `${was}${where}${one.tls ? '' : '（无 TLS）'}，位于内部，数据按原样发送。`,
  }
  return grant('network', one.host, words, (before) => isReachedBefore(before.permissions.network, one))
}

const isWithinHost = (host: string, earlier: string): boolean => host === earlier || isHostOf(earlier, host)

function isReachedBefore(before: readonly NetworkPermission[], now: NetworkPermission): boolean {
  const near = before.filter(
    (one) => one.zone === now.zone && one.tls === now.tls && isWithinHost(now.host, one.host),
  )
  if (near.some((one) => isDeepStrictEqual(one, now))) return true
  return now.ports.every((port) =>
    now.methods.every((method) =>
      now.paths.every((path) =>
        near.some(
          (one) =>
            one.ports.includes(port) &&
            one.methods.includes(method) &&
            one.paths.some((earlier) => isPatternWithin(path, earlier)),
        ),
      ),
    ),
  )
}

/** Whether every path of the one pattern is one of the other; a star is taken for a character like others. */
function isPatternWithin(path: string, earlier: string): boolean {
  if (path === earlier) return true
  if (!path.endsWith('/**')) return isPathOf(earlier, path)
  return (
    earlier.endsWith('/**') &&
    isPathOf(earlier, `${path.slice(0, -3)}/x`) &&
    earlier.split('/').length <= path.split('/').length
  )
}

function authGrant(auth: SkillAuth, { permissions }: SkillManifest): Measured {
  const hosts = auth.host === undefined ? permissions.network.map(({ host }) => host) : [auth.host]
  const subject = 'secret' in auth ? auth.secret : `token for ${auth.audience}`
  const words = {
    en: `Has ${subject} sent to ${hosts.join(', ') || 'no host'} (${auth.type}); it never sees it.`,
    zh: `由平台把 ${subject} 发送到 ${hosts.join('、') || '（无）'}（${auth.type}），技能自身看不到。`,
  }
  return grant('secret', subject, words, (before) =>
    hosts.every((host) =>
      before.auth.some(
        (one) =>
          isDeepStrictEqual({ ...one, host: undefined }, { ...auth, host: undefined }) &&
          (one.host === undefined
            ? before.permissions.network.some((earlier) => isWithinHost(host, earlier.host))
            : isWithinHost(host, one.host)),
      ),
    ),
  )
}

function fileGrants({ permissions }: SkillManifest): readonly Measured[] {
  const words = {
    read: (path: string) => ({ en: `Reads ${path} in its own files.`, zh: `读取其自身文件中的 ${path}。` }),
    write: (path: string) => ({ en: `Writes ${path} in its own files.`, zh: `写入其自身文件中的 ${path}。` }),
  }
  return (['read', 'write'] as const).flatMap((way) =>
    permissions.files[way].map((path) =>
      grant('file', `${way} ${path}`, words[way](path), (before) =>
        before.permissions.files[way].some(
          (earlier) => path === earlier || path.startsWith(`${earlier.replace(/\/$/, '')}/`),
        ),
      ),
    ),
  )
}

const CLASS_WORDS: Readonly<Record<DataClass, string>> = {
  public: '公开',
  internal: '内部',
  confidential: '机密',
  restricted: '严格限制',
}

const classWords = (way: 'in' | 'out', found: DataClass): Words =>
  way === 'in'
    ? { en: `Is given data up to ${found}.`, zh: `可接收的数据级别最高为${CLASS_WORDS[found]}。` }
    : { en: `Its results count as ${found} at least.`, zh: `其结果至少视为${CLASS_WORDS[found]}。` }

function processGrants(manifest: SkillManifest): readonly Measured[] {
  const { process, model, storage } = manifest.permissions
  const found: Measured[] = []
  if (process !== 'none') {
    const words = {
      en: `Runs a program (${process}) in the strong sandbox, without network.`,
      zh: `在强沙箱中运行程序（${process}），无网络。`,
    }
    found.push(grant('process', process, words, (before) => before.permissions.process === process))
  }
  if (model.maxTokens > 0) {
    const words = {
      en: `Uses up to ${model.maxTokens} tokens of a model in a call.`,
      zh: `每次调用最多使用 ${model.maxTokens} 个模型 token。`,
    }
    found.push(
      grant(
        'model',
        String(model.maxTokens),
        words,
        (before) => model.maxTokens <= before.permissions.model.maxTokens,
      ),
    )
  }
  if (storage.bytes > 0) {
    const words = {
      en: `Keeps up to ${storage.bytes} bytes between calls.`,
      zh: `在调用之间最多保存 ${storage.bytes} 字节。`,
    }
    found.push(
      grant(
        'storage',
        String(storage.bytes),
        words,
        (before) => storage.bytes <= before.permissions.storage.bytes,
      ),
    )
  }
  return [...found, ...serverGrants(manifest)]
}

/** What an MCP server is: another program or another set of tools is another skill under the same name. */
function serverGrants(manifest: SkillManifest): readonly Measured[] {
  if (manifest.kind !== 'mcp') return []
  const { mcp } = manifest
  const { tools, pins, ...server } = mcp
  const name = mcp.transport === 'http' ? mcp.url : (mcp.package?.name ?? mcp.command)
  const program = grant(
    'program',
    name,
    { en: `Talks to the MCP server ${name}.`, zh: `与 MCP 服务器 ${name} 通信。` },
    (before) => {
      if (before.kind !== 'mcp') return false
      const { tools: _tools, pins: _pins, ...earlier } = before.mcp
      return isDeepStrictEqual(earlier, server)
    },
  )
  const toolGrants = tools.include.map((tool) =>
    grant(
      'tool',
      tool,
      { en: `Offers its tool ${tool}.`, zh: `提供其工具 ${tool}。` },
      (before) =>
        before.kind === 'mcp' &&
        before.mcp.tools.include.includes(tool) &&
        before.mcp.pins[tool] === pins[tool],
    ),
  )
  return [program, ...toolGrants]
}

const EFFECT_WORDS: Readonly<Record<ToolEffect, Words>> = {
  read: { en: 'reads', zh: '读取' },
  write: { en: 'changes something', zh: '修改数据' },
  destructive: { en: 'destroys something', zh: '删除或销毁数据' },
  'external-send': { en: 'sends something out', zh: '向外发送' },
}
const CONFIRM_RANK = { always: 0, policy: 1, never: 2 } as const

/** Another effect of an operation, or less asking, is more than before; another wording is not. */
function operationGrants(manifest: SkillManifest): readonly Measured[] {
  const listed = manifest.operations.map(({ id, effect, confirm }) => {
    const does =
      effect === undefined ? { en: 'does what its document says', zh: '按其文档执行' } : EFFECT_WORDS[effect]
    const words = {
      en: `${id} ${does.en}; asked for: ${confirm}.`,
      zh: `${id}：${does.zh}；确认：${confirm}。`,
    }
    return grant('operation', id, words, (before) => {
      const earlier = before.operations.find((one) => one.id === id)
      if (earlier === undefined) return false
      const isMilder = effect === earlier.effect || effect === 'read'
      return isMilder && CONFIRM_RANK[confirm] <= CONFIRM_RANK[earlier.confirm]
    })
  })
  if (manifest.kind !== 'openapi') return listed
  const included = manifest.openapi.include.map((id) =>
    grant(
      'operation',
      id,
      { en: `Calls ${id} of its OpenAPI document.`, zh: `调用其 OpenAPI 文档中的 ${id}。` },
      (before) => before.kind === 'openapi' && before.openapi.include.includes(id),
    ),
  )
  return [...included, ...listed]
}
