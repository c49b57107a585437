import type { Assistant } from '../../assistant/assistant.ts'
import type { Credentials } from '../../assistant/model-exchange.ts'
import { credentialsOf } from '../../assistant/model-exchange.ts'
import type { Caller } from '../../identity/caller.ts'
import { runEventStream } from '../run-event-stream.ts'
import type { Handlers } from './handlers.ts'

type ConversationOperation = Exclude<
  Extract<keyof Handlers, `${'conversation' | 'message' | 'run' | 'project' | 'share'}.${string}`>,
  'conversation.export' | 'conversation.lock' | 'share.open' | 'message.foresee'
>

interface From {
  readonly caller: Caller
  readonly asking: Parameters<typeof credentialsOf>[1]
}

/** The operator of the machine comes through its own socket, and nobody else does. */
export const proofOf = ({ caller, asking }: From): Credentials =>
  credentialsOf(caller.principal.kind === 'operator' ? 'control' : 'network', asking)

/** Conversations, their messages and the runs that answer them. */
export function conversationHandlers(assistant: Assistant): Pick<Handlers, ConversationOperation> {
  return {
    'conversation.create': (call) => assistant.create(call, call.body),
    'conversation.list': ({ caller, query }) => assistant.list(caller, query),
    'conversation.search': ({ caller, body }) => assistant.search(caller, body),
    'conversation.find': ({ caller, params, body }) => assistant.find(caller, params.id, body),
    'conversation.read': ({ caller, params }) => assistant.read(caller, params.id),
    'conversation.change': (call) => assistant.change(call, call.params.id, call.body),
    async 'conversation.delete'(call) {
      await assistant.delete(call, call.params.id)
      return undefined
    },
    'conversation.delete_many': async (call) => ({
      deleted: await assistant.deleteMany(call, call.body.ids),
    }),
    'conversation.fork': (call) => assistant.fork(call, call.params.id, call.body),
    'conversation.import': (call) => assistant.import(call, call.body),
    'project.create': (call) => assistant.createProject(call, call.body),
    'project.list': ({ caller, query }) => assistant.projects(caller, query),
    'project.change': (call) => assistant.changeProject(call, call.params.id, call.body),
    async 'project.delete'(call) {
      await assistant.deleteProject(call, call.params.id)
      return undefined
    },
    'share.create': (call) => assistant.share(call, call.params.id, call.body),
    'share.list': ({ caller, params }) => assistant.shares(caller, params.id),
    async 'share.revoke'(call) {
      await assistant.revokeShare(call, call.params.id)
      return undefined
    },
    'share.read': ({ caller, params }) => assistant.shared(caller, params.id),
    'message.list': ({ caller, params, query }) => assistant.messages(caller, params.id, query),
    'message.send': (call) => assistant.send(call, proofOf(call), call.params.id, call.body),
    'message.regenerate': (call) => assistant.regenerate(call, proofOf(call), call.params.id, call.body),
    'run.read': ({ caller, params }) => assistant.run(caller, params.id),
    'run.events': (call) => runEventStream(assistant, call),
    'run.stop': (call) => assistant.stop(call, call.params.id),
    'run.continue': (call) => assistant.continue(call, proofOf(call), call.params.id),
  }
}
