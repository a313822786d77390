package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type importLedger struct {
	fileImport  `embed:""`
	Withdrawals bool `name:"confirm-withdrawals" help:"${help_import_confirm}"`
}

// fileImport is what the imports of all files of the finance system ask for.
type fileImport struct {
	File     string `arg:"" help:"${help_import_ledger_file}" placeholder:"FILE"`
	Profile  string `required:"" help:"${help_import_ledger_profile}" placeholder:"NAME|FILE.json"`
	Coverage string `help:"${help_import_coverage}" placeholder:"FROM..TO"`
	DryRun   bool   `help:"${help_import_dry_run}"`
	JSON     bool   `name:"json" help:"${help_json}"`
}

// Run books a file of postings.
func (c importLedger) Run(p *program) error {
	return c.book(p, ledgerfile.PurposeLedger, c.Withdrawals)
}

// book keeps a file and books it.
func (c fileImport) book(p *program, purpose string, confirm bool) error {
	coverage, err := parseCoverage(c.Coverage)
	if err != nil {
		return err
	}
	file, err := openSource(c.File)
	if err != nil {
		return err
	}
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	o, err := p.organisation(s)
	if err != nil && !noOrganisation(err) {
		return err
	}
	profile, err := p.ledgerProfile(s, o, c.Profile, purpose)
	if err != nil {
		return err
	}
	if o.ID == 0 {
		calendar, _ := profile.FiscalCalendar()
		o = p.firstOrganisationOf(calendar, profile.Currency)
	}
	debug.SetMemoryLimit(memoryFloor + file.size/4)
	rep, err := s.finance.ImportLedger(p.ctx, p.actor, finance.ImportInput{Organisation: o, Source: file, Purpose: purpose, Profile: profile, Coverage: coverage,
		DryRun: c.DryRun, ConfirmWithdrawals: confirm, Progress: p.lines()})
	if err != nil {
		return err
	}
	return c.write(p, rep)
}

// memoryFloor is the memory that an import may take beside what grows with the file: its collector then works a little harder than in a server that has
// others to serve.
const memoryFloor = 128 << 20

// ledgerProfile gives a profile of files of a purpose: a built-in one, one of the organisation's own, or one from a JSON file.
func (p *program) ledgerProfile(s *system, o identity.Organisation, name, purpose string) (ledgerfile.Profile, error) {
	profile, known := ledgerfile.BuiltIn(name)
	var err error
	switch {
	case known:
	case strings.HasSuffix(name, ".json"):
		data, err := readFile(name)
		if err != nil {
			return profile, err
		}
		if profile, err = ledgerfile.ParseProfile(data); err != nil {
			return profile, err
		}
	case o.ID != 0:
		profile, err = s.finance.Profile(p.ctx, p.actor, o.ID, name)
	}
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return profile, err
	}
	if profile.Name == "" || profile.Purpose != purpose {
		return profile, fault.Invalid("import.profile_unknown", name, strings.Join(namesOf(purpose), ", "))
	}
	return profile, nil
}

// namesOf lists the built-in profiles of a purpose.
func namesOf(purpose string) []string {
	var names []string
	for _, n := range ledgerfile.BuiltInNames() {
		if profile, _ := ledgerfile.BuiltIn(n); profile.Purpose == purpose {
			names = append(names, n)
		}
	}
	return names
}

// write prints the report on an import.
func (c fileImport) write(p *program, rep finance.ImportReport) error {
	for i, f := range rep.Findings {
		rep.Findings[i].Message = p.text.T("ledger.finding."+f.Code, f.Args...)
	}
	return p.print(c.JSON, rep, func(w io.Writer) {
		if c.DryRun {
			fmt.Fprintln(w, p.text.T("import.preview"))
		}
		fmt.Fprintln(w, p.text.T("import.ledger.summary", rep.Lines, rep.New, rep.Unchanged, rep.Superseded, rep.Withdrawn, rep.Rejected, rep.OutOfScope, rep.Other))
		exact := func(a money.Amount) string { return p.text.Exact(a, rep.Currency) }
		fmt.Fprintln(w, p.text.T("import.ledger.sums", exact(rep.Sum), exact(rep.SumRejected), exact(rep.Allocated), exact(rep.Unallocated), exact(rep.Excluded)))
		findings := make([]findingJSON, len(rep.Findings))
		for i, f := range rep.Findings {
			findings[i] = findingJSON{Line: f.Line, Code: f.Code, Message: f.Message}
		}
		p.writeFindings(w, findings)
	})
}

// parseCoverage reads the days of a snapshot, "2026-01-01..2026-12-31"; "" leaves the coverage to the profile.
func parseCoverage(text string) (*ledgerfile.Coverage, error) {
	if text == "" {
		return nil, nil
	}
	first, last, _ := strings.Cut(text, "..")
	from, errFrom := civil.Parse(first)
	to, errTo := civil.Parse(last)
	if errFrom != nil || errTo != nil || to.Before(from) {
		return nil, usageError{fault.Invalid("cli.coverage", text)}
	}
	return &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: from, To: to}, nil
}

// stepTexts are the texts of the steps of an import.
var stepTexts = map[string]string{"reading": "import.step.reading", "comparing": "import.step.comparing", "booking": "import.step.booking", "checking": "import.step.checking"}

// lines writes on a terminal how far an import has come, and nothing when piped.
func (p *program) lines() func(finance.Progress) {
	if !isTerminal(p.stderr) {
		return nil
	}
	return func(at finance.Progress) {
		fmt.Fprintf(p.stderr, "\r%-60s\r", p.text.T(stepTexts[at.Step], at.Done))
	}
}

// fileSource is a file of this machine.
type fileSource struct {
	path string
	size int64
}

func openSource(path string) (fileSource, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = os.ErrInvalid
	}
	if err != nil {
		return fileSource{}, fault.File(err, "file.unreadable", path)
	}
	return fileSource{path, info.Size()}, nil
}

// Open gives the bytes from the first one on; formats that begin at the end read them in place.
func (f fileSource) Open() (io.ReadCloser, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, fault.File(err, "file.unreadable", f.path)
	}
	return in, nil
}

func (f fileSource) Name() string { return filepath.Base(f.path) }
func (f fileSource) Size() int64  { return f.size }
