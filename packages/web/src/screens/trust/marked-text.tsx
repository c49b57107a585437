import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import type { Span } from './body-layout.ts'
import { chunksOf } from './body-layout.ts'
import { useTypeName } from './type-names.ts'

const words = defineWords('marked-text', {
  sure: { en: '{type}, {score} sure', zh: '{type}，把握 {score}' },
  unsure: { en: 'Too unsure to be acted on', zh: '把握不足，不作处理' },
})

export interface Found extends Span {
  readonly score: number
}

/** From here on something is done about a find. */
export const ACTED_ON = 0.5

interface MarkedTextProps {
  readonly text: string
  readonly entities: readonly Found[]
}

/** A text with what was found in it marked and named. */
export function MarkedText({ text, entities }: MarkedTextProps): ReactNode {
  const w = useWords(words)
  const typeName = useTypeName()
  const pieces = useMemo(
    () => chunksOf(text, entities, Number.MAX_SAFE_INTEGER).flatMap((chunk) => chunk.pieces),
    [text, entities],
  )
  return (
    <p className="break-words whitespace-pre-wrap">
      {pieces.map(({ text: part, span }, at) => {
        const entity = span === null ? undefined : entities[span]
        // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
        if (entity === undefined) return <span key={at}>{part}</span>
        const isActedOn = entity.score >= ACTED_ON
        const about = w('sure', { type: typeName(entity.type), score: percent(entity.score) })
        return (
          // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
          <mark
            key={at}
            data-hint={isActedOn ? about : `${about}. ${w('unsure')}.`}
            className={
              isActedOn
                ? 'rounded-small bg-mark px-0.5 text-ink'
                : 'rounded-small border-b-2 border-dotted border-edge bg-transparent text-ink'
            }
          >
            {part}
            <span className="ms-1 border-s border-edge/60 ps-1 text-tiny text-ink select-none">
              {typeName(entity.type)}
            </span>
          </mark>
        )
      })}
    </p>
  )
}
