// Runs before a skill that is a program of Node: lines of JSON over the standard streams, one for each message.
import { StringDecoder } from 'node:string_decoder'

const [, , entry] = process.argv
const toHost = process.stdout.write.bind(process.stdout)
const say = (message) => void toHost(`${JSON.stringify(message)}\n`)

const log = (...words) => {
  const line = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')
  say({ kind: 'ask', ask: 0, name: 'log', args: { line } })
}
// What it prints is no message.
process.stdout.write = (text, ...rest) => {
  log(String(text).replace(/\n$/, ''))
  rest.find((one) => typeof one === 'function')?.()
  return true
}

const waiting = new Map()
let asks = 0
const asked = (name, args) =>
  new Promise((resolve, reject) => {
    asks += 1
    waiting.set(asks, { resolve, reject })
    say({ kind: 'ask', ask: asks, name, args })
  })

const response = ({ status, headers, text, base64 }) => ({
  status,
  headers,
  ok: status >= 200 && status < 300,
  base64: () => base64,
  text() {
    if (text === null) throw new TypeError('The body is no text; base64() has it.')
    return text
  },
  json() {
    return JSON.parse(this.text())
  },
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
  log,
})

let opened = null
async function perform({ operation, input, settings }) {
  try {
    // To import again what is there takes longer than most calls.
    const skill = (opened ??= await import(entry))
    const run = skill[operation]
    if (typeof run !== 'function') throw new TypeError(`The skill exports no function ${operation}.`)
    say({
      kind: 'done',
      value: (await run(input, Object.freeze({ ...host, settings: Object.freeze(settings) }))) ?? null,
    })
  } catch (error) {
    const message = `${error?.name ?? 'Error'}: ${error?.message ?? error}`
    say({
      kind: 'failed',
      message: message.slice(0, 500),
      ask: Number.isInteger(error?.ask) ? error.ask : null,
    })
  }
}

function answered({ kind, ask, value, code, message }) {
  const promise = waiting.get(ask)
  waiting.delete(ask)
  if (kind === 'answer') promise?.resolve(value)
  else promise?.reject(Object.assign(new Error(message), { name: 'Fault', code, ask }))
}

const decoder = new StringDecoder('utf8')
let begun = ''
process.stdin.on('data', (piece) => {
  const lines = (begun + decoder.write(piece)).split('\n')
  begun = lines.pop()
  for (const line of lines) {
    const message = JSON.parse(line)
    if (message.kind === 'call') void perform(message)
    else answered(message)
  }
})
say({ kind: 'ready' })
