import { z } from 'zod'
import { structured } from './structured.ts'

/** A host, alone for all its ports. */
const privateHost = z
  .string()
  .max(259)
  .regex(
    /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i,
    'must be a host or host:port, as in wiki.internal or 10.0.0.7:8080',
  )
  .transform((host) => host.toLowerCase())

const foldersRow = structured({
  schema: z.array(z.string().min(1).max(4096)).max(100).default([]),
  meaning:
    'Directories below which sources of the home tenant may read files; empty: no folder can be a source. Links inside them are not followed.',
  list: true,
  expects: 'a list of directories',
  reload: 'live',
  build: (paths, { file }): readonly string[] => paths.map((path) => file(path).path),
})

const privateHostsRow = structured({
  schema: z.array(privateHost).max(500).default([]),
  meaning:
    'Hosts in networks of your own that sources of the home tenant may be read from, plain http included; all others must have public addresses and speak TLS.',
  list: true,
  expects: 'a list of hosts, as in [wiki.internal, "10.0.0.7:8080"]',
  reload: 'live',
  build: (hosts): readonly string[] => [...new Set(hosts)],
})

/** What sources may read of this machine and of your own networks. */
export const SOURCE_KEYS = {
  'sources.folders': foldersRow,
  'sources.privateHosts': privateHostsRow,
} as const
