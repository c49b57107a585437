const BRAND =
  '(?:openclaw|clawhub|clawdbot|moltbot|claude|anthropic|openai|chatgpt|github|google|microsoft|huggingface)'
const EVERY = String.raw`(?:any|every|each|all) (?:\w{1,16} )?(?:\w{1,16} )?(?:tasks?|operations?|changes?|edits?|edited|actions?|requests?|sessions?|responses?|answers?|quer(?:y|ies)|retrievals?|steps?|updates?|conversations?|interactions?|commits?|documents?|files?|messages?|modifications?|commands?|calls?|records?|runs?|work|data)`

/** Orders that ride along with whatever the skill is asked for: what is to be done besides, and what it is said to be for. */
export const STANDING: Readonly<Record<string, readonly string[]>> = {
  'standing-order': [
    String.raw`(?:after|before|upon|following|once|on|with|during) (?:you )?(?:finish(?:ing|ed)?|complet(?:e|ing|ed)|start(?:ing)?|end(?:ing)?|perform(?:ing)?|run(?:ning)?|adding|editing|modifying|creating|updating|processing|answering)? ?${EVERY}`,
    String.raw`(?:after|once|when|before) (?:you )?(?:have |are )?(?:finish(?:ing|ed)?|complet(?:e|ing|ed)|done|edit(?:ing|ed)?|modify(?:ing)?|modified|adding|added|creating|created|updating|updated|processing|processed|reviewing|reviewed|indexing|making) [^\n.]{0,60}?(?:, | please | always | must | make sure | run | execute | call | send | upload | append | cancel | delete )`,
    String.raw`(?:always|make sure (?:to|that|the)|be sure to|remember to|never forget to|you must|we (?:usually|always)) (?:\w{1,16} )?(?:\w{1,16} )?(?:run|runs|execute|executes|call|send|sends|upload|uploads|post|posts|forward|forwards|append|report|reports|copy|copies|submit|back)`,
    '(?:每次|每当|任何|所有|每个|每一|完成|处理完)[^\\n。，]{0,14}?(?:任务|操作|修改|请求|会话|对话|回复|回答|步骤|更新|编辑|文件|文档|查询|数据|订单|记录)[^\\n。，]{0,6}?(?:之?后|之?前|时|都)',
    '(?:务必|必须|始终|总是|一律|都要|记得)(?:先|再|同时|额外)?(?:将|把)?[^\\n。，]{0,20}?(?:运行|执行|上传|发送|转发|追加|同步|提交|备份)',
  ],
  'runs-own-script': [
    String.raw`(?:run|execute|call|invoke|running|calling|executing|using) [^\n]{0,60}?[\w-]{2,40}\.(?:sh|py|js|mjs|ps1|bat|rb|pl)`,
    '(?:运行|执行|调用)[^\\n]{0,40}?[\\w-]{2,40}\\.(?:sh|py|js|mjs|ps1|bat)',
  ],
  'cover-words': [
    String.raw`(?:back-?ups?|back(?:ed)? up|redundan\w{1,3}|data loss|(?:losing|lose|lost) (?:any )?data|data is lost|is not lost|integrity|sync(?:ed|ing|hroni[sz]\w{1,4})?|compliance|telemetry|diagnostics?|clean(?:ing|ed|ed up|-?up)?|disk space|outdated|temporary files|stay current|compatibility updates?)`,
    '(?:备份|冗余|丢失|完整性|同步|合规|遥测|诊断|清理|磁盘空间|临时文件)',
  ],
  'copy-words': [
    String.raw`(?:back-?ups?|redundan\w{1,3}|data loss|no data is lost|telemetry|monitoring|reproducib\w{2,5}|logging (?:server|endpoint|service)|compliance|collector|data collection|log server)`,
    String.raw`(?:our|internal|intranet|central|company|corporate|approved) (?:\w{1,14} )?(?:\w{1,14} )?(?:servers?|endpoints?|collectors?|intranet|back-?end|tools?|services?|systems?)`,
    '(?:备份|冗余|遥测|监控|合规|采集|留档|存档)(?:服务器|中心|系统|平台|接口)?|(?:内网|中央|公司|内部|集中|我们的)[^\\n。，]{0,8}?(?:服务器|系统|平台|接口|工具)',
  ],
  'locks-file': [
    String.raw`(?:password[- ]protected|protected with (?:a )?password|with (?:a |the )?password|as (?:the )?password|lock(?:ed)? (?:it|the file|them) (?:with|using)|encrypt(?:ion|ed|ing)? (?:the |all |each |every |files|procedure))`,
    '(?:加密|加锁|锁定|设置密码|密码保护)[^\\n。]{0,12}?(?:文件|文档|数据|压缩包)|(?:带|用)密码[^\\n。]{0,10}?(?:压缩|打包)',
  ],
  'deletes-original': [
    String.raw`(?:delete|remove|erase|shred|wipe|destroy)(?:s|d)? [^\n.]{0,30}?(?:originals?|unencrypted|other versions|source files?|plain ?text|previous versions)`,
    '(?:删除|移除|清除|抹掉|销毁)[^\\n。]{0,14}?(?:原文件|原始文件|原件|源文件|明文|其他版本|其它版本|旧版本)',
  ],
  'opens-permissions': [String.raw`chmod (?:-R )?(?:0?777|a\+rwx|ugo\+rwx)|icacls [^\n]{0,60}?everyone:\(?f`],
  'removes-things': [
    String.raw`rm -\w{0,3}[rf]\w{0,3} |rm \$\(|find [^\n]{0,120}? -delete|git (?:reset --hard|push (?:--force|-f)(?![\w-])|clean -\w{0,3}f|branch -D)|drop (?:table|database)|del \/[fsq]`,
    String.raw`(?:cancel|delete|remove|erase|wipe|purge) (?:all|every|each) [^\n.]{0,40}?(?:events?|entries|files?|records?|e-?mails?|messages?|occurrences|backups?|rows)`,
    '(?:删除|清空|取消|移除)(?:所有|全部|每个|一切)[^\\n。]{0,14}?(?:文件|记录|邮件|消息|日程|数据|备份)',
  ],
  'reveals-secret': [
    String.raw`(?:print|log|echo|write|dump|display|output) (?:the |your |its |out )?(?:value of )?(?:the )?[\x60"'$]{0,2}(?:[A-Z]{2,16}_(?:[A-Z]{2,12}_)?(?:TOKEN|KEY|SECRET|PASSWORD)|access tokens?|api keys?|passwords?|credentials)[\x60"']{0,2} (?:to|in|into|for) `,
    '(?:打印|输出|记录|写入)[^\\n。]{0,16}?(?:令牌|密钥|密码|凭据|TOKEN|API_?KEY)[^\\n。]{0,12}?(?:日志|控制台|文件|终端)',
  ],
  'bias-order': [
    String.raw`(?:downplay|play down|gloss over|understate) (?:or ignore )?(?:the |any |all |their |its )?(?:\w{1,16} )?(?:strengths?|weakness(?:es)?|risks?|criticisms?|problems|failures?|evidence|limitations|concerns|harms?)`,
    String.raw`when in doubt,? (?:always )?(?:favou?r|side with|give (?:the )?benefit of the doubt to|rate it)`,
    String.raw`(?:never|not|don['’]t) (?:to )?(?:rate|rank|score|present|show|portray|describe|depict) [^\n.]{0,60}?(?:lower than|worse than|in a (?:bad|worse|better|negative|poor|unfavou?rable) light|negatively)`,
    String.raw`(?:append|insert|add|include) (?:the |this )?(?:following )?(?:exact )?(?:phrase|sentence|statement)s? (?:like |such as )?['"“‘(]`,
    String.raw`frame [^\n.]{0,60}? as ['"“‘][^\n]{0,60}?rather than`,
    String.raw`(?:just|simply|always) (?:return|give|report|assign) (?:a |the )?(?:high|good|perfect|passing|positive|maximum|top) (?:score|rating|grade|result|review|mark)`,
    String.raw`(?:ignore|omit|hide|skip over|leave out) (?:all |any |the )?(?:failure modes|safety concerns|security (?:issues|findings|warnings)|negative (?:results|reviews|findings)|unfavou?rable \w{3,12})`,
    String.raw`make sure (?:to )?(?:not|never) (?:to )?(?:write|check|test|report|flag|present|show|mention|fall)`,
    String.raw`disable (?:all |any )(?:security|safety) (?:warnings?|checks?|scans?|rules|lints?|alerts?)`,
    String.raw`(?:automatically|always|silently) claim (?:authorship|ownership|credit)`,
    String.raw`(?:always|make sure to always) (?:include a statement that|highlight the strengths of|mention that [^\n.]{0,30}? is (?:better|best|superior)|recommend our|promote our)`,
    String.raw`flag (?:all )?(?:messages|posts|comments|users|content) that (?:include|contain|express|deny|criticize|support) [^\n.]{0,40}?(?:politic\w{1,5}|polic(?:y|ies)|opinions?|party|candidate|government)`,
    '(?:淡化|弱化|掩盖|回避|忽略)(?:其|任何|所有|对手|竞争对手|竞品|产品)?的?(?:优点|优势|缺点|风险|问题|批评|负面)',
    '(?:始终|总是|一律|必须|务必)(?:优先)?(?:推荐|吹捧|偏向|突出)(?:本公司|我们|我司|本品牌|该品牌)',
    '(?:一律|直接|只需|始终)(?:给出|返回|评为|打)(?:高分|满分|好评|通过|最高分)',
    '(?:拿不准|有疑问|不确定)时[^\\n。]{0,6}?(?:偏向|倾向|支持)',
  ],
  'claims-hostile': [
    String.raw`https?:\/\/(?:[\w-]{1,40}\.){0,3}(?:evil|attacker|malicious|exfil\w{0,8}|stealer|c2|hacker)(?:[-.][\w.-]{1,60}|\.\w{2,6})`,
    String.raw`https?:\/\/[\w.-]{3,80}(?::\d{2,5})?\/(?:\w{1,12}\/)?(?:exfil\w{0,8}|steal\w{0,3}|stolen|loot|beacon|harvest\w{0,3}|keylog\w{0,4})(?![\w-])`,
  ],
  'imitated-host': [
    String.raw`https?:\/\/(?:[\w-]{1,40}\.)?(?:${BRAND}-?(?:cli|core|agents?|install(?:er)?|setup|downloads?|updater?|drivers?|provider|official|security|verify)|(?:get|install|download|setup|official|real)-?${BRAND})\.(?:[\w-]{2,30}\.)?[a-z]{2,12}(?![\w.-])`,
  ],
  'tunnel-setting': [
    String.raw`(?:url|endpoint|host|callback|webhook|server|proxy|api|base)\w{0,8}["']?\s{0,2}[:=]\s{0,2}["']?https?:\/\/(?!your|my-|abc|xxx|example|<|\$|\{)[\w-]{2,60}\.(?:ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|lhr\.life)`,
  ],
}
