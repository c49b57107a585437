import { askFor } from './dialog.js'
import { announce, element } from './element.js'
import { field } from './field.js'
import { say, write } from './language.js'
import { showOnce } from './once.js'
import { createPanel, fact, workButton } from './panel.js'
import { passwordAgain } from './password-view.js'
import { qrImage } from './qr-image.js'

/** In groups of four, as people type them. @param {string} secret */
const spaced = (secret) => secret.replace(/(.{4})(?=.)/g, '$1 ')

/** @param {readonly string[]} codes */
const showCodes = (codes) =>
  showOnce({ title: 'codes.title', text: 'codes.text', lines: codes, file: 'freehold-recovery-codes.txt' })

/**
 * The authenticator app and the recovery codes that stand in for it.
 * @param {import('./api.js').Api} api
 */
export function createAppPanel(api) {
  async function setUp() {
    /** @type {{ secret: string, uri: string }} */
    const { secret, uri } = await api.change('POST', '/api/session/totp')
    const code = field('app-code', 'app.code', {
      autocomplete: 'one-time-code',
      maxLength: 16,
      help: 'app.code.help',
    })
    code.input.inputMode = 'numeric'
    const again = passwordAgain()
    const answer = await askFor({
      title: 'app.set-up.title',
      text: 'app.set-up.text',
      parts: [
        qrImage(uri, 'app.qr'),
        element('p', 'soft', [
          write(element('span'), 'app.by-hand'),
          ' ',
          element('code', 'typed', [spaced(secret)]),
        ]),
        code.node,
        again.node,
      ],
      send: 'app.confirm',
      place: 'app',
      act: () =>
        api.change('PUT', '/api/session/totp', {
          secret,
          code: code.input.value.replaceAll(/\s/g, ''),
          password: again.input.value,
        }),
    })
    if (answer === null) return
    await showCodes(answer.done.codes)
    await panel.load()
  }

  async function renew() {
    const again = passwordAgain()
    const answer = await askFor({
      title: 'codes.renew.title',
      text: 'codes.renew.text',
      parts: [again.node],
      send: 'codes.renew',
      place: 'password',
      act: () => api.change('POST', '/api/session/recovery-codes', { password: again.input.value }),
    })
    if (answer === null) return
    await showCodes(answer.done.codes)
    await panel.load()
  }

  async function remove() {
    const again = passwordAgain()
    const answer = await askFor({
      title: 'app.remove.title',
      text: 'app.remove.text',
      parts: [again.node],
      send: 'app.remove',
      isGrave: true,
      place: 'password',
      act: () => api.change('POST', '/api/session/totp/remove', { password: again.input.value }),
    })
    if (answer === null) return
    announce(say('app.removed'))
    await panel.load()
  }

  const panel = createPanel('app', async () => {
    /** @type {{ totp: boolean, recoveryCodes: number }} */
    const { totp, recoveryCodes } = await api.read('/api/session/factors')
    if (!totp) return [fact('app.off'), element('div', 'row-actions', [workButton('app.set-up', setUp)])]
    return [
      element('p', '', [fact('app.on'), ' · ', fact('codes.left', { count: recoveryCodes })]),
      element('div', 'row-actions', [
        workButton('codes.renew', renew),
        workButton('app.remove', remove, 'plain grave'),
      ]),
    ]
  })
  return panel
}
