package portfolio

import (
	"context"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
)

// LastPhase is the phase that a project was last said to be in.
type LastPhase struct {
	Phase Phase
	On    civil.Date
}

// LastPhases gives the last phase that was told of each project of an organisation by a day; projects of which none was are left out.
func LastPhases(ctx context.Context, db database.Conn, organisation int64, day civil.Date) (map[ProjectID]LastPhase, error) {
	rows, err := findToldPhases(ctx, db, organisation, day)
	if err != nil {
		return nil, fmt.Errorf("list last phases: %w", err)
	}
	out := make(map[ProjectID]LastPhase, len(rows))
	for _, r := range rows {
		out[r.ProjectID] = LastPhase{r.Phase, r.On}
	}
	return out, nil
}
