package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type ruleRow struct {
	bun.BaseModel  `bun:"table:match_rule,alias:r"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	State          RuleState `bun:"state"`
	Version        int       `bun:"version"`
	Confirmed      int       `bun:"confirmed"`
}

type ruleVersionRow struct {
	bun.BaseModel  `bun:"table:match_rule_version,alias:v"`
	OrganisationID int64          `bun:"organisation_id,pk"`
	RuleID         int64          `bun:"rule_id,pk"`
	Version        int            `bun:"version,pk"`
	Name           string         `bun:"name"`
	Rank           reconcile.Rank `bun:"rank"`
	Priority       int            `bun:"priority"`
	From           civil.Date     `bun:"valid_from"`
	To             civil.Date     `bun:"valid_to"`
	Conditions     string         `bun:"conditions"`
	Action         string         `bun:"action"`
	RecordedBy     string         `bun:"recorded_by"`
	AuthorName     string         `bun:"author_name,scanonly"`
	RecordedAt     time.Time      `bun:"recorded_at"`
}

func (r ruleVersionRow) version() (RuleVersion, error) {
	v := RuleVersion{Rule: reconcile.Rule{ID: r.RuleID, Version: r.Version, Rank: r.Rank, Priority: r.Priority, Name: r.Name, From: r.From, To: r.To},
		Author: r.RecordedBy, AuthorName: r.AuthorName, RecordedAt: r.RecordedAt}
	if err := json.Unmarshal([]byte(r.Conditions), &v.When); err != nil {
		return v, fmt.Errorf("read conditions of rule %d: %w", r.RuleID, err)
	}
	if err := json.Unmarshal([]byte(r.Action), &v.Then); err != nil {
		return v, fmt.Errorf("read action of rule %d: %w", r.RuleID, err)
	}
	return v, nil
}

// findActiveRules lists the rules that hold.
func findActiveRules(ctx context.Context, db database.Conn, organisation int64) ([]reconcile.Rule, error) {
	all, err := findRules(ctx, db, organisation, 0)
	return activeOf(all), err
}

func activeOf(all []RuleDetail) []reconcile.Rule {
	var out []reconcile.Rule
	for _, r := range all {
		if r.State == RuleActive {
			out = append(out, r.Rule.RuleVersion.Rule)
		}
	}
	return out
}

// findRules lists the rules of an organisation with all their versions, or only the one that is named.
func findRules(ctx context.Context, db database.Conn, organisation, only int64) ([]RuleDetail, error) {
	var heads []ruleRow
	var rows []ruleVersionRow
	q := db.NewSelect().Model(&heads).Where("r.organisation_id = ?", organisation).OrderExpr("r.id")
	v := db.NewSelect().Model(&rows).ColumnExpr("v.*").ColumnExpr("COALESCE(u.name, v.recorded_by) AS author_name").
		Join("LEFT JOIN user_account AS u ON 'user:' || u.id = v.recorded_by").
		Where("v.organisation_id = ?", organisation).OrderExpr("v.rule_id, v.version DESC")
	if only != 0 {
		q, v = q.Where("r.id = ?", only), v.Where("v.rule_id = ?", only)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	if err := v.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list versions of rules: %w", err)
	}
	versions := map[int64][]RuleVersion{}
	for _, r := range rows {
		said, err := r.version()
		if err != nil {
			return nil, err
		}
		versions[r.RuleID] = append(versions[r.RuleID], said)
	}
	out := make([]RuleDetail, len(heads))
	for i, h := range heads {
		out[i] = h.detail(versions[h.ID])
	}
	return out, nil
}

// detail joins a rule with its versions, the newest of which comes first.
func (r ruleRow) detail(versions []RuleVersion) RuleDetail {
	d := RuleDetail{Rule: Rule{OrganisationID: r.OrganisationID, State: r.State}, Versions: versions}
	for i := range versions {
		if versions[i].Version == r.Version {
			versions[i].Confirmed = r.Confirmed
			d.RuleVersion = versions[i]
		}
	}
	if len(versions) > 0 && versions[0].Version > r.Version {
		d.Pending = &versions[0]
	}
	return d
}

// findRule loads one rule of an organisation.
func findRule(ctx context.Context, db database.Conn, organisation, id int64) (RuleDetail, error) {
	found, err := findRules(ctx, db, organisation, id)
	if err != nil {
		return RuleDetail{}, err
	}
	if len(found) == 0 || id == 0 {
		return RuleDetail{}, fault.NotFound("rule", id)
	}
	return found[0], nil
}

func insertRule(ctx context.Context, tx database.Conn, organisation int64) (int64, error) {
	row := ruleRow{OrganisationID: organisation, State: RuleDraft, Version: 1}
	err := database.BulkIDs(ctx, tx, []*ruleRow{&row})
	return row.ID, err
}

func insertRuleVersion(ctx context.Context, tx database.Conn, organisation int64, r reconcile.Rule, author string, now time.Time) error {
	conditions, err := json.Marshal(r.When)
	if err != nil {
		return fmt.Errorf("write conditions: %w", err)
	}
	action, err := json.Marshal(r.Then)
	if err != nil {
		return fmt.Errorf("write action: %w", err)
	}
	err = database.Bulk(ctx, tx, []ruleVersionRow{{OrganisationID: organisation, RuleID: r.ID, Version: r.Version, Name: r.Name, Rank: r.Rank, Priority: r.Priority,
		From: r.From, To: r.To, Conditions: string(conditions), Action: string(action), RecordedBy: author, RecordedAt: database.Instant(now)}})
	if database.Classify(err) == database.Unique {
		return fault.Stale("rule", r.ID)
	}
	return err
}

// updateRule says which version of a rule holds, and whether it does.
func updateRule(ctx context.Context, tx database.Conn, organisation, id int64, state RuleState, version, confirmed int) error {
	res, err := tx.ExecContext(ctx, "UPDATE match_rule SET state = ?, version = ?, confirmed = ? WHERE organisation_id = ? AND id = ?", state, version, confirmed, organisation, id)
	return database.Updated(res, err, "rule", id)
}

// confirmRule counts how often a version of a rule was confirmed; what is taken back again never makes less than nothing. Another version than the
// one in force is none of its business.
func confirmRule(ctx context.Context, tx database.Conn, organisation int64, ref reconcile.RuleRef, times int) error {
	_, err := tx.ExecContext(ctx, `UPDATE match_rule SET confirmed = CASE WHEN confirmed + ?0 < 0 THEN 0 ELSE confirmed + ?0 END
		WHERE organisation_id = ?1 AND id = ?2 AND version = ?3 AND state = ?4`, times, organisation, ref.ID, ref.Version, RuleActive)
	if err != nil {
		return fmt.Errorf("confirm rule %d: %w", ref.ID, err)
	}
	return nil
}

// findUsage sums what rules booked.
func findUsage(ctx context.Context, db database.Conn, organisation int64, rule int64) (map[int64]Usage, error) {
	var rows []struct {
		Rule  int64        `bun:"rule_id"`
		Lines int64        `bun:"lines"`
		Sum   money.Amount `bun:"total"`
	}
	narrow, args := "", []any{organisation}
	if rule != 0 {
		narrow, args = " AND rule_id = ?", append(args, rule)
	}
	err := db.NewRaw(`SELECT rule_id, count(*) AS lines, CAST(coalesce(sum(held), 0) AS BIGINT) AS total FROM (
			SELECT rule_id, posting_id, sum(amount) AS held FROM allocation WHERE organisation_id = ? AND rule_id IS NOT NULL`+narrow+` GROUP BY rule_id, posting_id
		) AS t WHERE held <> 0 GROUP BY rule_id`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum what rules booked: %w", err)
	}
	out := make(map[int64]Usage, len(rows))
	for _, r := range rows {
		out[r.Rule] = Usage{Lines: r.Lines, Sum: r.Sum}
	}
	return out, nil
}

// findUnused lists the rules of which no allocation was ever booked.
func findUnused(ctx context.Context, db database.Conn, organisation int64) (map[int64]bool, error) {
	var ids []int64
	err := db.NewRaw(`SELECT r.id FROM match_rule AS r WHERE r.organisation_id = ? AND r.state = ?
		AND NOT EXISTS (SELECT 1 FROM allocation AS a WHERE a.organisation_id = r.organisation_id AND a.rule_id = r.id)`, organisation, RuleActive).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list unused rules: %w", err)
	}
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
