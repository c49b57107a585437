import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { add } from '../../packages/server/src/cli/add.ts'
import { approval } from '../../packages/server/src/cli/approval.ts'
import { ask } from '../../packages/server/src/cli/ask.ts'
import { audit } from '../../packages/server/src/cli/audit.ts'
import { breakGlass } from '../../packages/server/src/cli/break-glass.ts'
import { budget } from '../../packages/server/src/cli/budget.ts'
import { cache } from '../../packages/server/src/cli/cache.ts'
import { chat } from '../../packages/server/src/cli/chat.ts'
import { createClient } from '../../packages/server/src/cli/client.ts'
import { document } from '../../packages/server/src/cli/document.ts'
import { group } from '../../packages/server/src/cli/group.ts'
import { hold } from '../../packages/server/src/cli/hold.ts'
import { identity } from '../../packages/server/src/cli/identity.ts'
import { kek } from '../../packages/server/src/cli/kek.ts'
import { key } from '../../packages/server/src/cli/key.ts'
import { policy } from '../../packages/server/src/cli/policy.ts'
import { privacy } from '../../packages/server/src/cli/privacy.ts'
import { request } from '../../packages/server/src/cli/request.ts'
import { role } from '../../packages/server/src/cli/role.ts'
import { route } from '../../packages/server/src/cli/route.ts'
import { service } from '../../packages/server/src/cli/service.ts'
import { embeddings } from '../../packages/server/src/cli/embeddings.ts'
import { skill } from '../../packages/server/src/cli/skill.ts'
import { source } from '../../packages/server/src/cli/source.ts'
import { target } from '../../packages/server/src/cli/target.ts'
import { tenant } from '../../packages/server/src/cli/tenant.ts'
import type { Command } from '../../packages/server/src/cli/terminal.ts'
import { upgrade } from '../../packages/server/src/cli/upgrade.ts'
import { usage } from '../../packages/server/src/cli/usage.ts'
import { user } from '../../packages/server/src/cli/user.ts'
import type { Attack } from './isolation-attacks.ts'
import { Draw } from './isolation-attacks.ts'
import { foreignIn } from './isolation-foreign.ts'
import type { Isolation } from './isolation-house.ts'
import type { Row } from './isolation-matrix.ts'
import { testDirectory } from '../../packages/server/src/kernel/test-directory.ts'

/** By the name that is typed. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ask,
  add,
  document,
  source,
  skill,
  upgrade,
  embeddings,
  key,
  user,
  tenant,
  group,
  role,
  service,
  policy,
  identity,
  hold,
  approval,
  chat,
  'break-glass': breakGlass,
  request,
  usage,
  budget,
  route,
  target,
  privacy,
  cache,
  audit,
  kek,
}
/** They ask no server: what they read is opened by whoever may read the files. */
export const WITHOUT_SERVER: readonly string[] = ['up', 'storage', 'config', 'intent']

/** ID stands for one of the victim's, FILE for a file of the attacker's. */
const READING = `
ask Which bird sings at dawn?
ask --collection ID Which bird sings at dawn?
key list --json
user list --json
user invitations --json
user sessions ID --json
tenant list --json
tenant show ID --json
group list --json
group members ID --json
role list --json
service list --json
service show ID --json
policy show --json
policy check FILE --json
policy history --json
identity list --json
hold list --json
source list --json
source show ID --json
embeddings --json
skill list --json
skill show ID --json
skill policy --json
skill figures ID --json
skill review list --json
upgrade exceptions --json
chat list --json
chat show ID
chat export ID --format json
chat search canary --json
chat files ID --json
chat artifacts ID --json
chat artifact ID --version 1
approval list --json
approval grants --json
break-glass status --json
request list --json
request show ID --json
request egress ID --json
usage --json
usage --by tenant --json
budget list --json
route list --json
route versions --json
route explain sings --json
route shadow --json
target list --json
target models ID --json
privacy detectors --json
privacy dictionary list --json
privacy dictionary show ID --json
privacy dictionary export ID
cache show --json
audit search --json
audit search --actor ID --json
audit search --subject ID --json
audit proof ID --json
audit export --format json
kek status --tenant ID --json
kek status --count --json`
const CHANGING = `
add --collection Canary FILE
document acl ID --everybody --json
document acl ID --user ID --group ID --json
source pause ID
source sync ID
source remove ID
key revoke ID
key create --service ID --json
user role ID admin
user disable ID
user password-link ID --json
user reset-factors ID
user end-session ID
user withdraw ID
user export ID
user erase ID --reason canary --json
tenant create t-ID --json
tenant invite ID --json
tenant bound ID --people 1 --json
tenant suspend ID
tenant resume ID
tenant delete ID --confirm ID
tenant export ID --out FILE.out
group add ID ID
group delete ID
role put r-sample --scope model --json
service disable ID
service delete ID --yes
policy restore 1 --json
hold lift ID
chat --conversation ID canary --json
chat --conversation ID --attach FILE canary --json
chat delete ID
approval allow ID
approval deny ID
approval revoke ID
hold add --person ID --reason canary --json
break-glass disarm
route restore 1 --json
target drain ID --json
target delete ID
target test ID
privacy dictionary delete ID
cache purge --json
kek rotate --tenant ID --json
kek shred --tenant ID --confirm ID --json`

const NO_HEADERS = 'the command line sends no header that its user could choose'

/** Every command that asks a server, as somebody who has the address and a credential. */
export function commandRows(all: Isolation, seed: number): readonly Row[] {
  const file = join(testDirectory(), 'file.txt')
  writeFileSync(
    file,
    'forbid (principal in Role::"guest", action == Action::"model.use", resource is Target);',
  )
  const rowsOf = (lines: string, isReading: boolean): readonly Row[] =>
    lines
      .trim()
      .split('\n')
      .map((line) => ({
        id: `freehold ${line.replace(/ --json$/, '')}`,
        isReading,
        isDear: true,
        notTried: ({ name }: Attack) => (name === 'spoofed header' ? NO_HEADERS : undefined),
        tried: (attack, turn) =>
          tried(all, { line, file, draw: new Draw(seed, `${line} ${attack.name} ${turn}`) }, attack, turn),
      }))
  return [...rowsOf(READING, true), ...rowsOf(CHANGING, false)]
}

async function tried(
  all: Isolation,
  { line, file, draw }: { line: string; file: string; draw: Draw },
  attack: Attack,
  turn: number,
): Promise<readonly string[]> {
  const [name = '', ...words] = line.split(' ')
  const asked = attack.seen === 'member' ? all.shelves.closed.collection : draw.id(all)
  const args = words.map((one) =>
    one.replace('ID', turn % 2 === 0 ? asked : draw.id(all)).replace('FILE', file),
  )
  if (attack.name === 'mass-assigned tenant')
    args.splice(
      draw.below(args.length + 1),
      0,
      draw.pick(['--tenant', '--url', '--data', '--as'], '--tenant'),
      all.victim.id,
    )
  const credentials = all.credentials[attack.by]
  const { authorization, cookie, 'x-api-key': plain } = credentials[turn % credentials.length] ?? {}
  let said = ''
  const take = (text: string): void => void (said += `${text}\n`)
  const data = join(file, '..')
  const client = createClient({
    data,
    url: all.ground.house.url,
    key: authorization?.slice('Bearer '.length) ?? plain,
    session: cookie,
  })
  const terminal = {
    env: {},
    cwd: data,
    data,
    out: take,
    err: take,
    progress: take,
    interactive: false,
    signal: AbortSignal.timeout(60_000),
    client,
    stdin: Readable.from([]),
  }
  try {
    await COMMANDS[name]?.run(args, terminal)
  } catch (error) {
    take(String(error))
  }
  return foreignIn(said, all.foreign[attack.seen], [args.join('\n'), ...draw.asked].join('\n'))
}
