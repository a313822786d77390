package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/portfolio/projectfile"
)

type importCommands struct {
	Projects    importProjects    `cmd:"" help:"${help_import_projects}"`
	Ledger      importLedger      `cmd:"" help:"${help_import_ledger}"`
	Commitments importCommitments `cmd:"" help:"${help_import_commitments}"`
	Budget      importBudget      `cmd:"" help:"${help_import_budget}"`
}

type importProjects struct {
	File    string            `arg:"" help:"${help_import_file}" placeholder:"FILE"`
	Roadmap string            `required:"" help:"${help_import_roadmap}" placeholder:"CODE"`
	Profile string            `required:"" help:"${help_import_profile}" placeholder:"NAME|FILE.json"`
	AsOf    string            `help:"${help_import_as_of}" placeholder:"DATE"`
	Join    map[string]string `help:"${help_import_join}" placeholder:"NAME=CODE" mapsep:"none"`
	DryRun  bool              `help:"${help_import_dry_run}"`
	JSON    bool              `name:"json" help:"${help_json}"`
}

// listJSON is the report of an import as machines read it.
type listJSON struct {
	File           string        `json:"file"`
	SHA256         string        `json:"sha256"`
	Organisation   string        `json:"organisation"`
	Currency       string        `json:"currency"`
	Roadmap        string        `json:"roadmap"`
	Profile        string        `json:"profile"`
	ProfileVersion int           `json:"profile_version"`
	AsOf           civil.Date    `json:"as_of"`
	DryRun         bool          `json:"dry_run"`
	Rows           int           `json:"rows"`
	Matched        int           `json:"matched"`
	Rejected       int           `json:"rejected"`
	Projects       int           `json:"projects"`
	Created        int           `json:"created"`
	Updated        int           `json:"updated"`
	Unchanged      int           `json:"unchanged"`
	Exits          int           `json:"exits"`
	Estimates      int           `json:"estimates"`
	Findings       []findingJSON `json:"findings"`
}

type findingJSON struct {
	Line    int    `json:"line"`
	Column  string `json:"column,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Run books a project list.
func (c importProjects) Run(p *program) error {
	profile, err := findProfile(c.Profile)
	if err != nil {
		return err
	}
	day, err := parseDate("--as-of", c.AsOf)
	if err != nil {
		return err
	}
	data, err := readFile(c.File)
	if err != nil {
		return err
	}
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	o, err := p.importer(s, profile)
	if err != nil {
		return err
	}
	if day.IsZero() { // where the organisation is, as everywhere else
		day = s.portfolio.Today(o)
	}
	rep, err := s.portfolio.ImportList(p.ctx, p.actor, portfolio.ImportInput{Organisation: o, RoadmapCode: c.Roadmap, Data: data, FileName: filepath.Base(c.File),
		Profile: profile, AsOf: day, DryRun: c.DryRun, Joins: c.Join})
	if err != nil {
		return err
	}
	return c.write(p, rep)
}

// importer is the organisation that the list is booked for; an empty database gets one together with
// the list.
func (p *program) importer(s *system, profile projectfile.Profile) (identity.Organisation, error) {
	o, err := p.organisation(s)
	if !noOrganisation(err) {
		return o, err
	}
	return p.firstOrganisationOf(profile.FiscalCalendar(), profile.Currency), nil
}

func (c importProjects) write(p *program, rep portfolio.ImportReport) error {
	out := listJSON{File: rep.File, SHA256: rep.SHA256, Organisation: rep.Organisation, Currency: string(rep.Currency), Roadmap: rep.Roadmap, Profile: rep.Profile,
		ProfileVersion: rep.ProfileVersion, AsOf: rep.AsOf, DryRun: rep.DryRun, Rows: rep.Rows, Matched: rep.Matched, Rejected: rep.Rejected, Projects: rep.Projects, Created: rep.Created,
		Updated: rep.Updated, Unchanged: rep.Unchanged, Exits: rep.Exits, Estimates: rep.Estimates, Findings: []findingJSON{}}
	for _, f := range rep.Findings {
		out.Findings = append(out.Findings, findingJSON{f.Line, f.Column, f.Code, p.text.T("finding."+f.Code, f.Args...)})
	}
	return p.print(c.JSON, out, func(w io.Writer) {
		if rep.DryRun {
			fmt.Fprintln(w, p.text.T("import.preview"))
		}
		fmt.Fprintln(w, p.text.T("import.summary", rep.Rows, rep.Rejected, rep.Projects, rep.Created, rep.Updated, rep.Unchanged, rep.Exits, rep.Estimates))
		p.writeFindings(w, out.Findings)
	})
}

// shownFindings is how many findings are written for people; JSON has all that are kept.
const shownFindings = 40

func (p *program) writeFindings(w io.Writer, findings []findingJSON) {
	for _, f := range findings[:min(len(findings), shownFindings)] {
		place := ""
		if f.Line > 0 {
			place = p.text.T("import.line", f.Line)
		}
		if f.Column != "" {
			place += " [" + f.Column + "]"
		}
		fmt.Fprintln(w, oneLine(place+" "+f.Message)) // the message cites cells as they are
	}
	if more := len(findings) - shownFindings; more > 0 {
		fmt.Fprintln(w, p.text.T("import.more_findings", more))
	}
}

// findProfile gives a built-in profile by name, or one of the user's own from a JSON file.
func findProfile(name string) (projectfile.Profile, error) {
	if profile, ok := projectfile.BuiltIn(name); ok {
		return profile, nil
	}
	if !strings.HasSuffix(name, ".json") {
		return projectfile.Profile{}, fault.Invalid("import.profile_unknown", name, strings.Join(projectfile.BuiltInNames(), ", "))
	}
	data, err := readFile(name)
	if err != nil {
		return projectfile.Profile{}, err
	}
	return projectfile.ParseProfile(data)
}

// readFile reads a file that must not be larger than a list may be.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.File(err, "file.unreadable", name)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, projectfile.MaxFileBytes+1))
	if err != nil {
		return nil, fault.File(err, "file.unreadable", name)
	}
	return data, nil
}

// parseDate reads the date of a flag; a flag that was not given is no date.
func parseDate(flag, text string) (civil.Date, error) {
	if text == "" {
		return civil.Date{}, nil
	}
	d, err := civil.Parse(text)
	if err != nil {
		return d, usageError{fault.Invalid("cli.date", flag, text)}
	}
	return d, nil
}
