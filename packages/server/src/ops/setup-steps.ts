import type { HealthView, SetupStep } from '@freehold/contract/health.ts'

type Step = HealthView['setup'][number]

/** What is known of an installation that tells what is left to do. */
export interface SetupFacts {
  readonly administrators: number
  /** Administrators who sign in with a password and nothing besides. */
  readonly passwordAlone: number
  readonly isEmergencyArmed: boolean
  readonly rootKey: 'file' | 'vault-transit' | 'aws-kms' | 'pkcs11'
  /** Everything that listens does so on this machine alone, or with a certificate. */
  readonly isTransportSafe: boolean
  readonly targets: number
  readonly managedTargets: number
  /** Rules in use that lead to a managed target. */
  readonly rulesThatLeave: number
  /** Documents beside those of the guide. */
  readonly documents: number
  readonly connections: number
  readonly witnesses: number
}

type Said = Omit<Step, 'id'>
const said = (isDone: boolean, message: string, figures: Step['figures'] = {}): Said => ({
  state: isDone ? 'done' : 'open',
  message,
  figures,
})

const STEPS: Readonly<Record<SetupStep, (facts: SetupFacts) => Said>> = {
  'second-factor': ({ administrators, passwordAlone }) =>
    said(
      administrators > 0 && passwordAlone === 0,
      'Whoever looks after this installation signs in with a passkey or an authenticator app as well.',
      { administrators, passwordAlone },
    ),
  'second-administrator': ({ administrators }) =>
    said(administrators > 1, 'A second person can look after it when the first one cannot.', {
      administrators,
    }),
  'emergency-access': ({ isEmergencyArmed }) =>
    said(isEmergencyArmed, 'An emergency account is armed, and its code lies in a safe place.'),
  'root-key': ({ rootKey }) =>
    rootKey === 'file'
      ? {
          state: 'unknown',
          figures: {},
          message:
            'The root key is a file of this machine: without it nothing can be read any more. Keep a copy elsewhere; nobody here can see whether there is one.',
        }
      : said(true, 'The root key is kept by a key service.'),
  transport: ({ isTransportSafe }) =>
    said(isTransportSafe, 'What other machines send comes over TLS, or none of them can connect.'),
  target: ({ targets }) => said(targets > 0, 'A model is connected.', { targets }),
  leaving: ({ managedTargets, rulesThatLeave }) =>
    said(
      managedTargets === 0 || rulesThatLeave > 0,
      'A rule says which classes may leave for a managed target, and what is masked in them.',
      { managedTargets, rulesThatLeave },
    ),
  documents: ({ documents }) =>
    said(documents > 0, 'Documents of your own can be asked about.', { documents }),
  'single-sign-on': ({ connections }) =>
    said(connections > 0, 'People sign in with the account that they have already.', { connections }),
  witness: ({ witnesses }) =>
    said(witnesses > 0, 'Somebody outside keeps checkpoints of the audit log.', { witnesses }),
}

// The table is closed, so its keys are exactly these; Object.keys only says string.
const IDS = Object.keys(STEPS) as readonly SetupStep[]

/** What is done of setting an installation up, and what is left. */
export const setupSteps = (facts: SetupFacts): Step[] =>
  IDS.map((id) => {
    const { state, figures, message } = STEPS[id](facts)
    return { id, state, figures, message }
  })
