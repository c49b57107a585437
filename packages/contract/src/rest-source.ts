import { z } from 'zod'
import { httpUrl, secretText } from './source-parts.ts'

/** RFC 6901; the empty one is the whole value. */
const pointer = z
  .string()
  .max(256)
  .regex(/^(?:\/[^/]*)*$/, 'must be a JSON pointer, as in /data/items')
const parameter = z.string().regex(/^[\w.[\]-]{1,64}$/, 'must be the name of a query parameter')
const headerName = z
  .string()
  .regex(/^[A-Za-z\d-]{1,64}$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase())
  .refine(
    (name) => !/^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/.test(name),
    'is no header that can be chosen',
  )
const headerValue = z
  .string()
  .max(1024)
  .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII')

/** Any interface that lists things as JSON, described instead of programmed. */
export const restSource = z.strictObject({
  kind: z.literal('rest'),
  /** Of the first page. */
  url: httpUrl,
  headers: z.record(headerName, headerValue).default({}),
  /** The header that carries the secret, and what stands before it. */
  auth: z
    .strictObject({ header: headerName.default('authorization'), prefix: headerValue.default('Bearer ') })
    .default({ header: 'authorization', prefix: 'Bearer ' }),
  secret: secretText.optional(),
  /** Where the list stands in an answer. */
  items: pointer.default(''),
  /** Where the parts of a document stand in an entry of the list. */
  map: z.strictObject({
    id: pointer,
    title: pointer.optional(),
    text: pointer,
    /** Changes when the document does; without it the text itself is compared. */
    version: pointer.optional(),
    /** A list of groups (`*`: everybody), or what `acl` of a document takes; nothing there: nobody. */
    acl: pointer.optional(),
    /** One of our classes. */
    class: pointer.optional(),
    /** True, or a time, where the document is gone. */
    deleted: pointer.optional(),
  }),
  format: z.enum(['text', 'markdown', 'html']).default('text'),
  /** Path of a single document with `{id}` in it, where the list has no texts; `map.text` points into its answer. */
  detail: z
    .string()
    .max(1024)
    .regex(/^\/[!-~]*$/, 'must be a path that begins with /')
    .refine((path) => path.includes('{id}'), 'must hold {id}')
    .optional(),
  paging: z
    .discriminatedUnion('by', [
      /** The answer holds what is sent back in `parameter`. */
      z.strictObject({ by: z.literal('cursor'), at: pointer, parameter }),
      /** Pages are counted; the first empty one is the end. */
      z.strictObject({ by: z.literal('page'), parameter, first: z.int().min(0).max(1).default(1) }),
      /** RFC 8288: a header `link` with rel="next". */
      z.strictObject({ by: z.literal('link') }),
    ])
    .optional(),
  /** Asks for what changed only; once a day everything is asked for, because a list of changes may lack what is gone. */
  since: z
    .strictObject({
      parameter,
      /** A time or a number that grows, in an entry of the list. */
      at: pointer,
    })
    .optional(),
  maxPages: z.int().min(1).max(100_000).default(10_000),
})
export type RestSource = z.output<typeof restSource>
