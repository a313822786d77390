-- Organisations are the border between administrations: every other table carries organisation_id
-- first in its keys, and no foreign key leaves an organisation.
CREATE TABLE organisation (
  id {{.ID}},
  parent_id BIGINT,
  kind TEXT NOT NULL CHECK (kind IN ('network', 'administration')),
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  fiscal_month BIGINT NOT NULL DEFAULT 1 CHECK (fiscal_month BETWEEN 1 AND 12),
  fiscal_day BIGINT NOT NULL DEFAULT 1 CHECK (fiscal_day BETWEEN 1 AND 28),
  locale TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (id),
  FOREIGN KEY (parent_id) REFERENCES organisation (id)
);
--bun:split
CREATE TABLE audit_entry (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  at {{.Instant}} NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  details TEXT NOT NULL,
  {{.Key}} (organisation_id, id)
);
--bun:split
CREATE INDEX audit_entry_subject ON audit_entry (organisation_id, subject, subject_id, id);
--bun:split
CREATE TABLE roadmap (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  purpose TEXT NOT NULL DEFAULT '',
  starts_on DATE NOT NULL,
  ends_on DATE,
  manager TEXT NOT NULL DEFAULT '',
  sponsor TEXT NOT NULL DEFAULT '',
  voted BIGINT CHECK (voted >= 0),
  currency TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'running', 'closed')),
  facts_version BIGINT NOT NULL DEFAULT 1,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, code),
  CHECK (ends_on IS NULL OR ends_on >= starts_on),
  CHECK (status = 'draft' OR ends_on IS NOT NULL)
);
--bun:split
-- Addresses of pages name a roadmap or a project by its id alone; on PostgreSQL no key begins with it.
CREATE INDEX roadmap_by_id ON roadmap (id);
--bun:split
CREATE TABLE roadmap_threshold (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  valid_from DATE NOT NULL,
  amber_bp BIGINT NOT NULL CHECK (amber_bp >= 0),
  red_bp BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, roadmap_id, number),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  CHECK (red_bp >= amber_bp)
);
--bun:split
CREATE TABLE theme (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position BIGINT NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, code),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE TABLE objective (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position BIGINT NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, code),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE TABLE project (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  theme_id BIGINT,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  need TEXT NOT NULL DEFAULT '',
  sponsor TEXT NOT NULL DEFAULT '',
  manager TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  interministerial BOOLEAN NOT NULL DEFAULT FALSE,
  weight BIGINT CHECK (weight BETWEEN 1 AND 100),
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, code),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, theme_id) REFERENCES theme (organisation_id, id)
);
--bun:split
CREATE INDEX project_by_id ON project (id);
--bun:split
CREATE INDEX project_folded ON project (organisation_id, roadmap_id, name_folded);
--bun:split
CREATE TABLE project_alias (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  folded TEXT NOT NULL,
  name TEXT NOT NULL,
  project_id BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, roadmap_id, folded),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE TABLE project_list (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  as_of DATE NOT NULL,
  series BOOLEAN NOT NULL,
  profile TEXT NOT NULL,
  profile_version BIGINT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE INDEX project_list_roadmap ON project_list (organisation_id, roadmap_id, as_of, id);
--bun:split
CREATE TABLE project_list_member (
  organisation_id BIGINT NOT NULL,
  list_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, list_id, project_id),
  FOREIGN KEY (organisation_id, list_id) REFERENCES project_list (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE TABLE project_exit (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  left_on DATE NOT NULL,
  returned_on DATE,
  source TEXT NOT NULL CHECK (source IN ('list', 'person')),
  reason TEXT NOT NULL DEFAULT '',
  recorded_at {{.Instant}} NOT NULL,
  withdrawn_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK (returned_on IS NULL OR returned_on > left_on)
);
--bun:split
CREATE INDEX project_exit_project ON project_exit (organisation_id, project_id);
--bun:split
CREATE TABLE estimate (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  as_of DATE NOT NULL,
  cost BIGINT CHECK (cost >= 0),
  starts_on DATE,
  ends_on DATE,
  phase TEXT CHECK (phase IN ('framing', 'build', 'pilot', 'rollout', 'run', 'closed', 'abandoned', 'suspended')),
  source TEXT NOT NULL CHECK (source IN ('list', 'person')),
  list_id BIGINT,
  note TEXT NOT NULL DEFAULT '',
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  FOREIGN KEY (organisation_id, list_id) REFERENCES project_list (organisation_id, id)
);
--bun:split
CREATE INDEX estimate_project ON estimate (organisation_id, project_id, as_of, id);
--bun:split
CREATE TABLE estimate_line (
  organisation_id BIGINT NOT NULL,
  estimate_id BIGINT NOT NULL,
  fiscal_year TEXT NOT NULL,
  nature TEXT NOT NULL CHECK (nature IN ('investment', 'operations')),
  part TEXT NOT NULL CHECK (part IN ('build', 'run')),
  amount BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, estimate_id, fiscal_year, nature, part),
  FOREIGN KEY (organisation_id, estimate_id) REFERENCES estimate (organisation_id, id)
);
--bun:split
CREATE TABLE baseline (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  set_on DATE NOT NULL,
  cost BIGINT CHECK (cost >= 0),
  starts_on DATE,
  ends_on DATE,
  decision_ref BIGINT,
  decision_label TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, project_id, number),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK (number = 1 OR (decision_ref IS NOT NULL AND reason <> ''))
);
--bun:split
CREATE TABLE milestone (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  baseline_on DATE NOT NULL,
  position BIGINT NOT NULL,
  recorded_on DATE NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, project_id, code),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE TABLE milestone_forecast (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  milestone_id BIGINT NOT NULL,
  as_of DATE NOT NULL,
  due_on DATE NOT NULL,
  reached_on DATE,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, milestone_id) REFERENCES milestone (organisation_id, id)
);
--bun:split
CREATE INDEX milestone_forecast_milestone ON milestone_forecast (organisation_id, milestone_id, as_of, id);
--bun:split
CREATE TABLE dependency (
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  depends_on_id BIGINT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation_id, project_id, depends_on_id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  FOREIGN KEY (organisation_id, depends_on_id) REFERENCES project (organisation_id, id),
  CHECK (project_id <> depends_on_id)
);
--bun:split
CREATE TABLE status_report (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  period TEXT NOT NULL,
  reported_on DATE NOT NULL,
  author TEXT NOT NULL,
  schedule TEXT NOT NULL CHECK (schedule IN ('', 'sun', 'cloud', 'storm')),
  cost TEXT NOT NULL CHECK (cost IN ('', 'sun', 'cloud', 'storm')),
  scope TEXT NOT NULL CHECK (scope IN ('', 'sun', 'cloud', 'storm')),
  people TEXT NOT NULL CHECK (people IN ('', 'sun', 'cloud', 'storm')),
  schedule_comment TEXT NOT NULL DEFAULT '',
  cost_comment TEXT NOT NULL DEFAULT '',
  scope_comment TEXT NOT NULL DEFAULT '',
  people_comment TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  next_steps TEXT NOT NULL DEFAULT '',
  needs_decision TEXT NOT NULL DEFAULT '',
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE INDEX status_report_project ON status_report (organisation_id, project_id, reported_on, id);
--bun:split
CREATE TABLE committee (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('operational', 'tactical', 'strategic')),
  cadence TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  lead_days BIGINT NOT NULL CHECK (lead_days BETWEEN 0 AND 90),
  sits_from DATE NOT NULL,
  sits_until DATE,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, code),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id)
);
--bun:split
CREATE TABLE committee_member (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  committee_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  position BIGINT NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, committee_id) REFERENCES committee (organisation_id, id)
);
--bun:split
CREATE INDEX committee_member_committee ON committee_member (organisation_id, committee_id, position);
--bun:split
CREATE TABLE decision (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  committee_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  project_id BIGINT,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  question TEXT NOT NULL,
  options TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  effect TEXT NOT NULL DEFAULT '',
  decided_on DATE NOT NULL,
  author TEXT NOT NULL,
  recorded_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, year, number),
  FOREIGN KEY (organisation_id, committee_id) REFERENCES committee (organisation_id, id),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id)
);
--bun:split
CREATE INDEX decision_roadmap ON decision (organisation_id, roadmap_id, decided_on, id);
--bun:split
-- The two large columns stand last: SQLite reads everything before the last column that it is asked for.
CREATE TABLE pack (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  committee_id BIGINT NOT NULL,
  period TEXT NOT NULL,
  edition BIGINT NOT NULL CHECK (edition >= 1),
  figures_on DATE NOT NULL,
  frozen_at {{.Instant}} NOT NULL,
  late_days BIGINT NOT NULL DEFAULT 0,
  locale TEXT NOT NULL,
  errata TEXT NOT NULL,
  snapshot_sha256 TEXT NOT NULL,
  pdf_sha256 TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  pdf {{.Bytes}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, committee_id, period, edition),
  FOREIGN KEY (organisation_id, committee_id) REFERENCES committee (organisation_id, id)
);
--bun:split
CREATE TABLE job_run (
  organisation_id BIGINT NOT NULL,
  job TEXT NOT NULL,
  slot TEXT NOT NULL,
  owner TEXT NOT NULL,
  token BIGINT NOT NULL,
  started_at {{.Instant}} NOT NULL,
  lease_until {{.Instant}} NOT NULL,
  finished_at {{.Instant}},
  outcome TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation_id, job, slot)
);
