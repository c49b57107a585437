import { z } from 'zod'
import { budgetList, budgetPage } from './budgets.ts'
import { platformView } from './platform.ts'
import { requestPage, requestView, usageQuery, usageView } from './requests.ts'
import type { Operation } from './operation.ts'
import { list, NO_BODY } from './operation-parts.ts'

/** What the installation says about itself and its requests. */
export const PLATFORM_OPERATIONS = {
  'platform.read': {
    method: 'GET',
    path: '/api/platform',
    surface: 'api',
    summary: 'Version and whether an owner has claimed',
    input: {},
    output: platformView,
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'request.list': {
    method: 'GET',
    path: '/api/requests',
    surface: 'api',
    summary: 'Records of requests, newest first: your own, or all for an operator',
    input: { query: requestPage },
    output: list(requestView),
    action: 'request.read',
    fields: {},
    limits: NO_BODY,
  },
  'request.read': {
    method: 'GET',
    path: '/api/requests/{id}',
    surface: 'api',
    summary: 'The record of one request',
    input: { params: z.strictObject({ id: z.string().regex(/^req_[\da-f]{24}$/) }) },
    output: requestView,
    action: 'request.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'usage.read': {
    method: 'GET',
    path: '/api/usage',
    surface: 'api',
    summary: 'Requests, tokens and money by key, tenant, target, model or day; also as CSV',
    input: { query: usageQuery },
    output: usageView,
    text: 'text/csv',
    action: 'usage.read',
    fields: {},
    limits: NO_BODY,
  },
  'budget.list': {
    method: 'GET',
    path: '/api/budgets',
    surface: 'api',
    summary: 'Budgets of today and this month: those that bound you, or all for an operator',
    input: { query: budgetPage },
    output: budgetList,
    action: 'usage.read',
    fields: {},
    limits: NO_BODY,
  },
  'openapi.read': {
    method: 'GET',
    path: '/api/openapi.json',
    surface: 'api',
    summary: 'This interface as OpenAPI 3.1',
    input: {},
    output: z.looseObject({}),
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
