package identity

import (
	"strings"

	"jalon/internal/database"
)

// ReachColumns name the columns of a query that a reach is held against; "" for what the rows are not about: a
// list of roadmaps has no project.
type ReachColumns struct{ Organisation, Roadmap, Project, Committee string }

// Within is the condition that leaves of a query what lies within the reach, with its arguments. The names of
// the columns are the program's own, never a visitor's.
func (r Reach) Within(c ReachColumns) (string, []any) {
	if r.All {
		return "1 = 1", nil
	}
	var parts []string
	var args []any
	add := func(column string, ids []int64) {
		if column != "" && len(ids) > 0 {
			parts, args = append(parts, column+" IN (?)"), append(args, database.In(ids))
		}
	}
	add(c.Organisation, r.Organisations)
	add(c.Roadmap, r.Roadmaps)
	add(c.Project, r.Projects)
	add(c.Committee, r.Committees)
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}
