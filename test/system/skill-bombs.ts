import type { CodeSkill } from './skill-sandbox-house.ts'

type Bomb = Omit<CodeSkill, 'limits'> & { readonly limits?: CodeSkill['limits'] }

const isolate = (body: string, limits?: CodeSkill['limits']): Bomb => ({
  language: 'js',
  sandbox: 'isolate',
  source: `export async function run(input, host) { ${body} }`,
  ...(limits && { limits }),
})
const python = (body: string): Bomb => ({
  language: 'python',
  sandbox: 'process',
  source: `import ctypes, os, re, socket, sys, threading\ndef run(input, host):\n${body
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`,
})
const node = (body: string): Bomb => ({
  language: 'js',
  sandbox: 'process',
  source: `export async function run(input, host) { ${body} }`,
})

/** Twelve ways to take all there is, in each tier. */
export const BOMBS: Readonly<Record<string, readonly Bomb[]>> = {
  'a loop': [isolate('for (;;);'), node('for (;;);'), python('while True: pass')],
  'a native loop': [
    isolate('const all = new Float64Array(3_000_000).map(() => Math.random()); for (;;) all.sort()', {
      memoryMb: 64,
    }),
    node('for (;;) new Float64Array(3_000_000).map(() => Math.random()).sort()'),
    python('sum(range(10 ** 12))'),
  ],
  memory: [
    isolate('const all = []; for (;;) all.push(new Uint8Array(100_000).fill(1))'),
    node('const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))'),
    python('all = []\nwhile True: all.append(bytearray(1 << 20))'),
  ],
  'a string that doubles': [
    isolate(
      "let text = 'xy'; const all = []; for (;;) { if (text.length < 1e6) text += text; all.push(text + all.length) }",
    ),
    node(
      "let text = 'xy'; const all = []; for (;;) { if (text.length < 1e6) text += text; all.push(Buffer.from(text)) }",
    ),
    python('text = "xy"\nwhile True: text += text'),
  ],
  'the stack': [
    isolate('const deeper = () => deeper() + 1; return deeper()'),
    node('const deeper = () => deeper() + 1; return deeper()'),
    python('sys.setrecursionlimit(1 << 30)\ndef deeper(): return deeper() + 1\nreturn deeper()'),
  ],
  'a fork bomb': [
    isolate("await import('child_process')"),
    node("const { spawn } = await import('node:child_process'); for (;;) spawn('/usr/bin/true')"),
    python('while True: os.fork()'),
  ],
  descriptors: [
    isolate("await import('fs')"),
    node("const { openSync } = await import('node:fs'); for (;;) openSync('/skill/main.mjs')"),
    python('all = []\nwhile True: all.append(open("/dev/null"))'),
  ],
  'a full disk': [
    isolate("for (let n = 0; ; n += 1) await host.storage.set('k' + n, 'x'.repeat(100_000))"),
    node(
      "const { appendFileSync } = await import('node:fs'); for (;;) appendFileSync('/tmp/full', Buffer.alloc(1 << 20))",
    ),
    python('file = open("/tmp/full", "wb")\nwhile True: file.write(bytes(1 << 20))'),
  ],
  'a flood of output': [
    isolate("return 'x'.repeat(20_000_000)"),
    node("const { writeSync } = await import('node:fs'); for (;;) writeSync(1, 'x'.repeat(65_536))"),
    python('while True: os.write(1, b"x" * 65536)'),
  ],
  'a pattern that goes back': [
    isolate("return /^(a+)+$/.test('a'.repeat(60) + 'b')"),
    node("return /^(a+)+$/.test('a'.repeat(60) + 'b')"),
    python('return bool(re.match(r"^(a+)+$", "a" * 60 + "b"))'),
  ],
  'promises or threads': [
    isolate(
      'const more = () => Promise.resolve().then(() => { more(); more() }); more(); await new Promise(() => 0)',
    ),
    node(
      'const more = () => Promise.resolve().then(() => { more(); more() }); more(); await new Promise(() => 0)',
    ),
    python('while True: threading.Thread(target=lambda: threading.Event().wait()).start()'),
  ],
  'a flood of lines': [
    isolate("for (;;) host.log('x'.repeat(1000))"),
    node("for (;;) { host.log('x'.repeat(1000)); await null }"),
    python('while True: host.log("x" * 1000)'),
  ],
}
