package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"jalon/identity"
	"jalon/internal/fault"
)

type userCommands struct {
	Add     userAdd     `cmd:"" help:"${help_user_add}"`
	List    userList    `cmd:"" help:"${help_user_list}"`
	Disable userDisable `cmd:"" help:"${help_user_disable}"`
	Passwd  userPasswd  `cmd:"" help:"${help_user_passwd}"`
}

type userAdd struct {
	Email         string   `arg:"" help:"${help_user_email}" placeholder:"EMAIL"`
	Name          string   `required:"" help:"${help_user_name}" placeholder:"NAME"`
	Role          []string `help:"${help_user_role}" placeholder:"ROLE"`
	PasswordStdin bool     `name:"password-stdin" help:"${help_user_password_stdin}"`
	BaseURL       string   `name:"base-url" help:"${help_serve_base_url}" env:"JALON_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
	JSON          bool     `name:"json" help:"${help_json}"`
}

// userJSON is an account as machines read it. Link is what an invited person opens, once.
type userJSON struct {
	ID           int64    `json:"id"`
	Organisation string   `json:"organisation"`
	Email        string   `json:"email"`
	Name         string   `json:"name"`
	Status       string   `json:"status"`
	Roles        []string `json:"roles"`
	Link         string   `json:"link,omitempty"`
}

func jsonOfUser(u identity.User, organisation, link string) userJSON {
	out := userJSON{ID: u.ID, Organisation: organisation, Email: u.Email, Name: u.Name, Status: string(u.Status), Roles: []string{}, Link: link}
	for _, g := range u.Grants {
		role := string(g.Role)
		if g.Scope != identity.ScopeOrganisation {
			role += " (" + g.Subject + ")"
		}
		out.Roles = append(out.Roles, role)
	}
	return out
}

// Run makes an account. The first one of an organisation looks after it and steers its roadmaps, unless told otherwise; an empty
// database gets its first organisation together with it.
func (c userAdd) Run(p *program) error {
	in := identity.UserInput{Email: c.Email, Name: c.Name}
	for _, r := range c.Role {
		if !identity.Role(r).Valid() {
			return usageError{fault.Invalid("cli.user.role", r, roleNames())}
		}
		in.Roles = append(in.Roles, identity.Role(r))
	}
	if c.PasswordStdin {
		password, err := p.readPassword()
		if err != nil {
			return err
		}
		in.Password = password
	}
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	if err := p.linked(s, c.BaseURL); err != nil {
		return err
	}
	u, organisation, link, err := p.addUser(s, in)
	if err != nil {
		return err
	}
	return p.print(c.JSON, jsonOfUser(u, organisation, link), func(w io.Writer) {
		fmt.Fprintln(w, oneLine(p.text.T("cli.user.added", u.Email, u.Organisation)))
		p.printLink(w, link)
	})
}

func roleNames() string {
	names := make([]string, len(identity.Roles))
	for i, r := range identity.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// addUser makes the account, and the organisation when there is none, and gives the code of the organisation.
func (p *program) addUser(s *system, in identity.UserInput) (u identity.User, organisation, link string, err error) {
	first := []identity.Role{identity.RoleAdministrator, identity.RoleRoadmapManager}
	o, err := p.organisation(s)
	if noOrganisation(err) {
		if len(in.Roles) == 0 {
			in.Roles = first
		}
		o = p.firstOrganisation()
		u, link, err = s.identity.Found(p.ctx, p.actor, o, in)
		return u, o.Code, link, err
	}
	if err != nil {
		return u, "", "", err
	}
	if len(in.Roles) == 0 {
		switch there, err := s.identity.Users(p.ctx, p.actor, o.ID); {
		case err != nil:
			return u, "", "", err
		case len(there) == 0:
			in.Roles = first
		}
	}
	in.OrganisationID = o.ID
	u, link, err = s.identity.AddUser(p.ctx, p.actor, in)
	return u, o.Code, link, err
}

// linked makes the links that the command gives lead to the site.
func (p *program) linked(s *system, base string) error {
	u, err := siteURL(base, "")
	if err != nil {
		return err
	}
	return p.equip(s, u)
}

// printLink writes a one-time link on a line of its own, so that it can be taken whole.
func (p *program) printLink(w io.Writer, link string) {
	if link == "" {
		return
	}
	fmt.Fprintln(w, p.text.T("cli.user.link"))
	fmt.Fprintln(w, link)
}

// readPassword reads a password from the first line of the input: on the command line, others would see it.
func (p *program) readPassword() (string, error) {
	const longest = 4096
	line, err := bufio.NewReader(io.LimitReader(p.stdin, longest)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fault.Unavailable(err, "cli.user.no_password")
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fault.Invalid("cli.user.no_password")
	}
	return line, nil
}

type userList struct {
	JSON bool `name:"json" help:"${help_json}"`
}

// Run lists the people of an organisation.
func (c userList) Run(p *program) error {
	return p.with(func(s *system, o identity.Organisation) error {
		users, err := s.identity.Users(p.ctx, p.actor, o.ID)
		if err != nil {
			return err
		}
		out := make([]userJSON, len(users))
		for i, u := range users {
			out[i] = jsonOfUser(u, o.Code, "")
		}
		slices.SortFunc(out, func(a, b userJSON) int { return cmp.Or(cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID)) })
		return p.print(c.JSON, map[string]any{"users": out}, func(w io.Writer) {
			t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
			for _, u := range out {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", oneLine(u.Email), oneLine(u.Name), u.Status, oneLine(strings.Join(u.Roles, ", ")))
			}
			_ = t.Flush() // its errors are those of the writer below
		})
	})
}

type userDisable struct {
	Email string `arg:"" help:"${help_user_email}" placeholder:"EMAIL"`
}

// Run takes an account out of use; who was signed in is out at once.
func (c userDisable) Run(p *program) error {
	return p.withUser(c.Email, func(s *system, u identity.User) error {
		if err := s.identity.SetDisabled(p.ctx, p.actor, u.ID, u.Version, true); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, oneLine(p.text.T("cli.user.disabled", u.Email)))
		return nil
	})
}

type userPasswd struct {
	Email         string `arg:"" help:"${help_user_email}" placeholder:"EMAIL"`
	PasswordStdin bool   `name:"password-stdin" help:"${help_user_password_stdin}"`
	BaseURL       string `name:"base-url" help:"${help_serve_base_url}" env:"JALON_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// Run gives somebody a new password, or a one-time link to choose one.
func (c userPasswd) Run(p *program) error {
	return p.withUser(c.Email, func(s *system, u identity.User) error {
		if c.PasswordStdin {
			password, err := p.readPassword()
			if err != nil {
				return err
			}
			if err := s.identity.SetPassword(p.ctx, p.actor, u.ID, password); err != nil {
				return err
			}
			fmt.Fprintln(p.stdout, oneLine(p.text.T("cli.user.password_set", u.Email)))
			return nil
		}
		if err := p.linked(s, c.BaseURL); err != nil {
			return err
		}
		link, err := s.identity.SendReset(p.ctx, p.actor, u.ID)
		if err != nil {
			return err
		}
		p.printLink(p.stdout, link)
		return nil
	})
}

// withUser opens the database, finds the account of an address, and closes the database after f.
func (p *program) withUser(email string, f func(s *system, u identity.User) error) error {
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	u, err := s.identity.UserByEmail(p.ctx, p.actor, email)
	if err != nil {
		return err
	}
	return f(s, u)
}
