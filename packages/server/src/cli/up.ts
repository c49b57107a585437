import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '../kernel/config/config.ts'
import type { Freehold } from '../kernel/running.ts'
import { startFreehold } from '../main.ts'
import { Fault } from '../kernel/fault.ts'
import { lineSink } from '../kernel/line-sink.ts'
import { checkTogether, findConfigFile } from './config.ts'
import { EXIT } from './exit-codes.ts'
import { readyEvent, readyText } from './ready.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText } from './terminal.ts'

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      listen: { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const file = findConfigFile(values.config, terminal)
  const load = () =>
    loadConfig({
      ...(file !== undefined && { file }),
      env: terminal.env,
      check: checkTogether,
      flags: values.listen === undefined ? {} : { listen: values.listen },
    })
  if (terminal.interactive && !values.json)
    terminal.progress('Starting; the first time takes a few seconds …')
  const stop = stopRequest(terminal)
  const sink = lineSink(2)
  try {
    const freehold = await startFreehold({
      data: terminal.data,
      version: packageVersion(),
      load,
      quiet: terminal.interactive && !values.json,
      signal: stop,
      write: sink.write,
      droppedLines: sink.dropped,
    })
    giveBackMemory()
    process.on('SIGHUP', () => !process.stdin.isTTY && void freehold.reload())
    announce(freehold, values.json, terminal)
    if (!stop.aborted) await once(stop, 'abort')
    await freehold.stop(String(stop.reason))
    return EXIT.ok.code
  } catch (error) {
    if (stop.aborted && error === stop.reason) return EXIT.ok.code
    if (error instanceof ConfigError) {
      terminal.err(error.message)
      return EXIT.config.code
    }
    if (error instanceof Fault) {
      terminal.err(`freehold: ${error.message}`)
      return error.code === 'address_taken' ? EXIT.address.code : EXIT.data.code
    }
    throw error
  }
}

/** What starting left behind goes back to the system now, and not while the first requests wait for it. */
function giveBackMemory(): void {
  // Only where the launcher gave Node the word for it.
  globalThis.gc?.({ type: 'major', flavor: 'last-resort' })
}

function announce(freehold: Freehold, json: boolean, terminal: Terminal): void {
  if (terminal.interactive && !json) terminal.progress('\r\u001B[2K')
  terminal.out(json ? readyEvent(freehold, process.pid) : readyText(freehold))
}

/** Aborted, with what asked for it as its reason, when the server shall end; also while it still starts. */
function stopRequest(terminal: Terminal): AbortSignal {
  const stop = new AbortController()
  const ask = (reason: string): void => stop.abort(reason)
  terminal.signal.addEventListener('abort', () => ask('SIGINT'), { once: true })
  process.on('SIGTERM', () => ask('SIGTERM'))
  // From a terminal it says that the terminal is gone; to a daemon it says: read the configuration again.
  process.on('SIGHUP', () => process.stdin.isTTY && ask('SIGHUP'))
  if (terminal.env['FREEHOLD_LAUNCHED'] === '1') {
    // The launcher holds the other end; when it is gone, nobody would pass signals on to us any more.
    const lifeline = new Socket({ fd: 3 })
    lifeline.on('error', () => ask('launcher'))
    lifeline.on('close', () => ask('launcher'))
    lifeline.resume()
    // It only listens: a server that has stopped must end even while the launcher holds its end.
    lifeline.unref()
  }
  return stop.signal
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0'
}

export const up: Command = {
  help: helpText({
    summary: 'Start Freehold: the server and, unless one is configured, its own PostgreSQL',
    usage: 'freehold up [--data DIR] [--listen HOST:PORT] [--config FILE] [--json]',
    options: {
      '--listen HOST:PORT': 'where to listen (default 127.0.0.1:7070; port 0 takes a free one)',
      '--config FILE':
        'the configuration (default: freehold.yaml in the working directory, when there is one)',
      '--json':
        'print {"event":"ready","url","claimUrl","pid"} on one line when ready, with "dataUrl" and "metricsUrl" where they differ; logs go to standard error',
    },
    examples: [
      'freehold up',
      'freehold up --data ./data --listen 127.0.0.1:8080',
      'freehold up --config /etc/freehold.yaml --json',
    ],
  }),
  run,
}
