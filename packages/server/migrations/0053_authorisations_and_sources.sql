-- A program that acts in somebody's name at /mcp stays connected until they end it: which of its refresh tokens, counted from 0, is
-- the one that is good, and since when. Without one the authorisation ends with its access token.
ALTER TABLE authorisation ADD COLUMN refresh_turn integer CHECK (refresh_turn >= 0);
ALTER TABLE authorisation ADD COLUMN refreshed_at timestamptz;

-- Where a version of a skill came from: `built-in`, a repository by its name, or `sent`. Null: it was not kept yet.
ALTER TABLE skill_version ADD COLUMN source text CHECK (length(source) <= 64);
