-- People, what they may do, and what they left unfinished. An account belongs to one organisation, which
-- looks after it; a grant gives it a role in that organisation or another. Like organisations, accounts are known to the whole
-- instance: somebody signs in before anybody can say for whom.
CREATE TABLE user_account (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  email TEXT NOT NULL,
  email_folded TEXT UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'disabled', 'erased')),
  password_hash TEXT NOT NULL DEFAULT '',
  password_set_at {{.Instant}},
  totp_secret TEXT NOT NULL DEFAULT '',
  totp_confirmed_at {{.Instant}},
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  locale TEXT NOT NULL DEFAULT '',
  shortcuts BOOLEAN NOT NULL DEFAULT TRUE,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  last_seen_at {{.Instant}},
  disabled_at {{.Instant}},
  erased_at {{.Instant}},
  {{.Key}} (id),
  CHECK (email_folded IS NOT NULL OR status = 'erased')
);
--bun:split
CREATE INDEX user_account_organisation ON user_account (organisation_id, id);
--bun:split
CREATE TABLE recovery_code (
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  code_hash TEXT NOT NULL,
  used_at {{.Instant}},
  PRIMARY KEY (user_id, code_hash)
);
--bun:split
CREATE TABLE user_session (
  id {{.ID}},
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  token_hash TEXT NOT NULL UNIQUE,
  csrf TEXT NOT NULL,
  second_factor BOOLEAN NOT NULL DEFAULT FALSE,
  agent TEXT NOT NULL DEFAULT '',
  created_at {{.Instant}} NOT NULL,
  last_seen_at {{.Instant}} NOT NULL,
  expires_at {{.Instant}} NOT NULL,
  {{.Key}} (id)
);
--bun:split
CREATE INDEX user_session_user ON user_session (user_id, id);
--bun:split
CREATE TABLE password_reset (
  token_hash TEXT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  created_at {{.Instant}} NOT NULL,
  expires_at {{.Instant}} NOT NULL,
  used_at {{.Instant}}
);
--bun:split
CREATE INDEX password_reset_user ON password_reset (user_id);
--bun:split
-- Counts what is limited, by bucket ("sign_in:address:…") and the start of its window.
CREATE TABLE rate_limit (
  bucket TEXT NOT NULL,
  window_start {{.Instant}} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (bucket, window_start)
);
--bun:split
CREATE TABLE access_grant (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  role TEXT NOT NULL CHECK (role IN ('administrator', 'roadmap_manager', 'project_manager', 'finance', 'committee_member', 'reader')),
  scope TEXT NOT NULL CHECK (scope IN ('organisation', 'roadmap', 'project', 'committee')),
  roadmap_id BIGINT,
  project_id BIGINT,
  committee_id BIGINT,
  granted_by TEXT NOT NULL,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  FOREIGN KEY (organisation_id, committee_id) REFERENCES committee (organisation_id, id),
  CHECK ((scope = 'roadmap') = (roadmap_id IS NOT NULL)),
  CHECK ((scope = 'project') = (project_id IS NOT NULL)),
  CHECK ((scope = 'committee') = (committee_id IS NOT NULL))
);
--bun:split
CREATE UNIQUE INDEX access_grant_once ON access_grant (user_id, organisation_id, role, scope, COALESCE(roadmap_id, project_id, committee_id, 0));
--bun:split
CREATE INDEX access_grant_id ON access_grant (id);
--bun:split
-- A message waits here from the transaction that caused it until it is sent. Its text is emptied then.
CREATE TABLE mail_outbox (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  message_key TEXT NOT NULL,
  user_id BIGINT,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'cancelled')),
  tries BIGINT NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  queued_at {{.Instant}} NOT NULL,
  next_try_at {{.Instant}} NOT NULL,
  expires_at {{.Instant}},
  lease_until {{.Instant}},
  settled_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, message_key)
);
--bun:split
CREATE INDEX mail_outbox_due ON mail_outbox (state, next_try_at);
--bun:split
-- The trail is sealed in blocks: an entry takes its place (seal, position) when its block is sealed. What it says of values is
-- held by a salted hash, so that values about a person can be erased without breaking the seal.
ALTER TABLE audit_entry ADD COLUMN salt TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE audit_entry ADD COLUMN details_hash TEXT NOT NULL DEFAULT '';
--bun:split
ALTER TABLE audit_entry ADD COLUMN erased_at {{.Instant}};
--bun:split
ALTER TABLE audit_entry ADD COLUMN seal BIGINT;
--bun:split
ALTER TABLE audit_entry ADD COLUMN position BIGINT;
--bun:split
CREATE UNIQUE INDEX audit_entry_sealed ON audit_entry (organisation_id, seal, position);
--bun:split
CREATE INDEX audit_entry_at ON audit_entry (organisation_id, at, id);
--bun:split
CREATE TABLE audit_seal (
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  number BIGINT NOT NULL CHECK (number >= 1),
  entries BIGINT NOT NULL CHECK (entries >= 1),
  root TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  sealed_at {{.Instant}} NOT NULL,
  PRIMARY KEY (organisation_id, number)
);
--bun:split
-- A form that is sent twice does its work once: its key is booked in the transaction that does it.
CREATE TABLE request_receipt (
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  request TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  PRIMARY KEY (organisation_id, request)
);
--bun:split
CREATE INDEX request_receipt_request ON request_receipt (request);
--bun:split
CREATE TABLE saved_view (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES user_account (id),
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared BOOLEAN NOT NULL DEFAULT FALSE,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, user_id, name),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
-- What a change of many projects at once found and left, so that it can be undone as long as nobody changed them since.
CREATE TABLE bulk_change (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  actor TEXT NOT NULL,
  change TEXT NOT NULL,
  items TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  undone_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE INDEX bulk_change_id ON bulk_change (id);
--bun:split
-- A list that was uploaded and waits for its confirmation. The bytes stand last, see the table of packs.
CREATE TABLE staged_list (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  actor TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  profile TEXT NOT NULL,
  as_of DATE NOT NULL,
  joins TEXT NOT NULL DEFAULT '{}',
  staged_at {{.Instant}} NOT NULL,
  booked_at {{.Instant}},
  data {{.Bytes}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE INDEX staged_list_id ON staged_list (id);
--bun:split
ALTER TABLE organisation ADD COLUMN retention_months BIGINT NOT NULL DEFAULT 24 CHECK (retention_months BETWEEN 1 AND 120);
--bun:split
ALTER TABLE roadmap ADD COLUMN released_at {{.Instant}};
--bun:split
ALTER TABLE theme ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
--bun:split
ALTER TABLE objective ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
--bun:split
CREATE INDEX theme_id ON theme (id);
--bun:split
CREATE INDEX objective_id ON objective (id);
--bun:split
ALTER TABLE milestone ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
--bun:split
ALTER TABLE milestone ADD COLUMN withdrawn_on DATE;
--bun:split
CREATE INDEX milestone_id ON milestone (id);
--bun:split
CREATE INDEX committee_id ON committee (id);
--bun:split
ALTER TABLE status_report ADD COLUMN author_id BIGINT;
--bun:split
ALTER TABLE decision ADD COLUMN author_id BIGINT;
--bun:split
ALTER TABLE committee_member ADD COLUMN user_id BIGINT;
--bun:split
ALTER TABLE committee_member ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
--bun:split
CREATE INDEX committee_member_id ON committee_member (id);
--bun:split
CREATE INDEX decision_id ON decision (id);
--bun:split
CREATE INDEX pack_id ON pack (id);
