import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ShareMade } from '@freehold/sdk'
import { Check, Copy, Globe, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { day } from '../../../language/format.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { SelectField, TextField } from '../../../parts/field.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notifyRefusal } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'

const words = defineWords('share', {
  title: { en: 'Share the conversation', zh: '分享对话' },
  titleAnswer: { en: 'Share the answer', zh: '分享回答' },
  lead: {
    en: 'What is shared is a copy of now; what is said later is not in it. Files are not shared.',
    zh: '分享的是此刻的副本，之后的内容不在其中，文件也不会分享。',
  },
  audience: { en: 'Who may read it', zh: '谁可以阅读' },
  tenant: { en: 'People here who have the link', zh: '持有链接的内部人员' },
  anyone: { en: 'Anybody who has the link', zh: '任何持有链接的人' },
  tenantHelp: {
    en: 'They sign in, and see it only if they may read its class.',
    zh: '他们需要登录，并且有权读取其密级才能看到。',
  },
  anyoneHelp: {
    en: 'Without signing in. Your operator bounds the class up to which this is possible.',
    zh: '无需登录。可公开分享的最高密级由运营者设定。',
  },
  days: { en: 'For how long', zh: '有效期' },
  daysOf: { en: '{count, plural, one {# day} other {# days}}', zh: '{count} 天' },
  extent: { en: 'How much', zh: '范围' },
  whole: { en: 'The whole branch', zh: '整个分支' },
  only: { en: 'Question and answer', zh: '仅此问答' },
  message: { en: 'All up to the answer', zh: '到此回答为止' },
  create: { en: 'Make a link', zh: '生成链接' },
  link: { en: 'The link is shown once', zh: '链接只显示一次' },
  copy: { en: 'Copy the link', zh: '复制链接' },
  copied: { en: 'Copied', zh: '已复制' },
  shares: { en: 'Shared already', zh: '已有的分享' },
  none: { en: 'Nothing of it is shared.', zh: '尚未分享任何内容。' },
  share: {
    en: '{count, plural, one {# message} other {# messages}}, until {date}',
    zh: '{count} 条消息，有效至 {date}',
  },
  revoke: { en: 'Take back', zh: '收回' },
  revokeThis: { en: 'Take back the share until {date}', zh: '收回有效至 {date} 的分享' },
})

const DAYS = [1, 7, 30, 90, 365] as const
const EXTENTS = ['only', 'message', 'whole'] as const
type Extent = (typeof EXTENTS)[number]

interface ShareDialogProps {
  readonly conversation: string
  /** An answer of it, to be shared by itself or with what was said before; absent: the whole branch. */
  readonly message?: string
  readonly onClose: () => void
}

/** Makes a link to a conversation, and takes links back. */
export function ShareDialog({ conversation, message, onClose }: ShareDialogProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [audience, setAudience] = useState<'tenant' | 'anyone'>('tenant')
  const [days, setDays] = useState(30)
  const [extent, setExtent] = useState<Extent>(message === undefined ? 'whole' : 'only')
  const [made, setMade] = useState<ShareMade | null>(null)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const send = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      const part = extent !== 'whole' && message !== undefined && { message, only: extent === 'only' }
      setMade(await server.shares.create(conversation, { audience, days, ...part }))
      setState({ isBusy: false, error: null })
      await queries.invalidateQueries({ queryKey: ['shares', conversation] })
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={w(message === undefined ? 'title' : 'titleAnswer')}
      lead={w('lead')}
    >
      <div className="space-y-5">
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!state.isBusy) void send()
          }}
        >
          <SelectField
            label={w('audience')}
            help={w(`${audience}Help`)}
            value={audience}
            onChange={(event) => setAudience(event.currentTarget.value === 'anyone' ? 'anyone' : 'tenant')}
          >
            <option value="tenant">{w('tenant')}</option>
            <option value="anyone">{w('anyone')}</option>
          </SelectField>
          <div className="grid gap-4 wide:grid-cols-2">
            <SelectField
              label={w('days')}
              value={days}
              onChange={(event) => setDays(Number(event.currentTarget.value))}
            >
              {DAYS.map((count) => (
                <option key={count} value={count}>
                  {w('daysOf', { count })}
                </option>
              ))}
            </SelectField>
            {message !== undefined && (
              <SelectField
                label={w('extent')}
                value={extent}
                onChange={({ currentTarget: { value } }) =>
                  setExtent(EXTENTS.find((one) => one === value) ?? 'only')
                }
              >
                {EXTENTS.map((one) => (
                  <option key={one} value={one}>
                    {w(one)}
                  </option>
                ))}
              </SelectField>
            )}
          </div>
          {state.error !== null && <Refused error={state.error} />}
          <div className="flex justify-end">
            <Button type="submit" look="primary" isBusy={state.isBusy}>
              {w('create')}
            </Button>
          </div>
        </form>
        {made !== null && <MadeLink made={made} />}
        <Shares conversation={conversation} />
      </div>
    </Dialog>
  )
}

function MadeLink({ made }: { readonly made: ShareMade }): ReactNode {
  const w = useWords(words)
  const [isCopied, setCopied] = useState(false)
  const link = `${location.origin}${made.path ?? `/chat/shared/${made.token}`}`
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link)
      setCopied(true)
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <div className="flex items-end gap-2 rounded-medium bg-tint p-3">
      <div className="min-w-0 grow">
        <TextField
          label={w('link')}
          value={link}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          className="font-mono text-small"
        />
      </div>
      <Button
        look="plain"
        icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
        onClick={() => void copy()}
      >
        {w(isCopied ? 'copied' : 'copy')}
      </Button>
    </div>
  )
}

function Shares({ conversation }: { readonly conversation: string }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['shares', conversation],
    queryFn: () => server.shares.list(conversation),
  })
  const revoke = async (id: string): Promise<void> => {
    try {
      await server.shares.revoke(id)
      await queries.invalidateQueries({ queryKey: ['shares', conversation] })
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <section className="border-t border-line pt-4">
      <h3 className="font-medium">{w('shares')}</h3>
      <Shown query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-small text-soft">{w('none')}</p>
          ) : (
            <ul className="mt-1 divide-y divide-line">
              {data.map(({ id, audience, messages, expiresAt }) => {
                const Icon = audience === 'anyone' ? Globe : Users
                return (
                  <li key={id} className="flex items-center gap-3 py-2 text-small">
                    <Icon aria-hidden className="size-4 shrink-0 text-soft" />
                    <div className="min-w-0 grow">
                      <p>{w(audience)}</p>
                      <p className="text-soft">{w('share', { count: messages, date: day(expiresAt) })}</p>
                    </div>
                    <Button
                      size="small"
                      look="danger"
                      aria-label={w('revokeThis', { date: day(expiresAt) })}
                      onClick={() => void revoke(id)}
                    >
                      {w('revoke')}
                    </Button>
                  </li>
                )
              })}
            </ul>
          )
        }
      </Shown>
    </section>
  )
}
