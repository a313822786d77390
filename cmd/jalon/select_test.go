package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/portfolio/selection"
)

// threeYears is a small problem in which P4 is excluded by what is forced in and P5 lacks a credit.
const threeYears = `{"projects":[
	{"id":"P1","value":120,"uses":{"2026/I":100000,"2027/I":50000,"dev/2026Q1":2},"requires":["P3"],"excludes":["P4"],"theme":"T1","forced":"in"},
	{"id":"P2","value":90,"uses":{"2026/I":700000}},
	{"id":"P3","value":30,"uses":{"2026/I":250000},"starts":[{"shift":1,"uses":{"2027/I":200000},"value":28}]},
	{"id":"P4","value":200,"uses":{"2026/I":300000}},
	{"id":"P5","value":80,"uses":{"2026/I":100000,"2027/I":400000,"dev/2026Q1":3}},
	{"id":"P6","value":85,"uses":{"2027/I":300000,"dev/2026Q1":3}}],
	"limits":{"2026/I":1000000,"2027/I":800000,"dev/2026Q1":6},
	"themes":{"T1":{"min_projects":1,"min_value_bp":1500,"max_use_bp":{"2026/I":4000}}},
	"frontier_keys":["2026/I","2027/I"]}`

// choose runs jalon select on a problem from standard input.
func choose(t *testing.T, ctx context.Context, problem string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(ctx, append([]string{"select", "--problem", "-"}, args...), strings.NewReader(problem), &out, &errs)
	return result{code, out.String(), errs.String()}
}

func TestSelect(t *testing.T) {
	r := choose(t, t.Context(), threeYears, "--json", "--explain", "--frontier", "4", "--next", "100000", "--alternatives", "2")
	if r.code != exitOK || r.stderr != "" {
		t.Fatalf("exit %d: %s", r.code, r.stderr)
	}
	var a struct {
		Status, Method         string
		Value, Bound           int64
		GapBP                  *int64 `json:"gap_bp"`
		Selected               []string
		Starts, Used           map[string]int64
		Seconds                *float64
		Work                   int64
		Frontier               []struct{ Total, Value, Bound int64 }
		Forced                 []struct{ ID string }
		Refused                []map[string]any
		Next                   *struct{ Gained int64 }
		Alternatives, Conflict []any
	}
	decode(t, r.stdout, &a)
	if a.Status != "optimal" || a.Value != 323 || a.Bound != 323 || *a.GapBP != 0 || !slices.Equal(a.Selected, []string{"P1", "P2", "P3", "P6"}) || a.Starts["P3"] != 1 || len(a.Starts) != 1 {
		t.Errorf("answer %s", r.stdout)
	}
	if a.Used["2026/I"] != 800000 || a.Used["dev/2026Q1"] != 5 || a.Seconds == nil || a.Work == 0 || a.Method == "" || a.Conflict != nil {
		t.Errorf("answer %s", r.stdout)
	}
	if len(a.Frontier) != 4 || a.Frontier[3].Total != 1800000 || a.Frontier[3].Value != 323 || len(a.Forced) != 1 || len(a.Refused) != 2 || a.Next == nil || a.Alternatives == nil {
		t.Errorf("beside the answer: %s", r.stdout)
	}
	if r := choose(t, t.Context(), threeYears, "--json"); strings.Contains(r.stdout, "frontier") || strings.Contains(r.stdout, "refused") {
		t.Errorf("nothing was asked for beside the answer: %s", r.stdout)
	}
}

func TestSelectForPeople(t *testing.T) {
	for lang, want := range map[string][]string{
		"fr": {"Meilleure sélection, prouvée : valeur 323.", "4 projets retenus", "Frontière efficiente", "exclusion P1", "+1"},
		"en": {"Best selection, proven: value 323.", "4 projects selected", "Efficient frontier", "exclusion P1", "+1"},
	} {
		r := choose(t, t.Context(), threeYears, "--explain", "--frontier", "4", "--next", "100000", "--alternatives", "2", "--locale", lang)
		if r.code != exitOK || r.stderr != "" {
			t.Errorf("exit %d: %s", r.code, r.stderr)
		}
		for _, text := range want {
			if !strings.Contains(strings.ReplaceAll(r.stdout, "\u00a0", " "), text) {
				t.Errorf("%q is missing in %s", text, r.stdout)
			}
		}
		if strings.Contains(r.stdout, "[select") {
			t.Errorf("an untranslated key: %s", r.stdout)
		}
	}
}

// TestSelectSaysWhatCannotBe: no selection and no time are answers, not failures.
func TestSelectSaysWhatCannotBe(t *testing.T) {
	const impossible = `{"projects":[{"id":"A","forced":"in","uses":{"k":2}},{"id":"B","value":3,"uses":{"k":1}}],"limits":{"k":1}}`
	r := choose(t, t.Context(), impossible, "--json", "--explain")
	var a struct {
		Status   string
		Conflict []struct{ Rule, Subject string }
	}
	decode(t, r.stdout, &a)
	if r.code != exitOK || a.Status != "infeasible" || len(a.Conflict) != 2 {
		t.Errorf("exit %d: %s", r.code, r.stdout)
	}
	if r := choose(t, t.Context(), impossible, "--locale", "en"); !strings.Contains(r.stdout, "limit k") || !strings.Contains(r.stdout, "A") {
		t.Errorf("%s", r.stdout)
	}
}

// TestSelectInterrupted: what was found until then is the answer.
func TestSelectInterrupted(t *testing.T) {
	problem, err := json.Marshal(selection.SampleTight(1, 300, 5, 20))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	source := &interrupting{strings.NewReader(string(problem)), cancel}
	var out, errs bytes.Buffer
	code := run(ctx, []string{"select", "--problem", "-", "--json"}, source, &out, &errs)
	if code == exitFailure && ctx.Err() != nil && out.Len() == 0 {
		return // it came before the problem was read
	}
	var a struct{ Status string }
	decode(t, out.String(), &a)
	if code != exitOK || a.Status == "infeasible" || a.Status == "optimal" {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
}

// TestSelectDoesNotWaitForever: an interruption ends the wait for a text that does not come.
func TestSelectDoesNotWaitForever(t *testing.T) {
	reader, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, []string{"select", "--problem", "-"}, reader, io.Discard, io.Discard); code != exitFailure {
		t.Errorf("exit %d", code)
	}
}

// interrupting cancels when its text was read to the end.
type interrupting struct {
	io.Reader
	cancel context.CancelFunc
}

func (r *interrupting) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err == io.EOF {
		r.cancel()
	}
	return n, err
}

func TestSelectWorkLimit(t *testing.T) {
	problem, err := json.Marshal(selection.SampleTight(2, 80, 4, 12))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "problem.json")
	if err := os.WriteFile(file, problem, 0o600); err != nil {
		t.Fatal(err)
	}
	var answers [2]map[string]any
	for i := range answers {
		ok(t, &answers[i], "", "select", "--problem", file, "--work-limit", "150000", "--explain", "--frontier", "3", "--json")
		delete(answers[i], "seconds")
	}
	a, _ := json.Marshal(answers[0])
	b, _ := json.Marshal(answers[1])
	if !bytes.Equal(a, b) {
		t.Errorf("%s\nand\n%s", a, b)
	}
}

func TestSelectErrors(t *testing.T) {
	for _, tc := range []struct {
		name, problem string
		args          []string
		code          int
		stdout, want  string
	}{
		{"a negative value", `{"projects":[{"id":"A","value":-1}]}`, nil, exitFailure, `{"error":{"code":"negative","subject":"A"}}`, "A"},
		{"a misspelt field", `{"projects":[{"id":"A","cost":1}]}`, []string{"--json"}, exitFailure, `{"error":{"code":"bad_json","subject":"unknown field \"cost\""}}`, "cost"},
		{"a ring", `{"projects":[{"id":"A","requires":["A"]}]}`, nil, exitFailure, `{"error":{"code":"cyclic_requires","subject":"A"}}`, "A"},
		{"no time", threeYears, []string{"--time-limit", "0s"}, exitUsage, "", "--time-limit"},
		{"less than no time", threeYears, []string{"--time-limit=-1s"}, exitUsage, "", "--time-limit"},
		{"a time that is none", threeYears, []string{"--time-limit", "soon"}, exitUsage, "", "soon"},
		{"no work", threeYears, []string{"--work-limit", "0"}, exitUsage, "", "--work-limit"},
		{"too many points", threeYears, []string{"--frontier", "1001"}, exitUsage, "", "--frontier"},
		{"too many others", threeYears, []string{"--alternatives=-1"}, exitUsage, "", "--alternatives"},
		{"a credit below zero", threeYears, []string{"--next=-5"}, exitUsage, "", "--next"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := choose(t, t.Context(), tc.problem, tc.args...)
			if r.code != tc.code || strings.TrimSpace(r.stdout) != tc.stdout || !strings.Contains(r.stderr, tc.want) {
				t.Errorf("exit %d, %q, %q", r.code, r.stdout, r.stderr)
			}
			if strings.Count(r.stderr, "\n") != 1 || strings.Contains(r.stderr, "[") {
				t.Errorf("stderr %q", r.stderr)
			}
		})
	}
	if r := call(t, "", "select", "--problem", "/nowhere.json"); r.code != exitFailure || !strings.Contains(r.stderr, "/nowhere.json") || r.stdout != "" {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if r := call(t, "", "select"); r.code != exitUsage || !strings.Contains(r.stderr, "--problem") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}
