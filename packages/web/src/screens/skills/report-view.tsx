import type { FindingAct, ShownReport, SkillFinding } from '@freehold/sdk'
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import type { Tone } from '../../parts/chip.tsx'
import { Chip } from '../../parts/chip.tsx'
import { own } from './both.ts'
import { verdictWords } from './skills-words.ts'

const words = defineWords('skill-report', {
  none: { en: 'Nothing was found.', zh: '没有发现问题。' },
  block: { en: 'Stops it', zh: '阻止安装' },
  suspect: { en: 'Suspicious', zh: '可疑' },
  review: { en: 'To be looked at', zh: '需要查看' },
  note: { en: 'Note', zh: '提示' },
  todo: { en: 'What to do:', zh: '如何处理：' },
  unlisted: {
    en: '{count, plural, one {One more} other {# more}} of less weight',
    zh: '另有 {count} 项较轻的发现',
  },
})

const TONES: Readonly<Record<FindingAct, Tone>> = {
  block: 'alarm',
  suspect: 'alarm',
  review: 'caution',
  note: 'plain',
}

const VERDICTS = {
  pass: <CircleCheck aria-hidden className="size-5 text-accent" />,
  review: <TriangleAlert aria-hidden className="size-5 text-caution" />,
  block: <CircleX aria-hidden className="size-5 text-alarm" />,
} as const

/** What the check of a skill found: the rule, the place, the words themselves, and what to do. */
export function ReportView({ report }: { readonly report: ShownReport }): ReactNode {
  const v = useWords(verdictWords)
  const w = useWords(words)
  return (
    <div className="space-y-3">
      <p className="flex items-center gap-2 font-medium">
        {VERDICTS[report.verdict]}
        {v(report.verdict)}
      </p>
      {report.reasons.map((reason) => (
        <p key={reason.en}>{own(reason)}</p>
      ))}
      {report.findings.length === 0 ? (
        <p className="text-small text-soft">{w('none')}</p>
      ) : (
        <ul className="grid gap-2">
          {report.findings.map((finding) => (
            <li key={`${finding.rule} ${finding.path} ${finding.line} ${finding.column}`}>
              <Finding finding={finding} />
            </li>
          ))}
        </ul>
      )}
      {report.unlisted > 0 && (
        <p className="text-small text-soft">{w('unlisted', { count: report.unlisted })}</p>
      )}
    </div>
  )
}

function Finding({ finding }: { readonly finding: SkillFinding }): ReactNode {
  const w = useWords(words)
  return (
    <div className="space-y-1 rounded-medium border border-line bg-sheet p-3 text-small">
      <p className="flex flex-wrap items-center gap-2">
        <Chip tone={TONES[finding.act]}>{w(finding.act)}</Chip>
        <code>{finding.rule}</code>
        {finding.path !== '' && (
          <code className="text-soft">
            {finding.path}
            {finding.line > 0 && `:${finding.line}`}
          </code>
        )}
      </p>
      <p>{own(finding.says)}</p>
      {finding.excerpt !== '' && (
        <pre tabIndex={0} className="overflow-x-auto rounded-small bg-sunk p-2 font-mono whitespace-pre-wrap">
          {finding.excerpt}
        </pre>
      )}
      <p className="text-soft">
        {w('todo')} {own(finding.advice)}
      </p>
    </div>
  )
}
