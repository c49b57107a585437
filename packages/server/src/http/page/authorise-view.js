import { button, byId, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {{ application: { id: string, name: string }, host: string, resource: string | null, again: boolean,
 *   tells: { name: string | null, email: string | null, groups: string[] | null } }} Asked */

const KEPT = 'freehold.authorise'

/**
 * What an application asked for, sealed, from the address, which forgets it at once. It is kept for this window: signing in
 * may lead to another site and back.
 * @returns {string | null}
 */
export function takeTicket() {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('authorise')
  if (ticket === null) return sessionStorage.getItem(KEPT)
  history.replaceState(null, '', location.pathname)
  if (/^[\w-]{1,6000}$/.test(ticket)) sessionStorage.setItem(KEPT, ticket)
  return sessionStorage.getItem(KEPT)
}

/** Whoever opens this window next is asked nothing of it. */
export const dropTicket = () => sessionStorage.removeItem(KEPT)

/** @param {string} key @param {string} value */
const told = (key, value) => element('li', '', [write(element('span', 'soft'), key), ' ', value])

/** What the application would learn, as it would learn it. @param {Asked} asked */
function listOf({ tells: { name, email, groups }, resource }) {
  return element('ul', 'tells', [
    write(element('li'), 'authorise.sign'),
    ...(name === null ? [] : [told('authorise.name', name)]),
    ...(email === null ? [] : [told('authorise.email', email)]),
    ...(groups === null || groups.length === 0 ? [] : [told('authorise.groups', groups.join(' · '))]),
    ...(resource === null ? [] : [told('authorise.resource', resource)]),
  ])
}

/**
 * Asks whoever is signed in whether an application may know who they are.
 * @param {import('./api.js').Api} api
 * @param {{ show: () => void, home: () => void, again: (reason: string | null) => Promise<void> }} ways
 */
export function wireAuthorise(api, { show, home, again }) {
  const place = byId('authorise', HTMLElement)

  /** @param {unknown} error */
  function refuse(error) {
    dropTicket()
    const title = write(element('h1'), 'authorise.failed')
    title.tabIndex = -1
    const back = write(button('plain', home), 'authorise.home')
    place.replaceChildren(title, refusalNode(error), element('div', 'row-actions', [back]))
    show()
    title.focus()
  }

  /** @param {string} ticket @param {boolean} allow */
  async function decide(ticket, allow) {
    for (const one of place.querySelectorAll('button')) one.disabled = true
    try {
      const { location: next } = await api.change('POST', '/api/authorisations', { ticket, allow })
      dropTicket()
      location.assign(next)
    } catch (error) {
      refuse(error)
    }
  }

  /** @param {string} ticket @param {Asked} asked */
  function ask(ticket, asked) {
    const name = asked.application.name
    const title = write(element('h1'), 'authorise.title', { name })
    title.tabIndex = -1
    title.id = 'authorise-title'
    place.replaceChildren(
      title,
      write(element('p', 'lead'), 'authorise.lead', { name, host: asked.host }),
      listOf(asked),
      element('p', 'soft', [
        write(element('span'), 'authorise.as', { name: api.person().name ?? '' }),
        ' ',
        write(
          button('quiet', () => void again(null).catch(refuse)),
          'authorise.other',
        ),
      ]),
      element('div', 'row-actions', [
        write(
          button('primary', () => void decide(ticket, true)),
          'authorise.allow',
        ),
        write(
          button('plain', () => void decide(ticket, false)),
          'authorise.refuse',
        ),
      ]),
    )
    show()
    title.focus()
  }

  /** @param {string} ticket */
  return async (ticket) => {
    try {
      const asked = await api.change('POST', '/api/authorisations/asked', { ticket })
      if (asked.again) await again('authorise.again')
      else ask(ticket, asked)
    } catch (error) {
      refuse(error)
    }
  }
}
