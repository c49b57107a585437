/** What somebody says, and how it is to be answered. */
export interface Wording {
  readonly text: string
  /** Absent: that of the conversation, or of the answer before. */
  readonly model?: string | undefined
  readonly collections?: readonly string[] | undefined
  /** Names of skills: no other skill's tools are used. */
  readonly skills?: readonly string[] | undefined
  readonly attachments?: readonly string[] | undefined
  /** Nothing of it goes to a managed service, whatever the rules say. */
  readonly keepPrivate?: boolean | undefined
  /** The message that it takes the place of. */
  readonly edits?: string | undefined
}
