package finance

import (
	"context"
	"fmt"

	"jalon/internal/money"
)

// sound holds the queue and the balances against the entries and allocations that they come from.
func (d *desk) sound() {
	d.Helper()
	ctx := context.Background()
	for _, c := range []struct{ what, query string }{
		{"residuals against the sign of their entry, or beyond it", `SELECT p.id FROM posting AS p LEFT JOIN (SELECT posting_id, sum(amount) AS held FROM allocation WHERE organisation_id = ?0 GROUP BY posting_id) AS a
			ON a.posting_id = p.id WHERE p.organisation_id = ?0 AND p.live AND ((p.amount > 0 AND coalesce(a.held, 0) NOT BETWEEN 0 AND p.amount) OR (p.amount < 0 AND coalesce(a.held, 0) NOT BETWEEN p.amount AND 0))`},
		{"lines that should wait in the queue as they do", `SELECT p.id FROM posting AS p LEFT JOIN (SELECT posting_id, sum(amount) AS held FROM allocation WHERE organisation_id = ?0 GROUP BY posting_id) AS a
			ON a.posting_id = p.id LEFT JOIN open_posting AS o ON o.organisation_id = p.organisation_id AND o.posting_id = p.id
			WHERE p.organisation_id = ?0 AND coalesce(o.residual, 0) <> CASE WHEN p.live THEN p.amount - coalesce(a.held, 0) ELSE 0 END`},
		{"sizes and years of the queue", `SELECT o.posting_id FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
			WHERE o.organisation_id = ?0 AND (o.size <> abs(o.residual) OR o.fiscal_year_id <> p.fiscal_year_id OR o.since <> coalesce(p.doc_on, p.cover_on))`},
		{"scope totals", `SELECT s.fiscal_year_id FROM scope_total AS s LEFT JOIN (
				SELECT p.flow, p.fiscal_year_id, p.period, p.section, sum(p.amount) AS total,
					sum((SELECT coalesce(sum(a.amount), 0) FROM allocation AS a WHERE a.organisation_id = p.organisation_id AND a.posting_id = p.id AND a.project_id IS NOT NULL)) AS allocated,
					sum((SELECT coalesce(sum(a.amount), 0) FROM allocation AS a WHERE a.organisation_id = p.organisation_id AND a.posting_id = p.id AND a.project_id IS NULL)) AS excluded
				FROM posting AS p WHERE p.organisation_id = ?0 GROUP BY p.flow, p.fiscal_year_id, p.period, p.section) AS t
			ON t.flow = s.flow AND t.fiscal_year_id = s.fiscal_year_id AND t.period = s.period AND t.section = s.section
			WHERE s.organisation_id = ?0 AND (s.total <> t.total OR s.allocated <> t.allocated OR s.excluded <> t.excluded)`},
		{"costs of projects by year", `SELECT s.project_id FROM actual_year AS s WHERE s.organisation_id = ?0 AND s.mandated <> (
				SELECT coalesce(sum(a.amount * p.cost_sign), 0) FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
				WHERE a.organisation_id = ?0 AND a.project_id = s.project_id AND p.fiscal_year_id = s.fiscal_year_id AND p.section = s.section AND p.stage = 'mandated')`},
	} {
		var broken []int64
		if err := d.db.Read().NewRaw(c.query, d.org.ID).Scan(ctx, &broken); err != nil {
			d.Fatalf("%s: %v", c.what, err)
		}
		if len(broken) > 0 {
			d.Errorf("%s: %v", c.what, broken)
		}
	}
	if s := d.scope(); s.Total != s.Allocated+s.Excluded+s.Open {
		d.Errorf("the scope does not add up: %+v", s)
	}
}

// allotted tells what an entry is allocated to: "P1=70.00 x=30.00 queue=20.00".
func (d *desk) allotted(id PostingID) string {
	d.Helper()
	p, err := findPosting(context.Background(), d.db.Read(), d.org.ID, id)
	if err != nil {
		d.Fatal(err)
	}
	names := map[int64]string{0: "x"}
	for code, project := range d.projects {
		names[int64(project)] = code
	}
	out := ""
	left := p.Amount
	for _, s := range sharesOf(d.held(id)) {
		out += fmt.Sprintf("%s=%s ", names[int64(s.ProjectID)], s.Amount.Decimal(money.EUR))
		left -= s.Amount
	}
	if left != 0 {
		out += "queue=" + left.Decimal(money.EUR)
	}
	return out
}

// expectStanding compares what an entry is allocated to.
func (d *desk) expectStanding(id PostingID, want string) {
	d.Helper()
	if got := d.allotted(id); got != want && got != want+" " {
		d.Errorf("the entry stands as %q, want %q", got, want)
	}
	d.sound()
}
