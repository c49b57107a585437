import type { Assistant } from '../../assistant/assistant.ts'
import type { Handlers } from './handlers.ts'

type NoteOperation = Extract<keyof Handlers, `${'memory' | 'template'}.${string}`>

/** What is remembered of callers, and their prompt templates. */
export const noteHandlers = (assistant: Assistant): Pick<Handlers, NoteOperation> => ({
  'memory.create': (call) => assistant.createNote(call, 'memory', call.body),
  'memory.list': ({ caller, query }) => assistant.notes(caller, 'memory', query),
  'memory.change': (call) => assistant.changeNote(call, 'memory', { id: call.params.id, ...call.body }),
  async 'memory.delete'(call) {
    await assistant.deleteNote(call, 'memory', call.params.id)
    return undefined
  },
  'template.create': (call) => assistant.createNote(call, 'template', call.body),
  'template.list': ({ caller, query }) => assistant.notes(caller, 'template', query),
  'template.change': (call) => assistant.changeNote(call, 'template', { id: call.params.id, ...call.body }),
  async 'template.delete'(call) {
    await assistant.deleteNote(call, 'template', call.params.id)
    return undefined
  },
})
