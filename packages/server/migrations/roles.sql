-- The roles of Freehold. Idempotent; run by Freehold on its own PostgreSQL, or by an administrator on yours.
-- fh_owner owns the tables and is taken on for migrations only. fh_app is what every request runs as: it owns nothing
-- and row-level security binds it. fh_backup reads the write-ahead log for backups.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fh_owner') THEN
    CREATE ROLE fh_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fh_app') THEN
    CREATE ROLE fh_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fh_backup') THEN
    BEGIN
      CREATE ROLE fh_backup NOLOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    EXCEPTION WHEN insufficient_privilege THEN
      -- A login that may create roles may not hand out REPLICATION: an administrator adds it when backups need it.
      CREATE ROLE fh_backup NOLOGIN;
    END;
  END IF;
END
$$;
