import { z } from 'zod'
import { Secret } from '../secret.ts'
import { structured } from './structured.ts'

/** Where skills come from, and whom this installation believes about them. */
export interface SkillRepositorySetting {
  readonly name: string
  /** As written, but with the path of a directory or file made absolute. */
  readonly url: string
  /** The file of the trust root, absolute. */
  readonly trust: string
  readonly user: string | null
  readonly password: Secret<string> | null
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
  readonly hosts: readonly string[]
}

const path = z.string().min(1).max(4096)
const repository = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be small letters, digits and single hyphens'),
  url: z
    .string()
    .max(4096)
    .regex(
      /^(?:oci(?:\+http)?:\/\/[^/\s]+\/\S+|(?:oci-layout|tar):.+)$/,
      'must be oci://host/path, oci-layout:DIRECTORY or tar:FILE',
    ),
  trust: path,
  user: z.string().min(1).max(256).optional(),
  password: z.string().min(1).max(4096).optional(),
  ca: path.optional(),
  hosts: z
    .array(
      z
        .string()
        .max(259)
        .regex(/^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i, 'must be a host or host:port'),
    )
    .max(16)
    .default([]),
})

export const skillRepositoriesRow = structured({
  schema: z.array(repository).max(16).default([]),
  meaning:
    'Where skills come from: `name`, `url` (`oci://host/path` of a registry, `oci-layout:DIRECTORY`, `tar:FILE`), `trust` with the file of the trust root, and as needed `user`, `password`, `ca` and `hosts`, other hosts that the registry may send us to.',
  list: true,
  expects: 'a list of repositories, each with name, url and trust',
  reload: 'restart',
  isSecret: ([, field]) => field === 'password',
  shown: (repositories: readonly SkillRepositorySetting[]) =>
    repositories.map((one) => Object.assign({ ...one }, { ca: one.ca === null ? null : '[PEM]' })),
  build(written, { file, pem, refuse }): readonly SkillRepositorySetting[] {
    return written.map((one, at) => {
      if (written.findIndex(({ name }) => name === one.name) < at)
        refuse([at, 'name'], 'is the name of another repository already')
      if ((one.user === undefined) !== (one.password === undefined))
        refuse([at], 'needs user and password together, or neither')
      const trust = file(one.trust)
      if (!trust.isThere) refuse([at, 'trust'], 'names no file')
      const ca = one.ca === undefined ? null : pem.certificates(one.ca)
      if (ca?.ok === false) refuse([at, 'ca'], ca.message)
      const [, scheme, place] = /^(oci-layout|tar):(.+)$/s.exec(one.url) ?? []
      return {
        name: one.name,
        url: place === undefined ? one.url : `${scheme}:${file(place).path}`,
        trust: trust.path,
        user: one.user ?? null,
        password: one.password === undefined ? null : new Secret(one.password),
        ca: ca?.ok ? ca.text : null,
        hosts: one.hosts.map((host) => host.toLowerCase()),
      }
    })
  },
})
