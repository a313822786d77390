package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a command line that does not fit together although each flag is well formed.
type usageError struct{ error }

// errFailed ends a command with exit code 1 after it has said everything itself.
var errFailed = errors.New("failed")

// program is what every command gets: where to write, in which language, under which name.
type program struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	config Config
	text   views.Printer
	log    *slog.Logger
	actor  identity.Actor
}

// run is the whole program, so that tests start it as it is. It gives the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	cli := commands{}
	exited, code := false, exitOK
	lang := localeOf(args)
	parser, err := kong.New(&cli, kong.Name("jalon"), kong.Description(views.For(lang).T("cli.description")), kong.Writers(stdout, stderr),
		kong.Exit(func(c int) { exited, code = true, c }), helpVars(lang), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		fmt.Fprintf(stderr, "jalon: %v\n", err)
		return exitFailure
	}
	k, err := parser.Parse(args)
	if exited { // --help was asked for and printed
		return code
	}
	if err != nil {
		fmt.Fprintf(stderr, "jalon: %s\n", oneLine(err.Error()))
		return exitUsage
	}
	p := &program{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, config: cli.Config, text: views.For(cli.Locale),
		log: slog.New(slog.NewTextHandler(stderr, nil)), actor: identity.Operator("cli:" + systemUser())}
	if err := p.config.complete(); err != nil {
		return p.report(err)
	}
	return p.report(k.Run(p))
}

// report turns the outcome of a command into one line and an exit code.
func (p *program) report(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailure
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "jalon: %s\n", p.line(usage.error))
		return exitUsage
	case errors.Is(err, context.Canceled) && p.ctx.Err() != nil:
		p.say("cli.interrupted")
		return exitFailure
	case ambiguous(err):
		fmt.Fprintf(p.stderr, "jalon: %s\n", p.line(err))
		return exitUsage
	}
	fmt.Fprintf(p.stderr, "jalon: %s\n", p.line(err))
	return exitFailure
}

// ambiguous tells whether it cannot be said which organisation is meant and none was named: that is wrong usage.
func ambiguous(err error) bool {
	f := fault.As(err)
	return f != nil && (f.Key == "organisation.ambiguous" || f.Key == "organisation.only_networks" || f.Key == "committee.ambiguous")
}

// line is what a person reads of an error: a translated fault, or the error itself where the
// person at the command line is the only one who can do something about it.
func (p *program) line(err error) string {
	f := fault.As(err)
	if f == nil {
		return oneLine(err.Error())
	}
	s := p.text.Fault(err)
	if cause := errors.Unwrap(f); cause != nil {
		s += " (" + cause.Error() + ")"
	}
	return oneLine(s)
}

// oneLine keeps a message on one line, and control characters of what it cites away from the terminal.
// The spaces that French wants before its signs stay what they are.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r)
	}), " ")
}

// print writes one JSON object, or lets text write for people.
func (p *program) print(asJSON bool, value any, text func(w io.Writer)) error {
	if !asJSON {
		text(p.stdout)
		return nil
	}
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// say writes a line for people to stderr, where it never mixes with an answer.
func (p *program) say(key string, args ...any) { fmt.Fprintln(p.stderr, p.text.T(key, args...)) }

func systemUser() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

// localeOf finds the language before the command line is parsed, because the help is in it.
func localeOf(args []string) string {
	for i, a := range args {
		if rest, ok := strings.CutPrefix(a, "--locale="); ok {
			return rest
		}
		if a == "--locale" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("JALON_LOCALE")
}

// helpVars hands the help texts of a language to the parser: ${help_serve} is "cli.help.serve".
func helpVars(lang string) kong.Vars {
	vars := kong.Vars{}
	for key, text := range views.Texts(lang, "cli.help.") {
		vars["help_"+strings.ReplaceAll(key, ".", "_")] = text
	}
	return vars
}

// isTerminal tells whether progress has somebody to see it.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
