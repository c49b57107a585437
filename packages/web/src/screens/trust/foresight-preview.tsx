import { useQuery } from '@tanstack/react-query'
import type { ReactNode, RefObject } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { BodyView } from './body-view.tsx'
import { Counts } from './counts.tsx'
import { maskedSpans } from './masked-spans.ts'

const words = defineWords('foresight-preview', {
  asIs: {
    en: 'It would leave as it is: nothing in it has to be masked.',
    zh: '会原样发出：其中没有需要脱敏的内容。',
  },
  masked: {
    en: '{count, plural, one {One value} other {# values}} would be replaced before it leaves and put back into the answer.',
    zh: '发出前会替换 {count} 个值，并在答案中还原。',
  },
  previewTitle: { en: 'What would leave', zh: '将要发出的内容' },
  previewLead: {
    en: 'The body for {target} with this message alone; what was said before in the conversation goes along in the same way. Nothing is sent.',
    zh: '仅含这条消息、发往 {target} 的正文；对话中之前的内容也会以同样方式一并发送。现在不会发送任何内容。',
  },
  body: { en: 'The body that would leave', zh: '将要发出的正文' },
})

/** A message as it would leave. */
export interface Previewed {
  readonly text: string
  readonly model: string
  readonly target: string
}

interface ForesightPreviewProps {
  readonly previewed: Previewed
  readonly onClose: () => void
  readonly returnTo: RefObject<HTMLElement | null>
}

/** The exact body that a message would leave with, its marks one by one; nothing is sent. */
export function ForesightPreview({ previewed, onClose, returnTo }: ForesightPreviewProps): ReactNode {
  const w = useWords(words)
  return (
    <Dialog
      shape="drawer"
      isOpen
      onClose={onClose}
      returnTo={returnTo}
      title={w('previewTitle')}
      lead={w('previewLead', { target: previewed.target })}
    >
      <Preview {...previewed} />
    </Dialog>
  )
}

function Preview({ text, model, target }: Previewed): ReactNode {
  const w = useWords(words)
  const preview = useQuery({
    queryKey: ['trust', 'preview', text, model, target],
    queryFn: ({ signal }) =>
      server.privacy.preview({ messages: [{ role: 'user', content: text }], model, target }, { signal }),
  })
  return (
    <Shown query={preview}>
      {({ outbound, values, masked }) => (
        <div className="space-y-3">
          <p>{masked === 0 ? w('asIs') : w('masked', { count: masked })}</p>
          <Counts of={values} />
          <BodyView label={w('body')} text={outbound} spans={maskedSpans(outbound, values)} isStepped />
        </div>
      )}
    </Shown>
  )
}
