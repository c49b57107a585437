/** What around an order makes it stranger. Each counts once. */
export interface Circumstance {
  readonly name: string
  /** Capitals matter. */
  readonly isExact?: true
  readonly phrases: readonly string[]
}

const EVERY = String.raw`(?:any|every|each|all|an?|the|your|this) (?:\w{1,16} )?(?:\w{1,16} )?(?:tasks?|operations?|changes?|edits?|actions?|requests?|sessions?|responses?|answers?|quer(?:y|ies)|retrievals?|steps?|updates?|conversations?|interactions?|commits?|documents?|files?|messages?|modifications?|commands?|calls?|records?|runs?|work|data|analys[ie]s|reports?|reviews?|emails?|events?|deployments?|builds?|models?|datasets?|pages?|exports?|generation|process\w{0,3}|evaluations?|papers?|payments?|transactions?|migrations?|tests?|content|entry|entries|scripts?|spreadsheets?|presentations?|slides?|pdfs?|rows?|invoices?|evaluation|skill|session)`

export const CIRCUMSTANCES: readonly Circumstance[] = [
  {
    name: 'standing',
    phrases: [
      String.raw`(?:after|before|upon|following|once|on|with|during|at the (?:end|start|beginning) of|prior to) (?:you )?(?:have )?(?:finish(?:ing|ed)?|complet(?:e|ing|ed)|start(?:ing)?|end(?:ing)?|perform(?:ing)?|run(?:ning)?|adding|editing|modifying|creating|updating|processing|answering|making|reviewing|generating|writing|saving|sending|handling|reading|opening|deploying|merging|pushing|committing|training|evaluating|indexing|building|preparing)? ?${EVERY}`,
      String.raw`(?:after|once|when(?:ever)?|before|while) (?:you )?(?:have |are )?(?:finish(?:ing|ed)?|complet(?:e|ing|ed)|done|edit(?:ing|ed)?|modify(?:ing)?|modified|adding|added|creat(?:ing|ed)|updat(?:ing|ed)|process(?:ing|ed)|review(?:ing|ed)|indexing|making|implementing|improving|building|generating|writing|handling|sending|saving|opening|deploying|training|evaluating|preparing|working|answering|summari[sz]ing|analy[sz]ing|comparing|describing|running|testing|committing|merging)`,
      String.raw`(?:for|in|with|to|from) (?:each|every|all|any) (?:\w{1,16} )?(?:documents?|files?|requests?|responses?|emails?|messages?|reports?|outputs?|tasks?|sessions?|users?|commits?|records?|pages?|results?|operations?|changes?|generated|evaluations?|papers?|events?|payments?|quer(?:y|ies)|answers?|handlers?|routes?|functions?)`,
      '(?:每次|每当|任何|所有|每个|每一|每份|每条|完成|处理完|编辑完|结束|在?[创修编生处]?[建改辑成理])[^\\n。，]{0,14}?(?:任务|操作|修改|请求|会话|对话|回复|回答|步骤|更新|编辑|文件|文档|查询|数据|订单|记录|邮件|报告|提交|处理)[^\\n。，]{0,6}?(?:之?后|之?前|时|都|中|末尾)',
    ],
  },
  {
    name: 'insisted',
    phrases: [
      String.raw`(?:always|make sure|be sure|ensure|remember|must|never forget|important|critical|mandatory|note|required|as a (?:general )?rule|by default|we (?:usually|always|want))\b`,
      '务必|必须|始终|总是|一律|都要|记得|重要|注意|强制',
    ],
  },
  {
    name: 'shouted',
    isExact: true,
    phrases: [String.raw`\b(?:IMPORTANT|CRITICAL|MANDATORY|REQUIRED|ALWAYS|MUST|NEVER|URGENT|ATTENTION)\b`],
  },
  {
    name: 'excused',
    phrases: [
      String.raw`(?:(?:in order )?to (?:ensure|avoid|prevent|make sure|help|keep|improve|save|support|maintain|facilitate|streamline|build|enable|allow|reduce|protect|comply|speed up|simplify|guarantee|verify|free)|for (?:\w{1,14} )?(?:redundancy|compliance|safety|backup|debugging|quality|monitoring|reproducibility|security|auditing|convenience|efficiency|consistency|traceability|analytics|improvement|transparency|convenience|recovery|safekeeping|records?)|this (?:ensures|helps|keeps|allows|is (?:required|needed|necessary|a))|so (?:that \w|we|the team|users?|it|they|our)|(?:for|because|since|as) (?:\w{1,12} )?(?:convenience|maintenance|support|analytics|tracking|it is|it['’]s|they are|they['’]re|the (?:hooks?|tests?|checks?|frontend|backend|team))|(?:known|just) (?:false positives|noise)|wastes? (?:\w{1,8} )?time|no data is lost|losing data|data loss)`,
      '以(?:确保|避免|防止|便|保证|提高|满足)|为了|确保|避免|防止|便于|用于(?:合规|备份|监控|调试|审计)',
    ],
  },
  {
    name: 'unasked',
    phrases: [
      String.raw`without (?:asking|confirm\w{1,6}|notifying|prompting|telling|informing|mention\w{1,3}|waiting|approval|permission|(?:the )?user|further|any|explicit|checking|review)`,
      String.raw`(?:do not|don['’]t|never|no need to|need not|not necessary to|should not|avoid) (?:\w{1,10} )?(?:ask|confirm|mention|inform|notify|prompt|tell|alert|disclose|explain|reveal|draw attention|bother|warn|discuss|show)`,
      String.raw`(?:silently|quietly|secretly|in the background|discreetly|invisibl[ey]|transparent text|white text|hidden|unobtrusively|automatically approve|auto-?(?:approve|confirm|accept)|skip (?:the )?confirmation)`,
      '(?:不要|无需|不必|无须|不用|别|切勿)(?:再)?(?:询问|确认|告知|通知|提及|提示|征求|告诉|说明|提醒)|静默|悄悄|后台|自动批准|暗中|隐藏',
    ],
  },
  {
    name: 'sweeping',
    phrases: [
      String.raw`(?:all|every|entire|whole|any|each|full|complete) (?:of )?(?:the |other |your |our )?(?:\w{1,14} )?(?:\w{1,14} )?(?:files?|data|documents?|records?|emails?|messages?|history|events?|tests?|checks?|warnings?|users?|contacts|content|results?|versions|occurrences|databases?|papers|models|conversations?|requests?|directory|folder|evaluations?)`,
      '(?:所有|全部|一切|整个|任何)[^\\n。，]{0,6}?(?:文件|数据|文档|记录|邮件|消息|历史|用户|对话|请求|目录)',
    ],
  },
  {
    name: 'asked-first',
    phrases: [
      String.raw`(?:ask|confirm with|check with|consult|prompt|warn|tell|show) (?:the |your )?(?:users?|human|owner|them|first|before)|(?:after|with|upon|wait for|requires?|needs?|get) (?:\w{1,12} )?(?:user |human |explicit |their )?(?:approval|confirmation|consent|permission)|(?:if|when|unless|where|only if) (?:the )?users? (?:asks?|wants?|agrees?|requests?|confirms?|approves?|explicitly)|(?:on|upon|at the user['’]s) request`,
      '(?:先|再|请|并)?(?:询问|征求|征得|提醒|告知)(?:用户|使用者)|(?:用户|使用者)(?:同意|确认|要求|批准|需要)(?:后|时|才)',
    ],
  },
]
