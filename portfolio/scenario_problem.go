package portfolio

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// problem poses the content to the engine. Subjects bear their keys, themes their codes. What was spent of a year already is nobody's choice any more: it is taken off the limit. Where what
// runs already goes beyond a limit, and nobody decided so here, it keeps everything else out instead of making a selection impossible: the gauge says that it is over. percentile is 50 or 80.
func (c *scenarioContent) problem(percentile int) (selection.Problem, error) {
	p := selection.Problem{Projects: make([]selection.Project, len(c.Subjects)), Limits: map[string]int64{}, Themes: map[string]selection.Theme{}}
	for i, s := range c.Subjects {
		x, err := c.posed(s, percentile)
		if err != nil {
			return p, err
		}
		p.Projects[i] = x
	}
	running := map[string]int64{}
	for i, s := range c.Subjects {
		if s.kind() == KindProject && s.Force == ForceIn && !s.Own {
			for key, n := range p.Projects[i].Uses {
				running[key] = min(running[key]+n, mostLimit)
			}
		}
	}
	for _, l := range c.Limits {
		limit := l.limit()
		if limit == nil {
			continue
		}
		p.Limits[l.Key] = max(*limit-l.Spent, running[l.Key], 0)
		if l.Kind == GaugeCredit {
			p.FrontierKeys = append(p.FrontierKeys, l.Key)
		}
	}
	for _, t := range c.Themes {
		if x, asked := c.asked(t); asked {
			p.Themes[t.Code] = x
		}
	}
	return p, nil
}

// asked is what is asked of a theme. Its share is one of the credits of every year and section that is limited.
func (c *scenarioContent) asked(t contentTheme) (selection.Theme, bool) {
	x := selection.Theme{MinProjects: t.MinProjects, MinValueBP: int64(t.MinValue)}
	if t.MaxShare != nil {
		x.MaxUseBP = map[string]int64{}
		for _, l := range c.Limits {
			if l.Kind == GaugeCredit && l.limit() != nil {
				x.MaxUseBP[l.Key] = int64(*t.MaxShare)
			}
		}
	}
	return x, t.MinProjects > 0 || t.MinValue > 0 || len(x.MaxUseBP) > 0
}

// posed is one subject as the engine sees it.
func (c *scenarioContent) posed(s contentSubject, percentile int) (selection.Project, error) {
	uses, err := c.uses(s, percentile, 0)
	if err != nil {
		return selection.Project{}, err
	}
	p := selection.Project{ID: s.Subject.Key(), Value: s.Points, Uses: uses, Theme: c.theme(s.Theme).Code}
	switch {
	case s.Force == ForceIn:
		p.Forced = selection.ForcedIn
	case s.Force == ForceOut, len(s.Missing) > 0:
		p.Forced = selection.ForcedOut
	}
	for _, o := range s.Requires {
		p.Requires = append(p.Requires, o.Key())
	}
	for _, o := range s.Excludes {
		p.Excludes = append(p.Excludes, o.Key())
	}
	if s.MayShift {
		later, err := c.uses(s, percentile, 1)
		if err != nil {
			return p, err
		}
		p.Starts = []selection.Start{{Shift: 1, Uses: later}}
	}
	return p, nil
}

// uses is what a subject uses of every key when it starts so many years later.
func (c *scenarioContent) uses(s contentSubject, percentile, shift int) (map[string]int64, error) {
	out := map[string]int64{}
	add := func(key string, n int64) error {
		if n == 0 {
			return nil
		}
		if out[key] += n; out[key] > mostLimit || out[key] < 0 {
			return fault.Invalid("scenario.too_large", s.Code)
		}
		return nil
	}
	for _, x := range s.Costs {
		amount, ok := c.at(percentile).of(x.Amount)
		if !ok || int64(amount) > mostLimit {
			return nil, fault.Invalid("scenario.too_large", s.Code)
		}
		if err := add(CreditKey{x.Year + shift, x.Section}.String(), int64(amount)); err != nil {
			return nil, err
		}
	}
	for _, n := range s.Skills {
		if err := add(skillKey(n.Skill, n.Quarter.Add(4*shift)), n.Tenths); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// at is the uplift of a percentile.
func (c *scenarioContent) at(percentile int) Uplift {
	if percentile == P80 {
		return c.P80
	}
	return c.P50
}

// of is an estimate with what is added to it, rounded once. It is false when the sum leaves 64 bits.
func (u Uplift) of(a money.Amount) (money.Amount, bool) {
	if u.BP == 0 {
		return a, true
	}
	v := new(big.Rat).SetInt64(int64(a))
	v.Mul(v, big.NewRat(10_000+int64(u.BP), 10_000))
	n := money.Round(v)
	return money.Amount(n.Int64()), n.IsInt64()
}

// hashOf is the fingerprint of a problem: two that are alike have one answer.
func hashOf(p selection.Problem) (string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write selection problem: %w", err)
	}
	return fingerprint(string(text)), nil
}

func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// unposable are the problems that a roadmap can pose and the engine cannot weigh. Whatever else it refuses is a mistake of ours.
var unposable = map[string]string{
	selection.CodeCyclic:   "scenario.problem.cyclic",
	selection.CodeTooMany:  "scenario.problem.too_many",
	selection.CodeTooLarge: "scenario.problem.too_large",
	selection.CodeOverflow: "scenario.problem.too_large",
}

// posable turns a problem that cannot be posed into a fault that says of what it speaks, by its code.
func (c *scenarioContent) posable(err error) error {
	var bad *selection.Error
	if !errors.As(err, &bad) || unposable[bad.Code] == "" {
		return fmt.Errorf("pose selection problem: %w", err)
	}
	subject := bad.Subject
	if s := c.named(subject); s != nil {
		subject = s.Code
	}
	return fault.Conflict(unposable[bad.Code], subject)
}
