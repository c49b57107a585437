import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Section, Sheet } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { Outcomes } from '../../trust/dry-run.tsx'
import { RuleList } from '../../trust/rule-list.tsx'
import { ROUTING } from './targets.ts'

const words = defineWords('rule-trial', {
  title: { en: 'On trial', zh: '试行' },
  lead: {
    en: 'Other rules in the place of those of the settings, compared on every request from now on. Nothing is done by them.',
    zh: '用另一组规则代替设置中的规则，与此后的每个请求比较，但不会按它们处理。',
  },
  none: {
    en: 'No rules are on trial. Edit the rules above, then put them on trial instead of saving them.',
    zh: '没有试行的规则。在上面编辑规则后，可以选择试行而不是保存。',
  },
  since: { en: 'Counted since', zh: '统计开始于' },
  nothing: { en: 'No request has come since.', zh: '此后还没有请求。' },
  promote: { en: 'Put in force', zh: '正式生效' },
  promoteTitle: { en: 'Put the rules on trial in force?', zh: '让试行的规则正式生效？' },
  promoteHelp: {
    en: 'They replace the rules of the settings, for every request from then on. The present ones stay among the earlier versions.',
    zh: '它们会替换设置中的规则，对此后的每个请求生效。现有规则仍保留在历史版本中。',
  },
  promoted: { en: 'The rules on trial are in force.', zh: '试行的规则已生效。' },
  end: { en: 'End the trial', zh: '结束试行' },
  ended: { en: 'The trial has ended.', zh: '试行已结束。' },
})

/** Rules that are compared and not acted upon, and what they would have changed. */
export function RuleTrial(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [isPromoting, setPromoting] = useState(false)
  const trial = useQuery({
    queryKey: [...ROUTING, 'shadow'],
    queryFn: () => server.shadow.read(),
    refetchInterval: ({ state }) => (state.data?.shadow ? 5000 : false),
  })
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ROUTING })
  const end = useMutation({
    mutationFn: () => server.shadow.remove(),
    async onSuccess() {
      notify(w('ended'))
      await refresh()
    },
    onError: notifyRefusal,
  })
  return (
    <Section title={w('title')} lead={w('lead')}>
      <Shown query={trial}>
        {({ shadow, version }) =>
          shadow === null ? (
            <p className="text-small text-soft">{w('none')}</p>
          ) : (
            <Sheet className="space-y-3">
              <RuleList rules={shadow.routes} chosen={null} />
              <p className="text-small text-soft">
                {w('since')} <Moment at={shadow.since} />
                {Object.values(shadow.counts).every((count) => count === 0) && ` · ${w('nothing')}`}
              </p>
              <Outcomes counts={shadow.counts} differing={shadow.differing} />
              <div className="flex flex-wrap gap-2">
                <Button onClick={() => setPromoting(true)}>{w('promote')}</Button>
                <Button isBusy={end.isPending} onClick={() => end.mutate()}>
                  {w('end')}
                </Button>
              </div>
              <Confirm
                isOpen={isPromoting}
                onClose={() => setPromoting(false)}
                title={w('promoteTitle')}
                action={w('promote')}
                onConfirm={async () => {
                  await server.shadow.promote({ version })
                  notify(w('promoted'))
                  await refresh()
                }}
              >
                <p>{w('promoteHelp')}</p>
              </Confirm>
            </Sheet>
          )
        }
      </Shown>
    </Section>
  )
}
