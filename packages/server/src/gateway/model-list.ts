import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Action } from '@freehold/contract/actions.ts'
import type { Caller } from '../identity/caller.ts'
import { classify, declaredClass } from './classify.ts'
import type { Exchange } from './exchange.ts'
import type { Entry } from './limits.ts'
import { LOCAL_MODEL } from './local-engine.ts'
import type { RequestRecord } from './record.ts'
import type { Targets } from './targets.ts'

interface ModelListRooms {
  open(exchange: Exchange): RequestRecord
  identify(exchange: Exchange): Caller
  authorise(caller: Caller, action: Action): void
  enter(caller: Caller): Entry
  readonly targets: Targets
}

/** `GET /v1/models`: the names that this caller can ask for. Nothing is called, so nothing but the log knows of it. */
export function createModelList(rooms: ModelListRooms): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const record = rooms.open(exchange)
    try {
      const caller = rooms.identify(exchange)
      rooms.authorise(caller, OPERATIONS['models.list'].action)
      rooms.enter(caller).leave()
      const declared = declaredClass(exchange.headers['x-freehold-class'])
      const classified = classify(caller, { declared, conversation: null })
      const book = rooms.targets.hold()
      const names = new Set([
        ...book.routing.modelsFor(classified.class, 'openai'),
        ...book.routing.modelsFor(classified.class, 'anthropic'),
      ])
      book.release()
      const data = [...names].map((id) => ({
        id,
        object: 'model',
        created: 0,
        owned_by: id === LOCAL_MODEL ? 'freehold' : 'target',
      }))
      void exchange.respond({
        status: 200,
        zone: 'local',
        target: 'local',
        model: null,
        class: classified.class,
        masked: 0,
        headers: ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store'],
        body: Buffer.from(JSON.stringify({ object: 'list', data })),
        tokens: () => null,
        answerId: () => null,
      })
      record.settle()
    } catch (error) {
      record.fail(exchange.refuse(error))
    }
  }
}
