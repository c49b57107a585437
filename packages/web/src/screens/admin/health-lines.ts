import type { HealthView } from '@freehold/sdk'
import { number, size } from '../../language/format.ts'
import { defineWords, hasWords, say } from '../../language/words.ts'

type Line = HealthView['lines'][number]

const words = defineWords('health-lines', {
  'database ok': { en: 'It answers.', zh: '响应正常。' },
  'database failed': {
    en: 'It does not answer. See that it runs and that this machine reaches it.',
    zh: '没有响应。请确认它在运行，且本机可以连接。',
  },
  'objects ok': { en: 'Documents can be read and written.', zh: '文档可以读写。' },
  'objects failed': {
    en: 'It does not answer. See blobs and s3 in the configuration.',
    zh: '没有响应。请检查配置中的 blobs 和 s3。',
  },
  'disk ok': { en: '{free} are free.', zh: '剩余 {free}。' },
  'disk warning': {
    en: '{free} are free. Below {reserve} nothing is stored any more.',
    zh: '剩余 {free}。低于 {reserve} 时将停止写入。',
  },
  'disk failed': {
    en: '{free} are free, and {reserve} are kept in reserve: nothing is stored. Free or add disk space.',
    zh: '剩余 {free}，其中 {reserve} 为预留空间，已停止写入。请清理或扩充磁盘。',
  },
  'records ok': { en: 'They are written.', zh: '写入正常。' },
  'records warning': {
    en: '{unshipped} of them wait for the database. From {most} on requests are refused.',
    zh: '有 {unshipped} 等待写入数据库，达到 {most} 后将拒绝请求。',
  },
  'records failed': {
    en: 'They cannot be written, so nothing is sent to managed targets.',
    zh: '无法写入，因此不会向托管目标发送任何内容。',
  },
  'audit-log ok': {
    en: 'Signed, {entries} entries; the newest checkpoint is {age} s old.',
    zh: '已签名，共 {entries} 个条目，最新检查点在 {age} 秒前。',
  },
  'audit-log warning': {
    en: 'audit.log is off: events are kept, but in no log that shows a change.',
    zh: 'audit.log 已关闭：事件仍会保存，但不在可发现改动的日志中。',
  },
  'audit-log failed': {
    en: 'The database holds another audit log than the one that was signed. See docs/audit.md.',
    zh: '数据库中的审计日志与已签名的不是同一份。请参阅 docs/audit.zh-CN.md。',
  },
  'audit-delivery ok': { en: 'Entries are sent on.', zh: '条目正常投递。' },
  'audit-delivery warning': {
    en: 'The receiver is {unsent} entries behind. See that it takes them.',
    zh: '接收方落后 {unsent} 个条目，请确认它在接收。',
  },
  'configuration ok': { en: 'It is the one in the file.', zh: '与文件一致。' },
  'configuration warning': {
    en: 'The file was changed to something that is not valid; the one before is in force. Run: freehold config check',
    zh: '文件被改成了无效内容，仍在使用之前的配置。请运行：freehold config check',
  },
  'certificates ok': { en: 'Good for {days} days.', zh: '还有 {days} 天到期。' },
  'certificates warning': {
    en: 'The certificate of the listeners ends in {days} days.',
    zh: '监听端口的证书将在 {days} 天后到期。',
  },
  'certificates failed': {
    en: 'The certificate of the listeners has ended.',
    zh: '监听端口的证书已过期。',
  },
  'targets ok': {
    en: '{targets, plural, one {The one target is well.} other {All # targets are well.}}',
    zh: '{targets} 个目标全部正常。',
  },
  'targets warning': {
    en: '{unhealthy} of {targets} targets are unwell; {leftAlone} models are left alone for a while because they failed.',
    zh: '{targets} 个目标中有 {unhealthy} 个异常；{leftAlone} 个模型因失败暂停调用。',
  },
  'targets failed': {
    en: 'No target is well ({targets} in all); {leftAlone} models are left alone for a while because they failed.',
    zh: '全部 {targets} 个目标都异常；{leftAlone} 个模型因失败暂停调用。',
  },
  'detectors ok': { en: 'The detectors of the configuration answer.', zh: '配置的检测器响应正常。' },
  'detectors warning': {
    en: 'A detector of the configuration does not answer. What it would look at stays home.',
    zh: '有检测器没有响应，需由它检查的内容将留在内部。',
  },
  'skills ok': { en: 'Their sandbox passed its self-test.', zh: '沙箱通过自检。' },
  'skills warning': {
    en: 'This machine has no strong sandbox: skills that need one are refused.',
    zh: '本机没有强沙箱：需要它的技能会被拒绝。',
  },
  'keys ok': {
    en: '{rewrapping, plural, =0 {They are where they belong.} one {One data key is still to be wrapped anew.} other {# data keys are still to be wrapped anew.}}',
    zh: '{rewrapping, plural, =0 {状态正常。} other {还有 # 个数据密钥待重新封装。}}',
  },
  'emergency warning': {
    en: 'A session of the emergency account is open.',
    zh: '应急账户的会话正在使用中。',
  },
})

/** What a line says, in the language of the screen; what is not known is said as the server says it. */
export function healthLine({ id, state, message, figures }: Line): string {
  const key = `${id} ${state}`
  if (!hasWords(words, key)) return message
  const { freeBytes = 0, reserveBytes = 0, unshippedBytes = 0, maxUnshippedBytes = 0 } = figures
  return say(words, key, {
    ...figures,
    free: size(freeBytes),
    reserve: size(reserveBytes),
    unshipped: size(unshippedBytes),
    most: size(maxUnshippedBytes),
    entries: number(figures['entries'] ?? 0),
    age: number(figures['checkpointAgeSeconds'] ?? 0),
    unsent: number(figures['unsent'] ?? 0),
    days: number(figures['daysLeft'] ?? 0),
  })
}
