/** On which whoever takes part in a conversation says its id when something happened in it. */
const NAME = 'freehold.conversations'

const own = new BroadcastChannel(NAME)

/** Something of a conversation was changed beside it: its title, its class, where it belongs. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other target than its name
export const tellNews = (conversation: string): void => own.postMessage(conversation)

/** Hears of what happens in conversations, here and in other tabs. Returns how to stop listening. */
export function onNews(hear: () => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.addEventListener('message', hear)
  return () => channel.close()
}
