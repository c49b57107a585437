import { posix } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import { readXml } from './xml.ts'
import type { ZipEntry } from './zip.ts'
import { unpackSync, zipEntries } from './zip.ts'

/** Parts of an office document, and what they unpack to; more is no document of a person. */
const LIMITS = { entries: 10_000, unpackedBytes: 256 << 20 }

/** What a part refers to: the kind is the last word of the relationship's type. */
export interface Relation {
  readonly id: string
  readonly kind: string
  /** Name of the part. */
  readonly target: string
}

/** The parts of an Office Open XML file (ECMA-376 part 2), unpacked one by one. */
export interface OfficePackage {
  /** Null when there is none of that name. */
  part(name: string): Uint8Array | null
  relations(name: string): Relation[]
  /** The part that the whole starts with. @throws Fault `unreadable_document` */
  main(): string
}

/** @throws Fault `unreadable_document` */
export function openPackage(file: Uint8Array, kind: string): OfficePackage {
  const entries = new Map<string, ZipEntry>()
  for (const entry of zipEntries(file, LIMITS))
    entries.set(entry.name.replace(/^\//, '').toLowerCase(), entry)

  const part = (name: string): Uint8Array | null => {
    const entry = entries.get(name.toLowerCase())
    return entry ? unpackSync(entry) : null
  }
  const relations = (name: string): Relation[] => {
    const folder = posix.dirname(name)
    const bytes = part(posix.join(folder, '_rels', `${posix.basename(name)}.rels`))
    const found: Relation[] = []
    if (!bytes) return found
    readXml(bytes, {
      open(element, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) {
        if (element !== 'Relationship' || mode === 'External') return
        const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target)
        found.push({ id, kind: type.slice(type.lastIndexOf('/') + 1), target: path })
      },
    })
    return found
  }
  return {
    part,
    relations,
    main() {
      const start = relations('').find((relation) => relation.kind === 'officeDocument')
      if (start && entries.has(start.target.toLowerCase())) return start.target
      throw new Fault('unreadable_document', `The file holds no ${kind}: its main part is missing.`)
    },
  }
}

/** Unpacks every part once and forgets it, for a reader that would unpack without a limit. @throws Fault */
export function requireHonestPackage(file: Uint8Array): void {
  for (const entry of zipEntries(file, LIMITS)) {
    const bytes = unpackSync(entry)
    if (/\.(?:xml|rels)$/i.test(entry.name)) requireNoTypes(bytes)
  }
}

function requireNoTypes(bytes: Buffer): void {
  const head = bytes.subarray(0, 4096).toString('latin1').replaceAll('\0', '')
  if (/<!DOCTYPE/i.test(head))
    throw new Fault('unreadable_document', 'The document declares XML types or entities, which are not read.')
}

/** The attribute that refers to another part: `r:id`, whatever the prefix is. */
export function referenceOf(attributes: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(attributes).find(([name]) => /.:(?:id|embed)$/.test(name))?.[1]
}
