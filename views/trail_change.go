package views

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// TrailChange is one value that an entry of the trail speaks of. Where Compared is false there is only After.
type TrailChange struct {
	Field, Before, After string
	Compared             bool
}

// flatDepth is how deep values are taken apart, and flatText how much of a long one is shown; all of it stands beside, as it
// was written down.
const (
	flatDepth = 5
	flatText  = 300
)

// readChanges takes the details of an entry apart: what differs between before and after, and what stands beside them.
func (p Printer) readChanges(details string) []TrailChange {
	decoder := json.NewDecoder(strings.NewReader(details))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return nil
	}
	fields, ok := root.(map[string]any)
	if !ok {
		return p.listed(root)
	}
	_, hasBefore := fields["before"]
	_, hasAfter := fields["after"]
	if !hasBefore && !hasAfter {
		return p.listed(root)
	}
	out := p.compared(fields["before"], fields["after"])
	rest := maps.Clone(fields)
	delete(rest, "before")
	delete(rest, "after")
	return append(out, p.listed(rest)...)
}

// compared lists the values that differ.
func (p Printer) compared(before, after any) []TrailChange {
	was, is := map[string]string{}, map[string]string{}
	p.flatten("", before, flatDepth, was)
	p.flatten("", after, flatDepth, is)
	names := slices.Sorted(maps.Keys(is))
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, both := is[name]; !both {
			names = append(names, name)
		}
	}
	var out []TrailChange
	for _, name := range names {
		if was[name] != is[name] && name != p.fieldName("Version") {
			out = append(out, TrailChange{Field: name, Before: orDash(was[name]), After: orDash(is[name]), Compared: true})
		}
	}
	return out
}

// hollow are values that say that nothing was said.
var hollow = map[string]bool{"": true, "0": true, "0001-01-01T00:00:00Z": true}

// listed lists values that are compared with nothing, without the hollow ones.
func (p Printer) listed(v any) []TrailChange {
	flat := map[string]string{}
	p.flatten("", v, flatDepth, flat)
	if alone, ok := flat[""]; ok { // a single value, under no name
		return []TrailChange{{Field: p.T("trail.details"), After: orDash(alone)}}
	}
	var out []TrailChange
	for _, name := range slices.Sorted(maps.Keys(flat)) {
		if !hollow[flat[name]] {
			out = append(out, TrailChange{Field: name, After: flat[name]})
		}
	}
	return out
}

func orDash(s string) string {
	if s == "" {
		return Dash
	}
	return s
}

// flatten writes every single value under the names that lead to it.
func (p Printer) flatten(name string, v any, depth int, out map[string]string) {
	switch x := v.(type) {
	case map[string]any:
		if depth > 0 {
			for key, value := range x {
				p.flatten(joined(name, p.fieldName(key)), value, depth-1, out)
			}
			return
		}
	case []any:
		if depth > 0 && !scalars(x) {
			for i, value := range x {
				p.flatten(joined(name, number(i)), value, depth-1, out)
			}
			return
		}
	}
	out[name] = p.flatValue(v)
}

// scalars tells that a list holds single values only: then it reads best in one line.
func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}

func joined(name, next string) string {
	if name == "" {
		return next
	}
	return name + " › " + next
}

func (p Printer) flatValue(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return shortened(x)
	case bool:
		return p.yesNo(x)
	case json.Number:
		return x.String()
	case []any:
		if scalars(x) {
			texts := make([]string, len(x))
			for i, item := range x {
				texts[i] = p.flatValue(item)
			}
			return shortened(strings.Join(texts, ", "))
		}
	}
	text, err := json.Marshal(v)
	if err != nil { // it was read from JSON: it can be written as JSON
		return ""
	}
	return shortened(string(text))
}

func shortened(s string) string {
	if runes := []rune(s); len(runes) > flatText {
		return string(runes[:flatText]) + "…"
	}
	return s
}

// fieldName says the name of a field in the reader's language where there is a word for it, else as it was written down.
func (p Printer) fieldName(key string) string {
	if name := "field." + snake(key); p.Has(name) {
		return p.T(name)
	}
	return key
}

// snake writes TimeZone as time_zone and RoadmapID as roadmap_id.
func snake(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]))) && runes[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
