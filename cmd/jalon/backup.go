package main

import (
	"fmt"
	"io"

	"jalon/internal/archive"
	"jalon/internal/civil"
)

type backupCommand struct {
	File string `arg:"" help:"${help_backup_file}"`
	JSON bool   `name:"json" help:"${help_json}"`
}

// backupJSON is an archive that was written, or is written back.
type backupJSON struct {
	File     string           `json:"file"`
	Size     int64            `json:"size,omitempty"`
	SHA256   string           `json:"sha256,omitempty"`
	Database string           `json:"database,omitempty"`
	Pending  []string         `json:"pending,omitempty"` // migrations
	Manifest archive.Manifest `json:"manifest"`
}

// Run writes everything that the embedded database holds into one file, while others go on.
func (c backupCommand) Run(p *program) error {
	out, err := archive.Write(p.ctx, archive.WriteInput{DSN: p.config.Database, File: c.File, Version: version, Now: clock(), Progress: p.percent()})
	if err != nil {
		return err
	}
	p.say("backup.secret")
	return p.print(c.JSON, backupJSON{File: c.File, Size: out.Size, SHA256: out.SHA256, Manifest: out.Manifest}, func(w io.Writer) {
		fmt.Fprintln(w, p.text.N("backup.done", out.Manifest.Organisations, c.File, out.Size, out.SHA256))
	})
}

type restoreCommand struct {
	File string `arg:"" help:"${help_restore_file}"`
	JSON bool   `name:"json" help:"${help_json}"`
}

// Run brings back what a backup holds, where there is nothing yet.
func (c restoreCommand) Run(p *program) error {
	out, err := archive.Restore(p.ctx, archive.RestoreInput{File: c.File, DSN: p.config.Database, Progress: p.percent()})
	if err != nil {
		return err
	}
	if len(out.Pending) > 0 {
		p.say("restore.pending", len(out.Pending))
	}
	p.say("restore.secret")
	return p.print(c.JSON, backupJSON{File: c.File, Database: out.Database, Pending: out.Pending, Manifest: out.Manifest}, func(w io.Writer) {
		made, zone := out.Manifest.CreatedAt, p.config.location()
		fmt.Fprintln(w, p.text.N("restore.done", len(out.Organisations), out.Database, civil.DateOf(made, zone), made.In(zone).Format("15:04"), out.Manifest.Version))
	})
}

// percent writes how far the work is on a terminal, and nothing when piped.
func (p *program) percent() func(done, total int64) {
	if !isTerminal(p.stderr) {
		return nil
	}
	shown := int64(-1)
	return func(done, total int64) {
		now := int64(100)
		if total > 0 {
			now = done * 100 / total
		}
		if now == shown {
			return
		}
		shown = now
		fmt.Fprintf(p.stderr, "\r%d %%", now)
		if now >= 100 {
			fmt.Fprintln(p.stderr)
		}
	}
}
