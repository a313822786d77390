package main

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"text/tabwriter"
)

func nothing() run { return run{value: math.NaN(), bound: math.NaN()} }

// value reads a number as solvers write it; their signs differ for problems to maximise.
func value(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return math.Abs(v)
}

// last gives the last number that an expression finds.
func last(re *regexp.Regexp, text string) float64 {
	all := re.FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return math.NaN()
	}
	return value(all[len(all)-1][1])
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// percent is by how much a value is below something, of that.
func percent[T int64 | float64](of T, value float64) string {
	if o := float64(of); o > 0 && !math.IsNaN(o) && !math.IsNaN(value) {
		return fmt.Sprintf("%.3f%%", 100*(o-value)/o)
	}
	return "–"
}

// summary prints for each set and solver how many problems were proven, the median processor time, and the gaps to the best known value, which is the list's or the
// best of all solvers.
func summary(all []run) {
	type group struct{ set, solver string }
	var order []group
	by, best := map[group][]run{}, map[string]float64{}
	for _, r := range all {
		best[r.problem] = max(best[r.problem], float64(r.best))
		if r.best == 0 && r.value > best[r.problem] {
			best[r.problem] = r.value
		}
		g := group{r.set, r.solver}
		if by[g] == nil {
			order = append(order, g)
		}
		by[g] = append(by[g], r)
	}
	fmt.Println()
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tsolver\tproblems\tproven\tmedian CPU s\tmean gap to its bound\tworst\tmean gap to best known\tworst\t")
	for _, g := range order {
		proven := 0
		var bounds, bests spread
		for _, r := range by[g] {
			if r.proven {
				proven++
			}
			bounds.add(r.bound, r.value)
			bests.add(best[r.problem], r.value)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.2f\t%s\t%s\t%s\t%s\t\n", g.set, g.solver, len(by[g]), proven, medianCPU(by[g]), bounds.mean(), bounds.most(), bests.mean(), bests.most())
	}
	_ = w.Flush()
}

// spread collects gaps in per cent.
type spread struct {
	sum, worst float64
	n          int
}

func (s *spread) add(of, value float64) {
	if of <= 0 || math.IsNaN(of) || math.IsNaN(value) {
		return
	}
	gap := 100 * (of - value) / of
	s.sum, s.worst, s.n = s.sum+gap, max(s.worst, gap), s.n+1
}

func (s *spread) mean() string { return s.text(s.sum / float64(max(1, s.n))) }
func (s *spread) most() string { return s.text(s.worst) }

func (s *spread) text(v float64) string {
	if s.n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f%%", v)
}
