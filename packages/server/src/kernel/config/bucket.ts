/** A place in an object store: `s3://name/prefix`. */
export interface Bucket {
  readonly name: string
  /** Empty, or without a slash at either end. */
  readonly prefix: string
}

/** Names as every S3 server takes them; a prefix needs no escaping, neither in a path nor in what is signed. */
const PLACE = /^s3:\/\/([a-z\d][a-z\d.-]{1,61}[a-z\d])((?:\/[\w.-]{1,255})*)\/?$/
const LONGEST_PREFIX = 500

/** Whether somebody means an object store and no directory. */
export const isBucketText = (text: string): boolean => /^s3:/i.test(text)

/** Null when it is not written as a bucket is. */
export function bucketOf(text: string): Bucket | null {
  const [whole, name = '', path = ''] = PLACE.exec(text) ?? []
  const prefix = path.slice(1)
  const hasDots = prefix.split('/').some((part) => part === '.' || part === '..')
  return whole === undefined || hasDots || prefix.length > LONGEST_PREFIX ? null : { name, prefix }
}
