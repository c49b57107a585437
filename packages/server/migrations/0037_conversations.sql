-- What people and programs say to models and are answered. Everything of a conversation is sealed under one key of its
-- own, which stands in its row. `owner`: the person, or the program; to everybody else it is not there. `touched` is a
-- time-ordered id that is drawn anew whenever somebody speaks in it: lists are paged by it.
CREATE TABLE conversation (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  owner text NOT NULL,
  dek bytea NOT NULL,
  meta_sealed bytea NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  project_id uuid,
  pinned boolean NOT NULL DEFAULT false,
  archived boolean NOT NULL DEFAULT false,
  temporary boolean NOT NULL DEFAULT false,
  expires_at timestamptz,
  leaf_id uuid,
  touched uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conversation_of_owner ON conversation (tenant_id, owner, touched);
CREATE INDEX conversation_expires ON conversation (tenant_id, expires_at) WHERE expires_at IS NOT NULL;

-- A tree: what answers the same message stands beside each other. A message is written whole or not at all.
CREATE TABLE message (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  parent_id uuid,
  run_id uuid,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  status text NOT NULL CHECK (status IN ('complete', 'stopped')),
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  body_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX message_of_conversation ON message (tenant_id, conversation_id, id);

-- The making of an answer. While it is `running`, or `waiting` for somebody's approval, its replica holds a lease; whose
-- lease has run out was lost with its process. `stop_at`: somebody wants it to end.
CREATE TABLE run (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  owner text NOT NULL,
  message_id uuid NOT NULL,
  answer_id uuid NOT NULL,
  state text NOT NULL
    CHECK (state IN ('running', 'waiting', 'completed', 'stopped', 'failed', 'interrupted')),
  code text,
  replica uuid,
  lease_until timestamptz,
  stop_at timestamptz,
  last_seq integer NOT NULL DEFAULT 0,
  asked_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX run_of_conversation ON run (tenant_id, conversation_id);
CREATE INDEX run_open ON run (tenant_id, lease_until) WHERE state IN ('running', 'waiting');
-- One at a time: two answers made at once would not know of each other.
CREATE UNIQUE INDEX run_one_open ON run (tenant_id, conversation_id) WHERE state IN ('running', 'waiting');

-- What happened in a run, many events to a row: `seq` is the number of the first, and the rows follow without a gap.
CREATE TABLE run_event (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  run_id uuid NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  count integer NOT NULL CHECK (count > 0),
  events_sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, run_id, seq),
  FOREIGN KEY (tenant_id, run_id) REFERENCES run (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['conversation', 'message', 'run', 'run_event']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON conversation, message, run, run_event TO fh_app;
