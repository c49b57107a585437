import type { Scaffold } from './head.ts'

/** A REST interface, wrapped without code. */
export const http: Scaffold = {
  manifest: `http: { baseUrl: https://api.internal.example/v1 }
# Add a way to prove who asks, if the service wants one: the value is stored with freehold skill secret.
# auth: [{ type: bearer, secret: orders-token }]
permissions:
  # secrets: [orders-token]
  network:
    - { host: api.internal.example, methods: [GET], paths: ['/v1/orders/*'], zone: private }
operations:
  - id: find_order
    description: Finds an order by its number.
    examples:
      en: ['find order {{number}}', 'where is order {{number}}']
      zh: ['查订单 {{number}}', '订单 {{number}} 到哪了']
    input:
      number: { type: string, pattern: '^[A-Z0-9-]{1,32}$' }
    output:
      type: object
      required: [number, status]
      properties: { number: { type: string }, status: { type: string } }
    request: GET /orders/{number}
    response: { number: $.id, status: $.state }
tests:
  - name: an order is found
    operation: find_order
    input: { number: A-1 }
    mock:
      - request: { method: GET, path: /v1/orders/A-1 }
        response: { body: { id: A-1, state: shipped } }
    expect: { number: A-1, status: shipped }
  - name: what is no number goes nowhere
    operation: find_order
    input: { number: ../customers }
    expectDenied: true
`,
  files: {},
}
