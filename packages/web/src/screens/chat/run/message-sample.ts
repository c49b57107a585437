import type { MessageView } from '@freehold/sdk'

/** A message of which a test says only what it is about. */
export const messageSample = (
  said: Pick<MessageView, 'id' | 'parent'> & Partial<Pick<MessageView, 'role' | 'text'>>,
): MessageView => ({
  conversation: 'c',
  role: 'user',
  status: 'complete',
  class: 'public',
  text: said.id,
  parts: [],
  steps: [],
  attachments: [],
  citations: [],
  checked: null,
  making: null,
  run: null,
  createdAt: '2026-11-30T10:00:00Z',
  ...said,
})
