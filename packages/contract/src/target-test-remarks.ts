import type { Said } from './remark.ts'
import { codesOf, sayingOf } from './remark.ts'

/** What is seen at a step of a target's test, by code. The codes are a public contract. */
export const TEST_REMARKS = {
  step_failed: 'Not tried, because a step before it failed.',
  not_asked: 'Not asked for.',
  service_has_no_call: 'A service has no call that is known to change nothing.',
  local_model: 'A local model is part of the program: nothing is dialled.',
  address_allowed: 'It may be dialled by a {zone} target.',
  address_refused: '{address} may not be dialled by a {zone} target ({reason}).',
  no_address: '{host} has no address. Check the name.',
  lookup_failed: '{host} could not be looked up ({error}). Check the name server of this machine.',
  connected: 'Connected to {address}.',
  nothing_listens: 'Nothing listens there. Check the port, and that the target runs.',
  no_answer: 'There was no answer in time. A firewall may be in the way.',
  no_way: 'No way leads there from this machine.',
  connection_failed: 'The connection failed ({error}).',
  plain_http: 'Plain http: there is none.',
  certificate_trusted: '{subject}: trusted, and valid until {until}.',
  certificate_ends: '{subject}: trusted, but it ends soon, on {until}.',
  certificate_expired: 'The certificate has expired.',
  certificate_early: 'The certificate is not valid yet. Check the clocks.',
  certificate_own: 'The certificate is signed by itself. Name it in tls.ca.',
  certificate_untrusted:
    'The certificate comes from an authority that is not trusted here. Name that authority in tls.ca.',
  certificate_of_other: 'The certificate is for another name than the one in the address.',
  tls_late: 'TLS was not agreed on in time.',
  no_tls: 'What answers there does not speak TLS. Perhaps the address begins with http://.',
  tls_old: 'The target speaks only TLS older than 1.2.',
  tls_hung_up: 'The target hung up while TLS was agreed on.',
  tls_failed: 'TLS failed ({error}).',
  no_credential: 'None is set, and none was asked for.',
  credential_accepted: 'The list of models was given with this credential.',
  credential_wanted: 'It wants a credential, and "auth" says none (status {status}).',
  credential_refused: 'It does not accept the credential (status {status}).',
  credential_unknown: 'Only a list of models or a call could tell.',
  no_models: 'It offers no model.',
  models: 'It offers {count}.',
  models_missing: 'It offers {count}; of those in "models" not: {missing}.',
  redirected:
    'It answers {path} with a redirect, and redirects are not followed. Write the address where it leads.',
  no_list: 'What it answers at {path} is no list of models.',
  no_such_path: 'The address answers, but not at {path} (status {status}).',
  status_at: 'It answers {path} with status {status}.',
  no_model_to_call: 'There is no model to call: say which.',
  model_not_held: 'The "models" of this target do not hold the model that was named.',
  call_answered: '{model} answered.',
  call_status: '{model}: status {status}.',
  call_denied: '{model}: status {status}. The credential is not accepted.',
  /** With the code of the refusal. */
  refused: '{fault}',
} as const

export type TestRemarkCode = keyof typeof TEST_REMARKS
export const TEST_REMARK_CODES = codesOf(TEST_REMARKS)

export type TestRemark = Said<TestRemarkCode>
export const testRemark = sayingOf(TEST_REMARKS)
