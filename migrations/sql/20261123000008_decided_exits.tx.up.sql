-- An exit that a committee decided is ended by a committee, and by nobody's hand.
ALTER TABLE project_exit ADD COLUMN decision_id BIGINT;
