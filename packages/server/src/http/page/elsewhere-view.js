import { byId, element } from './element.js'
import { write } from './language.js'

/**
 * Other places to sign in: a link for each provider, and a line for one that does not answer.
 * @param {import('./api.js').Api} api
 */
export function wireElsewhere(api) {
  const list = byId('elsewhere', HTMLElement)
  return async () => {
    const connections = await api.connections()
    list.replaceChildren(
      ...connections.map(({ id, name, state }) => {
        if (state === 'away') return element('li', 'soft', [write(element('p'), 'elsewhere.away', { name })])
        const link = write(element('a'), 'elsewhere.with', { name })
        link.setAttribute('href', `/api/oidc/${encodeURIComponent(id)}/start`)
        return element('li', '', [link])
      }),
    )
    list.hidden = connections.length === 0
  }
}
