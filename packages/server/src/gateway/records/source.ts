/** One line of a write-ahead file and where it stands. */
export interface WrittenLine {
  /** Of its first byte, counted from the first line that was ever written under this id; never given to another line. */
  readonly offset: number
  /** Where the line after it begins. */
  readonly next: number
  /** Holds the line from `from` to `to`, its newline included, until the next `read` or until `shipped` has passed it. */
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

/** The write-ahead file as its shipper, the only reader, sees it. */
export interface WrittenLines {
  /** UUID of the file. Together with an offset it names one line for ever, across restarts. */
  readonly id: string
  /** The last place that `shipped` was given and that survived, and where reading begins after a start. */
  readonly shippedTo: number
  /** Where the next line will begin: everything before it has been handed to the operating system. */
  readonly writtenTo: number
  /**
   * Whole lines from `from` on, in their order, up to about `limitBytes`; at least one, however long it is. Lines that
   * cannot be read any more are passed over; none at all means that up to `writtenTo` there is nothing to read.
   */
  read(from: number, limitBytes: number): Promise<readonly WrittenLine[]>
  /**
   * Lines before `next` are in the database and may be deleted. A crash may forget the place but never the deletion:
   * then lines come again that are there already.
   */
  shipped(next: number): Promise<void>
  /** Calls back whenever lines were written. Returns what ends it. */
  onWritten(callback: () => void): () => void
}
