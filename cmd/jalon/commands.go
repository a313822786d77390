package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"jalon/internal/database"
	"jalon/migrations"
)

// commands is the command line.
type commands struct {
	Config

	Demo        demoCommand          `cmd:"" help:"${help_demo}"`
	Serve       serveCommand         `cmd:"" help:"${help_serve}"`
	Migrate     migrateCommand       `cmd:"" help:"${help_migrate}"`
	Import      importCommands       `cmd:"" help:"${help_import}"`
	Drift       driftCommand         `cmd:"" help:"${help_drift}"`
	Select      selectCommand        `cmd:"" help:"${help_select}"`
	Pack        packCommand          `cmd:"" help:"${help_pack}"`
	Committee   committeeCommands    `cmd:"" help:"${help_committee}"`
	Users       userCommands         `cmd:"" name:"user" help:"${help_user}"`
	Bodies      organisationCommands `cmd:"" name:"organisation" help:"${help_organisations}"`
	Verify      verifyCommand        `cmd:"" help:"${help_verify}"`
	Backup      backupCommand        `cmd:"" help:"${help_backup}"`
	Restore     restoreCommand       `cmd:"" help:"${help_restore}"`
	ConfigShow  configCommand        `cmd:"" name:"config" help:"${help_config}"`
	Healthcheck healthcheckCommand   `cmd:"" help:"${help_healthcheck}"`
	Version     versionCommand       `cmd:"" help:"${help_version}"`
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p *program) error {
	fmt.Fprintln(p.stdout, "jalon "+version)
	return nil
}

type configCommand struct {
	Listen  string `help:"${help_serve_listen}" env:"JALON_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS" hidden:""`
	BaseURL string `name:"base-url" help:"${help_serve_base_url}" env:"JALON_BASE_URL" placeholder:"URL" hidden:""`
	Proxies string `name:"trusted-proxies" help:"${help_serve_proxies}" env:"JALON_TRUSTED_PROXIES" placeholder:"NETWORKS" hidden:""`
	JSON    bool   `name:"json" help:"${help_json}"`
}

// Run prints the effective configuration.
func (c configCommand) Run(p *program) error {
	settings := append(p.config.settings(), [2]string{"JALON_LISTEN", c.Listen}, [2]string{"JALON_BASE_URL", c.BaseURL}, [2]string{"JALON_TRUSTED_PROXIES", c.Proxies})
	values := map[string]string{}
	for _, s := range settings {
		values[s[0]] = s[1]
	}
	return p.print(c.JSON, values, func(w io.Writer) {
		for _, s := range settings {
			fmt.Fprintf(w, "%s=%s\n", s[0], s[1])
		}
	})
}

type migrateCommand struct {
	Status bool `help:"${help_migrate_status}"`
}

// Run brings the database to the schema of this binary, or says how far it is from it.
func (c migrateCommand) Run(p *program) error {
	db, err := database.Open(p.ctx, p.config.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Status {
		state, err := migrations.Status(p.ctx, db)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
		for _, name := range state.Applied {
			fmt.Fprintf(w, "%s\t%s\n", name, p.text.T("migrate.applied"))
		}
		for _, name := range state.Pending {
			fmt.Fprintf(w, "%s\t%s\n", name, p.text.T("migrate.pending"))
		}
		for _, name := range state.Newer {
			fmt.Fprintf(w, "%s\t%s\n", name, p.text.T("migrate.newer"))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		return state.Refuse()
	}
	if db.Path() != "" {
		if err := p.keepCopy(db); err != nil {
			return err
		}
	}
	done, err := migrations.Up(p.ctx, db)
	if err != nil {
		return err
	}
	if len(done) == 0 {
		fmt.Fprintln(p.stdout, p.text.T("migrate.nothing"))
	}
	for _, name := range done {
		fmt.Fprintln(p.stdout, p.text.T("migrate.done", name))
	}
	return nil
}
