import './account-words.js'
import { createAppPanel } from './app-view.js'
import { button, element } from './element.js'
import { createKeysPanel } from './keys-view.js'
import { write } from './language.js'
import { createLinksPanel } from './links-view.js'
import { createPasskeysPanel } from './passkeys-view.js'
import { createPasswordPanel } from './password-view.js'
import { refusalNode } from './refusal-view.js'
import { roleWords } from './roles.js'
import { createSessionsPanel } from './sessions-view.js'

/** @param {import('./rooms.js').Notice} notice */
function noticeNode(notice) {
  const text =
    notice.kind === 'linked' ? write(element('p'), 'links.linked') : refusalNode(notice.error, 'links')
  const node = element('div', 'notice', [text])
  node.role = 'status'
  const dismiss = write(
    button('quiet', () => node.remove()),
    'notice.dismiss',
  )
  node.append(dismiss)
  return node
}

/** @type {import('./rooms.js').Room} */
export function openAccount(api, notice) {
  const { name, roles, groups, powers } = api.person()
  const heading = write(element('h1'), 'account.title')
  heading.tabIndex = -1
  const who = element('p', 'lead', [
    write(element('span'), 'account.who', { name: name ?? '' }),
    ' · ',
    ...roles.flatMap((role, at) => [at === 0 ? '' : ', ', roleWords(role)]),
    ...(groups.length === 0
      ? []
      : [' · ', write(element('span'), 'account.groups', { groups: groups.join(', ') })]),
  ])
  const sessions = createSessionsPanel(api)
  const panels = [
    createPasswordPanel(api, () => void sessions.load()),
    createAppPanel(api),
    createPasskeysPanel(api),
    createLinksPanel(api),
    sessions,
    ...(powers.includes('keys') ? [createKeysPanel(api)] : []),
  ]
  for (const panel of panels) void panel.load()
  return [heading, who, ...(notice === null ? [] : [noticeNode(notice)]), ...panels.map(({ node }) => node)]
}
