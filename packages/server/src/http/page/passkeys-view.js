import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { canUsePasskeys } from './entry-view.js'
import { field } from './field.js'
import { say, write } from './language.js'
import { moment } from './moment.js'
import { createPanel, fact, namedButton, row, rows, workButton } from './panel.js'
import { passwordAgain } from './password-view.js'
import { Refusal } from './refusal.js'

/** @typedef {{ id: string, name: string, createdAt: string, usedAt: string | null }} Passkey */

/** @param {import('./api.js').Api} api @param {{ name: string, password: string }} wish */
async function make(api, { name, password }) {
  const { options } = await api.change('POST', '/api/session/passkeys/options', { password })
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  /** @type {Credential | null} */
  let credential = null
  try {
    credential = await navigator.credentials.create({ publicKey })
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    throw new Refusal(error.name === 'InvalidStateError' ? 'passkey_known' : 'passkey_none', '', 0)
  }
  if (!(credential instanceof PublicKeyCredential)) throw new Refusal('passkey_none', '', 0)
  return api.change('POST', '/api/session/passkeys', { name, response: credential.toJSON() })
}

/** @param {import('./api.js').Api} api */
export function createPasskeysPanel(api) {
  async function add() {
    const name = field('passkey-name', 'passkey.name', { help: 'passkey.name.help' })
    const again = passwordAgain()
    const answer = await askFor({
      title: 'passkey.add.title',
      text: 'passkey.add.text',
      parts: [name.node, again.node],
      send: 'passkey.add.send',
      place: 'passkey',
      act: () => make(api, { name: name.input.value, password: again.input.value }),
    })
    if (answer === null) return
    announce(say('passkey.added', { name: answer.done.name }))
    await panel.load()
  }

  /** @param {Passkey} passkey */
  async function remove({ id, name }) {
    const answer = await askFor({
      title: 'passkey.remove.title',
      values: { name },
      text: 'passkey.remove.text',
      send: 'passkey.remove.send',
      isGrave: true,
      act: () => api.change('DELETE', `/api/session/passkeys/${encodeURIComponent(id)}`),
    })
    if (answer === null) return
    announce(say('passkey.removed', { name }))
    await panel.load()
  }

  const panel = createPanel('passkeys', async () => {
    /** @type {{ passkeys: Passkey[] }} */
    const { passkeys } = await api.read('/api/session/factors')
    const list = passkeys.map((passkey) =>
      row(
        [passkey.name],
        [
          element('span', '', [fact('made.at'), ' ', moment(passkey.createdAt)]),
          passkey.usedAt === null
            ? fact('used.never')
            : element('span', '', [fact('used.at'), ' ', moment(passkey.usedAt)]),
        ],
        [namedButton('passkey.remove', { name: passkey.name }, () => remove(passkey), 'plain grave')],
      ),
    )
    const foot = canUsePasskeys()
      ? element('div', 'row-actions', [workButton('passkey.add', add)])
      : write(element('p', 'soft'), 'passkey.unable')
    return [rows(list, 'passkeys.none'), foot]
  })
  return panel
}
