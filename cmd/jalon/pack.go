package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
)

type packCommand struct {
	Committee string   `required:"" help:"${help_pack_committee}" placeholder:"CODE"`
	Period    string   `required:"" help:"${help_pack_period}" placeholder:"P"`
	Out       string   `help:"${help_pack_out}" placeholder:"FILE.pdf"`
	FiguresOn string   `help:"${help_pack_figures_on}" placeholder:"DATE"`
	Erratum   []string `help:"${help_pack_erratum}" sep:"none" placeholder:"TEXT"`
	Again     bool     `help:"${help_pack_again}"`
	JSON      bool     `name:"json" help:"${help_json}"`
}

// packJSON is one pack as machines read it.
type packJSON struct {
	Committee      string `json:"committee"`
	Period         string `json:"period"`
	Edition        int    `json:"edition"`
	File           string `json:"file"`
	SHA256         string `json:"sha256"`
	SnapshotSHA256 string `json:"snapshot_sha256"`
	Same           *bool  `json:"same,omitempty"` // only with --again
}

func jsonOf(card governance.PackCard, file string) packJSON {
	return packJSON{Committee: card.Committee, Period: card.Period, Edition: card.Edition, File: file, SHA256: card.PDFSHA256, SnapshotSHA256: card.SnapshotSHA256}
}

// Run freezes the pack of a period, or gives the one that there is.
func (c packCommand) Run(p *program) error {
	figuresOn, err := parseDate("--figures-on", c.FiguresOn)
	if err != nil {
		return err
	}
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	in := governance.FreezeInput{Committee: c.Committee, Period: c.Period, FiguresOn: figuresOn, Errata: c.Erratum}
	if p.config.Organisation != "" {
		o, err := p.organisation(s)
		if err != nil {
			return err
		}
		in.OrganisationID = o.ID
	}
	if c.Again {
		return c.again(p, s, in)
	}
	file := c.Out
	if file == "" {
		file = filepath.Join(p.config.packsDir(), "pack.pdf") // its name hangs on the edition
	}
	d, err := newDraft(file)
	if err != nil {
		return err
	}
	defer d.discard()
	card, pdf, err := s.governance.Freeze(p.ctx, p.actor, in)
	if err != nil {
		return err
	}
	if c.Out == "" {
		file = filepath.Join(p.config.packsDir(), card.FileName())
	}
	if err := d.save(file, pdf); err != nil {
		return err
	}
	return p.print(c.JSON, jsonOf(card, file), func(w io.Writer) {
		fmt.Fprintln(w, p.text.T("pack.written", card.CommitteeName, p.text.Period(card.Period), card.Edition, file))
		fmt.Fprintln(w, "sha256 "+card.PDFSHA256)
	})
}

// again renders from the snapshot and compares with the stored bytes.
func (c packCommand) again(p *program, s *system, in governance.FreezeInput) error {
	card, pdf, same, err := s.governance.Again(p.ctx, p.actor, in)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeFile(c.Out, pdf); err != nil {
			return err
		}
	}
	out := jsonOf(card, c.Out)
	out.Same = &same
	if err := p.print(c.JSON, out, func(w io.Writer) {
		if same {
			fmt.Fprintln(w, p.text.T("pack.same", card.Committee, card.Period, card.Edition, card.PDFSHA256))
		}
	}); err != nil {
		return err
	}
	if !same {
		fmt.Fprintf(p.stderr, "jalon: %s\n", p.text.T("pack.differs", card.Committee, card.Period, card.Edition, card.PDFSHA256, governance.Fingerprint(pdf)))
		return errFailed
	}
	return nil
}

type committeeCommands struct {
	Add  committeeAdd  `cmd:"" help:"${help_committee_add}"`
	List committeeList `cmd:"" help:"${help_committee_list}"`
}

type committeeAdd struct {
	Code     string   `arg:"" help:"${help_committee_code}"`
	Roadmap  string   `required:"" help:"${help_committee_roadmap}" placeholder:"CODE"`
	Name     string   `required:"" help:"${help_committee_name}" placeholder:"NAME"`
	Level    string   `required:"" enum:"operational,tactical,strategic" help:"${help_committee_level}" placeholder:"LEVEL"`
	Cadence  string   `required:"" help:"${help_committee_cadence}" placeholder:"RULE"`
	LeadDays int      `default:"5" help:"${help_committee_lead}" placeholder:"N"`
	From     string   `help:"${help_committee_from}" placeholder:"DATE"`
	Language string   `default:"" enum:",fr,en" help:"${help_committee_language}" placeholder:"fr|en"`
	Member   []string `help:"${help_committee_member}" sep:"none" placeholder:"NAME[, ROLE]"`
}

// Run books a new committee.
func (c committeeAdd) Run(p *program) error {
	from, err := parseDate("--from", c.From)
	if err != nil {
		return err
	}
	return p.with(func(s *system, o identity.Organisation) error { return c.book(p, s, o, from) })
}

func (c committeeAdd) book(p *program, s *system, o identity.Organisation, from civil.Date) error {
	r, err := s.portfolio.RoadmapByCode(p.ctx, p.actor, o.ID, c.Roadmap)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = civil.DateOf(clock(), o.Location()).MonthOf().First()
	}
	in, err := governance.NewCommittee(c.Cadence, c.Member)
	if err != nil {
		return err
	}
	in.OrganisationID, in.RoadmapID, in.Code, in.Name, in.Level = o.ID, r.ID, c.Code, c.Name, governance.Level(c.Level)
	in.TimeZone, in.Locale, in.LeadDays, in.From = o.TimeZone, cmp.Or(c.Language, o.Locale), c.LeadDays, from
	made, err := s.governance.CreateCommittee(p.ctx, p.actor, in)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, p.text.T("committee.added", made.Code, made.Name))
	for _, n := range made.Sittings(civil.DateOf(clock(), o.Location()), 3) {
		fmt.Fprintln(p.stdout, p.text.T("committee.sits", p.text.LongDate(n.On), n.Period))
	}
	return nil
}

type committeeList struct{}

// Run lists the committees with their next sittings.
func (committeeList) Run(p *program) error {
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	cards, err := s.governance.Committees(p.ctx, p.actor, 0, clock())
	if err != nil {
		return err
	}
	if p.config.Organisation != "" {
		o, err := p.organisation(s)
		if err != nil {
			return err
		}
		cards = slices.DeleteFunc(cards, func(c governance.CommitteeCard) bool { return c.OrganisationID != o.ID })
	}
	for _, c := range cards {
		next := "–"
		if len(c.NextSittings) > 0 {
			next = p.text.LongDate(c.NextSittings[0].On)
		}
		fmt.Fprintf(p.stdout, "%s\t%s\t%s\t%s\t%s\n", c.Code, c.Roadmap.Code, c.Name, c.Cadence, next)
	}
	return nil
}
