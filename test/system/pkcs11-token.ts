import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pkcs11Setting } from '../../packages/server/src/kernel/config/root-keys.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'

/** A software token with an AES key, or why there is none here. */
export type Pkcs11Ground = { readonly setting: Pkcs11Setting; close(): void } | { readonly why: string }

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so']
const HEADERS = ['/usr/include/node', '/usr/include/nodejs/src']
const PIN = '123456'
/** Not a dependency: it is compiled where it is installed. */
const PACKAGE = 'pkcs11js@2.1.7'

/** Makes one from SoftHSM and pkcs11js, which is fetched and compiled here for the test alone. */
export function pkcs11Ground(): Pkcs11Ground {
  const module = MODULES.find((path) => existsSync(path))
  if (module === undefined || spawnSync('softhsm2-util', ['--version']).status !== 0)
    return { why: 'needs SoftHSM (Debian: softhsm2)' }
  const headers = HEADERS.find((path) => existsSync(join(path, 'node_api.h')))
  if (headers === undefined || spawnSync('g++', ['--version']).status !== 0)
    return { why: 'needs g++ and the headers of Node (Debian: libnode-dev) to compile pkcs11js' }
  const folder = mkdtempSync(join(tmpdir(), 'fh-token-'))
  const binding = build(folder, headers)
  if (binding === null) {
    rmSync(folder, { recursive: true, force: true })
    return { why: `${PACKAGE} cannot be fetched and compiled here` }
  }
  mkdirSync(join(folder, 'tokens'))
  const conf = join(folder, 'softhsm2.conf')
  writeFileSync(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  process.env['SOFTHSM2_CONF'] = conf
  execFileSync(
    'softhsm2-util',
    ['--init-token', '--free', '--label', 'house', '--so-pin', PIN, '--pin', PIN],
    {
      stdio: 'ignore',
    },
  )
  makeKey(binding, module)
  return {
    setting: { module, token: 'house', key: 'root', pin: new Secret(PIN), binding },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Null where the registry or the compiler does not do it. */
function build(folder: string, headers: string): string | null {
  writeFileSync(join(folder, 'package.json'), '{}')
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE], {
    cwd: folder,
  })
  const at = join(folder, 'node_modules', 'pkcs11js')
  if (npm.status !== 0 || !existsSync(at)) return null
  mkdirSync(join(at, 'build', 'Release'), { recursive: true })
  const words = [
    '-shared',
    '-fPIC',
    '-O1',
    '-std=c++17',
    '-DNODE_GYP_MODULE_NAME=pkcs11',
    '-DNAPI_DISABLE_CPP_EXCEPTIONS',
  ]
  const sources = ['dl', 'common', 'main'].map((name) => `src/${name}.cpp`)
  const compiled = spawnSync(
    'g++',
    [...words, `-I${headers}`, '-Iincludes', ...sources, '-o', 'build/Release/pkcs11.node'],
    {
      cwd: at,
    },
  )
  return compiled.status === 0 ? at : null
}

function makeKey(binding: string, module: string): void {
  const require = createRequire(import.meta.url)
  // The package has types of its own, but it is no dependency.
  const pkcs11js = require(binding)
  const token = new pkcs11js.PKCS11()
  token.load(module)
  token.C_Initialize()
  const slot = token
    .C_GetSlotList(true)
    .find((one: Buffer) => token.C_GetTokenInfo(one).label.trim() === 'house')
  const session = token.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION)
  token.C_Login(session, pkcs11js.CKU_USER, PIN)
  token.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: false },
    { type: pkcs11js.CKA_ENCRYPT, value: true },
    { type: pkcs11js.CKA_DECRYPT, value: true },
    { type: pkcs11js.CKA_LABEL, value: 'root' },
    { type: pkcs11js.CKA_VALUE_LEN, value: 32 },
  ])
  token.C_Finalize()
  token.close()
}
