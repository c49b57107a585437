import { byId, element } from './element.js'
import { write } from './language.js'
import { refusalNode } from './refusal-view.js'

/** @typedef {{ kind: 'linked' } | { kind: 'refused', error: Error }} Notice */
/** @typedef {(api: import('./api.js').Api, notice: Notice | null) => readonly HTMLElement[]} Room */

/**
 * Screens that are fetched when somebody first goes there, and what somebody must be able to do to have them.
 * @type {Readonly<Record<string, { power: string | null, fetch: () => Promise<Room> }>>}
 */
const ROOMS = {
  people: { power: 'people', fetch: async () => (await import('./people-view.js')).openPeople },
  audit: { power: 'audit', fetch: async () => (await import('./audit-view.js')).openAudit },
  account: { power: null, fetch: async () => (await import('./account-view.js')).openAccount },
}

/**
 * The ways from one screen to another; the address says where one is.
 * @param {import('./api.js').Api} api
 * @param {(view: 'home' | 'room') => void} show
 */
export function wireRooms(api, show) {
  const place = byId('room', HTMLElement)
  const links = [...document.querySelectorAll('#rooms a')]
  let isIn = false
  /** Counts the ways that were begun: whoever has gone elsewhere meanwhile is left there. */
  let ways = 0

  /** @param {string} name */
  const may = (name) => {
    const power = name === 'ask' ? 'model' : (ROOMS[name]?.power ?? null)
    return power === null || api.person().powers.includes(power)
  }
  /** Where somebody is who named no screen that is theirs: not everybody may ask. */
  const first = () => ['ask', 'audit', 'people', 'account'].find(may) ?? 'account'

  /** @param {Notice | null} notice */
  async function go(notice) {
    if (!isIn) return
    const asked = location.hash.slice(1)
    const wanted = notice === null ? asked : 'account'
    const here = Object.hasOwn(ROOMS, wanted) && may(wanted) ? wanted : first()
    const room = Object.hasOwn(ROOMS, here) ? ROOMS[here] : undefined
    for (const link of links) {
      if (link.getAttribute('href') === `#${here}`) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    ways += 1
    const way = ways
    place.replaceChildren()
    if (room === undefined) return show('home')
    place.replaceChildren(write(element('p', 'soft'), 'room.loading'))
    show('room')
    try {
      const open = await room.fetch()
      if (way !== ways) return
      place.replaceChildren(...open(api, notice))
      place.querySelector('h1')?.focus()
    } catch (error) {
      if (way === ways) place.replaceChildren(refusalNode(error))
    }
  }

  return {
    go: () => void go(null),
    /** @param {Notice | null} notice */
    enter(notice) {
      isIn = true
      for (const link of links) {
        const name = link.getAttribute('href')?.slice(1) ?? ''
        if (link instanceof HTMLElement) link.hidden = !may(name)
      }
      void go(notice)
    },
    /** Nothing of the last person stays on the page. */
    forget() {
      isIn = false
      ways += 1
      place.replaceChildren()
      for (const dialog of document.querySelectorAll('dialog.asking')) dialog.remove()
    },
  }
}
