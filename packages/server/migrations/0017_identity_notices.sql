-- Whoever may come in changes: every process is told at once, with the commit, and reads it anew. The notice holds the
-- id of the tenant and nothing else: anybody who can connect to the database can hear it. What only notes a last use
-- (session.seen_at, api_key.last_used_at) is no such change.

CREATE FUNCTION tell_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('freehold_identity', coalesce(current_setting('fh.tenant', true), ''));
  RETURN NULL;
END
$$;

CREATE TRIGGER tell_identity
  AFTER INSERT OR DELETE OR UPDATE OF id, role, disabled_at ON account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();

CREATE TRIGGER tell_identity
  AFTER INSERT OR DELETE OR UPDATE OF id, account_id, secret_hash, expires_at ON session
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();

CREATE TRIGGER tell_identity
  AFTER INSERT OR DELETE OR UPDATE OF id, creator, secret_hash, scopes, class, ceiling, limits, expires_at, revoked_at
  ON api_key
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();

CREATE TRIGGER tell_identity
  AFTER INSERT OR UPDATE OR DELETE ON people_group
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();

CREATE TRIGGER tell_identity
  AFTER INSERT OR UPDATE OR DELETE ON group_member
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();

CREATE TRIGGER tell_identity
  AFTER INSERT OR UPDATE OR DELETE ON custom_role
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();
