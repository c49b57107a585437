// Made from the contract by scripts/docs.mjs. Changes belong there.
import type { Page } from '../page.ts'

/** Why the server refused. */
export type FaultCode =
  | 'malformed'
  | 'invalid'
  | 'wrong_claim'
  | 'already_claimed'
  | 'unidentified'
  | 'wrong_login'
  | 'second_factor'
  | 'federated_login'
  | 'unknown_application'
  | 'expired_request'
  | 'no_account'
  | 'weak_password'
  | 'expired_key'
  | 'revoked'
  | 'csrf'
  | 'address_taken'
  | 'wrong_host'
  | 'not_allowed'
  | 'above_ceiling'
  | 'not_found'
  | 'no_such_operation'
  | 'wrong_method'
  | 'suspended'
  | 'wrong_network'
  | 'over_quota'
  | 'shredded'
  | 'conflict'
  | 'changed_meanwhile'
  | 'on_hold'
  | 'too_large'
  | 'wrong_media_type'
  | 'unreadable_document'
  | 'not_offered'
  | 'no_route'
  | 'stays_home'
  | 'unknown_response'
  | 'over_limit'
  | 'too_many'
  | 'timed_out'
  | 'client_left'
  | 'bug'
  | 'skill_denied'
  | 'skill_failed'
  | 'skill_untrusted'
  | 'upstream_down'
  | 'upstream_broke'
  | 'upstream_timeout'
  | 'upstream_refused'
  | 'records_unavailable'
  | 'unavailable'
  | 'draining'
  | 'cannot_start'
  | 'storage_full'

export interface AclChange {
  acl: AclInputWish | null
}

export interface AclChanged {
  acl: AclView | null
}

/** Who may read, beside class and policies. `self`: whoever sends it is among them. A list that names nobody, without `self`, is for nobody. */
export interface AclInput {
  users: string[]
  groups: string[]
  services: string[]
  self: boolean
}

/** Who may read, beside class and policies. `self`: whoever sends it is among them. A list that names nobody, without `self`, is for nobody. */
export interface AclInputWish {
  /** Without it `[]`. */
  users?: readonly string[] | undefined
  /** Without it `[]`. */
  groups?: readonly string[] | undefined
  /** Without it `[]`. */
  services?: readonly string[] | undefined
  /** Without it `true`. */
  self?: boolean | undefined
}

/** Ids. `keys`: keys that were made on the machine itself. */
export interface AclView {
  users: string[]
  groups: string[]
  services: string[]
  keys: string[]
}

/** What of an answer stands on what. Spans are UTF-16 offsets into the answer, but for those of sources. */
export interface AnswerChecked {
  /** Every citation that a mark `[n]` of the answer resolves to. */
  citations: Citation[]
  /** Marks that resolve to nothing. */
  unresolved: {
    n: number
    span: Span
  }[]
  /** Whether there was anything but the user's own words that the answer could stand on. */
  hasSources: boolean
  sentences: {
    span: Span
    /** What bears the sentence out, and where: under its number in the document, without one in some other text of the context. Null: nothing does. */
    support: {
      n: number | null
      span: Span
    } | null
  }[]
  /** Links and images in the answer: shown as text, never fetched. */
  links: {
    kind: 'link' | 'image'
    url: string
    span: Span
  }[]
}

/** As clients with an `anthropic-version` header know it. */
export interface AnthropicModel {
  type: 'model'
  id: string
  display_name: string
  /** The epoch where nobody said when. */
  created_at: string
}

export interface ApprovalDecided {
  id: string
  run: string
  decision: ApprovalDecision
  /** What is remembered from now on; null where nothing is. */
  grant: string | null
}

export type ApprovalDecision = 'once' | 'always' | 'deny'

export interface ApprovalInput {
  decision: ApprovalDecision
  /** With `always`: how long it is remembered. 1 to 365. Without it `30`. */
  days?: number | undefined
}

export interface ApprovalPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  run?: string | undefined
}

/** A call that waits for a person. */
export interface ApprovalView {
  id: string
  conversation: string
  run: string
  call: string
  tool: string
  effect: ToolEffect
  because: AskedBecause
  /** The highest class that anything in it reached. */
  class: DataClass
  /** The exact arguments, as canonical JSON. */
  arguments: string
  /** Whether `always` is an answer, and what it would cover: '' is the whole tool. */
  mayRemember: boolean
  scope: string | null
  createdAt: string
  expiresAt: string
}

export interface ArmInput {
  /** How long the session lasts that it opens. 5 to 480. Without it `60`. */
  minutes?: number | undefined
}

/** The only answer that ever holds the code. */
export interface ArmedView {
  id: string
  code: string
  minutes: number
}

/** As an export has it. */
export interface ArtifactExported {
  id: string
  versions: {
    version: number
    title: string
    mediaType: string
    /** The highest class that anything in it reached. */
    class: DataClass
    sizeBytes: number
    /** Who wrote it: a model in a run, or somebody over the API. */
    by: 'model' | 'user'
    /** The run that it was written in; null where somebody wrote it. */
    run: string | null
    /** The answer of that run, or the message that whoever wrote it named. */
    message: string | null
    createdAt: string
    text: string
  }[]
}

export interface ArtifactInput {
  /** At most 200 characters. */
  title: string
  /** At most 100 characters. Without it `"text/markdown"`. */
  mediaType?: string | undefined
  /** At most 200000 characters. */
  text: string
  class?: DataClass | undefined
  message?: string | undefined
}

export interface ArtifactList {
  data: ArtifactView[]
}

export interface ArtifactQuery {
  /** Absent: the newest. 1 to 1000000. */
  version?: number | undefined
}

/** One version with its text, and what there is besides. */
export interface ArtifactText {
  version: number
  title: string
  mediaType: string
  /** The highest class that anything in it reached. */
  class: DataClass
  sizeBytes: number
  /** Who wrote it: a model in a run, or somebody over the API. */
  by: 'model' | 'user'
  /** The run that it was written in; null where somebody wrote it. */
  run: string | null
  /** The answer of that run, or the message that whoever wrote it named. */
  message: string | null
  createdAt: string
  id: string
  conversation: string
  text: string
  versions: ArtifactVersion[]
}

export interface ArtifactVersion {
  version: number
  title: string
  mediaType: string
  /** The highest class that anything in it reached. */
  class: DataClass
  sizeBytes: number
  /** Who wrote it: a model in a run, or somebody over the API. */
  by: 'model' | 'user'
  /** The run that it was written in; null where somebody wrote it. */
  run: string | null
  /** The answer of that run, or the message that whoever wrote it named. */
  message: string | null
  createdAt: string
}

/** What is absent stays as it was. */
export interface ArtifactVersionInput {
  /** At most 200 characters. */
  title?: string | undefined
  /** At most 100 characters. */
  mediaType?: string | undefined
  /** At most 200000 characters. */
  text: string
  class?: DataClass | undefined
  message?: string | undefined
}

/** The newest version stands for all. */
export interface ArtifactView {
  version: number
  title: string
  mediaType: string
  /** The highest class that anything in it reached. */
  class: DataClass
  sizeBytes: number
  /** Who wrote it: a model in a run, or somebody over the API. */
  by: 'model' | 'user'
  /** The run that it was written in; null where somebody wrote it. */
  run: string | null
  /** The answer of that run, or the message that whoever wrote it named. */
  message: string | null
  createdAt: string
  id: string
  conversation: string
}

/** Why somebody is asked: the tool always wants it, the rule for its effect does, or untrusted text is in the context. */
export type AskedBecause = 'always' | 'policy' | 'untrusted'

export interface AskedInput {
  /** At most 6000 characters. */
  ticket: string
}

export interface AskedView {
  application: {
    id: string
    name: string
  }
  /** The host that the person is taken back to. */
  host: string
  /** What it would learn: null for what it does not ask for, or what is not known here. */
  tells: {
    name: string | null
    email: string | null
    groups: string[] | null
  }
  /** Services besides, of which it would get a token in the person's name. */
  resource: string | null
  /** It stays connected there until the person ends it, or the session ends. */
  lasts: boolean
  /** It insists on a sign-in that is newer than this session. */
  again: boolean
}

/** A file as the message says it that names it; `n` is what it is cited by. */
export interface AttachedView {
  id: string
  n: number
  name: string
  mediaType: string
  /** The highest class that anything in it reached. */
  class: DataClass
}

/** A text that is kept as a file; a file itself comes as a form. */
export interface AttachmentInput {
  /** Its end says how it is read: `.txt`, `.md`, `.csv`, `.json`, `.html`. At most 255 characters. */
  name: string
  /** At most 1000000 characters. */
  text: string
  class?: DataClass | undefined
}

export interface AttachmentList {
  data: AttachmentView[]
}

/** The text that citations of it point into. */
export interface AttachmentText {
  id: string
  title: string
  /** The highest class that anything in it reached. */
  class: DataClass
  text: string
  /** The tree of its headings, each up to the next of its level or above. */
  sections: {
    heading: string
    level: number
    path: string[]
    span: Span
  }[]
  /** Where its pages or slides begin. */
  pages: {
    page: number
    start: number
  }[]
  conversation: string
}

export interface AttachmentView {
  id: string
  conversation: string
  name: string
  mediaType: string
  sizeBytes: number
  /** The highest class that anything in it reached. */
  class: DataClass
  /** A message can name it once it is `ready`. */
  state: 'reading' | 'ready' | 'failed'
  /** Why it could not be read; null unless it `failed`. */
  error: {
    code: string
    message: string
  } | null
  /** What of it could not be read; null where all of it was. */
  warning: string | null
  /** Characters of its text (UTF-16); null while there is none. */
  textLength: number | null
  createdAt: string
}

/** One event of the record. What was erased is null, and the actor `erased`. */
export interface AuditEventView {
  id: string
  at: string
  action: string
  /** `refused`: it was not done. */
  outcome: 'done' | 'refused'
  actor: string
  subject: string | null
  request: string | null
  /** Address of the other end of the connection. */
  from: string | null
  through: 'network' | 'control' | null
  /** What whoever acted said of it, in the header `x-freehold-reason`. */
  reason: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  detail: Record<string, unknown>
  /** The use of break-glass in whose session it happened. */
  breakGlass: string | null
  /** Its place in the log; null until it has one, about a second later. */
  leaf: number | null
}

export interface AuditQuery {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  /** A name such as `key.created`, or its beginning with a star: `key.*`. */
  action?: string | undefined
  /** At most 256 characters. */
  actor?: string | undefined
  /** At most 256 characters. */
  subject?: string | undefined
  /** At most 256 characters. */
  request?: string | undefined
  outcome?: 'done' | 'refused' | undefined
  /** Of one use of break-glass, or of any. */
  breakGlass?: 'any' | (string & Record<never, never>) | undefined
  /** From this instant on. */
  since?: string | undefined
  /** Before this instant. */
  until?: string | undefined
}

/** A program that acts in the caller's name here. */
export interface AuthorisationView {
  id: string
  application: {
    id: string
    name: string
  }
  scopes: ('openid' | 'profile' | 'email' | 'groups')[]
  /** What it was let into. */
  resource: string
  createdAt: string
  /** When it got its last access token. */
  refreshedAt: string
  /** When it ends in any case: with the session in which it was allowed. */
  expiresAt: string
}

/** What whoever looks after people is told with their own session while somebody is in. */
export interface BreakGlassNotice {
  id: string
  reason: string
  endsAt: string
}

export interface BreakGlassView {
  /** Null: none is armed. */
  armed: {
    id: string
    armedAt: string
    creator: string
    minutes: number
  } | null
  /** Newest first. */
  uses: {
    id: string
    reason: string
    usedAt: string
    endsAt: string
    isOpen: boolean
  }[]
}

export type BudgetList = Page<BudgetView>

export interface BudgetPage {
  /** At most 200 characters. */
  after?: string | undefined
  /** 1 to 1000. Without it `200`. */
  limit?: number | undefined
}

/** One limit of what may be spent, in the period of now. */
export interface BudgetView {
  /** `tenant:`, `key:`, `user:`, `service:`, `group:` or `target:` and whose it is. */
  budget: string
  limit: 'tokensPerDay' | 'moneyPerDay' | 'tokensPerMonth' | 'moneyPerMonth'
  /** `2027-01-31` or `2027-01`, UTC. */
  period: string
  /** When the next period begins. */
  endsAt: string
  /** Tokens, or money in the unit of the targets' prices; so are the two below. */
  most: number
  spent: number
  /** Held for requests under way, and what other processes hold ready for theirs. */
  reserved: number
  /** Spent of the most: 1 is all of it. */
  ratio: number
  /** Shares at which somebody was told, and when. */
  alerts: {
    at: string
    share: number
  }[]
}

/** What the process that was asked forgot; the others follow. */
export interface CachePurged {
  entries: number
  bytes: number
}

export interface CacheQuery {
  target?: string | undefined
  rule?: string | undefined
}

/** What is kept of answers, in the process that was asked. */
export interface CacheView {
  /** `cache.maxBytes`; 0: no answer is kept, whatever the rules say. */
  maxBytes: number
  maxEntryBytes: number
  entries: number
  bytes: number
  /** Requests that were given a kept answer, since the process began. */
  hits: number
  /** Requests for which there was none. */
  misses: number
  data: {
    rule: string
    target: string
    entries: number
    bytes: number
  }[]
}

export interface CallerView {
  principal: string
  kind: 'user' | 'key' | 'service' | 'operator'
  name: string | null
  roles: string[]
  groups: string[]
  /** Scopes, and what some roles may do besides; so that nobody need be offered what would be refused. */
  powers: string[]
  baseClass: DataClass
  classCeiling: DataClass
}

/** A skill that can be installed by its name. */
export interface CatalogueEntry {
  name: string
  source: string
  title: {
    en: string
    zh: string
  }
  description: {
    en: string
    zh: string
  }
  kind: SkillKind
  version: string
  publisher: string
  digest: string
  /** What vouches for it as far as its catalogue says; it is proven at installation. Null: the catalogue does not say. */
  level: SkillLevel | null
  verdict: SkillVerdict | null
  access: SkillAccess | null
  /** Why nobody may install it any more. */
  revoked: string | null
  /** Null where it is not installed. */
  installed: {
    version: string | null
    digest: string | null
    state: SkillState
    /** What the catalogue has is newer. */
    isOlder: boolean
  } | null
}

export interface CatalogueQuery {
  /** Words that must all be found. At most 200 characters. Without it `""`. */
  query?: string | undefined
  /** At most 140 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
}

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function'
  content?: string | readonly {
    type: string
    text?: string | undefined
    [field: string]: unknown
  }[] | null | undefined
  [field: string]: unknown
}

/** The part of an OpenAI chat request that the platform reads; every other field passes through. */
export interface ChatRequest {
  /** At most 256 characters. */
  model: string
  messages: readonly ChatMessage[]
  stream?: boolean | null | undefined
  stream_options?: {
    include_usage?: boolean | null | undefined
    [field: string]: unknown
  } | null | undefined
  n?: number | null | undefined
  freehold?: {
    collections?: readonly string[] | undefined
    /** Texts that the built-in engine quotes before it looks into collections. */
    given?: readonly GivenText[] | undefined
  } | undefined
  [field: string]: unknown
}

export interface CheckpointQuery {
  /** The newest checkpoint of at most so many entries. */
  size?: number | undefined
}

export interface CheckpointView {
  origin: string
  /** C2SP verifier key. Whoever verifies has it from elsewhere, too. */
  key: string
  /** Null: the log is empty. */
  size: number
  checkpoint: string | null
}

/** One model of a target, or a service, that failed of late. */
export interface CircuitView {
  /** `*` where the name is not one of the configuration; null for services. */
  model: string | null
  /** `open`: left alone for `retryInMs`; `half_open`: a call finds out whether it is back, the next one in `retryInMs`. */
  state: 'closed' | 'open' | 'half_open'
  /** In a row. */
  failures: number
  retryInMs: number | null
}

/** One numbered citation of an answer: `[n]` in the text resolves to this span. */
export interface Citation {
  type: 'freehold_citation'
  n: number
  documentId: string
  /** Tells two documents of the same id in different collections apart; of an attached file its conversation. */
  collectionId: string
  title: string
  span: Span
  /** It is a file that is attached to the conversation, and its text at `/api/attachments/{documentId}/text`. */
  attachment?: true
  page?: number
  heading?: string
  cells?: string
  columns?: string
}

export interface ClaimInput {
  /** At most 128 characters. */
  token: string
  /** At most 128 characters. */
  name: string
  /** At most 256 characters. */
  password: string
}

export interface CollectionInput {
  /** At most 128 characters. */
  name: string
}

export interface CollectionView {
  id: string
  name: string
  documents: number
  /** What new documents get that say nothing of it; told to who may change it. */
  acl?: AclView | null
  createdAt: string
}

export interface ConnectionReport {
  id: string
  issuer: string
  /** To be registered at the provider. */
  redirectUri: string
  ok: boolean
  findings: {
    what: string
    ok: boolean
    said: string
  }[]
  /** Opened within five minutes it signs in at the provider and shows the claims, and nobody is signed in here. */
  trialUrl: string
}

export interface ConnectionView {
  id: string
  /** What the button says. */
  name: string
  /** `away`: the provider did not answer, or not as it should. */
  state: 'ready' | 'away'
}

export interface ConsistencyQuery {
  from: number
  to?: number | undefined
}

export interface ConsistencyView {
  from: number
  to: number
  /** RFC 6962 section 2.1.2, base64. */
  proof: string[]
}

/** A part of a message as it is kept: with where it came from, whatever happens to the conversation later. */
export interface ContextPart {
  origin: PartOrigin
  integrity: Integrity
  /** The highest class that anything in it reached. */
  class: DataClass
  text: string
  /** The span that the text stands in, under the number by which an answer cites it. */
  source?: Citation
}

export interface ConversationChange {
  /** At most 200 characters. */
  title?: string | undefined
  /** At most 256 characters. */
  model?: string | null | undefined
  /** At most 20000 characters. */
  instructions?: string | null | undefined
  tags?: readonly string[] | undefined
  project?: string | null | undefined
  /** It only rises: a lower one than it has is refused. */
  class?: DataClass | undefined
  pinned?: boolean | undefined
  archived?: boolean | undefined
  keepPrivate?: boolean | undefined
  /** The message that its branch ends with. */
  leaf?: string | undefined
}

/** All branches of a conversation, as a file that can be imported again. */
export interface ConversationExport {
  freehold: 'conversation'
  version: 1
  title: string | null
  model: string | null
  instructions: string | null
  tags: string[]
  /** The highest class that anything in it reached. */
  class: DataClass
  leaf: string | null
  createdAt: string
  messages: {
    id: string
    /** Null for the first of a branch. */
    parent: string | null
    role: 'user' | 'assistant'
    /** `stopped`: somebody ended it, and what was said until then stands in it. */
    status: 'complete' | 'stopped'
    /** The highest class that anything in it reached. */
    class: DataClass
    text: string
    /** What was attached, without the files themselves. */
    attachments: AttachedView[]
    citations: Citation[]
    making: MessageMaking | null
    createdAt: string
  }[]
  /** What was attached, without the files themselves. */
  attachments: AttachmentView[]
  artifacts: ArtifactExported[]
}

export interface ConversationFind {
  /** As it was said, in upper or lower case; marks of Markdown and how much room is between words do not count. At most 500 characters. */
  text: string
  /** 1 to 1000. Without it `200`. */
  limit?: number | undefined
}

export interface ConversationFound {
  /** The messages that hold it, in all branches, the newest first. */
  hits: {
    message: string
    role: 'user' | 'assistant'
    /** Around the first place. */
    snippet: string
    at: string
  }[]
  /** False: there are more than `limit`. */
  complete: boolean
}

export interface ConversationHits {
  hits: {
    conversation: string
    /** The message that fits best; null where only the title does. */
    message: string | null
    title: string | null
    /** Around the words that were found. */
    snippet: string
    score: number
    at: string
  }[]
  /** How many of the caller's conversations were looked at; more are older than that. */
  searched: number
  complete: boolean
}

export interface ConversationInput {
  /** At most 200 characters. */
  title?: string | undefined
  /** At most 256 characters. */
  model?: string | undefined
  /** At most 20000 characters. */
  instructions?: string | undefined
  tags?: readonly string[] | undefined
  project?: string | undefined
  class?: DataClass | undefined
  /** Deleted by itself after the time that the operator set, and never found by a search. */
  temporary?: boolean | undefined
  keepPrivate?: boolean | undefined
}

/** What a conversation is locked with. */
export interface ConversationLock {
  /** `tenant-key`: a key of its own, wrapped by the tenant's. The server opens it for whoever may read. */
  mode: 'tenant-key'
  cipher: 'AES-256-GCM'
  /** Version of the tenant's key that wraps it. */
  keyVersion: number
  /** Who keeps the root key, which wraps the tenant's. */
  rootKey: 'file' | 'vault-transit' | 'aws-kms' | 'pkcs11'
  /** Where its words lie, sealed. */
  home: 'database' | 'objects'
  /** Nothing of it goes to a managed target. */
  keepPrivate: boolean
  readers: {
    who: 'owner' | 'shared-tenant' | 'shared-anyone' | 'private-targets' | 'managed-targets' | 'administrators-egress' | 'person-export' | 'tenant-export' | 'root-key'
    /** How many there are, where that is counted. */
    count: number | null
    /** The audit event that each reading leaves; null: none does. */
    recorded: string | null
    /** For so long; null: as long as the conversation is there. */
    days: number | null
  }[]
}

export interface ConversationPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  /** Without it `false`. */
  archived?: 'true' | 'false' | undefined
  pinned?: 'true' | 'false' | undefined
  project?: string | undefined
  /** Tags are sealed: a page of these may hold few, or none, and be continued all the same. At most 40 characters. */
  tag?: string | undefined
}

export interface ConversationSearch {
  /** At most 500 characters. */
  query: string
  /** 1 to 50. Without it `20`. */
  limit?: number | undefined
}

export interface ConversationTag {
  tag: string
  /** How many have it, of those that the page is about. */
  conversations: number
}

export interface ConversationView {
  id: string
  /** Null until its first message. */
  title: string | null
  model: string | null
  instructions: string | null
  tags: string[]
  project: string | null
  /** The highest class that anything in it reached. */
  class: DataClass
  pinned: boolean
  archived: boolean
  temporary: boolean
  keepPrivate: boolean
  expiresAt: string | null
  /** The message that the branch ends with which was spoken in last; null while there is none. */
  leaf: string | null
  /** The run that is not over yet; null where there is none. */
  run: RunRefView | null
  /** The one that was to answer the leaf and failed or was interrupted; null where the leaf has its answer or waits for it. */
  unanswered: RunRefView | null
  createdAt: string
  updatedAt: string
}

export interface ConversationsDeleted {
  deleted: number
}

export interface ConversationsDeletion {
  ids: readonly string[]
}

export interface ConversationsImported {
  conversations: string[]
  messages: number
  /** Conversations in which nobody said a word. */
  skipped: number
}

export type DataClass = 'public' | 'internal' | 'confidential' | 'restricted'

export interface DecisionInput {
  /** At most 6000 characters. */
  ticket: string
  allow: boolean
}

export interface DecisionView {
  /** Where the browser goes next. */
  location: string
}

/** A text, and the language it is mostly in, as a tag such as `zh` or `en-GB`. */
export interface DetectInput {
  /** At most 1048576 characters. */
  text: string
  /** At most 35 characters. */
  language?: string | null | undefined
  /** What is less sure is left out. Unless it is given, only what is acted on is told. 0 to 1. */
  minScore?: number | undefined
}

/** Where personal data and secrets stand: UTF-16 offsets, end exclusive, in the order of the text and not overlapping. */
export interface Detected {
  entities: {
    type: EntityType
    start: number
    end: number
    score: number
  }[]
}

export interface DetectorsView {
  detectors: {
    name: string
    kind: 'presidio' | 'module'
    required: boolean
    state: 'ready' | 'starting' | 'returning' | 'away' | 'off'
    calls: number
    failures: number
    ignored: number
    lastFailure: string | null
  }[]
}

export type Dialect = 'openai' | 'anthropic'

export interface DictionaryInput {
  entries: readonly {
    /** At most 256 characters. */
    value?: string | undefined
    /** At most 256 characters. */
    pattern?: string | undefined
    /** Without it `"CUSTOM_TERM"`. */
    type?: EntityType | undefined
    /** Without it `false`. */
    caseSensitive?: boolean | undefined
    /** Without it `true`. */
    wholeWord?: boolean | undefined
  }[]
}

export interface DictionaryList {
  data: DictionaryView[]
}

export interface DictionaryPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 1000. Without it `100`. */
  limit?: number | undefined
}

/** With a page of its entries, in the order in which they were given; `next` continues it. */
export interface DictionaryRead {
  name: string
  /** How often it was written. */
  version: number
  values: number
  patterns: number
  changedAt: string
  entries: {
    value?: string
    pattern?: string
    type: EntityType
    caseSensitive: boolean
    wholeWord: boolean
  }[]
  next: string | null
}

export interface DictionaryView {
  name: string
  /** How often it was written. */
  version: number
  values: number
  patterns: number
  changedAt: string
}

/** What the target said of its models when it was asked last. */
export interface DiscoveryView {
  /** `pending`: not asked yet; `stale`: the last good list is still used; `failed`: there was none yet. */
  state: 'pending' | 'ok' | 'stale' | 'failed'
  models: number
  /** Entries of the list that cannot be used. */
  leftOut: number
  /** Of the list. */
  ageMs: number | null
  failure: {
    code: string
    message: string
    agoMs: number
  } | null
}

export interface DocumentText {
  id: string
  collectionId: string
  title: string
  /** The highest class that anything in it reached. */
  class: DataClass
  text: string
  /** The tree of its headings, each up to the next of its level or above. */
  sections: {
    heading: string
    level: number
    path: string[]
    span: Span
  }[]
  /** Where its pages or slides begin. */
  pages: {
    page: number
    start: number
  }[]
}

export interface DocumentView {
  id: string
  collectionId: string
  title: string
  /** The highest class that anything in it reached. */
  class: DataClass
  mediaType: string
  sizeBytes: number
  textLength: number
  passages: number
  createdAt: string
  /** Told to who may change it. */
  acl?: AclView | null
  /** What of it could not be read; only in the answer to adding it. */
  warning?: string
}

export interface DocumentsAdded {
  documents: DocumentView[]
  failed: FailedDocument[]
}

export interface DocumentsInput {
  documents: readonly TextDocument[]
}

/** Rules that are tried on requests that were made already. */
export interface DryRunInput {
  /** In the place of those of the settings; those of the file stay before them. */
  routes: readonly RouteInput[]
  /** How many of the newest requests are looked at. 1 to 2000. Without it `500`. */
  limit?: number | undefined
}

export interface DryRunView {
  /** Requests that were read, and those of them that could be compared: for services, and for names of models that no rule or target knows, nobody can. */
  looked: number
  compared: number
  /** When the oldest of them was made; null where there was none. */
  since: string | null
  /** By what the rules would change, against those in force today. */
  counts: Partial<Record<ShadowOutcome, number>>
  /** The newest that would be treated otherwise. */
  differing: {
    request: string
    at: string
    principal: string
    /** The highest class that anything in it reached. */
    class: DataClass
    model: string
    outcome: ShadowOutcome
    was: ShadowSide
    wouldBe: ShadowSide
  }[]
}

/** One call of a managed target. Places are UTF-16 offsets. */
export interface EgressView {
  attempts: {
    target: string
    at: string
    /** Below the host of the target. */
    path: string
    /** As it left. */
    outbound: string
    /** As it came back, before anything was put back; null where nothing did, or not all of it was kept. */
    inbound: string | null
    /** Where in `outbound` something stands in the place of a value. */
    spans: {
      start: number
      end: number
      type: string
    }[]
  }[]
}

/** What the platform reads of the other operations; every other field passes through. */
export interface EmbeddingsRequest {
  /** At most 256 characters. */
  model: string
  [field: string]: unknown
}

/** How far the vectors of a tenant's passages are. */
export interface EmbeddingsView {
  /** As it is configured; null: nothing is embedded. */
  model: string | null
  state: 'off' | 'working' | 'resting' | 'failing'
  documents: number
  passages: number
  /** Those that have vectors of the configured model. */
  embedded: {
    documents: number
    passages: number
  }
  /** Passages without a vector because of what stands in them. */
  withheld: number
  /** Classes of which nothing is embedded, because no target may have them. */
  held: DataClass[]
  /** Code of what ended the last attempt; null: nothing did. */
  fault: string | null
  startedAt: string | null
  finishedAt: string | null
  /** Not tried again before. */
  retryAt: string | null
}

export type EntityType = 'PERSON' | 'ADDRESS' | 'LOCATION' | 'ORGANIZATION' | 'EMAIL' | 'PHONE' | 'CN_RESIDENT_ID' | 'CN_USCC' | 'PASSPORT' | 'PLATE' | 'BANK_CARD' | 'IBAN' | 'BANK_ACCOUNT' | 'IP' | 'MAC' | 'URL' | 'CRYPTO' | 'DATE_OF_BIRTH' | 'MEDICAL_ID' | 'GEO' | 'SECRET' | 'CUSTOM_TERM' | 'US_SSN' | 'US_ITIN' | 'US_EIN' | 'US_MBI' | 'CA_SIN' | 'CA_BN' | 'MX_CURP' | 'MX_RFC' | 'BR_CPF' | 'BR_CNPJ' | 'BR_PIS' | 'AR_CUIT' | 'CL_RUT' | 'CO_NIT' | 'PE_RUC' | 'EC_CEDULA' | 'UY_CI' | 'VE_RIF' | 'DO_CEDULA' | 'UK_NINO' | 'UK_NHS' | 'UK_UTR' | 'UK_VAT' | 'IE_PPS' | 'ES_NIF' | 'ES_NIE' | 'ES_CIF' | 'ES_SSN' | 'PT_NIF' | 'FR_NIR' | 'FR_SIREN' | 'FR_VAT' | 'FR_TAX_ID' | 'IT_FISCAL_CODE' | 'IT_VAT_CODE' | 'DE_TAX_ID' | 'DE_SOCIAL_SECURITY' | 'DE_HEALTH_INSURANCE' | 'DE_VAT_ID' | 'AT_SVNR' | 'AT_VAT_ID' | 'CH_AHV' | 'CH_UID' | 'NL_BSN' | 'NL_VAT_ID' | 'BE_NRN' | 'BE_VAT_ID' | 'LU_ID' | 'DK_CPR' | 'SE_PERSONNUMMER' | 'SE_ORGANISATIONSNUMMER' | 'NO_FODSELSNUMMER' | 'NO_ORGNR' | 'FI_PERSONAL_IDENTITY_CODE' | 'FI_BUSINESS_ID' | 'IS_KENNITALA' | 'EE_ISIKUKOOD' | 'LT_ASMENS_KODAS' | 'LV_PERSONAL_CODE' | 'PL_PESEL' | 'PL_NIP' | 'PL_REGON' | 'CZ_BIRTH_NUMBER' | 'CZ_ICO' | 'HU_TAX_ID' | 'HU_TAJ' | 'RO_CNP' | 'RO_CUI' | 'BG_EGN' | 'HR_OIB' | 'SI_EMSO' | 'SI_TAX_ID' | 'GR_AFM' | 'GR_AMKA' | 'RU_INN' | 'RU_SNILS' | 'RU_OGRN' | 'UA_RNOKPP' | 'KZ_IIN' | 'IN_AADHAAR' | 'IN_PAN' | 'IN_GSTIN' | 'SG_NRIC_FIN' | 'HK_ID' | 'MO_ID' | 'TW_ID' | 'TW_UBN' | 'KR_RRN' | 'KR_BRN' | 'JP_MY_NUMBER' | 'JP_CORPORATE_NUMBER' | 'TH_NATIONAL_ID' | 'MY_NRIC' | 'ID_NIK' | 'ID_NPWP' | 'PH_TIN' | 'PH_SSS' | 'VN_CCCD' | 'VN_TAX_CODE' | 'PK_CNIC' | 'LK_NIC' | 'AU_TFN' | 'AU_ABN' | 'AU_ACN' | 'AU_MEDICARE' | 'NZ_IRD' | 'NZ_NHI' | 'TR_TCKN' | 'TR_VKN' | 'IL_ID' | 'AE_EMIRATES_ID' | 'SA_NATIONAL_ID' | 'KW_CIVIL_ID' | 'IR_NATIONAL_CODE' | 'EG_NATIONAL_ID' | 'ZA_ID' | 'NG_NIN'

export interface EntriesQuery {
  /** Without it `"tenant"`. */
  scope?: 'tenant' | 'log' | undefined
  /** Entries from this leaf on. Without it `0`. */
  from?: number | undefined
  /** 1 to 1000. Without it `200`. */
  limit?: number | undefined
}

export type EntriesView = Page<{
  leaf: number
  entry: string
  values: Record<string, unknown>
  salts: Record<string, string>
}>

export interface ErasureInput {
  reason: string
  /** Only counts, and changes nothing. Without it `false`. */
  dryRun?: boolean | undefined
}

export interface ErasureView {
  /** Null: only counted. */
  id: string | null
  state: 'counted' | 'erasing' | 'done'
  /** By room and kind, as in `HELD_OF_PEOPLE`. */
  counts: Record<string, number>
}

export interface ExplainInput {
  /** Without it `[]`. */
  messages?: readonly {
    role: string
    [field: string]: unknown
  }[] | undefined
  /** At most 256 characters. */
  model?: string | undefined
  /** A service instead of a model. */
  service?: string | undefined
  class?: DataClass | undefined
  /** A request on record instead: its class and the model that it asked for, by the rules of today. It stands alone. */
  request?: string | undefined
  /** The API that the request would come through; default `openai`. */
  dialect?: Dialect | undefined
  /** The name of its conversation. */
  conversation?: string | undefined
}

export interface Explanation {
  /** The highest class that anything in it reached. */
  class: DataClass
  /** What made the class what it is, in the order in which it rose. */
  because: string[]
  /** Id of the rule that matched; null when none did or none was needed. */
  rule: string | null
  /** The rules with a share that are for such requests, and whether this conversation is in it; absent without any. */
  shares?: {
    /** Id of the rule that matched; null when none did or none was needed. */
    rule: string
    share: number
    drawn: boolean
  }[]
  attempts: {
    target: string
    zone: Zone
    model: string | null
    /** Several of which the most is done: `gdpr+hipaa`. */
    desensitise: string | null
    /** Values that would be masked, by type; absent where nothing is read. */
    masked?: Record<string, number>
    /** Those with the same number are a group, tried in an order that each request decides; absent: in this order. */
    group?: number
  }[]
  /** Targets of the rule that yield no attempt, and why. */
  skipped: Skipped[]
  refused: {
    code: string
    message: string
  } | null
  /** What would help; absent where it is not refused. */
  instead?: {
    /** The rules that are not for it: by the model or service that it asks for, by its class, or by their share. */
    rules: {
      /** Id of the rule that matched; null when none did or none was needed. */
      rule: string
      unmet: 'asked' | 'class' | 'share'
    }[]
    /** Models that a request of this class would be answered by; none for one to a service. */
    models: string[]
  }
  /** Of the rules and targets that decide; it is the one on record for as long as they stay the same. */
  version: string
  /** How the answer would be kept; null: not at all. */
  cache: {
    ttlSeconds: number
    scope: 'principal' | 'tenant'
  } | null
}

export interface ExportQuery {
  /** `html`: the branch that was spoken in last, as a page to be printed that needs nothing beside itself. Without it `"json"`. */
  format?: 'json' | 'md' | 'html' | undefined
  /** Of the page; absent: what `accept-language` asks for. */
  language?: 'en' | 'zh-CN' | undefined
}

/** What the caller signs in with besides a password. */
export interface FactorsView {
  totp: boolean
  /** Recovery codes that were not used yet. */
  recoveryCodes: number
  passkeys: PasskeyView[]
}

/** A file inside of an upload that did not become a document; its name is its path in there. */
export interface FailedDocument {
  name: string
  error: {
    code: string
    message: string
  }
}

export interface FederatedView {
  id: string
  connection: string
  issuer: string
  subject: string
  createdAt: string
  usedAt: string | null
}

export interface FiguresQuery {
  /** 1 to 168. Without it `24`. */
  hours?: number | undefined
}

export type FindingAct = 'block' | 'suspect' | 'review' | 'note'

export type FindingEvidence = 'prose' | 'code' | 'declared' | 'supply' | 'dynamic'

/** A message that somebody is writing, as it would be sent now. */
export interface ForeseenMessage {
  /** At most 400000 characters. Without it `""`. */
  text?: string | undefined
  /** Absent: it would begin one. */
  conversation?: string | undefined
  /** Files of that conversation. */
  attachments?: readonly string[] | undefined
  /** Absent: that of the conversation, or what would be asked where nobody says which. At most 256 characters. */
  model?: string | undefined
  class?: DataClass | undefined
  keepPrivate?: boolean | undefined
}

export interface ForkInput {
  /** The last message that the new conversation has. */
  message: string
  /** At most 200 characters. */
  title?: string | undefined
}

/** A text that comes with a question; its id and title are what citations name it by. */
export interface GivenText {
  /** At most 256 characters. */
  documentId: string
  collectionId: string
  /** At most 512 characters. */
  title: string
  /** The highest class that anything in it reached. */
  class: DataClass
  /** At most 400000 characters. */
  text: string
}

export interface GroupChange {
  /** At most 128 characters. */
  name?: string | undefined
  roles?: readonly string[] | undefined
}

export interface GroupInput {
  /** At most 128 characters. */
  name: string
  /** What its members may do besides what their own role allows. Without it `[]`. */
  roles?: readonly string[] | undefined
}

export interface GroupView {
  id: string
  name: string
  roles: string[]
  members: number
  createdAt: string
  /** Whether the caller may change it, and put people into it. */
  givable: boolean
}

/** How this process is doing, and what is left to set up. */
export interface HealthView {
  version: string
  node: string
  startedAt: string
  memoryBytes: number
  /** Lines that this installation has nothing of are absent. */
  lines: {
    id: 'database' | 'objects' | 'disk' | 'records' | 'audit-log' | 'audit-delivery' | 'configuration' | 'certificates' | 'targets' | 'detectors' | 'skills' | 'keys' | 'emergency'
    /** `unknown`: nothing here can tell, a person has to look. */
    state: 'ok' | 'warning' | 'failed'
    figures: Record<string, number>
    /** What was seen, and what to do about it where it is not well. */
    message: string
  }[]
  setup: {
    id: 'second-factor' | 'second-administrator' | 'emergency-access' | 'root-key' | 'transport' | 'target' | 'leaving' | 'documents' | 'single-sign-on' | 'witness'
    /** `unknown`: nothing here can tell, a person has to look. */
    state: 'done' | 'open' | 'unknown'
    figures: Record<string, number>
    /** What was seen, and what to do about it where it is not well. */
    message: string
  }[]
}

export interface Hit {
  documentId: string
  title: string
  /** To be compared within one answer only. */
  score: number
  text: string
  span: Span
  page?: number
  heading?: string
  cells?: string
  columns?: string
  explanation?: HitExplanation
}

/** Contributions add up to the score of the hit. */
export interface HitExplanation {
  /** Share of the question's weight that the passage covers; its words count up to twice for it. */
  coverage: number
  terms: {
    term: string
    alternatives: string[]
    title: boolean
    headings: boolean
    body: number
    passages: number
    idf: number
    contribution: number
  }[]
  /** Words of the best passages that the question did not say. */
  feedback: {
    term: string
    /** Share among the words that were brought in. */
    share: number
    passages: number
    idf: number
    contribution: number
  }[]
  /** How near question and passage are in meaning; null where that was not compared. By `documents`: their cosine in vectors learned from what the asker may see. By `embeddings`: 0 as near as most passages, 1 as the nearest one. */
  meaning: {
    by: 'documents' | 'embeddings'
    nearness: number
    contribution: number
  } | null
  /** Where a model of embeddings is configured: whether it took part, and the code of why not. */
  embeddings?: {
    model: string
    used: boolean
    fault: string | null
  }
  /** Where a reranker is configured: what it said of the passage, and the place that this one had before. The score of the hit is that of its place now, so the contributions add up to it only where the places are the same. */
  rerank?: {
    service: string
    place: number
    score: number | null
    fault: string | null
  }
  /** How much of it better hits said already, 0 to 1: it stands behind others for that, its score is as it was. */
  repeats: number
}

export interface HoldInput {
  scope: 'person' | 'collection' | 'time' | 'everything'
  person?: string | undefined
  collection?: string | undefined
  /** Records made from this moment on, and before that one. */
  since?: string | undefined
  until?: string | undefined
  reason: string
  /** It counts until then; without it, until it is lifted. */
  expiresAt?: string | undefined
}

export interface HoldView {
  id: string
  scope: 'person' | 'collection' | 'time' | 'everything'
  person: string | null
  collection: string | null
  since: string | null
  until: string | null
  reason: string
  creator: string
  createdAt: string
  expiresAt: string | null
  liftedAt: string | null
}

export interface HomeQuery {
  /** `all`: of the whole tenant, for who sees them; absent: that where it may be seen, else one's own. */
  whose?: 'own' | 'all' | undefined
  /** UTC days, both included; default: the last 30. */
  from?: string | undefined
  to?: string | undefined
}

/** Where questions to models were answered, day by day. */
export interface HomeView {
  whose: 'own' | 'all'
  from: string
  to: string
  /** Of what was answered, the part for which nothing went to a managed target, 0 to 1; null where nothing was. */
  home: number | null
  total: {
    local: number
    private: number
    managed: number
    kept: number
    unanswered: number
  }
  /** Days on which something was asked, the oldest first. */
  days: {
    day: string
    local: number
    private: number
    managed: number
    kept: number
    unanswered: number
  }[]
}

export interface ImportInput {
  /** What another program exported: one conversation, or a list. */
  data: readonly {
    [field: string]: unknown
  }[] | {
    [field: string]: unknown
  }
  class?: DataClass | undefined
}

/** Whether a part may hold orders of somebody whom nobody asked. What a model wrote after reading such is untrusted too. */
export type Integrity = 'trusted' | 'untrusted'

export interface InvitationAcceptance {
  token: string
  /** As the link says it. */
  tenant?: string | undefined
  /** At most 128 characters. */
  name?: string | undefined
  /** At most 256 characters. */
  password: string
  /** For a new password where there is an authenticator app: the fault `second_factor` asks for it. At most 32 characters. */
  code?: string | undefined
}

/** The only answer that ever holds the link. */
export interface InvitationCreated {
  id: string
  name: string | null
  role: string
  groups: string[]
  /** `password`: it lets somebody who has an account choose a new password. */
  purpose: 'join' | 'password'
  creator: string
  createdAt: string
  expiresAt: string
  link: string
  token: string
}

export interface InvitationInput {
  /** What the account will be called; whoever accepts may choose where it is left out. At most 128 characters. */
  name?: string | undefined
  /** Without it `"member"`. */
  role?: string | undefined
  /** Without it `[]`. */
  groups?: readonly string[] | undefined
  /** How long the link is good for. 1 to 720. Without it `72`. */
  hours?: number | undefined
}

export interface InvitationView {
  id: string
  name: string | null
  role: string
  groups: string[]
  /** `password`: it lets somebody who has an account choose a new password. */
  purpose: 'join' | 'password'
  creator: string
  createdAt: string
  expiresAt: string
}

/** RFC 7517. */
export interface Jwks {
  keys: {
    kty: 'OKP'
    crv: 'Ed25519'
    x: string
    kid: string
    use: 'sig'
    alg: 'EdDSA'
  }[]
}

export interface KekQuery {
  tenant?: string | undefined
  /** Counts data keys by version, which takes a look at every row that has one. */
  count?: 'true' | 'false' | undefined
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
}

export interface KekRotated {
  tenant: string
  version: number
}

/** Of a tenant, absent: of your own. */
export interface KekRotation {
  tenant?: string | undefined
}

export interface KekShredded {
  tenant: string
  versions: number
}

export interface KekShredding {
  tenant: string
  /** The same id again. */
  confirm: string
  /** Needed for the tenant without which the platform cannot run. */
  home?: true | undefined
}

export interface KekStatus {
  root: {
    provider: 'file' | 'vault-transit' | 'aws-kms' | 'pkcs11'
    id: string
  }
  /** The one to move to, when there is one. */
  nextRoot: {
    provider: 'file' | 'vault-transit' | 'aws-kms' | 'pkcs11'
    id: string
  } | null
  /** Id of the one under which new keys are wrapped. */
  activeRoot: string
  /** Tenants of which some key is still wrapped under another root than the active one. */
  leftToMove: number
  data: KekTenant[]
  next: string | null
}

/** The keys of one tenant. */
export interface KekTenant {
  /** False where it has a database of its own that does not answer: then nothing more is known of its keys. */
  reachable: boolean
  tenant: string
  home: boolean
  shreddedAt: string | null
  versions: {
    version: number
    createdAt: string
    sealsFrom: string
    rootKey: string
    dataKeys: number | null
  }[]
  rewrap: {
    toVersion: number
    state: 'walking' | 'kept' | 'done'
    total: number
    seen: number
    rewrapped: number
    startedAt: string
    doneAt: string | null
  } | null
}

/** The only answer that ever holds the key itself. */
export interface KeyCreated {
  id: string
  name: string | null
  /** Whose it is: an account, a service account, the key that it was made with, or `local-operator`. */
  creator: string
  scopes: string[]
  /** The highest class that anything in it reached. */
  class: DataClass
  ceiling: DataClass
  limits: Limits
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  revokedAt: string | null
  key: string
}

export interface KeyInput {
  /** At most 128 characters. */
  name?: string | undefined
  /** Without it `["model","service","knowledge","conversations","skills","requests"]`. */
  scopes?: readonly Scope[] | undefined
  /** Without it `"internal"`. */
  class?: DataClass | undefined
  /** Without it `"restricted"`. */
  ceiling?: DataClass | undefined
  /** ISO 8601 instant after which the key is refused. */
  expiresAt?: string | undefined
  /** Without it `{}`. */
  limits?: Limits | undefined
  /** The service account that it belongs to; without, to whoever makes it. */
  service?: string | undefined
}

export interface KeyView {
  id: string
  name: string | null
  /** Whose it is: an account, a service account, the key that it was made with, or `local-operator`. */
  creator: string
  scopes: string[]
  /** The highest class that anything in it reached. */
  class: DataClass
  ceiling: DataClass
  limits: Limits
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  revokedAt: string | null
}

/** What one key, or whoever is counted together, may use at most. A limit that is absent does not bound anything. */
export interface Limits {
  /** Requests within any 60 seconds. 1 to 60000. */
  rpm?: number | undefined
  /** Requests under way at the same time. 1 to 100000. */
  concurrent?: number | undefined
  /** 1 to 1000000000000. */
  tokensPerDay?: number | undefined
  /** 0 to 1000000000. */
  moneyPerDay?: number | undefined
  /** 1 to 1000000000000. */
  tokensPerMonth?: number | undefined
  /** 0 to 1000000000. */
  moneyPerMonth?: number | undefined
}

export interface LinkBegun {
  /** Where the browser goes next. */
  location: string
}

export interface LinkInput {
  connection: string
  /** At most 256 characters. */
  password: string
}

export interface LocalModelRemark {
  code: 'package_missing' | 'package_version' | 'no_build' | 'file_gone' | 'file_unreadable' | 'memory_short' | 'memory_over' | 'ended' | 'not_started' | 'not_opened'
  params: Record<string, string>
}

export interface MemoryChange {
  /** At most 8000 characters. */
  text: string
}

/** What models are told in every conversation that is not temporary. */
export interface MemoryInput {
  /** At most 8000 characters. */
  text: string
  class?: DataClass | undefined
}

export interface MemoryView {
  id: string
  text: string
  /** The highest class that anything in it reached. */
  class: DataClass
  createdAt: string
}

/** Where it would go. What tools find while it is answered may raise its class, and then it is decided anew. */
export interface MessageForesight {
  /** The highest class that anything in it reached. */
  class: DataClass
  /** What made the class what it is, in the order in which it rose. */
  because: string[]
  /** Id of the rule that matched; null when none did or none was needed. */
  rule: string | null
  attempts: {
    target: string
    zone: Zone
    model: string | null
    desensitise: string | null
    masked?: Record<string, number>
    group?: number
  }[]
  /** Targets of the rule that yield no attempt, and why. */
  skipped: Skipped[]
  refused: {
    code: string
    message: string
  } | null
  model: string
  /** By the message or its conversation. */
  keepPrivate: boolean
}

export interface MessageInput {
  /** At most 400000 characters. */
  text: string
  /** The message that it answers; absent: the end of the branch; null: it begins another one. */
  parent?: string | null | undefined
  /** A message of the same caller that it takes the place of, in a branch beside it. */
  edits?: string | undefined
  class?: DataClass | undefined
  /** Files of the conversation that it is about; absent: none, or those of the message that it edits. */
  attachments?: readonly string[] | undefined
  /** At most 256 characters. */
  model?: string | undefined
  collections?: readonly string[] | undefined
  tools?: boolean | undefined
  skills?: readonly string[] | undefined
  /** 0 to 1000000000. */
  maxCost?: number | undefined
  keepPrivate?: boolean | undefined
}

/** Where a model's message was made and what became of what was sent; null where no model was asked. */
export interface MessageMaking {
  model: string | null
  zone: Zone | null
  target: string | null
  /** Of the last request: id of the rule by which it went there, null where none was needed. */
  rule: string | null
  /** What made the class of the last request what it was, in the order in which it rose. */
  because: string[]
  /** How many values were replaced before anything left. */
  masked: number
  /** Ids of the requests that made it, for `GET /api/requests/{id}`. */
  requests: string[]
  usage: {
    input: number
    output: number
  } | null
  /** In the unit of the targets' prices; null where no target had one. */
  cost: number | null
  /** The limit of the run that was reached before the model was done; null where none was. */
  limit: RunLimit | null
}

export interface MessagePage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  /** Only the branch that ends with this message, from its end to its beginning, and who stands beside whom in it; `current`: the branch that the conversation ends with. */
  branch?: 'current' | (string & Record<never, never>) | undefined
  /** As `branch`, from the end that was spoken in last behind this message. */
  through?: string | undefined
}

export interface MessageView {
  id: string
  conversation: string
  /** Null for the first of a branch. */
  parent: string | null
  /** Where a branch is read: all that stand in this place, itself among them, oldest first; absent where it is alone. */
  beside?: string[]
  role: 'user' | 'assistant'
  /** `stopped`: somebody ended it, and what was said until then stands in it. */
  status: 'complete' | 'stopped'
  /** The highest class that anything in it reached. */
  class: DataClass
  text: string
  /** Its words with where they come from. */
  parts: ContextPart[]
  /** What came before its own words: calls of tools and their results. */
  steps: {
    role: 'system' | 'user' | 'assistant' | 'tool'
    /** Its words with where they come from. */
    parts: ContextPart[]
    calls?: ToolCall[]
    call?: string
    name?: string
  }[]
  attachments: AttachedView[]
  citations: Citation[]
  /** Which sentences of an answer are borne out; null where nobody looked. */
  checked: AnswerChecked | null
  making: MessageMaking | null
  run: string | null
  createdAt: string
}

export interface MessagesRequest {
  /** At most 256 characters. */
  model: string
  messages: readonly {
    role: string
    [field: string]: unknown
  }[]
  stream?: boolean | null | undefined
  max_tokens?: number | null | undefined
  [field: string]: unknown
}

export interface Model {
  id: string
  object: 'model'
  created: number
  owned_by: string
}

export type ModelList = {
  object: 'list'
  data: Model[]
} | {
  data: AnthropicModel[]
  has_more: boolean
  first_id: string | null
  last_id: string | null
}

/** Of the Anthropic dialect; in the OpenAI one the list comes whole, whatever the query says. */
export interface ModelPage {
  /** 1 to 1000. Without it `20`. */
  limit?: number | undefined
  /** At most 256 characters. */
  after_id?: string | undefined
  /** At most 256 characters. */
  before_id?: string | undefined
}

/** What was found on this machine that answers like a model server, and which keys of providers the program was given. */
export interface NeighboursView {
  places: {
    /** Of the program that is usually there. */
    program: 'ollama' | 'lm-studio' | 'llama.cpp' | 'vllm'
    url: string
    /** `empty`: a list without models; `other`: something that lists none; `nothing`: nobody answers. */
    state: 'models' | 'empty' | 'other' | 'nothing'
    models: string[]
    /** The target that leads there already. */
    inUse: string | null
    /** Null where there is nothing to use, or it is in use. */
    proposal: {
      target: {
        name: string
        kind: 'model'
        zone: 'private' | 'managed'
        dialect: Dialect
        url: string
        models: string[]
        native?: 'ollama'
      }
      route: {
        when: {
          class?: DataClass[]
          model: string[]
        }
        to: string[]
        desensitise?: 'strict'
      }
    } | null
  }[]
  /** Variables of the environment in which a key stands; the key itself is shown to nobody. */
  keys: {
    variable: string
    provider: string
    /** The target that leads there already. */
    inUse: string | null
    /** Null where there is nothing to use, or it is in use. */
    proposal: {
      target: {
        name: string
        kind: 'model'
        zone: 'private' | 'managed'
        dialect: Dialect
        url: string
        models: string[]
        native?: 'ollama'
      }
      route: {
        when: {
          class?: DataClass[]
          model: string[]
        }
        to: string[]
        desensitise?: 'strict'
      }
    } | null
    yaml: string
  }[]
}

export interface OpenSessionView {
  id: string
  user: string
  method: string
  /** What the browser called itself when it signed in. */
  agent: string | null
  current: boolean
  createdAt: string
  seenAt: string
  expiresAt: string
}

export type Origin = 'file' | 'settings'

export interface PageQuery {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
}

export type PartOrigin = 'system' | 'user' | 'model' | 'tool' | 'document' | 'web'

/** What the browser answers when somebody signs in with a passkey (`toJSON`). */
export interface PasskeyAssertion {
  /** As the link says it. */
  tenant?: string | undefined
  response: {
    id: string
    rawId: string
    type: 'public-key'
    /** At most 32 characters. */
    authenticatorAttachment?: string | null | undefined
    /** Without it `{}`. */
    clientExtensionResults?: Record<string, unknown> | undefined
    response: {
      clientDataJSON: string
      authenticatorData: string
      signature: string
      userHandle?: string | null | undefined
    }
  }
}

/** What the browser answers when a passkey was made (`toJSON`). */
export interface PasskeyInput {
  /** At most 128 characters. */
  name: string
  response: {
    id: string
    rawId: string
    type: 'public-key'
    /** At most 32 characters. */
    authenticatorAttachment?: string | null | undefined
    /** Without it `{}`. */
    clientExtensionResults?: Record<string, unknown> | undefined
    response: {
      clientDataJSON: string
      attestationObject: string
      transports?: readonly string[] | undefined
    }
  }
}

export interface PasskeyView {
  id: string
  name: string
  createdAt: string
  usedAt: string | null
}

/** Your own password once more, before what protects the account is changed. */
export interface PasswordAgain {
  /** At most 256 characters. */
  password: string
}

export interface PasswordChange {
  /** At most 256 characters. */
  current: string
  /** At most 256 characters. */
  password: string
}

/** What anyone may know of an installation: enough to show the right first page. */
export interface PlatformView {
  version: string
  claimed: boolean
  /** Whoever asks is somebody: a page need not ask who, and be refused, to learn that nobody is signed in. */
  identified: boolean
}

export interface PoliciesCheck {
  /** At most 200000 characters. */
  text: string
}

export interface PoliciesChecked {
  /** Whether it could be put in force. */
  valid: boolean
  problems: PolicyProblem[]
  warnings: PolicyProblem[]
  policies: {
    name: string
    line: number
  }[]
  /** Whose answers it would change, by action, where no resource is named; at most 200 of them. */
  changes: {
    principal: {
      kind: 'user' | 'service' | 'key'
      id: string
      name: string | null
    }
    loses: string[]
    gains: string[]
  }[]
}

export interface PoliciesPut {
  /** At most 200000 characters. */
  text: string
  version?: number | undefined
}

export interface PoliciesView {
  /** Counts the changes; 0: there never was one. */
  version: number
  at: string | null
  actor: string | null
  text: string
  policies: {
    name: string
    line: number
  }[]
  /** Names in it that nobody has at this moment. */
  warnings: PolicyProblem[]
  /** What roles and scopes allow by themselves, as Cedar. */
  baseline: string
  /** What the policies may speak of, as a Cedar schema. */
  schema: string
}

export interface PolicyAnswer {
  decisions: {
    principal: {
      kind: 'user' | 'service' | 'key'
      id: string
      name: string | null
    }
    allowed: boolean
    /** What roles and scopes do not give; null where they do. */
    missing: string | null
    /** Those that forbid it. */
    policies: {
      name: string
      line: number
    }[]
  }[]
  /** How many people, service accounts and keys there are besides. */
  more: number
}

/** `message` is the same in English; where Cedar says it, in Cedar's words. */
export interface PolicyProblem {
  code: 'cedar_token' | 'cedar_ends' | 'cedar_unreadable' | 'cedar_effect' | 'cedar_condition' | 'cedar_empty_condition' | 'cedar_variable' | 'cedar_scope' | 'cedar_scope_operator' | 'cedar_template' | 'cedar_entity' | 'cedar_action_entity' | 'cedar_chained' | 'cedar_number' | 'cedar_function' | 'cedar_annotation' | 'cedar_escape' | 'cedar_pattern' | 'cedar_action' | 'cedar_type' | 'cedar_attribute' | 'cedar_context' | 'cedar_optional' | 'cedar_value' | 'cedar_types' | 'cedar_other_type' | 'cedar_empty_set' | 'cedar_no_action' | 'cedar_never' | 'cedar_scripts' | 'cedar_other' | 'too_many' | 'permits' | 'name_twice' | 'name_form' | 'advice_form' | 'form_unknown' | 'document_named' | 'nested' | 'whole_variable' | 'operator_unknown' | 'number_large' | 'extension_value' | 'left_side' | 'left_context' | 'no_such_name' | 'locks_out'
  params: Record<string, string>
  line: number
  column: number
  message: string
}

export interface PolicyQuestion {
  action: 'platform.read' | 'metrics.read' | 'health.read' | 'settings.read' | 'owner.claim' | 'session.open' | 'session.read' | 'session.close' | 'model.use' | 'model.list' | 'knowledge.read' | 'knowledge.write' | 'source.read' | 'source.write' | 'embeddings.read' | 'invitation.accept' | 'factor.read' | 'factor.write' | 'password.change' | 'session.list' | 'session.end' | 'connection.test' | 'application.enter' | 'people.read' | 'people.write' | 'scim.provision' | 'person.export' | 'person.export_own' | 'person.erase' | 'hold.read' | 'hold.write' | 'skill_review.read' | 'skill_review.decide' | 'break_glass.read' | 'break_glass.write' | 'break_glass.use' | 'role.write' | 'policies.read' | 'policies.write' | 'key.read' | 'key.write' | 'audit.read' | 'service.use' | 'mcp.use' | 'routing.explain' | 'routing.read' | 'routing.write' | 'privacy.detect' | 'privacy.read' | 'privacy.preview' | 'privacy.forget' | 'egress.read' | 'dictionary.read' | 'dictionary.write' | 'cache.read' | 'cache.purge' | 'kek.read' | 'kek.write' | 'request.read' | 'usage.read' | 'approval.read' | 'approval.decide' | 'conversation.read' | 'conversation.write' | 'run.read' | 'run.write' | 'skill.read' | 'skill.use' | 'skill.manage' | 'tenant.read' | 'tenant.write' | 'tenant.export'
  /** Id of a person, a service account or a key; absent: everybody. */
  principal?: string | undefined
  /** Absent: the operation itself. Without it `{}`. */
  resource?: {
    /** Of documents; with `class` one of its documents. */
    collection?: string | undefined
    target?: 'local' | (string & Record<never, never>) | undefined
    service?: string | undefined
    /** Of the document, or of what is sent to the target. */
    class?: DataClass | undefined
  } | undefined
  /** As if these were in force. At most 200000 characters. */
  text?: string | undefined
}

export interface PolicyVersionView {
  /** Counts the changes; 0: there never was one. */
  version: number
  at: string | null
  actor: string | null
  text: string
}

export type PolicyVersions = Page<{
  version: number
  at: string
  actor: string
  policies: number
}>

export interface Preview {
  /** The highest class that anything in it reached. */
  class: DataClass
  target: string
  zone: Zone
  /** The profile, or several together, by which it was masked; null where it is not. */
  desensitise: string | null
  /** The body as the target would get it. */
  outbound: string
  /** How many values were replaced in it. */
  masked: number
  /** The same by type. */
  values: Record<string, number>
}

/** A conversation in the form of chat completions; further members are sent as they would be. */
export interface PreviewInput {
  messages: readonly {
    role: string
    [field: string]: unknown
  }[]
  /** At most 256 characters. */
  model?: string | undefined
  /** One of those that the rule for this request names; default: the first. */
  target?: string | undefined
  /** As `x-freehold-class` would declare it. */
  class?: DataClass | undefined
  /** The name of its conversation, whose class counts; `x-freehold-conversation` would give it. */
  conversation?: string | undefined
  /** A profile to be tried instead of the rule's; what target and tenant ask for is done all the same. */
  desensitise?: string | undefined
  [field: string]: unknown
}

export interface ProjectInput {
  /** At most 200 characters. */
  name: string
}

export interface ProjectView {
  id: string
  name: string
  createdAt: string
}

export interface ProofView {
  leaf: number
  entry: string
  values: Record<string, unknown>
  salts: Record<string, string>
  /** C2SP tlog-proof: inclusion in the newest checkpoint. */
  proof: string
  key: string
}

/** A public key (RFC 7517); one with a private part is refused. */
export type PublicKey = {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  alg?: 'EdDSA' | 'Ed25519' | undefined
  kid?: string | undefined
  use?: 'sig' | undefined
} | {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  alg?: 'ES256' | undefined
  kid?: string | undefined
  use?: 'sig' | undefined
} | {
  kty: 'RSA'
  n: string
  e: string
  alg?: 'PS256' | 'RS256' | undefined
  kid?: string | undefined
  use?: 'sig' | undefined
}

export interface PullInput {
  model: string
}

export interface PullList {
  data: PullView[]
}

export interface PullView {
  id: string
  target: string
  model: string
  state: 'pulling' | 'done' | 'failed' | 'cancelled'
  step: 'asked' | 'manifest' | 'layers' | 'verifying' | 'writing' | 'tidying' | 'done' | 'cancelled' | 'unfinished' | 'bug' | 'said'
  /** What the target says that it is doing. */
  status: string
  /** Of what the target has begun to fetch so far. */
  completedBytes: number
  totalBytes: number
  startedAt: string
  endedAt: string | null
}

/** What a collection is to be asked, and what should come up. */
export interface QuestionInput {
  /** At most 1000 characters. */
  question: string
  /** A document of the collection. At most 256 characters. */
  document: string
  /** Words that the passage must hold, where not any passage of the document will do. At most 1000 characters. */
  passage?: string | undefined
}

export interface QuestionList {
  data: QuestionView[]
}

export interface QuestionView {
  id: string
  question: string
  /** A document of the collection. */
  document: string
  passage: string | null
  /** When all were last asked; null: never since it was written. */
  last: {
    place: number | null
    at: string
  } | null
  createdAt: string
}

export interface QuestionsAnswered {
  k: number
  questions: number
  /** Those whose document, and passage, came up among the first `k`. */
  found: number
  /** Of them when they were last asked, in what was asked then too; null: nothing was. */
  foundBefore: number | null
  /** Worse than the last time first, then what was not found. */
  data: {
    id: string
    question: string
    /** A document of the collection. */
    document: string
    place: number | null
    /** The last time; absent: it was not asked before. */
    before?: number | null
    /** What came up first; null where nothing did. */
    first: {
      documentId: string
      title: string
    } | null
  }[]
}

export interface QuestionsRun {
  /** How many passages may come before it counts as not found. 1 to 50. Without it `5`. */
  k?: number | undefined
}

/** The only answer that ever holds the codes. */
export interface RecoveryCodes {
  codes: string[]
}

export interface RegenerateInput {
  /** The answer that another one is to stand beside. */
  message: string
  /** At most 256 characters. */
  model?: string | undefined
  collections?: readonly string[] | undefined
  tools?: boolean | undefined
  skills?: readonly string[] | undefined
  /** 0 to 1000000000. */
  maxCost?: number | undefined
  keepPrivate?: boolean | undefined
}

/** A sentence of the platform as screens say it in their own language: which one, and what it names. Beside it the sentence stands in English. */
export interface Remark {
  code: string
  params: Record<string, string>
}

export interface RequestPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  /** Only those; several narrow each other. */
  state?: 'admitted' | 'settled' | 'failed' | 'unknown' | undefined
  class?: DataClass | undefined
  /** Where they were answered. */
  zone?: Zone | undefined
  /** At most 64 characters. */
  target?: string | undefined
  /** Of the refusal, such as `stays_home`. */
  code?: string | undefined
  /** Id of the key or account that asked. At most 128 characters. */
  principal?: string | undefined
  /** From this instant on. */
  since?: string | undefined
  /** Before this instant. */
  until?: string | undefined
}

/** What is kept of one request on the data path: no content, no keys, no names that a person typed. */
export interface RequestView {
  id: string
  /** `unknown`: the process ended before the request did; it is charged with its reservation. */
  state: 'admitted' | 'settled' | 'failed' | 'unknown'
  operation: string
  /** Id of the key or account that asked. */
  principal: string
  at: string
  settledAt: string | null
  /** Of the configuration that decided. */
  config: string | null
  rule: string | null
  /** The highest class that anything in it reached. */
  class: DataClass
  classes: {
    base: DataClass
    declared: DataClass | null
    conversation: DataClass | null
    found: DataClass | null
  }
  /** How many values of each type were found. */
  findings: Record<string, number>
  /** Null where the name is not one of the configuration. */
  modelAsked: string | null
  target: string | null
  zone: Zone | null
  /** What the target calls it; `*` where the name is not one of the configuration. */
  model: string | null
  /** Calls to targets. */
  attempts: number
  /** The answer was a kept one: no target was called, and `target` is the one that gave it once. */
  cached: boolean
  status: number | null
  code: string | null
  bytesIn: number
  /** Bytes of request bodies that left, by zone; attempts that failed included. */
  bytesOut: {
    private: number
    managed: number
  }
  masked: Record<string, number>
  timeToFirstTokenMs: number | null
  durationMs: number | null
  usage: {
    input: number
    output: number
    estimated: boolean
  } | null
  /** In the unit of the targets' prices; null where the target has none. */
  cost: number | null
  reserved: {
    tokens: number
    /** In the unit of the targets' prices; null where the target has none. */
    cost: number
  }
  record: 'strict' | 'async'
}

export interface ResponsesRequest {
  /** At most 256 characters. */
  model: string
  stream?: boolean | null | undefined
  /** At most 256 characters. */
  previous_response_id?: string | null | undefined
  max_output_tokens?: number | null | undefined
  [field: string]: unknown
}

/** Any interface that lists things as JSON, described instead of programmed. */
export interface RestSource {
  kind: 'rest'
  /** Of the first page. At most 2048 characters. */
  url: string
  /** Without it `{}`. */
  headers?: Record<string, string> | undefined
  /** The header that carries the secret, and what stands before it. Without it `{"header":"authorization","prefix":"Bearer "}`. */
  auth?: {
    /** Without it `"authorization"`. */
    header?: string | undefined
    /** At most 1024 characters. Without it `"Bearer "`. */
    prefix?: string | undefined
  } | undefined
  /** At most 4096 characters. */
  secret?: string | undefined
  /** Where the list stands in an answer. At most 256 characters. Without it `""`. */
  items?: string | undefined
  /** Where the parts of a document stand in an entry of the list. */
  map: {
    /** At most 256 characters. */
    id: string
    /** At most 256 characters. */
    title?: string | undefined
    /** At most 256 characters. */
    text: string
    /** Changes when the document does; without it the text itself is compared. At most 256 characters. */
    version?: string | undefined
    /** A list of groups (`*`: everybody), or what `acl` of a document takes; nothing there: nobody. At most 256 characters. */
    acl?: string | undefined
    /** One of our classes. At most 256 characters. */
    class?: string | undefined
    /** True, or a time, where the document is gone. At most 256 characters. */
    deleted?: string | undefined
  }
  /** Without it `"text"`. */
  format?: 'text' | 'markdown' | 'html' | undefined
  /** Path of a single document with `{id}` in it, where the list has no texts; `map.text` points into its answer. At most 1024 characters. */
  detail?: string | undefined
  paging?: {
    by: 'cursor'
    /** A time or a number that grows, in an entry of the list. At most 256 characters. */
    at: string
    parameter: string
  } | {
    by: 'page'
    parameter: string
    /** 0 to 1. Without it `1`. */
    first?: number | undefined
  } | {
    by: 'link'
  } | undefined
  /** Asks for what changed only; once a day everything is asked for, because a list of changes may lack what is gone. */
  since?: {
    parameter: string
    /** A time or a number that grows, in an entry of the list. At most 256 characters. */
    at: string
  } | undefined
  /** 1 to 100000. Without it `10000`. */
  maxPages?: number | undefined
}

export interface RoleInput {
  scopes: readonly ('model' | 'service' | 'knowledge' | 'conversations' | 'skills' | 'requests' | 'keys' | 'people' | 'audit' | 'scim' | 'tenants')[]
}

export interface RoleView {
  name: string
  scopes: string[]
  /** Comes with the program and cannot be changed. */
  builtIn: boolean
  /** Whether the caller may give it to others. */
  givable: boolean
}

export interface RootRotated {
  from: string
  to: string
  leftToMove: number
}

/** `to`: the id of the root key that is meant, as the status shows it; another one is refused. */
export interface RootRotation {
  /** At most 800 characters. */
  to?: string | undefined
}

/** Keeps answers for requests that are the same byte for byte. */
export interface RouteCache {
  /** 1 to 604800. */
  ttlSeconds: number
  /** Who is given a kept answer: only the key or account that it was made for (default), or all of its tenant. */
  scope?: 'principal' | 'tenant' | undefined
}

export interface RouteInput {
  /** Without it `{}`. */
  when?: {
    /** Absent: every class. A rule that names a managed target must list its classes. */
    class?: readonly DataClass[] | undefined
    /** Patterns in which `*` stands for any text. */
    model?: string | readonly string[] | undefined
    /** Makes it a rule for services; every other rule is one for models. */
    service?: string | readonly string[] | undefined
    /** Of the conversations that are for it, chosen by a hash; the others go on to the next rule. 0 to 1. */
    share?: number | undefined
  } | undefined
  /** In the order in which they are tried. A list inside is a group: requests are spread over its targets. */
  to: readonly ('local' | (string & Record<never, never>) | readonly string[])[]
  /** Of its groups; default `prefix` for models of the private zone, otherwise `none`. */
  affinity?: 'prefix' | 'none' | undefined
  /** Asks the next target of the same zone too when one has not begun to answer in time; both are charged. */
  hedge?: {
    /** 10 to 600000. */
    afterMs: number
  } | undefined
  /** The profile by which what leaves for a managed target is masked; `none`: it is not; default `strict`. */
  desensitise?: string | undefined
  /** `allow`: content that cannot be read (images, files, binary) may leave too; for class `public` only. */
  opaque?: 'allow' | 'refuse' | undefined
  /** Absent: no answer is kept. */
  cache?: RouteCache | undefined
  timeouts?: RouteTimeouts | undefined
  limits?: RouteLimits | undefined
}

/** Of all callers together, in one process. */
export interface RouteLimits {
  /** Of one request, all its answers together; a request must say how many it wants. For models. 1 to 1000000000. */
  maxOutputTokens?: number | undefined
  /** 1 to 1000000000. */
  maxBodyBytes?: number | undefined
  /** Requests under way. 1 to 100000. */
  concurrent?: number | undefined
  /** Requests within any 60 seconds. 1 to 60000. */
  rpm?: number | undefined
}

export interface RouteList {
  version: number
  data: RouteView[]
}

/** Milliseconds, for each call of a rule; what is not said is the target's. */
export interface RouteTimeouts {
  /** From the call to the first byte of the answer's head. 1 to 3600000. */
  firstByteMs?: number | undefined
  /** Between two pieces of the answer. 1 to 3600000. */
  idleMs?: number | undefined
  /** The whole call. 1 to 86400000. */
  totalMs?: number | undefined
}

export interface RouteView {
  /** `file:1`, `settings:2`: counted from 1 within their origin, in the order in which they are tried. */
  id: string
  origin: Origin
  when: {
    class: DataClass[] | null
    model: string[] | null
    service: string[] | null
    share: number | null
  }
  /** A list inside is a group. */
  to: (string | string[])[]
  /** Absent where the rule does not say. */
  affinity?: 'prefix' | 'none'
  hedge?: {
    afterMs: number
  }
  desensitise: string
  opaque: 'allow' | 'refuse'
  /** Null: no answer is kept. */
  cache: {
    ttlSeconds: number
    scope: 'principal' | 'tenant'
  } | null
  timeouts: RouteTimeouts | null
  limits: RouteLimits | null
  problems: RoutingProblem[]
}

export interface RoutesPut {
  routes: readonly RouteInput[]
  version?: number | undefined
}

/** `message` is the same in English, with the field in front. */
export interface RoutingProblem {
  code: 'name_taken' | 'token_for_managed' | 'managed_over_http' | 'own_name_pattern' | 'desensitise_private' | 'discover_nothing' | 'ollama_dialect' | 'realtime_dialect' | 'money_without_price' | 'tls_over_http' | 'no_profile' | 'headers_leave' | 'header_is_credential' | 'named_twice' | 'local_service' | 'no_target' | 'model_for_services' | 'service_for_models' | 'output_of_service' | 'opaque_not_public' | 'cache_for_service' | 'none_not_public' | 'classes_unlisted' | 'class_stays' | 'zones_mixed' | 'affinity_without_group' | 'hedge_for_service' | 'hedge_without_pair'
  params: Record<string, string>
  /** Below the target or rule, as in `to[0]`; null: all of it. */
  field: string | null
  message: string
}

/** What bounds a run. */
export type RunLimit = 'steps' | 'calls' | 'tokens' | 'cost' | 'time'

/** What a client receives on `/api/ws`. */
export type RunNotice = {
  type: 'pong'
} | {
  type: 'subscribed'
  run: string
} | {
  type: 'event'
  run: string
  seq: number
  event: {
    [field: string]: unknown
  }
} | {
  type: 'ended'
  run: string
} | {
  type: 'error'
  run: string | null
  error: {
    message: string
    type: string
    param: string | null
    code: string
    remark?: Remark
  }
}

export interface RunRefView {
  id: string
  state: 'running' | 'waiting' | 'completed' | 'stopped' | 'failed' | 'interrupted'
}

/** What came of a message: it is stored, and its answer is being made. */
export interface RunStarted {
  run: string
  /** The message that is answered. */
  message: MessageView
  /** The id that the answer will have. */
  answer: string
}

export interface RunView {
  id: string
  state: 'running' | 'waiting' | 'completed' | 'stopped' | 'failed' | 'interrupted'
  conversation: string
  /** The message that is answered, and the id that the answer has or will have. */
  message: string
  answer: string
  /** The code of the refusal that it failed with. */
  code: string | null
  /** The number of its last event. */
  lastSeq: number
  createdAt: string
  endedAt: string | null
}

export interface SavedTargetTest {
  /** Without it `false`. */
  call?: boolean | undefined
  /** At most 256 characters. */
  model?: string | undefined
}

export interface ScimAnything {
  schemas: 'urn:ietf:params:scim:api:messages:2.0:ListResponse'[]
  totalResults: number
  startIndex: number
  itemsPerPage: number
  Resources: (ScimUser | ScimGroup)[]
}

export interface ScimDescribed {
  schemas: string[]
  id?: string
  [field: string]: unknown
}

export interface ScimDescriptions {
  schemas: 'urn:ietf:params:scim:api:messages:2.0:ListResponse'[]
  totalResults: number
  startIndex: number
  itemsPerPage: number
  Resources: ScimDescribed[]
}

export interface ScimDiscovery {
  /** At most 16384 characters. */
  filter?: string | undefined
}

export interface ScimGroup {
  schemas?: string[]
  id?: string
  externalId?: string
  meta?: {
    resourceType?: string
    created?: string
    lastModified?: string
    location?: string
    version?: string
  }
  displayName?: string
  members?: {
    value?: string
    '$ref'?: string
    type?: string
    display?: string
  }[]
}

export interface ScimGroups {
  schemas: 'urn:ietf:params:scim:api:messages:2.0:ListResponse'[]
  totalResults: number
  startIndex: number
  itemsPerPage: number
  Resources: ScimGroup[]
}

export interface ScimPatch {
  schemas?: readonly string[] | undefined
  [field: string]: unknown
}

export interface ScimQuery {
  /** At most 2000 characters. */
  attributes?: string | undefined
  /** At most 2000 characters. */
  excludedAttributes?: string | undefined
  /** At most 16384 characters. */
  filter?: string | undefined
  startIndex?: string | undefined
  count?: string | undefined
}

/** RFC 7644 section 3.4.3. */
export interface ScimSearch {
  schemas: readonly string[]
  attributes?: readonly string[] | undefined
  excludedAttributes?: readonly string[] | undefined
  /** At most 16384 characters. */
  filter?: string | undefined
  startIndex?: number | undefined
  count?: number | undefined
}

/** What clients add besides is not looked at: some mark every address with words of their own. */
export interface ScimSelection {
  /** At most 2000 characters. */
  attributes?: string | undefined
  /** At most 2000 characters. */
  excludedAttributes?: string | undefined
}

export interface ScimUser {
  schemas?: string[]
  id?: string
  externalId?: string
  meta?: {
    resourceType?: string
    created?: string
    lastModified?: string
    location?: string
    version?: string
  }
  userName?: string
  name?: {
    formatted?: string
    familyName?: string
    givenName?: string
    middleName?: string
    honorificPrefix?: string
    honorificSuffix?: string
  }
  displayName?: string
  nickName?: string
  profileUrl?: string
  title?: string
  userType?: string
  preferredLanguage?: string
  locale?: string
  timezone?: string
  active?: boolean
  emails?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  phoneNumbers?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  ims?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  photos?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  addresses?: {
    formatted?: string
    streetAddress?: string
    locality?: string
    region?: string
    postalCode?: string
    country?: string
    type?: string
    primary?: boolean
  }[]
  groups?: {
    value?: string
    '$ref'?: string
    display?: string
    type?: string
  }[]
  entitlements?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  roles?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  x509Certificates?: {
    value?: string
    display?: string
    type?: string
    primary?: boolean
  }[]
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'?: {
    employeeNumber?: string
    costCenter?: string
    organization?: string
    division?: string
    department?: string
    manager?: {
      value?: string
      '$ref'?: string
      displayName?: string
    }
  }
}

export interface ScimUsers {
  schemas: 'urn:ietf:params:scim:api:messages:2.0:ListResponse'[]
  totalResults: number
  startIndex: number
  itemsPerPage: number
  Resources: ScimUser[]
}

export type Scope = '*' | 'model' | 'service' | 'knowledge' | 'conversations' | 'skills' | 'requests' | 'keys' | 'people' | 'audit' | 'scim' | 'tenants'

export interface SearchEverywhere {
  /** At most 4096 characters. */
  query: string
  /** 1 to 100. Without it `10`. */
  limit?: number | undefined
  /** Absent: every one that the asker may read. */
  collections?: readonly string[] | undefined
}

export interface SearchInput {
  /** At most 4096 characters. */
  query: string
  /** 1 to 100. Without it `10`. */
  limit?: number | undefined
  /** Whether each hit tells how it came by its score. Without it `false`. */
  explain?: boolean | undefined
}

export interface SearchResult {
  hits: Hit[]
}

export interface SearchedEverywhere {
  hits: {
    documentId: string
    title: string
    /** To be compared within one answer only. */
    score: number
    text: string
    span: Span
    page?: number
    heading?: string
    cells?: string
    columns?: string
    collectionId: string
  }[]
}

export interface SecretValue {
  /** At most 32768 characters. */
  value: string
}

/** What is left out stays as it is. */
export interface ServiceAccountChange {
  /** At most 128 characters. */
  name?: string | undefined
  role?: string | undefined
  scopes?: readonly Scope[] | undefined
  class?: DataClass | undefined
  ceiling?: DataClass | undefined
  limits?: Limits | undefined
  keys?: readonly PublicKey[] | undefined
  /** At most 256 characters. */
  certificate?: string | null | undefined
  resources?: readonly string[] | undefined
  redirectUris?: readonly string[] | undefined
  public?: boolean | undefined
  disabled?: boolean | undefined
}

/** A program that acts in its own name. */
export interface ServiceAccountInput {
  /** At most 128 characters. */
  name: string
  /** Without it `"member"`. */
  role?: string | undefined
  /** What it may do at most of what its role allows. Without it `["model","service","knowledge","conversations","skills","requests"]`. */
  scopes?: readonly Scope[] | undefined
  /** Without it `"internal"`. */
  class?: DataClass | undefined
  /** Without it `"restricted"`. */
  ceiling?: DataClass | undefined
  /** Without it `{}`. */
  limits?: Limits | undefined
  /** What it proves itself with at the token endpoint. Without it `[]`. */
  keys?: readonly PublicKey[] | undefined
  /** Or the client certificate that it shows, on listeners that ask for one. At most 256 characters. Without it `null`. */
  certificate?: string | null | undefined
  /** For which services besides this installation it may get tokens. Without it `[]`. */
  resources?: readonly string[] | undefined
  /** Where people are taken back whom it has signed in here; empty for a program that signs nobody in. Without it `[]`. */
  redirectUris?: readonly string[] | undefined
  /** It can keep no key, because it runs on devices of others: it signs people in and has no tokens of its own. Without it `false`. */
  public?: boolean | undefined
}

export interface ServiceAccountView {
  id: string
  name: string
  role: string
  scopes: string[]
  /** The highest class that anything in it reached. */
  class: DataClass
  ceiling: DataClass
  limits: Limits
  keys: PublicKey[]
  certificate: string | null
  resources: string[]
  redirectUris: string[]
  public: boolean
  createdAt: string
  /** When it was disabled; null while it is open. */
  disabledAt: string | null
}

export interface SessionInput {
  /** At most 128 characters. */
  name: string
  /** At most 256 characters. */
  password: string
  /** As the link says it. */
  tenant?: string | undefined
  /** Asked for by the fault `second_factor`. At most 32 characters. */
  code?: string | undefined
}

/** `csrf` goes back in the `x-csrf-token` header of every call that changes something. */
export interface SessionView {
  caller: CallerView
  csrf: string | null
  expiresAt: string | null
  /** Somebody came in by break-glass and still is; null also for whoever does not look after people. */
  breakGlass: BreakGlassNotice | null
}

export type SettingsVersions = Page<{
  version: number
  at: string
  actor: string
  targets: number
  routes: number
}>

/** Every key of the configuration: what it is, where that was said, what it does. Never a secret. */
export interface SettingsView {
  /** Null: no file was read. */
  file: string | null
  data: {
    key: string
    /** Null when it is not set; `[secret]` where it is one. */
    value: unknown
    /** `default`, the file and its line, `env:NAME` or `flag`. */
    origin: string
    /** The variable of the environment that sets it; null where it stands in the file only. */
    variable: string | null
    /** Whether a running server follows a change. */
    reload: 'live' | 'restart'
    meaning: string
    /** The same in Chinese. */
    zh: string
  }[]
}

/** A request that the rules on trial would have treated otherwise. No content. */
export interface ShadowDifference {
  request: string
  at: string
  /** The highest class that anything in it reached. */
  class: DataClass
  outcome: ShadowOutcome
  was: ShadowSide
  wouldBe: ShadowSide
}

export type ShadowOutcome = 'same' | 'other_target' | 'other_handling' | 'would_refuse' | 'would_answer' | 'would_leave' | 'would_stay' | 'failed'

/** The version that was looked at: nothing else is promoted. */
export interface ShadowPromote {
  version: number
}

export interface ShadowPut {
  routes: readonly RouteInput[]
  version?: number | undefined
}

/** What becomes of a request by one list of rules. */
export interface ShadowSide {
  rule: string | null
  /** In the order in which they would be tried. */
  targets: string[]
  /** The code of the refusal. */
  refused: string | null
}

export interface ShadowState {
  /** Of the settings. */
  version: number
  /** Null: no rules are on trial. */
  shadow: {
    /** With the ids that they would have in the place of the rules of the settings. */
    routes: RouteView[]
    /** When this process began to count. */
    since: string
    /** Requests of this process. */
    counts: Partial<Record<ShadowOutcome, number>>
    /** The newest of each outcome, newest first. */
    differing: ShadowDifference[]
  } | null
}

export interface ShareInput {
  /** The last message that is shared; absent: the end of the branch. */
  message?: string | undefined
  /** Of the branch that message alone, with the question that it answers, and without the title of the conversation. Without it `false`. */
  only?: boolean | undefined
  /** 1 to 365. Without it `30`. */
  days?: number | undefined
  /** `anyone`: whoever has the link reads it in a browser, without being known here. Without it `"tenant"`. */
  audience?: 'tenant' | 'anyone' | undefined
}

export interface ShareList {
  data: ShareView[]
}

/** `token` is told once, and so is the path of the page; null: there is none for the people of a tenant. */
export interface ShareMade {
  id: string
  messages: number
  audience: 'tenant' | 'anyone'
  createdAt: string
  expiresAt: string
  token: string
  path: string | null
}

export interface ShareView {
  id: string
  messages: number
  audience: 'tenant' | 'anyone'
  createdAt: string
  expiresAt: string
}

export interface SharedView {
  title: string | null
  /** The highest class that anything in it reached. */
  class: DataClass
  createdAt: string
  expiresAt: string
  messages: {
    role: 'user' | 'assistant'
    /** `stopped`: somebody ended it, and what was said until then stands in it. */
    status: 'complete' | 'stopped'
    text: string
    citations: Citation[]
    createdAt: string
  }[]
}

export interface ShownOperation {
  id: string
  /** What models call it. */
  tool: string
  title: string | null
  description: string
  /** The same for those who read Chinese, where its author says it. */
  zh: {
    title: string
    description: string
  } | null
  effect: ToolEffect
  confirm: 'never' | 'policy' | 'always'
  input: Record<string, unknown>
}

/** What the check said, without what else is in the answer. */
export interface ShownReport {
  verdict: SkillReportSkillVerdict
  reasons: {
    en: string
    zh: string
  }[]
  findings: SkillFinding[]
  /** Findings over those that are listed. */
  unlisted: number
}

/** What a skill may do, as data for whoever shows it; `permissions` says the same in sentences. */
export interface SkillAccess {
  hosts: {
    host: string
    ports: number[]
    methods: string[]
    paths: string[]
    zone: 'private' | 'managed'
    protocol: 'http' | 'postgres' | 'smtp'
    tls: boolean
  }[]
  /** `hosts`: those that the broker sends it to. */
  secrets: {
    name: string
    type: string | null
    hosts: string[]
  }[]
  data: {
    in: DataClass
    out: DataClass
  }
  operations: {
    id: string
    effect: ToolEffect
    confirm: 'never' | 'policy' | 'always'
  }[]
  /** Of its operations, each once. */
  effects: ToolEffect[]
  files: {
    read: string[]
    write: string[]
  }
  process: 'none' | 'node' | 'python' | 'binary'
  modelTokens: number
  storageBytes: number
  /** Of its MCP server. */
  tools: string[]
  /** That it calls. */
  skills: string[]
  exposes: {
    operation: string
    auth: string
    scope: string
  }[]
}

export interface SkillApproval {
  digest: string
}

export interface SkillCall {
  /** At most 48 characters. */
  operation: string
  /** Without it `{}`. */
  input?: Record<string, unknown> | undefined
  /** Of what the input says. */
  class?: DataClass | undefined
  /** Yes to what is more than a read. Without it `false`. */
  confirmed?: boolean | undefined
  /** The same for every attempt at one call, so that it is done once. At most 128 characters. */
  call?: string | undefined
}

export interface SkillCanary {
  digest: string
  /** Percent of callers. 0 to 100. Without it `10`. */
  share?: number | undefined
  principals?: readonly string[] | undefined
}

export interface SkillCatalogue {
  data: CatalogueEntry[]
  next: string | null
  /** Where was looked. `problem`: why it could not be asked; what was known of it is shown all the same. */
  sources: {
    name: string
    problem: string | null
  }[]
}

export interface SkillChange {
  state?: 'enabled' | 'disabled' | undefined
  settings?: SkillSettingsWish | undefined
  audience?: readonly string[] | null | undefined
  /** A version that is there and may be called. */
  active?: string | undefined
}

export type SkillDecision = 'approve' | 'reject'

/** What those who look after skills see besides. */
export interface SkillDetail {
  name: string
  title: string
  description: string
  /** The same for those who read Chinese, where its author says it. */
  zh: {
    title: string
    description: string
  } | null
  kind: SkillKind
  state: SkillState
  /** Why it is not enabled. */
  why: string | null
  /** Whether it is called: enabled, permitted and there. */
  isUsable: boolean
  active: string | null
  version: string | null
  previous: string | null
  canary: {
    digest: string
    share: number
    principals: string[]
    since: string
  } | null
  operations: ShownOperation[]
  changedAt: string
  audience: string[] | null
  settings: SkillSettings
  /** What its manifest lets be set; the default is what holds here. */
  declared: SkillSetting[]
  secrets: {
    name: string
    isSet: boolean
  }[]
  versions: SkillVersionView[]
  /** Of the last day, by version. */
  figures: {
    digest: string
    version: string
    calls: number
    failed: number
    successRate: number | null
    p50Ms: number | null
    p95Ms: number | null
  }[]
  /** Versions that are not called before somebody has said yes. */
  pending: {
    digest: string
    version: string
    /** `review`: of its report first, which has this id among the reviews. `rejected`: that was done, and it stays so. */
    waitsFor: 'approval' | 'review' | 'rejected'
    review: string | null
  }[]
}

export interface SkillDraft {
  name: string
  version: string
  manifest: string
  files: Record<string, string>
  /** The same packed, as `skill.install` takes it. */
  bundle: string
  digest: string
  /** Of the document; empty where a manifest was sent. */
  found: {
    id: string
    method: string
    path: string
    summary: string | null
    effect: ToolEffect
    isTaken: boolean
    problem: string | null
    problemRemark: Remark | null
  }[]
  operations: ShownOperation[]
  permissions: SkillGrant[]
  access: SkillAccess
  /** What could not be taken over as it was, or has to be done yet. */
  notes: {
    rule: string
    message: string
    remark?: Remark
  }[]
  report: ShownReport
}

/** An OpenAPI document and what is wanted of it, or a manifest as somebody has changed it. */
export interface SkillDraftInput {
  /** OpenAPI 3.0 or 3.1, JSON or YAML. At most 2097152 characters. */
  document?: string | undefined
  /** At most 64 characters. */
  name?: string | undefined
  /** At most 64 characters. Without it `"local"`. */
  publisher?: string | undefined
  /** Operation ids of the document; without them those that only read. */
  include?: readonly string[] | undefined
  /** In place of the document's first server. */
  baseUrl?: string | undefined
  /** Where that is; without it the name of the host is gone by. */
  zone?: 'private' | 'managed' | undefined
  /** In place of the first way that the document names. */
  auth?: {
    type: 'none'
  } | {
    type: 'bearer'
  } | {
    type: 'basic'
  } | {
    type: 'apiKey'
    /** Without it `"header"`. */
    in?: 'header' | 'query' | undefined
    /** At most 64 characters. */
    name: string
  } | {
    type: 'oauth2'
    tokenUrl: string
    /** Without it `[]`. */
    scopes?: readonly string[] | undefined
  } | undefined
  /** `skill.yaml`, and the files beside it. At most 524288 characters. */
  manifest?: string | undefined
  files?: Record<string, string> | undefined
}

/** A skill as an upgrade is tried on it: the bundle that is called, and calls that were kept. */
export interface SkillExport {
  name: string
  version: string
  digest: string
  bundle: string
  /** In the form of a skill's own tests. */
  fixtures: Record<string, unknown>[]
}

export interface SkillFigures {
  hours: number
  versions: {
    digest: string
    version: string
    calls: number
    failed: number
    successRate: number | null
    p50Ms: number | null
    p95Ms: number | null
  }[]
}

export interface SkillFinding {
  rule: string
  act: FindingAct
  evidence: FindingEvidence
  /** Empty where it concerns the skill as a whole. */
  path: string
  /** From 1; 0 where there is no place. */
  line: number
  column: number
  /** The words themselves, shortened; never a whole secret, never a character that cannot be seen. */
  excerpt: string
  /** Stands where things like it are described or tested for, so that it weighs less. */
  quoted: boolean
  says: {
    en: string
    zh: string
  }
  advice: {
    en: string
    zh: string
  }
}

/** Something that a skill may do, in a sentence. */
export interface SkillGrant {
  kind: string
  subject: string
  words: {
    en: string
    zh: string
  }
}

export interface SkillInstallation {
  bundle?: string | undefined
  /** At most 64 characters. */
  name?: string | undefined
  /** At most 64 characters. */
  version?: string | undefined
  /** At most 64 characters. */
  from?: string | undefined
  attestations?: readonly string[] | undefined
  /** Yes to everything that it asks to be permitted, as its manifest declares it. Without it `false`. */
  approve?: boolean | undefined
  settings?: SkillSettingsWish | undefined
  /** Who may use it. Null: everybody who may use skills. Without it `null`. */
  audience?: readonly string[] | null | undefined
}

export type SkillKind = 'openapi' | 'http' | 'mcp' | 'code' | 'prompt' | 'workflow'

export type SkillLevel = 'dev' | 'signed' | 'certified'

export interface SkillPolicy {
  level: SkillLevel
}

export interface SkillReport {
  version: 'freehold.dev/skill-report/v1'
  scanner: {
    version: string
    /** SHA-256 of the table of rules. */
    rules: string
  }
  skill: {
    name: string
    version: string
    publisher: string
    kind: SkillKind | null
    /** SHA-256 of the bundle. */
    digest: string
  }
  verdict: SkillReportSkillVerdict
  reasons: {
    en: string
    zh: string
  }[]
  findings: SkillFinding[]
  /** Findings over those that are listed. */
  unlisted: number
  permissions: {
    en: string
    zh: string
  }[]
  files: {
    path: string
    bytes: number
    sha256: string
  }[]
  /** What a run in the strong sandbox showed; null where none was asked for. */
  dynamic: {
    ran: boolean
    /** Why it could not, or what it did. */
    notes: string[]
  } | null
}

export type SkillReportSkillVerdict = 'pass' | 'review' | 'block'

export interface SkillResult {
  /** JSON, as the operation's output schema has it. */
  value: unknown
  /** How it is shown. */
  text: string
  /** The highest class that anything in it reached. */
  class: DataClass
  version: string
  digest: string
  durationMs: number
  isCut: boolean
}

export interface SkillReviewDetail {
  id: string
  skill: string
  version: string
  publisher: string
  /** SHA-256 of the bundle, and of the report. */
  digest: string
  report: string
  /** Why it waits. */
  reasons: {
    en: string
    zh: string
  }[]
  creator: string
  createdAt: string
  /** Null while it waits, like all that follows. */
  decision: SkillDecision | null
  reason: string | null
  decidedBy: string | null
  decidedAt: string | null
  full: SkillReport
}

export interface SkillReviewInput {
  decision: SkillDecision
  reason: string
}

export interface SkillReviewPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** 1 to 200. Without it `50`. */
  limit?: number | undefined
  /** Only those that wait. Without it `false`. */
  waiting?: string | undefined
}

/** A skill that a person has to decide about, or has. */
export interface SkillReviewView {
  id: string
  skill: string
  version: string
  publisher: string
  /** SHA-256 of the bundle, and of the report. */
  digest: string
  report: string
  /** Why it waits. */
  reasons: {
    en: string
    zh: string
  }[]
  creator: string
  createdAt: string
  /** Null while it waits, like all that follows. */
  decision: SkillDecision | null
  reason: string | null
  decidedBy: string | null
  decidedAt: string | null
}

export interface SkillRevocation {
  digest: string
}

/** What an administrator says at installation. Everywhere in the manifest `{setting.name}` stands for the value. */
export interface SkillSetting {
  name: string
  title: string
  description?: string
  /** Title and description for those who read Chinese. */
  zh?: {
    title: string
    description?: string
  }
  type: 'text' | 'host' | 'port' | 'url'
  /** Holds until somebody says otherwise; tests and certification run with it. */
  default: string | number
}

/** What is so in this house, whatever the skill says. */
export interface SkillSettings {
  /** Where its server is. It must be a host that its permissions name. */
  baseUrl?: string
  /** Of the settings that its manifest declares. */
  values: Record<string, string | number>
  /** How many of its last calls of each operation are kept, to try upgrades on. */
  recordCalls: number
}

/** What is so in this house, whatever the skill says. */
export interface SkillSettingsWish {
  /** Where its server is. It must be a host that its permissions name. */
  baseUrl?: string | undefined
  /** Of the settings that its manifest declares. Without it `{}`. */
  values?: Record<string, string | number> | undefined
  /** How many of its last calls of each operation are kept, to try upgrades on. 0 to 100. Without it `0`. */
  recordCalls?: number | undefined
}

export type SkillState = 'enabled' | 'disabled' | 'quarantined'

export interface SkillTrial {
  value: unknown
  text: string
  /** The highest class that anything in it reached. */
  class: DataClass
  durationMs: number
  isCut: boolean
  /** What left for it, in order. */
  requests: {
    method: string
    host: string
    zone: 'private' | 'managed'
    bytesOut: number
    /** Values that were replaced before it left. */
    masked: number
    /** Null where no answer came. */
    status: number | null
    ms: number | null
  }[]
}

/** One call of a skill that nobody has installed. */
export interface SkillTryInput {
  /** At most 524288 characters. */
  manifest: string
  /** Without it `{}`. */
  files?: Record<string, string> | undefined
  /** Of the settings that the manifest declares. Without it `{}`. */
  values?: Record<string, string | number> | undefined
  /** At most 48 characters. */
  operation: string
  /** Without it `{}`. */
  input?: Record<string, unknown> | undefined
  /** Of what the input says. */
  class?: DataClass | undefined
  /** Yes to what is more than a read. Without it `false`. */
  confirmed?: boolean | undefined
  /** Name: value. They are for this call, and are kept nowhere. Without it `{}`. */
  secrets?: Record<string, string> | undefined
}

/** `keep`: it lies beside the one that is called until it is switched to, or is tried as a canary. */
export interface SkillUpdate {
  bundle?: string | undefined
  /** At most 64 characters. */
  name?: string | undefined
  /** At most 64 characters. */
  version?: string | undefined
  /** At most 64 characters. */
  from?: string | undefined
  attestations?: readonly string[] | undefined
  /** Without it `false`. */
  approve?: boolean | undefined
  /** Without it `"now"`. */
  switch?: 'now' | 'keep' | undefined
}

export type SkillVerdict = 'pass' | 'review' | 'block'

export interface SkillVersionView {
  digest: string
  version: string
  publisher: string
  level: SkillLevel
  /** Where it came from: `built-in`, a repository by its name, or `sent`; null where that was not kept yet. */
  source: string | null
  verdict: SkillVerdict | null
  /** What it may do. */
  permissions: SkillGrant[]
  access: SkillAccess
  /** What it may do that the version that is called may not. */
  grows: SkillGrant[]
  /** What its check said when it was taken in; of many findings the gravest. */
  report: {
    verdict: SkillReportSkillVerdict
    reasons: {
      en: string
      zh: string
    }[]
    findings: SkillFinding[]
    /** Findings over those that are listed. */
    unlisted: number
    /** What a run in the strong sandbox showed; null where none was asked for. */
    dynamic: {
      ran: boolean
      notes: string[]
    } | null
  } | null
  sizeBytes: number
  installedBy: string
  installedAt: string
  approvedBy: string | null
  approvedAt: string | null
  revokedAt: string | null
}

export interface SkillView {
  name: string
  title: string
  description: string
  /** The same for those who read Chinese, where its author says it. */
  zh: {
    title: string
    description: string
  } | null
  kind: SkillKind
  state: SkillState
  /** Why it is not enabled. */
  why: string | null
  /** Whether it is called: enabled, permitted and there. */
  isUsable: boolean
  active: string | null
  version: string | null
  previous: string | null
  canary: {
    digest: string
    share: number
    principals: string[]
    since: string
  } | null
  operations: ShownOperation[]
  changedAt: string
}

/** `reason` is the same in English. */
export interface Skipped {
  code: 'class_stays' | 'model_not_offered' | 'draining' | 'conversations_only' | 'is_service' | 'other_dialect' | 'value_stays' | 'value_not_masked' | 'not_readable' | 'not_searchable' | 'profile_gone' | 'to_stay' | 'out_of_reach' | 'policy' | 'no_price'
  params: Record<string, string>
  target: string
  reason: string
}

/** What is left out stays as it is. A secret has to be sent again only when `from` leads elsewhere. */
export interface SourceChange {
  /** At most 128 characters. */
  name?: string | undefined
  from?: Record<string, unknown> | undefined
  /** 1 to 43200. */
  everyMinutes?: number | null | undefined
  class?: DataClass | undefined
  acl?: AclInputWish | null | undefined
  paused?: boolean | undefined
}

export interface SourceInput {
  /** At most 128 characters. */
  name: string
  collection: string
  from: SourceOrigin
  /** 1 to 43200. Without it `60`. */
  everyMinutes?: number | null | undefined
  /** Of every document that the source does not classify itself. Without it `"internal"`. */
  class?: DataClass | undefined
  /** Who may read the documents that the source says nothing of; absent: as their collection says. */
  acl?: AclInputWish | null | undefined
}

export interface SourceItemView {
  id: string
  /** As the source calls it; null where the caller may not know, as the title is. */
  item: string | null
  title: string | null
  /** Of the first document that it became and the caller may read. */
  documentId: string | null
  /** All of them: a message brings what is attached to it, an archive what is in it. */
  documents: string[]
  /** Files in it that did not become documents. */
  inside: {
    name: string
    error: {
      code: string
      message: string
    }
  }[]
  outcome: 'kept' | 'failed'
  error: {
    code: string
    message: string
  } | null
  changedAt: string
}

export type SourceKind = 'folder' | 's3' | 'git' | 'webdav' | 'imap' | 'web' | 'rest'

/** Where documents come from, and how to get in there. What is secret is never shown again. */
export type SourceOrigin = {
  kind: 'folder'
  /** Below a directory of `sources.folders`. At most 4096 characters. */
  path: string
} | {
  kind: 's3'
  /** At most 2048 characters. */
  endpoint: string
  /** At most 256 characters. Without it `"us-east-1"`. */
  region?: string | undefined
  bucket: string
  /** At most 1024 characters. Without it `""`. */
  prefix?: string | undefined
  /** Without it `true`. */
  pathStyle?: boolean | undefined
  /** At most 256 characters. */
  accessKeyId: string
  /** At most 4096 characters. */
  secret: string
} | {
  kind: 'git'
  /** Of the first page. At most 2048 characters. */
  url: string
  /** The default branch of the repository when absent. At most 255 characters. */
  branch?: string | undefined
  /** Below a directory of `sources.folders`. At most 1024 characters. Without it `""`. */
  path?: string | undefined
  /** At most 256 characters. */
  user?: string | undefined
  /** At most 4096 characters. */
  secret?: string | undefined
} | {
  kind: 'webdav'
  /** Of the first page. At most 2048 characters. */
  url: string
  /** At most 256 characters. */
  user?: string | undefined
  /** At most 4096 characters. */
  secret?: string | undefined
} | {
  kind: 'imap'
  /** At most 253 characters. */
  host: string
  /** 1 to 65535. Without it `993`. */
  port?: number | undefined
  /** Off only for a server of the operator's own network. Without it `true`. */
  tls?: boolean | undefined
  /** At most 255 characters. Without it `"INBOX"`. */
  mailbox?: string | undefined
  /** At most 256 characters. */
  user: string
  /** At most 4096 characters. */
  secret: string
} | {
  kind: 'web'
  start: readonly string[]
  /** Besides those of `start`; `*.example.org` stands for every host below it. Without it `[]`. */
  hosts?: readonly string[] | undefined
  /** How many links away from a start; 0: only these pages. 0 to 20. Without it `3`. */
  depth?: number | undefined
  /** 1 to 20000. Without it `500`. */
  maxPages?: number | undefined
  /** Between two requests to one host; robots.txt may ask for more. 0 to 60000. Without it `500`. */
  pauseMs?: number | undefined
} | RestSource

export interface SourceRemoval {
  /** Without it `"delete"`. */
  documents?: 'delete' | 'keep' | undefined
}

export interface SourceView {
  id: string
  name: string
  collectionId: string
  kind: SourceKind
  /** As it was sent, without what is secret. */
  from: Record<string, unknown>
  hasSecret: boolean
  everyMinutes: number | null
  /** The highest class that anything in it reached. */
  class: DataClass
  acl?: AclInput | null
  state: 'waiting' | 'running' | 'paused' | 'removing'
  /** Why the last run did not come to its end; null when it did. */
  error: {
    code: string
    message: string
  } | null
  /** Documents that are kept, and those that could not be read. */
  items: number
  failed: number
  /** Of the run that goes on, or of the last one. */
  progress: {
    seen: number
    added: number
    changed: number
    unchanged: number
    removed: number
    failed: number
  }
  /** The principal whose rights it has: whoever made it, or changed it last. */
  actsAs: string
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  succeededAt: string | null
  nextAt: string | null
}

/** UTF-16 offsets into the stored extracted text; `end` is exclusive. */
export interface Span {
  start: number
  end: number
}

/** What may be spent at most. */
export interface SpendingLimits {
  /** 1 to 1000000000000. */
  tokensPerDay?: number | undefined
  /** 0 to 1000000000. */
  moneyPerDay?: number | undefined
  /** 1 to 1000000000000. */
  tokensPerMonth?: number | undefined
  /** 0 to 1000000000. */
  moneyPerMonth?: number | undefined
}

/** Tags are sealed: a page is what a thousand conversations have, and each page counts its own. */
export interface TagPage {
  /** At most 64 characters. */
  after?: string | undefined
  /** Without it `false`. */
  archived?: 'true' | 'false' | undefined
}

/** How a target learns who is asking; one of the three. */
export type TargetAuth = {
  jwt: {
    audience: string
  }
} | {
  /** At most 16384 characters. */
  apiKey: string
} | {
  header: {
    name: string
    /** At most 16384 characters. */
    value: string
  }
}

/** Headers that are handed on besides those that always are, by their exact names. */
export interface TargetHeaders {
  /** Of the client's, to a private target. */
  request?: readonly string[] | undefined
  /** Of the target's answer, to the client. */
  response?: readonly string[] | undefined
}

export type TargetInput = {
  kind: 'model'
  name: string
  zone: 'private' | 'managed'
  /** At most 2048 characters. */
  url: string
  auth?: TargetAuth | undefined
  tls?: TargetTls | undefined
  timeouts?: TargetTimeouts | undefined
  headers?: TargetHeaders | undefined
  probe?: TargetProbe | undefined
  desensitise?: string | undefined
  /** 0 to 5. */
  retries?: number | undefined
  record?: 'strict' | 'async' | undefined
  dialect: Dialect
  /** Names that may be asked for, or a map from them to the target's own; in what is asked `*` stands for any text. */
  models: readonly string[] | Record<string, string>
  /** Money per million tokens. */
  price?: {
    /** 0 to 1000000. */
    in: number
    /** 0 to 1000000. */
    out: number
  } | undefined
  /** Tokens that are reserved for an answer whose request sets no maximum. 1 to 10000000. */
  maxOutput?: number | undefined
  /** `translated`: the target has no Responses API, so that requests for it become chat completions. OpenAI dialect. */
  responses?: 'native' | 'translated' | undefined
  /** Its models read images: those that are attached to a conversation are shown to them where they may leave. */
  images?: boolean | undefined
  /** It has the Realtime API at `realtime`, below its address. OpenAI dialect. */
  realtime?: boolean | undefined
  /** Ask the target now and then which of the models behind a `*` it has, so that clients see them listed. */
  discover?: boolean | {
    /** 1000 to 86400000. */
    everyMs: number
  } | undefined
  /** It has an API of its own beside its dialect, which tells more of its models and can fetch new ones. */
  native?: 'ollama' | undefined
  /** What a translated request calls its bound. Default: `max_completion_tokens` for managed targets, else `max_tokens`. */
  maxTokensField?: 'max_tokens' | 'max_completion_tokens' | undefined
  /** `false`: it refuses `stream_options`, so that a stream is estimated whose client did not ask for its usage. */
  streamUsage?: boolean | undefined
  /** What all callers of a tenant together may spend here. Money can only be counted where there is a price. */
  limits?: SpendingLimits | undefined
} | {
  kind: 'service'
  name: string
  zone: 'private' | 'managed'
  /** At most 2048 characters. */
  url: string
  auth?: TargetAuth | undefined
  tls?: TargetTls | undefined
  timeouts?: TargetTimeouts | undefined
  headers?: TargetHeaders | undefined
  probe?: TargetProbe | undefined
  desensitise?: string | undefined
  /** 0 to 5. */
  retries?: number | undefined
  record?: 'strict' | 'async' | undefined
}

/** `version` counts the changes to the settings; a change names the version that it is based on. */
export interface TargetList {
  version: number
  data: {
    name: string
    kind: 'model' | 'service'
    zone: Zone
    dialect: Dialect | null
    url: string
    models: string[] | Record<string, string> | null
    auth: {
      kind: 'none' | 'jwt' | 'apiKey' | 'header'
      name: string | null
    }
    tls: {
      ownCa: boolean
      clientCertificate: boolean
    }
    price: {
      in: number
      out: number
    } | null
    maxOutput: number | null
    responses: 'native' | 'translated' | null
    maxTokensField: 'max_tokens' | 'max_completion_tokens' | null
    images: boolean
    /** It is asked over `/v1/realtime` too. */
    realtime: boolean
    /** It is asked for the usage of a chat stream; null where its API needs no asking. */
    streamUsage: boolean | null
    /** Handed on besides those that always are. */
    headers: {
      request: string[]
      response: string[]
    }
    limits: SpendingLimits | null
    record: 'strict' | 'async'
    /** The profile that is at least used for what leaves for it; absent where its rules alone decide. */
    desensitise?: string
    /** Taken out of service for maintenance: it gets no new requests. */
    drained: boolean
    /** Its models behind a `*` are asked for in the background. */
    discover: boolean
    native: 'ollama' | null
    retries: number
    /** Absent where it has none. */
    probe?: {
      path: string
      everyMs: number
      timeoutMs: number
      failures: number
      successes: number
    }
    origin: Origin
    /** Why it is not in use; empty when it is. */
    problems: RoutingProblem[]
    /** Requests that are under way there. */
    inFlight: number
    circuits: CircuitView[]
    /** `unprobed` without a probe, `unknown` until its first answer. An unhealthy one gets no requests. */
    health: 'unprobed' | 'unknown' | 'healthy' | 'unhealthy'
    /** Why a local model is not usable. */
    unusable?: string
    /** The same by its code. */
    unusableRemark?: LocalModelRemark
    /** Of each of its models that was asked for. */
    load: {
      model: string | null
      inFlight: number
      firstByteMs: {
        stream: number | null
        whole: number | null
      }
      failing: number
      share: number
      ejectedForMs: number | null
    }[]
    discovery: DiscoveryView | null
  }[]
}

export interface TargetModels {
  target: string
  /** Of the program behind a native API. */
  version: string | null
  data: {
    id: string
    ownedBy: string | null
    created: string | null
    askedAs: string[]
    sizeBytes: number | null
    family: string | null
    parameters: string | null
    quantisation: string | null
    contextTokens: number | null
    capabilities: string[]
    loaded: {
      vramBytes: number | null
      until: string | null
    } | null
  }[]
  leftOut: number
  pulls: PullView[]
  discovery: DiscoveryView | null
}

/** Asks by itself, again and again, whether the target is well: `GET`, and any 2xx is a yes. */
export interface TargetProbe {
  /** From the root of the target's host, whatever its address ends in: `/health`. At most 1024 characters. */
  path: string
  /** Default 10 s. 100 to 3600000. */
  everyMs?: number | undefined
  /** For the whole of one answer; default 2 s. 100 to 60000. */
  timeoutMs?: number | undefined
  /** In a row, until the target is left out; default 3. 1 to 100. */
  failures?: number | undefined
  /** In a row, until it is back; default 2. 1 to 100. */
  successes?: number | undefined
}

export interface TargetPut {
  target: TargetInput
  version?: number | undefined
}

export interface TargetPutResult {
  version: number
  target: TargetView
}

export interface TargetTest {
  target: TargetInput
  /** Without it `false`. */
  call?: boolean | undefined
  /** At most 256 characters. */
  model?: string | undefined
}

export interface TargetTestResult {
  target: string
  zone: Zone
  /** No step failed. */
  ok: boolean
  steps: {
    step: 'address' | 'connection' | 'certificate' | 'authentication' | 'models' | 'call'
    /** `warning`: it works, and yet something may be wrong. */
    state: 'ok' | 'warning' | 'failed' | 'skipped'
    code: 'step_failed' | 'not_asked' | 'service_has_no_call' | 'local_model' | 'address_allowed' | 'address_refused' | 'no_address' | 'lookup_failed' | 'connected' | 'nothing_listens' | 'no_answer' | 'no_way' | 'connection_failed' | 'plain_http' | 'certificate_trusted' | 'certificate_ends' | 'certificate_expired' | 'certificate_early' | 'certificate_own' | 'certificate_untrusted' | 'certificate_of_other' | 'tls_late' | 'no_tls' | 'tls_old' | 'tls_hung_up' | 'tls_failed' | 'no_credential' | 'credential_accepted' | 'credential_wanted' | 'credential_refused' | 'credential_unknown' | 'no_models' | 'models' | 'models_missing' | 'redirected' | 'no_list' | 'no_such_path' | 'status_at' | 'no_model_to_call' | 'model_not_held' | 'call_answered' | 'call_status' | 'call_denied' | 'refused'
    /** What the sentence of the code names; `said`, `better` and `place` go with several. */
    params: Record<string, string>
    /** The same in English. */
    message: string
    ms: number | null
  }[]
  certificate: {
    subject: string
    issuer: string
    expiresAt: string
  } | null
  /** What the target says that it offers. */
  models: string[]
  /** Id of the record of the call; null where none was sent. */
  request: string | null
}

/** Milliseconds. */
export interface TargetTimeouts {
  /** Until the connection stands, TLS included. 1 to 120000. */
  connectMs?: number | undefined
  /** From the request to the first byte of the answer's head. 1 to 3600000. */
  firstByteMs?: number | undefined
  /** Between two pieces of the answer. 1 to 3600000. */
  idleMs?: number | undefined
  /** The whole call. 1 to 86400000. */
  totalMs?: number | undefined
}

/** PEM text (in the configuration file: the path of a PEM file). `cert` and `key` together make mTLS. */
export interface TargetTls {
  /** At most 262144 characters. */
  ca?: string | undefined
  /** At most 262144 characters. */
  cert?: string | undefined
  /** At most 262144 characters. */
  key?: string | undefined
}

export interface TargetTurnResult {
  version: number
  target: {
    name: string
    kind: 'model' | 'service'
    zone: Zone
    dialect: Dialect | null
    url: string
    models: string[] | Record<string, string> | null
    auth: {
      kind: 'none' | 'jwt' | 'apiKey' | 'header'
      name: string | null
    }
    tls: {
      ownCa: boolean
      clientCertificate: boolean
    }
    price: {
      in: number
      out: number
    } | null
    maxOutput: number | null
    responses: 'native' | 'translated' | null
    maxTokensField: 'max_tokens' | 'max_completion_tokens' | null
    images: boolean
    /** It is asked over `/v1/realtime` too. */
    realtime: boolean
    /** It is asked for the usage of a chat stream; null where its API needs no asking. */
    streamUsage: boolean | null
    /** Handed on besides those that always are. */
    headers: {
      request: string[]
      response: string[]
    }
    limits: SpendingLimits | null
    record: 'strict' | 'async'
    /** The profile that is at least used for what leaves for it; absent where its rules alone decide. */
    desensitise?: string
    /** Taken out of service for maintenance: it gets no new requests. */
    drained: boolean
    /** Its models behind a `*` are asked for in the background. */
    discover: boolean
    native: 'ollama' | null
    retries: number
    /** Absent where it has none. */
    probe?: {
      path: string
      everyMs: number
      timeoutMs: number
      failures: number
      successes: number
    }
    origin: Origin
    /** Why it is not in use; empty when it is. */
    problems: RoutingProblem[]
    /** Requests that are under way there. */
    inFlight: number
    circuits: CircuitView[]
    /** `unprobed` without a probe, `unknown` until its first answer. An unhealthy one gets no requests. */
    health: 'unprobed' | 'unknown' | 'healthy' | 'unhealthy'
    /** Why a local model is not usable. */
    unusable?: string
    /** The same by its code. */
    unusableRemark?: LocalModelRemark
    /** Of each of its models that was asked for. */
    load: {
      model: string | null
      inFlight: number
      firstByteMs: {
        stream: number | null
        whole: number | null
      }
      failing: number
      share: number
      ejectedForMs: number | null
    }[]
    discovery: DiscoveryView | null
  }
}

/** A target as it is shown: never a secret. */
export interface TargetView {
  name: string
  kind: 'model' | 'service'
  zone: Zone
  dialect: Dialect | null
  url: string
  models: string[] | Record<string, string> | null
  auth: {
    kind: 'none' | 'jwt' | 'apiKey' | 'header'
    name: string | null
  }
  tls: {
    ownCa: boolean
    clientCertificate: boolean
  }
  price: {
    in: number
    out: number
  } | null
  maxOutput: number | null
  responses: 'native' | 'translated' | null
  maxTokensField: 'max_tokens' | 'max_completion_tokens' | null
  images: boolean
  /** It is asked over `/v1/realtime` too. */
  realtime: boolean
  /** It is asked for the usage of a chat stream; null where its API needs no asking. */
  streamUsage: boolean | null
  /** Handed on besides those that always are. */
  headers: {
    request: string[]
    response: string[]
  }
  limits: SpendingLimits | null
  record: 'strict' | 'async'
  /** The profile that is at least used for what leaves for it; absent where its rules alone decide. */
  desensitise?: string
  /** Taken out of service for maintenance: it gets no new requests. */
  drained: boolean
  /** Its models behind a `*` are asked for in the background. */
  discover: boolean
  native: 'ollama' | null
  retries: number
  /** Absent where it has none. */
  probe?: {
    path: string
    everyMs: number
    timeoutMs: number
    failures: number
    successes: number
  }
  origin: Origin
  /** Why it is not in use; empty when it is. */
  problems: RoutingProblem[]
}

export interface TemplateChange {
  /** At most 200 characters. */
  name?: string | undefined
  /** At most 8000 characters. */
  text?: string | undefined
}

/** A prompt to be used again; `{{name}}` in it is filled in by whoever uses it. */
export interface TemplateInput {
  /** At most 200 characters. */
  name: string
  /** At most 8000 characters. */
  text: string
  class?: DataClass | undefined
}

export interface TemplateView {
  id: string
  text: string
  /** The highest class that anything in it reached. */
  class: DataClass
  createdAt: string
  name: string
  variables: string[]
}

/** What bounds a tenant; what is left out does not bound it. */
export interface TenantBounds {
  /** Accounts, shut ones too. 0 to 1000000000000000. */
  people?: number | undefined
  /** API keys that are not revoked. 0 to 1000000000000000. */
  keys?: number | undefined
  /** Of documents as they were sent. 0 to 1000000000000000. */
  storageBytes?: number | undefined
  /** Instead of `limits.tenant` of the configuration. */
  limits?: Limits | undefined
  /** From where it is used. */
  sources?: readonly string[] | undefined
  /** What its requests may reach besides the program itself; an empty list is nothing. */
  destinations?: readonly string[] | undefined
}

/** The only answers that ever hold the link for the first owner. */
export interface TenantCreated {
  id: string
  /** Null for one that nobody can sign in to. */
  slug: string | null
  /** The one without which the platform cannot run; its operators look after all others. */
  home: boolean
  createdAt: string
  /** Whether somebody has accepted the link for its first owner. */
  claimed: boolean
  isolation: TenantIsolation
  /** False where it has a database of its own that does not answer. */
  reachable: boolean
  /** Since when nobody comes in; null while it is open. */
  suspendedAt: string | null
  /** From when on its keys and all it has are destroyed; null while it is to stay. */
  deletesAt: string | null
  bounds: TenantBounds
  link: string
  token: string
  expiresAt: string
}

export interface TenantDeletion {
  /** What the tenant is called, or its id where it has no name. At most 64 characters. */
  confirm: string
  /** Until then it is only shut and can be opened again. 0 to 90. Without it `7`. */
  graceDays?: number | undefined
}

export interface TenantInput {
  slug: string
  /** At most 128 characters. */
  owner?: string | undefined
  /** 1 to 720. Without it `72`. */
  hours?: number | undefined
  /** For good: a tenant is not moved. Without it `"pooled"`. */
  isolation?: TenantIsolation | undefined
}

export interface TenantInvitation {
  /** At most 128 characters. */
  owner?: string | undefined
  /** 1 to 720. Without it `72`. */
  hours?: number | undefined
}

export interface TenantInvited {
  link: string
  token: string
  expiresAt: string
}

/** Where the rows of a tenant are: in one database with those of others, or in a database of its own. */
export type TenantIsolation = 'pooled' | 'database'

export interface TenantView {
  id: string
  /** Null for one that nobody can sign in to. */
  slug: string | null
  /** The one without which the platform cannot run; its operators look after all others. */
  home: boolean
  createdAt: string
  /** Whether somebody has accepted the link for its first owner. */
  claimed: boolean
  isolation: TenantIsolation
  /** False where it has a database of its own that does not answer. */
  reachable: boolean
  /** Since when nobody comes in; null while it is open. */
  suspendedAt: string | null
  /** From when on its keys and all it has are destroyed; null while it is to stay. */
  deletesAt: string | null
  bounds: TenantBounds
}

export interface TextDocument {
  /** At most 256 characters. */
  id?: string | undefined
  /** At most 512 characters. */
  title: string
  /** What fits into the JSON body that is taken; a longer one comes as a file. At most 8000000 characters. */
  text: string
  /** Without it `"internal"`. */
  class?: DataClass | undefined
  /** Absent: that of the document it replaces, else the collection's. */
  acl?: AclInputWish | null | undefined
}

export interface TilesQuery {
  /** 0 to 7. Without it `0`. */
  level?: number | undefined
  /** The first tile. Without it `0`. */
  from?: number | undefined
  /** 1 to 64. Without it `16`. */
  limit?: number | undefined
  /** Of a log of this many entries. */
  size: number
}

export interface TilesView {
  data: {
    place: number
    hashes: string
  }[]
}

/** `id` is ours and unique in the run; `arguments` is what the model wrote, which need not be JSON. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export type ToolEffect = 'read' | 'write' | 'destructive' | 'external-send'

/** A tool that is called without asking, as long as no untrusted text could have ordered the call. */
export interface ToolGrantView {
  id: string
  tool: string
  /** '' is the whole tool. */
  scope: string
  createdAt: string
  expiresAt: string
}

export interface TotpConfirmation {
  /** 160 bits in base32 (RFC 4648). */
  secret: string
  /** At most 32 characters. */
  code: string
  /** At most 256 characters. */
  password: string
}

/** Nothing of it is kept: it counts when it comes back with a code that fits. */
export interface TotpSecret {
  secret: string
  uri: string
}

/** Events that were written but are not in the log, oldest first. */
export interface UnloggedQuery {
  /** Without it `"tenant"`. */
  scope?: 'tenant' | 'log' | undefined
  /** At most 100 characters. */
  after?: string | undefined
}

export type UnloggedView = Page<{
  tenant: string
  id: string
  at: string
  isDue: boolean
}>

/** What an upgrade would break, and is made all the same. */
export interface UpgradeException {
  /** Of the finding. */
  finding: string
  /** At most 64 characters. */
  skill: string
  /** It is stored encrypted. At most 2000 characters. */
  reason: string
}

export interface UpgradeExceptionView {
  /** Of the finding. */
  finding: string
  skill: string
  reason: string
  by: string
  at: string
}

export interface UsageQuery {
  /** Without it `"principal"`. */
  by?: 'tenant' | 'principal' | 'target' | 'model' | 'day' | undefined
  /** UTC days, both included; default: the last 30. */
  from?: string | undefined
  to?: string | undefined
  /** Without it, what the header Accept asks for. */
  format?: 'json' | 'csv' | undefined
}

export interface UsageView {
  by: 'tenant' | 'principal' | 'target' | 'model' | 'day'
  from: string
  to: string
  data: {
    /** Id of the tenant, key or account, name of the target or model, or the day; null where nothing was reached. */
    name: string | null
    requests: number
    failed: number
    /** Answered from the cache. */
    cached: number
    input: number
    output: number
    cost: number
  }[]
}

export interface UseInput {
  /** At most 128 characters. */
  code: string
  /** Stands in every event of the session. */
  reason: string
}

/** What is left out stays as it is. */
export interface UserChange {
  role?: string | undefined
  disabled?: boolean | undefined
}

export interface UserView {
  id: string
  name: string
  role: string
  groups: string[]
  createdAt: string
  /** When the account was shut; null while it is open. */
  disabledAt: string | null
  /** Of the sessions that are open. */
  lastSeenAt: string | null
  /** Why the caller may not change this account: the owner's, the caller's own, the one for emergencies, or one that may do more. Null: may. */
  barred: 'owner' | 'own' | 'break_glass' | 'above' | null
}

/** What `navigator.credentials` is called with; WebAuthn level 3, section 5.4 and 5.5, as JSON. */
export interface WebauthnOptions {
  options: Record<string, unknown>
}

export type Zone = 'local' | 'private' | 'managed'
