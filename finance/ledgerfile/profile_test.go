package ledgerfile

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

func TestBuiltIns(t *testing.T) {
	want := []string{"chorus-ae", "chorus-cp", "generic-fr", "generic-fr-commitments", "oxford", "pes", "totem"}
	if got := BuiltInNames(); !slices.Equal(got, want) {
		t.Errorf("built-in profiles %q, want %q", got, want)
	}
	for _, name := range BuiltInNames() {
		p, ok := BuiltIn(name)
		if !ok || p.Name != name {
			t.Fatalf("no profile %s", name)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// An authority starts from a built-in profile: as JSON it is the same one.
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseProfile(data)
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "grid.profile_name_taken" {
			t.Errorf("%s as JSON: %v", name, err)
		}
		own, err := ParseProfile([]byte(strings.Replace(string(data), `"name":"`+name+`"`, `"name":"own"`, 1)))
		p.Name = "own"
		if err != nil || !reflect.DeepEqual(own, p) {
			t.Errorf("%s came back from JSON as\n%+v, %v, want\n%+v", name, own, err, p)
		}
	}
	if _, ok := BuiltIn("sap"); ok {
		t.Error("a profile that there is none of")
	}
	if c, ok := oxford().FiscalCalendar(); !ok || c != (civil.FiscalCalendar{Month: time.April, Day: 1}) {
		t.Errorf("the fiscal year starts on %+v, %v", c, ok)
	}
	if _, ok := genericLedger().FiscalCalendar(); ok {
		t.Error("the generic profile leaves the fiscal year to the organisation")
	}
}

// Two calls give two profiles: what one does with its own is no matter to the other.
func TestBuiltInIsAFreshCopy(t *testing.T) {
	for _, name := range BuiltInNames() {
		a, _ := BuiltIn(name)
		for f := range a.Columns {
			a.Columns[f][0] = "changed"
		}
		a.NullTokens = append(a.NullTokens[:0], "changed")
		if b, _ := BuiltIn(name); strings.Contains(lineText(b), "changed") {
			t.Errorf("%s was changed for everybody", name)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Profile)
		key    string
	}{
		{"name", func(p *Profile) { p.Name = "Mon profil" }, "grid.profile_name"},
		{"version", func(p *Profile) { p.Version = 0 }, "ledger.profile_version"},
		{"format", func(p *Profile) { p.Format = "ods" }, "ledger.profile_choice"},
		{"purpose", func(p *Profile) { p.Purpose = "" }, "ledger.profile_choice"},
		{"currency", func(p *Profile) { p.Currency = "FRF" }, "ledger.currency_unknown"},
		{"fiscal year", func(p *Profile) { p.FiscalYearStart = "31-12" }, "ledger.profile_fiscal"},
		{"encoding", func(p *Profile) { p.Encoding = "ebcdic" }, "ledger.profile_choice"},
		{"separator", func(p *Profile) { p.Separators = []string{"#"} }, "ledger.profile_choice"},
		{"coverage", func(p *Profile) { p.Coverage = "all" }, "ledger.profile_choice"},
		{"file pattern", func(p *Profile) { p.Pattern = "(" }, "ledger.profile_pattern"},
		{"decimal", func(p *Profile) { p.Decimal = "," }, "ledger.profile_choice"},
		{"one mark for both", func(p *Profile) { p.Groups = []string{","} }, "ledger.profile_marks"},
		{"groups without a decimal mark", func(p *Profile) { p.Decimal, p.Groups = "", []string{"."} }, "ledger.profile_marks"},
		{"dates", func(p *Profile) { p.Dates = []string{"jj/mm/aaaa"} }, "ledger.profile_date"},
		{"dates in two orders", func(p *Profile) { p.Dates = []string{"DD/MM/YYYY", "YYYY-MM-DD", "MM/DD/YYYY"} }, "ledger.profile_dates_clash"},
		{"short dates in two orders", func(p *Profile) { p.Dates = []string{"DD/MM/YY", "YY/MM/DD"} }, "ledger.profile_dates_clash"},
		{"a foreign header of its own", func(p *Profile) { p.Foreign = []string{"ttc"} }, "ledger.profile_header_twice"},
		{"a foreign header of signs", func(p *Profile) { p.Foreign = []string{"--"} }, "ledger.profile_no_header"},
		{"stage", func(p *Profile) { p.Stage = "paid" }, "ledger.profile_choice"},
		{"status", func(p *Profile) { p.Status = "Payé" }, "ledger.profile_choice"},
		{"an unknown field", func(p *Profile) { p.Columns["colour"] = []string{"Couleur"} }, "ledger.profile_field"},
		{"a field without headers", func(p *Profile) { p.Columns[FieldLabel] = nil }, "ledger.profile_no_header"},
		{"a header of signs", func(p *Profile) { p.Columns[FieldLabel] = []string{"--"} }, "ledger.profile_no_header"},
		{"a header of two fields", func(p *Profile) { p.Columns[FieldLabel] = []string{"ttc"} }, "ledger.profile_header_twice"},
		{"nothing required", func(p *Profile) { p.Required = nil }, "ledger.profile_required"},
		{"required without a header", func(p *Profile) { p.Required = []Field{FieldInvoice} }, "ledger.profile_no_header"},
		{"a constant amount", func(p *Profile) { p.Constants = map[Field]string{FieldTTC: "1"} }, "ledger.profile_field"},
		{"no amount", func(p *Profile) { delete(p.Columns, FieldTTC); delete(p.Columns, FieldHT) }, "ledger.profile_no_amount"},
		{"an empty key", func(p *Profile) { p.Keys = []Key{{}} }, "ledger.profile_key"},
		{"a key of amounts", func(p *Profile) { p.Keys = []Key{{Fields: []Field{FieldTTC}}} }, "ledger.profile_field"},
		{"too many conditions", func(p *Profile) { p.Scope = make([]Condition, maxRules+1) }, "ledger.profile_many"},
		{"a condition on nothing", func(p *Profile) { p.Scope = []Condition{{Field: FieldManager}} }, "ledger.profile_condition"},
		{"a condition on an amount", func(p *Profile) { p.Orders = []Condition{{Field: FieldTTC, Values: []string{"0"}}} }, "ledger.profile_field"},
		{"a code of a date", func(p *Profile) { p.Codes = map[Field]Code{FieldDate: {Pad: 2}} }, "ledger.profile_field"},
		{"too many zeros", func(p *Profile) { p.Codes = map[Field]Code{FieldNature: {Pad: 41}} }, "ledger.profile_pad"},
		{"words of a text", func(p *Profile) { p.Values = map[Field]map[string]string{FieldLabel: {"a": "b"}} }, "ledger.profile_field"},
		{"a word for nothing known", func(p *Profile) { p.Values = map[Field]map[string]string{FieldFlow: {"a": "b"}} }, "ledger.profile_choice"},
		{"a total of no word", func(p *Profile) { p.Totals.Words = []string{"*"} }, "ledger.profile_total"},
		{"a total of a date", func(p *Profile) { p.Totals.Declared = []Declared{{"Total", FieldDate}} }, "ledger.profile_total"},
	} {
		p := small(tc.change)
		f := fault.As(p.Validate())
		if f == nil || !slices.ContainsFunc(f.Fields, func(b fault.Field) bool { return b.Key == tc.key }) {
			t.Errorf("%s: %v, want %s", tc.name, f, tc.key)
		}
		if _, _, err := readText(t, "Mandat;Date;TTC\n1;02/01/2026;1\n", p, Options{}); err == nil {
			t.Errorf("%s: a file was read by it", tc.name)
		}
	}
}

func TestParseProfile(t *testing.T) {
	const good = `{"name":"own","version":1,"format":"csv","purpose":"ledger","columns":{"ttc":["Montant"],"date":["Date"]},"required":["ttc"]}`
	if p, err := ParseProfile([]byte("\xef\xbb\xbf" + good + "\n")); err != nil || p.Columns[FieldTTC][0] != "Montant" {
		t.Errorf("%+v, %v", p, err)
	}
	for name, data := range map[string]string{
		"no JSON": "name: own", "an unknown setting": strings.Replace(good, `"format"`, `"colour":1,"format"`, 1), "text behind it": good + "{}", "nothing": "",
		"too large": good + strings.Repeat(" ", grid.MaxProfileBytes), "a list": "[]",
	} {
		_, err := ParseProfile([]byte(data))
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every slot is that of its field, and every field has a mark of its own in hashes.
func TestSlots(t *testing.T) {
	if len(fieldOrder) != int(slots) || len(fieldMarks) != int(slots) {
		t.Fatalf("%d fields, %d slots, %d marks", len(fieldOrder), slots, len(fieldMarks))
	}
	seen := map[byte]bool{}
	for i := range len(fieldMarks) {
		if seen[fieldMarks[i]] {
			t.Errorf("the mark %c stands for two fields", fieldMarks[i])
		}
		seen[fieldMarks[i]] = true
	}
	for f, s := range map[Field]slot{FieldExercice: slotExercice, FieldBudget: slotBudget, FieldFlow: slotFlow, FieldManager: slotManager, FieldCommitment: slotCommitment,
		FieldSIRET: slotSIRET, FieldLiquidation: slotLiquidation, FieldDocNo: slotDocNo, FieldOrigin: slotOrigin, FieldAmount: slotAmount, FieldTTC: slotTTC, FieldOrderOp: slotOrderOp, FieldLabel: slotLabel} {
		if slotOf(f) != s {
			t.Errorf("%s has slot %d, want %d", f, slotOf(f), s)
		}
	}
}

// Hashes are kept in databases: what a line hashes to must not change from one version to the next.
func TestHashesStay(t *testing.T) {
	lines, _, err := readText(t, "Exercice;Mandat;Ligne;Date;TTC;Objet\n2025;832;1;20/01/2026;120,00;Licences\n", small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const key, content = "ae4b218ccd27465000670ce69113abe4", "83768438aa583e752880d2ff8ea2e173"
	if l := lines[1]; hex.EncodeToString(l.Key[:]) != key || hex.EncodeToString(l.Content[:]) != content {
		t.Errorf("key %s, content %s, want %s and %s", hex.EncodeToString(l.Key[:]), hex.EncodeToString(l.Content[:]), key, content)
	}
}

// Every code of a finding and every fault of the package has its text.
func TestTexts(t *testing.T) {
	texts := map[string]map[string]any{"fr": {}, "en": {}} // plural forms are objects
	for lang, all := range texts {
		files, err := filepath.Glob(filepath.Join("..", "..", "views", "locales", lang, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no catalogues: %v", err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, &all); err != nil {
				t.Fatal(err)
			}
		}
	}
	keys := map[string]bool{}
	for _, code := range Codes() {
		keys["ledger.finding."+code] = true
	}
	sources, _ := filepath.Glob("*.go")
	literal, limit := regexp.MustCompile(`"(ledger\.[a-z_.]*[a-z])"`), regexp.MustCompile(`tooLarge\("([a-z]+)"`)
	for _, file := range sources {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range literal.FindAllSubmatch(data, -1) {
			keys[string(m[1])] = true
		}
		for _, m := range limit.FindAllSubmatch(data, -1) {
			keys["ledger.too_large_"+string(m[1])] = true
		}
	}
	for key := range keys {
		for lang, all := range texts {
			if _, ok := all[key]; !ok {
				t.Errorf("%q has no text in %s", key, lang)
			}
		}
	}
}
