package finance

import (
	"context"
	"encoding/json"
	"fmt"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/portfolio"
)

// holdVotes tells where more is allotted than voted, and which authorisations their years do not make up. Both may come about rightly,
// by a later vote or where the authority is warned only: they are noted.
func holdVotes(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	facts, err := loadEnvelopes(ctx, db, b, b.today)
	if err != nil {
		return nil, err
	}
	report, err := facts.report(facts.tree)
	if err != nil {
		return nil, err
	}
	allotments, programmes := Check{Code: "i12", Checked: int64(len(facts.allotted))}, Check{Code: "i14"}
	for _, e := range report.Envelopes {
		if e.Programme != nil {
			programmes.Checked++
		}
	}
	for _, f := range report.Findings {
		switch f.Code {
		case FindingOverVotes:
			allotments.notes(fmt.Sprintf("envelope:%d", f.Envelope))
		case FindingProgramme:
			programmes.notes(fmt.Sprintf("envelope:%d", f.Envelope))
		}
	}
	over, err := findOverMandated(ctx, db, b.Organisation.ID)
	return []Check{allotments, programmes, over}, err
}

// holdBudgets holds budgets against what the trail, which is sealed, says that was booked: no version ever changes, the first least of all.
func holdBudgets(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	versions, err := findBudgets(ctx, db, budgetFilter{organisation: b.Organisation.ID})
	if err != nil {
		return nil, err
	}
	type key struct {
		project portfolio.ProjectID
		number  int
	}
	stands := make(map[key]string, len(versions))
	for _, v := range versions {
		text, err := budgetText(v)
		if err != nil {
			return nil, err
		}
		stands[key{v.ProjectID, v.Number}] = text
	}
	check := Check{Code: "budget_trail", Checked: int64(len(versions))}
	err = eachTold(ctx, db, audit.Filter{Organisation: b.Organisation.ID, Action: "budget.book"}, func(e audit.Entry) error {
		var told BudgetVersion
		if json.Unmarshal([]byte(e.Details), &told) != nil || told.Number == 0 {
			return nil
		}
		text, err := budgetText(told)
		if err == nil && stands[key{told.ProjectID, told.Number}] != text {
			check.breaks(fmt.Sprintf("project:%d", told.ProjectID))
		}
		return err
	})
	return []Check{check}, err
}

// budgetText is what a version of a budget says.
func budgetText(v BudgetVersion) (string, error) {
	text, err := json.Marshal(struct {
		On     string
		Reason string
		Ref    string
		Lines  []BudgetLine
	}{v.DecidedOn.String(), v.Reason, v.DecisionReference, v.Lines})
	if err != nil {
		return "", fmt.Errorf("write a budget out: %w", err)
	}
	return string(text), nil
}
