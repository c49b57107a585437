import type { ReactNode } from 'react'

interface FilesPaneProps {
  readonly conversation: string
  /** The one that is opened first. */
  readonly artifact: string | null
}

/** What lies beside the messages of a conversation: documents that came out, and files that were put in. */
export function FilesPane({ conversation, artifact }: FilesPaneProps): ReactNode {
  return <p>{`${conversation} ${artifact}`}</p>
}
