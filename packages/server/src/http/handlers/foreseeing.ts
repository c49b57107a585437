import type { Assistant } from '../../assistant/assistant.ts'
import { staying } from '../../assistant/model.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Reloading } from '../../ops/reloading.ts'
import type { Handlers } from './handlers.ts'

interface Around {
  readonly assistant: Pick<Assistant, 'foresee' | 'lock'>
  readonly config: Reloading['config']
  readonly previewing: Pick<Gateway['privacy']['previewing'], 'explained'>
}

/** What one sees before anything is said: where it would go, by the steps that it takes when it is sent, and who could read it. */
export function foreseeingHandlers({
  assistant,
  previewing,
  config,
}: Around): Pick<Handlers, 'message.foresee' | 'conversation.lock'> {
  return {
    'conversation.lock'({ caller, params }) {
      const { keys, privacy } = config()
      return assistant.lock(caller, params.id, { rootKey: keys.provider, egressDays: privacy.egressDays })
    },
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
