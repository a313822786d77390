-- A scenario is a selection among the running projects and the candidates of a roadmap. While it is a draft it
-- follows what is known of them; frozen, it keeps question and answer as they were weighed, under their fingerprint.
CREATE TABLE scenario (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  name TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('draft', 'frozen', 'submitted', 'decided', 'not_retained', 'reversed')),
  percentile BIGINT NOT NULL CHECK (percentile IN (50, 80)),
  uplift_bp BIGINT NOT NULL CHECK (uplift_bp BETWEEN 0 AND 100000),
  delay_bp BIGINT NOT NULL CHECK (delay_bp BETWEEN 0 AND 100000),
  copied_from_id BIGINT,
  committee_id BIGINT,
  question TEXT NOT NULL DEFAULT '',
  recommended BOOLEAN NOT NULL DEFAULT FALSE,
  decision_id BIGINT,
  created_by TEXT NOT NULL,
  created_at {{.Instant}} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  frozen_on DATE,
  frozen_sha256 TEXT NOT NULL DEFAULT '',
  frozen TEXT NOT NULL DEFAULT '',
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, number),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, copied_from_id) REFERENCES scenario (organisation_id, id),
  FOREIGN KEY (organisation_id, committee_id) REFERENCES committee (organisation_id, id),
  FOREIGN KEY (organisation_id, decision_id) REFERENCES decision (organisation_id, id),
  CHECK ((state = 'draft') = (frozen_sha256 = '')),
  CHECK (state IN ('draft', 'frozen', 'not_retained') OR (committee_id IS NOT NULL AND question <> '')),
  CHECK (state NOT IN ('decided', 'reversed') OR decision_id IS NOT NULL)
);
--bun:split
CREATE INDEX scenario_by_id ON scenario (id);
--bun:split
-- What somebody chose for a candidate or a running project. Without a row, or without a force, what is usual holds.
CREATE TABLE scenario_choice (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  scenario_id BIGINT NOT NULL,
  request_id BIGINT,
  project_id BIGINT,
  force TEXT NOT NULL DEFAULT '' CHECK (force IN ('', 'in', 'out', 'free')),
  reason_code TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  may_shift BOOLEAN NOT NULL DEFAULT FALSE,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, scenario_id, request_id),
  UNIQUE (organisation_id, scenario_id, project_id),
  FOREIGN KEY (organisation_id, scenario_id) REFERENCES scenario (organisation_id, id),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK ((request_id IS NULL) <> (project_id IS NULL)),
  CHECK (force NOT IN ('in', 'out') OR reason_code <> '')
);
--bun:split
-- The scenario's own limit of a key ("2027/I", "dev/2027-Q1"); no amount: it is not limited.
CREATE TABLE scenario_limit (
  organisation_id BIGINT NOT NULL,
  scenario_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  amount BIGINT CHECK (amount >= 0),
  PRIMARY KEY (organisation_id, scenario_id, key),
  FOREIGN KEY (organisation_id, scenario_id) REFERENCES scenario (organisation_id, id)
);
--bun:split
CREATE TABLE scenario_theme (
  organisation_id BIGINT NOT NULL,
  scenario_id BIGINT NOT NULL,
  theme_id BIGINT NOT NULL,
  min_projects BIGINT NOT NULL DEFAULT 0 CHECK (min_projects >= 0),
  min_value_bp BIGINT NOT NULL DEFAULT 0 CHECK (min_value_bp BETWEEN 0 AND 10000),
  max_share_bp BIGINT CHECK (max_share_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (organisation_id, scenario_id, theme_id),
  FOREIGN KEY (organisation_id, scenario_id) REFERENCES scenario (organisation_id, id),
  FOREIGN KEY (organisation_id, theme_id) REFERENCES theme (organisation_id, id)
);
--bun:split
CREATE TABLE scenario_event (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  scenario_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  what TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '',
  actor TEXT NOT NULL,
  at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, scenario_id, number),
  FOREIGN KEY (organisation_id, scenario_id) REFERENCES scenario (organisation_id, id)
);
--bun:split
-- Answers that were found, by the fingerprint of their problem. They can all be found again: nothing is lost with them.
CREATE TABLE selection_answer (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  problem_sha256 TEXT NOT NULL,
  proven BOOLEAN NOT NULL,
  explained BOOLEAN NOT NULL,
  work BIGINT NOT NULL,
  found_at {{.Instant}} NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (organisation_id, roadmap_id, problem_sha256),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
-- Which share of the voted budget may go to projects that enter late, and from which day on an entry is late.
CREATE TABLE entry_quota (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  share_bp BIGINT NOT NULL CHECK (share_bp BETWEEN 0 AND 10000),
  late_from DATE NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (organisation_id, roadmap_id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
-- A decision that takes another one back. Both stand.
CREATE TABLE decision_reversal (
  organisation_id BIGINT NOT NULL,
  decision_id BIGINT NOT NULL,
  reversed_id BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, decision_id),
  UNIQUE (organisation_id, reversed_id),
  FOREIGN KEY (organisation_id, decision_id) REFERENCES decision (organisation_id, id),
  FOREIGN KEY (organisation_id, reversed_id) REFERENCES decision (organisation_id, id),
  CHECK (decision_id <> reversed_id)
);
--bun:split
-- Credits that a decision proposes for a project. The finance department books them as a budget, or dismisses them.
CREATE TABLE allotment_proposal (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  decision_id BIGINT NOT NULL,
  year BIGINT NOT NULL,
  section TEXT NOT NULL CHECK (section IN ('F', 'I')),
  amount BIGINT NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL CHECK (state IN ('proposed', 'booked', 'dismissed')),
  budget_version_id BIGINT,
  settled_by TEXT NOT NULL DEFAULT '',
  settled_at {{.Instant}},
  reason TEXT NOT NULL DEFAULT '',
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, decision_id, project_id, year, section),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  FOREIGN KEY (organisation_id, decision_id) REFERENCES decision (organisation_id, id),
  FOREIGN KEY (organisation_id, budget_version_id) REFERENCES budget_version (organisation_id, id),
  CHECK ((state = 'booked') = (budget_version_id IS NOT NULL)),
  CHECK (state <> 'dismissed' OR reason <> '')
);
--bun:split
CREATE INDEX allotment_proposal_project ON allotment_proposal (organisation_id, project_id, state);
