import type { Gateway } from '../../gateway/gateway.ts'
import type { Handlers } from './handlers.ts'

type DictionaryOperation = 'dictionary.list' | 'dictionary.read' | 'dictionary.put' | 'dictionary.delete'

/** Terms of the caller's tenant that the desensitiser finds. */
export function dictionaryHandlers({
  privacy: { dictionaries },
}: Pick<Gateway, 'privacy'>): Pick<Handlers, DictionaryOperation> {
  return {
    'dictionary.list': async ({ caller }) => ({ data: await dictionaries.list(caller) }),
    'dictionary.read': ({ caller, params, query, request }) =>
      dictionaries.read(caller, { ...params, ...query, request }),
    'dictionary.put': ({ caller, params, body, request }) =>
      dictionaries.put(caller, { ...params, request }, body),
    async 'dictionary.delete'({ caller, params, request }) {
      await dictionaries.delete(caller, { ...params, request })
      return undefined
    },
  }
}
