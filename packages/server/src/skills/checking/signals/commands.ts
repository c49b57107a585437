/** Commands and calls, in whatever language and wherever they are written. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'decode-to-shell': [
    String.raw`base64 (?:-d|-D|--decode)[^\n]{0,80}?\|\s{0,2}(?:sudo )?(?:ba|z|da|k)?sh(?![\w.])`,
    String.raw`base64 (?:-d|-D|--decode)[^\n]{0,80}?\|\s{0,2}(?:python3?|perl|node|ruby|osascript|php)(?![\w.])`,
    String.raw`(?:ba|z|da)?sh (?:-c )?["']?(?:<<<|<\(|\$\(|\x60)[^\n]{0,80}?base64 (?:-d|-D|--decode)`,
    String.raw`(?:eval|source|exec)\s{0,2}["']?(?:\$\(|\x60|<\()[^\n]{0,400}?(?:base64 (?:-d|-D|--decode)|xxd -r|openssl enc [^\n]{0,40}?-d)`,
    String.raw`(?:xxd -r|openssl enc [^\n]{0,40}?-d|\brev|\btr ["']?[A-Za-z]-?[A-Za-z]{0,6}["']? ["']?[A-Za-z][^\n]{0,12}|gunzip|zcat)[^\n|]{0,40}?\|\s{0,2}(?:sudo )?(?:ba|z)?sh(?![\w.])`,
    String.raw`powershell(?:\.exe)?[^\n]{0,80}? -e(?:nc|ncodedcommand|c)? ["']?[A-Za-z0-9+/=]{40}`,
    String.raw`(?:iex|invoke-expression)[^\n]{0,80}?FromBase64String|FromBase64String[^\n]{0,120}?(?:iex|invoke-expression)`,
  ],
  'reverse-shell': [
    String.raw`(?:ba|z)?sh -i[^\n]{0,20}?[>&|]{1,3}\s{0,2}\/dev\/(?:tcp|udp)\/`,
    String.raw`(?:exec|cat|0)\s{0,2}[<>&\d]{1,4}\s{0,2}\/dev\/(?:tcp|udp)\/`,
    String.raw`\/dev\/tcp\/[\w.$\{\}-]{3,40}\/\d{2,5}`,
    String.raw`\bn(?:c|cat|etcat)(?:\.exe)? [^\n]{0,40}?-\w{0,4}[ec] ?(?:\/bin\/)?(?:ba|z)?sh\b`,
    String.raw`mkfifo [^\n]{0,80}?\bn(?:c|cat) `,
    String.raw`socat [^\n]{0,80}?exec:`,
    String.raw`(?:os\.)?dup2\(\s{0,2}\w{1,12}\.fileno\(\)`,
    String.raw`pty\.spawn\(\s{0,2}["']\/bin\/(?:ba)?sh`,
    String.raw`New-Object System\.Net\.Sockets\.TCPClient`,
    String.raw`(?:perl -e [^\n]{0,20}?use Socket|php -r [^\n]{0,30}?fsockopen|ruby -rsocket)`,
    String.raw`socket\.connect\([^\n]{0,60}?\)[^\n]{0,120}?(?:subprocess|child_process|\/bin\/(?:ba)?sh)`,
  ],
  'uploads-file': [
    String.raw`curl [^\n]{0,160}?(?:-d|--data(?:-binary|-raw|-urlencode)?|-F|--form|-T|--upload-file)[ =]?["']?(?:\w{1,20}=)?@?["']?(?:@|\$\(|\x60|~\/|\$HOME|\/etc\/|\.env)`,
    String.raw`\|\s{0,2}(?:curl [^\n]{0,120}?(?:-d|--data(?:-binary)?|-F|-T) ?["']?(?:\w{1,20}=)?@?-|\bn(?:c|cat) [\w.-]{4,60} \d{2,5})`,
    String.raw`wget [^\n]{0,80}?--post-(?:file|data)`,
    String.raw`(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)[^\n]{0,120}?-InFile`,
    String.raw`\bn(?:c|cat) [\w.-]{4,60} \d{2,5}\s{0,2}<`,
    String.raw`(?:scp|rsync) [^\n]{0,30}?(?:~\/|\$HOME\/)\.\w{2,20}[^\n]{0,40}? \w{1,20}@`,
  ],
  'uploads-command': [
    String.raw`\b(?:nslookup|dig)(?: -\w{1,4} ?\d{0,2})? ["']?(?:\$\(|\x60)`,
    String.raw`(?:curl|wget) [^\n]{0,100}?https?:[^\n\s]{4,120}?(?:\$\((?:cat|env|whoami|hostname|base64|printenv|security)|\x60(?:cat|env|base64|printenv))`,
    String.raw`curl [^\n]{0,120}?(?:-d|--data(?:-binary|-raw)?|-F) ?["']?(?:\w{1,20}=)?(?:\$\((?:cat|env|printenv|base64|whoami|hostname)|\x60(?:cat|env|printenv|base64))`,
  ],
  sends: [
    String.raw`requests\.(?:post|put|patch|request)\(|httpx\.(?:post|put)\(|session\.(?:post|put)\(|client\.post\(`,
    String.raw`urlopen\([^\n]{0,60}?data|urllib\.request\.Request\([^\n]{0,80}?data|http\.client\.HTTPS?Connection|smtplib\.SMTP`,
    String.raw`(?:method|type)["']?\s{0,2}:\s{0,2}["']POST["']|fetch\(["'\x60][^\n]{0,120}?[?&]\w{1,16}=(?:\$\{|["']\s{0,2}\+)|axios\.(?:post|put)\(|navigator\.sendBeacon|https?\.request\(|\.sendall\(|sock(?:et)?\.send\(|XMLHttpRequest|got\.post\(`,
    String.raw`curl [^\n]{0,160}?(?: -d | --data| -F | -T |-X ?POST)|wget [^\n]{0,80}?--post|Invoke-(?:RestMethod|WebRequest)[^\n]{0,80}?(?:-Method ["']?POST|-Body)|UploadString|UploadFile`,
    String.raw`urllib\.request\.urlopen\(|requests\.get\(\s{0,2}f?["'][^\n"']{4,120}?[?&]\w{1,16}=(?:["']\s{0,2}\+|\{)`,
  ],
  'env-sweep': [
    String.raw`json\.dumps\([^\n]{0,40}?(?:os\.)?environ|os\.environ\.items\(\)|str\((?:dict\()?os\.environ|json\s{0,2}=\s{0,2}(?:\{[^\n]{0,40}?)?dict\(os\.environ`,
    String.raw`["']?(?:env|environment|vars)["']?\s{0,2}:\s{0,2}(?:dict\(os\.environ|process\.env(?![.\[\w]))|data\s{0,2}=\s{0,2}(?:dict\()?os\.environ(?![.\[]|\.get)`,
    String.raw`JSON\.stringify\(\s{0,2}(?:\{[^\n]{0,40}?)?process\.env(?![.\[\w])|Object\.(?:entries|keys|values|assign|fromEntries)\([^\n]{0,12}?process\.env(?![.\[\w])`,
    String.raw`(?:[;&\n\x60]\s{0,4}|\|\s{1,2}|\$\()(?:printenv|env|export -p)(?:\s{1,2}(?:\||>)|\))`,
    String.raw`\/proc\/(?:self|\d{1,6}|\*)\/environ|Get-ChildItem env:|gci env:|dir env:`,
  ],
  'secret-place': [
    String.raw`\.ssh\/?["']?(?:,\s{0,2}["'])?(?:id_(?:rsa|ed25519|ecdsa|dsa)|\*|["']?\)|id_\*)(?!\.pub)`,
    String.raw`(?:cat|read|cp|tar|zip|glob|collect|copy)[^\n]{0,40}?~?\/?\.ssh(?:\/(?!config|known_hosts)|\b(?!\/))`,
    String.raw`\/etc\/shadow|\/etc\/sudoers|login\.keychain|Library\/Keychains|security (?:find-(?:generic|internet)-password -[a-z]{0,3}[gw]|dump-keychain)`,
    String.raw`(?:Chrome|Chromium|Brave-Browser|Edge|Firefox|Opera)[^\n]{0,60}?(?:Login Data|Local State|Cookies|logins\.json|key4\.db|Web Data|User Data)`,
    String.raw`\bLogin Data\b|key4\.db|logins\.json|cookies\.sqlite|CryptUnprotectData`,
    String.raw`wallet\.dat|\.electrum|Exodus[\/]exodus\.wallet|exodus\.wallet|nkbihfbeogaeaoehlefnkodbefgpgknn|Local Extension Settings|\.config\/solana\/id\.json|\.ethereum\/keystore|Phantom[\/ ](?:wallet|extension)|Ledger Live|atomic[\/]Local Storage|\.bitcoin\/|metamask[\/_ -](?:vault|data)`,
    String.raw`Telegram Desktop[\/]{1,2}tdata|discord[\/]{1,2}Local Storage`,
  ],
  'settings-place': [
    String.raw`\.aws\/credentials|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.kube\/config|\.docker\/config\.json|application_default_credentials\.json|credentials\.db|\.config\/gh\/hosts\.yml|\.vault-token|\.(?:bash|zsh|python|psql|mysql)_history`,
    String.raw`\.(?:openclaw|clawdbot|moltbot|claude|cursor|codex|gemini)[\/](?:\.env|openclaw\.json|clawdbot\.json|mcp\.json|\.?credentials(?:\.json)?|auth\.json|secrets?)|claude_desktop_config\.json`,
    String.raw`(?:cat|read|open|readFileSync|source|grep|find)[^\n]{0,30}?(?:^|[\s\/"'(~])\.env(?![\w.])`,
    String.raw`(?:MEMORY|SOUL|USER|IDENTITY)\.md`,
  ],
  collector: [
    String.raw`webhook\.site|requestbin\.|\.pipedream\.net|burpcollaborator\.net|\boast\.(?:fun|pro|live|site|online|me)|interact\.sh|\.beeceptor\.com|hookbin\.com|requestcatcher\.com|dnslog\.cn|ceye\.io|webhook\.cool|\.canarytokens\.com|postb\.in`,
  ],
  'exfil-host': [
    String.raw`webhook\.site|requestbin\.|\.pipedream\.net|burpcollaborator\.net|\boast\.(?:fun|pro|live|site|online|me)|interact\.sh|dnslog\.cn|ceye\.io`,
    String.raw`https?:\/\/(?:discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org\/bot)`,
  ],
  'paste-site': [
    String.raw`(?:glot\.io\/snippets|rentry\.(?:co|org)|pastebin\.(?:com|pl)|paste\.(?:ee|rs|sh|gg|c-net\.org)|hastebin\.|dpaste\.(?:com|org)|controlc\.com|ghostbin\.|0x0\.st|transfer\.sh|termbin\.com|justpaste\.it|privatebin\.|pastes\.(?:io|dev)|telegra\.ph|textbin\.net|ix\.io|sprunge\.us|bpa\.st)`,
    String.raw`(?:anonfiles?\.|gofile\.io|file\.io|catbox\.moe|mediafire\.com|mega\.nz|cdn\.discordapp\.com\/attachments|sendspace\.com|workupload\.com|pixeldrain\.com|wetransfer\.com)`,
    String.raw`https?:\/\/(?:bit\.ly|tinyurl\.com|t\.ly|is\.gd|cutt\.ly|rb\.gy|shorturl\.at|t\.cn|suo\.im)\/`,
    String.raw`[\w-]{2,60}\.(?:ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|localhost\.run|lhr\.life)`,
  ],
  'raw-address': [
    String.raw`https?:\/\/(?!127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|1\.1\.1\.1|8\.8\.8\.8|1\.2\.3\.4)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])`,
  ],
  'decoded-eval': [
    String.raw`(?:exec|eval|compile)\s{0,2}\([^\n]{0,60}?(?:b64decode|b85decode|b32decode|a85decode|decompress\(|fromhex\(|marshal\.loads|rot_?13|unhexlify)`,
    String.raw`(?:eval|Function|setTimeout)\s{0,2}\([^\n]{0,40}?(?:atob\(|Buffer\.from\([^\n]{0,400}?["'](?:base64|hex)["']|decodeURIComponent\(escape|unescape\()`,
    String.raw`marshal\.loads\(\s{0,2}(?:zlib\.decompress\(\s{0,2})?(?:base64\.)?(?:b64decode|b85decode|b32decode|unhexlify)`,
    String.raw`(?:exec|eval)\([^\n]{0,20}?__import__\(\s{0,2}["'](?:base64|zlib|marshal)["']\)`,
    String.raw`(?:os\.system|subprocess\.\w{3,16}|execSync|exec|spawn(?:Sync)?)\s{0,2}\([^\n]{0,60}?(?:b64decode|atob\(|Buffer\.from\([^\n]{0,400}?["'](?:base64|hex)["']|fromhex\()`,
  ],
  'remote-eval': [
    String.raw`(?:exec|eval)\s{0,2}\([^\n]{0,30}?(?:requests\.get|urlopen|httpx\.get|urllib)[^\n]{0,100}?(?:text|content|read\(\))`,
    String.raw`(?:eval|new Function|Function)\s{0,2}\([^\n]{0,60}?(?:await \(?await )?fetch\(`,
    String.raw`finger(?:\.exe)? [^\n|]{2,80}\|\s{0,2}(?:cmd|sh|bash|powershell)|msiexec(?:\.exe)? [^\n]{0,40}?https?:|mshta(?:\.exe)? ["']?https?:|regsvr32 [^\n]{0,40}?\/i:https?:|rundll32 [^\n]{0,60}?https?:`,
  ],
  'fetches-program': [
    String.raw`urlretrieve\(|curl [^\n]{0,120}?(?:-o|-O|--output|-Lo|-sLo|-fsSLo) ?|wget [^\n]{0,100}?(?:-O|-P|--output|https?:)|certutil [^\n]{0,40}?-urlcache|bitsadmin [^\n]{0,20}?\/transfer|Invoke-WebRequest[^\n]{0,120}?-OutFile|DownloadFile\(`,
    String.raw`(?:write|writeFileSync|write_bytes)\([^\n]{0,60}?(?:\.content|\.read\(\)|arrayBuffer|response)`,
  ],
  'makes-executable': [
    String.raw`chmod (?:\+x|a\+x|u\+x|7[0-7][0-7])|os\.chmod\(|chmodSync\(|fs\.chmod\(|S_IXUSR|S_IEXEC`,
  ],
  'runs-program': [
    String.raw`os\.system\(|subprocess\.\w{3,16}\(|os\.popen\(|os\.exec\w{1,4}\(|os\.startfile\(|pty\.spawn\(|exec(?:File)?(?:Sync)?\(|spawn(?:Sync)?\(|Start-Process|(?:^|&&|;|\n)\s{0,4}(?:sudo )?\.\/[\w.-]{2,40}|(?:&&|;) ?(?:\/tmp|\$TMPDIR|~)\/[\w.-]{2,40}`,
  ],
  persistence: [
    String.raw`crontab (?:-|-l|<)|\/etc\/cron|@reboot|LaunchAgents|LaunchDaemons|launchctl (?:load|bootstrap)|systemctl (?:--user )?enable|\.config\/autostart|schtasks(?:\.exe)? \/create|CurrentVersion[\\]{1,2}Run|Start Menu[\\]{1,2}Programs[\\]{1,2}Startup|\/etc\/rc\.local|\.config\/systemd\/user`,
  ],
  'shell-profile': [String.raw`>>\s{0,2}["']?(?:~|\$HOME)\/\.(?:bashrc|zshrc|profile|bash_profile|zprofile)`],
  'adds-ssh-key': [
    String.raw`(?:>>|tee -a|append|write|"a"|'a')[^\n]{0,60}?authorized_keys|authorized_keys[^\n]{0,30}?(?:"a"|'a'|appendFile|>>)`,
  ],
  'foreign-ssh-key': [
    String.raw`["']?ssh-(?:rsa|ed25519) AAAA[^\n]{8,600}?(?:>>|tee -a)[^\n]{0,60}?authorized_keys`,
  ],
  miner: [
    String.raw`xmrig|stratum\+(?:tcp|ssl):|minerd |cpuminer|randomx|pool\.(?:minexmr|supportxmr|hashvault)|moneroocean|nanopool\.org`,
  ],
  'miner-flags': [String.raw`--donate-level|--coin[ =](?:monero|xmr)|-o stratum`],
  'env-hunt': [
    String.raw`(?:environ|process\.env)[^\n]{0,80}?(?:KEY|TOKEN|SECRET|PASS)[^\n]{0,16}?(?:in k|\/i|in key|in name|\.test\(|\.includes|\.match)`,
  ],
  'spawns-shell': [
    String.raw`(?:spawn|exec|execFile|fork|Popen|call|run)(?:Sync)?\(\s{0,2}\[?\s{0,2}["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']|(?:spawn|Popen|call|run)\(\s{0,2}\[?\s{0,2}["'](?:cmd(?:\.exe)?|powershell(?:\.exe)?)["']`,
  ],
  'dials-raw': [
    String.raw`net\.(?:connect|createConnection|Socket)\(|new (?:net\.)?Socket\(|socket\.socket\(|socket\.create_connection\(|TCPSocket|TcpStream|tls\.connect\(`,
  ],
  'reads-network': [String.raw`requests\.get\(|urlopen\(|fetch\(|curl |axios\.get\(|httpx\.get\(`],
  'plain-download': [
    String.raw`http:\/\/(?!localhost|127\.|10\.|192\.168\.|\[|\$|<|\{|example\.)[\w.-]{3,80}(?::\d{2,5})?\/[\w./%-]{1,120}\.(?:sh|exe|zip|dmg|pkg|msi|bin|py|ps1|bat|tgz|tar\.gz|elf)`,
  ],
  destroys: [
    String.raw`rm -(?:rf|fr|r -f) (?:--no-preserve-root )?["']?(?:\/(?:\s|$|\*|["'])|~\/?(?:\s|$|["'])|\$HOME\/?(?:\s|$|["'])|\/home(?:\s|\/\*)|\*\s|\/etc|\/usr)`,
    String.raw`mkfs\.\w{2,6} \/dev\/|dd if=\/dev\/(?:zero|urandom) of=\/dev\/[sn]|:\(\)\s?\{\s?:\|:&\s?\};:|format c:|shutil\.rmtree\(\s{0,2}(?:["']\/["']|os\.path\.expanduser\(["']~["']\)|(?:pathlib\.)?Path\.home\(\)\s{0,2}\))|vssadmin delete shadows|cipher \/w:c|del \/[fsq] \/[fsq](?: \/[fsq])? c:`,
  ],
  'asks-password': [
    String.raw`osascript [^\n]{0,120}?(?:display dialog)[^\n]{0,160}?(?:password|hidden answer)`,
    String.raw`dscl \/?\.? ?-?authonly|display dialog [^\n]{0,120}?with hidden answer`,
    String.raw`(?:read -s\w{0,2}|getpass\.getpass\()[^\n]{0,60}?(?:sudo|system|mac|login|admin)[^\n]{0,10}? password`,
  ],
  keylogger: [
    String.raw`pynput\.keyboard|from pynput import keyboard|keyboard\.(?:on_press|hook|record)\(|GetAsyncKeyState|CGEventTapCreate|SetWindowsHookEx|iohook|node-global-key-listener`,
  ],
  clipboard: [
    String.raw`pyperclip|pbpaste|Get-Clipboard|clipboardy|xclip -o|navigator\.clipboard\.read|win32clipboard`,
  ],
  'wallet-form': [
    String.raw`\(?\^?\(?(?:0x\)?\[a-fA-F0-9\]\{40\}|0x\[0-9a-fA-F\]\{40\}|bc1\[|\[13\]\[a-km-zA-HJ-NP-Z|T\[A-Za-z1-9\]\{33\}|bc1\|\[13\]\)?\[|\[a-km-zA-HJ-NP-Z1-9\]\{25|\[a-zA-HJ-NP-Z0-9\]\{25)`,
  ],
  'screen-capture': [
    String.raw`ImageGrab\.grab|pyautogui\.screenshot|screencapture -x|CopyFromScreen|mss\.mss\(|scrot `,
  ],
  'crypto-lock': [
    String.raw`(?:Fernet|AES\.new|createCipheriv)\([^\n]{0,160}?`,
    String.raw`\.(?:locked|encrypted|crypt)["']`,
  ],
  ransom: [
    String.raw`(?:your files (?:have been|are|were) encrypted|pay [^\n]{0,30}?(?:bitcoin|btc|xmr|monero|usdt)|decrypt(?:ion)? key[^\n]{0,40}?(?:btc|bitcoin|pay))`,
  ],
  'unsafe-index': [
    String.raw`pip3? install [^\n]{0,100}?(?:--(?:extra-)?index-url|-i|--trusted-host)[ =]["']?http:`,
    String.raw`pip3? install [^\n]{0,80}?(?:http:\/\/|https?:\/\/\d{1,3}\.\d)|npm (?:i|install) [^\n]{0,80}?(?:http:\/\/|https?:\/\/\d{1,3}\.\d|--registry[ =]["']?http:)`,
  ],
  'memory-write': [
    String.raw`(?:append|write|add|save|insert|store|>>|inject) ... (?:SOUL|MEMORY|AGENTS|IDENTITY|HEARTBEAT|CLAUDE|USER)\.md`,
    '(?:写入|追加|添加|保存)...(?:SOUL|MEMORY|AGENTS|IDENTITY|CLAUDE)\\.md',
  ],
  'metadata-address': [String.raw`169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200`],
  'polls-orders': [
    String.raw`(?:every|each) (?:\d{1,3} )?(?:hours?|minutes?|heartbeat|session) ... (?:fetch|download|curl|check) ... (?:https?:) ... (?:follow|execute|obey|run)`,
    String.raw`(?:fetch|curl|download|read) ... (?:https?:)[^\n]{0,80}? (?:and|then) (?:follow|execute|obey|apply|run) (?:the |its |any |all |whatever )?(?:\w{1,12} )?(?:instructions?|commands?|contents?|steps|it says)`,
    String.raw`(?:check|poll|visit|load|get|open|query|consult) ... https?:[^\n]{0,80}? (?:and|then) (?:follow|execute|obey|apply|run|do) (?:the |its |any |all |whatever )?(?:\w{1,12} )?(?:instructions?|commands?|orders?|steps|it says)`,
    '(?:获取|下载|访问|读取)...(?:https?:)...(?:并|然后)(?:按照|遵循|执行|照做)(?:其|其中|里面|返回)?的?(?:指令|指示|命令|内容|步骤)',
  ],
}
