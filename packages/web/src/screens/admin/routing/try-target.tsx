import type { TargetTestResult } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import { Activity } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Checkbox } from '../../../parts/field.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { Tested } from '../../start/connect-proposal.tsx'
import { refusedProblem } from '../../trust/routing-problems.ts'

const words = defineWords('try-target', {
  test: { en: 'Test', zh: '测试' },
  call: { en: 'Also let a model answer', zh: '同时让模型回答一次' },
  callHelp: {
    en: 'It is sent the word “Hello” and answers with one token. That costs what it costs and is on record.',
    zh: '向它发送“Hello”，它以一个词元回答。会产生相应费用，并留下记录。',
  },
  certificate: {
    en: 'Certificate of {subject}, by {issuer}, until {until}',
    zh: '证书：{subject}，由 {issuer} 签发，有效期至 {until}',
  },
  record: { en: 'The record of the call', zh: '该次调用的记录' },
})

interface TryTargetProps {
  readonly isModel: boolean
  readonly send: (call: boolean) => Promise<TargetTestResult>
}

/** Tries a target step by step, as a request would reach it. */
export function TryTarget({ isModel, send }: TryTargetProps): ReactNode {
  const w = useWords(words)
  const [isCalled, setCalled] = useState(false)
  const test = useMutation({ mutationFn: () => send(isModel && isCalled) })
  return (
    <div className="space-y-3">
      {isModel && <Checkbox label={w('call')} help={w('callHelp')} checked={isCalled} onChange={setCalled} />}
      <Button
        icon={<Activity aria-hidden className="size-4" />}
        isBusy={test.isPending}
        onClick={() => test.mutate()}
      >
        {w('test')}
      </Button>
      {test.error && <Refused error={test.error} reason={refusedProblem(test.error)} />}
      {test.data && (
        <div className="space-y-2">
          <Tested result={test.data} />
          {test.data.certificate !== null && (
            <p className="text-small text-soft">
              {w('certificate', {
                subject: test.data.certificate.subject,
                issuer: test.data.certificate.issuer,
                until: day(test.data.certificate.expiresAt),
              })}
            </p>
          )}
          {test.data.request !== null && (
            <p className="text-small">
              <TextLink to={`/trust/requests/${test.data.request}`}>{w('record')}</TextLink>
            </p>
          )}
        </div>
      )}
    </div>
  )
}
