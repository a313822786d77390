package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type organisationCommands struct {
	Add  organisationAdd  `cmd:"" help:"${help_organisation_add}"`
	List organisationList `cmd:"" help:"${help_organisation_list}"`
}

type organisationAdd struct {
	Code     string `arg:"" help:"${help_organisation_code}" placeholder:"CODE"`
	Name     string `required:"" help:"${help_organisation_name}" placeholder:"NAME"`
	Kind     string `help:"${help_organisation_kind}" enum:"administration,network" default:"administration" placeholder:"KIND"`
	Network  string `help:"${help_organisation_network}" placeholder:"CODE"`
	Currency string `help:"${help_organisation_currency}" default:"EUR" placeholder:"CODE"`
	// The language and the zone of the program are those of the organisation, unless told otherwise.
	Language string `help:"${help_organisation_language}" placeholder:"fr|en"`
	Zone     string `name:"time-zone" help:"${help_organisation_zone}" placeholder:"ZONE"`
	JSON     bool   `name:"json" help:"${help_json}"`
}

// organisationJSON is an organisation as machines read it.
type organisationJSON struct {
	ID       int64  `json:"id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Network  string `json:"network,omitempty"`
	Currency string `json:"currency"`
	Locale   string `json:"locale"`
	TimeZone string `json:"time_zone"`
}

func jsonOfOrganisation(o identity.Organisation, network string) organisationJSON {
	return organisationJSON{ID: o.ID, Code: o.Code, Name: o.Name, Kind: o.Kind, Network: network, Currency: string(o.Currency), Locale: o.Locale, TimeZone: o.TimeZone}
}

// Run books an organisation.
func (c organisationAdd) Run(p *program) error {
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	o := p.firstOrganisation()
	o.Code, o.Name, o.Kind, o.Currency = c.Code, c.Name, c.Kind, money.Currency(c.Currency)
	if c.Language != "" {
		o.Locale = c.Language
	}
	if c.Zone != "" {
		o.TimeZone = c.Zone
	}
	if c.Network != "" {
		network, err := s.identity.Resolve(p.ctx, p.actor, c.Network)
		if err != nil {
			return err
		}
		o.ParentID = network.ID
	}
	if o, err = s.identity.Create(p.ctx, p.actor, o); err != nil {
		return err
	}
	return p.print(c.JSON, jsonOfOrganisation(o, c.Network), func(w io.Writer) { fmt.Fprintln(w, oneLine(p.text.T("cli.organisation.added", o.Code, o.Name))) })
}

// firstOrganisation is the organisation that an empty database begins with.
func (p *program) firstOrganisation() identity.Organisation {
	return identity.Organisation{Code: "default", Name: p.text.T("organisation.default"), Kind: identity.KindAdministration, Currency: money.EUR,
		Locale: p.config.Locale, TimeZone: p.config.Timezone}
}

// firstOrganisationOf is the organisation that an empty database begins with, in the fiscal years and the currency of the profile of its first file;
// "" keeps the usual one.
func (p *program) firstOrganisationOf(fiscal civil.FiscalCalendar, currency money.Currency) identity.Organisation {
	o := p.firstOrganisation()
	o.Fiscal = fiscal
	if currency != "" {
		o.Currency = currency
	}
	return o
}

// noOrganisation tells whether the error says that the database holds no organisation yet.
func noOrganisation(err error) bool {
	f := fault.As(err)
	return f != nil && f.Key == "organisation.any.not_found"
}

type organisationList struct {
	JSON bool `name:"json" help:"${help_json}"`
}

// Run lists the organisations.
func (c organisationList) Run(p *program) error {
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	all, err := s.identity.Organisations(p.ctx, p.actor)
	if err != nil {
		return err
	}
	codes := map[int64]string{}
	for _, o := range all {
		codes[o.ID] = o.Code
	}
	out := make([]organisationJSON, len(all))
	for i, o := range all {
		out[i] = jsonOfOrganisation(o, codes[o.ParentID])
	}
	return p.print(c.JSON, map[string]any{"organisations": out}, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, o := range out {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", oneLine(o.Code), oneLine(o.Name), o.Kind, oneLine(o.Network), o.Currency)
		}
		_ = t.Flush() // its errors are those of the writer below
	})
}
