/** Where a conversation is read. */
export const conversationPath = (id: string): string => `/chat/${id}`

const CONVERSATION = /^\/chat\/([\da-f]{8}-[\da-f-]{27})(?:\/|$)/

/** The conversation that an address is about; null: none. */
export const conversationAt = (path: string): string | null => CONVERSATION.exec(path)?.[1] ?? null
