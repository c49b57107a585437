// One file, no imports but Node's own: copy it to a machine that Freehold never touched and run it there with
// `node audit-verifier.js DIR --checkpoint FILE`. It shares no code with the program that it judges; what it checks
// is written down in docs/audit-format.md.
import { createHmac, createPublicKey, hash, verify } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface VerifyOptions {
  /** An exported bundle. */
  readonly directory: string
  /** Verifier key of the log, as it was noted down before. */
  readonly key?: string | undefined
  /** Text of files with checkpoints that are trusted: signed notes, or lines of `audit/checkpoints`. */
  readonly trusted: readonly string[]
  /** Verifier keys of witnesses, each of which must have cosigned one of the checkpoints. */
  readonly witnesses?: readonly string[]
}

export interface Problem {
  readonly kind: string
  readonly leaf: number | null
  readonly message: string
}

export interface Verdict {
  readonly ok: boolean
  readonly origin: string
  readonly size: number
  readonly root: string
  /** Size of the largest trusted checkpoint that the log grows out of; null: none was given. */
  readonly trusted: number | null
  readonly entries: number
  readonly erased: number
  /** The first hundred of them. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
  readonly warnings: readonly string[]
}

interface Head {
  readonly size: number
  readonly root: Buffer
}
interface Key {
  readonly name: string
  readonly id: Buffer
  readonly type: number
  readonly bytes: Buffer
}
type Fields = Readonly<Record<string, unknown>>

const WIDTH = 256
const MOST_PROBLEMS = 100
/** Tell of what was erased, and are never erased themselves. */
const ERASURES: ReadonlySet<unknown> = new Set(['audit.erased', 'tenant_key.shredded', 'tenant.deleted'])
/** Those that tell of everything of a tenant, their subject. */
const SHREDDINGS: ReadonlySet<unknown> = new Set(['tenant_key.shredded', 'tenant.deleted'])
/** A clock that is set right by a network moves a little; one that jumps back further hides something. */
const CLOCK_SLACK_MS = 5000
/** A transaction of the program ends long before. */
const LATE_MS = 60_000

const sha = (...parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer')
const leafHash = (entry: string): Buffer => sha(Buffer.of(0), Buffer.from(entry))
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha(Buffer.of(1), left, right)

/** RFC 6962: subtrees of the leaves so far, the largest first, no two of one size. */
class Growing {
  readonly #parts: { count: number; root: Buffer }[] = []

  push(leaf: Buffer): void {
    let part = { count: 1, root: leaf }
    for (let last = this.#parts.at(-1); last?.count === part.count; last = this.#parts.at(-1)) {
      this.#parts.pop()
      part = { count: part.count * 2, root: nodeHash(last.root, part.root) }
    }
    this.#parts.push(part)
  }

  root(): Buffer {
    const [smallest, ...larger] = this.#parts.toReversed()
    return larger.reduce((right, part) => nodeHash(part.root, right), smallest?.root ?? sha())
  }
}

function readKey(text: string): Key {
  const [, name = '', id = '', base64 = ''] = /^([^\s+]+)\+([\da-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  const material = Buffer.from(base64, 'base64')
  const own = sha(Buffer.from(`${name}\n`), material).subarray(0, 4)
  if (material.length !== 33 || own.toString('hex') !== id) throw new Error('this is no verifier key')
  return { name, id: own, type: material[0] ?? 0, bytes: material.subarray(1) }
}

/** The text of a note that the key signed; null where it did not. */
function openNote(note: string, key: Key): string | null {
  const at = note.lastIndexOf('\n\n')
  if (at < 0) return null
  const text = note.slice(0, at + 1)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.bytes])
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const own = note
    .slice(at + 2)
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .map((match) => ({ name: match?.[1], bytes: Buffer.from(match?.[2] ?? '', 'base64') }))
    .filter(({ name, bytes }) => name === key.name && bytes.subarray(0, 4).equals(key.id))
  const isGood = ({ bytes }: { readonly bytes: Buffer }): boolean => {
    if (key.type === 1) return verify(null, Buffer.from(text), publicKey, bytes.subarray(4))
    // A cosignature: the time stands before the signature and in what is signed.
    if (key.type !== 4 || bytes.length !== 76) return false
    const signed = `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n${text}`
    return verify(null, Buffer.from(signed), publicKey, bytes.subarray(12))
  }
  return own.length > 0 && own.every(isGood) ? text : null
}

function readHead(text: string, origin: string): Head | null {
  const [first, size = '', root = ''] = text.split('\n')
  const bytes = Buffer.from(root, 'base64')
  return first === origin && /^(0|[1-9]\d{0,15})$/.test(size) && bytes.length === 32
    ? { size: Number(size), root: bytes }
    : null
}

/** The signed notes in a file: the file is one, or each of its lines holds one. */
function notesIn(text: string): readonly string[] {
  if (!text.startsWith('{')) return [text]
  return text.split('\n').flatMap((line) => {
    const parsed = parsedJson(line)
    return isObject(parsed) && typeof parsed['checkpoint'] === 'string' ? [parsed['checkpoint']] : []
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 8785. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

function tilePath(level: number | 'entries', place: number, width: number): string {
  const digits = String(place).padStart(Math.ceil(String(place).length / 3) * 3, '0')
  const groups = digits.match(/\d{3}/g) ?? []
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${path}${width === WIDTH ? '' : `.p/${width}`}`
}

/** Judges a bundle. @throws Error where it cannot be read, or no key is known */
export async function verifyBundle(options: VerifyOptions): Promise<Verdict> {
  return new Judgement(options).run()
}

class Judgement {
  readonly #options: VerifyOptions
  readonly #problems: Problem[] = []
  readonly #warnings: string[] = []
  #problemCount = 0
  /** Hashes of all leaves. */
  #leaves: readonly Buffer[] = []
  #erased: {
    readonly leaf: number
    readonly what: string
    readonly tenant: unknown
    readonly mayBe: boolean
  }[] = []
  /** What erasures on record cover. */
  readonly #covered = new Set<number>()
  /** Tenants whose keys were destroyed, with everything that could be read of them. */
  readonly #shredded = new Set<unknown>()

  constructor(options: VerifyOptions) {
    this.#options = options
  }

  async run(): Promise<Verdict> {
    const key = readKey(this.#options.key ?? this.#read('log.vkey'))
    if (this.#options.key === undefined)
      this.#warnings.push('the key is the one in the bundle: compare it with one that you noted before')
    const note = this.#read('checkpoint')
    const text = openNote(note, key)
    const head = text === null ? null : readHead(text, key.name)
    if (!head) {
      this.#found('signature', 'the checkpoint of the bundle is not signed by the key of the log')
      return this.#verdict(key.name, { size: 0, root: Buffer.alloc(0) }, { trusted: null, entries: 0 })
    }
    const notes = [note, ...this.#options.trusted.flatMap(notesIn)]
    for (const witness of (this.#options.witnesses ?? []).map(readKey)) {
      if (!notes.some((one) => openNote(one, witness) !== null))
        this.#found('witness', `none of the checkpoints is cosigned by ${witness.name}`)
    }
    this.#leaves = this.#readLeaves(head.size)
    const trusted = this.#judgeTree(head, this.#readTrusted(key))
    const entries = await this.#judgeEntries(head.size)
    await this.#judgeUnlogged()
    return this.#verdict(key.name, head, { trusted, entries })
  }

  #read(name: string): string {
    return readFileSync(join(this.#options.directory, name), 'utf8')
  }

  #found(kind: string, message: string, leaf: number | null = null): void {
    this.#problemCount += 1
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ kind, leaf, message })
  }

  #readTrusted(key: Key): readonly Head[] {
    const heads = this.#options.trusted.flatMap(notesIn).flatMap((note) => {
      const text = openNote(note, key)
      const head = text === null ? null : readHead(text, key.name)
      if (head === null)
        this.#found('trusted', 'a checkpoint that was given as trusted is not signed by the key of the log')
      return head ?? []
    })
    if (heads.length === 0)
      this.#warnings.push(
        'no earlier checkpoint was given: that the log was cut or replaced as a whole is not seen',
      )
    return heads.toSorted((one, other) => one.size - other.size)
  }

  /** The hashes of level 0; those that are missing leave the list short. */
  #readLeaves(size: number): readonly Buffer[] {
    const leaves: Buffer[] = []
    for (let place = 0; place * WIDTH < size; place += 1) {
      const width = Math.min(WIDTH, size - place * WIDTH)
      const path = join(this.#options.directory, tilePath(0, place, width))
      const tile = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
      if (tile.length !== width * 32)
        this.#found('tile', `tile 0/${place} has not the ${width} hashes it must have`)
      for (let at = 0; at + 32 <= tile.length; at += 32) leaves.push(tile.subarray(at, at + 32))
    }
    return leaves
  }

  /** Builds the tree from its leaves, and compares it with every signed checkpoint on the way. */
  #judgeTree(head: Head, trusted: readonly Head[]): number | null {
    const growing = new Growing()
    let at = 0
    let largest: number | null = null
    for (const one of [...trusted, head]) {
      for (; at < one.size && at < this.#leaves.length; at += 1) growing.push(this.#leaves[at] ?? sha())
      const isOwn = one === head
      if (at < one.size) {
        this.#found(
          isOwn ? 'tile' : 'truncated',
          isOwn
            ? `the hashes of ${one.size} entries are signed, and ${at} are here`
            : `a log of ${one.size} entries was signed before, and this one has ${at}`,
        )
      } else if (!growing.root().equals(one.root)) {
        this.#found(
          isOwn ? 'root' : 'history',
          isOwn
            ? 'the hashes do not give the root that the checkpoint signs'
            : `the first ${one.size} entries are not those that were signed before`,
        )
      } else if (!isOwn) largest = one.size
    }
    this.#judgeUpperTiles(head.size)
    return largest
  }

  #judgeUpperTiles(size: number): void {
    let below = this.#leaves
    for (let level = 1; WIDTH ** level <= size; level += 1) {
      const hashes: Buffer[] = []
      for (let at = 0; at + WIDTH <= below.length; at += WIDTH) {
        const growing = new Growing()
        for (const one of below.slice(at, at + WIDTH)) growing.push(one)
        hashes.push(growing.root())
      }
      for (let place = 0; place * WIDTH < hashes.length; place += 1) {
        const own = hashes.slice(place * WIDTH, (place + 1) * WIDTH)
        const path = join(this.#options.directory, tilePath(level, place, own.length))
        if (!existsSync(path) || !readFileSync(path).equals(Buffer.concat(own)))
          this.#found('tile', `tile ${level}/${place} is not the one over the tiles below`)
      }
      below = hashes
    }
  }

  async #judgeEntries(size: number): Promise<number> {
    const manifest = parsedJson(this.#read('manifest.json'))
    const isWhole = isObject(manifest) && manifest['scope'] === 'log'
    const own = new Map<string, number>()
    const clock = { last: Number.NaN, before: Number.NaN }
    let count = 0
    let next = 0
    for await (const line of this.#lines('entries.jsonl')) {
      const row = parsedJson(line)
      const leaf = isObject(row) ? row['leaf'] : null
      if (!isObject(row) || typeof leaf !== 'number' || typeof row['entry'] !== 'string' || leaf >= size) {
        this.#found('entry', `line ${count + 1} of entries.jsonl is no entry of this log`)
        continue
      }
      count += 1
      if (leaf < next) this.#found('order', 'entries do not follow each other', leaf)
      else if (isWhole && leaf > next)
        this.#found('missing', `entries ${next} to ${leaf - 1} are missing`, next)
      next = leaf + 1
      if (!this.#leaves[leaf]?.equals(leafHash(row['entry'])))
        this.#found('entry', 'the entry is not the one that was logged', leaf)
      const entry = parsedJson(row['entry'])
      if (!isObject(entry)) this.#found('entry', 'the entry is no JSON', leaf)
      else this.#judgeEntry({ leaf, entry, row, own, clock })
    }
    if (isWhole && next < size) this.#found('missing', `entries ${next} to ${size - 1} are missing`, next)
    for (const { leaf, what, tenant, mayBe } of this.#erased) {
      if (!this.#shredded.has(tenant) && !(mayBe && this.#covered.has(leaf)))
        this.#found('erased', `${what} is gone, and no erasure is on record`, leaf)
    }
    return count
  }

  #judgeEntry(found: {
    readonly leaf: number
    readonly entry: Fields
    readonly row: Fields
    readonly own: Map<string, number>
    readonly clock: { last: number; before: number }
  }): void {
    const { leaf, entry, row, own } = found
    const { kind, tenant, n, v } = entry
    if (v !== 1) return this.#found('entry', `format ${String(v)} is not known to this verifier`, leaf)
    if (kind === 'lost') this.#found('lost', 'what it should tell of was gone before it was logged', leaf)
    if (n !== (own.get(String(tenant)) ?? 0))
      this.#found('missing', 'an entry of this tenant before it is missing', leaf)
    own.set(String(tenant), Number(n) + 1)
    this.#judgeClock(found)
    const values = isObject(row['values']) ? row['values'] : {}
    const salts = isObject(row['salts']) ? row['salts'] : {}
    const fields = isObject(entry['fields']) ? entry['fields'] : {}
    for (const [name, commitment] of Object.entries(fields)) {
      const [value, salt] = [values[name], salts[name]]
      if (value === undefined && salt === undefined)
        this.#erased.push({ leaf, what: `"${name}"`, tenant, mayBe: !ERASURES.has(entry['action']) })
      else if (value === undefined) this.#found('value', `"${name}" is gone`, leaf)
      else if (
        typeof salt !== 'string' ||
        createHmac('sha256', Buffer.from(salt, 'base64'))
          .update(`${name}\0${canonical(value)}`)
          .digest('base64') !== commitment
      )
        this.#found('value', `"${name}" is not what was logged`, leaf)
    }
    for (const [name, value] of Object.entries(values)) {
      if (!(name in fields) && canonical(value) !== canonical(entry[name] ?? null))
        this.#found('value', `"${name}" is not what was logged`, leaf)
    }
    const { detail } = values
    const leaves = entry['action'] === 'audit.erased' && isObject(detail) ? detail['leaves'] : []
    for (const erased of Array.isArray(leaves) ? leaves : []) this.#covered.add(Number(erased))
    if (SHREDDINGS.has(entry['action'])) this.#shredded.add(values['subject'])
  }

  /** Entries are put in at times that never go back; what they tell of happened shortly before. */
  #judgeClock({
    leaf,
    entry,
    clock,
  }: {
    leaf: number
    entry: Fields
    clock: { last: number; before: number }
  }): void {
    const logged = Date.parse(String(entry['logged']))
    if (Number.isNaN(logged)) return this.#found('clock', 'it does not say when it was logged', leaf)
    if (logged < clock.last - CLOCK_SLACK_MS)
      this.#found('clock', `the clock went back from ${new Date(clock.last).toISOString()}`, leaf)
    if (logged !== clock.last) [clock.before, clock.last] = [clock.last, logged]
    const at = entry['kind'] === 'event' ? Date.parse(String(entry['at'])) : Number.NaN
    if (at + LATE_MS < clock.before)
      this.#found('backdated', `it says ${String(entry['at'])}, when the log was past that for long`, leaf)
  }

  async #judgeUnlogged(): Promise<void> {
    let due = 0
    for await (const line of this.#lines('unlogged.jsonl')) {
      const row = parsedJson(line)
      if (!isObject(row)) continue
      if (row['isDue'] === true) due += 1
      else this.#found('inserted', `event ${String(row['id'])} is in the database and was never logged`)
    }
    if (due > 0) this.#warnings.push(`${due} events were not in the log yet when the bundle was made`)
  }

  async *#lines(name: string): AsyncGenerator<string> {
    const path = join(this.#options.directory, name)
    if (!existsSync(path)) {
      this.#found('bundle', `${name} is missing`)
      return
    }
    for await (const line of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    }))
      if (line !== '') yield line
  }

  #verdict(
    origin: string,
    head: Head,
    more: { readonly trusted: number | null; readonly entries: number },
  ): Verdict {
    return {
      ok: this.#problemCount === 0,
      origin,
      size: head.size,
      root: head.root.toString('base64'),
      ...more,
      erased: new Set(this.#erased.map(({ leaf }) => leaf)).size,
      problems: this.#problems,
      problemCount: this.#problemCount,
      warnings: this.#warnings,
    }
  }
}

/** What a person reads. */
export function verdictText(verdict: Verdict): string {
  const { ok, origin, size, root, trusted, entries, erased, problems, problemCount, warnings } = verdict
  const lines = [
    `${ok ? 'SOUND' : 'NOT SOUND'}: ${origin}, ${size} entries, root ${root}`,
    `${entries} entries compared with what they commit to, ${erased} with something erased`,
    trusted === null
      ? 'compared with no earlier checkpoint'
      : `grows out of the trusted checkpoint of ${trusted} entries`,
    ...problems.map(
      ({ kind, leaf, message }) => `  ${kind}${leaf === null ? '' : ` at entry ${leaf}`}: ${message}`,
    ),
    ...(problemCount > problems.length ? [`  and ${problemCount - problems.length} more`] : []),
    ...warnings.map((warning) => `note: ${warning}`),
  ]
  return `${lines.join('\n')}\n`
}

const USAGE = 'usage: audit-verifier DIR [--key FILE] [--checkpoint FILE]… [--witness FILE]… [--json]\n'

async function main(args: readonly string[]): Promise<number> {
  const given: Record<string, string[]> = { '--key': [], '--checkpoint': [], '--witness': [] }
  const directories: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (word in given) given[word]?.push(readFileSync(args[(at += 1)] ?? '', 'utf8'))
    else if (word !== '--json') directories.push(word)
  }
  const [directory, ...more] = directories
  if (directory === undefined || more.length > 0 || directory.startsWith('-')) {
    process.stderr.write(USAGE)
    return 2
  }
  const verdict = await verifyBundle({
    directory,
    key: given['--key']?.[0],
    trusted: given['--checkpoint'] ?? [],
    witnesses: given['--witness'] ?? [],
  })
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(verdict)}\n` : verdictText(verdict))
  return verdict.ok ? 0 : 1
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.argv.slice(2))
