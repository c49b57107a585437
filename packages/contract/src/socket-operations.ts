import { z } from 'zod'
import type { Operation } from './operation.ts'
import { KIB, MIB } from './operation-parts.ts'
import { realtimeEvent } from './realtime.ts'
import { modelName } from './routing.ts'
import { cancelMessage, responsesMessage, runMessage, runNotice } from './sockets.ts'

/** WebSockets: a handshake that is identified like any request, and the messages that may follow it. */
export const SOCKET_OPERATIONS = {
  'responses.connect': {
    method: 'GET',
    path: '/v1/responses',
    surface: 'socket',
    summary: 'Answer conversations over a WebSocket (OpenAI Responses)',
    input: {},
    messages: {
      input: z.union([responsesMessage, cancelMessage]),
      output: z.looseObject({ type: z.string() }),
    },
    output: null,
    status: 101,
    action: 'model.use',
    fields: {},
    messageFields: { input: 'prompt', instructions: 'prompt', model: 'id', previous_response_id: 'id' },
    limits: { bodyBytes: 10 * MIB },
  },
  'realtime.connect': {
    method: 'GET',
    path: '/v1/realtime',
    surface: 'socket',
    summary: 'Converse with a model over a WebSocket (OpenAI Realtime)',
    input: { query: z.strictObject({ model: modelName }) },
    messages: { input: realtimeEvent, output: z.looseObject({ type: z.string() }) },
    output: null,
    status: 101,
    action: 'model.use',
    fields: { model: 'id' },
    messageFields: {
      'session.instructions': 'prompt',
      'item.content': 'prompt',
      'response.instructions': 'prompt',
      'response.input': 'prompt',
      item_id: 'id',
      previous_item_id: 'id',
      response_id: 'id',
    },
    limits: { bodyBytes: 10 * MIB },
  },
  'runs.connect': {
    method: 'GET',
    path: '/api/ws',
    surface: 'socket',
    summary: 'Follow runs over a WebSocket',
    input: {},
    messages: { input: runMessage, output: runNotice },
    output: null,
    status: 101,
    action: 'run.read',
    fields: {},
    messageFields: { run: 'id' },
    limits: { bodyBytes: 64 * KIB },
  },
} as const satisfies Readonly<Record<string, Operation>>

export type SocketOperationId = keyof typeof SOCKET_OPERATIONS
