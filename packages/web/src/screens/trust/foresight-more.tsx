import type { MessageForesight } from '@freehold/sdk'
import { RadioGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { useMay } from '../../session/session.ts'
import { Counts } from './counts.tsx'
import type { ForesightProps } from './foresight.tsx'
import type { KeepPrivate } from './keeping.ts'
import { sumOf } from './keeping.ts'
import { Reasons } from './reasons.tsx'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { RuleName } from './rule-name.tsx'
import { skipReason } from './skip-reasons.ts'

const words = defineWords('foresight-more', {
  local: { en: 'Stays on this machine', zh: '留在本机' },
  private: { en: 'Goes to {target}, which is yours', zh: '发往您自己的 {target}' },
  managed: { en: 'Would go to {target}, a managed service', zh: '会发往托管服务 {target}' },
  refused: { en: 'Would be refused', zh: '会被拒绝' },
  stays: { en: 'Nothing would leave the building.', zh: '没有任何内容会离开系统。' },
  asIs: {
    en: 'It would leave as it is: nothing in it has to be masked.',
    zh: '会原样发出：其中没有需要脱敏的内容。',
  },
  masked: {
    en: '{count, plural, one {One value} other {# values}} would be replaced before it leaves and put back into the answer.',
    zh: '发出前会替换 {count} 个值，并在答案中还原。',
  },
  why: { en: 'Why', zh: '原因' },
  rule: { en: 'Rule', zh: '规则' },
  next: { en: 'If that fails: {targets}', zh: '如果失败：{targets}' },
  skipped: { en: 'Not {target}', zh: '不发往 {target}' },
  tools: {
    en: 'What is found in {count, plural, =0 {your documents} one {the chosen collection} other {the # chosen collections}} may raise the class while it is answered; then it is decided anew.',
    zh: '回答过程中在{count, plural, =0 {您的文档} other {所选的 # 个知识库}}里找到的内容可能提高级别，届时会重新判断。',
  },
  preview: { en: 'See exactly what would leave', zh: '查看将要发出的确切内容' },
  keep: { en: 'Keep private', zh: '保持私密' },
  keepNo: { en: 'As the rules decide', zh: '按规则决定' },
  keepMessage: { en: 'This message stays home', zh: '这条消息留在内部' },
  keepConversation: { en: 'The whole conversation stays home', zh: '整个对话留在内部' },
  keepHelp: {
    en: 'It is answered on this machine or at a private target, or not at all.',
    zh: '只在本机或私有目标回答，否则不回答。',
  },
})

const KEEPS = [
  ['no', 'keepNo'],
  ['message', 'keepMessage'],
  ['conversation', 'keepConversation'],
] as const

interface MoreProps extends ForesightProps {
  readonly foresight: MessageForesight
  /** The exact body is to be shown. */
  readonly onPreview: () => void
}

/** Why a message would go where it would, and the choice to keep it home. */
export function ForesightMore(props: MoreProps): ReactNode {
  const { foresight, text, collections = [], keepPrivate, onKeepPrivate, onPreview } = props
  const w = useWords(words)
  const mayModel = useMay()('model')
  const [first, ...others] = foresight.attempts
  const masked = sumOf(first?.masked)
  return (
    <div className="space-y-3">
      <div>
        <p className="font-display text-body">
          {first === undefined ? w('refused') : w(first.zone, { target: first.target })}
        </p>
        <p className="text-soft">
          {first === undefined
            ? foresight.refused && <RefusalLine refusal={foresight.refused} />
            : first.zone !== 'managed'
              ? w('stays')
              : masked > 0
                ? w('masked', { count: masked })
                : w('asIs')}
        </p>
        {first?.zone === 'managed' && first.masked !== undefined && masked > 0 && (
          <div className="mt-1.5">
            <Counts of={first.masked} />
          </div>
        )}
      </div>
      <div className="border-t border-line pt-2.5">
        <p className="mb-1 text-tiny text-soft">{w('why')}</p>
        <Reasons because={foresight.because} />
        {foresight.rule !== null && (
          <p className="mt-1.5">
            <span className="text-soft">{w('rule')}</span> <RuleName id={foresight.rule} />
          </p>
        )}
        {others.length > 0 && (
          <p className="mt-1.5 text-soft">
            {w('next', { targets: others.map(({ target }) => target).join(', ') })}
          </p>
        )}
        {foresight.skipped.map((one) => (
          <p key={one.target} className="mt-1.5 text-soft">
            {w('skipped', { target: one.target })}: {skipReason(one)}
          </p>
        ))}
        <p className="mt-1.5 text-tiny text-soft">{w('tools', { count: collections.length })}</p>
      </div>
      {first?.zone === 'managed' && text.trim() !== '' && mayModel && (
        <Button size="small" className="w-full" onClick={onPreview}>
          {w('preview')}
        </Button>
      )}
      <fieldset className="border-t border-line pt-2.5">
        <legend className="unseen">{w('keep')}</legend>
        <p aria-hidden className="mb-1 text-tiny text-soft">
          {w('keep')}
        </p>
        <RadioGroup.Root
          aria-label={w('keep')}
          value={keepPrivate}
          // The values are those of the list below.
          onValueChange={(next) => onKeepPrivate(next as KeepPrivate)}
          className="grid gap-0.5"
        >
          {KEEPS.map(([value, key]) => (
            <label
              key={value}
              htmlFor={`keep-${value}`}
              className="flex min-h-8 items-center gap-2.5 rounded-small px-1.5 hover:bg-tint"
            >
              <RadioGroup.Item
                id={`keep-${value}`}
                value={value}
                className="grid size-4 shrink-0 place-items-center rounded-full border border-edge bg-sheet data-[state=checked]:border-accent"
              >
                <RadioGroup.Indicator className="size-2 rounded-full bg-accent forced-colors:bg-[CanvasText]" />
              </RadioGroup.Item>
              {w(key)}
            </label>
          ))}
        </RadioGroup.Root>
        <p className="mt-1 text-tiny text-soft">{w('keepHelp')}</p>
      </fieldset>
    </div>
  )
}
