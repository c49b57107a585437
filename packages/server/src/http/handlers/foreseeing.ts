import type { Assistant } from '../../assistant/assistant.ts'
import { staying } from '../../assistant/model.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Handlers } from './handlers.ts'

interface Around {
  readonly assistant: Pick<Assistant, 'foresee'>
  readonly previewing: Pick<Gateway['privacy']['previewing'], 'explained'>
}

/** Where a message would go while it is written: by the steps that it takes when it is sent. */
export function foreseeingHandlers({ assistant, previewing }: Around): Pick<Handlers, 'message.foresee'> {
  return {
    async 'message.foresee'({ caller, body }) {
      const { texts, model, conversation, declared, around, keepPrivate } = await assistant.foresee(
        caller,
        body,
      )
      const found = await previewing.explained(
        staying(caller, keepPrivate),
        {
          messages: texts.map((content) => ({ role: 'user', content })),
          model,
          ...(declared !== null && { class: declared }),
          ...(conversation !== null && { conversation }),
        },
        around,
      )
      return { ...found, model, keepPrivate }
    },
  }
}
