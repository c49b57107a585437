/** Proofs of the audit log, checked where they are read: C2SP signed-note, tlog-checkpoint and tlog-proof, RFC 9162. */

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const sha256 = async (...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)))

const leafHash = (entry: string): Promise<Uint8Array<ArrayBuffer>> => sha256(Uint8Array.of(0), encode(entry))
const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  sha256(Uint8Array.of(1), left, right)

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

interface VerifierKey {
  readonly name: string
  readonly id: Uint8Array
  readonly key: Uint8Array<ArrayBuffer>
}

/** `name+id+material`; null where the id is not that of the key. */
async function readKey(text: string): Promise<VerifierKey | null> {
  const match = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim())
  if (match === null) return null
  const [, name = '', id = '', material = ''] = match
  const bytes = bytesOf(material)
  if (bytes.length !== 33 || bytes[0] !== 1) return null
  const real = (await sha256(encode(`${name}\n`), bytes)).slice(0, 4)
  if (Array.from(real, (byte) => byte.toString(16).padStart(2, '0')).join('') !== id) return null
  return { name, id: real, key: bytes.slice(1) }
}

/** The checkpoint in a signed note; null where no signature of this key is there, or one of them does not verify. */
export async function openCheckpoint(note: string, verifierKey: string): Promise<Checkpoint | null> {
  const key = await readKey(verifierKey)
  const split = note.indexOf('\n\n')
  if (key === null || split === -1) return null
  const text = note.slice(0, split + 1)
  const [origin = '', size = '', root = ''] = text.split('\n')
  if (origin !== key.name || !/^\d{1,15}$/.test(size)) return null
  const publicKey = await crypto.subtle.importKey('raw', key.key, 'Ed25519', false, ['verify'])
  let signatures = 0
  for (const line of note.slice(split + 2).split('\n')) {
    const match = /^— (\S+) (\S+)$/.exec(line)
    if (match?.[1] !== key.name) continue
    const bytes = bytesOf(match[2] ?? '')
    if (!isSame(bytes.slice(0, 4), key.id)) continue
    if (!(await crypto.subtle.verify('Ed25519', publicKey, bytes.slice(4), encode(text)))) return null
    signatures += 1
  }
  return signatures === 0 ? null : { origin, size: Number(size), root }
}

export interface InclusionProof {
  readonly index: number
  readonly hashes: readonly string[]
  /** The signed checkpoint. */
  readonly note: string
}

/** C2SP tlog-proof. @throws Error where it is none */
export function readProof(text: string): InclusionProof {
  const split = text.indexOf('\n\n')
  const [version, index = '', ...hashes] = text.slice(0, split).split('\n')
  const at = /^index (\d{1,15})$/.exec(index)?.[1]
  if (split === -1 || version !== 'c2sp.org/tlog-proof@v1' || at === undefined)
    throw new Error('This is no proof of a transparency log.')
  return { index: Number(at), hashes, note: text.slice(split + 2) }
}

/** Whether an entry is in the tree of a checkpoint. RFC 9162 section 2.1.3.2. */
export async function isIncluded(
  entry: string,
  { index, hashes }: Pick<InclusionProof, 'index' | 'hashes'>,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
): Promise<boolean> {
  if (index >= size) return false
  let [fn, sn] = [BigInt(index), BigInt(size - 1)]
  let hash = await leafHash(entry)
  for (const text of hashes) {
    if (sn === 0n) return false
    const sibling = bytesOf(text)
    if (fn % 2n === 1n || fn === sn) {
      hash = await nodeHash(sibling, hash)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else hash = await nodeHash(hash, sibling)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && isSame(hash, bytesOf(root))
}

/** Whether one tree is the beginning of another. RFC 9162 section 2.1.4.2. */
export async function isContinued(
  first: Pick<Checkpoint, 'size' | 'root'>,
  second: Pick<Checkpoint, 'size' | 'root'>,
  proof: readonly string[],
): Promise<boolean> {
  if (first.size > second.size) return false
  if (first.size === 0) return true
  if (first.size === second.size) return proof.length === 0 && first.root === second.root
  const path = proof.map(bytesOf)
  if (Number.isInteger(Math.log2(first.size))) path.unshift(bytesOf(first.root))
  let [fn, sn] = [BigInt(first.size - 1), BigInt(second.size - 1)]
  while (fn % 2n === 1n) [fn, sn] = [fn >> 1n, sn >> 1n]
  const [begin, ...rest] = path
  if (begin === undefined) return false
  let [one, other] = [begin, begin]
  for (const hash of rest) {
    if (sn === 0n) return false
    if (fn % 2n === 1n || fn === sn) {
      one = await nodeHash(hash, one)
      other = await nodeHash(hash, other)
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else other = await nodeHash(other, hash)
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && isSame(one, bytesOf(first.root)) && isSame(other, bytesOf(second.root))
}

/** Canonical JSON, RFC 8785. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

/** What an entry says of a field that is not open: HMAC-SHA-256(salt, name || 0x00 || canonical JSON), base64. */
export async function commitmentOf(name: string, value: unknown, salt: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', bytesOf(salt), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const told = joined(encode(name), Uint8Array.of(0), encode(canonicalJson(value)))
  return base64Of(new Uint8Array(await crypto.subtle.sign('HMAC', key, told)))
}
