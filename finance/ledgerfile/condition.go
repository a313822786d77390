package ledgerfile

import "strings"

// matcher holds a condition made ready: values in lower case.
type matcher struct {
	slot     slot
	values   map[string]bool
	prefixes []string
	not      bool
}

func newMatcher(c Condition) matcher {
	m := matcher{slot: slotOf(c.Field), values: map[string]bool{}, not: c.Not}
	for _, v := range c.Values {
		m.values[strings.ToLower(strings.TrimSpace(v))] = true
	}
	for _, p := range c.Prefixes {
		m.prefixes = append(m.prefixes, strings.ToLower(strings.TrimSpace(p)))
	}
	return m
}

func newMatchers(list []Condition) []matcher {
	out := make([]matcher, len(list))
	for i, c := range list {
		out[i] = newMatcher(c)
	}
	return out
}

func (m matcher) holds(values *[slots]string) bool {
	text := strings.ToLower(values[m.slot])
	hit := m.values[text]
	for _, p := range m.prefixes {
		hit = hit || strings.HasPrefix(text, p)
	}
	return hit != m.not
}

func holdsAny(list []matcher, values *[slots]string) bool {
	for _, m := range list {
		if m.holds(values) {
			return true
		}
	}
	return false
}

func holdsAll(list []matcher, values *[slots]string) bool {
	for _, m := range list {
		if !m.holds(values) {
			return false
		}
	}
	return true
}
