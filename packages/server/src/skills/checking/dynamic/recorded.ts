import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { StrongRecord } from '../../strong/recording.ts'
import type { Canaries } from './canaries.ts'

export interface Shown {
  readonly rule: string
  readonly what: string
}

/** What every interpreter opens before it runs a line of anybody's. */
const SYSTEM =
  /^\/(?:usr|lib|lib32|lib64|bin|proc|sys|dev|runtime|skill)(?:\/|$)|^\/etc\/(?:ld\.so|ssl|localtime|nsswitch|resolv|host|passwd|group|gai|services|openssl|pki|python)|^(?:\.|\/)?$|^[^/]/
const MOST = 10

/** What the account of the kernel says against a program that may do what the manifest says. */
export function judgeRecord(
  record: StrongRecord,
  { permissions }: SkillManifest,
  canaries: Canaries,
): readonly Shown[] {
  const planted = new Set(canaries.paths)
  const { read, write } = permissions.files
  const declared = [...read, ...write]
  const opened = record.opened.map(({ path }) => path)
  const foreign = opened.filter(
    (path) =>
      !planted.has(path) &&
      !SYSTEM.test(path) &&
      !declared.some((one) => path === one || path.startsWith(`${one}/`)),
  )
  const dialled = record.connects.filter(({ family }) => family !== 'unix')
  return [
    ...shown(
      'dynamic.canary-read',
      opened.filter((path) => planted.has(path)),
    ),
    ...shown(
      'dynamic.undeclared-file',
      foreign.filter((path) => path !== '/tmp'),
    ),
    ...shown('dynamic.connects', [
      ...dialled.map(({ address, port }) => `${address}:${port}`),
      ...record.names,
    ]),
    ...shown(
      'dynamic.listens',
      record.listens
        .filter(({ family }) => family !== 'unix')
        .map(({ address, port }) => `${address}:${port}`),
    ),
    ...shown('dynamic.starts-program', permissions.process === 'none' ? record.executed : []),
  ]
}

const shown = (rule: string, whats: readonly string[]): readonly Shown[] =>
  [...new Set(whats)].slice(0, MOST).map((what) => ({ rule, what }))
