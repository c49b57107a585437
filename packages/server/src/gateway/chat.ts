import type { ChatRequest } from '@freehold/contract/chat.ts'
import { chatRequest } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import type { Admission } from './answer.ts'
import { declaredClass } from './classify.ts'
import type { Exchange } from './exchange.ts'

/** A chat request as read from the wire. */
export interface Chat {
  readonly id: string
  readonly request: ChatRequest
  readonly declared: DataClass | null
}

/** Reads `POST /v1/chat/completions`. Unknown fields are kept; wrong ones are refused by name. */
export async function readChat(exchange: Exchange, admission: Admission): Promise<Chat> {
  const declared = declaredClass(exchange.headers['x-freehold-class'])
  const request = parseInput(chatRequest, parseJson(await exchange.body(admission.bodyBytes)))
  if (request.n !== undefined && request.n !== null && request.n !== 1) {
    throw new Fault('invalid', 'n must be 1: a quotation has no variants.', { param: 'n' })
  }
  return { id: exchange.id, request, declared }
}
