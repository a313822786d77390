package projectfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

func TestBuiltInProfiles(t *testing.T) {
	for _, name := range BuiltInNames() {
		p, ok := BuiltIn(name)
		if !ok || p.Name != name {
			t.Errorf("BuiltIn(%q) = %q, %v", name, p.Name, ok)
		}
		if err := p.Validate().Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// A built-in profile, renamed, is a profile file that means the same.
		p.Name = "own"
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseProfile(data)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s does not survive JSON: %v\n%+v\n%+v", name, err, back, p)
		}
	}
	if _, ok := BuiltIn("none"); ok {
		t.Error("a profile that does not exist")
	}
	a, _ := BuiltIn("panorama")
	a.Phases["Cadrage"] = PhaseRun
	if b, _ := BuiltIn("panorama"); b.Phases["Cadrage"] != PhaseFraming {
		t.Error("a caller can change a built-in profile")
	}
}

func TestParseProfileRefuses(t *testing.T) {
	const good = `"name":"own","version":1,"fields":{"name":["Projet"]},"required":["name"]`
	for _, tc := range []struct{ name, text, key string }{
		{"no JSON", "Projet;Coût", "grid.profile_syntax"},
		{"unknown setting", `{` + good + `,"colour":"red"}`, "grid.profile_unknown"},
		{"two objects", `{` + good + `}{}`, "grid.profile_syntax"},
		{"wrong type", `{"name":1}`, "grid.profile_type"},
		{"too large", strings.Repeat(" ", grid.MaxProfileBytes+1), "grid.too_large_profile"},
	} {
		_, err := ParseProfile([]byte(tc.text))
		if err == nil {
			t.Errorf("%s: no error", tc.name)
			continue
		}
		wantKey(t, err, tc.key)
	}
	if _, err := ParseProfile([]byte("\ufeff{" + good + "}\n")); err != nil {
		t.Errorf("a sound profile: %v", err)
	}
	_, err := ParseProfile([]byte(strings.Replace("{"+good+"}", "own", "jalon", 1)))
	if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "grid.profile_name_taken" {
		t.Errorf("the name of a built-in profile: %v", err)
	}
}

func TestValidateProfile(t *testing.T) {
	for _, tc := range []struct {
		field, key string
		change     func(*Profile)
	}{
		{"name", "grid.profile_name", func(p *Profile) { p.Name = "Été" }},
		{"version", "projectfile.profile_version", func(p *Profile) { p.Version = 0 }},
		{"files", "projectfile.profile_choice", func(p *Profile) { p.Files = []string{"ods"} }},
		{"encoding", "projectfile.profile_choice", func(p *Profile) { p.Encoding = "ebcdic" }},
		{"separators", "projectfile.profile_choice", func(p *Profile) { p.Separators = []string{""} }},
		{"currency", "projectfile.profile_currency", func(p *Profile) { p.Currency = "FRF" }},
		{"fiscal_year_start", "projectfile.profile_fiscal", func(p *Profile) { p.FiscalYearStart = "31-02" }},
		{"cost_unit", "projectfile.profile_unit", func(p *Profile) { p.CostUnit = -1 }},
		{"decimal", "projectfile.profile_choice", func(p *Profile) { p.Decimal = "," }},
		{"date_order", "projectfile.profile_choice", func(p *Profile) { p.DateOrder = "dmy" }},
		{"serials", "projectfile.profile_choice", func(p *Profile) { p.Serials = "1970" }},
		{"fields", "projectfile.profile_field", func(p *Profile) { p.Fields["colour"] = []string{"Couleur"} }},
		{"fields", "projectfile.profile_field", func(p *Profile) { p.Fields[FieldAsOf] = []string{"Date"} }},
		{"fields", "projectfile.profile_no_header", func(p *Profile) { p.Fields[FieldTheme] = nil }},
		{"fields", "projectfile.profile_no_header", func(p *Profile) { p.Fields[FieldTheme] = []string{"—"} }},
		{"fields", "projectfile.profile_header_twice", func(p *Profile) { p.Fields[FieldTheme] = []string{"COUT"} }},
		{"required", "projectfile.profile_required", func(p *Profile) { p.Required = nil }},
		{"required", "projectfile.profile_no_header", func(p *Profile) { p.Required = []Field{FieldTheme} }},
		{"required", "projectfile.profile_series_date", func(p *Profile) { p.Series = &Series{} }},
		{"phases", "projectfile.profile_phase", func(p *Profile) { p.Phases["x"] = "doing" }},
		{"phases", "projectfile.profile_phrase_twice", func(p *Profile) { p.Phases["CADRAGE"] = PhaseRun }},
		{"no", "projectfile.profile_phrase_twice", func(p *Profile) { p.No = []string{"OUI"} }},
		{"series", "projectfile.profile_tolerance", func(p *Profile) {
			p.Fields[FieldAsOf], p.Required, p.Series = []string{"Date"}, []Field{FieldAsOf}, &Series{CostTolerance: -1}
		}},
	} {
		t.Run(tc.key, func(t *testing.T) {
			fields := small(tc.change).Validate()
			if len(fields) != 1 || fields[0].Name != tc.field || fields[0].Key != tc.key {
				t.Errorf("fields %+v, want one %s %s", fields, tc.field, tc.key)
			}
		})
	}
	p := small()
	delete(p.Fields, FieldName)
	delete(p.Fields, FieldCode)
	p.Required = []Field{FieldCost}
	if fields := p.Validate(); len(fields) != 1 || fields[0].Key != "projectfile.profile_no_key" {
		t.Errorf("a profile without name and code: %+v", fields)
	}
}

func documentation(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "project-lists.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The page for users explains every finding and every field, and its example works as it stands.
func TestDocumentation(t *testing.T) {
	page := documentation(t)
	for _, code := range Codes() {
		if !strings.Contains(page, "| `"+code+"` |") {
			t.Errorf("the finding %s is not explained", code)
		}
	}
	for _, f := range append(listFields, seriesFields...) {
		if !strings.Contains(page, "`"+string(f)+"`") {
			t.Errorf("the field %s is not explained", f)
		}
	}
	settings := reflect.TypeFor[Profile]()
	for i := range settings.NumField() {
		tag, _, _ := strings.Cut(settings.Field(i).Tag.Get("json"), ",")
		if !strings.Contains(page, "`"+tag+"`") {
			t.Errorf("the setting %s is not explained", tag)
		}
	}
	profile, err := ParseProfile([]byte(fenced(t, page, "json")))
	if err != nil {
		t.Fatalf("the example profile: %v", err)
	}
	l, err := Read([]byte(fenced(t, page, "csv")), "example.csv", profile, money.EUR)
	if err != nil {
		t.Fatalf("the example file: %v", err)
	}
	const want = "7 Avancement phase.unknown [à voir]\n7 Budget number.ambiguous [1.250]\n8 Fin prévue end.before_start [2026-03-01 2025-12-31]\n"
	if got := show(l); len(l.Rows) != 3 || got != want {
		t.Errorf("the example gives %d rows and\n%swant 3 and\n%s", len(l.Rows), got, want)
	}
}

// fenced gives the first code block of a language.
func fenced(t *testing.T, page, lang string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "\n```"+lang+"\n")
	block, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatalf("no %s block", lang)
	}
	return block + "\n"
}
