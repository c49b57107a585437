/**
 * Runs inside before the skill does, with the originals of what a skill may replace for itself. It makes what the skill
 * is called with; what crosses the border either way is a string.
 */
export const PRELUDE = `(ask, log) => {
  'use strict'
  const { parse, stringify } = JSON
  const { freeze } = Object
  const asked = (name, args) => ask(name, stringify(args)).then(parse, (json) => {
    const { name, message, code, ask } = parse(json)
    throw Object.assign(new Error(message), { name, code, ask })
  })
  const response = ({ status, headers, text, base64 }) => ({
    status, headers, base64: () => base64,
    ok: status >= 200 && status < 300,
    text: () => { if (text === null) throw new TypeError('The body is no text; base64() has it.'); return text },
    json() { return parse(this.text()) },
  })
  const host = Object.freeze({
    fetch: async (url, options = {}) => response(await asked('fetch', { url: String(url), ...options })),
    storage: Object.freeze({
      get: (key) => asked('storage.get', { key }),
      set: (key, value) => asked('storage.set', { key, value }),
    }),
    model: Object.freeze({ complete: (prompt) => asked('model.complete', { prompt }) }),
    sql: (question) => asked('sql', question),
    mail: (message) => asked('mail', message),
    log: (line) => { log(typeof line === 'string' ? line : String(stringify(line))) },
  })
  return {
    run: async (operation, json) => {
      const { input, settings } = parse(json)
      const value = await operation(input, freeze({ ...host, settings: freeze(settings) }))
      return stringify(value === undefined ? null : value)
    },
    describe: (error) => {
      const isObject = typeof error === 'object' && error !== null
      const message = isObject ? error.name + ': ' + error.message : String(error)
      return stringify({ message, ask: isObject && typeof error.ask === 'number' ? error.ask : null })
    },
  }
}`
