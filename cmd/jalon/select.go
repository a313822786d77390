package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"jalon/internal/fault"
	"jalon/portfolio/selection"
)

type selectCommand struct {
	Problem      string         `required:"" help:"${help_select_problem}" placeholder:"FILE|-"`
	TimeLimit    *time.Duration `name:"time-limit" help:"${help_select_time_limit}" placeholder:"10s"`
	WorkLimit    *int64         `name:"work-limit" help:"${help_select_work_limit}" placeholder:"N"`
	Frontier     int            `help:"${help_select_frontier}" placeholder:"N"`
	Explain      bool           `help:"${help_select_explain}"`
	Next         int64          `help:"${help_select_next}" placeholder:"AMOUNT"`
	Alternatives int            `help:"${help_select_alternatives}" placeholder:"N"`
	JSON         bool           `name:"json" help:"${help_json}"`
}

// Limits of the command: the time that a selection takes when nothing is said, the size of a problem, the number of alternatives.
const (
	selectTime       = 10 * time.Second
	selectSize       = 256 << 20
	mostAlternatives = 100
)

// selectJSON is the answer as machines read it.
type selectJSON struct {
	selection.Answer
	Seconds float64 `json:"seconds"`
}

// selectError is what machines read of a problem that cannot be posed.
type selectError struct {
	Error *selection.Error `json:"error"`
}

// Run makes a selection. It needs no database. An interruption ends the search, and the best so far is the answer.
func (c selectCommand) Run(p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	problem, err := p.problem(c.Problem)
	if err != nil {
		return p.badProblem(err)
	}
	begun := clock()
	o := selection.Options{Frontier: c.Frontier, Explain: c.Explain, NextCredit: c.Next, Alternatives: c.Alternatives, Stop: c.stop(p.ctx, begun), Report: p.better()}
	if c.WorkLimit != nil {
		o.WorkLimit = *c.WorkLimit
	}
	a, err := selection.Solve(problem, o)
	if err != nil {
		return p.badProblem(err)
	}
	seconds := float64(clock().Sub(begun).Milliseconds()) / 1000 // as a number of three decimals
	return p.print(c.JSON, selectJSON{a, seconds}, func(w io.Writer) { selectText{p.text, w, problem, a}.write(seconds) })
}

// check refuses limits that cannot be meant.
func (c selectCommand) check() error {
	switch {
	case c.TimeLimit != nil && *c.TimeLimit <= 0:
		return usageError{fault.Invalid("select.limit", "--time-limit", c.TimeLimit.String())}
	case c.WorkLimit != nil && *c.WorkLimit <= 0:
		return usageError{fault.Invalid("select.limit", "--work-limit", *c.WorkLimit)}
	case c.Frontier < 0 || c.Frontier > selection.MaxPoints:
		return usageError{fault.Invalid("select.range", "--frontier", selection.MaxPoints)}
	case c.Next < 0 || c.Next >= 1<<53:
		return usageError{fault.Invalid("select.range", "--next", int64(1<<53-1))}
	case c.Alternatives < 0 || c.Alternatives > mostAlternatives:
		return usageError{fault.Invalid("select.range", "--alternatives", mostAlternatives)}
	}
	return nil
}

// stop tells when to end: at the time limit, which is ten seconds where neither it nor a limit of work is given, or when the command is interrupted.
func (c selectCommand) stop(ctx context.Context, begun time.Time) func() bool {
	limit := selectTime
	if c.TimeLimit != nil {
		limit = *c.TimeLimit
	}
	if c.TimeLimit == nil && c.WorkLimit != nil {
		return func() bool { return ctx.Err() != nil }
	}
	return func() bool { return ctx.Err() != nil || clock().Sub(begun) >= limit }
}

// problem reads a problem from a file, or from standard input for "-". An interruption ends the reading.
func (p *program) problem(name string) (selection.Problem, error) {
	in := p.stdin
	if name != "-" {
		file, err := openSource(name)
		if err != nil {
			return selection.Problem{}, err
		}
		open, err := file.Open()
		if err != nil {
			return selection.Problem{}, err
		}
		defer open.Close()
		in = open
	}
	type read struct {
		problem selection.Problem
		err     error
	}
	done := make(chan read, 1)
	go func() {
		problem, err := selection.Parse(io.LimitReader(in, selectSize))
		done <- read{problem, err}
	}()
	select {
	case r := <-done:
		return r.problem, r.err
	case <-p.ctx.Done():
		return selection.Problem{}, p.ctx.Err()
	}
}

// badProblem tells machines by an object on standard output and people by a line why a problem cannot be posed.
func (p *program) badProblem(err error) error {
	var bad *selection.Error
	if !errors.As(err, &bad) {
		return err
	}
	if err := p.print(true, selectError{bad}, nil); err != nil {
		return err
	}
	return fault.Invalid(selectErrors[bad.Code], bad.Subject)
}

var selectErrors = map[string]string{
	selection.CodeJSON: "select.error.bad_json", selection.CodeMissingID: "select.error.missing_id", selection.CodeDuplicate: "select.error.duplicate_id",
	selection.CodeUnknown: "select.error.unknown_id", selection.CodeCyclic: "select.error.cyclic_requires", selection.CodeSelf: "select.error.excludes_itself",
	selection.CodeNegative: "select.error.negative", selection.CodeTooLarge: "select.error.too_large", selection.CodeShare: "select.error.bad_share",
	selection.CodeForced: "select.error.bad_forced", selection.CodeShift: "select.error.bad_shift", selection.CodeTooMany: "select.error.too_many",
	selection.CodeOverflow: "select.error.overflow", selection.CodeKey: "select.error.unknown_key",
}

// better writes on a terminal the value of the best selection so far, and nothing when piped.
func (p *program) better() func(int64) {
	file, ok := p.stderr.(*os.File)
	if !ok || !isTerminal(file) {
		return nil
	}
	return func(value int64) { _, _ = io.WriteString(file, "\r"+p.text.T("select.better", value)+"\r") }
}
