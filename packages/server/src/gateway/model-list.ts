import type { IncomingHttpHeaders } from 'node:http'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Action } from '@freehold/contract/actions.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { parseInput } from '../kernel/input.ts'
import { classify, declaredClass } from './classify.ts'
import type { Exchange } from './exchange.ts'
import type { Entry } from './limits.ts'
import type { Asking, Discovered } from './offer/askable.ts'
import { askableModels, mayAsk } from './offer/askable.ts'
import type { Askable } from './offer/model-shapes.ts'
import { modelOfAnthropic, openaiModel, pageOfAnthropic } from './offer/model-shapes.ts'
import type { RequestRecord } from './record.ts'
import type { Routing } from './routing/routing.ts'
import type { Targets } from './targets.ts'

type ModelsOperation = 'models.list' | 'models.read'

interface ModelRooms {
  open(id: ModelsOperation, exchange: Exchange): RequestRecord
  identify(exchange: Exchange): Caller
  authorise(caller: Caller, action: Action): void
  enter(caller: Caller): Entry
  readonly targets: Targets
  readonly discovery: Discovered
}

const LIST_PATH = OPERATIONS['models.list'].path
const ONE_PATH = `${LIST_PATH}/`

/** Anthropic's clients name the version of their API, and no others do. */
export const dialectOfModels = (path: string, headers: IncomingHttpHeaders): Dialect =>
  (path === LIST_PATH || path.startsWith(ONE_PATH)) && headers['anthropic-version'] !== undefined
    ? 'anthropic'
    : 'openai'

interface Question {
  readonly routing: Routing
  readonly asking: Asking
  readonly discovery: Discovered
  readonly url: string
}

/**
 * `GET /v1/models` and `/v1/models/{id}`: what this caller may ask for. Nothing is called, so nothing but the log
 * knows of it.
 */
export function createModelAnswers(
  rooms: ModelRooms,
): Readonly<Record<ModelsOperation, (exchange: Exchange) => Promise<void>>> {
  return {
    'models.list': answerWith('models.list', rooms, listed),
    'models.read': answerWith('models.read', rooms, one),
  }
}

function answerWith(id: ModelsOperation, rooms: ModelRooms, bodyOf: (question: Question) => object) {
  return async (exchange: Exchange): Promise<void> => {
    const record = rooms.open(id, exchange)
    try {
      const caller = rooms.identify(exchange)
      rooms.authorise(caller, OPERATIONS[id].action)
      rooms.enter(caller).leave()
      const { url, headers } = exchange
      const declared = declaredClass(headers['x-freehold-class'])
      const classified = classify(caller, { declared, conversation: null })
      const dialect = dialectOfModels(pathOf(url), headers)
      const { discovery } = rooms
      const asking = { caller, class: classified.class, dialect }
      const body = underBook(rooms.targets, (routing) => bodyOf({ routing, asking, discovery, url }))
      void exchange.respond({
        status: 200,
        zone: 'local',
        target: 'local',
        model: null,
        class: classified.class,
        masked: 0,
        headers: ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store'],
        body: Buffer.from(JSON.stringify(body)),
        tokens: () => null,
        answerId: () => null,
      })
      record.settle()
    } catch (error) {
      record.fail(exchange.refuse(error))
    }
  }
}

function underBook<T>(targets: Targets, use: (routing: Routing) => T): T {
  const book = targets.hold()
  try {
    return use(book.routing)
  } finally {
    book.release()
  }
}

function listed({ routing, asking, discovery, url }: Question): object {
  const models = askableModels(routing, asking, discovery)
  if (asking.dialect === 'openai') return { object: 'list', data: models.map(openaiModel) }
  const query = new URLSearchParams(url.slice(pathOf(url).length))
  return pageOfAnthropic(models, parseInput(OPERATIONS['models.list'].input.query, Object.fromEntries(query)))
}

/** Behind a `*` a name may be asked for that no list holds. */
function one({ routing, asking, discovery, url }: Question): object {
  const id = modelName(pathOf(url).slice(ONE_PATH.length))
  if (id === null || !mayAsk(routing, id, asking)) {
    throw new Fault('not_found', 'You cannot ask for a model of this name. See GET /v1/models.', {
      param: 'model',
    })
  }
  const listedAs = askableModels(routing, asking, discovery).find((model) => model.id === id)
  const found: Askable = listedAs ?? { id, createdS: 0 }
  return asking.dialect === 'openai' ? openaiModel(found) : modelOfAnthropic(found)
}

const LONGEST_NAME = 256

/** Null for what is no name: with spaces or control characters, too long, or escaped in a way nobody reads. */
function modelName(written: string): string | null {
  try {
    const name = decodeURIComponent(written)
    return name.length <= LONGEST_NAME && /^[^\p{Cc}\p{Z}]+$/u.test(name) ? name : null
  } catch {
    return null
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''
