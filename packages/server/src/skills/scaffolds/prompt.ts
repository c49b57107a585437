import type { Scaffold } from './head.ts'

/** Words for the model, and nothing that acts. */
export const prompt: Scaffold = {
  manifest: `prompt: { instructions: instructions.md }
`,
  files: {
    'instructions.md': `# How we answer customers

- Greet with the name that the customer has signed with.
- Say what happens next and until when.
- Promise nothing that is not in the order.
`,
  },
}
