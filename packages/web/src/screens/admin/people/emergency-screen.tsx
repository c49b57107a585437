import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { moment } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { SelectField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { SecretDialog } from '../../../parts/secret.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { useSession } from '../../../session/session.ts'
import { usePrincipals } from '../../../session/principals.ts'

const words = defineWords('emergency', {
  title: { en: 'Emergency access', zh: '应急访问' },
  lead: {
    en: 'An account with every right that nobody has until it is needed: opened once, with a code and a reason, for an hour, and loud. For the day on which the owner is gone or an administrator has to be shut out at once.',
    zh: '一个拥有全部权限、平时无人持有的账户：用一次性代码和理由打开一次，限时，并会通知所有人。用于所有者失联或必须立即停用某位管理员的时候。',
  },
  state: { en: 'State', zh: '状态' },
  armed: { en: 'Armed', zh: '已启用' },
  armedAt: {
    en: 'Armed {at} by {who}. The session that the code opens lasts {minutes} minutes.',
    zh: '由 {who} 启用于 {at}。凭代码打开的会话持续 {minutes} 分钟。',
  },
  unarmed: { en: 'Not armed', zh: '未启用' },
  unarmedText: {
    en: 'There is no code. Nobody can come in this way.',
    zh: '没有代码，任何人都无法以此方式进入。',
  },
  onlyOwner: {
    en: 'Only the owner, or the operator of the machine, arms and disarms it.',
    zh: '只有所有者或本机操作员可以启用和停用。',
  },
  arm: { en: 'Arm it', zh: '启用' },
  renew: { en: 'Make a new code', zh: '重新生成代码' },
  renewTitle: { en: 'Make a new emergency code?', zh: '重新生成应急代码？' },
  armTitle: { en: 'Arm the emergency account?', zh: '启用应急账户？' },
  armText: {
    en: 'You get a code that is shown once. Whoever has it can come in with every right.',
    zh: '您会得到一个只显示一次的代码。持有者可凭它以全部权限进入。',
  },
  renewText: {
    en: 'You get a code that is shown once. The one from before opens nothing any more.',
    zh: '您会得到一个只显示一次的代码，以前的代码随即作废。',
  },
  minutes: { en: 'How long the session lasts that it opens', zh: '打开的会话持续多久' },
  minutesOf: { en: '{count} minutes', zh: '{count} 分钟' },
  codeTitle: { en: 'The emergency code', zh: '应急代码' },
  codeText: {
    en: 'It is shown now and never again, and opens one session. Print it, seal it, and keep it where two people are needed to get at it, apart from the machine. It is used at {address}, or with freehold break-glass use.',
    zh: '它只显示这一次，只能打开一个会话。请打印、密封，并保存在需要两人才能取得、远离本机的地方。在 {address} 使用，或用 freehold break-glass use。',
  },
  disarm: { en: 'Disarm it', zh: '停用' },
  disarmTitle: { en: 'Disarm the emergency account?', zh: '停用应急账户？' },
  disarmText: {
    en: 'The code opens nothing any more, and a session that it opened ends. You can arm it again.',
    zh: '代码不再有效，已打开的会话随之结束。您可以再次启用。',
  },
  disarmed: { en: 'The emergency account is disarmed.', zh: '应急账户已停用。' },
  uses: { en: 'When it was used', zh: '使用记录' },
  usesLead: {
    en: 'Everything done in such a session stands on record with its reason.',
    zh: '在此类会话中所做的一切都会连同理由写入审计记录。',
  },
  never: { en: 'It was never used.', zh: '从未使用。' },
  used: { en: 'used {at}', zh: '使用于 {at}' },
  until: { en: 'until {at}', zh: '直到 {at}' },
  isOpen: { en: 'somebody is in', zh: '正在使用' },
})

const KEY = ['people', 'emergency'] as const

export function EmergencyScreen(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const isOwner = useSession().caller.roles.includes('owner')
  const status = useQuery({ queryKey: KEY, queryFn: () => server.breakGlass.status() })
  const { nameOf: whoIs } = usePrincipals()
  const [asked, setAsked] = useState<'arm' | 'renew' | 'disarm' | null>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: KEY })
  const close = (): void => setAsked(null)
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Shown query={status}>
        {({ armed, uses }) => (
          <>
            <Section title={w('state')} {...(!isOwner && { lead: w('onlyOwner') })}>
              <Rows label={w('state')} none="">
                <Row
                  title={
                    <Chip tone={armed === null ? 'plain' : 'good'}>
                      {w(armed === null ? 'unarmed' : 'armed')}
                    </Chip>
                  }
                  facts={[
                    armed === null
                      ? w('unarmedText')
                      : w('armedAt', {
                          at: moment(armed.armedAt),
                          who: whoIs(armed.creator),
                          minutes: armed.minutes,
                        }),
                  ]}
                  {...(isOwner && {
                    actions: (
                      <>
                        <Button onClick={() => setAsked(armed === null ? 'arm' : 'renew')}>
                          {w(armed === null ? 'arm' : 'renew')}
                        </Button>
                        {armed !== null && (
                          <Button look="danger" onClick={() => setAsked('disarm')}>
                            {w('disarm')}
                          </Button>
                        )}
                      </>
                    ),
                  })}
                />
              </Rows>
            </Section>
            <Section title={w('uses')} lead={w('usesLead')}>
              <Rows label={w('uses')} none={w('never')}>
                {uses.map((use) => (
                  <Row
                    key={use.id}
                    title={use.reason}
                    note={use.isOpen && <Chip tone="alarm">{w('isOpen')}</Chip>}
                    facts={[w('used', { at: moment(use.usedAt) }), w('until', { at: moment(use.endsAt) })]}
                  />
                ))}
              </Rows>
            </Section>
          </>
        )}
      </Shown>
      {(asked === 'arm' || asked === 'renew') && <Arm as={asked} onArmed={again} onClose={close} />}
      {asked === 'disarm' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('disarmTitle')}
          action={w('disarm')}
          onConfirm={async () => {
            await server.breakGlass.disarm()
            await again()
            notify(w('disarmed'))
          }}
        >
          {w('disarmText')}
        </Confirm>
      )}
    </Page>
  )
}

const MINUTES = [15, 60, 240, 480]

interface ArmProps {
  readonly as: 'arm' | 'renew'
  readonly onArmed: () => Promise<void>
  readonly onClose: () => void
}

function Arm({ as, onArmed, onClose }: ArmProps): ReactNode {
  const w = useWords(words)
  const [minutes, setMinutes] = useState(60)
  const arming = useMutation({ mutationFn: () => server.breakGlass.arm({ minutes }) })
  if (arming.data !== undefined)
    return (
      <SecretDialog
        secret={{
          title: w('codeTitle'),
          text: w('codeText', { address: `${location.origin}/#emergency` }),
          lines: [arming.data.code],
          file: 'freehold-emergency-code.txt',
        }}
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      title={w(`${as}Title`)}
      lead={w(`${as}Text`)}
      send={w(as)}
      staysOpen
      onClose={onClose}
      onSend={async () => {
        await arming.mutateAsync()
        await onArmed()
      }}
    >
      <SelectField
        label={w('minutes')}
        value={minutes}
        onChange={(event) => setMinutes(Number(event.currentTarget.value))}
      >
        {MINUTES.map((count) => (
          <option key={count} value={count}>
            {w('minutesOf', { count })}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  )
}
