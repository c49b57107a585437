import type { Scaffold } from './head.ts'

/** Steps over operations of other skills. */
export const workflow: Scaffold = {
  manifest: `compat:
  requires:
    - { skill: orders, range: ^1.0.0 }
    - { skill: mail-send, range: ^1.0.0 }
operations:
  - id: cancel_order
    description: Cancels an order that was not shipped and tells the customer.
    examples:
      en: ['cancel order {{number}}']
      zh: ['取消订单 {{number}}']
    input:
      number: { type: string, pattern: '^[A-Z0-9-]{1,32}$' }
    output:
      type: object
      required: [number, told]
      properties: { number: { type: string }, told: { type: string } }
    effect: external-send
    confirm: always
workflows:
  - operation: cancel_order
    steps:
      - id: find
        skill: orders
        operation: find_order
        input: { number: '{input.number}' }
      - id: cancel
        skill: orders
        operation: cancel_order
        input: { number: '{input.number}' }
        when: { path: $.steps.find.status, in: [new, paid] }
        compensate: { skill: orders, operation: reopen_order, input: { number: '{input.number}' } }
      - id: tell
        skill: mail-send
        operation: send_mail
        input: { to: '{steps.find.mail}', subject: 'Order {input.number}', text: 'It is cancelled.' }
        retry: { attempts: 3, backoffMs: 1000 }
    output: { number: '{input.number}', told: '{steps.find.mail}' }
tests:
  - name: a new order is cancelled and the customer told
    operation: cancel_order
    input: { number: A-1 }
    mock:
      - response: { body: { status: new, mail: anna@customer.example } }
      - response: { body: {} }
      - response: { body: {} }
    expect: { number: A-1, told: anna@customer.example }
  - name: what is no number is not looked for
    operation: cancel_order
    input: { number: '*' }
    expectDenied: true
`,
  files: {},
}
