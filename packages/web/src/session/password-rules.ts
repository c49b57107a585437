/** Length is all that is asked for here (NIST SP 800-63B-4); what a guesser tries first, the server refuses. */
export const SHORTEST_PASSWORD = 15

/** How many characters a new password lacks. */
export const missingFrom = (password: string): number => Math.max(0, SHORTEST_PASSWORD - password.length)
