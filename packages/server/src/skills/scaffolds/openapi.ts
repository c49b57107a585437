import type { Scaffold } from './head.ts'

/** Operations of an OpenAPI document. */
export const openapi: Scaffold = {
  manifest: `openapi:
  source: api.yaml
  # Never all of them: each is named.
  include: [getOrder]
  rename: { getOrder: find_order }
permissions:
  network:
    - { host: api.internal.example, methods: [GET], paths: ['/v1/orders/*'], zone: private }
operations:
  - id: find_order
    examples:
      en: ['find order {{number}}']
      zh: ['查订单 {{number}}']
tests:
  - name: an order is found
    operation: find_order
    input: { number: A-1 }
    mock:
      - request: { method: GET, path: /v1/orders/A-1 }
        response: { body: { id: A-1, state: shipped } }
    expect: { id: A-1, state: shipped }
  - name: what is no number goes nowhere
    operation: find_order
    input: { number: ../customers }
    expectDenied: true
`,
  files: {
    'api.yaml': `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
servers:
  - url: https://api.internal.example/v1
security:
  - token: []
paths:
  /orders/{number}:
    get:
      operationId: getOrder
      summary: Finds an order by its number.
      parameters:
        - name: number
          in: path
          required: true
          schema: { type: string, pattern: '^[A-Z0-9-]{1,32}$' }
      responses:
        '200':
          description: The order.
          content:
            application/json:
              schema:
                type: object
                required: [id, state]
                properties: { id: { type: string }, state: { type: string } }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
`,
  },
}
