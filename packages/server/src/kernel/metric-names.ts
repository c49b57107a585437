import { AUDIT_METRICS } from './audit-metric-names.ts'
import { KNOWLEDGE_METRICS, SEARCH_SECONDS } from './knowledge-metric-names.ts'
import { TELEMETRY_METRICS } from './telemetry-metric-names.ts'
import { LOOP_METRICS } from './loop-metric-names.ts'
import { MCP_METRICS } from './mcp-metric-names.ts'
import { LOCAL_MODEL_METRICS } from './local-model-metric-names.ts'
import type { MetricRow } from './metric-row.ts'
import { RUN_METRICS } from './run-metric-names.ts'
import { SKILL_METRICS } from './skill-metric-names.ts'
import { SANDBOX_METRICS } from './sandbox-metric-names.ts'
import { STORE_METRICS } from './store-metric-names.ts'

const doubling = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => Number((first * 2 ** i).toFixed(4)))

/** OpenTelemetry GenAI conventions, client operation duration: 0.01 s to 81.92 s. */
const MODEL_SECONDS = doubling(0.01, 14)
const HTTP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Every metric. The `gen_ai_*` names follow the OpenTelemetry GenAI conventions (semantic-conventions-genai 1.45,
 * still in development there; frozen here), written the way Prometheus writes them.
 */
export const METRICS = {
  freehold_http_requests_total: {
    type: 'counter',
    help: 'Requests by route and outcome: ok, a fault code, or left.',
    labels: ['route', 'outcome'],
  },
  freehold_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the request head to the end of the answer.',
    labels: ['route'],
    buckets: HTTP_SECONDS,
  },
  freehold_streams_active: {
    type: 'gauge',
    help: 'Requests of the data path that are not over yet.',
    labels: [],
  },
  gen_ai_client_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time that a model took for one operation.',
    labels: ['operation', 'model', 'zone', 'outcome'],
    buckets: MODEL_SECONDS,
  },
  gen_ai_client_token_usage: {
    type: 'histogram',
    help: 'Tokens of one operation, by type: input or output.',
    labels: ['operation', 'model', 'zone', 'type'],
    buckets: Array.from({ length: 14 }, (_, i) => 4 ** i),
  },
  ...RUN_METRICS,
  ...KNOWLEDGE_METRICS,
  ...SKILL_METRICS,
  freehold_config_reload_total: {
    type: 'counter',
    help: 'Reloads of the configuration, by outcome: applied or refused.',
    labels: ['outcome'],
  },
  freehold_config_reload_success: {
    type: 'gauge',
    help: '1 when the configuration that was read last is in force, 0 when it was refused.',
    labels: [],
  },
  ...LOOP_METRICS,
  ...SANDBOX_METRICS,
  ...MCP_METRICS,
  ...STORE_METRICS,
  freehold_storage_free_bytes: {
    type: 'gauge',
    help: 'Free space on the disk that holds the data directory.',
    labels: [],
  },
  freehold_target_attempts_total: {
    type: 'counter',
    help: 'Calls to targets by outcome: ok, the status of a refusal, a fault code, or lost (another target was faster).',
    labels: ['target', 'zone', 'outcome'],
  },
  freehold_target_first_byte_seconds: {
    type: 'histogram',
    help: 'Time from the call to the first byte of its answer.',
    labels: ['target'],
    buckets: MODEL_SECONDS,
  },
  freehold_target_circuits_open: {
    type: 'gauge',
    help: 'Models of a target that are left alone because it failed again and again; services count as one.',
    labels: ['target'],
  },
  ...LOCAL_MODEL_METRICS,
  freehold_target_healthy: {
    type: 'gauge',
    help: '0 while the health probe of a target fails; otherwise 1, also without a probe.',
    labels: ['target'],
  },
  freehold_target_ejected: {
    type: 'gauge',
    help: 'Models of a target that are out of its groups because too many calls failed; services count as one.',
    labels: ['target'],
  },
  freehold_target_share: {
    type: 'gauge',
    help: 'What a target gets of its part in groups, of 0 to 1; it grows after the target came back.',
    labels: ['target'],
  },
  freehold_target_spared_total: {
    type: 'counter',
    help: 'Calls that were not made because the target is left alone: open (it failed), limited (it asked for time), unhealthy (its probe failed) or budget (its own budget is used up).',
    labels: ['target', 'reason'],
  },
  freehold_privacy_found_total: {
    type: 'counter',
    help: 'Personal data and secrets that POST /api/privacy/detect found, by type.',
    labels: ['type'],
  },
  freehold_privacy_scan_seconds: {
    type: 'histogram',
    help: 'Time to search one text for personal data and secrets, waiting included.',
    labels: [],
    buckets: SEARCH_SECONDS,
  },
  freehold_privacy_detector_calls_total: {
    type: 'counter',
    help: 'Requests in which a configured detector was to be asked, by what became of it: ok, or why it did not answer.',
    labels: ['detector', 'outcome'],
  },
  freehold_privacy_detector_missed_total: {
    type: 'counter',
    help: 'Searches that went on without a detector that is not required.',
    labels: ['detector'],
  },
  freehold_privacy_detector_seconds: {
    type: 'histogram',
    help: 'Time in which a configured detector answered for the texts of one request.',
    labels: ['detector'],
    buckets: SEARCH_SECONDS,
  },
  freehold_privacy_detector_open: {
    type: 'gauge',
    help: '1 while a configured detector is left alone because it failed again and again.',
    labels: ['detector'],
  },
  freehold_cache_hits_total: {
    type: 'counter',
    help: 'Requests that were given a kept answer.',
    labels: [],
  },
  freehold_cache_misses_total: {
    type: 'counter',
    help: 'Requests under a rule that keeps answers for which there was none.',
    labels: [],
  },
  freehold_cache_evictions_total: {
    type: 'counter',
    help: 'Kept answers that were dropped: room (for others), expired, purged, or rules (which changed).',
    labels: ['reason'],
  },
  freehold_cache_entries: { type: 'gauge', help: 'Answers that are kept.', labels: [] },
  freehold_cache_bytes: {
    type: 'gauge',
    help: 'Memory of kept answers and of streams that are being gathered.',
    labels: [],
  },
  freehold_target_in_flight: {
    type: 'gauge',
    help: 'Requests of this process that are under way at a target.',
    labels: ['target'],
  },
  freehold_target_drained: {
    type: 'gauge',
    help: '1 while a target is out of service for maintenance.',
    labels: ['target'],
  },
  freehold_shadow_decisions_total: {
    type: 'counter',
    help: 'Requests by what the rules on trial would have made of them: same, other_target, other_handling, would_refuse, would_answer, would_leave, would_stay or failed.',
    labels: ['outcome'],
  },
  freehold_target_discoveries_total: {
    type: 'counter',
    help: 'Times that a target was asked for its models in the background, by outcome: ok or a fault code.',
    labels: ['target', 'outcome'],
  },
  freehold_target_discovered_models: {
    type: 'gauge',
    help: 'Models in the last good list of a target that is asked in the background.',
    labels: ['target'],
  },
  freehold_retries_total: {
    type: 'counter',
    help: 'Calls that were made again at the same target, by outcome: ok, failed, or over_budget (not made, too many were).',
    labels: ['target', 'outcome'],
  },
  freehold_hedges_total: {
    type: 'counter',
    help: 'Calls to a second target while the first took its time, by outcome: won, lost (the first answered after all), failed, or over_budget (not made, too many were).',
    labels: ['target', 'outcome'],
  },
  freehold_target_probes_total: {
    type: 'counter',
    help: 'Health probes by outcome: ok, a status, or a fault code.',
    labels: ['target', 'outcome'],
  },
  freehold_egress_bytes_total: {
    type: 'counter',
    help: 'Bytes of request bodies that left for a target, by zone.',
    labels: ['target', 'zone'],
  },
  freehold_dial_refused_total: {
    type: 'counter',
    help: 'Connections that the dialler refused because of their address, by reason.',
    labels: ['reason'],
  },
  freehold_limit_refused_total: {
    type: 'counter',
    help: 'Requests refused by a limit: rpm, concurrent, tokensPerDay, … of a caller; rule_rpm, rule_concurrent, rule_body or rule_output of a rule; calls to a target whose budget is used up too.',
    labels: ['reason'],
  },
  freehold_sockets_open: {
    type: 'gauge',
    help: 'WebSockets that are open.',
    labels: ['route'],
  },
  freehold_socket_messages_total: {
    type: 'counter',
    help: 'Messages over WebSockets, by type: in or out.',
    labels: ['route', 'type'],
  },
  freehold_budget_used_ratio: {
    type: 'gauge',
    help: 'Spent share of the budget that is used most, of those that this process spends from, by kind (tenant, key, user, group, target) and limit.',
    labels: ['budget', 'limit'],
  },
  freehold_budget_alerts_total: {
    type: 'counter',
    help: 'Shares of budgets (limits.alertAt) that were reached, by kind of budget and limit; each is counted by one process.',
    labels: ['budget', 'limit'],
  },
  freehold_records_written_total: {
    type: 'counter',
    help: 'Lines of the write-ahead file that were written.',
    labels: [],
  },
  freehold_privacy_values_total: {
    type: 'counter',
    help: 'Values found in what was about to leave for managed targets, by type and by what was done; the same value in one request counts once.',
    labels: ['type', 'action'],
  },
  freehold_privacy_refused_total: {
    type: 'counter',
    help: 'Calls of managed targets that were not made because the request could not be read or masked, or must not leave.',
    labels: [],
  },
  freehold_privacy_mask_seconds: {
    type: 'histogram',
    help: 'Time to read and mask what leaves for a managed target.',
    labels: [],
    buckets: SEARCH_SECONDS,
  },
  freehold_privacy_unknown_total: {
    type: 'counter',
    help: 'Placeholders in answers that stand for nothing in their conversation, and were left as they came.',
    labels: [],
  },
  freehold_privacy_dictionary_terms: {
    type: 'gauge',
    help: 'Terms of dictionaries that this process searches for, all tenants together; those nobody has asked for yet are not among them.',
    labels: [],
  },
  freehold_privacy_dictionary_bytes: {
    type: 'gauge',
    help: 'Memory that the dictionaries take in this process, all tenants together (`privacy.dictionaryMemoryMb`).',
    labels: [],
  },
  freehold_privacy_dictionary_drops_total: {
    type: 'counter',
    help: 'Times that the dictionaries of a tenant were let go until they are needed again, by reason: idle (`privacy.dictionaryIdleMinutes`) or full. Many of full say that the memory is too small.',
    labels: ['reason'],
  },
  freehold_privacy_dictionary_loads_total: {
    type: 'counter',
    help: 'Times that the dictionaries of a tenant were read and made ready, by outcome: ok or failed. After a failure nothing of the tenant leaves for managed targets until they can be read.',
    labels: ['outcome'],
  },
  freehold_privacy_egress_lost_total: {
    type: 'counter',
    help: 'Calls of managed targets of which the bodies are not kept, by reason: size, full (too much waits for the database) or failed.',
    labels: ['reason'],
  },
  freehold_records_unshipped_bytes: {
    type: 'gauge',
    help: 'Bytes of the write-ahead file that are not in the database yet.',
    labels: [],
  },
  freehold_records_sync_seconds: {
    type: 'histogram',
    help: 'Time of one fdatasync of the write-ahead file.',
    labels: [],
    buckets: SEARCH_SECONDS,
  },
  freehold_records_healthy: {
    type: 'gauge',
    help: '1 while records can be written; 0 after a write error, while requests are refused.',
    labels: [],
  },
  ...AUDIT_METRICS,
  freehold_oidc_tokens_total: {
    type: 'counter',
    help: 'Access tokens that service accounts asked for, by outcome: issued, or the error of RFC 6749.',
    labels: ['outcome'],
  },
  freehold_oidc_authorisations_total: {
    type: 'counter',
    help: 'Requests of applications to sign somebody in, by outcome: asked, then allowed or denied by the person, or the error.',
    labels: ['outcome'],
  },
  freehold_identity_listening: {
    type: 'gauge',
    help: '1 while changes of who may come in are heard from the database at once; 0 while they are found by looking every 3 s.',
    labels: [],
  },
  freehold_tenants: {
    type: 'gauge',
    help: 'Tenants, the home tenant too, by standing: open or suspended.',
    labels: ['standing'],
  },
  freehold_tenant_databases: {
    type: 'gauge',
    help: 'Tenants with a database of their own, by whether it could be used when it was last asked: up or down.',
    labels: ['standing'],
  },
  freehold_requests_revoked_total: {
    type: 'counter',
    help: 'Requests that were ended because what they rested on was taken away.',
    labels: [],
  },
  freehold_certificate_expiry_seconds: {
    type: 'gauge',
    help: 'Unix time at which the certificate of the listeners ends.',
    labels: [],
  },
  freehold_log_dropped_total: {
    type: 'counter',
    help: 'Log lines that were lost because whoever reads the log was too slow or its disk full.',
    labels: [],
  },
  ...TELEMETRY_METRICS,
  freehold_federated_sign_ins_total: {
    type: 'counter',
    help: 'People who came back from an identity provider, by outcome: entered, linked, tried, or why not.',
    labels: ['connection', 'outcome'],
  },
  freehold_provisioned_users_total: {
    type: 'counter',
    help: 'What a directory did over SCIM with accounts of its people, by outcome: created, changed, shut, opened or deleted.',
    labels: ['outcome'],
  },
  freehold_metrics_series_dropped_total: {
    type: 'counter',
    help: 'Label values that were counted under _other because the metric has too many series.',
    labels: ['metric'],
  },
  freehold_build_info: { type: 'gauge', help: 'Always 1; the label says the version.', labels: ['version'] },
} as const satisfies Readonly<Record<string, MetricRow>>

export type MetricName = keyof typeof METRICS
/** The names of one type, so that a counter cannot be observed. */
export type NameOf<T extends MetricRow['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never
}[MetricName]
/** Counters without labels. */
export type PlainCounter = {
  [N in NameOf<'counter'>]: (typeof METRICS)[N]['labels'] extends readonly [] ? N : never
}[NameOf<'counter'>]
type LabelOf<N extends MetricName> = (typeof METRICS)[N]['labels'][number]
/** Exactly the labels of one metric. */
export type LabelsOf<N extends MetricName> = Readonly<
  [LabelOf<N>] extends [never] ? Record<string, never> : Record<LabelOf<N>, string>
>
