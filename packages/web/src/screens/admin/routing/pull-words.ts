import type { PullView } from '@freehold/sdk'
import { defineWords, hasWords, say } from '../../../language/words.ts'

const words = defineWords<PullView['step']>('pull-steps', {
  asked: { en: 'Asked for', zh: '已请求' },
  manifest: { en: 'Looking up what it consists of', zh: '正在获取清单' },
  layers: { en: 'Fetching its parts', zh: '正在下载各部分' },
  verifying: { en: 'Verifying what came', zh: '正在校验' },
  writing: { en: 'Writing it down', zh: '正在写入清单' },
  tidying: { en: 'Removing what is not needed', zh: '正在清理不需要的部分' },
  done: { en: 'It is there', zh: '已就绪' },
  cancelled: {
    en: 'Stopped; the target keeps what came and goes on from there',
    zh: '已停止；目标会保留已下载的部分，下次继续',
  },
  unfinished: { en: 'It ended without saying that it is done', zh: '中途结束，没有确认完成' },
  bug: { en: 'Something went wrong in Freehold', zh: 'Freehold 出现了错误' },
  said: { en: 'It says: {said}', zh: '它说：{said}' },
})

/** What is being done for a model, or how it ended, in the language of the screen. */
export const pullStep = ({ step, status }: Pick<PullView, 'step' | 'status'>): string =>
  hasWords(words, step) ? say(words, step, { said: status }) : status
