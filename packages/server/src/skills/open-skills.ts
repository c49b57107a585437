import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  SkillDraft,
  SkillDraftInput,
  SkillTrial,
  SkillTryInput,
} from '@freehold/contract/skill-drafts.ts'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import type { CatalogueQuery, SkillCatalogueView } from '@freehold/contract/skill-shop.ts'
import type { SkillCall } from '@freehold/contract/skills.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { OutsideCalls } from '../gateway/desensitise/outside-calls.ts'
import type { Caller } from '../identity/caller.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Clock } from '../kernel/clock.ts'
import type { SkillRepositorySetting } from '../kernel/config/skill-repository-keys.ts'
import { Fault } from '../kernel/fault.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store, TenantId } from '../store/store.ts'
import { isDone } from '../store/each-tenant.ts'
import type { BrokerPorts, PlatformTokens } from './broker/broker-ports.ts'
import { createBrokers } from './broker/brokers.ts'
import { draftAside } from './drafting/draft-aside.ts'
import { tryOnce } from './drafting/trying.ts'
import type { By } from './installed/acting.ts'
import { checkAside } from './installed/check-aside.ts'
import { CallFigures, dropOldFigures } from './installed/call-figures.ts'
import { CallLimits } from './installed/call-limits.ts'
import { callPorts } from './installed/call-ports.ts'
import type { Called, CallingRooms } from './installed/calling.ts'
import { Calling, newCall } from './installed/calling.ts'
import { Canaries } from './installed/canaries.ts'
import { EgressRecord } from './installed/egress-record.ts'
import { Installing } from './installed/installing.ts'
import { createJudge, readSkill } from './installed/judging.ts'
import { KnownSkills } from './installed/known-skills.ts'
import { Listing } from './installed/listing.ts'
import { OfferedTools } from './installed/offered-tools.ts'
import { OpenedSkills } from './installed/opened-skills.ts'
import type { OpenedSkill } from './installed/offered.ts'
import { offeredOperations } from './installed/offered.ts'
import { SkillSecrets } from './installed/skill-secrets.ts'
import { McpAgreeing } from './mcp/agreeing.ts'
import { McpConnections } from './mcp/connections.ts'
import { mcpAgreements } from './mcp-agreements.ts'
import { Repositories } from './repositories.ts'
import { BuiltInSkills } from './shop/built-in.ts'
import { listShop } from './shop/shop.ts'
import type { SandboxSettings } from './sandboxes.ts'
import { openSandboxes } from './sandboxes.ts'
import type { KindPorts } from './kinds/kind-ports.ts'
import { openKind } from './kinds/kinds.ts'
import { runSkillTests } from './testing/skill-tests.ts'
import type { SkillPackage } from './runner.ts'
import type { ModelWay } from './skill-model.ts'
import type { Tool } from './tool.ts'
import { UpgradeExceptions } from './upgrade/exceptions.ts'
import type { WorkflowRooms } from './workflow/workflow-run.ts'
import { Workflows } from './workflow/workflow-run.ts'

interface Around {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly version: string
  readonly dialler: Dialler
  readonly tokens: PlatformTokens
  readonly gateway: { readonly privacy: { readonly outside: OutsideCalls } }
  /** The data directory. */
  readonly data: string
  readonly config: () => {
    readonly classes: { readonly privateOnly: readonly DataClass[] }
    readonly skills: SandboxSettings
    readonly skillRepositories: readonly SkillRepositorySetting[]
    readonly publicUrl?: string | undefined
    readonly conversations: { readonly model: string }
  }
  /** Where browsers reach this installation, unless the configuration says otherwise. */
  readonly doors: { readonly urls: { readonly admin: string } }
  /** No other process works on this database. */
  readonly isAlone: boolean
}

export interface OpenSkills {
  readonly installing: Installing
  readonly canaries: Canaries
  readonly listing: Listing
  /** What is not installed. */
  readonly shop: {
    list(caller: Caller, query: CatalogueQuery): Promise<SkillCatalogueView>
    /** @throws Fault `invalid` */
    draft(input: SkillDraftInput): Promise<SkillDraft>
    /** @throws Fault */
    tryOnce(by: By, asked: SkillTryInput & { readonly signal: AbortSignal }): Promise<SkillTrial>
  }
  /** With the MCP servers of skills. */
  readonly agreeing: McpAgreeing
  readonly exceptions: UpgradeExceptions
  /** As whoever asks may use them. `key`: the same for all that has to go to one version. */
  toolsFor(caller: Caller, key: string): Promise<readonly Tool[]>
  readonly catalogue: (caller: Caller) => Promise<readonly SkillPackage[]>
  /** The same, each call by itself. */
  readonly skillTools: (caller: Caller) => Promise<readonly Tool[]>
  /** Without a model: what is more than a read is confirmed in the same request. @throws Fault */
  callByHand(caller: Caller, asked: ByHand): Promise<Called>
  /** Counted calls stand in the database when it resolves. */
  flush(): Promise<void>
  /** Some process has changed skills of this tenant, or of any where it is empty. */
  readonly heard: (tenant: string) => void
  forget(tenant: TenantId): void
  /** From where files come that calls name. */
  handOver(read: CallingRooms['file']): void
  /** To be called before anybody is let in. */
  serve(over: Omit<ModelWay, 'model'>): void
}

type ByHand = SkillCall & {
  readonly skill: string
  readonly request: string
  readonly signal: AbortSignal
}

const FLUSH_MS = 2000
/** What repositories have revoked meanwhile is not called any longer than this. */
const TIDY_MS = 15 * 60_000
/** What is not heard of is looked for. */
const FOLLOW_MS = 5000

/** Puts the room together. What was opened is added to `undo`. */
export async function openSkills(around: Around, undo: (() => Promise<void>)[]): Promise<OpenSkills> {
  const { store, clock, log, metrics, version, isAlone } = around
  const report = (error: unknown): void => {
    const { name, code } = causeOf(error)
    log.warn('skill.failed', { name, code })
  }
  let way: ModelWay | null = null
  let files: CallingRooms['file'] | null = null
  const file: CallingRooms['file'] = async (...named) => {
    if (files === null) throw new Fault('unavailable', 'No file is read before the server is ready.')
    return files(...named)
  }
  const secrets = new SkillSecrets(store)
  const workflows = new Workflows({
    store,
    isAlone,
    isRepeatable: (context, skill, operation) => isRepeatable(context, skill, operation),
  })
  const settings = around.config().skills
  const sandboxes = openSandboxes({
    settings,
    // Whoever programs in boxes run as has to come through, which a data directory need not allow.
    directory: tmpdir(),
    node: process.execPath,
    metrics,
  })
  await sandboxes.start()
  const connections = new McpConnections({
    ...around,
    redirectUrl: `${around.config().publicUrl ?? around.doors.urls.admin}/api/skills/connected`,
    clientMetadataUrl: null,
  })
  const kindPorts = (tenant: TenantId, skill: SkillPackage): KindPorts => ({
    log,
    workflows,
    sandboxes,
    mcp: mcpAgreements({ store, connections }, tenant, skill),
  })
  const egress = new EgressRecord({
    store,
    report,
    refused: (skill) => metrics.counter('freehold_skill_egress_refused_total').bind({ skill }).inc(),
  })
  const openWith = async (
    tenant: TenantId,
    skill: SkillPackage,
    own: Pick<BrokerPorts, 'secrets' | 'egress'>,
  ): Promise<OpenedSkill> => ({
    operations: offeredOperations(skill),
    runner: await openKind(skill, kindPorts(tenant, skill)),
    brokers: createBrokers(skill, {
      ...own,
      dialler: around.dialler,
      outside: around.gateway.privacy.outside,
      tokens: around.tokens,
      privateOnly: () => around.config().classes.privateOnly,
      clock,
    }),
  })
  const opened = new OpenedSkills((tenant, skill) => {
    const read: BrokerPorts['secrets']['read'] = (name) =>
      secrets.read(tenant, skill.manifest.metadata.name, name)
    return openWith(tenant, skill, { secrets: { read }, egress })
  })
  const known = new KnownSkills({
    store,
    readBundle: readSkill,
    gone: (tenant, digests) => opened.gone(tenant, digests),
    letGo: (tenant, digest) => opened.letGo(tenant, digest),
  })
  const changed = async (tenant: TenantId): Promise<void> => {
    secrets.forget(tenant)
    await known.refresh(tenant)
  }
  const figures = new CallFigures({ store, clock })
  const calling = new Calling({
    store,
    known,
    opened,
    limits: new CallLimits(clock),
    figures,
    told: tell(metrics),
    file,
    ports: (bound, own) => callPorts({ ...around, secrets, egress, model: () => way, report }, bound, own),
  })
  const isRepeatable: WorkflowRooms['isRepeatable'] = async ({ caller, call }, name, operation) => {
    const skill = (await known.of(caller.tenant)).get(name)
    const found = skill && (await calling.opened(caller, skill, call))
    return found?.opened.operations.get(operation)?.idempotent ?? false
  }
  const canaries = new Canaries({
    store,
    readBundle: readSkill,
    changed,
    takenBack: () => metrics.counter('freehold_skill_rollbacks_total').bind({}).inc(),
  })
  const repositories = new Repositories({
    settings: around.config().skillRepositories,
    directory: join(around.data, 'skills', 'repositories'),
    dialler: around.dialler,
    clock,
  })
  const check = (bundle: Buffer): Promise<SkillReport> => checkAside(bundle, version)
  const builtIn = new BuiltInSkills()
  const judge = createJudge({ repositories, builtIn, check })
  const installing = new Installing({
    store,
    platform: version,
    readBundle: readSkill,
    judge,
    prove: (skill) => requirePassed(skill, { log, sandboxes }),
    changed,
  })
  const offered = new OfferedTools({ known, calling, report })
  const flush = async (): Promise<void> => {
    for (const tenant of await figures.flush()) await isDone(store, tenant, () => canaries.watch(tenant))
  }
  const follow = async (): Promise<void> => {
    for (const tenant of known.tenants) await isDone(store, tenant, () => known.follow(tenant))
  }
  // A database that is away for a while is no reason to stop looking.
  const every = (ms: number, work: () => Promise<void>): NodeJS.Timeout =>
    setInterval(() => void work().catch(report), ms).unref()
  const tidy = async (): Promise<void> => {
    await repositories.refresh(report)
    for (const tenant of known.tenants)
      await isDone(store, tenant, async () => {
        await store.withTenant({ tenant }, dropOldFigures)
        await installing.revokeListed(tenant, (bundle) => repositories.revoked(bundle))
      })
  }
  const timers = [every(FLUSH_MS, flush), every(FOLLOW_MS, follow), every(TIDY_MS, tidy)]
  undo.push(async () => {
    timers.forEach(clearInterval)
    await flush().catch(report)
    await opened.close()
    await sandboxes.close()
    await repositories.close()
    await egress.flush()
  })
  return {
    installing,
    canaries,
    agreeing: new McpAgreeing({ store, known, opened, connections }),
    exceptions: new UpgradeExceptions(store),
    listing: new Listing({ store, known, readBundle: readSkill }),
    shop: {
      list: (caller, query) => listShop({ store, builtIn, repositories }, caller, query),
      draft: (input) => draftAside(input, version),
      tryOnce: (by, asked) =>
        tryOnce(
          {
            ...around,
            egress,
            file,
            report,
            check,
            admit: (bundle) => repositories.judge(bundle, [], 'dev'),
            open: (skill, own) => openWith(by.caller.tenant, skill, own),
          },
          by,
          asked,
        ),
    },
    toolsFor: (caller, key) => offered.toolsFor(caller, key),
    catalogue: (caller) => offered.catalogue(caller),
    skillTools: (caller) => offered.toolsFor(caller, '', 'sent'),
    handOver: (read) => void (files = read),
    async callByHand(caller, { confirmed, call = newCall(), class: said, ...wish }) {
      return calling.call(caller, {
        ...wish,
        class: highestClass(caller.baseClass, said ?? 'public'),
        call,
        key: call,
        isByHand: { isConfirmed: confirmed },
      })
    },
    flush,
    heard(tenant) {
      const heard = known.tenants.filter((one) => tenant === '' || one === tenant)
      for (const one of heard) {
        secrets.forget(one)
        void (tenant === '' ? known.follow(one) : known.refresh(one)).catch(report)
      }
    },
    forget: (tenant) => known.forget(tenant),
    serve: (over) => void (way = { ...over, model: () => around.config().conversations.model }),
  }
}

/** @throws Fault `skill_failed` with the names of its own tests that fail */
async function requirePassed(skill: SkillPackage, ports: KindPorts): Promise<void> {
  const { results } = await runSkillTests(skill, ports)
  const failed = results.filter(({ failure }) => failure !== null)
  if (failed.length === 0) return
  const words = failed.slice(0, 5).map(({ name, failure }) => `${name} ${failure}`)
  throw new Fault('skill_failed', `Its own tests fail: ${words.join('; ')}.`, { param: 'bundle' })
}

/** Counts every call, whatever it came to. */
function tell(metrics: Metrics): ConstructorParameters<typeof Calling>[0]['told'] {
  const calls = metrics.counter('freehold_skill_calls_total')
  const durations = metrics.histogram('freehold_skill_call_duration_seconds')
  return ({ skill, version, outcome, durationMs }) => {
    calls.bind({ skill, version, outcome }).inc()
    durations.bind({ skill, version }).observe(durationMs / 1000)
  }
}
