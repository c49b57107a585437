import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Said } from './rule.ts'

/** Everything that a skill may do, one line each, as people decide about it. */
export function permissionLines({ permissions, exposes }: SkillManifest): readonly Said[] {
  const { network, secrets, files, data, process, model, storage } = permissions
  const lines: Said[] = [
    ...network.map(({ host, ports, methods, paths, zone, tls }) => {
      const what = `${methods.join(', ')} ${tls ? 'https' : 'http'}://${host}:${ports.join(',')} ${paths.join(' ')}`
      return {
        en: `network: ${what} (${zone === 'managed' ? 'outside the house' : 'private zone'})`,
        zh: `网络：${what}（${zone === 'managed' ? '外部' : '私有区'}）`,
      }
    }),
    ...secrets.map((name) => ({ en: `secret: ${name}`, zh: `机密：${name}` })),
    ...files.read.map((path) => ({ en: `reads ${path}`, zh: `读取 ${path}` })),
    ...files.write.map((path) => ({ en: `writes ${path}`, zh: `写入 ${path}` })),
    ...exposes.map(({ operation, auth }) => ({
      en: `exposes ${operation} to who proves themselves by ${auth}`,
      zh: `公开 ${operation}（认证方式 ${auth}）`,
    })),
  ]
  if (process !== 'none')
    lines.push({ en: `runs ${process} in the strong sandbox`, zh: `在强沙箱中运行 ${process}` })
  if (model.maxTokens > 0)
    lines.push({
      en: `asks a model, up to ${model.maxTokens} tokens a call`,
      zh: `调用模型，每次至多 ${model.maxTokens} 个 token`,
    })
  if (storage.bytes > 0)
    lines.push({ en: `keeps up to ${storage.bytes} bytes`, zh: `保存至多 ${storage.bytes} 字节` })
  lines.push({
    en: `is given data up to ${data.in}, answers with ${data.out}`,
    zh: `可接收 ${data.in} 级数据，输出为 ${data.out} 级`,
  })
  return lines
}
