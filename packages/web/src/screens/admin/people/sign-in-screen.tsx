import type { ConnectionReport } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleX, ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, buttonClass } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { Facts, Page, Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { useConnections } from '../../../session/elsewhere.tsx'
import { useMay } from '../../../session/session.ts'
import { Directory } from './directory.tsx'
import { foundOf, titleOf } from './provider-findings.ts'

const words = defineWords('sign-in', {
  title: { en: 'Sign-in and directory', zh: '登录与目录' },
  lead: {
    en: 'Who vouches for people besides their password, and which directory opens and shuts their accounts.',
    zh: '除密码外由谁为人员作证，以及由哪个目录开通和停用账户。',
  },
  providers: { en: 'Identity providers', zh: '身份提供方' },
  providersLead: {
    en: 'OpenID Connect providers stand in the configuration, under identity.connections. Here you see whether each answers as it should.',
    zh: 'OpenID Connect 提供方写在配置的 identity.connections 中。这里可以检查它们是否正常响应。',
  },
  none: {
    en: 'None is set up: people sign in with a password or a passkey.',
    zh: '尚未设置：人们用密码或通行密钥登录。',
  },
  ready: { en: 'answers', zh: '正常' },
  away: { en: 'does not answer as it should', zh: '没有正常响应' },
  test: { en: 'Test', zh: '检测' },
  testLabel: { en: 'Test {name}', zh: '检测 {name}' },
  report: { en: 'Test of {name}', zh: '{name} 的检测结果' },
  good: { en: 'Everything that was looked at is as it should be.', zh: '检查的各项均正常。' },
  bad: { en: 'Something is not as it should be.', zh: '有些地方不正常。' },
  yes: { en: 'good', zh: '正常' },
  no: { en: 'wrong', zh: '有误' },
  issuer: { en: 'Issuer', zh: '签发方' },
  redirect: { en: 'To be registered there', zh: '须在对方登记的地址' },
  trial: { en: 'Try a sign-in', zh: '试登录' },
  trialText: {
    en: 'Within five minutes: you sign in at the provider and are shown the claims and what they would mean here. Nobody is signed in by it.',
    zh: '五分钟内有效：您在提供方登录，然后看到各项声明及其在这里的含义。不会真正登录。',
  },
})

export function SignInScreen(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const connections = useConnections()
  const testing = useMutation({ mutationFn: (id: string) => server.connections.test(id) })
  const nameOf = (id: string): string => connections.data?.data.find((one) => one.id === id)?.name ?? id
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Section title={w('providers')} lead={w('providersLead')}>
        <Shown query={connections}>
          {({ data }) => (
            <Rows label={w('providers')} none={w('none')}>
              {data.map(({ id, name, state }) => (
                <Row
                  key={id}
                  title={name}
                  note={<Chip tone={state === 'ready' ? 'good' : 'alarm'}>{w(state)}</Chip>}
                  facts={[<code key="id">{id}</code>]}
                  actions={
                    <Button
                      size="small"
                      aria-label={w('testLabel', { name })}
                      isBusy={testing.isPending && testing.variables === id}
                      onClick={() => testing.mutate(id)}
                    >
                      {w('test')}
                    </Button>
                  }
                />
              ))}
            </Rows>
          )}
        </Shown>
        {testing.error !== null && <Refused error={testing.error} />}
      </Section>
      {may('scim') && <Directory />}
      {testing.data !== undefined && (
        <Report report={testing.data} name={nameOf(testing.data.id)} onClose={() => testing.reset()} />
      )}
    </Page>
  )
}

interface ReportProps {
  readonly report: ConnectionReport
  readonly name: string
  readonly onClose: () => void
}

function Report({ report, name, onClose }: ReportProps): ReactNode {
  const w = useWords(words)
  return (
    <Dialog isOpen onClose={onClose} title={w('report', { name })} lead={w(report.ok ? 'good' : 'bad')}>
      <div className="space-y-5">
        <ul className="space-y-2 text-small">
          {report.findings.map((finding) => (
            <li key={finding.what} className="flex gap-2.5">
              {finding.ok ? (
                <CircleCheck className="mt-0.5 size-4 shrink-0 text-accent" aria-label={w('yes')} />
              ) : (
                <CircleX className="mt-0.5 size-4 shrink-0 text-alarm" aria-label={w('no')} />
              )}
              <span className="min-w-0">
                <span className="font-medium">{titleOf(finding)}</span>
                <span className="block wrap-anywhere text-soft">{foundOf(finding)}</span>
              </span>
            </li>
          ))}
        </ul>
        <Facts
          facts={[
            [w('issuer'), <code key="issuer">{report.issuer}</code>],
            [w('redirect'), <code key="redirect">{report.redirectUri}</code>],
          ]}
        />
        <div className="space-y-2 border-t border-line pt-4">
          <a href={report.trialUrl} target="_blank" rel="noopener" className={buttonClass('primary')}>
            <ExternalLink aria-hidden className="size-4" />
            {w('trial')}
          </a>
          <p className="text-small text-soft">{w('trialText')}</p>
        </div>
      </div>
    </Dialog>
  )
}
