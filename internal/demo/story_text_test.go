package demo

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// typography lists what French typesetting does not allow in a text. Narrow no-break spaces stand
// before ; : ! ? and in numbers, no-break spaces inside « » and before units.
var typography = []struct {
	name string
	bad  *regexp.Regexp
}{
	{"straight apostrophe", regexp.MustCompile(`'`)},
	{"straight quote", regexp.MustCompile(`"`)},
	{"plain space before a mark", regexp.MustCompile(` [;:!?»%€]`)},
	{"plain space after an opening quote", regexp.MustCompile(`« `)},
	{"no narrow space before a mark", regexp.MustCompile(`[\pL\d)»][;!?]`)},
	{"no narrow space before a colon", regexp.MustCompile(`\pL:(\s|$)`)},
	{"plain space in a number", regexp.MustCompile(`\d \d{3}\b`)},
	{"plain space before a unit", regexp.MustCompile(`\d (k€|M€|€|%)`)},
	{"two spaces", regexp.MustCompile(`  `)},
	{"space at an end", regexp.MustCompile(`^\s|\s$`)},
	{"mark left", regexp.MustCompile(`[{}]`)},
	{"three dots", regexp.MustCompile(`\.\.\.`)},
	{"control character", regexp.MustCompile(`[\x00-\x1f\x7f]`)},
}

// texts calls visit with every string of a value.
func texts(path string, v reflect.Value, visit func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				texts(path+"."+f.Name, v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(path, v.Index(i), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			texts(path, v.Elem(), visit)
		}
	}
}

func TestTypography(t *testing.T) {
	eachDay(t, func(t *testing.T, s Story) {
		texts("story", reflect.ValueOf(s), func(path, text string) {
			if strings.HasSuffix(path, ".Cadence") { // a rule, not a text
				return
			}
			for _, rule := range typography {
				if found := rule.bad.FindString(text); found != "" {
					t.Errorf("%s: %s %q in %q", path, rule.name, found, text)
				}
			}
		})
	})
}

// TestSentences holds what is told in sentences to beginning with a capital and to ending.
func TestSentences(t *testing.T) {
	s := Unroll(tellingDays[0])
	sentence := regexp.MustCompile(`^[\p{Lu}\d«].*[.?!»]$`)
	seen := map[string]string{}
	for _, r := range s.Roadmaps {
		for _, p := range r.Projects {
			if !sentence.MatchString(p.Need) || seen[p.Need] != "" {
				t.Errorf("%s: need %q", p.Code, p.Need)
			}
			seen[p.Need] = p.Code
			for _, st := range p.Statuses {
				if !sentence.MatchString(st.Summary) {
					t.Errorf("%s on %s: summary %q", p.Code, st.On, st.Summary)
				}
				if st.Question != "" && !strings.HasSuffix(st.Question, "?") {
					t.Errorf("%s on %s: question %q", p.Code, st.On, st.Question)
				}
			}
		}
	}
	for _, d := range s.Decisions {
		if !sentence.MatchString(d.Reason) || !strings.HasSuffix(d.Question, "?") {
			t.Errorf("%s: %q %q", d.Reference, d.Question, d.Reason)
		}
	}
}
