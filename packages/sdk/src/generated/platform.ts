// Made from the contract by scripts/docs.mjs. Changes belong there.
import type { Answer, CallOptions, Lines } from '../answer.ts'
import type { AnswerStream } from '../answer-stream.ts'
import type {
  ChatAnswer,
  ChatChunk,
  EmbeddingsAnswer,
  MessagesAnswer,
  MessagesEvent,
  ResponsesAnswer,
  ResponsesEvent,
} from '../dialects.ts'
import type { Page, Pages } from '../page.ts'
import type { Upload } from '../upload.ts'
import type {
  AclChange,
  AclChanged,
  AnthropicModel,
  ApprovalDecided,
  ApprovalInput,
  ApprovalPage,
  ApprovalView,
  ArmInput,
  ArmedView,
  ArtifactInput,
  ArtifactList,
  ArtifactQuery,
  ArtifactText,
  ArtifactVersionInput,
  ArtifactView,
  AskedInput,
  AskedView,
  AttachmentInput,
  AttachmentList,
  AttachmentText,
  AttachmentView,
  AuditEventView,
  AuditQuery,
  AuthorisationView,
  BreakGlassView,
  BudgetList,
  BudgetPage,
  BudgetView,
  CachePurged,
  CacheQuery,
  CacheView,
  CatalogueEntry,
  CatalogueQuery,
  ChatRequest,
  CheckpointQuery,
  CheckpointView,
  ClaimInput,
  CollectionInput,
  CollectionView,
  ConnectionReport,
  ConnectionView,
  ConsistencyQuery,
  ConsistencyView,
  ConversationChange,
  ConversationExport,
  ConversationFind,
  ConversationFound,
  ConversationHits,
  ConversationInput,
  ConversationLock,
  ConversationPage,
  ConversationSearch,
  ConversationView,
  ConversationsDeleted,
  ConversationsDeletion,
  ConversationsImported,
  DecisionInput,
  DecisionView,
  DetectInput,
  Detected,
  DetectorsView,
  DictionaryInput,
  DictionaryList,
  DictionaryPage,
  DictionaryRead,
  DictionaryView,
  DocumentText,
  DocumentView,
  DocumentsAdded,
  DocumentsInput,
  DryRunInput,
  DryRunView,
  EgressView,
  EmbeddingsRequest,
  EmbeddingsView,
  EntityType,
  EntriesQuery,
  EntriesView,
  ErasureInput,
  ErasureView,
  ExplainInput,
  Explanation,
  ExportQuery,
  FactorsView,
  FederatedView,
  FiguresQuery,
  ForeseenMessage,
  ForkInput,
  GroupChange,
  GroupInput,
  GroupView,
  HealthView,
  HoldInput,
  HoldView,
  HomeQuery,
  HomeView,
  ImportInput,
  InvitationAcceptance,
  InvitationCreated,
  InvitationInput,
  InvitationView,
  Jwks,
  KekQuery,
  KekRotated,
  KekRotation,
  KekShredded,
  KekShredding,
  KekStatus,
  KekTenant,
  KeyCreated,
  KeyInput,
  KeyView,
  LinkBegun,
  LinkInput,
  MemoryChange,
  MemoryInput,
  MemoryView,
  MessageForesight,
  MessageInput,
  MessagePage,
  MessageView,
  MessagesRequest,
  Model,
  ModelList,
  ModelPage,
  NeighboursView,
  OpenSessionView,
  PageQuery,
  PasskeyAssertion,
  PasskeyInput,
  PasskeyView,
  PasswordAgain,
  PasswordChange,
  PlatformView,
  PoliciesCheck,
  PoliciesChecked,
  PoliciesPut,
  PoliciesView,
  PolicyAnswer,
  PolicyQuestion,
  PolicyVersionView,
  PolicyVersions,
  Preview,
  PreviewInput,
  ProjectInput,
  ProjectView,
  ProofView,
  PullInput,
  PullList,
  PullView,
  QuestionInput,
  QuestionList,
  QuestionView,
  QuestionsAnswered,
  QuestionsRun,
  RecoveryCodes,
  RegenerateInput,
  RequestPage,
  RequestView,
  ResponsesRequest,
  RoleInput,
  RoleView,
  RootRotated,
  RootRotation,
  RouteList,
  RoutesPut,
  RunStarted,
  RunView,
  SavedTargetTest,
  ScimAnything,
  ScimDescribed,
  ScimDescriptions,
  ScimDiscovery,
  ScimGroup,
  ScimGroups,
  ScimPatch,
  ScimQuery,
  ScimSearch,
  ScimSelection,
  ScimUser,
  ScimUsers,
  SearchEverywhere,
  SearchInput,
  SearchResult,
  SearchedEverywhere,
  SecretValue,
  ServiceAccountChange,
  ServiceAccountInput,
  ServiceAccountView,
  SessionInput,
  SessionView,
  SettingsVersions,
  SettingsView,
  ShadowPromote,
  ShadowPut,
  ShadowState,
  ShareInput,
  ShareList,
  ShareMade,
  SharedView,
  SkillApproval,
  SkillCall,
  SkillCanary,
  SkillCatalogue,
  SkillChange,
  SkillDetail,
  SkillDraft,
  SkillDraftInput,
  SkillExport,
  SkillFigures,
  SkillInstallation,
  SkillPolicy,
  SkillResult,
  SkillReviewDetail,
  SkillReviewInput,
  SkillReviewPage,
  SkillReviewView,
  SkillRevocation,
  SkillTrial,
  SkillTryInput,
  SkillUpdate,
  SkillVersionView,
  SkillView,
  SourceChange,
  SourceInput,
  SourceItemView,
  SourceRemoval,
  SourceView,
  TargetList,
  TargetModels,
  TargetPut,
  TargetPutResult,
  TargetTest,
  TargetTestResult,
  TargetTurnResult,
  TemplateChange,
  TemplateInput,
  TemplateView,
  TenantBounds,
  TenantCreated,
  TenantDeletion,
  TenantInput,
  TenantInvitation,
  TenantInvited,
  TenantView,
  TilesQuery,
  TilesView,
  ToolGrantView,
  TotpConfirmation,
  TotpSecret,
  UnloggedQuery,
  UnloggedView,
  UpgradeException,
  UpgradeExceptionView,
  UsageQuery,
  UsageView,
  UseInput,
  UserChange,
  UserView,
  WebauthnOptions,
} from './types.ts'

export interface ApprovalsApi {
  /**
   * Approve exactly this call, this and others like it, or deny it.
   *
   * `POST /api/approvals/{id}` Needs the scope `conversations`. Audited as `approval.decided`.
   */
  decide(id: string, body: ApprovalInput, options?: CallOptions): Answer<ApprovalDecided>
  /**
   * List the calls of tools in your runs that wait for your approval, oldest first.
   *
   * `GET /api/approvals` Needs the scope `conversations`.
   */
  list(query?: ApprovalPage, options?: CallOptions): Pages<Page<ApprovalView>, ApprovalView>
}

export interface ArtifactsApi {
  /**
   * Put a document into a conversation that is written in versions.
   *
   * `POST /api/conversations/{id}/artifacts` Needs the scope `conversations`. Audited as `artifact.written`.
   */
  create(id: string, body: ArtifactInput, options?: CallOptions): Answer<ArtifactView>
  /**
   * Delete a document with all its versions.
   *
   * `DELETE /api/artifacts/{id}` Needs the scope `conversations`. Audited as `artifact.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List the documents that were written in a conversation, each with its newest version.
   *
   * `GET /api/conversations/{id}/artifacts` Needs the scope `conversations`.
   */
  list(id: string, options?: CallOptions): Answer<ArtifactList>
  /**
   * Read a version, the newest where none is named, and what versions there are.
   *
   * `GET /api/artifacts/{id}` Needs the scope `conversations`.
   */
  read(id: string, query?: ArtifactQuery, options?: CallOptions): Answer<ArtifactText>
  /**
   * Write a new version; those before stay.
   *
   * `POST /api/artifacts/{id}/versions` Needs the scope `conversations`. Audited as `artifact.written`.
   */
  write(id: string, body: ArtifactVersionInput, options?: CallOptions): Answer<ArtifactView>
}

export interface AttachmentsApi {
  /**
   * Attach a file (multipart) or a text (JSON) to a conversation; it is read in the background.
   *
   * `POST /api/conversations/{id}/attachments` Needs the scope `conversations`. Audited as `attachment.added`.
   */
  add(id: string, body: AttachmentInput, options?: CallOptions): Answer<AttachmentView>
  /**
   * Attach a file (multipart) or a text (JSON) to a conversation; it is read in the background. One file, with progress.
   *
   * `POST /api/conversations/{id}/attachments` Needs the scope `conversations`. Audited as `attachment.added`.
   */
  addFile(id: string, upload: Upload, options?: CallOptions): Answer<AttachmentView>
  /**
   * Delete an attached file; messages keep its name.
   *
   * `DELETE /api/attachments/{id}` Needs the scope `conversations`. Audited as `attachment.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * An attached file as it came.
   *
   * `GET /api/attachments/{id}/file` Needs the scope `conversations`.
   */
  download(id: string, options?: CallOptions): Answer<Blob>
  /**
   * List the files of a conversation and what became of each, oldest first.
   *
   * `GET /api/conversations/{id}/attachments` Needs the scope `conversations`.
   */
  list(id: string, options?: CallOptions): Answer<AttachmentList>
  /**
   * What has become of an attached file.
   *
   * `GET /api/attachments/{id}` Needs the scope `conversations`.
   */
  read(id: string, options?: CallOptions): Answer<AttachmentView>
  /**
   * The text of an attached file, which citations of it point into.
   *
   * `GET /api/attachments/{id}/text` Needs the scope `conversations`.
   */
  text(id: string, options?: CallOptions): Answer<AttachmentText>
}

export interface AuditApi {
  /**
   * The signed checkpoint of the audit log, and the key to verify it with.
   *
   * `GET /api/audit/checkpoint` Needs the scope `audit`.
   */
  checkpoint(query?: CheckpointQuery, options?: CallOptions): Answer<CheckpointView>
  /**
   * Proof that an earlier audit log is the beginning of a later one (RFC 6962).
   *
   * `GET /api/audit/consistency` Needs the scope `audit`.
   */
  consistency(query: ConsistencyQuery, options?: CallOptions): Answer<ConsistencyView>
  /**
   * Entries of the audit log, in its order, and what they commit to.
   *
   * `GET /api/audit/entries` Needs the scope `audit`.
   */
  entries(query?: EntriesQuery, options?: CallOptions): Pages<EntriesView, {
  leaf: number
  entry: string
  values: Record<string, unknown>
  salts: Record<string, string>
}>
  /**
   * Audit events, newest first, by action, actor, subject, request, outcome and time.
   *
   * `GET /api/audit` Needs the scope `audit`.
   */
  list(query?: AuditQuery, options?: CallOptions): Pages<Page<AuditEventView>, AuditEventView>
  /**
   * Proof that one event or request is in the audit log (C2SP tlog-proof).
   *
   * `GET /api/audit/{id}/proof` Needs the scope `audit`.
   */
  proof(id: string, options?: CallOptions): Answer<ProofView>
  /**
   * Hashes of the audit log (C2SP tlog-tiles).
   *
   * `GET /api/audit/tiles` Needs the scope `audit`.
   */
  tiles(query: TilesQuery, options?: CallOptions): Answer<TilesView>
  /**
   * Audit events that are in no log.
   *
   * `GET /api/audit/unlogged` Needs the scope `audit`.
   */
  unlogged(query?: UnloggedQuery, options?: CallOptions): Pages<UnloggedView, {
  tenant: string
  id: string
  at: string
  isDue: boolean
}>
}

export interface AuthorisationsApi {
  /**
   * Let an application know who one is, or not; the answer says where the browser goes.
   *
   * `POST /api/authorisations` Whoever is known may. Audited as `authorisation.decided`.
   */
  decide(body: DecisionInput, options?: CallOptions): Answer<DecisionView>
  /**
   * List the programs that act in your name until you end it, the one used last first.
   *
   * `GET /api/authorisations` Whoever is known may.
   */
  list(options?: CallOptions): Answer<Page<AuthorisationView>>
  /**
   * What an application asks of whoever is to be signed in to it.
   *
   * `POST /api/authorisations/asked` Whoever is known may.
   */
  read(body: AskedInput, options?: CallOptions): Answer<AskedView>
  /**
   * End that a program acts in your name.
   *
   * `DELETE /api/authorisations/{id}` Whoever is known may. Audited as `authorisation.revoked`.
   */
  revoke(id: string, options?: CallOptions): Answer<void>
}

export interface BreakGlassApi {
  /**
   * Arm the emergency account; its one-time code is shown once, and an earlier one is void.
   *
   * `POST /api/break-glass` The operator of the machine may. Audited as `break_glass.armed`.
   */
  arm(body: ArmInput, options?: CallOptions): Answer<ArmedView>
  /**
   * Make the code void, and end a session that it opened.
   *
   * `DELETE /api/break-glass` The operator of the machine may. Audited as `break_glass.disarmed`.
   */
  disarm(options?: CallOptions): Answer<void>
  /**
   * Whether an emergency account is armed, and when one was used.
   *
   * `GET /api/break-glass` Needs the scope `people`.
   */
  status(options?: CallOptions): Answer<BreakGlassView>
  /**
   * Open a short session with every right, with the one-time code and a reason that stands in each of its events.
   *
   * `POST /api/break-glass/use` Anyone may. Audited as `break_glass.used`.
   */
  use(body: UseInput, options?: CallOptions): Answer<SessionView>
}

export interface BudgetsApi {
  /**
   * Budgets of today and this month: those that bound you, or all for an operator.
   *
   * `GET /api/budgets` Needs the scope `requests`.
   */
  list(query?: BudgetPage, options?: CallOptions): Pages<BudgetList, BudgetView>
}

export interface CacheApi {
  /**
   * Forget kept answers of your tenant, in every process: all of them, or those of a rule or target.
   *
   * `DELETE /api/cache` The operator of the machine may. Audited as `cache.purged`.
   */
  purge(query?: CacheQuery, options?: CallOptions): Answer<CachePurged>
  /**
   * What the cache of this process holds for your tenant: counts and sizes, never content.
   *
   * `GET /api/cache` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<CacheView>
}

export interface ChatApi {
  /**
   * Answer a conversation.
   *
   * `POST /v1/chat/completions` Needs the scope `model`.
   */
  complete(body: ChatRequest, options?: CallOptions): Answer<ChatAnswer>
  /**
   * Answer a conversation. Told as it is made.
   *
   * `POST /v1/chat/completions` Needs the scope `model`.
   */
  stream(body: ChatRequest, options?: CallOptions): AnswerStream<ChatChunk>
}

export interface CollectionsApi {
  /**
   * Say who may read the documents that are added from now on.
   *
   * `PUT /api/collections/{id}/acl` Needs the scope `knowledge`. Audited as `collection.acl_changed`.
   */
  acl(id: string, body: AclChange, options?: CallOptions): Answer<AclChanged>
  /**
   * Rename a collection.
   *
   * `PATCH /api/collections/{id}` Needs the scope `knowledge`. Audited as `collection.renamed`.
   */
  change(id: string, body: CollectionInput, options?: CallOptions): Answer<{
  id: string
  name: string
}>
  /**
   * Create a collection.
   *
   * `POST /api/collections` Needs the scope `knowledge`. Audited as `collection.created`.
   */
  create(body: CollectionInput, options?: CallOptions): Answer<CollectionView>
  /**
   * Delete a collection and its documents.
   *
   * `DELETE /api/collections/{id}` Needs the scope `knowledge`. Audited as `collection.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List collections.
   *
   * `GET /api/collections` Needs the scope `knowledge`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<CollectionView>, CollectionView>
  /**
   * Search a collection.
   *
   * `POST /api/collections/{id}/search` Needs the scope `knowledge`.
   */
  search(id: string, body: SearchInput, options?: CallOptions): Answer<SearchResult>
}

export interface ConnectionsApi {
  /**
   * Identity providers that one can sign in with.
   *
   * `GET /api/identity/connections` Anyone may.
   */
  list(options?: CallOptions): Answer<Page<ConnectionView>>
  /**
   * See whether an identity provider answers as it should, and get the link of a trial sign-in.
   *
   * `POST /api/identity/connections/{id}/test` Needs the scope `people`.
   */
  test(id: string, options?: CallOptions): Answer<ConnectionReport>
}

export interface ConversationsApi {
  /**
   * Rename, tag, pin, archive or move a conversation, or raise its class.
   *
   * `PATCH /api/conversations/{id}` Needs the scope `conversations`. Audited as `conversation.changed`.
   */
  change(id: string, body: ConversationChange, options?: CallOptions): Answer<ConversationView>
  /**
   * Begin a conversation.
   *
   * `POST /api/conversations` Needs the scope `conversations`. Audited as `conversation.created`.
   */
  create(body: ConversationInput, options?: CallOptions): Answer<ConversationView>
  /**
   * Delete a conversation with its messages and runs.
   *
   * `DELETE /api/conversations/{id}` Needs the scope `conversations`. Audited as `conversation.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * Delete several conversations.
   *
   * `POST /api/conversations/delete` Needs the scope `conversations`. Audited as `conversation.deleted`.
   */
  deleteMany(body: ConversationsDeletion, options?: CallOptions): Answer<ConversationsDeleted>
  /**
   * Take a conversation along: all branches as JSON, or the last one as Markdown or a page.
   *
   * `GET /api/conversations/{id}/export` Needs the scope `conversations`.
   */
  export(id: string, query?: ExportQuery, options?: CallOptions): Answer<ConversationExport>
  /**
   * Take a conversation along: all branches as JSON, or the last one as Markdown or a page. As Markdown.
   *
   * `GET /api/conversations/{id}/export` Needs the scope `conversations`.
   */
  exportMarkdown(id: string, query?: ExportQuery, options?: CallOptions): Answer<string>
  /**
   * Find what was said in a conversation.
   *
   * `POST /api/conversations/{id}/find` Needs the scope `conversations`.
   */
  find(id: string, body: ConversationFind, options?: CallOptions): Answer<ConversationFound>
  /**
   * Begin a conversation with a copy of a branch of this one.
   *
   * `POST /api/conversations/{id}/fork` Needs the scope `conversations`. Audited as `conversation.forked`.
   */
  fork(id: string, body: ForkInput, options?: CallOptions): Answer<ConversationView>
  /**
   * Import what Freehold, OpenAI, Open WebUI or LibreChat exported.
   *
   * `POST /api/conversations/import` Needs the scope `conversations`. Audited as `conversation.imported`.
   */
  import(body: ImportInput, options?: CallOptions): Answer<ConversationsImported>
  /**
   * List your conversations, the one spoken in last first.
   *
   * `GET /api/conversations` Needs the scope `conversations`.
   */
  list(query?: ConversationPage, options?: CallOptions): Pages<Page<ConversationView>, ConversationView>
  /**
   * What a conversation is encrypted with, and who could read it.
   *
   * `GET /api/conversations/{id}/lock` Needs the scope `conversations`.
   */
  lock(id: string, options?: CallOptions): Answer<ConversationLock>
  /**
   * Read a conversation, without its messages.
   *
   * `GET /api/conversations/{id}` Needs the scope `conversations`.
   */
  read(id: string, options?: CallOptions): Answer<ConversationView>
  /**
   * Search your conversations.
   *
   * `POST /api/conversations/search` Needs the scope `conversations`.
   */
  search(body: ConversationSearch, options?: CallOptions): Answer<ConversationHits>
}

export interface DictionariesApi {
  /**
   * Delete a dictionary.
   *
   * `DELETE /api/privacy/dictionaries/{name}` The operator of the machine may. Audited as `dictionary.deleted`.
   */
  delete(name: string, options?: CallOptions): Answer<void>
  /**
   * The dictionaries of your tenant: names and sizes, no terms.
   *
   * `GET /api/privacy/dictionaries` The operator of the machine may.
   */
  list(options?: CallOptions): Answer<DictionaryList>
  /**
   * Create or replace a dictionary: JSON, or CSV with a head (value,pattern,type,case_sensitive,whole_word).
   *
   * `PUT /api/privacy/dictionaries/{name}` The operator of the machine may. Audited as `dictionary.put`.
   */
  put(name: string, body: DictionaryInput, options?: CallOptions): Answer<DictionaryView>
  /**
   * Create or replace a dictionary: JSON, or CSV with a head (value,pattern,type,case_sensitive,whole_word). From CSV.
   *
   * `PUT /api/privacy/dictionaries/{name}` The operator of the machine may. Audited as `dictionary.put`.
   */
  putCsv(name: string, csv: string, options?: CallOptions): Answer<DictionaryView>
  /**
   * A dictionary and its terms, page by page.
   *
   * `GET /api/privacy/dictionaries/{name}` The operator of the machine may.
   */
  read(name: string, query?: DictionaryPage, options?: CallOptions): Pages<DictionaryRead, {
  value?: string
  pattern?: string
  type: EntityType
  caseSensitive: boolean
  wholeWord: boolean
}>
}

export interface DocumentsApi {
  /**
   * Say who may read a document.
   *
   * `PUT /api/documents/{id}/acl` Needs the scope `knowledge`. Audited as `document.acl_changed`.
   */
  acl(id: string, body: AclChange, query?: { collection?: string | undefined }, options?: CallOptions): Answer<AclChanged>
  /**
   * Add a file (multipart) or texts (JSON).
   *
   * `POST /api/collections/{id}/documents` Needs the scope `knowledge`. Audited as `documents.added`.
   */
  add(id: string, body: DocumentsInput, options?: CallOptions): Answer<DocumentsAdded>
  /**
   * Add a file (multipart) or texts (JSON). One file, with progress.
   *
   * `POST /api/collections/{id}/documents` Needs the scope `knowledge`. Audited as `documents.added`.
   */
  addFile(id: string, upload: Upload, options?: CallOptions): Answer<DocumentsAdded>
  /**
   * Delete a document.
   *
   * `DELETE /api/documents/{id}` Needs the scope `knowledge`. Audited as `document.deleted`.
   */
  delete(id: string, query?: { collection?: string | undefined }, options?: CallOptions): Answer<void>
  /**
   * List the documents of a collection.
   *
   * `GET /api/collections/{id}/documents` Needs the scope `knowledge`.
   */
  list(id: string, query?: PageQuery, options?: CallOptions): Pages<Page<DocumentView>, DocumentView>
  /**
   * The extracted text that spans point into.
   *
   * `GET /api/documents/{id}/text` Needs the scope `knowledge`.
   */
  text(id: string, query?: { collection?: string | undefined }, options?: CallOptions): Answer<DocumentText>
}

export interface EgressApi {
  /**
   * What left for managed targets in one request, and what came back, as it went over the wire.
   *
   * `GET /api/requests/{id}/egress` Needs the scope `requests`.
   */
  read(id: string, options?: CallOptions): Answer<EgressView>
}

export interface EmbeddingsApi {
  /**
   * Embed text.
   *
   * `POST /v1/embeddings` Needs the scope `model`.
   */
  create(body: EmbeddingsRequest, options?: CallOptions): Answer<EmbeddingsAnswer>
  /**
   * Show how far the vectors of all passages are, and what keeps them.
   *
   * `GET /api/embeddings` The operator of the machine may.
   */
  status(options?: CallOptions): Answer<EmbeddingsView>
}

export interface FactorsApi {
  /**
   * What you sign in with besides a password.
   *
   * `GET /api/session/factors` Whoever is known may.
   */
  read(options?: CallOptions): Answer<FactorsView>
}

export interface FederatedApi {
  /**
   * Begin to let an account elsewhere open yours; the answer says where the browser goes.
   *
   * `POST /api/session/identities` Whoever is known may.
   */
  link(body: LinkInput, options?: CallOptions): Answer<LinkBegun>
  /**
   * Accounts elsewhere that open yours here.
   *
   * `GET /api/session/identities` Whoever is known may.
   */
  list(options?: CallOptions): Answer<Page<FederatedView>>
  /**
   * An account elsewhere is not to open yours any more.
   *
   * `DELETE /api/session/identities/{id}` Whoever is known may. Audited as `identity.unlinked`.
   */
  unlink(id: string, options?: CallOptions): Answer<void>
}

export interface GroupsApi {
  /**
   * Add somebody to a group.
   *
   * `PUT /api/groups/{id}/members/{user}` Needs the scope `people`. Audited as `group.member_added`.
   */
  add(id: string, user: string, options?: CallOptions): Answer<void>
  /**
   * Rename a group, or change what its members may do.
   *
   * `PATCH /api/groups/{id}` Needs the scope `people`. Audited as `group.changed`.
   */
  change(id: string, body: GroupChange, options?: CallOptions): Answer<GroupView>
  /**
   * Make a group.
   *
   * `POST /api/groups` Needs the scope `people`. Audited as `group.created`.
   */
  create(body: GroupInput, options?: CallOptions): Answer<GroupView>
  /**
   * Delete a group; its members stay.
   *
   * `DELETE /api/groups/{id}` Needs the scope `people`. Audited as `group.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List groups.
   *
   * `GET /api/groups` Needs the scope `people`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<GroupView>, GroupView>
  /**
   * List the members of a group.
   *
   * `GET /api/groups/{id}/members` Needs the scope `people`.
   */
  members(id: string, options?: CallOptions): Answer<Page<UserView>>
  /**
   * Remove somebody from a group.
   *
   * `DELETE /api/groups/{id}/members/{user}` Needs the scope `people`. Audited as `group.member_removed`.
   */
  remove(id: string, user: string, options?: CallOptions): Answer<void>
}

export interface HealthApi {
  /**
   * How this process and what it rests on are doing, and what is left to set up.
   *
   * `GET /api/health` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<HealthView>
}

export interface HoldsApi {
  /**
   * Hold what is kept of a person, a collection, a time or everything: it neither runs out nor is erased.
   *
   * `POST /api/holds` Needs the scope `audit`. Audited as `hold.added`.
   */
  add(body: HoldInput, options?: CallOptions): Answer<HoldView>
  /**
   * Lift a legal hold; it stays on the list.
   *
   * `DELETE /api/holds/{id}` Needs the scope `audit`. Audited as `hold.lifted`.
   */
  lift(id: string, options?: CallOptions): Answer<HoldView>
  /**
   * List legal holds, lifted ones too.
   *
   * `GET /api/holds` Needs the scope `audit`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<HoldView>, HoldView>
}

export interface InvitationsApi {
  /**
   * Accept an invitation, or choose a new password, with the one-time link.
   *
   * `POST /api/invitations/accept` Anyone may. Audited as `invitation.accepted`.
   */
  accept(body: InvitationAcceptance, options?: CallOptions): Answer<SessionView>
  /**
   * Invite somebody; the one-time link is shown once.
   *
   * `POST /api/invitations` Needs the scope `people`. Audited as `invitation.created`.
   */
  create(body: InvitationInput, options?: CallOptions): Answer<InvitationCreated>
  /**
   * List invitations that are open.
   *
   * `GET /api/invitations` Needs the scope `people`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<InvitationView>, InvitationView>
  /**
   * Withdraw an invitation.
   *
   * `DELETE /api/invitations/{id}` Needs the scope `people`. Audited as `invitation.withdrawn`.
   */
  withdraw(id: string, options?: CallOptions): Answer<void>
}

export interface IssuerApi {
  /**
   * What the issuer offers, and where (OpenID Connect Discovery).
   *
   * `GET /.well-known/openid-configuration` Anyone may.
   */
  metadata(options?: CallOptions): Answer<{
  issuer: string
  jwks_uri: string
  token_endpoint: string
  authorization_endpoint?: string
  userinfo_endpoint?: string
  grant_types_supported: string[]
  [field: string]: unknown
}>
  /**
   * The same, for OAuth clients (RFC 8414).
   *
   * `GET /.well-known/oauth-authorization-server` Anyone may.
   */
  serverMetadata(options?: CallOptions): Answer<{
  issuer: string
  jwks_uri: string
  token_endpoint: string
  authorization_endpoint?: string
  userinfo_endpoint?: string
  grant_types_supported: string[]
  [field: string]: unknown
}>
  /**
   * Get an access token, and for a code what says who was signed in.
   *
   * `POST /oidc/token` Anyone may. Audited as `token.issued`.
   */
  token(body: { grant_type: 'client_credentials' | 'authorization_code' | 'refresh_token'; client_id?: string | undefined; client_assertion_type?: string | undefined; client_assertion?: string | undefined; scope?: string | undefined; resource?: string | undefined; code?: string | undefined; code_verifier?: string | undefined; redirect_uri?: string | undefined; refresh_token?: string | undefined }, options?: CallOptions): Answer<{
  access_token: string
  token_type: string
  expires_in: number
  scope?: string
  id_token?: string
  refresh_token?: string
}>
  /**
   * Who the person is that an access token is about; the token is an application’s.
   *
   * `GET /oidc/userinfo` Anyone may.
   */
  userInfo(options?: CallOptions): Answer<{
  sub: string
  name?: string
  preferred_username?: string
  email?: string
  groups?: string[]
}>
}

export interface JwksApi {
  /**
   * The public keys of the tokens that private targets get (RFC 7517).
   *
   * `GET /.well-known/jwks.json` Anyone may.
   */
  read(options?: CallOptions): Answer<Jwks>
}

export interface KekApi {
  /**
   * Make the next version of a tenant’s key and wrap its data keys under it.
   *
   * `POST /api/kek/rotate` The operator of the machine may. Audited as `tenant_key.rotated`.
   */
  rotate(body: KekRotation, options?: CallOptions): Answer<KekRotated>
  /**
   * Move to the root key keys.next: every tenant’s key is wrapped under it.
   *
   * `POST /api/kek/rotate-root` The operator of the machine may. Audited as `root_key.move_started`.
   */
  rotateRoot(body: RootRotation, options?: CallOptions): Answer<RootRotated>
  /**
   * Destroy all keys of a tenant for good: nothing of it can be read any more.
   *
   * `POST /api/kek/shred` The operator of the machine may. Audited as `tenant_key.shredded`.
   */
  shred(body: KekShredding, options?: CallOptions): Answer<KekShredded>
  /**
   * Root key and tenants’ keys: versions, ages, what wraps what; never a key.
   *
   * `GET /api/kek` The operator of the machine may.
   */
  status(query?: KekQuery, options?: CallOptions): Pages<KekStatus, KekTenant>
}

export interface KeysApi {
  /**
   * Create an API key; it is shown once.
   *
   * `POST /api/keys` Needs the scope `keys`. Audited as `key.created`.
   */
  create(body: KeyInput, options?: CallOptions): Answer<KeyCreated>
  /**
   * List API keys.
   *
   * `GET /api/keys` Needs the scope `keys`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<KeyView>, KeyView>
  /**
   * Revoke an API key.
   *
   * `DELETE /api/keys/{id}` Needs the scope `keys`. Audited as `key.revoked`.
   */
  revoke(id: string, options?: CallOptions): Answer<void>
}

export interface KnowledgesApi {
  /**
   * Search all collections that you may read, or some of them.
   *
   * `POST /api/search` Needs the scope `knowledge`.
   */
  search(body: SearchEverywhere, options?: CallOptions): Answer<SearchedEverywhere>
}

export interface MemoryApi {
  /**
   * Change one of what is remembered for you.
   *
   * `PATCH /api/memories/{id}` Needs the scope `conversations`. Audited as `note.changed`.
   */
  change(id: string, body: MemoryChange, options?: CallOptions): Answer<MemoryView>
  /**
   * Have something remembered in every conversation.
   *
   * `POST /api/memories` Needs the scope `conversations`. Audited as `note.created`.
   */
  create(body: MemoryInput, options?: CallOptions): Answer<MemoryView>
  /**
   * Delete one of what is remembered for you.
   *
   * `DELETE /api/memories/{id}` Needs the scope `conversations`. Audited as `note.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List what is remembered for you.
   *
   * `GET /api/memories` Needs the scope `conversations`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<MemoryView>, MemoryView>
}

export interface MessagesApi {
  /**
   * Where a message would go that is being written, and why; nothing is sent or kept.
   *
   * `POST /api/conversations/foresee` Needs the scope `conversations`.
   */
  foresee(body: ForeseenMessage, options?: CallOptions): Answer<MessageForesight>
  /**
   * List the messages of a conversation with their parents, oldest first, or a branch from its end.
   *
   * `GET /api/conversations/{id}/messages` Needs the scope `conversations`.
   */
  list(id: string, query?: MessagePage, options?: CallOptions): Pages<Page<MessageView>, MessageView>
  /**
   * Have an answer made again, by the same model or another; it stands beside the first.
   *
   * `POST /api/conversations/{id}/regenerate` Needs the scope `conversations`. Audited as `run.started`.
   */
  regenerate(id: string, body: RegenerateInput, options?: CallOptions): Answer<RunStarted>
  /**
   * Say something, or edit what was said into a branch beside it; a run answers.
   *
   * `POST /api/conversations/{id}/messages` Needs the scope `conversations`. Audited as `run.started`.
   */
  send(id: string, body: MessageInput, options?: CallOptions): Answer<RunStarted>
  /**
   * Answer a conversation, in the Anthropic dialect.
   *
   * `POST /v1/messages` Needs the scope `model`.
   */
  create(body: MessagesRequest, options?: CallOptions): Answer<MessagesAnswer>
  /**
   * Answer a conversation, in the Anthropic dialect. Told as it is made.
   *
   * `POST /v1/messages` Needs the scope `model`.
   */
  stream(body: MessagesRequest, options?: CallOptions): AnswerStream<MessagesEvent>
}

export interface MetricsApi {
  /**
   * Prometheus metrics (loopback, or a key with scope *).
   *
   * `GET /metrics` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<string>
}

export interface ModelsApi {
  /**
   * The models that answer here, in the dialect of the client.
   *
   * `GET /v1/models` Needs the scope `model`.
   */
  list(query?: ModelPage, options?: CallOptions): Answer<ModelList>
  /**
   * One model that the caller may ask for.
   *
   * `GET /v1/models/{id}` Needs the scope `model`.
   */
  read(id: string, options?: CallOptions): Answer<Model | AnthropicModel>
}

export interface OpenapiApi {
  /**
   * This interface as OpenAPI 3.1.
   *
   * `GET /api/openapi.json` Anyone may.
   */
  read(options?: CallOptions): Answer<{
  [field: string]: unknown
}>
}

export interface OwnerApi {
  /**
   * Claim the owner account with the one-time link.
   *
   * `POST /api/claim` Anyone may. Audited as `owner.claimed`.
   */
  claim(body: ClaimInput, options?: CallOptions): Answer<SessionView>
}

export interface PasskeysApi {
  /**
   * Keep a passkey to sign in with.
   *
   * `POST /api/session/passkeys` Whoever is known may. Audited as `passkey.added`.
   */
  add(body: PasskeyInput, options?: CallOptions): Answer<PasskeyView>
  /**
   * What the browser needs to sign in with a passkey.
   *
   * `POST /api/session/passkey/options` Anyone may.
   */
  challenge(options?: CallOptions): Answer<WebauthnOptions>
  /**
   * Sign in with a passkey.
   *
   * `POST /api/session/passkey` Anyone may. Audited as `session.opened`.
   */
  enter(body: PasskeyAssertion, options?: CallOptions): Answer<SessionView>
  /**
   * What the browser needs to make a passkey.
   *
   * `POST /api/session/passkeys/options` Whoever is known may.
   */
  options(body: PasswordAgain, options?: CallOptions): Answer<WebauthnOptions>
  /**
   * Forget a passkey of yours.
   *
   * `DELETE /api/session/passkeys/{id}` Whoever is known may. Audited as `passkey.removed`.
   */
  remove(id: string, options?: CallOptions): Answer<void>
}

export interface PasswordApi {
  /**
   * Change your own password; your other sessions end.
   *
   * `PUT /api/session/password` Whoever is known may. Audited as `password.changed`.
   */
  change(body: PasswordChange, options?: CallOptions): Answer<void>
}

export interface PeopleApi {
  /**
   * Erase a person: the account, and whose everything else was. With dryRun only count; asked again, how far it is.
   *
   * `POST /api/people/{id}/erase` Needs the scope `people`. Audited as `person.erasure_started`.
   */
  erase(id: string, body: ErasureInput, options?: CallOptions): Answer<ErasureView>
  /**
   * Everything that is held of a person, as lines of JSON.
   *
   * `POST /api/people/{id}/export` Needs the scope `people`. Audited as `person.exported`.
   */
  export(id: string, options?: CallOptions): Answer<Lines>
  /**
   * Everything that is held of you, as lines of JSON.
   *
   * `POST /api/session/export` Whoever is known may. Audited as `person.exported`.
   */
  exportOwn(options?: CallOptions): Answer<Lines>
}

export interface PlatformApi {
  /**
   * Version and whether an owner has claimed.
   *
   * `GET /api/platform` Anyone may.
   */
  read(options?: CallOptions): Answer<PlatformView>
}

export interface PoliciesApi {
  /**
   * What is wrong with policies, and whose answers they would change; nothing is kept.
   *
   * `POST /api/policies/check` The operator of the machine may.
   */
  check(body: PoliciesCheck, options?: CallOptions): Answer<PoliciesChecked>
  /**
   * Who may do something, or why somebody may not, by the policies in force or by others.
   *
   * `POST /api/policies/explain` The operator of the machine may.
   */
  explain(body: PolicyQuestion, options?: CallOptions): Answer<PolicyAnswer>
  /**
   * Replace the policies; what was in force stays as an earlier version.
   *
   * `PUT /api/policies` The operator of the machine may. Audited as `policies.put`.
   */
  put(body: PoliciesPut, options?: CallOptions): Answer<PoliciesView>
  /**
   * The policies in force, what roles allow before them, and the schema they are written in.
   *
   * `GET /api/policies` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<PoliciesView>
  /**
   * Make an earlier version of the policies the newest one.
   *
   * `POST /api/policies/versions/{version}/restore` The operator of the machine may. Audited as `policies.restored`.
   */
  restore(version: number, options?: CallOptions): Answer<PoliciesView>
  /**
   * The policies of one version.
   *
   * `GET /api/policies/versions/{version}` The operator of the machine may.
   */
  version(version: number, options?: CallOptions): Answer<PolicyVersionView>
  /**
   * Earlier versions of the policies, newest first.
   *
   * `GET /api/policies/versions` The operator of the machine may.
   */
  versions(query?: PageQuery, options?: CallOptions): Pages<PolicyVersions, {
  version: number
  at: string
  actor: string
  policies: number
}>
}

export interface PrivacyApi {
  /**
   * Find personal data and secrets in a text; it is neither kept nor sent anywhere.
   *
   * `POST /api/privacy/detect` Whoever is known may.
   */
  detect(body: DetectInput, options?: CallOptions): Answer<Detected>
  /**
   * The detectors of the configuration beside the built-in one, and how they do.
   *
   * `GET /api/privacy/detectors` The operator of the machine may.
   */
  detectors(options?: CallOptions): Answer<DetectorsView>
  /**
   * Forget what stands for what in a conversation of yours; placeholders that are still about stay placeholders.
   *
   * `DELETE /api/privacy/conversations/{name}` Needs the scope `model`. Audited as `privacy.forgotten`.
   */
  forget(name: string, options?: CallOptions): Answer<void>
  /**
   * What would leave for a target, masked; nothing is sent or kept.
   *
   * `POST /api/privacy/preview` Needs the scope `model`.
   */
  preview(body: PreviewInput, options?: CallOptions): Answer<Preview>
}

export interface ProbesApi {
  /**
   * The process turns over.
   *
   * `GET /livez` Anyone may.
   */
  live(options?: CallOptions): Answer<string>
  /**
   * Requests can be served.
   *
   * `GET /readyz` Anyone may.
   */
  ready(options?: CallOptions): Answer<string>
  /**
   * Start-up and migrations are done.
   *
   * `GET /startupz` Anyone may.
   */
  startup(options?: CallOptions): Answer<string>
}

export interface ProjectsApi {
  /**
   * Rename a project.
   *
   * `PATCH /api/projects/{id}` Needs the scope `conversations`. Audited as `project.changed`.
   */
  change(id: string, body: ProjectInput, options?: CallOptions): Answer<ProjectView>
  /**
   * Make a project for conversations.
   *
   * `POST /api/projects` Needs the scope `conversations`. Audited as `project.created`.
   */
  create(body: ProjectInput, options?: CallOptions): Answer<ProjectView>
  /**
   * Delete a project; its conversations stay.
   *
   * `DELETE /api/projects/{id}` Needs the scope `conversations`. Audited as `project.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List your projects.
   *
   * `GET /api/projects` Needs the scope `conversations`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<ProjectView>, ProjectView>
}

export interface PullsApi {
  /**
   * End the fetching of a model; one that is over stays as it is.
   *
   * `DELETE /api/pulls/{id}` The operator of the machine may. Audited as `target.pull_cancelled`.
   */
  cancel(id: string, options?: CallOptions): Answer<void>
}

export interface QuestionsApi {
  /**
   * Keep a question to test a collection with, and the document that should come up.
   *
   * `POST /api/collections/{id}/questions` Needs the scope `knowledge`. Audited as `question.created`.
   */
  create(id: string, body: QuestionInput, options?: CallOptions): Answer<QuestionView>
  /**
   * Test a collection with this question no longer.
   *
   * `DELETE /api/questions/{id}` Needs the scope `knowledge`. Audited as `question.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List the questions that a collection is tested with, and where each came up last; for who may change it.
   *
   * `GET /api/collections/{id}/questions` Needs the scope `knowledge`.
   */
  list(id: string, options?: CallOptions): Answer<QuestionList>
  /**
   * Ask a collection all its questions, and see what came up later than before or not at all.
   *
   * `POST /api/collections/{id}/questions/run` Needs the scope `knowledge`. Audited as `question.ran`.
   */
  run(id: string, body: QuestionsRun, options?: CallOptions): Answer<QuestionsAnswered>
}

export interface RecoveryApi {
  /**
   * Make new recovery codes; the older ones are void.
   *
   * `POST /api/session/recovery-codes` Whoever is known may. Audited as `recovery_codes.made`.
   */
  renew(body: PasswordAgain, options?: CallOptions): Answer<RecoveryCodes>
}

export interface RequestsApi {
  /**
   * Records of requests, newest first: your own, or all for an operator.
   *
   * `GET /api/requests` Needs the scope `requests`.
   */
  list(query?: RequestPage, options?: CallOptions): Pages<Page<RequestView>, RequestView>
  /**
   * The record of one request.
   *
   * `GET /api/requests/{id}` Needs the scope `requests`.
   */
  read(id: string, options?: CallOptions): Answer<RequestView>
}

export interface ResponsesApi {
  /**
   * Answer or continue a conversation (OpenAI Responses).
   *
   * `POST /v1/responses` Needs the scope `model`.
   */
  create(body: ResponsesRequest, options?: CallOptions): Answer<ResponsesAnswer>
  /**
   * Answer or continue a conversation (OpenAI Responses). Told as it is made.
   *
   * `POST /v1/responses` Needs the scope `model`.
   */
  stream(body: ResponsesRequest, options?: CallOptions): AnswerStream<ResponsesEvent>
}

export interface RolesApi {
  /**
   * Delete a role of your own that nobody has.
   *
   * `DELETE /api/roles/{name}` The operator of the machine may. Audited as `role.deleted`.
   */
  delete(name: string, options?: CallOptions): Answer<void>
  /**
   * List roles and what they may do.
   *
   * `GET /api/roles` Needs the scope `people`.
   */
  list(options?: CallOptions): Answer<{
  data: RoleView[]
}>
  /**
   * Make a role of your own, or change what it may do.
   *
   * `PUT /api/roles/{name}` The operator of the machine may. Audited as `role.put`.
   */
  put(name: string, body: RoleInput, options?: CallOptions): Answer<RoleView>
}

export interface RoutesApi {
  /**
   * What other rules would have made of the newest requests of your tenant; nothing is kept.
   *
   * `POST /api/routes/dry-run` The operator of the machine may.
   */
  dryRun(body: DryRunInput, options?: CallOptions): Answer<DryRunView>
  /**
   * Where a request of yours would go, and why.
   *
   * `POST /api/routes/explain` Whoever is known may.
   */
  explain(body: ExplainInput, options?: CallOptions): Answer<Explanation>
  /**
   * The routing rules in the order in which they are tried.
   *
   * `GET /api/routes` The operator of the machine may.
   */
  list(options?: CallOptions): Answer<RouteList>
  /**
   * Replace the rules of the settings; those of the file stay before them.
   *
   * `PUT /api/routes` The operator of the machine may. Audited as `routes.replaced`.
   */
  replace(body: RoutesPut, options?: CallOptions): Answer<RouteList>
}

export interface RoutingApi {
  /**
   * Make an earlier version of targets and rules the newest one.
   *
   * `POST /api/routing/versions/{version}/restore` The operator of the machine may. Audited as `routing.restored`.
   */
  restore(version: number, options?: CallOptions): Answer<RouteList>
  /**
   * Earlier versions of the targets and rules of the settings, newest first.
   *
   * `GET /api/routing/versions` The operator of the machine may.
   */
  versions(query?: PageQuery, options?: CallOptions): Pages<SettingsVersions, {
  version: number
  at: string
  actor: string
  targets: number
  routes: number
}>
}

export interface RunsApi {
  /**
   * Go on with a run that was interrupted or failed.
   *
   * `POST /api/runs/{id}/continue` Needs the scope `conversations`. Audited as `run.started`.
   */
  continue(id: string, options?: CallOptions): Answer<RunView>
  /**
   * What has become of a run.
   *
   * `GET /api/runs/{id}` Needs the scope `conversations`.
   */
  read(id: string, options?: CallOptions): Answer<RunView>
  /**
   * Stop a run; answered when the model has been let go.
   *
   * `POST /api/runs/{id}/stop` Needs the scope `conversations`. Audited as `run.stopped`.
   */
  stop(id: string, options?: CallOptions): Answer<RunView>
}

export interface ScimGroupsApi {
  /**
   * Make a group of the directory.
   *
   * `POST /scim/v2/Groups` Needs the scope `scim`. Audited as `group.created`.
   */
  create(body: Record<string, unknown>, query?: ScimSelection, options?: CallOptions): Answer<ScimGroup>
  /**
   * Delete a group of the directory; its members stay.
   *
   * `DELETE /scim/v2/Groups/{id}` Needs the scope `scim`. Audited as `group.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List groups of the directory.
   *
   * `GET /scim/v2/Groups` Needs the scope `scim`.
   */
  list(query?: ScimQuery, options?: CallOptions): Answer<ScimGroups>
  /**
   * Change name or members of a group of the directory.
   *
   * `PATCH /scim/v2/Groups/{id}` Needs the scope `scim`. Audited as `group.synchronised`.
   */
  patch(id: string, body: ScimPatch, query?: ScimSelection, options?: CallOptions): Answer<ScimGroup>
  /**
   * Show a group of the directory.
   *
   * `GET /scim/v2/Groups/{id}` Needs the scope `scim`.
   */
  read(id: string, query?: ScimSelection, options?: CallOptions): Answer<ScimGroup>
  /**
   * Replace name and members of a group of the directory.
   *
   * `PUT /scim/v2/Groups/{id}` Needs the scope `scim`. Audited as `group.synchronised`.
   */
  replace(id: string, body: Record<string, unknown>, query?: ScimSelection, options?: CallOptions): Answer<ScimGroup>
  /**
   * Search groups of the directory.
   *
   * `POST /scim/v2/Groups/.search` Needs the scope `scim`.
   */
  search(body: ScimSearch, options?: CallOptions): Answer<ScimGroups>
}

export interface ScimUsersApi {
  /**
   * Open an account for somebody of the directory.
   *
   * `POST /scim/v2/Users` Needs the scope `scim`. Audited as `user.provisioned`.
   */
  create(body: Record<string, unknown>, query?: ScimSelection, options?: CallOptions): Answer<ScimUser>
  /**
   * Delete the account of somebody of the directory with its sessions and keys.
   *
   * `DELETE /scim/v2/Users/{id}` Needs the scope `scim`. Audited as `user.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List people of the directory.
   *
   * `GET /scim/v2/Users` Needs the scope `scim`.
   */
  list(query?: ScimQuery, options?: CallOptions): Answer<ScimUsers>
  /**
   * Change what is known of somebody of the directory; inactive, the account is shut.
   *
   * `PATCH /scim/v2/Users/{id}` Needs the scope `scim`. Audited as `user.synchronised`.
   */
  patch(id: string, body: ScimPatch, query?: ScimSelection, options?: CallOptions): Answer<ScimUser>
  /**
   * Show somebody of the directory.
   *
   * `GET /scim/v2/Users/{id}` Needs the scope `scim`.
   */
  read(id: string, query?: ScimSelection, options?: CallOptions): Answer<ScimUser>
  /**
   * Replace what is known of somebody of the directory; inactive, the account is shut.
   *
   * `PUT /scim/v2/Users/{id}` Needs the scope `scim`. Audited as `user.synchronised`.
   */
  replace(id: string, body: Record<string, unknown>, query?: ScimSelection, options?: CallOptions): Answer<ScimUser>
  /**
   * Search people of the directory.
   *
   * `POST /scim/v2/Users/.search` Needs the scope `scim`.
   */
  search(body: ScimSearch, options?: CallOptions): Answer<ScimUsers>
}

export interface ScimApi {
  /**
   * What of SCIM is offered.
   *
   * `GET /scim/v2/ServiceProviderConfig` Needs the scope `scim`.
   */
  config(query?: ScimDiscovery, options?: CallOptions): Answer<ScimDescribed>
  /**
   * Attributes of one kind of SCIM resources.
   *
   * `GET /scim/v2/Schemas/{id}` Needs the scope `scim`.
   */
  schema(id: string, options?: CallOptions): Answer<ScimDescribed>
  /**
   * Attributes of SCIM resources.
   *
   * `GET /scim/v2/Schemas` Needs the scope `scim`.
   */
  schemas(query?: ScimDiscovery, options?: CallOptions): Answer<ScimDescriptions>
  /**
   * Search people and groups of the directory.
   *
   * `POST /scim/v2/.search` Needs the scope `scim`.
   */
  search(body: ScimSearch, options?: CallOptions): Answer<ScimAnything>
  /**
   * One kind of SCIM resources.
   *
   * `GET /scim/v2/ResourceTypes/{id}` Needs the scope `scim`.
   */
  type(id: string, options?: CallOptions): Answer<ScimDescribed>
  /**
   * Kinds of SCIM resources.
   *
   * `GET /scim/v2/ResourceTypes` Needs the scope `scim`.
   */
  types(query?: ScimDiscovery, options?: CallOptions): Answer<ScimDescriptions>
  readonly groups: ScimGroupsApi
  readonly users: ScimUsersApi
}

export interface ServiceAccountsApi {
  /**
   * Change what a service account may do, or disable it, which ends what it has open.
   *
   * `PATCH /api/service-accounts/{id}` Needs the scope `people`. Audited as `service_account.changed`.
   */
  change(id: string, body: ServiceAccountChange, options?: CallOptions): Answer<ServiceAccountView>
  /**
   * Make a service account, which has nothing to come in with until a key is made for it.
   *
   * `POST /api/service-accounts` Needs the scope `people`. Audited as `service_account.created`.
   */
  create(body: ServiceAccountInput, options?: CallOptions): Answer<ServiceAccountView>
  /**
   * Delete a service account; its keys are revoked.
   *
   * `DELETE /api/service-accounts/{id}` Needs the scope `people`. Audited as `service_account.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List service accounts.
   *
   * `GET /api/service-accounts` Needs the scope `people`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<ServiceAccountView>, ServiceAccountView>
  /**
   * Show one service account.
   *
   * `GET /api/service-accounts/{id}` Needs the scope `people`.
   */
  read(id: string, options?: CallOptions): Answer<ServiceAccountView>
}

export interface SessionsApi {
  /**
   * Sign out.
   *
   * `DELETE /api/session` Whoever is known may. Audited as `session.closed`.
   */
  close(options?: CallOptions): Answer<void>
  /**
   * End a session of yours, or of somebody you look after.
   *
   * `DELETE /api/sessions/{id}` Whoever is known may. Audited as `session.closed`.
   */
  end(id: string, options?: CallOptions): Answer<void>
  /**
   * List your open sessions, or those of somebody you look after.
   *
   * `GET /api/sessions` Whoever is known may.
   */
  list(query?: { user?: string | undefined }, options?: CallOptions): Answer<Page<OpenSessionView>>
  /**
   * Sign in.
   *
   * `POST /api/session` Anyone may. Audited as `session.opened`.
   */
  open(body: SessionInput, options?: CallOptions): Answer<SessionView>
  /**
   * Who am I.
   *
   * `GET /api/session` Whoever is known may.
   */
  read(options?: CallOptions): Answer<SessionView>
}

export interface SettingsApi {
  /**
   * Every key of the configuration, its value and where it was said; no secrets.
   *
   * `GET /api/settings` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<SettingsView>
}

export interface ShadowApi {
  /**
   * Make the rules on trial the rules of the settings.
   *
   * `POST /api/routes/shadow/promote` The operator of the machine may. Audited as `shadow.promoted`.
   */
  promote(body: ShadowPromote, options?: CallOptions): Answer<RouteList>
  /**
   * The rules on trial, and what they would have changed since they were set.
   *
   * `GET /api/routes/shadow` The operator of the machine may.
   */
  read(options?: CallOptions): Answer<ShadowState>
  /**
   * End the trial.
   *
   * `DELETE /api/routes/shadow` The operator of the machine may. Audited as `shadow.removed`.
   */
  remove(options?: CallOptions): Answer<void>
  /**
   * Put rules on trial in the place of those of the settings; nothing is done by them.
   *
   * `POST /api/routes/shadow` The operator of the machine may. Audited as `shadow.set`.
   */
  set(body: ShadowPut, options?: CallOptions): Answer<ShadowState>
}

export interface SharesApi {
  /**
   * Share a branch, as it is now, with others of the tenant who have the token, or with anybody who has.
   *
   * `POST /api/conversations/{id}/shares` Needs the scope `conversations`. Audited as `share.created`.
   */
  create(id: string, body: ShareInput, options?: CallOptions): Answer<ShareMade>
  /**
   * List what of a conversation is shared.
   *
   * `GET /api/conversations/{id}/shares` Needs the scope `conversations`.
   */
  list(id: string, options?: CallOptions): Answer<ShareList>
  /**
   * Read what somebody of the tenant shared.
   *
   * `GET /api/shared/{id}` Needs the scope `conversations`.
   */
  read(id: string, options?: CallOptions): Answer<SharedView>
  /**
   * Share it no longer.
   *
   * `DELETE /api/shares/{id}` Needs the scope `conversations`. Audited as `share.revoked`.
   */
  revoke(id: string, options?: CallOptions): Answer<void>
}

export interface SkillsApi {
  /**
   * Say yes to what a version of a skill may do.
   *
   * `POST /api/skills/{name}/approve` The operator of the machine may. Audited as `skill.approved`.
   */
  approve(name: string, body: SkillApproval, options?: CallOptions): Answer<SkillDetail>
  /**
   * Call an operation of a skill; what is more than a read must be confirmed in the same request.
   *
   * `POST /api/skills/{name}/calls` Needs the scope `skills`. Audited as `skill.called`.
   */
  call(name: string, body: SkillCall, options?: CallOptions): Answer<SkillResult>
  /**
   * Try another version on some callers; it is taken back by itself when it does worse.
   *
   * `POST /api/skills/{name}/canary` The operator of the machine may. Audited as `skill.canary_started`.
   */
  canary(name: string, body: SkillCanary, options?: CallOptions): Answer<SkillDetail>
  /**
   * List the skills that can be installed by name: those that come along, and those of repositories.
   *
   * `GET /api/skills/catalogue` The operator of the machine may.
   */
  catalogue(query?: CatalogueQuery, options?: CallOptions): Pages<SkillCatalogue, CatalogueEntry>
  /**
   * Switch a skill on or off, to another version, or change where it leads and who may use it.
   *
   * `PATCH /api/skills/{name}` The operator of the machine may. Audited as `skill.changed`.
   */
  change(name: string, body: SkillChange, options?: CallOptions): Answer<SkillDetail>
  /**
   * Make a skill of an OpenAPI document, or look at one that was changed; nothing is kept.
   *
   * `POST /api/skills/draft` The operator of the machine may.
   */
  draft(body: SkillDraftInput, options?: CallOptions): Answer<SkillDraft>
  /**
   * Hand out the bundle of a skill that is called, and the calls of it that were kept, to try an upgrade on.
   *
   * `POST /api/skills/{name}/export` The operator of the machine may. Audited as `skill.exported`.
   */
  export(name: string, options?: CallOptions): Answer<SkillExport>
  /**
   * Show how calls of each version went: how many, how many failed, and how long they took.
   *
   * `GET /api/skills/{name}/figures` The operator of the machine may.
   */
  figures(name: string, query?: FiguresQuery, options?: CallOptions): Answer<SkillFigures>
  /**
   * Forget a secret of a skill.
   *
   * `DELETE /api/skills/{name}/secrets/{secret}` The operator of the machine may. Audited as `skill.secret_forgotten`.
   */
  forgetSecret(name: string, secret: string, options?: CallOptions): Answer<void>
  /**
   * Show a skill with its versions, permissions and settings.
   *
   * `GET /api/skills/{name}` The operator of the machine may.
   */
  get(name: string, options?: CallOptions): Answer<SkillDetail>
  /**
   * Take a skill in: a bundle, or one of a repository by its name.
   *
   * `POST /api/skills/install` The operator of the machine may. Audited as `skill.installed`.
   */
  install(body: SkillInstallation, options?: CallOptions): Answer<SkillDetail>
  /**
   * List the skills that the caller may use; whoever looks after skills sees all.
   *
   * `GET /api/skills` Needs the scope `skills`.
   */
  list(options?: CallOptions): Answer<Page<SkillView>>
  /**
   * Show what must vouch for skills before they are taken in.
   *
   * `GET /api/skill-policy` The operator of the machine may.
   */
  policy(options?: CallOptions): Answer<SkillPolicy>
  /**
   * Say what must vouch for skills before they are taken in.
   *
   * `PUT /api/skill-policy` The operator of the machine may. Audited as `skill.policy_set`.
   */
  putPolicy(body: SkillPolicy, options?: CallOptions): Answer<SkillPolicy>
  /**
   * Remove a skill with all its versions, its secrets and what it kept.
   *
   * `DELETE /api/skills/{name}` The operator of the machine may. Audited as `skill.removed`.
   */
  remove(name: string, options?: CallOptions): Answer<void>
  /**
   * Revoke a version: its calls end, and it is never called again.
   *
   * `POST /api/skills/revoke` The operator of the machine may. Audited as `skill.revoked`.
   */
  revoke(body: SkillRevocation, options?: CallOptions): Answer<{
  revoked: string[]
}>
  /**
   * End a canary, or go back to the version before.
   *
   * `POST /api/skills/{name}/rollback` The operator of the machine may. Audited as `skill.rolled_back`.
   */
  rollback(name: string, options?: CallOptions): Answer<SkillDetail>
  /**
   * Store a secret that the broker adds to requests of a skill; it is never shown again.
   *
   * `PUT /api/skills/{name}/secrets/{secret}` The operator of the machine may. Audited as `skill.secret_set`.
   */
  secret(name: string, secret: string, body: SecretValue, options?: CallOptions): Answer<void>
  /**
   * Call an operation of a skill once that is not installed; nothing of it is kept.
   *
   * `POST /api/skills/try` The operator of the machine may. Audited as `skill.tried`.
   */
  try(body: SkillTryInput, options?: CallOptions): Answer<SkillTrial>
  /**
   * Take in another version beside the one that is called, and switch to it unless it may do more.
   *
   * `POST /api/skills/{name}/update` The operator of the machine may. Audited as `skill.updated`.
   */
  update(name: string, body: SkillUpdate, options?: CallOptions): Answer<SkillDetail>
  /**
   * List the versions of a skill, and what each may do.
   *
   * `GET /api/skills/{name}/versions` The operator of the machine may.
   */
  versions(name: string, options?: CallOptions): Answer<Page<SkillVersionView>>
}

export interface SkillConnectionsApi {
  /**
   * Begin to connect a skill to its MCP server with OAuth; the browser goes to `location` next.
   *
   * `POST /api/skills/{name}/connection` The operator of the machine may. Audited as `mcp.connection_begun`.
   */
  begin(name: string, options?: CallOptions): Answer<{
  location: string | null
}>
  /**
   * See how a skill is connected to its MCP server.
   *
   * `GET /api/skills/{name}/connection` The operator of the machine may.
   */
  read(name: string, options?: CallOptions): Answer<{
  state: 'connected' | 'needs_authorisation' | 'expired' | 'failed'
  reason: string | null
  server: string
  issuer: string | null
  expiresAt: string | null
  changedAt: string
}>
  /**
   * Forget the tokens of a skill for its MCP server.
   *
   * `DELETE /api/skills/{name}/connection` The operator of the machine may. Audited as `mcp.connection_removed`.
   */
  remove(name: string, options?: CallOptions): Answer<void>
}

export interface SkillReviewsApi {
  /**
   * Approve a skill for installation, or reject it, with the reason.
   *
   * `POST /api/skill-reviews/{id}/decide` The operator of the machine may. Audited as `skill_review.decided`.
   */
  decide(id: string, body: SkillReviewInput, options?: CallOptions): Answer<SkillReviewView>
  /**
   * One of them with the whole report.
   *
   * `GET /api/skill-reviews/{id}` The operator of the machine may.
   */
  get(id: string, options?: CallOptions): Answer<SkillReviewDetail>
  /**
   * List skills that a person has to decide about, or has, newest first.
   *
   * `GET /api/skill-reviews` The operator of the machine may.
   */
  list(query?: SkillReviewPage, options?: CallOptions): Pages<Page<SkillReviewView>, SkillReviewView>
}

export interface SkillToolsesApi {
  /**
   * Let tools of an MCP server be called that are as the review showed them.
   *
   * `POST /api/skills/{name}/tools/approve` The operator of the machine may. Audited as `mcp.tools_approved`.
   */
  approve(name: string, body: { pins: readonly string[] }, options?: CallOptions): Answer<{
  approved: string[]
}>
  /**
   * Ask the MCP server of a skill what its tools are, and see what of it nobody approved.
   *
   * `POST /api/skills/{name}/tools/review` The operator of the machine may.
   */
  review(name: string, options?: CallOptions): Answer<{
  unchanged: string[]
  changes: {
    tool: string
    kind: 'new' | 'changed'
    before: {
      name: string
      description: string
      inputSchema: Record<string, unknown>
      outputSchema?: Record<string, unknown>
    } | null
    now: {
      name: string
      description: string
      inputSchema: Record<string, unknown>
      outputSchema?: Record<string, unknown>
    }
    fields: ('description' | 'inputSchema' | 'outputSchema')[]
    pin: string
    hidden: {
      place: string
      characters: string[]
    }[]
  }[]
  gone: string[]
}>
}

export interface SourcesApi {
  /**
   * Create a source, which then brings its documents into a collection.
   *
   * `POST /api/sources` The operator of the machine may. Audited as `source.created`.
   */
  create(body: SourceInput, options?: CallOptions): Answer<SourceView>
  /**
   * Delete a source, with its documents or without.
   *
   * `DELETE /api/sources/{id}` The operator of the machine may. Audited as `source.deleted`.
   */
  delete(id: string, query?: SourceRemoval, options?: CallOptions): Answer<void>
  /**
   * Show a source, its progress and its last trouble.
   *
   * `GET /api/sources/{id}` Needs the scope `knowledge`.
   */
  get(id: string, options?: CallOptions): Answer<SourceView>
  /**
   * List what a source brought, and what could not be read and why.
   *
   * `GET /api/sources/{id}/items` Needs the scope `knowledge`.
   */
  items(id: string, query?: { after?: string | undefined; limit?: number | undefined; outcome?: 'kept' | 'failed' | undefined }, options?: CallOptions): Pages<Page<SourceItemView>, SourceItemView>
  /**
   * List sources and how they are doing.
   *
   * `GET /api/sources` Needs the scope `knowledge`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<SourceView>, SourceView>
  /**
   * Look for changes now; what could not be read is tried again.
   *
   * `POST /api/sources/{id}/sync` The operator of the machine may. Audited as `source.sync_asked`.
   */
  sync(id: string, options?: CallOptions): Answer<SourceView>
  /**
   * Change, pause or resume a source; it has the rights of whoever did so from then on.
   *
   * `PATCH /api/sources/{id}` The operator of the machine may. Audited as `source.changed`.
   */
  update(id: string, body: SourceChange, options?: CallOptions): Answer<SourceView>
}

export interface TargetsApi {
  /**
   * Delete a target of the settings.
   *
   * `DELETE /api/targets/{name}` The operator of the machine may. Audited as `target.deleted`.
   */
  delete(name: string, options?: CallOptions): Answer<void>
  /**
   * Look for model servers on the fixed ports of this machine, and for keys of providers by name.
   *
   * `POST /api/targets/discover` The operator of the machine may. Audited as `target.discovered`.
   */
  discover(options?: CallOptions): Answer<NeighboursView>
  /**
   * Send nothing new to a target, of the file or the settings; what is under way finishes.
   *
   * `POST /api/targets/{name}/drain` The operator of the machine may. Audited as `target.drained`.
   */
  drain(name: string, options?: CallOptions): Answer<TargetTurnResult>
  /**
   * The targets that requests can go to, from the file and from the settings.
   *
   * `GET /api/targets` The operator of the machine may.
   */
  list(options?: CallOptions): Answer<TargetList>
  /**
   * What a target offers now, and which of it clients may ask for; the target is asked.
   *
   * `GET /api/targets/{name}/models` The operator of the machine may.
   */
  models(name: string, options?: CallOptions): Answer<TargetModels>
  /**
   * Let a private Ollama fetch a model; goes on in the background.
   *
   * `POST /api/targets/{name}/pull` The operator of the machine may. Audited as `target.pull_started`.
   */
  pull(name: string, body: PullInput, options?: CallOptions): Answer<PullView>
  /**
   * Models that a target fetches, or fetched since the start of this process.
   *
   * `GET /api/targets/{name}/pull` The operator of the machine may.
   */
  pulls(name: string, options?: CallOptions): Answer<PullList>
  /**
   * Create or replace a target; those of the file are read-only.
   *
   * `PUT /api/targets/{name}` The operator of the machine may. Audited as `target.put`.
   */
  put(name: string, body: TargetPut, options?: CallOptions): Answer<TargetPutResult>
  /**
   * Use a target again that was drained.
   *
   * `POST /api/targets/{name}/resume` The operator of the machine may. Audited as `target.resumed`.
   */
  resume(name: string, options?: CallOptions): Answer<TargetTurnResult>
  /**
   * Try a target that is in use: address, certificate, credential, models, and a call if wanted.
   *
   * `POST /api/targets/{name}/test` The operator of the machine may. Audited as `target.tested`.
   */
  test(name: string, body: SavedTargetTest, options?: CallOptions): Answer<TargetTestResult>
  /**
   * Try a target that is not saved: address, certificate, credential, models, and a call if wanted.
   *
   * `POST /api/targets/test` The operator of the machine may. Audited as `target.tested`.
   */
  testNew(body: TargetTest, options?: CallOptions): Answer<TargetTestResult>
}

export interface TemplatesApi {
  /**
   * Change one of your prompt templates.
   *
   * `PATCH /api/templates/{id}` Needs the scope `conversations`. Audited as `note.changed`.
   */
  change(id: string, body: TemplateChange, options?: CallOptions): Answer<TemplateView>
  /**
   * Keep a prompt to use it again.
   *
   * `POST /api/templates` Needs the scope `conversations`. Audited as `note.created`.
   */
  create(body: TemplateInput, options?: CallOptions): Answer<TemplateView>
  /**
   * Delete one of your prompt templates.
   *
   * `DELETE /api/templates/{id}` Needs the scope `conversations`. Audited as `note.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List your prompt templates.
   *
   * `GET /api/templates` Needs the scope `conversations`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<TemplateView>, TemplateView>
}

export interface TenantsApi {
  /**
   * Say what bounds a tenant: quotas, limits, networks it is used from, targets it may reach.
   *
   * `PUT /api/tenants/{id}/bounds` Needs the scope `tenants`. Audited as `tenant.bounded`.
   */
  bound(id: string, body: TenantBounds, options?: CallOptions): Answer<TenantView>
  /**
   * Make a tenant with keys of its own, and the one-time link for its first owner.
   *
   * `POST /api/tenants` Needs the scope `tenants`. Audited as `tenant.created`.
   */
  create(body: TenantInput, options?: CallOptions): Answer<TenantCreated>
  /**
   * Shut a tenant, and after a time of grace destroy its keys and all that it has.
   *
   * `POST /api/tenants/{id}/deletion` Needs the scope `tenants`. Audited as `tenant.deletion_set`.
   */
  delete(id: string, body: TenantDeletion, options?: CallOptions): Answer<TenantView>
  /**
   * Hand out all that a tenant has, opened, as JSON lines: its own owner’s to ask for, and the operator’s.
   *
   * `POST /api/tenants/{id}/export` Needs the scope `tenants`. Audited as `tenant.exported`.
   */
  export(id: string, body: Record<string, never>, options?: CallOptions): Answer<Lines>
  /**
   * Make the link for the first owner anew; the one before is void.
   *
   * `POST /api/tenants/{id}/invitation` Needs the scope `tenants`. Audited as `tenant.invited`.
   */
  invite(id: string, body: TenantInvitation, options?: CallOptions): Answer<TenantInvited>
  /**
   * List tenants.
   *
   * `GET /api/tenants` Needs the scope `tenants`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<TenantView>, TenantView>
  /**
   * Show one tenant.
   *
   * `GET /api/tenants/{id}` Needs the scope `tenants`.
   */
  read(id: string, options?: CallOptions): Answer<TenantView>
  /**
   * Open a tenant that was shut.
   *
   * `POST /api/tenants/{id}/resume` Needs the scope `tenants`. Audited as `tenant.resumed`.
   */
  resume(id: string, options?: CallOptions): Answer<TenantView>
  /**
   * Shut a tenant: nobody comes in, what is under way ends, its keys leave the memory.
   *
   * `POST /api/tenants/{id}/suspend` Needs the scope `tenants`. Audited as `tenant.suspended`.
   */
  suspend(id: string, options?: CallOptions): Answer<TenantView>
}

export interface ToolGrantsApi {
  /**
   * List the tools that you have said `always` to.
   *
   * `GET /api/tool-grants` Needs the scope `conversations`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<ToolGrantView>, ToolGrantView>
  /**
   * Be asked again.
   *
   * `DELETE /api/tool-grants/{id}` Needs the scope `conversations`. Audited as `tool_grant.revoked`.
   */
  revoke(id: string, options?: CallOptions): Answer<void>
}

export interface TotpApi {
  /**
   * Make the secret of an authenticator app; it counts once a code is confirmed.
   *
   * `POST /api/session/totp` Whoever is known may.
   */
  begin(options?: CallOptions): Answer<TotpSecret>
  /**
   * Confirm an authenticator app; the answer holds recovery codes, once.
   *
   * `PUT /api/session/totp` Whoever is known may. Audited as `totp.confirmed`.
   */
  confirm(body: TotpConfirmation, options?: CallOptions): Answer<RecoveryCodes>
  /**
   * Sign in without the authenticator app again; recovery codes are void.
   *
   * `POST /api/session/totp/remove` Whoever is known may. Audited as `totp.removed`.
   */
  remove(body: PasswordAgain, options?: CallOptions): Answer<void>
}

export interface UpgradesApi {
  /**
   * Decide that an upgrade may break something of a skill, with the reason.
   *
   * `POST /api/upgrade-exceptions` The operator of the machine may. Audited as `upgrade.excepted`.
   */
  except(body: UpgradeException, options?: CallOptions): Answer<UpgradeExceptionView>
  /**
   * List what upgrades may break all the same, newest first.
   *
   * `GET /api/upgrade-exceptions` The operator of the machine may.
   */
  exceptions(options?: CallOptions): Answer<Page<UpgradeExceptionView>>
}

export interface UsageApi {
  /**
   * How many questions were answered at home and how many by managed targets, by day.
   *
   * `GET /api/usage/home` Needs the scope `requests`.
   */
  home(query?: HomeQuery, options?: CallOptions): Answer<HomeView>
  /**
   * Requests, tokens and money by key, tenant, target, model or day; also as CSV.
   *
   * `GET /api/usage` Needs the scope `requests`.
   */
  read(query?: UsageQuery, options?: CallOptions): Answer<UsageView>
  /**
   * Requests, tokens and money by key, tenant, target, model or day; also as CSV. As Csv.
   *
   * `GET /api/usage` Needs the scope `requests`.
   */
  readCsv(query?: UsageQuery, options?: CallOptions): Answer<string>
}

export interface UsersApi {
  /**
   * Change somebody's role, or shut or open the account; shutting it ends its sessions and keys.
   *
   * `PATCH /api/users/{id}` Needs the scope `people`. Audited as `user.role_changed`.
   */
  change(id: string, body: UserChange, options?: CallOptions): Answer<UserView>
  /**
   * Delete an account with its sessions; its keys are revoked.
   *
   * `DELETE /api/users/{id}` Needs the scope `people`. Audited as `user.deleted`.
   */
  delete(id: string, options?: CallOptions): Answer<void>
  /**
   * List people.
   *
   * `GET /api/users` Needs the scope `people`.
   */
  list(query?: PageQuery, options?: CallOptions): Pages<Page<UserView>, UserView>
  /**
   * Show one person.
   *
   * `GET /api/users/{id}` Needs the scope `people`.
   */
  read(id: string, options?: CallOptions): Answer<UserView>
  /**
   * Make a one-time link with which somebody chooses a new password; it is shown once.
   *
   * `POST /api/users/{id}/password-link` Needs the scope `people`. Audited as `invitation.created`.
   */
  reset(id: string, options?: CallOptions): Answer<InvitationCreated>
  /**
   * Remove the authenticator app, recovery codes and passkeys of somebody who lost the device.
   *
   * `DELETE /api/users/{id}/factors` Needs the scope `people`. Audited as `factors.reset`.
   */
  resetFactors(id: string, options?: CallOptions): Answer<void>
}

/** Every operation that a program can call, by what it is about. */
export interface PlatformApi {
  readonly approvals: ApprovalsApi
  readonly artifacts: ArtifactsApi
  readonly attachments: AttachmentsApi
  readonly audit: AuditApi
  readonly authorisations: AuthorisationsApi
  readonly breakGlass: BreakGlassApi
  readonly budgets: BudgetsApi
  readonly cache: CacheApi
  readonly chat: ChatApi
  readonly collections: CollectionsApi
  readonly connections: ConnectionsApi
  readonly conversations: ConversationsApi
  readonly dictionaries: DictionariesApi
  readonly documents: DocumentsApi
  readonly egress: EgressApi
  readonly embeddings: EmbeddingsApi
  readonly factors: FactorsApi
  readonly federated: FederatedApi
  readonly groups: GroupsApi
  readonly health: HealthApi
  readonly holds: HoldsApi
  readonly invitations: InvitationsApi
  readonly issuer: IssuerApi
  readonly jwks: JwksApi
  readonly kek: KekApi
  readonly keys: KeysApi
  readonly knowledges: KnowledgesApi
  readonly memory: MemoryApi
  readonly messages: MessagesApi
  readonly metrics: MetricsApi
  readonly models: ModelsApi
  readonly openapi: OpenapiApi
  readonly owner: OwnerApi
  readonly passkeys: PasskeysApi
  readonly password: PasswordApi
  readonly people: PeopleApi
  readonly platform: PlatformApi
  readonly policies: PoliciesApi
  readonly privacy: PrivacyApi
  readonly probes: ProbesApi
  readonly projects: ProjectsApi
  readonly pulls: PullsApi
  readonly questions: QuestionsApi
  readonly recovery: RecoveryApi
  readonly requests: RequestsApi
  readonly responses: ResponsesApi
  readonly roles: RolesApi
  readonly routes: RoutesApi
  readonly routing: RoutingApi
  readonly runs: RunsApi
  readonly scim: ScimApi
  readonly serviceAccounts: ServiceAccountsApi
  readonly sessions: SessionsApi
  readonly settings: SettingsApi
  readonly shadow: ShadowApi
  readonly shares: SharesApi
  readonly skills: SkillsApi
  readonly skillConnections: SkillConnectionsApi
  readonly skillReviews: SkillReviewsApi
  readonly skillToolses: SkillToolsesApi
  readonly sources: SourcesApi
  readonly targets: TargetsApi
  readonly templates: TemplatesApi
  readonly tenants: TenantsApi
  readonly toolGrants: ToolGrantsApi
  readonly totp: TotpApi
  readonly upgrades: UpgradesApi
  readonly usage: UsageApi
  readonly users: UsersApi
}

/** What each operation takes and gives. */
export interface Operations {
  /** Approve exactly this call, this and others like it, or deny it. */
  'approval.decide': { input: { params: { id: string }; body: ApprovalInput }; output: ApprovalDecided }
  /** List the calls of tools in your runs that wait for your approval, oldest first. */
  'approval.list': { input: { query?: ApprovalPage }; output: Page<ApprovalView> }
  /** Put a document into a conversation that is written in versions. */
  'artifact.create': { input: { params: { id: string }; body: ArtifactInput }; output: ArtifactView }
  /** Delete a document with all its versions. */
  'artifact.delete': { input: { params: { id: string } }; output: void }
  /** List the documents that were written in a conversation, each with its newest version. */
  'artifact.list': { input: { params: { id: string } }; output: ArtifactList }
  /** Read a version, the newest where none is named, and what versions there are. */
  'artifact.read': { input: { params: { id: string }; query?: ArtifactQuery }; output: ArtifactText }
  /** Write a new version; those before stay. */
  'artifact.write': { input: { params: { id: string }; body: ArtifactVersionInput }; output: ArtifactView }
  /** Attach a file (multipart) or a text (JSON) to a conversation; it is read in the background. */
  'attachment.add': { input: { params: { id: string }; body: AttachmentInput }; output: AttachmentView }
  /** Delete an attached file; messages keep its name. */
  'attachment.delete': { input: { params: { id: string } }; output: void }
  /** An attached file as it came. */
  'attachment.download': { input: { params: { id: string } }; output: Blob }
  /** List the files of a conversation and what became of each, oldest first. */
  'attachment.list': { input: { params: { id: string } }; output: AttachmentList }
  /** What has become of an attached file. */
  'attachment.read': { input: { params: { id: string } }; output: AttachmentView }
  /** The text of an attached file, which citations of it point into. */
  'attachment.text': { input: { params: { id: string } }; output: AttachmentText }
  /** The signed checkpoint of the audit log, and the key to verify it with. */
  'audit.checkpoint': { input: { query?: CheckpointQuery }; output: CheckpointView }
  /** Proof that an earlier audit log is the beginning of a later one (RFC 6962). */
  'audit.consistency': { input: { query: ConsistencyQuery }; output: ConsistencyView }
  /** Entries of the audit log, in its order, and what they commit to. */
  'audit.entries': { input: { query?: EntriesQuery }; output: EntriesView }
  /** Audit events, newest first, by action, actor, subject, request, outcome and time. */
  'audit.list': { input: { query?: AuditQuery }; output: Page<AuditEventView> }
  /** Proof that one event or request is in the audit log (C2SP tlog-proof). */
  'audit.proof': { input: { params: { id: string } }; output: ProofView }
  /** Hashes of the audit log (C2SP tlog-tiles). */
  'audit.tiles': { input: { query: TilesQuery }; output: TilesView }
  /** Audit events that are in no log. */
  'audit.unlogged': { input: { query?: UnloggedQuery }; output: UnloggedView }
  /** Let an application know who one is, or not; the answer says where the browser goes. */
  'authorisation.decide': { input: { body: DecisionInput }; output: DecisionView }
  /** List the programs that act in your name until you end it, the one used last first. */
  'authorisation.list': { input: Record<string, never>; output: Page<AuthorisationView> }
  /** What an application asks of whoever is to be signed in to it. */
  'authorisation.read': { input: { body: AskedInput }; output: AskedView }
  /** End that a program acts in your name. */
  'authorisation.revoke': { input: { params: { id: string } }; output: void }
  /** Arm the emergency account; its one-time code is shown once, and an earlier one is void. */
  'break_glass.arm': { input: { body: ArmInput }; output: ArmedView }
  /** Make the code void, and end a session that it opened. */
  'break_glass.disarm': { input: Record<string, never>; output: void }
  /** Whether an emergency account is armed, and when one was used. */
  'break_glass.status': { input: Record<string, never>; output: BreakGlassView }
  /** Open a short session with every right, with the one-time code and a reason that stands in each of its events. */
  'break_glass.use': { input: { body: UseInput }; output: SessionView }
  /** Budgets of today and this month: those that bound you, or all for an operator. */
  'budget.list': { input: { query?: BudgetPage }; output: BudgetList }
  /** Forget kept answers of your tenant, in every process: all of them, or those of a rule or target. */
  'cache.purge': { input: { query?: CacheQuery }; output: CachePurged }
  /** What the cache of this process holds for your tenant: counts and sizes, never content. */
  'cache.read': { input: Record<string, never>; output: CacheView }
  /** Answer a conversation. */
  'chat.complete': { input: { body: ChatRequest }; output: ChatAnswer }
  /** Say who may read the documents that are added from now on. */
  'collection.acl': { input: { params: { id: string }; body: AclChange }; output: AclChanged }
  /** Rename a collection. */
  'collection.change': { input: { params: { id: string }; body: CollectionInput }; output: {
  id: string
  name: string
} }
  /** Create a collection. */
  'collection.create': { input: { body: CollectionInput }; output: CollectionView }
  /** Delete a collection and its documents. */
  'collection.delete': { input: { params: { id: string } }; output: void }
  /** List collections. */
  'collection.list': { input: { query?: PageQuery }; output: Page<CollectionView> }
  /** Search a collection. */
  'collection.search': { input: { params: { id: string }; body: SearchInput }; output: SearchResult }
  /** Identity providers that one can sign in with. */
  'connection.list': { input: Record<string, never>; output: Page<ConnectionView> }
  /** See whether an identity provider answers as it should, and get the link of a trial sign-in. */
  'connection.test': { input: { params: { id: string } }; output: ConnectionReport }
  /** Rename, tag, pin, archive or move a conversation, or raise its class. */
  'conversation.change': { input: { params: { id: string }; body: ConversationChange }; output: ConversationView }
  /** Begin a conversation. */
  'conversation.create': { input: { body: ConversationInput }; output: ConversationView }
  /** Delete a conversation with its messages and runs. */
  'conversation.delete': { input: { params: { id: string } }; output: void }
  /** Delete several conversations. */
  'conversation.delete_many': { input: { body: ConversationsDeletion }; output: ConversationsDeleted }
  /** Take a conversation along: all branches as JSON, or the last one as Markdown or a page. */
  'conversation.export': { input: { params: { id: string }; query?: ExportQuery }; output: ConversationExport }
  /** Find what was said in a conversation. */
  'conversation.find': { input: { params: { id: string }; body: ConversationFind }; output: ConversationFound }
  /** Begin a conversation with a copy of a branch of this one. */
  'conversation.fork': { input: { params: { id: string }; body: ForkInput }; output: ConversationView }
  /** Import what Freehold, OpenAI, Open WebUI or LibreChat exported. */
  'conversation.import': { input: { body: ImportInput }; output: ConversationsImported }
  /** List your conversations, the one spoken in last first. */
  'conversation.list': { input: { query?: ConversationPage }; output: Page<ConversationView> }
  /** What a conversation is encrypted with, and who could read it. */
  'conversation.lock': { input: { params: { id: string } }; output: ConversationLock }
  /** Read a conversation, without its messages. */
  'conversation.read': { input: { params: { id: string } }; output: ConversationView }
  /** Search your conversations. */
  'conversation.search': { input: { body: ConversationSearch }; output: ConversationHits }
  /** Delete a dictionary. */
  'dictionary.delete': { input: { params: { name: string } }; output: void }
  /** The dictionaries of your tenant: names and sizes, no terms. */
  'dictionary.list': { input: Record<string, never>; output: DictionaryList }
  /** Create or replace a dictionary: JSON, or CSV with a head (value,pattern,type,case_sensitive,whole_word). */
  'dictionary.put': { input: { params: { name: string }; body: DictionaryInput }; output: DictionaryView }
  /** A dictionary and its terms, page by page. */
  'dictionary.read': { input: { params: { name: string }; query?: DictionaryPage }; output: DictionaryRead }
  /** Say who may read a document. */
  'document.acl': { input: { params: { id: string }; query?: { collection?: string | undefined }; body: AclChange }; output: AclChanged }
  /** Add a file (multipart) or texts (JSON). */
  'document.add': { input: { params: { id: string }; body: DocumentsInput }; output: DocumentsAdded }
  /** Delete a document. */
  'document.delete': { input: { params: { id: string }; query?: { collection?: string | undefined } }; output: void }
  /** List the documents of a collection. */
  'document.list': { input: { params: { id: string }; query?: PageQuery }; output: Page<DocumentView> }
  /** The extracted text that spans point into. */
  'document.text': { input: { params: { id: string }; query?: { collection?: string | undefined } }; output: DocumentText }
  /** What left for managed targets in one request, and what came back, as it went over the wire. */
  'egress.read': { input: { params: { id: string } }; output: EgressView }
  /** Embed text. */
  'embeddings.create': { input: { body: EmbeddingsRequest }; output: EmbeddingsAnswer }
  /** Show how far the vectors of all passages are, and what keeps them. */
  'embeddings.status': { input: Record<string, never>; output: EmbeddingsView }
  /** What you sign in with besides a password. */
  'factor.read': { input: Record<string, never>; output: FactorsView }
  /** Begin to let an account elsewhere open yours; the answer says where the browser goes. */
  'federated.link': { input: { body: LinkInput }; output: LinkBegun }
  /** Accounts elsewhere that open yours here. */
  'federated.list': { input: Record<string, never>; output: Page<FederatedView> }
  /** An account elsewhere is not to open yours any more. */
  'federated.unlink': { input: { params: { id: string } }; output: void }
  /** Add somebody to a group. */
  'group.add': { input: { params: { id: string; user: string } }; output: void }
  /** Rename a group, or change what its members may do. */
  'group.change': { input: { params: { id: string }; body: GroupChange }; output: GroupView }
  /** Make a group. */
  'group.create': { input: { body: GroupInput }; output: GroupView }
  /** Delete a group; its members stay. */
  'group.delete': { input: { params: { id: string } }; output: void }
  /** List groups. */
  'group.list': { input: { query?: PageQuery }; output: Page<GroupView> }
  /** List the members of a group. */
  'group.members': { input: { params: { id: string } }; output: Page<UserView> }
  /** Remove somebody from a group. */
  'group.remove': { input: { params: { id: string; user: string } }; output: void }
  /** How this process and what it rests on are doing, and what is left to set up. */
  'health.read': { input: Record<string, never>; output: HealthView }
  /** Hold what is kept of a person, a collection, a time or everything: it neither runs out nor is erased. */
  'hold.add': { input: { body: HoldInput }; output: HoldView }
  /** Lift a legal hold; it stays on the list. */
  'hold.lift': { input: { params: { id: string } }; output: HoldView }
  /** List legal holds, lifted ones too. */
  'hold.list': { input: { query?: PageQuery }; output: Page<HoldView> }
  /** Accept an invitation, or choose a new password, with the one-time link. */
  'invitation.accept': { input: { body: InvitationAcceptance }; output: SessionView }
  /** Invite somebody; the one-time link is shown once. */
  'invitation.create': { input: { body: InvitationInput }; output: InvitationCreated }
  /** List invitations that are open. */
  'invitation.list': { input: { query?: PageQuery }; output: Page<InvitationView> }
  /** Withdraw an invitation. */
  'invitation.withdraw': { input: { params: { id: string } }; output: void }
  /** What the issuer offers, and where (OpenID Connect Discovery). */
  'issuer.metadata': { input: Record<string, never>; output: {
  issuer: string
  jwks_uri: string
  token_endpoint: string
  authorization_endpoint?: string
  userinfo_endpoint?: string
  grant_types_supported: string[]
  [field: string]: unknown
} }
  /** The same, for OAuth clients (RFC 8414). */
  'issuer.server_metadata': { input: Record<string, never>; output: {
  issuer: string
  jwks_uri: string
  token_endpoint: string
  authorization_endpoint?: string
  userinfo_endpoint?: string
  grant_types_supported: string[]
  [field: string]: unknown
} }
  /** Get an access token, and for a code what says who was signed in. */
  'issuer.token': { input: { body: { grant_type: 'client_credentials' | 'authorization_code' | 'refresh_token'; client_id?: string | undefined; client_assertion_type?: string | undefined; client_assertion?: string | undefined; scope?: string | undefined; resource?: string | undefined; code?: string | undefined; code_verifier?: string | undefined; redirect_uri?: string | undefined; refresh_token?: string | undefined } }; output: {
  access_token: string
  token_type: string
  expires_in: number
  scope?: string
  id_token?: string
  refresh_token?: string
} }
  /** Who the person is that an access token is about; the token is an application’s. */
  'issuer.user_info': { input: Record<string, never>; output: {
  sub: string
  name?: string
  preferred_username?: string
  email?: string
  groups?: string[]
} }
  /** The public keys of the tokens that private targets get (RFC 7517). */
  'jwks.read': { input: Record<string, never>; output: Jwks }
  /** Make the next version of a tenant’s key and wrap its data keys under it. */
  'kek.rotate': { input: { body: KekRotation }; output: KekRotated }
  /** Move to the root key keys.next: every tenant’s key is wrapped under it. */
  'kek.rotate-root': { input: { body: RootRotation }; output: RootRotated }
  /** Destroy all keys of a tenant for good: nothing of it can be read any more. */
  'kek.shred': { input: { body: KekShredding }; output: KekShredded }
  /** Root key and tenants’ keys: versions, ages, what wraps what; never a key. */
  'kek.status': { input: { query?: KekQuery }; output: KekStatus }
  /** Create an API key; it is shown once. */
  'key.create': { input: { body: KeyInput }; output: KeyCreated }
  /** List API keys. */
  'key.list': { input: { query?: PageQuery }; output: Page<KeyView> }
  /** Revoke an API key. */
  'key.revoke': { input: { params: { id: string } }; output: void }
  /** Search all collections that you may read, or some of them. */
  'knowledge.search': { input: { body: SearchEverywhere }; output: SearchedEverywhere }
  /** Change one of what is remembered for you. */
  'memory.change': { input: { params: { id: string }; body: MemoryChange }; output: MemoryView }
  /** Have something remembered in every conversation. */
  'memory.create': { input: { body: MemoryInput }; output: MemoryView }
  /** Delete one of what is remembered for you. */
  'memory.delete': { input: { params: { id: string } }; output: void }
  /** List what is remembered for you. */
  'memory.list': { input: { query?: PageQuery }; output: Page<MemoryView> }
  /** Where a message would go that is being written, and why; nothing is sent or kept. */
  'message.foresee': { input: { body: ForeseenMessage }; output: MessageForesight }
  /** List the messages of a conversation with their parents, oldest first, or a branch from its end. */
  'message.list': { input: { params: { id: string }; query?: MessagePage }; output: Page<MessageView> }
  /** Have an answer made again, by the same model or another; it stands beside the first. */
  'message.regenerate': { input: { params: { id: string }; body: RegenerateInput }; output: RunStarted }
  /** Say something, or edit what was said into a branch beside it; a run answers. */
  'message.send': { input: { params: { id: string }; body: MessageInput }; output: RunStarted }
  /** Answer a conversation, in the Anthropic dialect. */
  'messages.create': { input: { body: MessagesRequest }; output: MessagesAnswer }
  /** Prometheus metrics (loopback, or a key with scope *). */
  'metrics.read': { input: Record<string, never>; output: string }
  /** The models that answer here, in the dialect of the client. */
  'models.list': { input: { query?: ModelPage }; output: ModelList }
  /** One model that the caller may ask for. */
  'models.read': { input: { params: { id: string } }; output: Model | AnthropicModel }
  /** This interface as OpenAPI 3.1. */
  'openapi.read': { input: Record<string, never>; output: {
  [field: string]: unknown
} }
  /** Claim the owner account with the one-time link. */
  'owner.claim': { input: { body: ClaimInput }; output: SessionView }
  /** Keep a passkey to sign in with. */
  'passkey.add': { input: { body: PasskeyInput }; output: PasskeyView }
  /** What the browser needs to sign in with a passkey. */
  'passkey.challenge': { input: Record<string, never>; output: WebauthnOptions }
  /** Sign in with a passkey. */
  'passkey.enter': { input: { body: PasskeyAssertion }; output: SessionView }
  /** What the browser needs to make a passkey. */
  'passkey.options': { input: { body: PasswordAgain }; output: WebauthnOptions }
  /** Forget a passkey of yours. */
  'passkey.remove': { input: { params: { id: string } }; output: void }
  /** Change your own password; your other sessions end. */
  'password.change': { input: { body: PasswordChange }; output: void }
  /** Erase a person: the account, and whose everything else was. With dryRun only count; asked again, how far it is. */
  'person.erase': { input: { params: { id: string }; body: ErasureInput }; output: ErasureView }
  /** Everything that is held of a person, as lines of JSON. */
  'person.export': { input: { params: { id: string } }; output: Lines }
  /** Everything that is held of you, as lines of JSON. */
  'person.export_own': { input: Record<string, never>; output: Lines }
  /** Version and whether an owner has claimed. */
  'platform.read': { input: Record<string, never>; output: PlatformView }
  /** What is wrong with policies, and whose answers they would change; nothing is kept. */
  'policy.check': { input: { body: PoliciesCheck }; output: PoliciesChecked }
  /** Who may do something, or why somebody may not, by the policies in force or by others. */
  'policy.explain': { input: { body: PolicyQuestion }; output: PolicyAnswer }
  /** Replace the policies; what was in force stays as an earlier version. */
  'policy.put': { input: { body: PoliciesPut }; output: PoliciesView }
  /** The policies in force, what roles allow before them, and the schema they are written in. */
  'policy.read': { input: Record<string, never>; output: PoliciesView }
  /** Make an earlier version of the policies the newest one. */
  'policy.restore': { input: { params: { version: number } }; output: PoliciesView }
  /** The policies of one version. */
  'policy.version': { input: { params: { version: number } }; output: PolicyVersionView }
  /** Earlier versions of the policies, newest first. */
  'policy.versions': { input: { query?: PageQuery }; output: PolicyVersions }
  /** Find personal data and secrets in a text; it is neither kept nor sent anywhere. */
  'privacy.detect': { input: { body: DetectInput }; output: Detected }
  /** The detectors of the configuration beside the built-in one, and how they do. */
  'privacy.detectors': { input: Record<string, never>; output: DetectorsView }
  /** Forget what stands for what in a conversation of yours; placeholders that are still about stay placeholders. */
  'privacy.forget': { input: { params: { name: string } }; output: void }
  /** What would leave for a target, masked; nothing is sent or kept. */
  'privacy.preview': { input: { body: PreviewInput }; output: Preview }
  /** The process turns over. */
  'probe.live': { input: Record<string, never>; output: string }
  /** Requests can be served. */
  'probe.ready': { input: Record<string, never>; output: string }
  /** Start-up and migrations are done. */
  'probe.startup': { input: Record<string, never>; output: string }
  /** Rename a project. */
  'project.change': { input: { params: { id: string }; body: ProjectInput }; output: ProjectView }
  /** Make a project for conversations. */
  'project.create': { input: { body: ProjectInput }; output: ProjectView }
  /** Delete a project; its conversations stay. */
  'project.delete': { input: { params: { id: string } }; output: void }
  /** List your projects. */
  'project.list': { input: { query?: PageQuery }; output: Page<ProjectView> }
  /** End the fetching of a model; one that is over stays as it is. */
  'pull.cancel': { input: { params: { id: string } }; output: void }
  /** Keep a question to test a collection with, and the document that should come up. */
  'question.create': { input: { params: { id: string }; body: QuestionInput }; output: QuestionView }
  /** Test a collection with this question no longer. */
  'question.delete': { input: { params: { id: string } }; output: void }
  /** List the questions that a collection is tested with, and where each came up last; for who may change it. */
  'question.list': { input: { params: { id: string } }; output: QuestionList }
  /** Ask a collection all its questions, and see what came up later than before or not at all. */
  'question.run': { input: { params: { id: string }; body: QuestionsRun }; output: QuestionsAnswered }
  /** Make new recovery codes; the older ones are void. */
  'recovery.renew': { input: { body: PasswordAgain }; output: RecoveryCodes }
  /** Records of requests, newest first: your own, or all for an operator. */
  'request.list': { input: { query?: RequestPage }; output: Page<RequestView> }
  /** The record of one request. */
  'request.read': { input: { params: { id: string } }; output: RequestView }
  /** Answer or continue a conversation (OpenAI Responses). */
  'responses.create': { input: { body: ResponsesRequest }; output: ResponsesAnswer }
  /** Delete a role of your own that nobody has. */
  'role.delete': { input: { params: { name: string } }; output: void }
  /** List roles and what they may do. */
  'role.list': { input: Record<string, never>; output: {
  data: RoleView[]
} }
  /** Make a role of your own, or change what it may do. */
  'role.put': { input: { params: { name: string }; body: RoleInput }; output: RoleView }
  /** What other rules would have made of the newest requests of your tenant; nothing is kept. */
  'route.dry_run': { input: { body: DryRunInput }; output: DryRunView }
  /** Where a request of yours would go, and why. */
  'route.explain': { input: { body: ExplainInput }; output: Explanation }
  /** The routing rules in the order in which they are tried. */
  'route.list': { input: Record<string, never>; output: RouteList }
  /** Replace the rules of the settings; those of the file stay before them. */
  'route.replace': { input: { body: RoutesPut }; output: RouteList }
  /** Make an earlier version of targets and rules the newest one. */
  'routing.restore': { input: { params: { version: number } }; output: RouteList }
  /** Earlier versions of the targets and rules of the settings, newest first. */
  'routing.versions': { input: { query?: PageQuery }; output: SettingsVersions }
  /** Go on with a run that was interrupted or failed. */
  'run.continue': { input: { params: { id: string } }; output: RunView }
  /** What has become of a run. */
  'run.read': { input: { params: { id: string } }; output: RunView }
  /** Stop a run; answered when the model has been let go. */
  'run.stop': { input: { params: { id: string } }; output: RunView }
  /** What of SCIM is offered. */
  'scim.config': { input: { query?: ScimDiscovery }; output: ScimDescribed }
  /** Make a group of the directory. */
  'scim.group.create': { input: { query?: ScimSelection; body: Record<string, unknown> }; output: ScimGroup }
  /** Delete a group of the directory; its members stay. */
  'scim.group.delete': { input: { params: { id: string } }; output: void }
  /** List groups of the directory. */
  'scim.group.list': { input: { query?: ScimQuery }; output: ScimGroups }
  /** Change name or members of a group of the directory. */
  'scim.group.patch': { input: { params: { id: string }; query?: ScimSelection; body: ScimPatch }; output: ScimGroup }
  /** Show a group of the directory. */
  'scim.group.read': { input: { params: { id: string }; query?: ScimSelection }; output: ScimGroup }
  /** Replace name and members of a group of the directory. */
  'scim.group.replace': { input: { params: { id: string }; query?: ScimSelection; body: Record<string, unknown> }; output: ScimGroup }
  /** Search groups of the directory. */
  'scim.group.search': { input: { body: ScimSearch }; output: ScimGroups }
  /** Attributes of one kind of SCIM resources. */
  'scim.schema': { input: { params: { id: string } }; output: ScimDescribed }
  /** Attributes of SCIM resources. */
  'scim.schemas': { input: { query?: ScimDiscovery }; output: ScimDescriptions }
  /** Search people and groups of the directory. */
  'scim.search': { input: { body: ScimSearch }; output: ScimAnything }
  /** One kind of SCIM resources. */
  'scim.type': { input: { params: { id: string } }; output: ScimDescribed }
  /** Kinds of SCIM resources. */
  'scim.types': { input: { query?: ScimDiscovery }; output: ScimDescriptions }
  /** Open an account for somebody of the directory. */
  'scim.user.create': { input: { query?: ScimSelection; body: Record<string, unknown> }; output: ScimUser }
  /** Delete the account of somebody of the directory with its sessions and keys. */
  'scim.user.delete': { input: { params: { id: string } }; output: void }
  /** List people of the directory. */
  'scim.user.list': { input: { query?: ScimQuery }; output: ScimUsers }
  /** Change what is known of somebody of the directory; inactive, the account is shut. */
  'scim.user.patch': { input: { params: { id: string }; query?: ScimSelection; body: ScimPatch }; output: ScimUser }
  /** Show somebody of the directory. */
  'scim.user.read': { input: { params: { id: string }; query?: ScimSelection }; output: ScimUser }
  /** Replace what is known of somebody of the directory; inactive, the account is shut. */
  'scim.user.replace': { input: { params: { id: string }; query?: ScimSelection; body: Record<string, unknown> }; output: ScimUser }
  /** Search people of the directory. */
  'scim.user.search': { input: { body: ScimSearch }; output: ScimUsers }
  /** Change what a service account may do, or disable it, which ends what it has open. */
  'service_account.change': { input: { params: { id: string }; body: ServiceAccountChange }; output: ServiceAccountView }
  /** Make a service account, which has nothing to come in with until a key is made for it. */
  'service_account.create': { input: { body: ServiceAccountInput }; output: ServiceAccountView }
  /** Delete a service account; its keys are revoked. */
  'service_account.delete': { input: { params: { id: string } }; output: void }
  /** List service accounts. */
  'service_account.list': { input: { query?: PageQuery }; output: Page<ServiceAccountView> }
  /** Show one service account. */
  'service_account.read': { input: { params: { id: string } }; output: ServiceAccountView }
  /** Sign out. */
  'session.close': { input: Record<string, never>; output: void }
  /** End a session of yours, or of somebody you look after. */
  'session.end': { input: { params: { id: string } }; output: void }
  /** List your open sessions, or those of somebody you look after. */
  'session.list': { input: { query?: { user?: string | undefined } }; output: Page<OpenSessionView> }
  /** Sign in. */
  'session.open': { input: { body: SessionInput }; output: SessionView }
  /** Who am I. */
  'session.read': { input: Record<string, never>; output: SessionView }
  /** Every key of the configuration, its value and where it was said; no secrets. */
  'settings.read': { input: Record<string, never>; output: SettingsView }
  /** Make the rules on trial the rules of the settings. */
  'shadow.promote': { input: { body: ShadowPromote }; output: RouteList }
  /** The rules on trial, and what they would have changed since they were set. */
  'shadow.read': { input: Record<string, never>; output: ShadowState }
  /** End the trial. */
  'shadow.remove': { input: Record<string, never>; output: void }
  /** Put rules on trial in the place of those of the settings; nothing is done by them. */
  'shadow.set': { input: { body: ShadowPut }; output: ShadowState }
  /** Share a branch, as it is now, with others of the tenant who have the token, or with anybody who has. */
  'share.create': { input: { params: { id: string }; body: ShareInput }; output: ShareMade }
  /** List what of a conversation is shared. */
  'share.list': { input: { params: { id: string } }; output: ShareList }
  /** Read what somebody of the tenant shared. */
  'share.read': { input: { params: { id: string } }; output: SharedView }
  /** Share it no longer. */
  'share.revoke': { input: { params: { id: string } }; output: void }
  /** Say yes to what a version of a skill may do. */
  'skill.approve': { input: { params: { name: string }; body: SkillApproval }; output: SkillDetail }
  /** Call an operation of a skill; what is more than a read must be confirmed in the same request. */
  'skill.call': { input: { params: { name: string }; body: SkillCall }; output: SkillResult }
  /** Try another version on some callers; it is taken back by itself when it does worse. */
  'skill.canary': { input: { params: { name: string }; body: SkillCanary }; output: SkillDetail }
  /** List the skills that can be installed by name: those that come along, and those of repositories. */
  'skill.catalogue': { input: { query?: CatalogueQuery }; output: SkillCatalogue }
  /** Switch a skill on or off, to another version, or change where it leads and who may use it. */
  'skill.change': { input: { params: { name: string }; body: SkillChange }; output: SkillDetail }
  /** Make a skill of an OpenAPI document, or look at one that was changed; nothing is kept. */
  'skill.draft': { input: { body: SkillDraftInput }; output: SkillDraft }
  /** Hand out the bundle of a skill that is called, and the calls of it that were kept, to try an upgrade on. */
  'skill.export': { input: { params: { name: string } }; output: SkillExport }
  /** Show how calls of each version went: how many, how many failed, and how long they took. */
  'skill.figures': { input: { params: { name: string }; query?: FiguresQuery }; output: SkillFigures }
  /** Forget a secret of a skill. */
  'skill.forget_secret': { input: { params: { name: string; secret: string } }; output: void }
  /** Show a skill with its versions, permissions and settings. */
  'skill.get': { input: { params: { name: string } }; output: SkillDetail }
  /** Take a skill in: a bundle, or one of a repository by its name. */
  'skill.install': { input: { body: SkillInstallation }; output: SkillDetail }
  /** List the skills that the caller may use; whoever looks after skills sees all. */
  'skill.list': { input: Record<string, never>; output: Page<SkillView> }
  /** Show what must vouch for skills before they are taken in. */
  'skill.policy': { input: Record<string, never>; output: SkillPolicy }
  /** Say what must vouch for skills before they are taken in. */
  'skill.put_policy': { input: { body: SkillPolicy }; output: SkillPolicy }
  /** Remove a skill with all its versions, its secrets and what it kept. */
  'skill.remove': { input: { params: { name: string } }; output: void }
  /** Revoke a version: its calls end, and it is never called again. */
  'skill.revoke': { input: { body: SkillRevocation }; output: {
  revoked: string[]
} }
  /** End a canary, or go back to the version before. */
  'skill.rollback': { input: { params: { name: string } }; output: SkillDetail }
  /** Store a secret that the broker adds to requests of a skill; it is never shown again. */
  'skill.secret': { input: { params: { name: string; secret: string }; body: SecretValue }; output: void }
  /** Call an operation of a skill once that is not installed; nothing of it is kept. */
  'skill.try': { input: { body: SkillTryInput }; output: SkillTrial }
  /** Take in another version beside the one that is called, and switch to it unless it may do more. */
  'skill.update': { input: { params: { name: string }; body: SkillUpdate }; output: SkillDetail }
  /** List the versions of a skill, and what each may do. */
  'skill.versions': { input: { params: { name: string } }; output: Page<SkillVersionView> }
  /** Begin to connect a skill to its MCP server with OAuth; the browser goes to `location` next. */
  'skill_connection.begin': { input: { params: { name: string } }; output: {
  location: string | null
} }
  /** See how a skill is connected to its MCP server. */
  'skill_connection.read': { input: { params: { name: string } }; output: {
  state: 'connected' | 'needs_authorisation' | 'expired' | 'failed'
  reason: string | null
  server: string
  issuer: string | null
  expiresAt: string | null
  changedAt: string
} }
  /** Forget the tokens of a skill for its MCP server. */
  'skill_connection.remove': { input: { params: { name: string } }; output: void }
  /** Approve a skill for installation, or reject it, with the reason. */
  'skill_review.decide': { input: { params: { id: string }; body: SkillReviewInput }; output: SkillReviewView }
  /** One of them with the whole report. */
  'skill_review.get': { input: { params: { id: string } }; output: SkillReviewDetail }
  /** List skills that a person has to decide about, or has, newest first. */
  'skill_review.list': { input: { query?: SkillReviewPage }; output: Page<SkillReviewView> }
  /** Let tools of an MCP server be called that are as the review showed them. */
  'skill_tools.approve': { input: { params: { name: string }; body: { pins: readonly string[] } }; output: {
  approved: string[]
} }
  /** Ask the MCP server of a skill what its tools are, and see what of it nobody approved. */
  'skill_tools.review': { input: { params: { name: string } }; output: {
  unchanged: string[]
  changes: {
    tool: string
    kind: 'new' | 'changed'
    before: {
      name: string
      description: string
      inputSchema: Record<string, unknown>
      outputSchema?: Record<string, unknown>
    } | null
    now: {
      name: string
      description: string
      inputSchema: Record<string, unknown>
      outputSchema?: Record<string, unknown>
    }
    fields: ('description' | 'inputSchema' | 'outputSchema')[]
    pin: string
    hidden: {
      place: string
      characters: string[]
    }[]
  }[]
  gone: string[]
} }
  /** Create a source, which then brings its documents into a collection. */
  'source.create': { input: { body: SourceInput }; output: SourceView }
  /** Delete a source, with its documents or without. */
  'source.delete': { input: { params: { id: string }; query?: SourceRemoval }; output: void }
  /** Show a source, its progress and its last trouble. */
  'source.get': { input: { params: { id: string } }; output: SourceView }
  /** List what a source brought, and what could not be read and why. */
  'source.items': { input: { params: { id: string }; query?: { after?: string | undefined; limit?: number | undefined; outcome?: 'kept' | 'failed' | undefined } }; output: Page<SourceItemView> }
  /** List sources and how they are doing. */
  'source.list': { input: { query?: PageQuery }; output: Page<SourceView> }
  /** Look for changes now; what could not be read is tried again. */
  'source.sync': { input: { params: { id: string } }; output: SourceView }
  /** Change, pause or resume a source; it has the rights of whoever did so from then on. */
  'source.update': { input: { params: { id: string }; body: SourceChange }; output: SourceView }
  /** Delete a target of the settings. */
  'target.delete': { input: { params: { name: string } }; output: void }
  /** Look for model servers on the fixed ports of this machine, and for keys of providers by name. */
  'target.discover': { input: Record<string, never>; output: NeighboursView }
  /** Send nothing new to a target, of the file or the settings; what is under way finishes. */
  'target.drain': { input: { params: { name: string } }; output: TargetTurnResult }
  /** The targets that requests can go to, from the file and from the settings. */
  'target.list': { input: Record<string, never>; output: TargetList }
  /** What a target offers now, and which of it clients may ask for; the target is asked. */
  'target.models': { input: { params: { name: string } }; output: TargetModels }
  /** Let a private Ollama fetch a model; goes on in the background. */
  'target.pull': { input: { params: { name: string }; body: PullInput }; output: PullView }
  /** Models that a target fetches, or fetched since the start of this process. */
  'target.pulls': { input: { params: { name: string } }; output: PullList }
  /** Create or replace a target; those of the file are read-only. */
  'target.put': { input: { params: { name: string }; body: TargetPut }; output: TargetPutResult }
  /** Use a target again that was drained. */
  'target.resume': { input: { params: { name: string } }; output: TargetTurnResult }
  /** Try a target that is in use: address, certificate, credential, models, and a call if wanted. */
  'target.test': { input: { params: { name: string }; body: SavedTargetTest }; output: TargetTestResult }
  /** Try a target that is not saved: address, certificate, credential, models, and a call if wanted. */
  'target.test_new': { input: { body: TargetTest }; output: TargetTestResult }
  /** Change one of your prompt templates. */
  'template.change': { input: { params: { id: string }; body: TemplateChange }; output: TemplateView }
  /** Keep a prompt to use it again. */
  'template.create': { input: { body: TemplateInput }; output: TemplateView }
  /** Delete one of your prompt templates. */
  'template.delete': { input: { params: { id: string } }; output: void }
  /** List your prompt templates. */
  'template.list': { input: { query?: PageQuery }; output: Page<TemplateView> }
  /** Say what bounds a tenant: quotas, limits, networks it is used from, targets it may reach. */
  'tenant.bound': { input: { params: { id: string }; body: TenantBounds }; output: TenantView }
  /** Make a tenant with keys of its own, and the one-time link for its first owner. */
  'tenant.create': { input: { body: TenantInput }; output: TenantCreated }
  /** Shut a tenant, and after a time of grace destroy its keys and all that it has. */
  'tenant.delete': { input: { params: { id: string }; body: TenantDeletion }; output: TenantView }
  /** Hand out all that a tenant has, opened, as JSON lines: its own owner’s to ask for, and the operator’s. */
  'tenant.export': { input: { params: { id: string }; body: Record<string, never> }; output: Lines }
  /** Make the link for the first owner anew; the one before is void. */
  'tenant.invite': { input: { params: { id: string }; body: TenantInvitation }; output: TenantInvited }
  /** List tenants. */
  'tenant.list': { input: { query?: PageQuery }; output: Page<TenantView> }
  /** Show one tenant. */
  'tenant.read': { input: { params: { id: string } }; output: TenantView }
  /** Open a tenant that was shut. */
  'tenant.resume': { input: { params: { id: string } }; output: TenantView }
  /** Shut a tenant: nobody comes in, what is under way ends, its keys leave the memory. */
  'tenant.suspend': { input: { params: { id: string } }; output: TenantView }
  /** List the tools that you have said `always` to. */
  'tool_grant.list': { input: { query?: PageQuery }; output: Page<ToolGrantView> }
  /** Be asked again. */
  'tool_grant.revoke': { input: { params: { id: string } }; output: void }
  /** Make the secret of an authenticator app; it counts once a code is confirmed. */
  'totp.begin': { input: Record<string, never>; output: TotpSecret }
  /** Confirm an authenticator app; the answer holds recovery codes, once. */
  'totp.confirm': { input: { body: TotpConfirmation }; output: RecoveryCodes }
  /** Sign in without the authenticator app again; recovery codes are void. */
  'totp.remove': { input: { body: PasswordAgain }; output: void }
  /** Decide that an upgrade may break something of a skill, with the reason. */
  'upgrade.except': { input: { body: UpgradeException }; output: UpgradeExceptionView }
  /** List what upgrades may break all the same, newest first. */
  'upgrade.exceptions': { input: Record<string, never>; output: Page<UpgradeExceptionView> }
  /** How many questions were answered at home and how many by managed targets, by day. */
  'usage.home': { input: { query?: HomeQuery }; output: HomeView }
  /** Requests, tokens and money by key, tenant, target, model or day; also as CSV. */
  'usage.read': { input: { query?: UsageQuery }; output: UsageView }
  /** Change somebody's role, or shut or open the account; shutting it ends its sessions and keys. */
  'user.change': { input: { params: { id: string }; body: UserChange }; output: UserView }
  /** Delete an account with its sessions; its keys are revoked. */
  'user.delete': { input: { params: { id: string } }; output: void }
  /** List people. */
  'user.list': { input: { query?: PageQuery }; output: Page<UserView> }
  /** Show one person. */
  'user.read': { input: { params: { id: string } }; output: UserView }
  /** Make a one-time link with which somebody chooses a new password; it is shown once. */
  'user.reset': { input: { params: { id: string } }; output: InvitationCreated }
  /** Remove the authenticator app, recovery codes and passkeys of somebody who lost the device. */
  'user.reset_factors': { input: { params: { id: string } }; output: void }
}
