process.env['AUDIT_POSITIONS'] ??= '100'

// The same test, at a hundred places for each kind of attack.
await import('../system/audit-tampering.test.ts')
