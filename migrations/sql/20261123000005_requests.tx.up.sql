-- What departments ask for before it is a project, and what projects need of people's time. A skill belongs to
-- the organisation; its time is counted in tenths of a working day and by quarter ("2027-Q1").
CREATE TABLE skill (
  id {{.ID}},
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position BIGINT NOT NULL CHECK (position >= 0),
  version BIGINT NOT NULL DEFAULT 1,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, code)
);
--bun:split
CREATE INDEX skill_by_id ON skill (id);
--bun:split
-- Days that are there for a roadmap. Without a row nothing is limited; a row of zero is a limit.
CREATE TABLE roadmap_capacity (
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  skill_id BIGINT NOT NULL,
  quarter TEXT NOT NULL,
  tenths BIGINT NOT NULL CHECK (tenths >= 0),
  PRIMARY KEY (organisation_id, roadmap_id, skill_id, quarter),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, skill_id) REFERENCES skill (organisation_id, id)
);
--bun:split
CREATE TABLE project_skill (
  organisation_id BIGINT NOT NULL,
  project_id BIGINT NOT NULL,
  skill_id BIGINT NOT NULL,
  quarter TEXT NOT NULL,
  tenths BIGINT NOT NULL CHECK (tenths > 0),
  PRIMARY KEY (organisation_id, project_id, skill_id, quarter),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  FOREIGN KEY (organisation_id, skill_id) REFERENCES skill (organisation_id, id)
);
--bun:split
-- The last number that was given to a request of a year: who takes the next one holds the row.
CREATE TABLE request_number (
  organisation_id BIGINT NOT NULL REFERENCES organisation (id),
  year BIGINT NOT NULL,
  last BIGINT NOT NULL CHECK (last >= 1),
  PRIMARY KEY (organisation_id, year)
);
--bun:split
-- The decision is governance's: it is pointed to, not referenced.
CREATE TABLE request (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  theme_id BIGINT,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  need TEXT NOT NULL DEFAULT '',
  beneficiaries TEXT NOT NULL DEFAULT '',
  sponsor TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  requested_by TEXT NOT NULL DEFAULT '',
  requester_id BIGINT REFERENCES user_account (id),
  start_on DATE,
  end_on DATE,
  risk TEXT NOT NULL DEFAULT '' CHECK (risk IN ('', 'low', 'medium', 'high')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'examined', 'candidate', 'selected', 'deferred', 'refused', 'withdrawn')),
  reason TEXT NOT NULL DEFAULT '',
  reconsider_on DATE,
  decision_id BIGINT,
  decision_label TEXT NOT NULL DEFAULT '',
  project_id BIGINT,
  submissions BIGINT NOT NULL DEFAULT 0 CHECK (submissions >= 0),
  changed_at {{.Instant}} NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, year, number),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, theme_id) REFERENCES theme (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK (end_on IS NULL OR start_on IS NULL OR end_on >= start_on),
  CHECK (state IN ('draft', 'withdrawn') OR submissions > 0),
  CHECK (state NOT IN ('deferred', 'refused') OR reason <> ''),
  CHECK (reconsider_on IS NULL OR state IN ('deferred', 'refused'))
);
--bun:split
CREATE INDEX request_by_id ON request (id);
--bun:split
CREATE INDEX request_roadmap ON request (organisation_id, roadmap_id, state, id);
--bun:split
CREATE INDEX request_requester ON request (requester_id);
--bun:split
CREATE TABLE request_cost (
  organisation_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  year BIGINT NOT NULL CHECK (year BETWEEN 1900 AND 2999),
  section TEXT NOT NULL CHECK (section IN ('F', 'I')),
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (organisation_id, request_id, year, section),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id)
);
--bun:split
CREATE TABLE request_skill (
  organisation_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  skill_id BIGINT NOT NULL,
  quarter TEXT NOT NULL,
  tenths BIGINT NOT NULL CHECK (tenths > 0),
  PRIMARY KEY (organisation_id, request_id, skill_id, quarter),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, skill_id) REFERENCES skill (organisation_id, id)
);
--bun:split
-- What a request needs beside it, or stands instead of: another request or a project.
CREATE TABLE request_link (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('requires', 'excludes')),
  other_request_id BIGINT,
  other_project_id BIGINT,
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, request_id, other_request_id),
  UNIQUE (organisation_id, request_id, other_project_id),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, other_request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, other_project_id) REFERENCES project (organisation_id, id),
  CHECK ((other_request_id IS NULL) <> (other_project_id IS NULL)),
  CHECK (other_request_id IS NULL OR other_request_id <> request_id)
);
--bun:split
CREATE INDEX request_link_other ON request_link (organisation_id, other_request_id);
--bun:split
-- The life of a request, one row a step, never changed. A submission keeps what was submitted.
CREATE TABLE request_event (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'examined', 'candidate', 'selected', 'deferred', 'refused', 'withdrawn')),
  reason TEXT NOT NULL DEFAULT '',
  reconsider_on DATE,
  decision_id BIGINT,
  decision_label TEXT NOT NULL DEFAULT '',
  actor TEXT NOT NULL,
  at {{.Instant}} NOT NULL,
  content TEXT NOT NULL DEFAULT '',
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, request_id, number),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id)
);
