// Runs before a skill that is a program of Node: lines of JSON over the standard streams, one for each message.
import { read, readSync, writeSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

const [, , entry] = process.argv
const say = (message) => {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`)
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at)
}

const log = (...words) => {
  const line = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')
  say({ kind: 'ask', ask: 0, name: 'log', args: { line } })
}
// What it prints is no message, and what comes is not for it. Node's own streams would not let this wait for a line.
const printed = new Writable({
  decodeStrings: false,
  write(text, _encoding, done) {
    log(String(text).replace(/\n$/, ''))
    done()
  },
})
Object.defineProperty(process, 'stdout', { value: printed })
Object.defineProperty(process, 'stdin', { value: Readable.from([]) })

const waiting = new Map()
let asks = 0
const asked = (name, args) =>
  new Promise((resolve, reject) => {
    asks += 1
    waiting.set(asks, { resolve, reject })
    say({ kind: 'ask', ask: asks, name, args })
    listen()
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

const piece = Buffer.allocUnsafe(65536)
const decoder = new StringDecoder('utf8')
let begun = []
let call = null
let heard = null

/** Takes what came: answers at once, and the next call when its turn comes. Ends with the host. */
function take(bytes) {
  if (bytes === 0) process.exit()
  const [end, ...more] = decoder.write(piece.subarray(0, bytes)).split('\n')
  begun.push(end)
  for (const begins of more) {
    const message = JSON.parse(begun.join(''))
    begun = [begins]
    if (message.kind === 'call') call = message
    else answered(message)
  }
}

/** Waits for more while the skill goes on, which to wait for a line does not let it. */
function listen() {
  heard ??= new Promise((resolve, reject) => {
    read(0, piece, 0, piece.length, null, (error, bytes) => {
      heard = null
      if (error) return reject(error)
      take(bytes)
      if (waiting.size > 0) listen()
      resolve()
    })
  })
  return heard
}

/** Of the skill; what it writes errors to counts for nothing. */
const isUnderWay = () => process.getActiveResourcesInfo().some((name) => name !== 'PipeWrap')

say({ kind: 'ready' })
for (;;) {
  // To wait for a line is quickest, and nothing else goes on meanwhile.
  while (call === null) {
    if (heard === null && !isUnderWay()) take(readSync(0, piece))
    else await listen()
  }
  const next = call
  call = null
  await perform(next)
}
