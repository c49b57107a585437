import { defineWords } from '../../language/words.ts'

export const outcomeWords = defineWords('outcome', {
  local: { en: 'Answered on this machine', zh: '在本机回答' },
  private: { en: 'Answered in the private zone', zh: '在私有区回答' },
  managed: { en: 'Answered by a managed service', zh: '由托管服务回答' },
  kept: { en: 'Answered from what was kept', zh: '用已保存的答案回答' },
  stayed: { en: 'Not allowed to leave', zh: '不允许离开' },
  refused: { en: 'Refused or failed', zh: '被拒绝或失败' },
  open: { en: 'Still under way', zh: '仍在进行' },
  unknown: { en: 'Ended with the process', zh: '随进程结束' },
})
