import type { SkillAccess } from '@freehold/sdk'
import {
  Building2,
  Cloud,
  Cpu,
  Database,
  FileText,
  KeyRound,
  Landmark,
  Link2,
  MessageSquare,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { number, size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { classWords } from '../../data-classes.ts'
import { zoneWords } from '../../zones.ts'
import { Chip } from '../../parts/chip.tsx'
import { effectWords } from './skills-words.ts'

const words = defineWords('skill-access', {
  nothing: { en: 'It reaches nothing outside of itself.', zh: '它不访问自身以外的任何内容。' },
  host: { en: 'Speaks to {host}', zh: '与 {host} 通信' },
  hostHelp: { en: '{methods} {paths}', zh: '{methods} {paths}' },
  everyPath: { en: 'every path', zh: '所有路径' },
  secret: { en: 'Uses the secret {name}', zh: '使用密钥 {name}' },
  secretHelp: {
    en: 'Added outside of the skill when it speaks to {hosts}; the skill never sees it.',
    zh: '在技能之外添加，仅用于 {hosts}；技能本身看不到它。',
  },
  data: {
    en: 'Takes data up to {in}, gives back up to {out}',
    zh: '接收的数据最高为{in}，返回的最高为{out}',
  },
  read: { en: 'Reads files: {files}', zh: '读取文件：{files}' },
  write: { en: 'Writes files: {files}', zh: '写入文件：{files}' },
  process: {
    en: 'Runs a program ({process}) in a sealed box without a network',
    zh: '在无网络的隔离环境中运行程序（{process}）',
  },
  model: { en: 'Asks a model, up to {tokens} tokens a call', zh: '调用模型，每次最多 {tokens} 词元' },
  storage: { en: 'Keeps up to {size} of its own', zh: '最多保存 {size} 数据' },
  tools: { en: 'Offers tools of its MCP server: {tools}', zh: '提供其 MCP 服务器的工具：{tools}' },
  skills: { en: 'Calls other skills: {skills}', zh: '调用其他技能：{skills}' },
  exposes: { en: 'Answers to others: {operation} ({auth})', zh: '对外提供：{operation}（{auth}）' },
  operations: { en: 'What it does', zh: '它能做什么' },
  confirm: { en: 'asks each time', zh: '每次都会询问' },
})

const line = (key: string, icon: ReactNode, text: ReactNode, help?: ReactNode): ReactNode => (
  <li key={key} className="flex gap-3">
    <span className="mt-1 shrink-0 text-soft">{icon}</span>
    <div className="min-w-0">
      <p>{text}</p>
      {help !== undefined && <p className="text-small text-soft">{help}</p>}
    </div>
  </li>
)

const ICON = 'size-4'

/** What a skill may do, in plain words. Everything that is not here it cannot do. */
export function AccessView({ access }: { readonly access: SkillAccess }): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const e = useWords(effectWords)
  const z = useWords(zoneWords)
  const { hosts, secrets, data, files, process, modelTokens, storageBytes, tools, skills, exposes } = access
  const isBare =
    hosts.length === 0 && files.read.length === 0 && files.write.length === 0 && process === 'none'
  return (
    <div className="space-y-4">
      <ul className="grid gap-2.5">
        {isBare && line('bare', <Landmark aria-hidden className={ICON} />, w('nothing'))}
        {hosts.map(({ host, methods, paths, zone }) =>
          line(
            `host ${host}`,
            zone === 'managed' ? (
              <Cloud aria-hidden className={ICON} />
            ) : (
              <Building2 aria-hidden className={ICON} />
            ),
            <>
              {w('host', { host })} <Chip tone={zone}>{z(zone)}</Chip>
            </>,
            w('hostHelp', {
              methods: methods.join(', '),
              paths: paths.length === 0 ? w('everyPath') : paths.join(', '),
            }),
          ),
        )}
        {secrets.map(({ name, hosts: places }) =>
          line(
            `secret ${name}`,
            <KeyRound aria-hidden className={ICON} />,
            w('secret', { name }),
            w('secretHelp', { hosts: places.join(', ') }),
          ),
        )}
        {line(
          'data',
          <Landmark aria-hidden className={ICON} />,
          w('data', { in: c(data.in), out: c(data.out) }),
        )}
        {files.read.length > 0 &&
          line(
            'read',
            <FileText aria-hidden className={ICON} />,
            w('read', { files: files.read.join(', ') }),
          )}
        {files.write.length > 0 &&
          line(
            'write',
            <FileText aria-hidden className={ICON} />,
            w('write', { files: files.write.join(', ') }),
          )}
        {process !== 'none' &&
          line('process', <Cpu aria-hidden className={ICON} />, w('process', { process }))}
        {modelTokens > 0 &&
          line(
            'model',
            <MessageSquare aria-hidden className={ICON} />,
            w('model', { tokens: number(modelTokens) }),
          )}
        {storageBytes > 0 &&
          line(
            'storage',
            <Database aria-hidden className={ICON} />,
            w('storage', { size: size(storageBytes) }),
          )}
        {tools.length > 0 &&
          line('tools', <Link2 aria-hidden className={ICON} />, w('tools', { tools: tools.join(', ') }))}
        {skills.length > 0 &&
          line('skills', <Link2 aria-hidden className={ICON} />, w('skills', { skills: skills.join(', ') }))}
        {exposes.map(({ operation, auth }) =>
          line(
            `exposes ${operation}`,
            <Link2 aria-hidden className={ICON} />,
            w('exposes', { operation, auth }),
          ),
        )}
      </ul>
      <div>
        <p className="mb-1.5 text-small text-soft">{w('operations')}</p>
        <ul className="flex flex-wrap gap-1.5">
          {access.operations.map(({ id, effect, confirm }) => (
            <li key={id}>
              <Chip tone={effect === 'read' ? 'good' : 'caution'}>
                {id}: {e(effect)}
                {confirm === 'always' && `, ${w('confirm')}`}
              </Chip>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
