import type { Assistant } from '../../assistant/assistant.ts'
import type { Identity } from '../../identity/identity.ts'
import { Fault } from '../../kernel/fault.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { gonePage, printView, sharedPage } from '../reading/conversation-page.ts'
import { READING_POLICY } from '../reading/style.ts'
import { languageWanted } from '../reading/words.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Call, Handlers } from './handlers.ts'

const HTML = 'text/html; charset=utf-8'
/** Nothing of another origin shows it in a frame, and nobody who collects pages lists it. */
const PAGE_HEADERS = {
  'content-security-policy': `${READING_POLICY}; frame-ancestors 'none'`,
  'x-robots-tag': 'noindex, nofollow',
  // The name of a host in a link that a model wrote would be asked for before anybody follows it.
  'x-dns-prefetch-control': 'off',
}

/** Conversations as pages: to take along, and to show to others. */
export function readingHandlers(
  assistant: Assistant,
  { tenants }: Pick<Identity, 'tenants'>,
): Pick<Handlers, 'conversation.export' | 'share.open'> {
  return {
    async 'conversation.export'({ caller, params: { id }, query, asking, header }) {
      if (query.format === 'json') return assistant.export(caller, id)
      if (query.format === 'md')
        return new TextAnswer('text/markdown; charset=utf-8', await assistant.exportMarkdown(caller, id))
      const language = query.language ?? languageWanted(asking.headers['accept-language'])
      const view = printView(await assistant.exportBranch(caller, id), language)
      // It is a file: opened from here it would be a page of ours.
      header('content-disposition', `attachment; filename="conversation-${id}.html"`)
      for (const [name, value] of Object.entries(PAGE_HEADERS)) header(name, value)
      return new TextAnswer(HTML, view)
    },
    async 'share.open'(call) {
      const language = languageWanted(call.asking.headers['accept-language'])
      const answer = await shared(call).then(
        (seen) => new TextAnswer(HTML, sharedPage(seen, language)),
        (error: unknown) => {
          // Programs are told as everywhere.
          if (!isGone(error) || !wantsPage(call.asking.headers.accept)) throw error
          return new TextAnswer(HTML, gonePage(language), 404)
        },
      )
      for (const [name, value] of Object.entries(PAGE_HEADERS)) call.header(name, value)
      call.header('vary', 'accept-language, accept')
      return answer
    },
  }

  async function shared({ params: { tenant, id } }: Call<'share.open'>) {
    const { suspendedAt } = await tenants.read(tenant)
    if (suspendedAt !== null)
      throw new Fault('not_found', 'This is not shared, or no longer.', { param: 'id' })
    return assistant.openShare(tenantId(tenant), id)
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Fault && (error.code === 'not_found' || error.code === 'shredded')
const wantsPage = (accept = ''): boolean => accept.includes('text/html')
