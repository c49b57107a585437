import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import type { OciPlace } from './artifact.ts'
import { layoutDirectory } from './layout-directory.ts'
import { layoutTar } from './layout-tar.ts'
import { OciLayout } from './layout.ts'
import type { RegistrySetting } from './registry-line.ts'
import { OciRegistry } from './registry.ts'

/** OCI distribution specification 1.1, section "Pulling manifests". */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** Where a repository is, as people write it. */
export type PlaceAddress =
  | { readonly kind: 'registry'; readonly origin: URL; readonly repository: string }
  | { readonly kind: 'directory' | 'tar'; readonly path: string }

/** `oci://host/path`, `oci+http://host/path` in plain HTTP, `oci-layout:DIRECTORY` or `tar:FILE`. @throws Fault `invalid` */
export function placeAddress(text: string): PlaceAddress {
  const [, scheme = '', rest = ''] = /^(oci-layout|tar|oci(?:\+http)?):(.*)$/.exec(text) ?? []
  const refuse = (what: string): Fault => new Fault('invalid', `${text}: ${what}.`, { param: 'url' })
  if (scheme === 'oci-layout' || scheme === 'tar') {
    if (rest === '' || rest.includes('\0')) throw refuse('names no path')
    return { kind: scheme === 'tar' ? 'tar' : 'directory', path: rest }
  }
  const web = `${scheme === 'oci' ? 'https' : 'http'}:${rest}`
  if (scheme === '' || !rest.startsWith('//') || !URL.canParse(web))
    throw refuse('must be oci://host/path, oci-layout:DIRECTORY or tar:FILE')
  const { origin, pathname, search, hash, username, password } = new URL(web)
  const repository = pathname.slice(1)
  if (search + hash + username + password !== '')
    throw refuse('is an address without user, query and fragment')
  if (!REPOSITORY.test(repository) || repository.length > 255)
    throw refuse('has no path in small letters behind the host')
  return { kind: 'registry', origin: new URL(origin), repository }
}

export interface Opening {
  readonly dialler: Dialler
  readonly clock: Clock
  readonly access: Omit<RegistrySetting, 'origin' | 'repository'>
}

/** @throws Fault */
export async function openPlace(
  address: PlaceAddress,
  { dialler, clock, access }: Opening,
): Promise<OciPlace> {
  if (address.kind === 'registry') {
    const { origin, repository } = address
    return new OciRegistry({ ...access, origin, repository }, { dialler, clock })
  }
  const { kind, path } = address
  return new OciLayout(kind === 'tar' ? await layoutTar(path) : layoutDirectory(path))
}
