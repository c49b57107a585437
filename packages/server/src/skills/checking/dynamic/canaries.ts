import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What only a thief would want, made up for one run. */
export interface Canaries {
  /** Shown to the program as its home. */
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** The words that must not come out anywhere. */
  readonly words: readonly string[]
  /** Paths in the box, which nothing honest opens. */
  readonly paths: readonly string[]
  remove(): Promise<void>
}

/** Where the box has its home. */
export const HOME = '/tmp'

/** Plants files and variables that look like credentials and say `word` wherever they are told. */
export async function plantCanaries(directory: string, word: string): Promise<Canaries> {
  const home = await mkdtemp(join(directory, 'freehold-canaries-'))
  const files: Readonly<Record<string, string>> = {
    '.ssh/id_rsa': `key ${word}\n`,
    '.ssh/id_ed25519': `key ${word}\n`,
    '.aws/credentials': `[default]\naws_secret_access_key = ${word}\n`,
    '.env': `API_KEY=${word}\n`,
    '.npmrc': `//registry/:_authToken=${word}\n`,
    '.git-credentials': `https://a:${word}@host\n`,
    '.openclaw/openclaw.json': JSON.stringify({ token: word }),
    '.config/solana/id.json': JSON.stringify([word]),
    '.bash_history': `export TOKEN=${word}\n`,
  }
  for (const [path, text] of Object.entries(files)) {
    const file = join(home, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o755 })
    await writeFile(file, text)
    await chmod(file, 0o644)
  }
  // Whoever the box runs as passes through it.
  await chmod(home, 0o755)
  return {
    home,
    env: { OPENAI_API_KEY: word, AWS_SECRET_ACCESS_KEY: word, GITHUB_TOKEN: word },
    words: [word, Buffer.from(word).toString('base64').replace(/=+$/, ''), Buffer.from(word).toString('hex')],
    paths: Object.keys(files).map((path) => `${HOME}/${path}`),
    remove: () => rm(home, { recursive: true, force: true }),
  }
}
