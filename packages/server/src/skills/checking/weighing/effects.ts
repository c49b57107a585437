/** What an order may bring about that the user did not ask for. */
export interface Effect {
  /** The rule that tells of it. */
  readonly rule: string
  /** Where it names an address, something goes there. */
  readonly goesOut?: true
  /** Most skills do it; what is said of the script counts. */
  readonly isCommon?: true
  /** A phrase that negates it in front turns it into a warning. */
  readonly isWarnable?: true
  readonly phrases: readonly string[]
}

const SEND = String.raw`(?:send|sent|upload|post|forward|transmit|transmitt|submit|submitt|push|sync|synchroni[sz]e|export|share|publish|deliver|mirror|replicate|back(?:ed)? up|stream|dispatch|archive|relay|report|copy|copied|put|mail|e-?mail)(?:s|es|d|ed|ing)?`
const PLACE = String.raw`\b(?:external|remote|central|cloud|intranet|internal|shared|public|company|corporate|third-party|partner|vendor|off-?site|analytics|monitoring|backup|logging|telemetry|tracking|audit|compliance|archive|quality|data|team)\b`
const STORE = String.raw`\b(?:servers?|endpoints?|services?|apis?|buckets?|drives?|folders?|repositor(?:y|ies)|repos?|channels?|webhooks?|collectors?|databases?|systems?|storage|inbox|mailbox|accounts?|platforms?|dashboards?|gateways?|remotes?|locations?|hosts?|portals?)\b`
const SECRET = String.raw`\b(?:api[ _-]?keys?|(?:access|auth|bearer|session|refresh) tokens?|tokens?|passwords?|passphrases?|credentials?|secrets?|private keys?|ssh keys?|card (?:numbers?|data|details)|credit cards?|cvv|ssns?|social security numbers?|payment (?:details|intents?|information|data)|bank (?:details|account numbers?)|connection strings?|environment variables|personal data|patient (?:data|records|names?|identifiers)|medical records|authori[sz]ation headers?|request bodies|session ids?|\.env)\b`
const THING = String.raw`\b(?:files?|folders?|director(?:y|ies)|backups?|history|commits?|branch(?:es)?|tags|logs?|records?|rows|columns|tables?|databases?|events?|e?-?mails?|messages?|entries|versions?|copies|originals?|snapshots?|mailbox(?:es)?|inbox|downloads|trash|workspace|caches?|configuration|settings|contacts|subscriptions?|accounts?|invit(?:es|ations)|reminders|annotations|references|permissions|repositor(?:y|ies)|issues|volumes|images|resources|deployments|namespaces|data|documents?|drafts?|sheets|slides|footnotes|meetings|appointments|tickets|keys|indexes|collections|models|datasets?|checkpoints)\b`
const OFTEN = String.raw`(?:each|every|all|any|the final|the end of|the bottom of|the top of|the first|the last|at least one|generated|final|output|outgoing)`
const CREED = String.raw`\b(?:politic\w{1,8}|opposition|ruling party|labou?r unions?|left-wing|right-wing|left-leaning|right-leaning|conservatives?|liberals?|democrats?|republicans?|climate|vaccin\w{1,6}|5g|flat|evolution|creation\w{1,4}|colonia\w{1,4}|conquest|slavery|genocide|immigra\w{2,6}|refugees?|religio\w{1,4}|muslims?|christian\w{0,4}|jew\w{0,5}|atheis\w{1,3}|abortion|gender|women|feminis\w{1,3}|lgbt\w{0,3}|race|racial|ethnic\w{0,4}|nationalit\w{1,3}|homeopath\w{1,3}|natural (?:remed\w{1,4}|alternatives?|immunity)|alternative medicine|big pharma|mainstream (?:media|science|medicine)|medical consensus|scientific consensus|conspirac\w{1,4}|election|government|communis\w{1,3}|socialis\w{1,3}|capitalis\w{1,3}|taiwan|hong kong|tibet|xinjiang|ukraine|russia\w{0,2}|israel\w{0,1}|palestin\w{1,5}|nato|the us|the eu|china|western|gun (?:control|rights)|tobacco|smoking|fossil fuels?|sustainab\w{1,7}|eco-friendly|renewable\w{0,1}|crypto(?:currenc\w{1,4})?|holocaust|moon landing|illuminati|astrolog\w{1,4})\b`

/** By the rule that they are told as. The words of both languages; a blank is any space or emphasis, `...` part of a line. */
export const EFFECTS: readonly Effect[] = [
  {
    rule: 'order.sends-out',
    goesOut: true,
    isWarnable: true,
    phrases: [
      String.raw`${SEND} ... (?:to|with|into|onto|at|via|on) ...https?:`,
      String.raw`(?:call|calling|query|querying|ping|pinging|notify|notifying|request|requesting|hit|hitting|register(?:ing)? with|check(?:ing)? (?:with|against)) ...https?:`,
      String.raw`(?:send|upload|share|submit|hand|pass|give|provide|forward|transmit|report)(?:s|ing|ed)? (?:the |all |any |this |its |their |every )?(?:whole |entire |full |complete |raw |original |final |user['’]s )?(?:\w{1,14} )?(?:documents?|files?|data(?: ?sets?)?|records?|conversations?|transcripts?|prompts?|text|contents?|messages?|emails?|code|source|queries|results?|logs?|copy|copies) (?:\w{1,12} )?(?:\w{1,12} )?(?:to|with) (?!the user|users?\b|me\b|you\b|them\b|it\b|stdout|standard|the (?:caller|person|terminal|screen|model|next))`,
      String.raw`${SEND} ... (?:to|with|into|onto|at|via) (?:our|the|a|an|your|this|its|their|following)? ?(?:following )?(?:\w{1,16} )?(?:${PLACE} )?(?:${PLACE}|our) (?:\w{1,14} )?${STORE}`,
      String.raw`(?:back-?ups?|copies|copy|duplicates?|snapshots?|mirrors?|replicas?) ... (?:to|on|at|with|in) (?:our|the|a|an|your)? ?(?:\w{1,16} )?${PLACE} (?:\w{1,14} )?${STORE}`,
      String.raw`(?:send|forward|bcc|cc|copy|mail|e-?mail|share|deliver|report|invite|add|notify|submit|include)(?:s|ed|ing)? ... [\w.+-]{1,40}@(?!example|your|domain|company\.com|email\.com)[\w-]{2,40}\.[a-z]{2,10}`,
      String.raw`git (?:remote (?:add|set-url) [\w-]{1,30} |push (?:--mirror )?)(?:https?:|git@|ssh:)`,
      String.raw`git remote add (?!origin|upstream)[\w-]{1,30}`,
      String.raw`(?:scp|rsync|sftp) [^\n]{1,80}?[\w.-]{1,40}@?[\w.-]{2,60}:`,
      String.raw`(?:rclone (?:copy|sync|move)|aws s3 (?:cp|sync|mv)|gsutil (?:cp|rsync)|az storage blob upload|mc cp) `,
      String.raw`(?:curl|wget|httpie|http) [^\n]{0,120}?(?:-F |--form|-T |--upload-file|--data-binary|-d ?@|--post-file|file=@)`,
      '(?:发送|上传|同步|转发|备份|推送|提交|导出|上报|回传|传输|复制|发|传)[^\\n。]{0,30}?(?:到|至|给|往)[^\\n。]{0,20}?https?:',
      '(?:发送|上传|同步|转发|抄送|密送|备份|推送|提交|导出|上报|回传|传输|复制)...(?:到|至|给|往)...(?:外部|远程|中央|内网|云端|云|公共|公司|第三方|统计|监控|备份|日志|分析|合规|审计|归档|集中|我们的)[^\\n。，]{0,8}?(?:服务器|接口|网盘|存储|仓库|平台|邮箱|频道|系统|地址|中心|库)',
      '(?:发送|转发|抄送|密送|发|邮件)[^\\n。]{0,40}?[\\w.+-]{1,40}@[\\w-]{2,40}\\.[a-z]{2,10}',
    ],
  },
  {
    rule: 'order.removes',
    isWarnable: true,
    phrases: [
      String.raw`(?:delete|remove|erase|wipe|purge|truncate|discard|overwrite|destroy|shred|cancel|revoke|unsubscribe|empty|reset|archive|decline|drop|revert|uninstall|clear(?: out)?|clean(?: up)?|prune|trash) (?:all|any|every|each|the|these|those|them|its|their|old|older|previous|existing|other|outdated|obsolete|unused|stale|redundant|duplicate|unneeded|temporary|remaining|future|recurring|conflicting|recent|original) (?:\w{1,16} )?(?:\w{1,16} )?(?:of the )?${THING}`,
      String.raw`rm -\w{0,3}[rf]\w{0,3} |rm \$\(|find [^\n]{0,120}? -delete|git (?:reset --hard|push [^\n]{0,40}?(?:--force(?!-)|-f\b)|clean -\w{0,3}f|branch -D|rebase -i|filter-branch|stash drop|reflog expire|gc --prune)|drop (?:table|database|schema)|truncate table|delete from \w|del \/[fsq]|shred -u|kubectl delete|docker (?:system|volume) prune|terraform destroy|rmdir \/s`,
      '(?:删除|清空|清除|清理|取消|移除|覆盖|抹除|重置|注销|撤销)(?:所有|全部|每个|一切|其他|其它|旧的?|原有|以前的?|过期|多余|未来|无用|临时|重复|之前的?|历史|当前目录)[^\\n。]{0,14}?(?:文件|记录|邮件|消息|日程|数据|备份|版本|日志|历史|分支|提交|表|目录|事件|会议|订阅|账户|联系人)',
    ],
  },
  {
    rule: 'order.opens-access',
    isWarnable: true,
    phrases: [
      String.raw`chmod (?:-R )?(?:0?777|0?666|a\+rwx|ugo\+rwx|o\+w|a\+w)|icacls [^\n]{0,60}?everyone`,
      String.raw`(?:grant|give|assign|extend)(?:s|ing)? ... (?:full|admin\w{0,10}|owner|write|root|unrestricted|permanent|public|complete|global|editor|superuser|elevated) (?:\w{1,12} )?(?:access|permissions?|rights|privileges?|role|control)`,
      String.raw`(?:add|invite|create|register|set up|include) (?:an? |the )?(?:\S{1,40} )?(?:\w{1,14} )?(?:\w{1,14} )?(?:as (?:an? )?)?(?:collaborator|admin(?:istrator)?|co-?owner|owner|maintainer|superuser|root|backdoor|privileged|service)(?: user| account| role| login| access)`,
      String.raw`(?:add|invite|share) [^\n]{1,60}? as (?:an? )?(?:\w{1,12} )?(?:collaborator|admin\w{0,10}|co-?owner|owner|maintainer|editor|member|manager|contributor|super-?user)`,
      String.raw`(?:share|make|set|mark|publish|keep|leave)(?:s|d|ing)? [^\n.]{0,60}? (?:public(?:ly)?(?: accessible| readable| visible| writable)?|world-(?:readable|writable)|anyone with (?:the|a) link|(?:to|with|by|for) (?:everyone|anyone|all users|the public))`,
      String.raw`(?:accept|allow|support|recogni[sz]e|honou?r|permit)(?:s|ed|ing)? (?:the |a |an |any )?(?:\w{1,12} )?(?:password|passcode|pin|code|key|token|header|parameter|cookie|user) ["'“\x60\w]`,
      String.raw`(?:include|add|create|expose|keep|provide|register|build|open)(?:s|ing)? (?:a |an |the )?(?:\S{0,20})?(?:debug|admin|exec|eval|shell|maintenance|internal|backdoor|diagnostics?|support)\S{0,20} (?:\w{1,12} )?(?:routes?|endpoints?|handlers?|pages?|commands?|hooks?|users?|accounts?|ports?)`,
      String.raw`anyone with (?:the|a) link|(?:make|set|keep|leave) (?:it|them|this|the \w{1,16}) (?:public|open|world-readable|accessible)`,
      String.raw`NOPASSWD|usermod -aG (?:sudo|wheel|docker)|AdministratorAccess|allUsers|public-read|--privileged|0\.0\.0\.0\/0|allow_origins=\[["']\*|Access-Control-Allow-Origin["']?[:,] ?["']?\*|GRANT ALL|AllowAny|permission_classes = \[\]`,
      String.raw`(?:bypass|skip|without|no|disable)(?:es|s|ing)? (?:the |any |all )?(?:auth(?:entication|orization)?|login|permission|access control|signature|password)(?: checks?| verification| required| controls?)`,
      '(?:授予|开放|赋予|给予|添加)[^\\n。]{0,20}?(?:完全|管理员|写入|全部|最高|公开|root|所有者|编辑)[^\\n。]{0,4}?(?:权限|访问|角色|控制)?',
      '设(?:为|置为|成)(?:公开|任何人|所有人)|(?:任何人|所有人)(?:均|都|皆)?可(?:以)?(?:访问|编辑|读写|查看|写入)|(?:默认|后门|万能|隐藏)(?:的)?(?:管理员|密码|账户|账号|接口|口令)|(?:添加|加入)[^\\n。]{0,20}?(?:为|成)(?:管理员|协作者|所有者)|跳过(?:身份|登录|权限)(?:验证|认证|校验)',
    ],
  },
  {
    rule: 'order.weakens-defence',
    isWarnable: true,
    phrases: [
      String.raw`verify ?= ?False|--no-verify\b|--no-gpg-sign|--insecure\b|curl -\w{0,6}k\w{0,4} |StrictHostKeyChecking[= ]no|NODE_TLS_REJECT_UNAUTHORIZED|rejectUnauthorized: ?false|strict-ssl false|--disable-web-security|--no-sandbox|--trusted-host|--allow-unauthenticated|--skip-(?:tests|checks|verification|validation)|csrf_exempt|# ?nosec|# ?noqa|eslint-disable|check_hostname ?= ?False|ALLOW_ALL|shell=True`,
      String.raw`(?:disable|turn off|deactivate|switch off|suppress|silence|mute)(?:s|d|ing)? (?:all |any |the |your |every )?(?:\w{1,14} )?(?:\w{1,14} )?(?:ssl|tls|certificate|csrf|2fa|mfa|two-factor|auth\w{0,12}|logging|audit\w{0,3}|sandbox\w{0,3}|antivirus|firewall|selinux|security|encryption|validation|rate limit\w{0,3}|branch protection|sign(?:ing|ature)|alerts?|warnings?|notifications?|monitoring|safety|sanitiz\w{1,5}|protection|backups?|versioning|checks?|guards?|linters?|errors?|integrity)`,
      String.raw`(?:skip|ignore|bypass|omit|do not (?:run|perform|write|report|check|flag|include|test|scan|validate|verify|enforce|mention|warn|raise)|don['’]t (?:run|perform|write|report|check|flag|include|test|scan|validate|verify|enforce|bother|mention|warn|raise)|not (?:to )?(?:write|run|report|check|flag|test|scan|validate|verify|raise)|no need (?:to|for)|never (?:run|report|check|flag|test|scan|validate|verify|warn|raise)|exclude|leave out|avoid) ... (?:security|safety|validation|verification|vulnerabilit\w{1,4}|injection\w{0,1}|xss|auth\w{0,12}|saniti[sz]\w{1,6}|escaping|permissions?|integrity|compliance|audit\w{0,3}|stress|regression|historical|edge cases?|risks?|warnings?|encryption|error handling|backups?|certificates?|signatures?|privacy|accessibility|interactions?|contraindications?|allerg\w{1,4}|side effects|dosage)(?: \w{1,14})?(?: (?:checks?|tests?|testing|scans?|reviews?|warnings?|steps?|alerts?|rules?|findings|issues|analysis|concerns|flaws|data|info\w{0,7}))?`,
      String.raw`(?:use|using|with|prefer|choose|accept) (?:md5|sha-?1|des|3des|ecb|rc4|base64|plain ?text|plain http|http)(?: ?instead|\b[^\n.]{0,30}?(?:password|hash|token|encrypt|secret|sign|traffic|faster))`,
      String.raw`(?:leave|keep|left|kept) (?:it|them|these|this|those|such \w{1,14}) out of (?:the |any )?(?:suite|report|scan|review|summary|log|tests?|output|response)`,
      String.raw`(?:relaxed|lenient|loose|weaker|reduced|lower|minimal) (?:\w{1,12} )?(?:scoring|criteria|thresholds?|standards|checks?|validation|security|encryption)`,
      '(?:关闭|禁用|跳过|忽略|绕过|停用|省略|无需|不必|不要)(?:进行|执行|做|编写|报告|检查|任何|所有|全部)?[^\\n。，]{0,12}?(?:安全|校验|验证|审计|日志|加密|防火墙|漏洞|注入|风险|告警|警告|权限检查|证书|压力测试|单元测试|合规|双因素)',
    ],
  },
  {
    rule: 'order.spills-secrets',
    isWarnable: true,
    phrases: [
      String.raw`(?:write|save|store|log|print|append|include|embed|hard-?code|commit|put|paste|dump|cache|export|echo|display|add|record|keep|insert|collect|copy|attach|gather|check in)(?:s|ed|ing)? ... ${SECRET} ... (?:to|in|into|as|inside|on|with|for) ... (?:files?|bundle|client|cleartext|logs?|\S{0,30}\.txt|\.csv|\.json|\.md|\.log|plain ?text|console|comments?|commit|repo\w{0,8}|documents?|footers?|output|response|metadata|headers?|url|readme|code|scripts?|query|stdout|debug\w{0,4}|spreadsheets?|reports?)`,
      String.raw`(?:plain[- ]?text|unencrypted|clear ?text) (?:\w{1,12} )?(?:list|copy|file|log|record|backup)s? ... ${SECRET}|(?:commit|check in|push|track) (?:the |your |all )?[\x60]?(?:\.env|secrets?|credentials|private key)`,
      String.raw`open\(["'][^"'\n]{1,60}["'], ?["'][aw]b?\+?["']\)[^\n]{0,80}?(?:payment|card|token|passw|secret|credential|ssn|patient|customer|intent|api_?key|cookie|session|email|message|prompt|conversation|user)`,
      String.raw`(?:cat|echo|printenv|env|type) [^\n]{0,60}?(?:\$\{?[A-Z_]{0,24}(?:TOKEN|KEY|SECRET|PASSWORD)|\.env|credentials)[^\n]{0,30}?>{1,2} ?[\w./~-]{2,60}`,
      '(?:把|将)[^\\n。，]{0,16}?(?:令牌|密钥|密码|凭据|凭证|口令|卡号|身份证|银行卡|支付信息|患者|TOKEN|API ?_?KEY|环境变量)[^\\n。，]{0,10}?(?:写入|写进|写到|打印|保存|记录|输出|附在|存到|存入|提交)',
      '(?:打印|输出|记录|写入|保存|追加|存储|嵌入|硬编码|附上|写进)[^\\n。]{0,24}?(?:令牌|密钥|密码|凭据|凭证|口令|卡号|身份证|银行卡|支付信息|患者|TOKEN|API ?_?KEY|环境变量)[^\\n。]{0,16}?(?:日志|控制台|文件|终端|文档|注释|明文|代码|仓库|末尾|报告)?',
    ],
  },
  {
    rule: 'order.watches-user',
    isWarnable: true,
    phrases: [
      String.raw`pbpaste|xclip -o|Get-Clipboard|pyperclip\.paste|screencapture |ImageGrab|ipapi\.co|ipinfo\.io|ip-api\.com|ifconfig\.me|icanhazip|api\.ipify|freegeoip|checkip\.amazonaws|bash_history|zsh_history|~\/\.ssh|~\/\.aws|~\/\.gnupg|~\/\.netrc|~\/\.gitconfig`,
      String.raw`(?:take|collect|gather|capture|record|read|fetch|scan|log|include|add|append|obtain|look up|determine|extract|save|track|harvest|retrieve|embed|write)(?:s|ed|ing)? ... (?:clipboard|browser (?:history|data|cookies)|search history|browsing history|bookmarks|cookies|ip address|geolocation|location (?:data|metadata|information|based)|current location|their location|host ?names?|machine name|user(?:['’]s)? ?names?,? and|browser tabs|open tabs|running processes|home directory|\.ssh|ssh (?:keys?|files?|folder|config)|keystrokes|screenshots?|contacts? list|address book|mac address|installed (?:apps|software|programs)|wi-?fi|system prompt|system information|device information|command history|shell history|process list|environment variables|conversation history|chat history|other (?:projects|repositories|users|directories|folders)|parent director(?:y|ies)|personal information)`,
      '(?:收集|读取|获取|采集|记录|抓取|附上|追加)[^\\n。]{0,24}?(?:剪贴板|浏览记录|浏览器(?:历史|数据)|搜索历史|地理位置|所在位置|IP ?地址|主机名|用户名|通讯录|联系人列表|屏幕截图|键盘|聊天记录|对话历史|系统提示词|环境变量|SSH|历史命令)',
    ],
  },
  {
    rule: 'order.plants-text',
    goesOut: true,
    phrases: [
      String.raw`(?:append|add|insert|include|embed|place|put|attach|prepend|inject|end|sign|close|finish|write|mention|display|replace)(?:s|ed|ing)? ... (?:links?|footers?|phrases?|sentences?|statements?|notes?|watermarks?|banners?|taglines?|advert\w{0,8}|promotion\w{0,2}|promo codes?|coupons?|discount codes?|referral \w{1,8}|affiliate \w{1,8}|hidden text|white text|pixels?|qr codes?|call to action|paragraphs?|disclaimers?|urls?|hyperlinks?|buttons?|badges?|slogans?|plugs?|credits?|attributions?|comments?) ... ${OFTEN}`,
      String.raw`(?:append|add|insert|include|embed|place|put|prepend|inject|use|write) (?:the |this |these |a )?(?:following |exact |short )?(?:phrase|sentence|statement|line|text|note|footer|term|wording|disclaimer|tagline|slogan|message|comment)s? (?:like |such as )?["'“‘(:]`,
      String.raw`(?:tell|ask|advise|direct|instruct|encourage|urge|invite|remind|prompt|redirect|point|refer|send) (?:the |all |any |every |your )?(?:users?|customers?|readers?|recipients?|visitors?|patients?|clients?|people|them|attendees|employees|developers) (?:to|at|towards) ...https?:`,
      '每(?:次|封|份|个|篇|条)[^\\n。]{0,16}?(?:末尾|结尾|底部|开头|后面|最后)[^\\n。]{0,10}?(?:附上|加上|添加|写上|推荐|注明|插入|署名)',
      '(?:追加|添加|插入|加入|附上|嵌入|放置|写上|注明)[^\\n。]{0,30}?(?:链接|页脚|广告|推广|水印|二维码|优惠码|推荐码|声明|标语|横幅|隐藏文字|短语|一句话|网址|署名)',
      '(?:引导|提醒|建议|要求|让)(?:用户|客户|读者|收件人|访客|患者)[^\\n。]{0,24}?(?:登录|验证|点击|访问|购买|下载|安装|订阅|充值|升级|转账|https?:)',
    ],
  },
  {
    rule: 'order.promotes',
    phrases: [
      String.raw`(?:always|only|strongly|heavily|consistently|proactively|subtly|actively|whenever possible) (?:\w{1,12} )?(?:recommend|promote|advertise|endorse|favou?r|prefer|prioriti[sz]e|praise|plug|suggest|highlight|feature|steer|mention|select|choose|pick|rank)`,
      String.raw`(?:recommend|promote|advertise|endorse|favou?r|prefer|prioriti[sz]e|praise|plug|suggest|mention|steer|nudge|highlight|position|present|portray|rank|rate)(?:s|d|ing)? ... (?:over (?:all |any |the )?(?:other|competit\w{1,5}|alternatives?|rival\w{0,1})|above (?:all|other|competit\w{1,5})|as the (?:best|superior|leading|safest|only|preferred|ideal|top)|first in|sponsor\w{0,3}|premium|affiliate|partners?|our (?:\w{1,12} )?(?:product|service|platform|brand|company)\w{0,1})`,
      String.raw`(?:affiliate|referral|sponsored|promo(?:tional)?|discount|coupon) (?:links?|codes?|ids?|tags?|parameters?|content|messages?|products?)|\?(?:ref|aff|utm_source|affiliate|tag)=[\w-]{2,30}`,
      String.raw`\d{1,2} ?% off|(?:with|using|use) (?:the )?code ["'“]?[A-Z0-9]{4,16}|(?:made|powered|created|generated|built) (?:with|by) [A-Z]|(?:best|easiest|safest|fastest|cheapest) (?:place|way|choice|option|provider|platform) (?:to|for)|sign up (?:at|for|with)`,
      '(?:始终|总是|一律|务必|优先|主动|尽量)[^\\n。，]{0,6}?(?:推荐|推广|宣传|提及|偏向|突出|选择|引导购买)|(?:推荐|推广|返利|优惠|邀请)(?:链接|码)|赞助(?:商|内容)|(?:优于|胜过|强于)(?:所有|其他|竞争)',
    ],
  },
  {
    rule: 'order.bends-results',
    phrases: [
      String.raw`(?:increase|decrease|inflate|deflate|round|adjust|reduce|multiply|alter|change|modify|swap|randomi[sz]e|shift|pad|scale|boost|lower|raise|subtract|tweak|halve|double|falsify|fabricate|invent|make up|overstate|understate|exaggerate|underreport|backdate|smooth out|shave|nudge)(?:s|d|ed|ing)? ... (?:values?|numbers?|results?|figures?|amounts?|totals?|scores?|ratings?|metrics?|dates?|prices?|findings|revenue|profits?|costs?|expenses|margins?|data ?points?|quantit\w{1,3}|percentages?|estimates?|grades?|measurements?|readings?|statistics|salar\w{1,3}|hours|invoices?|balances?|citations?|sources|quotes?|outliers?) ... (?:by (?:\d|a |about|roughly|up to|an? )|slightly|randomly|upwards?|downwards?|to (?:look|appear|make|match|meet|reach|improve|hide)|so that|with (?:random|plausible|fake|made-up|fictional))`,
      String.raw`(?:always|just|simply|automatically|only) (?:\w{1,12} )?(?:return|report|mark|give|assign|show|output|approve|accept|pass|classify|label|score|rate|answer|respond|conclude|reject|deny|flag) ... (?:as )?(?:pass(?:ed|ing)?|success\w{0,4}|approved?|safe|valid|positive|negative|high|low|perfect|maximum|minimum|compliant|healthy|normal|green|100 ?%|no issues|true|lgtm|clean|benign|rejected|low-risk|low risk)`,
      String.raw`(?:score|rate|rank|grade|weigh|weight|price|value|mark)(?:s|d|ed|ing)? ... (?:higher|lower|better|worse|as passed|as pass|as done|as resolved|as approved)`,
      String.raw`swap(?:s|ped|ping)? (?:the |their )?... (?:columns?|values?|labels?|names|groups?|order|rows|signs?)|(?:report|state|show|give|quote|present|list)(?:s|ing)? ... as (?:\d{1,3} ?%|half|double|twice|a third)|even (?:if|when) (?:it|they|this|that|these|the \w{1,14}) (?:is|are|was|were|do|does|did|has|have|fails?|failed) (?:not |wrong|false|fail\w{0,3}|incorrect|irrelevant|incomplete)`,
      String.raw`(?:do not proceed|stop|abort|refuse|instead|just) ... (?:return|give|report|assign|output) (?:a |the )?(?:high|low|good|bad|perfect|passing|failing|zero|fixed|default|random|constant)`,
      String.raw`(?:without (?:running|executing|checking|verifying|testing|reading|reviewing|computing)|regardless of|even if|irrespective of|no matter) ... (?:results?|tests?|outcomes?|evidence|failures?|fail(?:s|ed)?|actual|data|content|quality|errors?|true|symptoms)`,
      String.raw`(?:use|apply|assume|set|keep|hard-?code) ... (?:only|instead of|rather than|always) ... (?:-|–|—|because|since|as) ... (?:noisy|unreliable|not relevant|irrelevant|edge cases?|unnecessary|too \w{3,14}|outdated|wast\w{1,4}|overkill|slow)`,
      String.raw`(?:claim|assert|state|attribute|credit)(?:s|ed|ing)? (?:authorship|ownership|credit|responsibility|the work|yourself)|(?:fake|fabricated|made-up|invented|fictitious|non-?existent|placeholder) (?:\w{1,12} )?(?:data|results?|citations?|references|reviews?|sources|numbers|values|testimonials|quotes?)`,
      String.raw`replace(?:s|d|ing)? ... (?:iban|account numbers?|wallet|bank (?:details|account)|recipient|beneficiary|payee|payment (?:address|link|details)|destination|invoice|routing number|contact (?:details|email)|phone numbers?) ... (?:with|by|to)`,
      '(?:把|将)?[^\\n。，]{0,16}?(?:数值|数字|结果|金额|总额|分数|评分|指标|日期|价格|数据|利润|收入|成本|评级)[^\\n。，]{0,12}?(?:上调|下调|提高|降低|修改|调整|夸大|缩小|替换|乘以|四舍五入|加上|减去|随机|改为|改成)',
      '(?:一律|直接|只需|始终|总是|默认)(?:给出|返回|评为|打|标记为|报告|显示|判为|回答)[^\\n。，]{0,8}?(?:高分|满分|好评|通过|成功|安全|合格|正常|无问题|低风险|最高)|(?:无论|不管|不论)[^\\n。，]{0,16}?(?:结果|是否|如何|怎样|实际|情况|都|均)[^\\n。]{0,10}?(?:通过|成功|安全|合格|高分|推荐|批准)|(?:编造|伪造|捏造|虚构)[^\\n。]{0,10}?(?:数据|结果|引用|来源|评论)|替换[^\\n。]{0,16}?(?:账号|账户|收款|钱包地址|银行卡|收件人)',
    ],
  },
  {
    rule: 'order.frames-opinion',
    phrases: [
      String.raw`(?:frame|portray|depict|describe|present|emphasi[sz]e|downplay|flag|mention|promote|question|criticize|avoid|praise|include|highlight|state|claim|assert|report|treat|refer to|imply|suggest|note|reject|rate|skip|support|encourage|express)(?:s|d|ed|ing)? ... ${CREED}`,
      String.raw`(?:if|when|whenever|where) ... (?:is|are|mentions?|advertis\w{1,3}|discuss\w{0,3}|contains?|promotes?|supports?|related to|about|from) ... ${CREED} ... (?:do not|don['’]t|skip|return|reject|lower|rate|downplay|refuse|avoid|add|give|say|flag|always|just)`,
      String.raw`(?:soft|neutral|positive|negative|strong|subjective|favou?rable|unfavou?rable|sympathetic|dismissive|skeptical|sceptical|emotional|alarming) (?:\w{1,12} )?(?:language|tone|terms|wording|framing|light) (?:when|for|about|that|towards?|in)`,
      '(?:淡化|强调|美化|抹黑|批评|质疑|宣扬|宣传|回避|标记|贬低|吹捧|描述为|称为)[^\\n。]{0,20}?(?:政治|政府|疫苗|气候|宗教|移民|民族|种族|性别|女性|国家|历史|殖民|战争|医学共识|中医|西医|选举|意识形态)',
    ],
  },
  {
    rule: 'order.floods',
    isWarnable: true,
    phrases: [
      String.raw`(?:send|post|open|create|submit|invite|message|e-?mail|comment|reply|share|publish|tag|notify|mention|assign)(?:s|ing)? ... (?:to|on|for|in|with) (?:all|every|each|everyone|as many) (?:\w{1,12} )?(?:\w{1,12} )?(?:contacts?|followers|users?|repositor\w{1,3}|members|customers|subscribers|channels?|attendees|issues|employees|people|servers?|threads?|groups?|colleagues|papers|models)`,
      String.raw`(?:for|on|to|in) (?:every|each|all) [^\n]{0,40}? (?:open|create|send|post|submit|file|leave|write) (?:a|an) (?:new |separate )?(?:pull request|pr|issue|message|comment|e?-?mail|ticket|review|invitation)|(?:everyone|everybody|all (?:people|contacts|addresses|recipients|members)) (?:in|on|from|of) `,
      String.raw`fork bomb|(?:repeat|loop|run|retry|call|execute|send)\w{0,3} ... (?:\d{3,6} times|forever|endlessly|infinitely)|fill (?:the |up )?(?:\w{1,8} )?disk|all available (?:cpu|memory|cores|resources|disk)|(?:time\.sleep\(|sleep )\d{1,6}\)? (?:in|into|before|after|to) `,
      String.raw`(?:introduce|insert|inject|plant|leave)(?:s|ing)? (?:an? |some |small |occasional )?(?:\w{1,12} )?(?:bugs?|errors?|mistakes?|typos?|delays?|vulnerabilit\w{1,3}|flaws?|off-by-one|race conditions?|memory leaks?|sleep|backdoors?|regressions?|inefficienc\w{1,3}|failing \w{3,8})`,
      String.raw`without (?:checking|looking|searching|testing|regard) (?:for|if|whether|to) (?:\w{1,14} )?(?:existing|duplicates?|whether|already|open|it|they|the)|(?:star|follow|like|upvote|endorse|subscribe to|fork|retweet|rate) (?:the |our |this |every |all )(?:\w{1,16} )?(?:repo\w{0,8}|accounts?|channels?|posts?|projects?|pages?|profiles?|tweets?|papers?|packages?)`,
      '(?:无限|不停|反复|大量|批量)[^\\n。，]{0,8}?(?:循环|发送|请求|创建|提交|占用|下载)|(?:向|给)(?:所有|全部|每个|每位)(?:联系人|好友|客户|用户|成员|同事|订阅者|关注者)[^\\n。]{0,10}?(?:发送|发|群发|转发|推送)|(?:故意|随机|悄悄)?(?:引入|加入|插入|制造)[^\\n。]{0,6}?(?:错误|漏洞|缺陷|延迟|后门)',
    ],
  },
  {
    rule: 'order.locks',
    isWarnable: true,
    phrases: [
      String.raw`(?:password[- ]protected|protected with (?:a )?password|(?:lock|encrypt|protect|secure|zip|archive)(?:s|ed|ing)? ... (?:with|using|as) ... (?:password|passphrase|random (?:number|key|string|password)|key|aes|gpg)|encrypt(?:s|ing)? (?:all|each|every|the|any) (?:\w{1,14} )?(?:files?|documents?|folders?|data|archives?|databases?|director(?:y|ies)))`,
      String.raw`(?:gpg (?:-c|--symmetric|--encrypt)|zip -\w{0,3}[eP]|7z a [^\n]{0,40}?-p|openssl enc |Fernet\.generate_key|age -p )`,
      '(?:加密|加锁|锁定|设置密码|密码保护)[^\\n。]{0,12}?(?:文件|文档|数据|压缩包|数据库|目录)|(?:带|用|设)密码[^\\n。]{0,10}?(?:压缩|打包|加密)',
    ],
  },
  {
    rule: 'order.stays-and-fetches',
    goesOut: true,
    isWarnable: true,
    phrases: [
      String.raw`crontab|\/etc\/cron|@reboot|LaunchAgents|LaunchDaemons|systemctl (?:--user )?enable|\.config\/autostart|schtasks|>> ?["']?(?:~|\$HOME)\/\.(?:bashrc|zshrc|profile|bash_profile|zprofile)|\.git\/hooks|core\.hooksPath|nohup |disown`,
      String.raw`(?:fetch|download|get|pull|retrieve|load) ...https?: ... (?:and|then) (?:\w{1,8} )?(?:execute|run|source|apply|install|eval)|(?:download|fetch|pull|get|retrieve|install|update|grab)(?:s|ing)? (?:and (?:run|execute|install|apply) )?(?:the |any |all |an? |its |our )?(?:latest |essential |required |necessary |new |additional |compatibility |security |helper )?(?:\w{1,14} )?(?:patch\w{0,2}|updates?|upgrade|hotfix\w{0,2}|agent|helper|plugin|extension|binary|installer|script|tool|package|module|configuration|config|hooks?|dependenc\w{1,3}|drivers?|certificate|instructions) ... https?:`,
      String.raw`(?:curl|wget) [^\n]{1,160}?(?:&&|;|\|) ?(?:sudo )?(?:bash|sh|zsh|python3?|node|chmod|\.\/)`,
      String.raw`pip3? install [^\n]{0,60}?(?:git\+|https?:|--(?:extra-)?index-url|-i )|npm (?:i|install) [^\n]{0,60}?(?:git\+|https?:|--registry)`,
      '(?:定时任务|计划任务|开机(?:启动|自启)|后台(?:进程|服务|守护)|启动项|钩子)|(?:下载|获取|安装|更新)[^\\n。]{0,20}?(?:补丁|更新|插件|组件|脚本|工具|代理|证书|配置)[^\\n。]{0,20}?https?:',
    ],
  },
  {
    rule: 'order.runs-bundled',
    isCommon: true,
    isWarnable: true,
    phrases: [
      String.raw`(?:run|execute|call|invoke|use|start|launch|trigger|source|bash|sh|python3?|node)(?:s|ning|ing)? [^\n]{0,80}?[\w-]{2,40}\.(?:sh|py|js|mjs|ps1|bat|rb|pl)(?![\w])`,
      '(?:运行|执行|调用|启动)[^\\n]{0,40}?[\\w-]{2,40}\\.(?:sh|py|js|mjs|ps1|bat)',
    ],
  },
]
