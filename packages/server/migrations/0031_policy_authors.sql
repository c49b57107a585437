-- Who changed policies is erased with a person; what the policies were stays.
GRANT UPDATE (actor) ON policy_version TO fh_app;
