import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { ClassChip } from '../../parts/chip.tsx'
import { reasonPart } from './reason-parts.ts'
import { useTypeName } from './type-names.ts'

const words = defineWords('reasons', {
  key: { en: 'By the key that asks it is at least', zh: '按提问所用密钥至少为' },
  caller: { en: 'By whoever asks it is at least', zh: '按提问者的身份至少为' },
  declared: { en: 'It was declared', zh: '声明的级别为' },
  conversation: { en: 'The conversation, or what comes with it, has reached', zh: '对话或随附内容已达到' },
  found: { en: 'It holds {types}:', zh: '其中包含{types}，因此为' },
  comma: { en: ', ', zh: '、' },
})

/** What made a class what it is, step by step. */
export function Reasons({ because }: { readonly because: readonly string[] }): ReactNode {
  const w = useWords(words)
  const typeName = useTypeName()
  return (
    <ol className="grid gap-1">
      {because.map((line) => {
        const part = reasonPart(line)
        if (part === null)
          return (
            <li key={line} lang="en">
              {line}
            </li>
          )
        const types = part.types.map(typeName).join(w('comma'))
        return (
          <li key={line} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            {w(part.by, { types })}
            <ClassChip of={part.class} />
          </li>
        )
      })}
    </ol>
  )
}
