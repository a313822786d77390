-- How candidates are scored. A grid that scores were given under is never changed: a new version is a copy of it. Levels of a criterion run from 0
-- to its best one; weights are basis points.
CREATE TABLE scoring_grid (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  roadmap_id BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
  weighting TEXT NOT NULL CHECK (weighting IN ('direct', 'pairwise')),
  copied_from BIGINT,
  version BIGINT NOT NULL DEFAULT 1,
  created_at {{.Instant}} NOT NULL,
  activated_at {{.Instant}},
  retired_at {{.Instant}},
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, roadmap_id, number),
  FOREIGN KEY (organisation_id, roadmap_id) REFERENCES roadmap (organisation_id, id),
  FOREIGN KEY (organisation_id, copied_from) REFERENCES scoring_grid (organisation_id, id),
  CHECK ((state = 'draft') = (activated_at IS NULL)),
  CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
--bun:split
CREATE INDEX scoring_grid_by_id ON scoring_grid (id);
--bun:split
CREATE UNIQUE INDEX scoring_grid_active ON scoring_grid (organisation_id, roadmap_id) WHERE state = 'active';
--bun:split
CREATE TABLE grid_criterion (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  grid_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL CHECK (kind IN ('value', 'capability')),
  weight_bp BIGINT NOT NULL DEFAULT 0 CHECK (weight_bp BETWEEN 0 AND 10000),
  gate_level BIGINT CHECK (gate_level >= 1),
  position BIGINT NOT NULL CHECK (position >= 0),
  {{.Key}} (organisation_id, id),
  UNIQUE (organisation_id, grid_id, code),
  FOREIGN KEY (organisation_id, grid_id) REFERENCES scoring_grid (organisation_id, id),
  CHECK (kind = 'value' OR weight_bp = 0),
  CHECK (kind = 'capability' OR gate_level IS NULL)
);
--bun:split
CREATE TABLE grid_level (
  organisation_id BIGINT NOT NULL,
  criterion_id BIGINT NOT NULL,
  level BIGINT NOT NULL CHECK (level >= 0),
  label TEXT NOT NULL,
  statement TEXT NOT NULL,
  PRIMARY KEY (organisation_id, criterion_id, level),
  FOREIGN KEY (organisation_id, criterion_id) REFERENCES grid_criterion (organisation_id, id)
);
--bun:split
CREATE TABLE grid_judgment (
  organisation_id BIGINT NOT NULL,
  grid_id BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  second_id BIGINT NOT NULL,
  judgment BIGINT NOT NULL CHECK (judgment BETWEEN -8 AND 8),
  PRIMARY KEY (organisation_id, grid_id, first_id, second_id),
  FOREIGN KEY (organisation_id, grid_id) REFERENCES scoring_grid (organisation_id, id),
  FOREIGN KEY (organisation_id, first_id) REFERENCES grid_criterion (organisation_id, id),
  FOREIGN KEY (organisation_id, second_id) REFERENCES grid_criterion (organisation_id, id),
  CHECK (first_id <> second_id)
);
--bun:split
-- A score that was submitted is never changed: a correction is a further row, and the one before it is marked as replaced. A draft, which only its
-- scorer sees, may hold nothing yet.
CREATE TABLE score (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  grid_id BIGINT NOT NULL,
  criterion_id BIGINT NOT NULL,
  request_id BIGINT,
  project_id BIGINT,
  scorer_id BIGINT NOT NULL REFERENCES user_account (id),
  scorer TEXT NOT NULL,
  level BIGINT CHECK (level >= 0),
  evidence TEXT NOT NULL DEFAULT '',
  submitted_at {{.Instant}},
  replaced_at {{.Instant}},
  carried BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, grid_id) REFERENCES scoring_grid (organisation_id, id),
  FOREIGN KEY (organisation_id, criterion_id) REFERENCES grid_criterion (organisation_id, id),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK ((request_id IS NULL) <> (project_id IS NULL)),
  CHECK (submitted_at IS NULL OR (level IS NOT NULL AND evidence <> '')),
  CHECK (replaced_at IS NULL OR submitted_at IS NOT NULL)
);
--bun:split
CREATE INDEX score_grid ON score (organisation_id, grid_id, id);
--bun:split
CREATE INDEX score_scorer ON score (scorer_id);
--bun:split
CREATE UNIQUE INDEX score_request_current ON score (organisation_id, criterion_id, request_id, scorer_id) WHERE replaced_at IS NULL AND request_id IS NOT NULL;
--bun:split
CREATE UNIQUE INDEX score_project_current ON score (organisation_id, criterion_id, project_id, scorer_id) WHERE replaced_at IS NULL AND project_id IS NOT NULL;
--bun:split
-- The level that holds where two scorers do not agree. The last one holds; none is changed.
CREATE TABLE score_settlement (
  id {{.ID}},
  organisation_id BIGINT NOT NULL,
  grid_id BIGINT NOT NULL,
  criterion_id BIGINT NOT NULL,
  request_id BIGINT,
  project_id BIGINT,
  level BIGINT NOT NULL CHECK (level >= 0),
  reason TEXT NOT NULL CHECK (reason <> ''),
  settled_by_id BIGINT REFERENCES user_account (id),
  settled_by TEXT NOT NULL,
  at {{.Instant}} NOT NULL,
  {{.Key}} (organisation_id, id),
  FOREIGN KEY (organisation_id, grid_id) REFERENCES scoring_grid (organisation_id, id),
  FOREIGN KEY (organisation_id, criterion_id) REFERENCES grid_criterion (organisation_id, id),
  FOREIGN KEY (organisation_id, request_id) REFERENCES request (organisation_id, id),
  FOREIGN KEY (organisation_id, project_id) REFERENCES project (organisation_id, id),
  CHECK ((request_id IS NULL) <> (project_id IS NULL))
);
--bun:split
CREATE INDEX score_settlement_grid ON score_settlement (organisation_id, grid_id, id);
--bun:split
CREATE INDEX score_settlement_by ON score_settlement (settled_by_id);
