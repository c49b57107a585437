import type { Named, Said } from './remark.ts'
import { sayingOf } from './remark.ts'

/** What of an OpenAPI document has no counterpart in a skill, or has to be done yet, by code. The codes are a public contract. */
export const OPENAPI_REMARKS = {
  no_document: '{file} is no OpenAPI document.',
  other_version: '{file} must be OpenAPI 3.0, 3.1 or 3.2, as its field openapi says.',
  reference_circles: 'A reference of the document leads in circles.',
  reference_out: 'A reference leads out of the document, and only #/… is followed.',
  reference_nowhere: 'A reference of the document leads nowhere.',
  schema_deep: 'A schema of the document is nested too deep.',
  schema_many: 'An operation of the document needs more than {most} schemas.',
  no_server: 'The document names no server with an absolute address: say where it is (--base-url, baseUrl).',
  nothing_reads: 'The document has no operation that only reads: name those that are wanted with --include.',
  changing_left_out:
    '{count} operations change something and were left out: name those that are wanted with --include',
  first_taken: 'only the first {most} were taken: name those that are wanted with --include',
  changing_taken:
    'the document has no operation that only reads, so that {operation} was taken: choose those that are wanted',
  large: '{file} is large: beside the skill lies what of it the operations need that were taken',
  auth_taken: 'of {count} ways to prove who asks {type} was taken',
  auth_unknown:
    'the document asks for a proof that is not known here: write `auth` by hand, such as one of type bearer with a secret where a token is enough',
  not_there: 'Operation {operation} is not in the document.',
  not_there_near: 'Operation {operation} is not in the document; the nearest is {near}.',
  other_server:
    'Operation {operation} is at another server than the rest ({server}): make a skill of its own for that one, with --base-url or openapi.baseUrl.',
  no_name: 'Operation {operation} has no name that can be used here: give it one in openapi.rename.',
  path_letters: 'Operation {operation} has a path with ?, # or a blank, which no server gets to see.',
  path_unreadable: 'Operation {operation} has a path that cannot be read.',
  path_open: 'Operation {operation} has a path with a value that no parameter describes.',
  parameter_nameless: 'Operation {operation} has a parameter without a name.',
  parameter_unset: 'Operation {operation} needs the {place} {name}, which a skill cannot set.',
  parameter_place: 'Operation {operation} has the parameter {name} in a place that is not known here.',
  parameter_form: 'Operation {operation} has the parameter {name} in a form that is not understood here.',
  parameter_style: 'Operation {operation} has the parameter {name} in a style that is not understood here.',
  body_kind: 'Operation {operation} takes a body that is neither JSON nor a form.',
  form_open: 'Operation {operation} takes a form whose fields are not described.',
} as const

type Sentences = typeof OPENAPI_REMARKS
export type OpenApiRemarkCode = keyof Sentences

/** What the sentence of a code names. */
export type OpenApiNames<Code extends OpenApiRemarkCode> = Named<Sentences[Code]>

export type OpenApiRemark = Said<OpenApiRemarkCode>
export const openApiRemark = sayingOf(OPENAPI_REMARKS)
