import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import type { Account } from './ingest-child.ts'
import { readerAccount } from './ingest-child.ts'

export interface RecognitionLimits {
  /** Languages of tesseract, joined by `+`. */
  readonly languages: string
  /** Pages of one document; the rest is left out, and that is said. */
  readonly pages: number
  /** Wall time of one page. */
  readonly timeoutMs: number
}

/** Reads what is written in pictures, by programs of the system. */
export interface Recogniser {
  /** What has to be installed first, in a sentence; null when nothing is missing. */
  missing(): Promise<string | null>
  /** Whether pages of PDFs can be drawn, beyond the pictures in them. */
  readonly draws: boolean
  /** Text of a picture. @throws Fault `unreadable_document` */
  read(image: Uint8Array, signal: AbortSignal): Promise<string>
  /** A page of a PDF as a picture. @throws Fault `unreadable_document` */
  draw(pdf: Uint8Array, page: number, signal: AbortSignal): Promise<Buffer>
}

/** Where packages of the system put programs; the server's own PATH is nobody's business here. */
const FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin']
/** Address space of one run; it needs about 300 MB for a page. */
const MEMORY_KIB = 2 * 1024 * 1024
const LARGEST_ANSWER_BYTES = 64 << 20
/** Dots of the long side of a drawn page: 300 per inch of A4. */
const LONG_SIDE = 3508

interface Run {
  readonly program: string
  readonly args: readonly string[]
  readonly input: Uint8Array
  readonly timeoutMs: number
  readonly account: Account | null
  readonly signal: AbortSignal
}

type Ended = { readonly output: Buffer } | { readonly because: 'failed' | 'time' | 'stopped' }

function pathOf(program: string): string | null {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null
}

/**
 * Runs a program of the system on a stranger's bytes: bounded in memory, processor time, wall time and answer, as nobody
 * when we are root, with an empty environment, and writing nothing.
 */
function runTool({ program, args, input, timeoutMs, account, signal }: Run): Promise<Ended> {
  const seconds = Math.ceil(timeoutMs / 1000)
  const limits = `ulimit -v ${MEMORY_KIB} 2>/dev/null; ulimit -t ${seconds}; ulimit -f 0; ulimit -c 0; exec "$0" "$@"`
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', limits, program, ...args], {
      cwd: '/',
      env: { PATH: FOLDERS.join(':'), OMP_THREAD_LIMIT: '1', LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'ignore'],
      ...account,
    })
    const parts: Buffer[] = []
    let length = 0
    let because: 'failed' | 'time' | 'stopped' = 'failed'
    const stop = (why: typeof because) => {
      because = why
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => stop('time'), timeoutMs)
    const onAbort = () => stop('stopped')
    signal.addEventListener('abort', onAbort)
    child.stdout.on('data', (part: Buffer) => {
      length += part.length
      if (length > LARGEST_ANSWER_BYTES) stop('failed')
      else parts.push(part)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(code === 0 ? { output: Buffer.concat(parts) } : { because })
    })
    // It may refuse the picture before it has read all of it.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    if (signal.aborted) onAbort()
  })
}

function failed(because: 'failed' | 'time' | 'stopped', what: string, timeoutMs: number): Fault {
  if (because === 'stopped') return new Fault('draining', 'The server is shutting down.')
  if (because === 'time')
    return new Fault('unreadable_document', `${what} took longer than ${timeoutMs / 1000} s to read.`)
  return new Fault(
    'unreadable_document',
    `${what} cannot be read: it is broken, or larger than can be recognised.`,
  )
}

function packageOf(language: string): string {
  return `tesseract-ocr-${language.replaceAll('_', '-').toLowerCase()}`
}

/** Debian's tesseract and, where it is installed, poppler; looked for again until they are there. */
export function createRecogniser(
  limits: () => RecognitionLimits,
  account: Account | null = readerAccount(),
): Recogniser {
  const known = new Set<string>()

  async function missing(): Promise<string | null> {
    const { languages } = limits()
    const program = pathOf('tesseract')
    const wanted = languages.split('+')
    if (program === null) return toInstall(['tesseract-ocr', ...wanted.map(packageOf)])
    if (wanted.every((language) => known.has(language))) return null
    const { signal } = new AbortController()
    const run = {
      program,
      args: ['--list-langs'],
      input: new Uint8Array(),
      timeoutMs: 20_000,
      account,
      signal,
    }
    const ended = await runTool(run)
    known.clear()
    if ('output' in ended)
      for (const line of ended.output.toString('utf8').split('\n')) known.add(line.trim())
    const lacking = wanted.filter((language) => !known.has(language))
    return lacking.length === 0 ? null : toInstall(lacking.map(packageOf))
  }

  return {
    missing,
    get draws() {
      return pathOf('pdftoppm') !== null
    },
    async read(image, signal) {
      const { languages, timeoutMs } = limits()
      const args = ['stdin', 'stdout', '-l', languages, '-c', 'preserve_interword_spaces=1']
      const run = {
        program: pathOf('tesseract') ?? 'tesseract',
        args,
        input: image,
        timeoutMs,
        account,
        signal,
      }
      const ended = await runTool(run)
      if ('because' in ended) throw failed(ended.because, 'An image', timeoutMs)
      return ended.output.toString('utf8')
    },
    async draw(pdf, page, signal) {
      const { timeoutMs } = limits()
      const args = ['-gray', '-scale-to', String(LONG_SIDE), '-f', String(page), '-l', String(page), '-']
      const run = { program: pathOf('pdftoppm') ?? 'pdftoppm', args, input: pdf, timeoutMs, account, signal }
      const ended = await runTool(run)
      if ('because' in ended) throw failed(ended.because, `Page ${page}`, timeoutMs)
      return ended.output
    },
  }
}

function toInstall(packages: readonly string[]): string {
  return `Text in images cannot be read on this server: install ${packages.join(', ')} (names as on Debian) and add the file again.`
}
