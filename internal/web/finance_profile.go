package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// importProfiles lists the ways in which files of the finance system are read.
func (s *site) importProfiles(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	profiles, err := s.deps.Finance.Profiles(c.UserContext(), actor(c), o.ID, "")
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.ProfilesPage{Base: s.booksBase(c, p, o, views.PartFiles, p.T("profiles.title")), Profiles: profiles, Organisation: o}
	return s.render(c, page.Page())
}

// profileVersions finds the profile of the address with its versions.
func (s *site) profileVersions(c *fiber.Ctx) (identity.Organisation, []finance.ProfileLine, error) {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return o, nil, err
	}
	versions, err := s.deps.Finance.ProfileVersions(c.UserContext(), actor(c), o.ID, text(c.Params("profile")))
	return o, versions, err
}

func (s *site) importProfile(c *fiber.Ctx) error {
	o, versions, err := s.profileVersions(c)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.ProfilePage{Base: s.booksBase(c, p, o, views.PartFiles, p.T("profiles.of", versions[0].Profile.Name)), Organisation: o, Versions: versions}
	page.Trail = append(page.Trail, views.Link{Text: p.T("profiles.title"), URL: views.ProfilesURL(o.ID)})
	return s.render(c, page.Page())
}

// importProfileFile gives a profile as the text that the command line and the form take: its newest version, or the one that is asked for.
func (s *site) importProfileFile(c *fiber.Ctx) error {
	_, versions, err := s.profileVersions(c)
	if err != nil {
		return err
	}
	line := versions[0]
	if asked := query(c).Get("version"); asked != "" {
		i := slices.IndexFunc(versions, func(l finance.ProfileLine) bool { return strconv.Itoa(l.Profile.Version) == asked })
		if i < 0 {
			return fault.NotFound("import_profile", line.Profile.Name+" "+text(asked))
		}
		line = versions[i]
	}
	written, err := profileText(line.Profile)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", line.Profile.Name+"-"+strconv.Itoa(line.Profile.Version)+".json"))
	return c.SendString(written)
}

// profileText writes a profile as people read it.
func profileText(p ledgerfile.Profile) (string, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	err := out.Encode(p)
	return b.String(), err
}

// profileRefused tells beside the text which rules a profile breaks, each with the setting that breaks it.
func profileRefused(p views.Printer, err error) error {
	e := fault.As(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	reasons := make([]string, len(e.Fields))
	for i, x := range e.Fields {
		reasons[i] = x.Name + p.T("list.colon") + p.T(x.Key, x.Args...)
	}
	var f fault.Fields
	f.Add("profile", "profiles.broken", strings.Join(reasons, " "))
	return f.Err()
}

// usualProfile is what a profile of one's own begins with where nothing else is chosen.
const usualProfile = "generic-fr"

// importProfileNew takes a profile of the organisation's own: a new one or, under a name that it has already, its next version.
func (s *site) importProfileNew(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermImportLedger)
	if err != nil {
		return err
	}
	from := text(query(c).Get("from"))
	if from == "" {
		from = usualProfile
	}
	begin, err := s.deps.Finance.Profile(c.UserContext(), actor(c), o.ID, from)
	if err != nil {
		return err
	}
	if _, builtIn := ledgerfile.BuiltIn(begin.Name); builtIn {
		begin.Name, begin.Version = begin.Name+"-2", 1
	}
	written, err := profileText(begin)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartFiles, p.T("profiles.new")), Intro: []string{p.T("profiles.new.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("profiles.title"), URL: views.ProfilesURL(o.ID)})
	page.Form = page.NewForm(views.NewProfileURL(o.ID, ""), p.T("profiles.submit"), views.ProfilesURL(o.ID), 0, p.ProfileFields(written)...)
	return s.edit(c, edit{page: page, done: "flash.saved", save: func(in *input) (string, error) {
		to := views.ProfilesURL(o.ID)
		if err := in.err(); err != nil {
			return to, err
		}
		typed, err := ledgerfile.ParseProfile([]byte(in.lines("profile")))
		if err != nil {
			return to, profileRefused(p, err)
		}
		_, err = s.deps.Finance.SaveProfile(c.UserContext(), actor(c), o.ID, typed)
		return views.ProfileURL(o.ID, typed.Name), s.once(c, err)
	}})
}
