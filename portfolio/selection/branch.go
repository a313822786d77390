package selection

import (
	"cmp"
	"math"
	"slices"
)

// option is a column that could be branched on, and what its two parts are expected to lose.
type option struct {
	row   int // of the tableau
	col   int
	part  float64 // its value
	loss  [2]float64
	score float64
}

// Reliability branching (Achterberg, Koch, Martin, "Branching rules revisited", 2005): what a split costs is looked up among what splits on the
// column cost so far; as long as there are few of them it is tried out.
const (
	reliable   = 4  // splits on a column until their mean is trusted
	probesMost = 8  // columns tried out at a node
	probeSteps = 12 // pivots of a trial
	patience   = 5  // trials without a better column
	leastLoss  = 1e-7
)

// branching picks the column to split on: the one whose two parts are expected to lose most. −1: all columns are whole.
func (s *search) branching() int {
	s.options = s.options[:0]
	for i, v := range s.lp.basic {
		if int(v) >= s.lp.n || s.lp.low[v] == s.lp.high[v] { // a fixed one is a fraction where the relaxation was cut off before its end
			continue
		}
		if f := s.lp.x[i]; f > 1e-6 && f < 1-1e-6 {
			s.options = append(s.options, s.option(i, int(v), f))
		}
	}
	if len(s.options) == 0 {
		return -1
	}
	slices.SortFunc(s.options, func(a, b option) int { return cmp.Or(cmp.Compare(b.score, a.score), a.col-b.col) })
	best, probes, idle := s.options[0], 0, 0
	if s.trusted(best.col) || len(s.options) == 1 {
		return best.col
	}
	best.score = -1
	for _, o := range s.options {
		if !s.trusted(o.col) {
			if probes == probesMost {
				continue
			}
			probes++
			s.probe(&o)
		}
		if o.score > best.score {
			best, idle = o, 0
		} else if idle++; idle > patience {
			break
		}
	}
	return best.col
}

func (s *search) trusted(col int) bool {
	return s.counts[0][col] >= reliable && s.counts[1][col] >= reliable
}

// option estimates a split: by what splits on the column cost, or on all columns, and as long as they are few at least by the first step of the dual (Driebeek's penalties).
func (s *search) option(row, col int, f float64) option {
	o := option{row: row, col: col, part: f}
	if !s.trusted(col) {
		o.loss[0], o.loss[1] = s.penalties(row, f)
	}
	for v, part := range [2]float64{f, 1 - f} {
		gain := 0.0
		if c := s.counts[v][col]; c > 0 {
			gain = s.gains[v][col] / c
		} else if s.allCount[v] > 0 {
			gain = s.allGain[v] / s.allCount[v]
		}
		o.loss[v] = max(o.loss[v], gain*part)
	}
	o.rate()
	return o
}

func (o *option) rate() { o.score = max(o.loss[0], leastLoss) * max(o.loss[1], leastLoss) }

// probe tries out both parts of a split with a few pivots each.
func (s *search) probe(o *option) {
	before := s.lp.value
	floor := s.floor()
	for v := range int8(2) {
		part := o.part
		if v == 1 {
			part = 1 - part
		}
		mark := len(s.dom.trail)
		loss := math.Inf(1)
		if s.dom.fix(o.col, v) && s.dom.propagate() {
			if s.trial == nil {
				s.trial = &tableau{}
			}
			s.trial.copy(s.lp)
			out := s.trial.solve(floor, probeSteps)
			if out != void && out != cutOff {
				loss = max(0, before-s.trial.value)
			}
		}
		s.dom.undo(mark)
		if math.IsInf(loss, 1) {
			// Nothing is in this part: the split closes it at once, which is as good as a large loss.
			loss = 4 * max(before-floor, leastLoss)
			if math.IsInf(floor, -1) {
				loss = 4 * max(s.allGain[v]/max(1, s.allCount[v]), leastLoss)
			}
		} else {
			s.note(int(v), o.col, loss/part)
		}
		o.loss[v] = max(o.loss[v], loss)
	}
	o.rate()
}

// copy makes the tableau the same as another one of the same program.
func (t *tableau) copy(o *tableau) {
	t.p, t.n, t.rows, t.cols, t.low, t.high, t.work, t.scale, t.base, t.limit = o.p, o.n, o.rows, o.cols, o.low, o.high, o.work, o.scale, o.base, o.limit
	t.size(o.m, o.w)
	copy(t.t, o.t)
	copy(t.d, o.d)
	copy(t.basic, o.basic)
	copy(t.outside, o.outside)
	copy(t.upper, o.upper)
	copy(t.x, o.x)
	copy(t.at, o.at)
	t.value, t.pivots = o.value, min(o.pivots, refresh-probeSteps)
	*t.work += int64(len(t.t) / 4)
}

// penalties gives what the relaxation loses at least when the variable of a row goes to 0 or to 1.
func (s *search) penalties(i int, f float64) (down, up float64) {
	t := s.lp
	down, up = math.Inf(1), math.Inf(1)
	row := t.t[i*t.w : i*t.w+t.w]
	for j, a := range row {
		if math.Abs(a) <= tiny {
			continue
		}
		if v := t.outside[j]; int(v) < t.n && t.low[v] == t.high[v] {
			continue
		}
		if t.upper[j] {
			a = -a
		}
		r := math.Abs(t.d[j] / a)
		if a > 0 { // the column's step lowers the variable
			down = math.Min(down, r)
		} else {
			up = math.Min(up, r)
		}
	}
	return down * f, up * (1 - f)
}

// learn notes what the split that led to a node cost.
func (s *search) learn(n *node) {
	s.note(int(n.v), int(n.col), math.Max(0, n.value-s.lp.value)/n.part)
	n.part = 0
}

func (s *search) note(v, col int, gain float64) {
	s.gains[v][col] += gain
	s.counts[v][col]++
	s.allGain[v] += gain
	s.allCount[v]++
}
