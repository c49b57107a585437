import type { ConfigKey } from './keys.ts'

/** What each key does, for those who read Chinese: a key without it does not compile. */
export const MEANINGS_ZH: Readonly<Record<ConfigKey, string>> = {
  listen:
    '服务器的地址和端口；也可以写成一节，分别给出 data、admin，以及需要时的 metrics（否则由 admin 提供）；端口 0 表示由系统选择空闲端口。',
  publicUrl: '前面有代理时，人们访问服务器所用的地址。',
  tls: '监听端口的证书和密钥，写成 PEM 文件的路径；写了 clientCa 时客户端必须出示证书。文件更新后无需重启即生效。`off` 表示有意在非回环地址上使用明文 HTTP，前面有终止 TLS 的代理。',
  database: '外部 PostgreSQL（15 或更新）的 DSN；不写时 Freehold 在数据目录中运行自己的数据库。',
  tenantDatabases:
    '在 `database` 所在服务器上可以创建数据库和登录名的登录 DSN，供有独立数据库的租户使用；不写则没有这样的租户。',
  blobs: '存放文档和索引段（加密）的目录，或 `s3` 所指对象存储中的桶；不写时为数据目录下的 `blobs`。',
  s3: '`blobs: s3://…` 背后的对象存储。不写 `endpoint` 时使用该区域的 Amazon S3；写了时 `pathStyle` 默认为 true。`tls` 为 `{ ca }`（自有证书机构的 PEM 文件）或 `off`（允许以明文 HTTP 访问其他机器）。',
  'keys.provider':
    '由谁保管根密钥：`file` 是只有所有者可读的文件；其他方式需要 `keys.vault`、`keys.aws` 或 `keys.pkcs11` 一节。',
  'keys.path': '`file` 方式的根密钥文件；不写时为数据目录下的 `keys/root.key`。',
  'keys.passphrase':
    '打开根密钥的口令；首次启动时根密钥以它加密生成，以后用 `freehold kek passphrase` 设置、更换或去除。',
  'keys.vault':
    '保管根密钥的 Vault 或 OpenBao 传输引擎：`address`、`key`，以及需要时的 `token`、`mount`（默认 `transit`）、`namespace`、`tls`（`{ ca }` 或 `off`）。没有 `token` 时须由途中的代理补上。',
  'keys.aws':
    '作为根密钥的 AWS KMS 对称密钥：`region`、`key`（id 或 ARN）、`accessKeyId`、`secretAccessKey`，以及需要时的 `sessionToken`、`endpoint`、`tls`（`{ ca }` 或 `off`）。',
  'keys.pkcs11':
    '作为根密钥的 PKCS#11 令牌中的 AES 密钥：`module`（令牌的库）、`token` 和 `key`（标签）、`pin`；pkcs11js 包不在 Freehold 旁边时还需 `binding`。',
  'keys.next':
    '要迁往的根密钥，写法与 `keys` 相同：`provider` 及其所属各项。两者都会打开；`freehold kek rotate --root` 用新的根密钥重新包裹所有密钥。',
  targets: '请求可以发往的模型和服务。',
  localModels:
    '由本程序自己打开的模型文件（GGUF），各在独立进程中运行，在规则中是区域 `local` 的目标。需要 node-llama-cpp 包，Freehold 不自带。',
  routes: '决定哪些目标可以回答哪些请求的规则；第一条匹配的规则说了算，没有规则匹配的请求会被拒绝。',
  'limits.tenant': '每个租户的用量上限，其所有密钥合计。',
  'limits.key': '没有自己限额的密钥各自的用量上限。',
  'limits.users': '一个人的用量上限，含其创建的所有密钥：按账户 id 或名称，`*` 表示未列出的所有人。',
  'limits.groups': '一个组的成员合计的用量上限。目前还没有调用者属于任何组。',
  'limits.alertAt':
    '支出达到预算的哪些比例时报告，每个预算每个周期一次：写入日志、指标和审计记录；为空则不报告。',
  'classes.privateOnly': '从不发往托管目标的数据级别；`restricted` 始终包含在内。',
  'classes.found': '请求中发现某类型的值时提升到的级别；`default` 用于未列出的类型，不写时为 confidential。',
  desensitise:
    '规则在 `desensitise` 中引用的脱敏配置：每种类型的值在发往托管目标之前如何处理。strict、pipl、gdpr、hipaa 和 secrets-only 始终可用。',
  detectors:
    '内置检测器（始终运行）之外的检测器：支持 Presidio API 的服务，以及模块。它们发现的内容同样会脱敏。`required`（默认）时，只要其中一个无法询问，就没有内容发往托管目标。',
  'identity.connections':
    '其用户可以登录的 OpenID 提供方。`groupRoles` 说明提供方的组在这里代表什么：一个角色，或 `{ group: NAME }`。写了 `create` 时，提供方担保的人都会得到账户；写了 `scimClaim` 时，使用目录经 SCIM 创建、以该声明为 externalId 的账户。端点必须位于签发者自己的源或 `origins` 所列之一；`zone: private` 允许端点在内网。',
  'identity.endedDays': '过期的邀请、已撤销或过期的密钥保留多少天。',
  'privacy.egressDays': '发往托管目标的内容以及还原之前返回的内容加密保留多少天；0 表示不保留。',
  'privacy.vaultDays': '有名称的对话中脱敏对照表保留多少天，从最后一次有新内容脱敏时算起。',
  'privacy.dictionaryIdleMinutes':
    '租户没有请求用到其词典时，词典在内存中停留多少分钟；之后的下一个请求要等词典重新读入。',
  'privacy.dictionaryMemoryMb':
    '所有租户的词典可用的内存（MB）：10 万个词约占 30。超出时先释放最久未用的，需要时再读入。',
  'privacy.tenants':
    '发往托管目标的内容至少使用的脱敏配置，按租户 id，`*` 表示未列出的所有租户；规则或目标要求更多时按更多的执行。',
  'log.level': '写入日志的最低严重程度。',
  'knowledge.maxFileBytes': '可作为文档接收的最大文件，以字节计。',
  'knowledge.parseTimeoutMs': '读取一个文档最多用时，以毫秒计。',
  'knowledge.parseMemoryMb': '读取一个文档可用的内存，以 MiB 计。',
  'knowledge.ocrLanguages':
    '识别图片和扫描件中文字所用的语言，按 tesseract 的名称，用 + 连接。每种语言都须安装相应的包。',
  'knowledge.ocrPages': '一个文档最多识别多少扫描页；略去的部分会在添加时说明。',
  'knowledge.ocrTimeoutMs': '识别一张图片或一个扫描页最多用时，以毫秒计。',
  'knowledge.indexMemoryMb':
    '搜索索引的词项和倒排表可用的内存，以 MiB 计；最久未用的先释放，搜索需要时再打开。',
  'knowledge.indexSharedAboveMb':
    '单个租户的搜索索引超过多少 MiB 时，其知识集由共用数据库的各副本分担：每个副本搜索自己的部分，并向其他副本询问其余部分。0 表示每个副本都持有全部。',
  'knowledge.embeddingModel':
    '为段落和问题计算向量的模型，名称与对 /v1/embeddings 的请求相同；不写则不计算向量，语义从文档中学得。更换模型会重新计算全部向量。',
  'knowledge.embeddingDimensions': '向模型请求的向量维数；不写则为模型自身的维数。不是每个模型都支持指定。',
  'knowledge.embeddingPassagePrefix': '模型要求放在段落前面的文字，例如 "passage: "。',
  'knowledge.embeddingQuestionPrefix': '模型要求放在问题前面的文字，例如 "query: "。',
  'knowledge.embeddingTimeoutMs': '搜索最多等待问题向量多少毫秒；超过后不用向量继续搜索。',
  'knowledge.embeddingMemoryMb':
    '向量可用的内存，以 MiB 计；每个段落每一维占一个字节。放不下的段落按词排序。',
  'knowledge.rerankService':
    '对搜索的最佳段落重新排序的服务，按规则中的名称；不写则没有。段落和问题像对服务的任何调用一样发给它。',
  'knowledge.rerankPath': '该服务地址之下的路径，例如 v1/rerank。',
  'knowledge.rerankDialect':
    '如何询问该服务：cohere（documents 和 top_n，适用于 Cohere、Jina、vLLM 和 llama.cpp）或 tei（texts，适用于 Text Embeddings Inference）。',
  'knowledge.rerankModel': '向该服务请求的模型；不写则为它唯一的模型。',
  'knowledge.rerankPassages': '最多发给该服务多少段落，取搜索中最好的。',
  'knowledge.rerankTimeoutMs': '搜索最多等待该服务多少毫秒；超过后段落保持原来的顺序。',
  'knowledge.guide': '首次启动时是否把 Freehold 指南加入知识库。',
  'conversations.enabled': '是否提供对话；关闭时已有的对话保留原处，但无人可见。',
  'conversations.model': '没有人选择模型时，在对话中回答的模型。',
  'conversations.temporaryHours': '临时对话保留多少小时；对之后开始的对话生效。',
  'conversations.runsAtOnce': '每个进程同时为一个人或一个程序生成多少个回答。',
  'conversations.home': '已结束对话的正文存放在哪里，无论哪种都加密；改回 database 后会自行迁回。',
  'conversations.closedAfterDays': '对话多少天没有新内容即视为结束；归档的对话立即视为结束。',
  'conversations.openShares': '可以凭链接、无需登录分享的分支的最高级别；none 表示只能分享给租户内的人。',
  'conversations.runCost':
    '生成一个回答最多花费多少，其所有模型调用合计，单位与目标价格相同；不写则只受预算限制。',
  'skills.isolateWorkers': '为在隔离环境中运行的技能代码预备的线程数；全忙时会临时增加。每个约占 15 MB。',
  'skills.strong':
    '强沙箱（bubblewrap），技能的程序和经 stdio 的 MCP 服务器在其中运行：auto 在首个需要它的技能时检测，不成立则拒绝这些技能；required 没有它就拒绝启动；off 始终拒绝这些技能。没有它，这些技能一个也不运行。',
  'skills.folders':
    '强沙箱中的技能可以读取的本机文件夹，按名称：声明读取 /source 的技能只看到名为 source 的文件夹。不写则没有。',
  'skills.packages':
    '其 node_modules 含有强沙箱技能可用的 npm 包的文件夹；每个包只在技能清单写明其名称和版本时可用。不写则没有；不会下载任何内容。',
  'sources.folders':
    '主租户的来源可以读取文件的目录（含其下级）；为空则文件夹不能作为来源。其中的链接不会跟随。',
  'sources.privateHosts':
    '主租户的来源可以读取的自有网络中的主机，含明文 http；其他主机必须有公网地址并使用 TLS。',
  skillRepositories:
    '技能从哪里来：`name`、`url`（注册表的 `oci://host/path`、`oci-layout:DIRECTORY`、`tar:FILE`）、`trust`（信任根文件），以及需要时的 `user`、`password`、`ca` 和 `hosts`（注册表可能转到的其他主机）。',
  'records.writeAhead': '是否在任何内容离开之前把每个请求写入预写文件；关闭后，崩溃会丢失进行中请求的记录。',
  'records.maxUnshippedBytes': '预写文件中最多有多少字节等待写入数据库；超过后拒绝必须留下记录的请求。',
  'records.keepDays': '请求记录保留多少天。',
  'audit.keepDays': '审计事件的内容保留多少天（默认七年）。它们在日志中的条目始终保留。',
  'audit.log': '是否把记录的事件写成签名审计日志的条目；关闭时事件仍被记录并等待，但无法证明没有被改动。',
  'audit.syslog':
    '审计日志的每个条目及其检查点发往哪里，使用 TLS 上的 syslog（RFC 5424、RFC 5425）：`address`，以及需要时的 `tls`（PEM 文件 `ca`、`cert` 和 `key`，或表示明文 TCP 的 `off`）和 `body`（json、ocsf 或 cef）。不写则什么也不发送。发送的内容包含主体、对象和地址的名称，从不包含正文。',
  'audit.witnesses':
    '请其会签审计日志检查点的见证方（C2SP tlog-witness），各有 `url` 和 `key`。发给它们的只有哈希和大小。',
  'circuit.failures': '连续失败多少次后暂时不再使用一个目标，按其每个模型分别计数；0 表示从不。',
  'circuit.openMs': '失败的目标第一次停用多少毫秒；之后每次加倍，最多一分钟。',
  'cache.maxBytes':
    '一个进程用于保留回答的内存，以字节计；只有规则要求时才保留回答。0 表示无论规则如何都不保留。',
  'cache.maxEntryBytes': '可以保留的最大回答，以字节计。',
  'balance.slowStartMs': '组中的目标加入或恢复后，其份额在多少毫秒内逐渐增长；0 表示立即得到全部份额。',
  'balance.ejectPercent': '失败的调用达到百分之几时暂时把目标移出其组，时长按 circuit.openMs；0 表示从不。',
  'sockets.max': '最多同时打开多少个 WebSocket；0 表示不接受。',
  'sockets.perCaller': '一个调用者最多同时打开多少个 WebSocket。',
  'sockets.idleMs': '没有询问也没有回答的 WebSocket 可以保持打开多少毫秒。',
  'sockets.pingMs': '每隔多少毫秒检查每个 WebSocket：客户端必须回应 ping，其密钥或会话必须仍然有效。',
  'drain.timeoutMs': '要求停止后，进行中的流最多还可以继续多少毫秒。',
  'drain.propagationMs': '就绪探针变红之后还接受新连接多少毫秒；在负载均衡器之后约为 8000。',
  'metrics.seriesCap': '一个指标最多有多少个时间序列；更多的标签值归入序列 `_other`。',
  'telemetry.otlp':
    '追踪和日志发往哪里，使用 HTTP 上 JSON 格式的 OTLP：`endpoint`、`headers`，以及需要时的 `traces`、`logs`、`sampleRatio`、`tls`。不写则什么也不发送，也不为此保留任何内容。发送的内容会离开本机：从不包含正文或密钥，但包含 id、目标名称和时间。',
  'storage.reserveBytes': '可用磁盘空间低于多少字节时拒绝写入。',
}
