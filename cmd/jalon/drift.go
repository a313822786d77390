package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/drift"
)

type driftCommand struct {
	Roadmap string `required:"" help:"${help_drift_roadmap}" placeholder:"CODE"`
	AsOf    string `help:"${help_drift_as_of}" placeholder:"DATE"`
	Since   string `help:"${help_drift_since}" placeholder:"DATE"`
	JSON    bool   `name:"json" help:"${help_json}"`
}

// driftJSON is the answer as machines read it. An undefined figure is null.
type driftJSON struct {
	Roadmap          string         `json:"roadmap"`
	Organisation     string         `json:"organisation"`
	Currency         money.Currency `json:"currency"`
	AsOf             civil.Date     `json:"as_of"`
	Method           string         `json:"method"`
	Projects         int            `json:"projects"`
	Interministerial int            `json:"interministerial"`
	WithCost         int            `json:"with_cost"`
	WithDates        int            `json:"with_dates"`
	SumCost          *money.Amount  `json:"sum_cost"`
	MeanDurationDays *int           `json:"mean_duration_days"`
	Cost             figuresJSON    `json:"cost"`
	Schedule         figuresJSON    `json:"schedule"`
	BySize           []bandJSON     `json:"by_size"`
	Since            *sinceJSON     `json:"since,omitempty"`
}

type bpOrNull = *money.BasisPoints

type figuresJSON struct {
	N           int      `json:"n"`
	ReEstimated int      `json:"re_estimated"`
	Undefined   int      `json:"undefined"`
	Mean        bpOrNull `json:"mean_bp"`
	Aggregate   bpOrNull `json:"aggregate_bp"`
	Median      bpOrNull `json:"median_bp"`
	Weighted    bpOrNull `json:"weighted_bp"`
}

type bandJSON struct {
	From      money.Amount  `json:"from"`
	To        *money.Amount `json:"to"`
	N         int           `json:"n"`
	Mean      bpOrNull      `json:"mean_bp"`
	Aggregate bpOrNull      `json:"aggregate_bp"`
	Schedule  struct {
		N         int      `json:"n"`
		Mean      bpOrNull `json:"mean_bp"`
		Aggregate bpOrNull `json:"aggregate_bp"`
	} `json:"schedule"`
}

type sinceJSON struct {
	Date     civil.Date `json:"date"`
	Entries  int        `json:"entries"`
	Exits    int        `json:"exits"`
	Cost     movesJSON  `json:"cost"`
	Schedule movesJSON  `json:"schedule"`
}

type movesJSON struct {
	Stayers struct {
		N         int      `json:"n"`
		Mean      bpOrNull `json:"mean_bp"`
		Aggregate bpOrNull `json:"aggregate_bp"`
	} `json:"stayers"`
	Mean      moveJSON `json:"mean"`
	Aggregate moveJSON `json:"aggregate"`
}

type moveJSON struct {
	Change  bpOrNull `json:"change_bp"`
	Exits   bpOrNull `json:"exits_bp"`
	Real    bpOrNull `json:"real_bp"`
	Entries bpOrNull `json:"entries_bp"`
}

// Run measures a roadmap.
func (c driftCommand) Run(p *program) error {
	day, err := parseDate("--as-of", c.AsOf)
	if err != nil {
		return err
	}
	since, err := parseDate("--since", c.Since)
	if err != nil {
		return err
	}
	return p.with(func(s *system, o identity.Organisation) error {
		if day.IsZero() {
			day = s.portfolio.Today(o)
		}
		if since.After(day) {
			return usageError{fault.Invalid("drift.since_after", since, day)}
		}
		rep, err := s.portfolio.Drift(p.ctx, p.actor, o.ID, c.Roadmap, day, since)
		if err != nil {
			return err
		}
		return p.print(c.JSON, toJSON(rep, o.Code), func(w io.Writer) { p.writeDrift(w, rep) })
	})
}

func toJSON(rep portfolio.DriftReport, organisation string) driftJSON {
	m := rep.Day
	out := driftJSON{Roadmap: rep.Roadmap.Code, Organisation: organisation, Currency: rep.Roadmap.Currency, AsOf: m.Day, Method: m.Method, Projects: m.Projects,
		Interministerial: m.Interministerial, WithCost: m.WithCost, WithDates: m.WithDates, Cost: figures(m.Cost), Schedule: figures(m.Schedule), BySize: []bandJSON{}}
	if !m.SumCostOverflow {
		out.SumCost = &m.SumCost
	}
	if m.WithDates > 0 {
		out.MeanDurationDays = &m.MeanDurationDays
	}
	for _, b := range m.BySize {
		band := bandJSON{From: b.From, N: b.N, Mean: share(b.Mean), Aggregate: share(b.Aggregate)}
		if b.To > 0 {
			to := b.To
			band.To = &to
		}
		band.Schedule.N, band.Schedule.Mean, band.Schedule.Aggregate = b.ScheduleN, share(b.ScheduleMean), share(b.ScheduleAggreg)
		out.BySize = append(out.BySize, band)
	}
	if s := rep.Since; s != nil {
		out.Since = &sinceJSON{Date: s.Day, Entries: s.Entries, Exits: s.Exits, Cost: moves(s.Cost), Schedule: moves(s.Schedule)}
	}
	return out
}

func figures(f drift.Figures) figuresJSON {
	return figuresJSON{f.N, f.ReEstimated, f.Undefined, share(f.Mean), share(f.Aggregate), share(f.Median), share(f.Weighted)}
}

func moves(m drift.Moves) (out movesJSON) {
	out.Stayers.N, out.Stayers.Mean, out.Stayers.Aggregate = m.Stayers.N, share(m.Stayers.Mean), share(m.Stayers.Aggregate)
	out.Mean, out.Aggregate = move(m.Mean), move(m.Aggregate)
	return out
}

func move(c drift.Change) moveJSON {
	if !c.Defined {
		return moveJSON{}
	}
	return moveJSON{&c.Change, &c.Exits, &c.Real, &c.Entries}
}

func share(s drift.Share) bpOrNull {
	if !s.Defined {
		return nil
	}
	return &s.BP
}

// writeDrift writes the measure as tables for people.
func (p *program) writeDrift(out io.Writer, rep portfolio.DriftReport) {
	m, x, currency := rep.Day, p.text, rep.Roadmap.Currency
	fmt.Fprintln(out, x.T("drift.head", rep.Roadmap.Name, m.Day, m.Projects, m.Interministerial))
	sum := orDash(x.MoneyShort(m.SumCost, currency), m.SumCostOverflow)
	fmt.Fprintln(out, x.T("drift.sums", m.WithCost, sum, m.WithDates, m.MeanDurationDays))
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, x.T("drift.columns"))
	for _, row := range []struct {
		key string
		f   drift.Figures
	}{{"drift.cost", m.Cost}, {"drift.schedule", m.Schedule}} {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", x.T(row.key), row.f.N, row.f.ReEstimated, row.f.Undefined,
			x.Percent(share(row.f.Mean)), x.Percent(share(row.f.Aggregate)), x.Percent(share(row.f.Median)), x.Percent(share(row.f.Weighted)))
	}
	_ = w.Flush()
	if s := rep.Since; s != nil {
		fmt.Fprintln(out, x.T("drift.since", s.Day, s.Entries, s.Exits))
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, x.T("drift.since_columns"))
		for _, row := range []struct {
			key string
			c   drift.Change
		}{{"drift.cost_mean", s.Cost.Mean}, {"drift.cost_aggregate", s.Cost.Aggregate}, {"drift.schedule_mean", s.Schedule.Mean}, {"drift.schedule_aggregate", s.Schedule.Aggregate}} {
			v := move(row.c)
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", x.T(row.key), x.Percent(v.Change), x.Percent(v.Exits), x.Percent(v.Real), x.Percent(v.Entries))
		}
		_ = w.Flush()
	}
	fmt.Fprintln(out, x.T("drift.method", m.Method))
}

// orDash leaves out a sum that does not fit.
func orDash(s string, overflow bool) string {
	if overflow {
		return "–"
	}
	return s
}
