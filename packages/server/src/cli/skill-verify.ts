import { parseArgs } from 'node:util'
import { systemClock } from '../kernel/clock.ts'
import { readEnvelopes } from '../skills/signing/envelope.ts'
import { readRevocations } from '../skills/signing/revocations.ts'
import type { Level } from '../skills/signing/trust-root.ts'
import { INSTALL_POLICY, LEVELS } from '../skills/signing/trust-root.ts'
import { verifyBundle } from '../skills/signing/verify-bundle.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { envelopesOf, readBytes, trustOf } from './skill-files.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

const text = { type: 'string' } as const

/** Says whether a bundle would be believed here, without a server and without a network. */
export const skillVerify: Command = {
  help: helpText({
    summary: 'Verify a bundle and what was signed about it, without a network',
    usage: 'freehold skill verify FILE --trust TRUST [--policy LEVEL] [--revocations FILE] [--json]',
    options: {
      FILE: 'the bundle, with FILE.intoto.jsonl beside it',
      '--trust TRUST': 'the trust root: publishers, certifiers, and the keys of a repository',
      '--policy LEVEL': `what is asked for: ${LEVELS.join(', ')} (default ${INSTALL_POLICY})`,
      '--revocations FILE': 'what was revoked, as a repository lists it',
      '--json': 'one line of JSON: {level, publisher, name, version, digest}',
    },
    examples: ['freehold skill verify order-lookup-1.0.0.skill.tar --trust trust.yaml --policy signed'],
  }),
  run: verifyCommand,
}

/** @returns 0 believed @throws UsageError, Fault */
async function verifyCommand(
  args: readonly string[],
  terminal: Pick<Terminal, 'cwd' | 'env' | 'out'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { trust: text, policy: text, revocations: text, json: { type: 'boolean', default: false } },
  })
  exactly(positionals, ['FILE'], 'skill verify')
  if (values.trust === undefined) throw new UsageError('say whom to believe: --trust TRUST')
  const file = positionals[0] ?? ''
  const trust = trustOf(values.trust, terminal)
  const revoked =
    values.revocations === undefined ? '' : readBytes(values.revocations, terminal).toString('utf8')
  const { level, publisher, skill } = verifyBundle(readBytes(file, terminal), envelopesOf(file, terminal), {
    trust,
    policy: levelOf(values.policy),
    revocations: readRevocations(readEnvelopes(revoked), trust),
    now: systemClock.now(),
  })
  const { name, version } = skill.manifest.metadata
  const { digest } = skill
  terminal.out(
    values.json
      ? `${JSON.stringify({ level, publisher, name, version, digest })}\n`
      : `${name} ${version} is ${level}${publisher === null ? '' : `, published by ${publisher}`}: sha256:${digest}\n`,
  )
  return EXIT.ok.code
}

/** @throws UsageError */
export function levelOf(text: string | undefined): Level {
  const level = LEVELS.find((one) => one === (text ?? INSTALL_POLICY))
  if (level === undefined) throw new UsageError(`a policy is one of ${LEVELS.join(', ')}`)
  return level
}
