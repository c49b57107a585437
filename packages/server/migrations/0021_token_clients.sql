-- Whoever may get tokens proves it with a key of its own, of which only the public part is here, or with a certificate
-- that names it so. resources: for which services besides this installation.
ALTER TABLE service_account ADD COLUMN public_keys jsonb NOT NULL DEFAULT '[]';
ALTER TABLE service_account ADD COLUMN certificate text;
ALTER TABLE service_account ADD COLUMN resources text[] NOT NULL DEFAULT '{}';

-- Keys follow one another; one that nobody can need any more goes.
GRANT DELETE ON signing_key TO fh_app;
