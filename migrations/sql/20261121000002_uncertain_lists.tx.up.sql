-- A full list with a rejected row of which nobody can say which project it is says nothing about the
-- projects that it lacks: not on the day it is read, and not when a later list is.
ALTER TABLE project_list ADD COLUMN uncertain BOOLEAN NOT NULL DEFAULT FALSE;
