import { Fault } from '../../kernel/fault.ts'

export const TAR_BLOCK = 512
const BLOCK = TAR_BLOCK
export const TAR_END = Buffer.alloc(2 * BLOCK)
/** Zeros behind a content of this size. */
export const tarPadding = (size: number): number => -size & (BLOCK - 1)
/** POSIX.1-2017 pax, "ustar Interchange Format": where a field begins and how long it is. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 6],
  version: [263, 2],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
} as const
type Field = keyof typeof FIELDS

const FORBIDDEN: Readonly<Record<string, string>> = {
  1: 'a hard link',
  2: 'a symbolic link',
  3: 'a device',
  4: 'a device',
  5: 'a directory of its own',
  6: 'a pipe',
}

/** One file after the other, in the order of their names' bytes, with nothing in it that one machine knows and another does not. */
export function writeTar(files: ReadonlyMap<string, Buffer>): Buffer {
  const names = [...files.keys()].map((name) => ({ name, key: Buffer.from(name) }))
  names.sort((a, b) => Buffer.compare(a.key, b.key))
  const pieces: Buffer[] = []
  for (const { name } of names) {
    const content = files.get(name) ?? Buffer.alloc(0)
    pieces.push(tarHeader(name, content.length), content, Buffer.alloc(tarPadding(content.length)))
  }
  return Buffer.concat([...pieces, TAR_END])
}

/** Whether a path fits into a header. */
export const fitsHeader = (path: string): boolean => splitName(path) !== null

/** Name and prefix: a path of over 100 bytes is cut at the first slash that leaves at most 100. */
function splitName(path: string): { readonly name: Buffer; readonly prefix: Buffer } | null {
  const bytes = Buffer.from(path)
  if (bytes.length <= FIELDS.name[1]) return { name: bytes, prefix: Buffer.alloc(0) }
  const slash = bytes.indexOf('/', bytes.length - FIELDS.name[1] - 1)
  if (slash <= 0 || slash > FIELDS.prefix[1] || slash === bytes.length - 1) return null
  return { name: bytes.subarray(slash + 1), prefix: bytes.subarray(0, slash) }
}

/** @throws Fault `invalid` for a path that is too long */
export function tarHeader(path: string, size: number): Buffer {
  const split = splitName(path)
  if (split === null)
    throw new Fault('invalid', `${path}: the path is too long for a bundle.`, { param: path })
  const header = Buffer.alloc(BLOCK)
  const put = (field: Field, value: string | Buffer): void =>
    void header.fill(value, FIELDS[field][0], FIELDS[field][0] + value.length)
  const octal = (value: number, field: Field): string => value.toString(8).padStart(FIELDS[field][1] - 1, '0')
  put('name', split.name)
  put('mode', octal(0o644, 'mode'))
  for (const field of ['uid', 'gid', 'mtime', 'devmajor', 'devminor'] as const) put(field, octal(0, field))
  put('size', octal(size, 'size'))
  put('type', '0')
  put('magic', 'ustar')
  put('version', '00')
  if (split.prefix.length > 0) put('prefix', split.prefix)
  put('checksum', `${checksumOf(header).toString(8).padStart(6, '0')}\0 `)
  return header
}

/** Whether it is a header, of whatever program. */
export function isChecked(header: Buffer): boolean {
  const written = /^ *([0-7]+)[ \0]/.exec(header.toString('latin1', 148, 156))?.[1]
  return written !== undefined && Number.parseInt(written, 8) === checksumOf(header)
}

/** Of all bytes, those of the checksum taken as spaces. */
function checksumOf(header: Buffer): number {
  const [at, length] = FIELDS.checksum
  let sum = length * 0x20
  for (let index = 0; index < BLOCK; index += 1) {
    if (index < at || index >= at + length) sum += header[index] ?? 0
  }
  return sum
}

export interface TarBounds {
  readonly files: number
}

const strict = new TextDecoder('utf-8', { fatal: true })

/** The files of a tar. Nothing but plain files is taken. @throws Fault `invalid`, `too_large` */
export function readTar(bytes: Buffer, bounds: TarBounds): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  let at = 0
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) return files
    const { path, size } = entryOf(header, at)
    const end = at + BLOCK + size
    if (end > bytes.length) throw broken(`${shown(path)}: the bundle ends before the file does`)
    if (files.has(path)) throw broken(`${shown(path)}: stands in it twice`)
    if (files.size === bounds.files)
      throw new Fault('too_large', `The bundle has more than ${bounds.files} files.`, { param: 'bundle' })
    files.set(path, Buffer.from(bytes.subarray(at + BLOCK, end)))
    at = end + tarPadding(size)
  }
  throw broken('it ends in the middle')
}

function entryOf(header: Buffer, at: number): { readonly path: string; readonly size: number } {
  const field = (name: Field): Buffer => header.subarray(FIELDS[name][0], FIELDS[name][0] + FIELDS[name][1])
  const text = (name: Field): string => {
    const end = field(name).indexOf(0)
    try {
      return strict.decode(end < 0 ? field(name) : field(name).subarray(0, end))
    } catch (error) {
      throw broken(`the entry at byte ${at} has a name that is no UTF-8`, error)
    }
  }
  if (!field('magic').equals(Buffer.from('ustar\0'))) throw broken(`no file begins at byte ${at}`)
  const checksum = /^([0-7]{6})\0 $/.exec(field('checksum').toString('latin1'))?.[1]
  if (checksum === undefined || Number.parseInt(checksum, 8) !== checksumOf(header))
    throw broken(`the checksum at byte ${at} is wrong`)
  const prefix = text('prefix')
  const path = prefix === '' ? text('name') : `${prefix}/${text('name')}`
  const type = field('type').toString('latin1')
  if (type !== '0')
    throw broken(`${shown(path)}: is ${FORBIDDEN[type] ?? 'an extension'}, and only files are taken`)
  const size = /^([0-7]{11})\0$/.exec(field('size').toString('latin1'))?.[1]
  if (size === undefined) throw broken(`${shown(path)}: has no size`)
  return { path, size: Number.parseInt(size, 8) }
}

const broken = (what: string, cause?: unknown): Fault =>
  new Fault('invalid', `This is no bundle of a skill: ${what}.`, { param: 'bundle', cause })

/** A path that may hold anything, for people. */
export const shown = (path: string): string => JSON.stringify(path.slice(0, 200))
