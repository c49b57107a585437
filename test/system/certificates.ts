import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its key as PEM text, and the files that they lie in. */
export interface Issued {
  readonly cert: string
  readonly key: string
  readonly files: { readonly cert: string; readonly key: string }
}

export interface Wanted {
  /** In the order of `openssl`: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string
  readonly serial?: number
  readonly days?: number
}

/** An authority made for a test. */
export interface Authority {
  readonly cert: string
  readonly file: string
  issue(wanted?: Wanted): Issued
}

/** Why no certificates can be made here; undefined where they can. Fits the `skip` of a test. */
export const cannotIssue: string | undefined =
  spawnSync('openssl', ['version'])
    .stdout?.toString()
    .match(/^OpenSSL ([3-9]|\d\d)/) === null
    ? 'needs the openssl program, 3.0 or newer'
    : undefined

/** Makes authorities in a directory of its own; `close` removes it. */
export function openRegistry(): { authority(name: string): Authority; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'fh-certificates-'))
  let made = 0
  const make = (subject: string, more: readonly string[]): Issued => {
    made += 1
    const files = { cert: join(folder, `${made}.pem`), key: join(folder, `${made}.key`) }
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const out = ['-subj', `/CN=${subject}`, '-keyout', files.key, '-out', files.cert]
    execFileSync('openssl', ['req', '-x509', ...curve, ...out, ...more], { stdio: 'pipe' })
    return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8'), files }
  }
  return {
    authority(name) {
      const own = make(name, ['-days', '2'])
      return {
        cert: own.cert,
        file: own.files.cert,
        issue: ({ names = 'DNS:localhost,IP:127.0.0.1', serial = made + 1, days = 2 } = {}) => {
          const signed = ['-CA', own.files.cert, '-CAkey', own.files.key]
          const terms = ['-set_serial', String(serial), '-days', String(days)]
          const kind = ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE']
          return make('of a test', [...signed, ...terms, ...kind])
        },
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
