import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { KekTenant } from '@freehold/sdk'
import { KeyRound, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Facts, Page, Section, Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'

const words = defineWords('encryption', {
  title: { en: 'Encryption keys', zh: '加密密钥' },
  lead: {
    en: 'Everything kept is sealed under a key of its own; these keys are wrapped under the tenant’s key, and that one under the root key.',
    zh: '所有保存的内容都用各自的密钥加密；这些密钥由租户密钥包裹，租户密钥再由根密钥包裹。',
  },
  root: { en: 'Root key', zh: '根密钥' },
  provider: { en: 'Kept by', zh: '保存位置' },
  file: { en: 'A file on this machine', zh: '本机文件' },
  'vault-transit': { en: 'Vault Transit', zh: 'Vault Transit' },
  'aws-kms': { en: 'AWS KMS', zh: 'AWS KMS' },
  pkcs11: { en: 'A hardware module (PKCS#11)', zh: '硬件安全模块（PKCS#11）' },
  id: { en: 'Id', zh: 'ID' },
  next: { en: 'Moves to', zh: '正迁移到' },
  left: { en: 'Tenants left to move', zh: '尚待迁移的租户' },
  fileHelp: {
    en: 'Keep a copy of it elsewhere: without it nothing can ever be read again. freehold kek has the commands.',
    zh: '请在别处保存一份副本：没有它，任何内容都将无法再读取。相关命令见 freehold kek。',
  },
  tenants: { en: 'Keys of tenants', zh: '租户密钥' },
  home: { en: 'Home tenant', zh: '主租户' },
  version: { en: 'Version {version}', zh: '版本 {version}' },
  made: { en: 'made', zh: '创建于' },
  dataKeys: { en: '{count} keys below it', zh: '其下 {count} 个密钥' },
  rewrapping: { en: 'Wrapping anew: {seen} of {total}', zh: '正在重新包裹：{seen} / {total}' },
  rewrapped: { en: 'All keys are under the newest version.', zh: '所有密钥都在最新版本之下。' },
  shredded: {
    en: 'Destroyed: nothing of this tenant can be read any more.',
    zh: '已销毁：该租户的内容无法再读取。',
  },
  away: { en: 'Its database does not answer.', zh: '其数据库没有响应。' },
  rotate: { en: 'Rotate', zh: '轮换' },
  rotateTitle: { en: 'Rotate the key of {tenant}?', zh: '轮换 {tenant} 的密钥？' },
  rotateHelp: {
    en: 'A new version is made, and every key below it is wrapped anew in the background. Nobody has to wait, nothing is unreadable meanwhile. The old version cannot be used for anything new.',
    zh: '将生成新版本，其下的每个密钥会在后台重新包裹。无需等待，期间一切仍可读取。旧版本不再用于新内容。',
  },
  rotated: { en: 'Version {version} is in use.', zh: '版本 {version} 已启用。' },
  shred: { en: 'Destroy', zh: '销毁' },
  shredTitle: { en: 'Destroy the key of {tenant}?', zh: '销毁 {tenant} 的密钥？' },
  shredHelp: {
    en: 'Everything this tenant ever kept becomes unreadable for ever, in backups too. There is no way back.',
    zh: '该租户保存过的一切（包括备份）将永远无法读取，无法恢复。',
  },
  shredDone: { en: 'The key was destroyed.', zh: '密钥已销毁。' },
  count: { en: 'Count the keys', zh: '统计密钥' },
})

/** The root key and the keys of tenants: where they are, which version is used, and how a rotation goes. */
export function EncryptionScreen(): ReactNode {
  const w = useWords(words)
  const [isCounting, setCounting] = useState(false)
  const status = useQuery({
    queryKey: ['admin', 'kek', isCounting],
    queryFn: () => server.kek.status(isCounting ? { count: 'true' } : {}),
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ rewrap }) => rewrap?.state === 'walking') ? 2000 : false,
  })
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Shown query={status}>
        {({ root, nextRoot, leftToMove, data }) => (
          <>
            <Section title={w('root')}>
              <Sheet className="space-y-3">
                <Facts
                  facts={[
                    [w('provider'), w(root.provider)],
                    [w('id'), <code key="id">{root.id}</code>],
                    ...(nextRoot === null
                      ? []
                      : [
                          [w('next'), w(nextRoot.provider)] as const,
                          [w('left'), number(leftToMove)] as const,
                        ]),
                  ]}
                />
                {root.provider === 'file' && <p className="text-small text-soft">{w('fileHelp')}</p>}
              </Sheet>
            </Section>
            <Section
              title={w('tenants')}
              actions={
                <Button size="small" disabled={isCounting} onClick={() => setCounting(true)}>
                  {w('count')}
                </Button>
              }
            >
              <ul className="grid gap-3">
                {data.map((tenant) => (
                  <li key={tenant.tenant}>
                    <TenantKeys tenant={tenant} />
                  </li>
                ))}
              </ul>
            </Section>
          </>
        )}
      </Shown>
    </Page>
  )
}

function TenantKeys({ tenant }: { readonly tenant: KekTenant }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'rotate' | 'shred' | null>(null)
  const name = tenant.home ? w('home') : tenant.tenant
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['admin', 'kek'] })
  const rotation = useMutation({
    mutationFn: () => server.kek.rotate({ tenant: tenant.tenant }),
    async onSuccess({ version }) {
      notify(w('rotated', { version }))
      await refresh()
    },
  })
  const isUsable = tenant.reachable && tenant.shreddedAt === null
  return (
    <Sheet className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <KeyRound aria-hidden className="size-4 text-soft" />
        <h3 className="min-w-0 grow font-medium">{name}</h3>
        {isUsable && (
          <>
            <Button
              size="small"
              icon={<RefreshCw aria-hidden className="size-4" />}
              isBusy={rotation.isPending}
              onClick={() => setAsked('rotate')}
            >
              {w('rotate')}
            </Button>
            {!tenant.home && (
              <Button size="small" look="danger" onClick={() => setAsked('shred')}>
                {w('shred')}
              </Button>
            )}
          </>
        )}
      </div>
      {tenant.shreddedAt !== null && <p className="text-alarm">{w('shredded')}</p>}
      {!tenant.reachable && <p className="text-alarm">{w('away')}</p>}
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small">
        {tenant.versions.map(({ version, createdAt, dataKeys }) => (
          <li key={version} className="flex items-center gap-2">
            <Chip>{w('version', { version })}</Chip>
            <span className="text-soft">
              {w('made')} <Moment at={createdAt} />
            </span>
            {dataKeys !== null && <span>{w('dataKeys', { count: number(dataKeys) })}</span>}
          </li>
        ))}
      </ul>
      {tenant.rewrap !== null && (
        <p role="status" className="text-small text-soft">
          {tenant.rewrap.state === 'walking'
            ? w('rewrapping', { seen: number(tenant.rewrap.seen), total: number(tenant.rewrap.total) })
            : w('rewrapped')}
        </p>
      )}
      {rotation.error !== null && <Refused error={rotation.error} />}
      <Confirm
        isOpen={asked === 'rotate'}
        onClose={() => setAsked(null)}
        title={w('rotateTitle', { tenant: name })}
        action={w('rotate')}
        onConfirm={() => rotation.mutateAsync()}
      >
        <p>{w('rotateHelp')}</p>
      </Confirm>
      <Confirm
        isOpen={asked === 'shred'}
        onClose={() => setAsked(null)}
        title={w('shredTitle', { tenant: name })}
        action={w('shred')}
        typed={tenant.tenant}
        onConfirm={async () => {
          await server.kek.shred({ tenant: tenant.tenant, confirm: tenant.tenant })
          await refresh()
          notify(w('shredDone'))
        }}
      >
        <p>{w('shredHelp')}</p>
      </Confirm>
    </Sheet>
  )
}
