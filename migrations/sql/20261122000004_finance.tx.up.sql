-- The voted budget, and actual costs as the finance system holds them. What was booked once is never
-- changed or deleted: it is reversed by a further row. Amounts are minor units of the organisation's currency.
CREATE TABLE finance_setting (
  organisation_id BIGINT NOT NULL PRIMARY KEY REFERENCES organisation (id),
  siret TEXT NOT NULL DEFAULT '',
  amount_basis TEXT NOT NULL CHECK (amount_basis IN ('TTC', 'HT')),
  cost_basis TEXT NOT NULL CHECK (cost_basis IN ('mandated', 'service_done', 'paid')),
  allotment_check TEXT NOT NULL CHECK (allotment_check IN ('warn', 'block')),
  lone_officer BOOLEAN NOT NULL DEFAULT FALSE,
  withdrawal_share_bp BIGINT NOT NULL CHECK (withdrawal_share_bp BETWEEN 0 AND 10000),
  withdrawal_lines BIGINT NOT NULL CHECK (withdrawal_lines >= 0),
  thresholds TEXT NOT NULL DEFAULT '{}',
  facts_version BIGINT NOT NULL DEFAULT 1,
  version BIGINT NOT NULL DEFAULT 1
);
--bun:split
CREATE TABLE fiscal_year (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  code TEXT NOT NULL,
  year BIGINT NOT NULL,
  start_on DATE NOT NULL,
  end_on DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
  version BIGINT NOT NULL DEFAULT 1,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, code),
  UNIQUE (organisation_id, start_on),
  CHECK (end_on >= start_on)
);
--bun:split
-- Periods are months of the year; number 13 takes what is booked for the year after its end.
CREATE TABLE fiscal_period (
  organisation_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 13),
  start_on DATE NOT NULL,
  end_on DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  PRIMARY KEY (organisation_id, fiscal_year_id, number),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id)
);
--bun:split
CREATE TABLE account_category (
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  prefix TEXT NOT NULL,
  label TEXT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  category TEXT NOT NULL,
  recovery TEXT NOT NULL CHECK (recovery IN ('none', 'investment', 'cloud')),
  PRIMARY KEY (organisation_id, prefix)
);
--bun:split
CREATE TABLE envelope (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  roadmap_id BIGINT,
  parent_id BIGINT,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('roadmap', 'AP', 'AE', 'annual')),
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  operation TEXT NOT NULL DEFAULT '',
  valid_from DATE,
  valid_to DATE,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, code),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, parent_id) REFERENCES envelope (organisation_id, id)
);
--bun:split
CREATE INDEX envelope_by_id ON envelope (id);
--bun:split
CREATE TABLE envelope_movement (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  envelope_id BIGINT NOT NULL,
  fiscal_year_id BIGINT,
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  authorisation TEXT NOT NULL CHECK (authorisation IN ('AP', 'AE', 'CP')),
  act TEXT NOT NULL CHECK (act IN ('BP', 'BS', 'DM', 'REPORT', 'VIREMENT', 'AP_CREATE', 'AP_REVISE', 'CANCEL', 'PROVISIONAL')),
  act_reference TEXT NOT NULL,
  act_on DATE NOT NULL,
  amount BIGINT NOT NULL,
  transfer_id BIGINT,
  reverses_id BIGINT,
  reason TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, reverses_id),
  FOREIGN KEY (organisation_id, envelope_id) REFERENCES envelope (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id),
  FOREIGN KEY (organisation_id, reverses_id) REFERENCES envelope_movement (organisation_id, id),
  CHECK ((act = 'VIREMENT') = (transfer_id IS NOT NULL))
);
--bun:split
CREATE INDEX envelope_movement_of ON envelope_movement (organisation_id, envelope_id, act_on);
--bun:split
CREATE TABLE budget_version (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  decided_on DATE NOT NULL,
  decision_reference TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, project_id, number),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK (number = 1 OR reason <> '')
);
--bun:split
CREATE TABLE budget_line (
  organisation_id BIGINT NOT NULL,
  version_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  envelope_id BIGINT,
  fiscal_year_id BIGINT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I')),
  category TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (organisation_id, version_id, number),
  FOREIGN KEY (organisation_id, version_id) REFERENCES budget_version (organisation_id, id),
  FOREIGN KEY (organisation_id, envelope_id) REFERENCES envelope (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id)
);
--bun:split
CREATE TABLE finance_code (
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  assigned_at {{.Instant}} NOT NULL,
  PRIMARY KEY (organisation_id, project_id),
  UNIQUE (organisation_id, code),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE TABLE import_profile (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  name TEXT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  definition TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, name, version)
);
--bun:split
-- A feed is one view of the finance system's truth: files of one feed correct each other, files of two never do.
CREATE TABLE ledger_feed (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('ledger', 'commitments', 'budget')),
  code TEXT NOT NULL,
  last_file_id BIGINT,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, purpose, code)
);
--bun:split
CREATE TABLE import_file (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('ledger', 'commitments', 'budget')),
  feed_id BIGINT,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  kept_sha256 TEXT NOT NULL DEFAULT '',
  size BIGINT NOT NULL,
  profile TEXT NOT NULL,
  profile_version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  coverage_kind TEXT NOT NULL DEFAULT '',
  coverage_from DATE,
  coverage_to DATE,
  state TEXT NOT NULL CHECK (state IN ('staged', 'booking', 'booked', 'refused', 'dropped')),
  report TEXT NOT NULL DEFAULT '{}',
  first_posting BIGINT NOT NULL DEFAULT 0,
  last_posting BIGINT NOT NULL DEFAULT 0,
  staged_by TEXT NOT NULL,
  staged_at {{.Instant}} NOT NULL,
  booked_by TEXT NOT NULL DEFAULT '',
  booked_at {{.Instant}},
  lease_until {{.Instant}},
  version BIGINT NOT NULL DEFAULT 1,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, feed_id) REFERENCES ledger_feed (organisation_id, id)
);
--bun:split
CREATE INDEX import_file_by_id ON import_file (id);
--bun:split
CREATE INDEX import_file_recent ON import_file (organisation_id, staged_at);
--bun:split
CREATE INDEX import_file_same ON import_file (organisation_id, sha256);
--bun:split
-- The file as it came, cut by bytes and packed.
CREATE TABLE import_chunk (
  organisation_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  byte_from BIGINT NOT NULL,
  size BIGINT NOT NULL,
  packed {{.Bytes}} NOT NULL,
  PRIMARY KEY (organisation_id, file_id, number),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
--bun:split
-- The outcome of every line, a byte each, in blocks of lines: none is without, none has two.
CREATE TABLE import_outcome (
  organisation_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  first_line BIGINT NOT NULL,
  outcomes {{.Bytes}} NOT NULL,
  PRIMARY KEY (organisation_id, file_id, first_line),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
--bun:split
CREATE TABLE import_finding (
  organisation_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  line BIGINT NOT NULL,
  code TEXT NOT NULL,
  args TEXT NOT NULL,
  PRIMARY KEY (organisation_id, file_id, number),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
--bun:split
-- Numbers of postings are reserved in ranges before a file is booked; a range that was not used leaves a gap.
CREATE TABLE posting_counter (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  next BIGINT NOT NULL
);
--bun:split
INSERT INTO posting_counter (id, next) VALUES (1, 1);
--bun:split
CREATE TABLE commitment (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  feed_id BIGINT,
  number TEXT NOT NULL,
  item TEXT NOT NULL DEFAULT '',
  budget TEXT NOT NULL DEFAULT '',
  label TEXT NOT NULL DEFAULT '',
  supplier TEXT NOT NULL DEFAULT '',
  supplier_name TEXT NOT NULL DEFAULT '',
  contract TEXT NOT NULL DEFAULT '',
  operation TEXT NOT NULL DEFAULT '',
  analytic TEXT NOT NULL DEFAULT '',
  nature TEXT NOT NULL DEFAULT '',
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  opened_on DATE,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  committed BIGINT NOT NULL DEFAULT 0,
  mandated BIGINT NOT NULL DEFAULT 0,
  last_on DATE,
  version BIGINT NOT NULL DEFAULT 1,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, number, item, budget),
  FOREIGN KEY (organisation_id, feed_id) REFERENCES ledger_feed (organisation_id, id)
);
--bun:split
CREATE INDEX commitment_by_id ON commitment (id);
--bun:split
CREATE TABLE commitment_event (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  commitment_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('ORIGINAL', 'MODIFY', 'WITHDRAW', 'CARRY_IN', 'CARRY_OUT', 'REIMPUTE_OUT', 'REIMPUTE_IN', 'CLOSE')),
  amount BIGINT NOT NULL,
  on_date DATE,
  cause TEXT NOT NULL CHECK (cause IN ('NEW', 'RESTATE', 'REVERSE', 'WITHDRAW')),
  reverses_id BIGINT,
  live BOOLEAN NOT NULL,
  file_id BIGINT,
  line BIGINT NOT NULL DEFAULT 0,
  key_hash {{.Bytes}},
  content_hash {{.Bytes}},
  key_unique BOOLEAN NOT NULL DEFAULT FALSE,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, commitment_id) REFERENCES commitment (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
--bun:split
CREATE INDEX commitment_event_of ON commitment_event (organisation_id, commitment_id);
--bun:split
-- To which projects a commitment belongs. A share that no longer holds is ended, not deleted.
CREATE TABLE commitment_share (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  commitment_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  share_bp BIGINT NOT NULL CHECK (share_bp BETWEEN 1 AND 10000),
  method TEXT NOT NULL CHECK (method IN ('rule', 'manual')),
  rule_id BIGINT,
  rule_version BIGINT,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  ended_by TEXT NOT NULL DEFAULT '',
  ended_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, commitment_id) REFERENCES commitment (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE INDEX commitment_share_of ON commitment_share (organisation_id, commitment_id);
--bun:split
CREATE INDEX commitment_share_project ON commitment_share (organisation_id, project_id);
--bun:split
CREATE TABLE commitment_alias (
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  old_number TEXT NOT NULL,
  new_number TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  PRIMARY KEY (organisation_id, old_number),
  CHECK (old_number <> new_number)
);
--bun:split
-- The books. Each row is an entry: a line of a file (NEW, RESTATE), or the reversal of an entry (REVERSE, WITHDRAW), which repeats its
-- dimensions with the sign turned. The sum of all rows of a key is the amount of its live row. Millions of rows: references are held by
-- the transaction that writes them, and by verify, set by set instead of row by row.
CREATE TABLE posting (
  organisation_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  feed_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  raw_offset BIGINT NOT NULL,
  raw_size BIGINT NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('NEW', 'RESTATE', 'REVERSE', 'WITHDRAW')),
  reverses_id BIGINT,
  live BOOLEAN NOT NULL,
  key_hash {{.Bytes}} NOT NULL,
  content_hash {{.Bytes}} NOT NULL,
  key_unique BOOLEAN NOT NULL,
  key_text TEXT NOT NULL,
  flow TEXT NOT NULL CHECK (flow IN ('DEP', 'REC')),
  stage TEXT NOT NULL CHECK (stage IN ('committed', 'mandated')),
  cost_sign BIGINT NOT NULL CHECK (cost_sign BETWEEN -1 AND 1),
  fiscal_year_id BIGINT NOT NULL,
  period BIGINT NOT NULL CHECK (period BETWEEN 1 AND 13),
  booked_year_id BIGINT NOT NULL,
  booked_period BIGINT NOT NULL CHECK (booked_period BETWEEN 1 AND 13),
  doc_on DATE,
  cover_on DATE NOT NULL,
  paid_on DATE,
  doc_type TEXT NOT NULL,
  doc_no TEXT NOT NULL,
  doc_line TEXT NOT NULL,
  bordereau TEXT NOT NULL,
  budget TEXT NOT NULL,
  manager TEXT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  chapter TEXT NOT NULL,
  nature TEXT NOT NULL,
  category TEXT NOT NULL,
  function_code TEXT NOT NULL,
  operation TEXT NOT NULL,
  analytic TEXT NOT NULL,
  contract TEXT NOT NULL,
  commitment_no TEXT NOT NULL,
  commitment_item TEXT NOT NULL,
  commitment_id BIGINT,
  inventory TEXT NOT NULL,
  invoice TEXT NOT NULL,
  supplier TEXT NOT NULL,
  supplier_name TEXT NOT NULL,
  label TEXT NOT NULL,
  amount BIGINT NOT NULL,
  amount_ht BIGINT,
  amount_vat BIGINT,
  accrual BOOLEAN NOT NULL,
  order_op BOOLEAN NOT NULL,
  origin_key {{.Bytes}},
  origin_id BIGINT,
  status TEXT NOT NULL,
  PRIMARY KEY (organisation_id, id)
);
--bun:split
-- What a file is held against: the live rows of its feed in its years.
CREATE INDEX posting_live ON posting (organisation_id, feed_id, fiscal_year_id, id) WHERE live;
--bun:split
CREATE INDEX posting_commitment ON posting (organisation_id, commitment_id) WHERE commitment_id IS NOT NULL;
--bun:split
-- Engaged lines of known commitments: the commitment counts them already.
CREATE INDEX posting_engaged ON posting (organisation_id, id) WHERE stage = 'committed' AND commitment_id IS NOT NULL;
--bun:split
CREATE INDEX posting_origin ON posting (organisation_id, origin_id) WHERE origin_id IS NOT NULL;
--bun:split
CREATE INDEX posting_orphan ON posting (organisation_id, feed_id) WHERE origin_key IS NOT NULL AND origin_id IS NULL;
--bun:split
CREATE INDEX posting_reverses ON posting (organisation_id, reverses_id) WHERE reverses_id IS NOT NULL;
--bun:split
CREATE TABLE allocation_batch (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  kind TEXT NOT NULL CHECK (kind IN ('import', 'manual', 'bulk', 'rerun', 'undo', 'move')),
  file_id BIGINT,
  undoes_id BIGINT,
  reason TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, undoes_id),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
--bun:split
-- Which project a part of a posting is allocated to; no project: excluded from the scope. What is taken back is a row of the opposite
-- sign. What is not allocated of a posting is its amount less the sum of its rows.
CREATE TABLE allocation (
  organisation_id BIGINT NOT NULL,
  posting_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  project_id BIGINT,
  amount BIGINT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('rule', 'inherited', 'manual', 'reverse')),
  rule_id BIGINT,
  rule_version BIGINT,
  reason TEXT NOT NULL DEFAULT '',
  booked_year_id BIGINT NOT NULL,
  booked_period BIGINT NOT NULL CHECK (booked_period BETWEEN 1 AND 13),
  batch_id BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, posting_id, number)
);
--bun:split
CREATE INDEX allocation_project ON allocation (organisation_id, project_id, posting_id);
--bun:split
CREATE INDEX allocation_of_batch ON allocation (organisation_id, batch_id) WHERE method <> 'rule';
--bun:split
CREATE INDEX allocation_of_rule ON allocation (organisation_id, rule_id) WHERE rule_id IS NOT NULL;
--bun:split
-- The queue: postings of which something is left. Derived from postings and allocations, and held against them by verify.
CREATE TABLE open_posting (
  organisation_id BIGINT NOT NULL,
  posting_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  residual BIGINT NOT NULL CHECK (residual <> 0),
  size BIGINT NOT NULL CHECK (size > 0),
  since DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted')),
  reason TEXT NOT NULL DEFAULT '',
  accepted_by TEXT NOT NULL DEFAULT '',
  accepted_at {{.Instant}},
  suggestion TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation_id, posting_id)
);
--bun:split
CREATE INDEX open_posting_size ON open_posting (organisation_id, state, size, posting_id);
--bun:split
-- Balances, kept by every booking in its own transaction and held against the books by verify.
CREATE TABLE actual_year (
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  section TEXT NOT NULL,
  mandated BIGINT NOT NULL,
  engaged BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, project_id, fiscal_year_id, section)
);
--bun:split
CREATE TABLE actual_month (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  period BIGINT NOT NULL,
  section TEXT NOT NULL,
  category TEXT NOT NULL,
  mandated BIGINT NOT NULL,
  engaged BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, roadmap_id, fiscal_year_id, period, section, category)
);
--bun:split
CREATE TABLE scope_total (
  organisation_id BIGINT NOT NULL,
  flow TEXT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  period BIGINT NOT NULL,
  section TEXT NOT NULL,
  total BIGINT NOT NULL,
  allocated BIGINT NOT NULL,
  excluded BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, flow, fiscal_year_id, period, section)
);
--bun:split
CREATE TABLE match_rule (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
  version BIGINT NOT NULL DEFAULT 1,
  confirmed BIGINT NOT NULL DEFAULT 0,
  {{.Key}} (organisation_id, id)
);
--bun:split
CREATE INDEX match_rule_by_id ON match_rule (id);
--bun:split
CREATE TABLE match_rule_version (
  organisation_id BIGINT NOT NULL,
  rule_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  rank BIGINT NOT NULL CHECK (rank BETWEEN 1 AND 9),
  priority BIGINT NOT NULL,
  valid_from DATE,
  valid_to DATE,
  conditions TEXT NOT NULL,
  action TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  PRIMARY KEY (organisation_id, rule_id, version),
  FOREIGN KEY (organisation_id, rule_id) REFERENCES match_rule (organisation_id, id)
);
--bun:split
CREATE TABLE balance_assertion (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  until_period BIGINT NOT NULL CHECK (until_period BETWEEN 1 AND 13),
  flow TEXT NOT NULL CHECK (flow IN ('DEP', 'REC')),
  dimension TEXT NOT NULL CHECK (dimension IN ('total', 'section', 'nature', 'operation', 'chapter', 'budget')),
  value TEXT NOT NULL DEFAULT '',
  expected BIGINT NOT NULL,
  computed BIGINT NOT NULL DEFAULT 0,
  checked_at {{.Instant}},
  source TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  withdrawn_by TEXT NOT NULL DEFAULT '',
  withdrawn_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id)
);
--bun:split
CREATE INDEX balance_assertion_by_id ON balance_assertion (id);
--bun:split
-- A signed close of a period. Re-opening ends it; the next close is a further row. The batches say where in the order of
-- bookings, which no clock decides, the period was closed and opened again.
CREATE TABLE certificate (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  period BIGINT NOT NULL,
  number BIGINT NOT NULL,
  figures TEXT NOT NULL,
  seal TEXT NOT NULL,
  previous_seal TEXT NOT NULL DEFAULT '',
  sealed_batch BIGINT NOT NULL,
  four_eyes BOOLEAN NOT NULL,
  signed_by TEXT NOT NULL,
  signed_label TEXT NOT NULL,
  signed_at {{.Instant}} NOT NULL,
  reopened_by TEXT NOT NULL DEFAULT '',
  reopened_label TEXT NOT NULL DEFAULT '',
  reopened_at {{.Instant}},
  reopen_reason TEXT NOT NULL DEFAULT '',
  reopened_batch BIGINT,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, fiscal_year_id, period, number),
  FOREIGN KEY (organisation_id, fiscal_year_id, period) REFERENCES fiscal_period (organisation_id, fiscal_year_id, number)
);
--bun:split
CREATE INDEX certificate_by_id ON certificate (id);
--bun:split
-- What a project manager expects: amounts still to be spent, services done without invoice, probable purchases. Kept for ever, so that
-- the accuracy of forecasts can be told.
CREATE TABLE forecast (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  as_of DATE NOT NULL,
  number BIGINT NOT NULL,
  comment TEXT NOT NULL DEFAULT '',
  physical_bp BIGINT CHECK (physical_bp BETWEEN 0 AND 10000),
  planned_bp BIGINT CHECK (planned_bp BETWEEN 0 AND 10000),
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, project_id, as_of, number),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE TABLE forecast_line (
  organisation_id BIGINT NOT NULL,
  forecast_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I')),
  category TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('to_go', 'service_done', 'probable')),
  amount BIGINT NOT NULL CHECK (amount >= 0),
  probability_bp BIGINT NOT NULL DEFAULT 10000 CHECK (probability_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (organisation_id, forecast_id, number),
  FOREIGN KEY (organisation_id, forecast_id) REFERENCES forecast (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id)
);
--bun:split
-- What the books showed as mandated when the forecast was made: its lines are beyond that.
CREATE TABLE forecast_actual (
  organisation_id BIGINT NOT NULL,
  forecast_id BIGINT NOT NULL,
  fiscal_year_id BIGINT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  mandated BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, forecast_id, fiscal_year_id, section),
  FOREIGN KEY (organisation_id, forecast_id) REFERENCES forecast (organisation_id, id),
  FOREIGN KEY (organisation_id, fiscal_year_id) REFERENCES fiscal_year (organisation_id, id)
);
--bun:split
CREATE TABLE cost_move (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  on_date DATE NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('scope', 'price', 'delay', 'estimate', 'transfer')),
  amount BIGINT NOT NULL,
  decision_reference TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  reverses_id BIGINT,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, reverses_id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE INDEX cost_move_of ON cost_move (organisation_id, project_id);
--bun:split
CREATE TABLE funding (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  funder TEXT NOT NULL,
  convention TEXT NOT NULL,
  rate_bp BIGINT NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  ceiling BIGINT NOT NULL CHECK (ceiling >= 0),
  base TEXT NOT NULL CHECK (base IN ('HT', 'TTC')),
  eligible_from DATE NOT NULL,
  eligible_to DATE NOT NULL,
  notified BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, project_id, convention),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE INDEX funding_by_id ON funding (id);
--bun:split
CREATE TABLE funding_event (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  funding_id BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('advance', 'instalment', 'balance', 'claim')),
  amount BIGINT NOT NULL,
  on_date DATE NOT NULL,
  reference TEXT NOT NULL DEFAULT '',
  posting_id BIGINT,
  reverses_id BIGINT,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, reverses_id),
  FOREIGN KEY (organisation_id, funding_id) REFERENCES funding (organisation_id, id)
);
--bun:split
CREATE INDEX funding_event_of ON funding_event (organisation_id, funding_id);
--bun:split
-- The last word on whether a posting is eligible counts; the ones before stay.
CREATE TABLE funding_eligibility (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  funding_id BIGINT NOT NULL,
  posting_id BIGINT NOT NULL,
  eligible BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, funding_id) REFERENCES funding (organisation_id, id)
);
--bun:split
CREATE INDEX funding_eligibility_of ON funding_eligibility (organisation_id, funding_id, posting_id);
--bun:split
-- What a voted budget of the finance system says, for the tie-out of envelope votes.
CREATE TABLE voted_line (
  organisation_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  year BIGINT NOT NULL,
  entity TEXT NOT NULL,
  document TEXT NOT NULL,
  document_no TEXT NOT NULL,
  flow TEXT NOT NULL CHECK (flow IN ('DEP', 'REC')),
  section TEXT NOT NULL CHECK (section IN ('F', 'I', '')),
  nature TEXT NOT NULL,
  function_code TEXT NOT NULL,
  operation TEXT NOT NULL,
  order_op BOOLEAN NOT NULL,
  voted BIGINT NOT NULL,
  realised BIGINT NOT NULL,
  carried BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, file_id, number),
  FOREIGN KEY (organisation_id, file_id) REFERENCES import_file (organisation_id, id)
);
