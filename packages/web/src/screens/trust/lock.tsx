import type { ConversationLock } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { Eye, KeyRound, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'

const words = defineWords('lock', {
  locked: { en: 'Encrypted under your tenant’s own key', zh: '使用租户自有密钥加密' },
  chain: {
    en: 'Its words are encrypted with a key of its own ({cipher}). That key is wrapped by version {version} of the tenant’s key, and that one by the root key, which {root} keeps.',
    zh: '对话内容使用独立密钥加密（{cipher}）。该密钥由租户密钥第 {version} 版封装，租户密钥再由根密钥封装，根密钥由{root}保管。',
  },
  file: { en: 'a file of this installation', zh: '本安装的文件' },
  'vault-transit': { en: 'Vault', zh: 'Vault ' },
  'aws-kms': { en: 'AWS KMS', zh: ' AWS KMS ' },
  pkcs11: { en: 'a hardware module', zh: '硬件模块' },
  database: { en: 'It lies encrypted in the database.', zh: '密文保存在数据库中。' },
  objects: { en: 'It lies encrypted in the object store.', zh: '密文保存在对象存储中。' },
  who: { en: 'Who could read it', zh: '谁可能读到' },
  owner: { en: 'You, with your sessions and keys', zh: '您本人，通过您的会话和密钥' },
  'shared-tenant': {
    en: '{count, plural, one {People of the tenant who have the link that you shared} other {People of the tenant who have one of # links that you shared}}',
    zh: '租户内持有您所分享链接的人（{count} 个链接）',
  },
  'shared-anyone': {
    en: '{count, plural, one {Anybody who has the link that you shared} other {Anybody who has one of # links that you shared}}',
    zh: '任何持有您所分享链接的人（{count} 个链接）',
  },
  'private-targets': {
    en: 'Models of your private zone: they read what they are asked',
    zh: '您私有区内的模型：它们读取收到的提问',
  },
  'managed-targets': {
    en: 'Managed services that a rule leads to: they read what is masked before it leaves',
    zh: '规则指向的托管服务：它们读取脱敏后发出的内容',
  },
  'administrators-egress': {
    en: 'Administrators: what left for managed services',
    zh: '管理员：发往托管服务的内容',
  },
  'person-export': {
    en: 'Whoever may export what is held of a person',
    zh: '有权导出个人数据的人',
  },
  'tenant-export': { en: 'Whoever may export the whole tenant', zh: '有权导出整个租户数据的人' },
  'root-key': {
    en: 'Whoever has both the database and the root key in their hands',
    zh: '同时掌握数据库和根密钥的人',
  },
  recorded: { en: 'each reading is on record', zh: '每次读取都有记录' },
  unrecorded: { en: 'leaves no record', zh: '不留记录' },
  days: { en: '{count, plural, one {for one day} other {for # days}}', zh: '保留 {count} 天' },
  kept: {
    en: 'It is kept private: nothing of it goes to a managed service.',
    zh: '此对话保持私密：没有任何内容发往托管服务。',
  },
})

/** Who a person expects to read along; whether that is on record is no news. */
const EXPECTED: ReadonlySet<string> = new Set(['owner', 'private-targets', 'managed-targets'])

/** What a conversation is encrypted with and who could read it, in plain words. `conversation` is its id. */
export function LockState({ conversation }: { readonly conversation: string }): ReactNode {
  const lock = useQuery({
    queryKey: ['trust', 'lock', conversation],
    queryFn: () => server.conversations.lock(conversation),
  })
  return <Shown query={lock}>{(data) => <LockFacts lock={data} />}</Shown>
}

function LockFacts({ lock }: { readonly lock: ConversationLock }): ReactNode {
  const w = useWords(words)
  return (
    <div className="space-y-4 text-small">
      <div className="space-y-1">
        <p className="flex items-center gap-2 font-display text-lead text-local">
          <Lock aria-hidden className="size-4 shrink-0" />
          {w('locked')}
        </p>
        {lock.keepPrivate && <p className="text-accent">{w('kept')}</p>}
        <p className="flex gap-2 text-soft">
          <KeyRound aria-hidden className="mt-1 size-3.5 shrink-0" />
          <span>
            {w('chain', {
              cipher: lock.cipher,
              version: lock.keyVersion,
              root: w(lock.rootKey),
            })}{' '}
            {w(lock.home)}
          </span>
        </p>
      </div>
      <div>
        <p className="mb-1.5 flex items-center gap-2 text-soft">
          <Eye aria-hidden className="size-3.5" />
          {w('who')}
        </p>
        <ul className="divide-y divide-line rounded-medium border border-line">
          {lock.readers.map(({ who, count, recorded, days }) => (
            <li key={who} className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-1.5">
              <span className="min-w-0">{w(who, { count: count ?? 0 })}</span>
              <span className="text-tiny text-soft">
                {[
                  ...(days === null ? [] : [w('days', { count: days })]),
                  ...(EXPECTED.has(who) ? [] : [w(recorded === null ? 'unrecorded' : 'recorded')]),
                ].join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
