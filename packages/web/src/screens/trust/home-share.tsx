import type { HomeView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day as dayText, number, percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { zoneWords } from '../../zones.ts'
import { SelectField } from '../../parts/field.tsx'
import { Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import type { Day } from './home-days.ts'
import { answeredOn, dayBefore, everyDay } from './home-days.ts'

const words = defineWords('home-share', {
  title: { en: 'Answered at home', zh: '在内部回答' },
  nothing: { en: 'Nothing was asked in this time yet.', zh: '这段时间内还没有提问。' },
  of: {
    en: 'of {count, plural, one {one answer} other {# answers}}; for them nothing went to a managed service.',
    zh: '共 {count} 个答案；这部分没有任何内容发往托管服务。',
  },
  days: { en: 'Time', zh: '时间' },
  last: { en: 'Last {days} days', zh: '最近 {days} 天' },
  whose: { en: 'Whose', zh: '范围' },
  own: { en: 'My questions', zh: '我的提问' },
  all: { en: 'Everybody’s', zh: '所有人' },
  kept: { en: 'Kept answer', zh: '已保存的答案' },
  unanswered: { en: 'Without an answer', zh: '没有答案' },
  day: { en: 'Day', zh: '日期' },
  table: { en: 'As a table', zh: '以表格显示' },
  chart: { en: 'Answers by day and by where they were made', zh: '按日期和回答地点统计的答案' },
})

const PARTS = ['local', 'private', 'kept', 'managed'] as const
const FILLS: Readonly<Record<(typeof PARTS)[number], string>> = {
  local: 'bg-local forced-colors:bg-[CanvasText]',
  private: 'bg-private forced-colors:bg-[Highlight]',
  kept: 'bg-edge forced-colors:bg-[GrayText]',
  managed: 'bg-managed forced-colors:bg-[LinkText]',
}

/** How many of the questions were answered without anything leaving, and how that went day by day. */
export function HomeShare(): ReactNode {
  const w = useWords(words)
  const mayAll = useMay()('requests-of-all')
  const [length, setLength] = useState('30')
  const [whose, setWhose] = useState<'own' | 'all'>(mayAll ? 'all' : 'own')
  const home = useQuery({
    queryKey: ['trust', 'home', length, whose],
    queryFn: () => server.usage.home({ whose, from: dayBefore(Date.now(), Number(length) - 1) }),
  })
  return (
    <Sheet className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <h2 className="text-title">{w('title')}</h2>
        <div className="flex flex-wrap gap-2">
          {mayAll && (
            <SelectField
              label={w('whose')}
              isLabelUnseen
              value={whose}
              onChange={(event) => setWhose(event.currentTarget.value === 'own' ? 'own' : 'all')}
            >
              <option value="all">{w('all')}</option>
              <option value="own">{w('own')}</option>
            </SelectField>
          )}
          <SelectField
            label={w('days')}
            isLabelUnseen
            value={length}
            onChange={(event) => setLength(event.currentTarget.value)}
          >
            {['7', '30', '90'].map((days) => (
              <option key={days} value={days}>
                {w('last', { days })}
              </option>
            ))}
          </SelectField>
        </div>
      </div>
      <Shown query={home}>{(data) => <Share data={data} />}</Shown>
    </Sheet>
  )
}

function Share({ data }: { readonly data: HomeView }): ReactNode {
  const w = useWords(words)
  const z = useWords(zoneWords)
  const nameOf = (part: (typeof PARTS)[number]): string => (part === 'kept' ? w('kept') : z(part))
  const days = everyDay(data)
  if (data.home === null) return <p className="text-soft">{w('nothing')}</p>
  return (
    <div className="space-y-4">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-display text-[2.75rem] leading-none text-local tabular-nums">
          {percent(data.home)}
        </span>
        <span className="text-soft">{w('of', { count: answeredOn(data.total) })}</span>
      </p>
      <Bars days={days} label={w('chart')} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-small">
        {PARTS.map((part) => (
          <li key={part} className="flex items-center gap-1.5">
            <span aria-hidden className={`size-2.5 rounded-small ${FILLS[part]}`} />
            <span className="text-soft">{nameOf(part)}</span>
            <span className="font-medium tabular-nums">{number(data.total[part])}</span>
          </li>
        ))}
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-small border border-edge" />
          <span className="text-soft">{w('unanswered')}</span>
          <span className="font-medium tabular-nums">{number(data.total.unanswered)}</span>
        </li>
      </ul>
      <details>
        <summary className="w-fit text-small text-accent">{w('table')}</summary>
        <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label={w('chart')}>
          <table className="w-full text-small tabular-nums">
            <caption className="unseen">{w('chart')}</caption>
            <thead>
              <tr className="border-b border-line text-soft">
                <th scope="col" className="py-1 pe-3 text-start font-medium">
                  {w('day')}
                </th>
                {PARTS.map((part) => (
                  <th key={part} scope="col" className="px-3 py-1 text-end font-medium">
                    {nameOf(part)}
                  </th>
                ))}
                <th scope="col" className="ps-3 py-1 text-end font-medium">
                  {w('unanswered')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.days.map((day) => (
                <tr key={day.day} className="border-b border-line last:border-0">
                  <th scope="row" className="py-1 pe-3 text-start font-normal whitespace-nowrap">
                    {dayText(day.day)}
                  </th>
                  {PARTS.map((part) => (
                    <td key={part} className="px-3 py-1 text-end">
                      {number(day[part])}
                    </td>
                  ))}
                  <td className="ps-3 py-1 text-end">{number(day.unanswered)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  )
}

/** One bar a day. What it shows stands in the table as well. */
function Bars({ days, label }: { readonly days: readonly Day[]; readonly label: string }): ReactNode {
  const most = Math.max(1, ...days.map(answeredOn))
  return (
    <div role="img" aria-label={label}>
      <div className="flex h-28 items-end gap-px border-b border-edge/60">
        {days.map((day) => (
          <div
            key={day.day}
            title={`${dayText(day.day)}: ${number(answeredOn(day))}`}
            className="flex h-full min-w-0 grow flex-col justify-end hover:bg-tint"
          >
            {PARTS.toReversed().map((part) => (
              <div
                key={part}
                style={{ height: `${(day[part] / most) * 100}%` }}
                className={`mx-auto w-full max-w-8 first:rounded-t-small ${FILLS[part]}`}
              />
            ))}
          </div>
        ))}
      </div>
      <p className="mt-1 flex justify-between text-tiny text-soft">
        <span>{dayText(days[0]?.day ?? '')}</span>
        <span>{dayText(days.at(-1)?.day ?? '')}</span>
      </p>
    </div>
  )
}
