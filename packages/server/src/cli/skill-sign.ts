import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import { readBundle } from '../skills/bundle/bundle.ts'
import { writeEnvelopes } from '../skills/signing/envelope.ts'
import type { Envelope } from '../skills/signing/envelope.ts'
import { signPublication } from '../skills/signing/statement.ts'
import { EXIT } from './exit-codes.ts'
import { PASSPHRASE_OPTION } from './passphrase.ts'
import { exactly } from './people-names.ts'
import { certificationOf } from './skill-certificate.ts'
import { ENVELOPES_END, envelopesOf, readBytes, readKeys } from './skill-files.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'
import { writeWhole } from './whole-file.ts'

const DAY_MS = 86_400_000
const CERTIFIED_DAYS = '365'
const text = { type: 'string' } as const

/** Signs what a bundle is: as its publisher, or as a certifier who has had it checked. */
export const skillSign: Command = {
  help: helpText({
    summary: 'Sign a bundle as its publisher, or certify it with the report of its check',
    usage: [
      'freehold skill sign FILE --key KEY… [--days N] [--json]',
      'freehold skill sign FILE --key KEY… --certifier NAME --report REPORT [--accept REASON] [--days N] [--json]',
    ].join('\n       '),
    options: {
      FILE: 'the bundle; what is signed goes into FILE.intoto.jsonl, beside what was signed before',
      '--key KEY': 'the private key, made by freehold skill key; repeat it where several must sign',
      '--certifier NAME': 'certify instead, under the name that the trust root has',
      '--report REPORT': 'what freehold skill check --json wrote about this bundle',
      '--accept REASON': 'why you take what the check has left to a person; it stands in the certificate',
      '--days N': `how long it counts (publisher: for ever; certifier: ${CERTIFIED_DAYS})`,
      ...PASSPHRASE_OPTION,
      '--json': 'one line of JSON: {file, digest, kind, keys}',
    },
    examples: [
      'freehold skill sign order-lookup-1.0.0.skill.tar --key acme.key',
      'freehold skill sign order-lookup-1.0.0.skill.tar --key house.key --certifier house --report report.json',
    ],
  }),
  run: signCommand,
}

/** @returns 0 done @throws UsageError, Fault */
async function signCommand(
  args: readonly string[],
  { cwd, env, out }: Pick<Terminal, 'cwd' | 'env' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      certifier: text,
      report: text,
      accept: text,
      days: text,
      'passphrase-file': text,
      json: { type: 'boolean', default: false },
    },
  })
  exactly(positionals, ['FILE'], 'skill sign')
  const { certifier, report, key: files = [] } = values
  if (files.length === 0) throw new UsageError('say with which key: --key KEY')
  if ((certifier === undefined) !== (report === undefined))
    throw new UsageError('who certifies says both: --certifier NAME and --report REPORT')
  if (values.accept !== undefined && certifier === undefined)
    throw new UsageError('--accept belongs to --certifier')
  const file = positionals[0] ?? ''
  const keys = readKeys(files, values['passphrase-file'], { cwd, env })
  const skill = readBundle(readBytes(file, { cwd }))
  const { name, version, publisher } = skill.manifest.metadata
  const subject = { name, digest: skill.digest }
  const now = systemClock.now()
  const until = (days: string | undefined): string | undefined =>
    days === undefined ? undefined : new Date(now + wholeDays(days) * DAY_MS).toISOString()
  const expiresAt = until(values.days)
  const envelope: Envelope =
    certifier === undefined || report === undefined
      ? signPublication(
          subject,
          {
            name,
            version,
            publisher,
            publishedAt: new Date(now).toISOString(),
            ...(expiresAt && { expiresAt }),
          },
          keys,
        )
      : certificationOf(skill, {
          certifier,
          report: readBytes(report, { cwd }),
          accepted: values.accept ?? null,
          keys,
          from: new Date(now).toISOString(),
          until: expiresAt ?? until(CERTIFIED_DAYS) ?? '',
        })
  const all = [...envelopesOf(file, { cwd, env }), envelope]
  writeWhole(resolve(cwd, `${file}${ENVELOPES_END}`), writeEnvelopes(all), { over: true })
  const kind = certifier === undefined ? 'publication' : 'certification'
  const ids = keys.map((one) => one.public.id)
  const said = `${file}${ENVELOPES_END}: ${kind} of ${name} ${version} (sha256:${skill.digest}) by ${ids.join(', ')}\n`
  out(
    values.json
      ? `${JSON.stringify({ file: `${file}${ENVELOPES_END}`, digest: skill.digest, kind, keys: ids })}\n`
      : said,
  )
  return EXIT.ok.code
}

/** @throws UsageError */
export function wholeDays(days: string): number {
  if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError('days are a whole number from 1 to 99999')
  return Number(days)
}
