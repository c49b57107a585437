-- Conversations that are answered at home alone: nothing of them goes to a managed target.
ALTER TABLE conversation ADD COLUMN keep_private boolean NOT NULL DEFAULT false;
