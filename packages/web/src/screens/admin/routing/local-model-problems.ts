import { defineWords, hasWords, say } from '../../../language/words.ts'
import type { Listed } from './targets.ts'

type Remark = NonNullable<Listed['unusableRemark']>

const words = defineWords<Remark['code']>('local-model-problems', {
  package_missing: {
    en: 'The package {name} cannot be loaded. Install it beside Freehold and name its directory in the setting localModels.package.',
    zh: '无法加载软件包 {name}。请将它安装在 Freehold 旁，并在设置 localModels.package 中写明其目录。',
  },
  package_version: {
    en: 'The package {name} must be of version {version}.',
    zh: '软件包 {name} 必须是第 {version} 版。',
  },
  no_build: {
    en: 'There is no build of node-llama-cpp for this machine. Install its platform package (@node-llama-cpp/linux-x64 and so on) with it.',
    zh: '没有适用于本机的 node-llama-cpp 构建。请一并安装对应平台的软件包（如 @node-llama-cpp/linux-x64）。',
  },
  file_gone: { en: 'The file of the model is not there any more.', zh: '模型文件已不存在。' },
  file_unreadable: {
    en: 'The file cannot be read as a model. Is it a GGUF of a known architecture, and whole?',
    zh: '该文件无法作为模型读取。它是否为已知架构且完整的 GGUF 文件？',
  },
  memory_short: {
    en: 'The model needs about {needed} MiB, and memoryMb allows {allowed}.',
    zh: '该模型约需 {needed} MiB 内存，而 memoryMb 只允许 {allowed}。',
  },
  memory_over: {
    en: 'The model took more memory than memoryMb allows and was ended. It is started again.',
    zh: '模型占用的内存超过 memoryMb 的限制，已被终止，正在重新启动。',
  },
  ended: {
    en: 'The process of the model ended and is started again.',
    zh: '模型进程已结束，正在重新启动。',
  },
  not_started: {
    en: 'The model could not be opened in time, or its process ended while it was.',
    zh: '模型未能及时打开，或其进程在打开时结束。',
  },
  not_opened: { en: 'The model could not be opened.', zh: '无法打开该模型。' },
})

/** Why a local model cannot be used, in the language of the screen; null where only the server can say it. */
export const localModelProblem = (remark: Listed['unusableRemark']): string | null =>
  remark !== undefined && hasWords(words, remark.code) ? say(words, remark.code, remark.params) : null
