import { isHonestDownload } from '../known/hosts.ts'
import type { Signal } from '../signal.ts'

const WALLET = String.raw`(?:(?:12|24|twelve|twenty-four)[- ]word (?:\w{1,12} )?(?:phrase|seed|mnemonic)|(?:seed|recovery|mnemonic) (?:phrase|words))`
const MEMORY = String.raw`(?:SOUL|MEMORY|AGENTS|IDENTITY|HEARTBEAT|CLAUDE|USER)\.md`

/** What takes secrets from people, or opens their machine to others. */
export const TAKING: Readonly<Record<string, readonly string[]>> = {
  'asks-seed': [
    String.raw`(?:enter|provide|paste|type|share|input|ask for|ask (?:the |your )?user for|ask them for|tell me|give me|supply|request|collect) (?:\w{1,12} )?(?:\w{1,12} )?(?:\w{1,12} )?${WALLET}`,
    '(?:输入|提供|粘贴|索要|询问|收集|告知|索取)[^\\n。，]{0,14}(?:助记词|恢复短语)',
  ],
  'asks-key': [
    String.raw`(?:paste|send|type|tell|share|give|post|enter) [^\n.]{0,40}?private key [^\n.]{0,24}?(?:into|in|to|here) (?:the |this |our |your )?(?:chat|conversation|message|me|prompt)`,
    '(?:私钥)[^\\n。，]{0,8}?(?:粘贴|发送|告诉|填写|输入)(?:到|给|在|进)',
  ],
  'prints-private-key': [
    String.raw`(?:cat|type|less|more|head|tail|base64|xxd|print|show|display|read|open|copy|include) [^\n]{0,60}?\.ssh\/id_(?:rsa|ed25519|ecdsa|dsa)(?!\.pub|\w)`,
    String.raw`security (?:dump-keychain|find-(?:generic|internet)-password [^\n]{0,60}?(?:Chrome|Brave|Edge|Safe Storage|login\.keychain))`,
  ],
  'agent-secrets': [
    String.raw`\.(?:openclaw|clawdbot|moltbot|claude|codex|gemini|cursor)["']?\s{0,2}[\/,]\s{0,2}["']?(?:\.env|openclaw\.json|clawdbot\.json|moltbot\.json|\.?credentials\.json|auth(?:-profiles)?\.json|oauth_creds\.json|mcp\.json)|\.aws["']?\s{0,2}[\/,]\s{0,2}["']?credentials|\.git-credentials|\.netrc\b|\.kube\/config|\.(?:bash|zsh)_history`,
  ],
  'approval-setting': [
    String.raw`"defaultMode"\s{0,2}:\s{0,2}"bypassPermissions"|skipDangerousModePermissionPrompt["']?\s{0,2}:\s{0,2}true|autoApprove["']?\s{0,2}:\s{0,2}(?:true|\[\s{0,2}["']\*)|chat\.tools\.autoApprove["']?\s{0,2}:\s{0,2}true|"allow"\s{0,2}:\s{0,2}\[\s{0,8}"(?:\*|Bash\(\*)`,
  ],
  'sends-whole': [
    String.raw`(?:post|put|POST|PUT)\b[^\n]{0,200}?(?:read_text|read_bytes|\.read\(\)|readFileSync|readFile\(|open\()`,
    String.raw`curl (?:[^\n]{0,160}? )?(?:-d|--data\S{0,10}|-F|-T|--upload-file) ?["']?(?:\w{1,12}=)?(?:@|\$\(cat)`,
  ],
  'lifts-quarantine': [String.raw`xattr\s{1,2}-\w{0,3}[cd]\w{0,2}\b`],
  'root-without-password': [
    String.raw`NOPASSWD\s{0,2}:[^\n]{0,60}?(?:>>|tee|sudoers)|net(?:\.exe)? user \w{1,40} [^\n]{0,60}?\/add|\|\s{0,2}sudo\s{1,2}-S\b|useradd [^\n]{0,40}?-(?:o|u 0)\b`,
  ],
  'sends-file': [
    String.raw`curl (?:[^\n]{0,160}? )?(?:-d|--data\S{0,10}|-F|-T|--upload-file) |wget [^\n]{0,80}?--post`,
  ],
  'saves-file': [String.raw`curl (?:[^\n]{0,120}? )?-[a-zA-Z]{0,6}[oO] |wget [^\n]{0,100}?https?:`],
  'shows-result': [
    String.raw`(?:show|include|attach|put|add|paste|print|return|append|report|send) (?:the |its |their )?(?:results?|outputs?|contents?|it|both|them) [^\n.]{0,20}?(?:log|answer|reply|response|feedback|ticket|report|message|chat|request)`,
    '(?:结果|内容|输出)[^\\n。]{0,8}?(?:附|写|放|贴|加|发)(?:在|入|到|进|给)',
  ],
  'secret-folder': [
    String.raw`(?:endswith|suffix|glob|match|includes|fnmatch)[^\n]{0,40}?["']\*?\.(?:env|pem|key|kdbx|p12|pfx|ppk|keystore)["']`,
    String.raw`(?:look for|find|copy|collect|read|locate|gather|search for) ... (?:exodus|metamask|phantom|electrum|atomic|trust wallet|coinbase wallet) ... (?:vaults?|wallets?|keystores?|files?|data|folders?)`,
    String.raw`(?:tar|zip|7z|cp|rsync|copytree|make_archive)[^\n]{0,80}?(?:~|\$\{?HOME\}?|home\(\))["']?[\/,]\s{0,2}["']?\.(?:aws|kube|gnupg|ssh|docker|azure|config[\/](?:gh|gcloud|solana))\b`,
    String.raw`(?:find|glob|locate)[^\n]{0,80}?(?:wallet\*?\.(?:json|dat)|\*\.keystore|keystore[\/]UTC|\*\.(?:pem|ppk|kdbx))`,
    String.raw`(?:copy|zip|archive|upload|collect|compress|send)[^\n]{0,60}?(?:Google[\/ ]Chrome|BraveSoftware|Mozilla[\/]Firefox|\.mozilla[\/]firefox)[\/][^\n]{0,40}?(?:Default|Profiles?)`,
    '(?:复制|打包|压缩|上传|收集|读取|导出)[^\\n。]{0,20}?(?:浏览器)[^\\n。]{0,10}?(?:Cookie|密码|登录数据|配置目录|用户数据)',
  ],
  'dns-carries': [
    String.raw`(?:nslookup|dig|host|ping -c ?\d)\s[^\n]{0,20}?["']?\$\{?\w{1,20}\}?\.[\w-]{2,60}\.\w{2,12}`,
    String.raw`gethostbyname\(\s{0,2}f?["']\{\w{1,20}\}\.[\w.-]{4,60}`,
    String.raw`(?:nslookup|dig|host|drill|kdig|resolvectl query|ping6?|getent \w{3,8})\s(?:[+-]\w{1,12}(?: ?\d{1,3})?\s){0,4}(?:[\w]{1,4}\s)?["']?\$(?:\{\w{1,20}[^}\n]{0,20}\}|\w{1,20}|\([^)\n]{1,80}\))\.(?:\w[\w-]{0,40}\.){1,4}[a-z]{2,12}\b`,
    String.raw`(?:lookup|resolve(?:4|6|Txt|Any)?|getaddrinfo|gethostbyname|query)\(\s{0,2}(?:f["']\{[^}\n]{1,40}\}|\x60\$\{[^}\n]{1,60}\})\.[\w.-]{4,60}`,
  ],
  'opens-tunnel': [
    String.raw`(?:auto)?ssh\s[^\n]{0,60}?-R\s?\d{2,5}:[^\n]{0,60}?@(?!example|your|my|host|server|remote)[\w-]{1,40}\.(?!example)[\w.-]{2,40}|ngrok tcp \d{1,5}|chisel client|\bfrpc\b[^\n]{0,20}?-c|cloudflared[^\n]{0,60}?ssh:\/\/|tmate -F`,
  ],
  'past-warning': [
    String.raw`(?:even if|when|if|should) (?:\w{1,14} )?(?:macos|windows|smartscreen|gatekeeper|defender|your (?:browser|system|computer|antivirus)|(?:the |your )?anti-?virus)[^\n.]{0,40}? (?:warns?|complains?|blocks?|alerts?|flags?|appears?|says)[^\n]{0,80}?(?:open|run|continue|proceed|allow|keep|ignore)`,
    String.raw`(?:anti-?virus|defender|security software)[^\n.]{0,40}? (?:may|might|can|could|will) (?:\w{1,12} )?(?:flag|block|report|detect|warn)[^\n]{0,80}?(?:false positive|exclusion|exception|whitelist|allow|ignore|disable)`,
    String.raw`(?:open|run|continue|proceed|allow|install)(?: it| anyway)? even (?:if|when|though) (?:\w{1,14} )?(?:macos|windows|smartscreen|gatekeeper|defender|your (?:browser|system|computer|antivirus)|(?:the |your )?anti-?virus)`,
    String.raw`smartscreen[^\n]{0,80}?run anyway`,
    '(?:杀毒|安全软件|Defender|SmartScreen|系统)[^\\n。]{0,14}?(?:报警|拦截|报毒|误报|警告|提示)[^\\n]{0,24}?(?:忽略|信任|白名单|仍要运行|允许|继续|退出)',
  ],
  'hook-write': [
    String.raw`(?:>{1,2}|tee|cp|writeFileSync\(|write_text\()\s{0,2}["']?[\w.\/$\{\}-]{0,60}\.git\/hooks\/|git config [^\n]{0,20}?core\.hooksPath`,
  ],
  'memory-address': [
    String.raw`(?:append|write|add|insert|save|put|replace|overwrite|update)\s[^\n]{0,120}?https?:[^\n]{0,120}?${MEMORY}`,
    String.raw`(?:append|write|add|insert|save|put|replace|overwrite|update)\s[^\n]{0,60}?${MEMORY}[^\n]{0,80}?https?:`,
  ],
  'fixed-mailbox': [
    String.raw`discord(?:app)?\.com\/api\/webhooks\/\d{1,24}\/[\w-]{3}|api\.telegram\.org\/bot\d{6,12}:[\w-]{3}|hooks\.slack\.com\/services\/T[A-Z0-9]{6,14}\/B[A-Z0-9]{6,14}\/(?!x{4})\w{10}`,
  ],
  'asks-payment': [
    String.raw`(?:transfer|send|pay|deposit) (?:\d[\d.]{0,10}|a small amount of|some) ?(?:sol|eth|btc|usdt|usdc|bnb|xmr|ton|trx)[^\n]{0,80}?(?:fee|activat\w{1,5}|unlock\w{0,3}|licen[cs]e|registration)`,
  ],
  'takes-orders': [
    String.raw`(?:exec|eval|execSync|Function|os\.system|subprocess\.\w{3,16}|popen)\(\s{0,2}(?:c|cmd|command|code|payload|script|body|text|task|order|data|res|resp|response|r)(?:\.\w{1,10})?\s{0,2}[),]`,
  ],
  polls: [
    String.raw`setInterval\(|while True\s{0,2}:|while\s{0,2}\(\s{0,2}(?:true|1)\s{0,2}\)|while true;|while :;`,
  ],
  'replaces-command': [
    String.raw`alias (?:sudo|su|ssh|git|curl|wget|npm|pip3?|docker|kubectl|aws|gh)\s{0,2}=\s{0,2}\\?["'][^\n]{0,80}?(?:~|\$HOME|\/tmp|\/var)\/`,
  ],
  'redirects-traffic': [
    String.raw`(?:^|[\s"'])(?!127\.|0\.0\.|10\.|192\.168\.|::1)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\s{1,4}[\w.-]{4,60}[^\n]{0,60}?(?:>>|tee -a)\s{0,2}["']?\/etc\/hosts`,
  ],
  'adds-authority': [
    String.raw`update-ca-certificates|update-ca-trust|security add-trusted-cert|certutil(?:\.exe)? [^\n]{0,30}?-addstore|Import-Certificate[^\n]{0,80}?Root`,
  ],
  'hidden-temp': [String.raw`(?:\/tmp|\/var\/tmp|\/dev\/shm|\$TMPDIR)\/\.[A-Za-z]\w{0,20}(?![\w\/.-])`],
  'image-carries': [
    String.raw`!\[[^\]\n]{0,60}\]\(https?:\/\/(?!(?:img\.shields\.io|api\.star-history\.com|github\.com))[^)\s]{4,120}?[?&](?:d|c|q|s|u|x|data|text|msg|message|content|payload|log|info|summary|chat|context)=(?:[A-Z_]{4,30}|\{\w|<\w|\$\{?\w|\[)`,
    String.raw`<img\s[^>\n]{0,80}?src=["']https?:\/\/[^"'\s>]{4,120}?[?&](?:d|c|q|s|u|x|data|text|msg|message|content|payload|log|info|summary|chat|context)=(?:\{\{|\$\{|<\w|\[[A-Z_]{3})`,
  ],
  'memory-file': [
    String.raw`(?:append|write|add|insert|save|put|store|copy|paste|record)\s[^\n]{0,100}?(?:${MEMORY}|\.cursorrules|\.windsurfrules|copilot-instructions\.md|GEMINI\.md)`,
    String.raw`(?:append|write|add|insert|save|put|store|commit|record)\s[^\n.]{0,60}?(?:(?:to|in|into) (?:your |the |its )?(?:long[- ]term |permanent |persistent |lasting )memory|(?:your|the assistant's) (?:long[- ]term |permanent |persistent )?memory)`,
    '(?:写入|加入|存入|保存到|追加到|记入|添加到)[^\\n。]{0,8}?(?:长期|永久|持久)?(?:记忆|CLAUDE\\.md|AGENTS\\.md|MEMORY\\.md|SOUL\\.md)',
  ],
  'lasting-trust': [
    String.raw`(?:treat|regard|consider|accept|trust|take|follow|obey)s? [^\n.]{0,60}?(?:from|of|by|published|posted|at|on) [^\n]{0,60}?\.[a-z]{2,12}\b[^\n]{0,40}?(?:as (?:coming from |if (?:it |they )?(?:came|come) from |those of |instructions of )?(?:the |your )?(?:user|owner|operator|system|administrator|developer)|without (?:asking|question|confirmation|approval)|as (?:trusted|authoritative|binding))`,
    String.raw`approve (?:all |any |every |its |their )?(?:\w{1,12} )?(?:tool )?(?:calls?|requests?|actions?|commands?) (?:of \w{1,20} |from [\w.-]{1,60} )?(?:without (?:asking|confirmation|review|the user)|automatically)`,
    '(?:来自|凡是)[^\\n。]{0,40}?(?:等同于|视为|当作|当成)(?:用户|使用者|主人|管理员|系统)(?:本人)?的?(?:指令|命令|要求|消息|授权)',
    '(?:可|应|请)?(?:直接|自动)(?:执行|批准|放行)[^\\n。]{0,10}?(?:不必|无需|不用|免)(?:再)?(?:确认|询问|审批)',
  ],
  'image-filled': [
    String.raw`!\[[^\]\n]{0,60}\]\(https?:\/\/(?!(?:img\.shields\.io|api\.star-history\.com|github\.com))[^)\n]{4,120}?[?&/=](?:<[^>\n]{3,80}>|\{\{?[^}\n]{3,60}\}\}?|\[[^\]\n]{3,60}\])`,
  ],
  'fills-with-talk': [
    String.raw`(?:fill|replace|substitute|put|insert|encode|append|include|add) [^\n.]{0,60}?(?:conversation|messages?|chat|(?:user|last|previous)['’]?s? (?:\w{1,12} )?(?:messages?|question|input|answer)|keys?|passwords?|tokens?|credentials|secrets)`,
    String.raw`(?:<|\{|\[)[^>\]}\n]{0,30}?(?:conversation|chat history|messages so far|last messages|user input|secret|password|api key)[^>\]}\n]{0,40}?(?:>|\}|\])`,
    '(?:填入|替换|写入|拼接|附上|编码)[^\\n。]{0,20}?(?:对话|会话|消息|密码|密钥|令牌|口令)',
  ],
  'joins-files': [
    String.raw`(?:carry out|execute|follow|obey|perform|do what) [^\n.]{0,60}?(?:first (?:lines?|words?|letters?|sentences?)|pieces?|parts?|fragments?|lines?)[^\n.]{0,60}?(?:put|taken|joined|read|placed|strung|make|form|assembled?|concatenat\w{1,3}|combin\w{1,3})`,
    String.raw`(?:join|concatenate|combine|assemble|piece together|put together|stitch)\w{0,3} [^\n.]{0,80}?(?:lines?|words?|letters?|parts?|fragments?|pieces?|files?)[^\n.]{0,60}?(?:and|then)[^\n.]{0,20}?(?:carry out|execute|follow|obey|perform|do what)`,
    '(?:拼接|拼成|合并|连起来|组合)[^\\n。]{0,40}?(?:执行|照做|遵循|按其)',
    '(?:执行|照做|遵循)[^\\n。]{0,40}?(?:首行|第一行|首字|片段)[^\\n。]{0,20}?(?:拼|连|合)',
  ],
  'trigger-words': [
    String.raw`(?:obey|follow|execute|comply with|trust) (?:any |all |every )?(?:messages?|commands?|instructions?|prompts?) (?:that |which )?(?:starts?|starting|begins?|beginning|contains?|containing|prefixed) (?:with )?`,
    String.raw`(?:if|when|once|whenever) (?:the |a )?(?:user|human|person|message|prompt|input) (?:says|types|writes|mentions|sends|contains|includes|asks for) (?:the )?(?:phrase |word |words |code |string )?["“'‘\x60][^"”'’\x60\n]{2,60}["”'’\x60]`,
    '(?:当|如果|一旦)(?:用户|消息|输入)[^\\n]{0,4}?(?:说|输入|提到|包含|发送)[^\\n]{0,6}?[“"「][^”"」\\n]{2,40}[”"」]',
  ],
}

const SAVES =
  /(?:curl|wget|iwr|invoke-webrequest)\s[^\n]{0,240}?(?:>{1,2}|-o|-O|--output|-OutFile)\s{0,2}["']?[\w.~/${}-]{0,100}(?:skills?\/[\w./-]{0,60}\.md|SKILL\.md|HEARTBEAT\.md|AGENTS\.md|CLAUDE\.md|SOUL\.md|MEMORY\.md)/gi
const REDIRECTS: readonly RegExp[] = [
  /(?:ANTHROPIC|OPENAI|CLAUDE|GEMINI|GOOGLE_AI)_(?:BASE_URL|API_BASE|API_URL)["']?\s{0,2}[=:]\s{0,2}["']?https?:\/\/[^\s"'\x60)]{4,200}/g,
  /git\s{1,2}config\s{1,2}(?:--\w{1,8}\s{1,2}){0,2}(?:http\.proxy|https\.proxy|url\.[^\n]{4,120}?insteadOf)[^\n]{0,160}/gi,
  /(?:npm|pnpm|yarn)\s{1,2}config\s{1,2}set\s{1,2}(?:registry|proxy|https-proxy)[\s=]{1,3}https?:\/\/[^\s"'\x60)]{4,200}/gi,
  /pip3?\s{1,2}config\s{1,2}set\s{1,2}[\w.]{0,20}(?:index-url|proxy)\s{1,2}https?:\/\/[^\s"'\x60)]{4,200}/gi,
]
/** Gateways and mirrors that people choose by their name. */
const CHOSEN =
  /(?:^|\.)(?:openai\.com|anthropic\.com|googleapis\.com|openrouter\.ai|azure\.com|deepseek\.com|moonshot\.(?:cn|ai)|bigmodel\.cn|z\.ai|aliyuncs\.com|minimaxi?\.(?:chat|io|com)|siliconflow\.(?:cn|com)|groq\.com|together\.xyz|fireworks\.ai|mistral\.ai|x\.ai|perplexity\.ai|volces\.com|npmjs\.org|npmmirror\.com|pypi\.org|pytorch\.org|githubusercontent\.com|jsr\.io|pkg\.pr\.new|tuna\.tsinghua\.edu\.cn|mirrors\.\w{3,12}\.com|github\.com)$|(?:^|[.-])(?:company|corp|mycompany|yourcompany|internal|acme|yourdomain|mydomain|your-?\w{1,20}|example|local|lan|intranet)(?:[.-]|$)/i

/** Programs for a system that people start by hand. */
const PROGRAM =
  /https?:\/\/[\w.:-]{3,120}\/[^\s"'\x60)<>|]{1,200}\.(?:exe|dmg|pkg|msi|scr|bat|cmd|deb|rpm|appimage|apk|hta|jar)(?![\w/])/gi
const PACKAGE =
  /(?<![\w-])(?:npx|bunx|uvx|(?:npm|pnpm|yarn|bun)\s(?:i|install|add|dlx|exec)|pip3?\sinstall|pipx\s(?:run|install)|gem\sinstall|brew\sinstall)\s(?:-{1,2}[\w-]{1,20}\s){0,3}["']?https?:\/\/[^\s"'\x60)]{4,200}/gi
const KEYED =
  /\$\{?(OPENAI|ANTHROPIC|CLAUDE|GEMINI|GITHUB|GH|AWS|STRIPE|SLACK|DISCORD|NOTION|HUGGINGFACE|HF|TELEGRAM|NPM|CLOUDFLARE|TWILIO|SENDGRID)_(?:\w{0,20}_)?(?:KEY|TOKEN|SECRET|PAT)\b/g
/** Under which names the service of a key is reached. */
const HOMES: Readonly<Record<string, RegExp>> = {
  ANTHROPIC: /anthropic|claude/,
  CLAUDE: /anthropic|claude/,
  GEMINI: /google/,
  GH: /github/,
  AWS: /amazon|aws/,
  HF: /hugging|hf\.co/,
  HUGGINGFACE: /hugging|hf\.co/,
}
const CALL_LINE = /(?:(?:curl|wget|iwr|irm|fetch)\b|https?:\/\/)[^\n]{0,300}/gi

/** `key-to-stranger`: the key of one well-known service in a call of another host. */
export function strangerSignals(text: string): readonly Signal[] {
  const found: Signal[] = []
  for (const { 0: call, index } of text.matchAll(CALL_LINE)) {
    const host = /https?:\/\/([\w.-]{3,120})/i.exec(call)?.[1]?.toLowerCase() ?? ''
    if (!/\.[a-z]{2,12}$/.test(host) || CHOSEN.test(host) || /(?:^|\.)(?:example|localhost|your)/.test(host))
      continue
    for (const { 1: name = '' } of call.matchAll(KEYED)) {
      const home = HOMES[name] ?? new RegExp(name.toLowerCase())
      if (!home.test(host)) found.push({ name: 'key-to-stranger', start: index, end: index + call.length })
    }
  }
  return found
}

/** `foreign-package`, `redirects-traffic` and `fetches-instructions`, where the host is neither the skill's own nor widely known. */
export function reroutingSignals(
  text: string,
  whoseIs: (command: string) => string | null,
): readonly Signal[] {
  const found: Signal[] = []
  const add = (name: string, { 0: words, index }: RegExpExecArray): void => {
    const address = words.slice(words.search(/https?:\/\//i))
    const host = /^https?:\/\/([\w.-]{3,120})/i.exec(address)?.[1] ?? ''
    if (!/\.[a-z]{2,12}$|^\d{1,3}(?:\.\d{1,3}){3}$/i.test(host) || CHOSEN.test(host)) return
    const owner = whoseIs(`curl ${address}`)
    if (owner === null || owner === 'pipe-own' || owner === 'pipe-known') return
    found.push({ name, start: index, end: index + words.length })
  }
  for (const pattern of REDIRECTS) for (const match of text.matchAll(pattern)) add('redirects-traffic', match)
  for (const match of text.matchAll(SAVES)) add('fetches-instructions', match)
  for (const match of text.matchAll(PACKAGE)) add('foreign-package', match)
  for (const match of text.matchAll(PROGRAM)) if (!isHonestDownload(match[0])) add('foreign-program', match)
  return found
}
