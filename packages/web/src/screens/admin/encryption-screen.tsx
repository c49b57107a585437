import type { KekStatus, KekTenant } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { moment, number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { cx } from '../../parts/class-names.ts'
import { Chip } from '../../parts/chip.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Facts, Page, Section, Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { useIsEmergency, useMay } from '../../session/session.ts'

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
  tenant: { en: 'Tenant', zh: '租户' },
  ownTenant: { en: 'Your tenant', zh: '您的租户' },
  inUse: { en: 'In use', zh: '使用中' },
  earlier: { en: 'Kept from before', zh: '保留的旧版本' },
  keys: { en: 'Keys below each', zh: '其下密钥数' },
  dataKeys: { en: '{version}: {count}', zh: '{version}：{count}' },
  state: { en: 'State', zh: '状态' },
  action: { en: 'Action', zh: '操作' },
  closed: {
    en: 'The emergency account may look at keys, and neither rotate nor destroy them.',
    zh: '应急账户可以查看密钥，但不能轮换或销毁。',
  },
  rewrapping: { en: 'Wrapping anew: {seen} of {total}', zh: '正在重新包裹：{seen} / {total}' },
  rewrapped: { en: 'All keys are under the newest version.', zh: '所有密钥都在最新版本之下。' },
  shredded: {
    en: 'Destroyed {at}: nothing of this tenant can be read any more.',
    zh: '已于 {at} 销毁：该租户的内容无法再读取。',
  },
  away: { en: 'Its database does not answer.', zh: '其数据库没有响应。' },
  rotate: { en: 'Rotate', zh: '轮换' },
  rotateLabel: { en: 'Rotate the key of {tenant}', zh: '轮换 {tenant} 的密钥' },
  shredLabel: { en: 'Destroy the key of {tenant}', zh: '销毁 {tenant} 的密钥' },
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

const KEY = ['admin', 'kek'] as const
const LOOK_AGAIN_MS = 2000

type Asked = { readonly at: 'rotate' | 'shred'; readonly tenant: KekTenant } | null

/** What tenants are called, for whoever may see them. */
function useTenantNames(): (tenant: KekTenant) => string {
  const w = useWords(words)
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['tenants', 'names'],
    queryFn: async () => {
      const names = new Map<string, string>()
      for await (const { id, slug } of server.tenants.list({ limit: 200 }))
        if (slug !== null) names.set(id, slug)
      return names
    },
    enabled: may('tenants'),
  })
  return ({ home, tenant }) =>
    home ? w('home') : (data?.get(tenant) ?? (may('tenants') ? tenant : w('ownTenant')))
}

const isUsable = ({ reachable, shreddedAt }: KekTenant): boolean => reachable && shreddedAt === null

function useStateOf(): (tenant: KekTenant) => string {
  const w = useWords(words)
  return ({ reachable, shreddedAt, rewrap }) => {
    if (shreddedAt !== null) return w('shredded', { at: moment(shreddedAt) })
    if (!reachable) return w('away')
    if (rewrap === null) return ''
    return rewrap.state === 'walking'
      ? w('rewrapping', { seen: number(rewrap.seen), total: number(rewrap.total) })
      : w('rewrapped')
  }
}

/** Beside the tenant where there is room, and else below its name. */
function State({ of, className }: { readonly of: KekTenant; readonly className: string }): ReactNode {
  const stateOf = useStateOf()
  return (
    <span className={cx('block', isUsable(of) ? 'text-soft' : 'text-alarm', className)}>{stateOf(of)}</span>
  )
}

/** The root key and the keys of tenants: where they are, which version is used, and how a rotation goes. */
export function EncryptionScreen(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const nameOf = useTenantNames()
  const isEmergency = useIsEmergency()
  const [isCounting, setCounting] = useState(false)
  const [asked, setAsked] = useState<Asked>(null)
  const root = useQuery({ queryKey: [...KEY, 'root'], queryFn: () => server.kek.status({ limit: 1 }) })
  const list = useKeyset([...KEY, 'tenants', isCounting], (after) =>
    server.kek.status({
      limit: 50,
      ...(isCounting && { count: 'true' }),
      ...(after !== undefined && { after }),
    }),
  )
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: KEY })
  const isWalking = list.items.some(({ rewrap }) => rewrap?.state === 'walking')
  const { refetch } = list.query
  useEffect(() => {
    if (!isWalking) return undefined
    const timer = setInterval(() => void refetch(), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [isWalking, refetch])
  const close = (): void => setAsked(null)

  const stateOf = useStateOf()
  const earlier = ({ versions }: KekTenant): string =>
    versions
      .slice(0, -1)
      .map(({ version }) => String(version))
      .join(', ')
  const keysBelow = ({ versions }: KekTenant): string =>
    versions
      .filter(({ dataKeys }) => dataKeys !== null)
      .map(({ version, dataKeys }) => w('dataKeys', { version, count: number(dataKeys ?? 0) }))
      .join(' · ')
  const columns: readonly Column<KekTenant>[] = [
    {
      id: 'tenant',
      title: w('tenant'),
      cell: (tenant) => (
        <>
          <span className="font-medium">{nameOf(tenant)}</span>
          <State of={tenant} className="wide:hidden" />
        </>
      ),
      text: nameOf,
    },
    {
      id: 'version',
      title: w('inUse'),
      cell: (tenant) => {
        const newest = tenant.versions.at(-1)
        return (
          newest && (
            <span className="flex flex-wrap items-baseline gap-x-2">
              <Chip tone="good">{w('version', { version: newest.version })}</Chip>
              <span className="text-soft">
                <Moment at={newest.createdAt} />
              </span>
              {isCounting && (
                <span className="text-soft wide:hidden">
                  {w('keys')} {keysBelow(tenant)}
                </span>
              )}
            </span>
          )
        )
      },
      text: ({ versions }) => String(versions.at(-1)?.version ?? ''),
    },
    { id: 'earlier', title: w('earlier'), cell: earlier, text: earlier, isMinor: true },
    ...(isCounting
      ? [{ id: 'keys', title: w('keys'), cell: keysBelow, text: keysBelow, isMinor: true }]
      : []),
    {
      id: 'state',
      title: w('state'),
      cell: (tenant) => <State of={tenant} className="min-w-40" />,
      text: stateOf,
      isMinor: true,
    },
    {
      id: 'action',
      title: w('action'),
      cell: (tenant) =>
        isUsable(tenant) &&
        !isEmergency && (
          <span className="flex gap-2 max-wide:flex-col">
            <Button
              size="small"
              icon={<RefreshCw aria-hidden className="size-4" />}
              aria-label={w('rotateLabel', { tenant: nameOf(tenant) })}
              onClick={() => setAsked({ at: 'rotate', tenant })}
            >
              {w('rotate')}
            </Button>
            {!tenant.home && (
              <Button
                size="small"
                look="danger"
                aria-label={w('shredLabel', { tenant: nameOf(tenant) })}
                onClick={() => setAsked({ at: 'shred', tenant })}
              >
                {w('shred')}
              </Button>
            )}
          </span>
        ),
    },
  ]
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Section title={w('root')}>
        <Shown query={root}>{(status) => <RootKey status={status} />}</Shown>
      </Section>
      <Section
        title={w('tenants')}
        {...(isEmergency && { lead: w('closed') })}
        actions={
          <Button size="small" disabled={isCounting} onClick={() => setCounting(true)}>
            {w('count')}
          </Button>
        }
      >
        <Table
          label={w('tenants')}
          columns={columns}
          list={list}
          keyOf={({ tenant }) => tenant}
          empty={null}
          isSearch
        />
        <p role="status" className="unseen">
          {list.items
            .filter(({ rewrap }) => rewrap !== null)
            .map(stateOf)
            .join(' ')}
        </p>
      </Section>
      {asked?.at === 'rotate' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('rotateTitle', { tenant: nameOf(asked.tenant) })}
          action={w('rotate')}
          onConfirm={async () => {
            const { version } = await server.kek.rotate({ tenant: asked.tenant.tenant })
            await refresh()
            notify(w('rotated', { version }))
          }}
        >
          <p>{w('rotateHelp')}</p>
        </Confirm>
      )}
      {asked?.at === 'shred' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('shredTitle', { tenant: nameOf(asked.tenant) })}
          action={w('shred')}
          typed={nameOf(asked.tenant)}
          onConfirm={async () => {
            const { tenant } = asked.tenant
            await server.kek.shred({ tenant, confirm: tenant })
            await refresh()
            notify(w('shredDone'))
          }}
        >
          <p>{w('shredHelp')}</p>
        </Confirm>
      )}
    </Page>
  )
}

function RootKey({
  status: { root, nextRoot, leftToMove },
}: {
  readonly status: Pick<KekStatus, 'root' | 'nextRoot' | 'leftToMove'>
}): ReactNode {
  const w = useWords(words)
  return (
    <Sheet className="space-y-3">
      <Facts
        facts={[
          [w('provider'), w(root.provider)],
          [
            w('id'),
            <code key="id" className="wrap-anywhere">
              {root.id}
            </code>,
          ],
          ...(nextRoot === null
            ? []
            : [[w('next'), w(nextRoot.provider)] as const, [w('left'), number(leftToMove)] as const]),
        ]}
      />
      {root.provider === 'file' && <p className="text-small text-soft">{w('fileHelp')}</p>}
    </Sheet>
  )
}
