import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const LEFT_OUT = new Set(['node_modules', '.git', 'dist', '.cache', 'coverage', 'shots'])
const files = globSync('**/*', {
  cwd: root,
  withFileTypes: true,
  exclude: (entry) => LEFT_OUT.has(entry.name),
})
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
const pages = files.filter((path) => path.endsWith('.md'))

/** The heading as the anchor that a browser on the repository's pages jumps to. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-')
}

const withoutCode = (text: string): string =>
  text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '')
const headings = (text: string): readonly string[] =>
  [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '')

function brokenLinks(page: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, file))) return true
      return anchor !== undefined && !headings(read(file)).map(anchorOf).includes(anchor)
    })
    .map((target) => `${page} leads to ${target}`)
}

/** Everything of a page that must be the same in every language: its commands, links and structure. */
function skeleton(text: string) {
  return {
    headings: [...text.matchAll(/^(#+) /gm)].map((match) => match[1]?.length),
    commands: [...text.matchAll(/^```sh\n(.*?)^```/gms)].map((match) =>
      (match[1] ?? '').replaceAll(/#.*$|"content": "[^"]*"/gm, '').replaceAll(/[ \t]+$/gm, ''),
    ),
    rows: [...text.matchAll(/^\|/gm)].length,
    items: [...text.matchAll(/^(?:-|\d\.) /gm)].length,
  }
}

test('every link between the pages leads somewhere', () => {
  assert.ok(pages.length > 10)
  assert.deepEqual(
    pages.flatMap((page) => brokenLinks(page, read(page))),
    [],
  )
})

test('the link check finds a link that leads nowhere', () => {
  assert.equal(brokenLinks('README.md', 'see [it](nowhere.md) and [there](LICENSE#no-such-part)').length, 2)
})

test('no file names a registry host or a path of one machine', () => {
  const traces = new RegExp(
    [String.raw`registry\.(npmjs|npmmirror|yarnpkg)`, String.raw`(?<![\w.~-])/(work|home/\w+|root)/\w`].join(
      '|',
    ),
  )
  // To look for words is much quicker than to look back from each place.
  const words = ['registry.', '/work/', '/home/', '/root/']
  const hasTrace = (text: string): boolean => words.some((word) => text.includes(word)) && traces.test(text)
  const texts = files.filter((path) => !/\.(pdf|png|ttf|woff2|gz)$/.test(path))
  assert.deepEqual(
    texts.filter((path) => hasTrace(read(path))),
    [],
  )
})

test('the English and the Chinese pages have the same parts and the same commands', () => {
  const pairs = pages
    .filter((path) => path.endsWith('.zh-CN.md'))
    .map(
      (chinese) =>
        [chinese.replace('.zh-CN.md', '.md'), chinese.replace('.zh-CN.md', '.en.md'), chinese] as const,
    )
  assert.ok(pairs.length >= 7)
  for (const [plain, marked, chinese] of pairs) {
    const english = existsSync(join(root, plain)) ? plain : marked
    assert.deepEqual(skeleton(read(chinese)), skeleton(read(english)), chinese)
  }
})

test('the configuration that the gateway page shows is the file that its command checks', () => {
  for (const page of ['docs/gateway.md', 'docs/gateway.zh-CN.md'])
    for (const file of ['docs/gateway.yaml', 'docs/groups.yaml'])
      assert.ok(read(page).includes(`\`\`\`yaml\n${read(file)}\`\`\``), `${page}: ${file}`)
})

test('every statement of the guide names its subject', () => {
  const vague = globSync('packages/server/guide/*.en.md', { cwd: root }).flatMap((path) =>
    withoutCode(read(path))
      .split('\n')
      .filter((line) => /^(It|They|This(?! release)|These|That) /.test(line))
      .map((line) => `${path}: ${line}`),
  )
  assert.deepEqual(vague, [])
})
