package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"jalon/portfolio/selection"
	"jalon/views"
)

// selectText writes a selection for people.
type selectText struct {
	views.Printer
	out     io.Writer
	problem selection.Problem
	a       selection.Answer
}

func (x selectText) write(seconds float64) {
	switch x.a.Status {
	case selection.Infeasible:
		x.line("select.infeasible")
		for _, r := range x.a.Conflict {
			fmt.Fprintln(x.out, "  "+x.rule(r))
		}
		if !x.a.Irreducible {
			x.line("select.conflict_open")
		}
	case selection.Unknown:
		x.line("select.unknown")
	default:
		if x.a.Status == selection.Optimal {
			x.line("select.optimal", x.a.Value)
		} else {
			x.line("select.feasible", x.a.Value, x.a.Bound, x.gap(x.a.GapBP))
		}
		x.selected()
		x.limits()
	}
	x.beside()
	whole, part, _ := strings.Cut(fmt.Sprintf("%.2f", seconds), ".")
	x.line("select.effort", x.T("select.decimal", whole, part), x.a.Work)
}

func (x selectText) line(key string, args ...any) { fmt.Fprintln(x.out, x.T(key, args...)) }

// table writes rows under the headings of a key, below a title; nothing when there are none.
func (x selectText) table(title, headings string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(x.out)
	fmt.Fprintln(x.out, title)
	w := tabwriter.NewWriter(x.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "  "+headings)
	for _, cells := range rows {
		fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	_ = w.Flush()
}

// gap writes basis points with both decimals: what is left to prove may be small.
func (x selectText) gap(bp int64) string {
	return x.T("select.percent", bp/100, fmt.Sprintf("%02d", bp%100))
}

// list writes ids, or a dash for none.
func (x selectText) list(ids []string) string {
	if len(ids) == 0 {
		return views.Dash
	}
	clean := make([]string, len(ids))
	for i, id := range ids {
		clean[i] = oneLine(id)
	}
	return strings.Join(clean, ", ")
}

func (x selectText) rule(r selection.Rule) string {
	return x.T(map[string]string{selection.RuleLimit: "select.rule.limit", selection.RuleRequires: "select.rule.requires", selection.RuleExcludes: "select.rule.excludes",
		selection.RuleForced: "select.rule.forced", selection.RuleTheme: "select.rule.theme"}[r.Rule], oneLine(r.Subject))
}

// sure says whether something is proven.
func (x selectText) sure(proven bool) string {
	if proven {
		return x.T("select.proven")
	}
	return x.T("select.open")
}

func (x selectText) selected() {
	in := map[string]bool{}
	for _, id := range x.a.Selected {
		in[id] = true
	}
	var rows [][]string
	for _, c := range x.problem.Projects {
		if !in[c.ID] {
			continue
		}
		value, shift := c.Value, views.Dash
		if s := x.a.Starts[c.ID]; s > 0 {
			shift = "+" + x.Int(s)
			for _, o := range c.Starts {
				if o.Shift == s && o.Value != nil {
					value = *o.Value
				}
			}
		}
		rows = append(rows, []string{oneLine(c.ID), x.Int(value), shift, oneLine(c.Theme)})
	}
	x.table(x.N("select.selected", len(rows)), x.T("select.selected_columns"), rows)
}

func (x selectText) limits() {
	var rows [][]string
	for _, key := range slices.Sorted(maps.Keys(x.a.Used)) {
		limit, share := views.Dash, views.Dash
		if l, ok := x.problem.Limits[key]; ok {
			limit = x.Int(l)
			if l > 0 { // rounded down: it is not full while a unit is left
				share = x.T("select.share", x.a.Used[key]*100/l)
			}
		}
		rows = append(rows, []string{oneLine(key), x.Int(x.a.Used[key]), limit, share})
	}
	x.table(x.T("select.limits"), x.T("select.limits_columns"), rows)
}

// beside writes what was asked for beside the selection.
func (x selectText) beside() {
	var points, prices, refused, others [][]string
	for _, p := range x.a.Frontier {
		points = append(points, []string{x.Int(p.Total), x.Int(p.Value), x.Int(p.Bound), x.gap(p.GapBP), x.Int(int64(len(p.Selected)))})
	}
	x.table(x.T("select.frontier"), x.T("select.frontier_columns"), points)
	for _, f := range x.a.Forced {
		sure := x.T("select.between", f.AtLeast, f.AtMost)
		if f.Proven {
			sure = x.sure(true)
		}
		prices = append(prices, []string{oneLine(f.ID), x.Int(f.ValueGivenUp), sure, x.list(f.PushedOut)})
	}
	x.table(x.T("select.forced"), x.T("select.forced_columns"), prices)
	for _, r := range x.a.Refused {
		refused = append(refused, x.refused(r))
	}
	x.table(x.T("select.refused"), x.T("select.refused_columns"), refused)
	if n := x.a.Next; n != nil {
		fmt.Fprintln(x.out)
		x.line("select.next", n.Amount, n.Gained, x.sure(n.AtLeast == n.AtMost))
		x.line("select.next_moves", x.list(n.Enters), x.list(n.Leaves))
	}
	for _, o := range x.a.Alternatives {
		others = append(others, []string{x.Int(o.Value), x.Int(-o.Lost), x.list(o.Enters), x.list(o.Leaves)})
	}
	x.table(x.T("select.alternatives"), x.T("select.alternatives_columns"), others)
	if x.a.Alternatives != nil && len(others) == 0 {
		x.line("select.no_alternative")
	}
}

func (x selectText) refused(r selection.Refusal) []string {
	why := []string{}
	for _, key := range r.Binding {
		why = append(why, oneLine(key))
	}
	for _, rule := range r.Rules {
		if rule.Rule == selection.RuleForced {
			why = append(why, x.T("select.rule.out", oneLine(rule.Subject)))
			continue
		}
		why = append(why, x.rule(rule))
	}
	swap := x.list(r.Swap)
	switch {
	case r.Swap == nil && r.SwapProven:
		swap = x.T("select.no_swap")
	case !r.SwapProven:
		swap += " " + x.T("select.open")
	}
	extra := x.T("select.no_extra")
	if r.Extra != nil {
		parts := []string{}
		for _, key := range slices.Sorted(maps.Keys(r.Extra)) {
			parts = append(parts, x.T("select.extra", oneLine(key), r.Extra[key]))
		}
		extra = x.list(parts)
	}
	return []string{oneLine(r.ID), x.list(why), swap, extra}
}
