package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"jalon/internal/benchtest"
)

// run is what one solver found of one problem.
type run struct {
	set, problem, solver string
	value, bound         float64 // not a number: none
	best                 int64
	proven               bool
	cpu                  time.Duration
}

func (r run) status() string {
	switch {
	case r.proven:
		return "proven"
	case math.IsNaN(r.value):
		return "nothing"
	}
	return "found"
}

// solver is a program that is measured: how it is called in the folder of a problem, and how its words are read.
type solver struct {
	name    string
	command func(dir string, limit time.Duration) []string
	read    func(dir, out string) run
}

// installed gives the solvers that there are, or those that are named, and a line that says how to get the others.
func installed(only string) (out []solver, missing string) {
	var absent []string
	for _, s := range solvers() {
		if only != "" && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		if _, err := exec.LookPath(s.command("", time.Second)[0]); err != nil {
			absent = append(absent, s.name)
			continue
		}
		out = append(out, s)
	}
	if len(absent) > 0 {
		missing = "not installed: " + strings.Join(absent, ", ") + " (CBC and GLPK: apt-get install coinor-cbc glpk-utils; HiGHS: a highs program in PATH or named by HIGHS, from https://github.com/ERGO-Code/HiGHS)"
	}
	return out, missing
}

func solvers() []solver {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	highs := os.Getenv("HIGHS")
	if highs == "" {
		highs = "highs"
	}
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }
	lp := func(dir string) string { return filepath.Join(dir, "problem.lp") }
	return []solver{
		{"jalon", func(dir string, limit time.Duration) []string {
			return []string{self, "solve", filepath.Join(dir, "problem.json"), limit.String()}
		}, readOurs},
		{"cbc", func(dir string, limit time.Duration) []string {
			// Values are whole: a gap below one closes the search.
			return []string{"cbc", lp(dir), "-threads", "0", "-ratio", "0", "-allow", "0.999", "-timeMode", "cpu", "-sec", seconds(limit), "-solve", "-quit"}
		}, readCBC},
		{"glpk", func(dir string, limit time.Duration) []string {
			return []string{"glpsol", "--lp", lp(dir), "--cuts", "--fpump", "--tmlim", fmt.Sprint(max(1, int(limit.Seconds()))), "-o", filepath.Join(dir, "solution")}
		}, readGLPK},
		{"highs", func(dir string, limit time.Duration) []string {
			return []string{highs, "--options_file", filepath.Join(dir, "options"), "--time_limit", seconds(limit), lp(dir)}
		}, readHiGHS},
	}
}

// run solves the problem of a folder once.
func (s solver) run(ctx context.Context, dir string, limit time.Duration) (run, error) {
	if err := os.WriteFile(filepath.Join(dir, "options"), []byte("mip_rel_gap = 0\nmip_abs_gap = 0.999\nthreads = 1\nparallel = off\n"), 0o600); err != nil {
		return run{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*limit+time.Minute) // a solver that forgets its limit
	defer cancel()
	words := s.command(dir, limit)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return run{}, fmt.Errorf("%w: %.200s", err, out.String())
	}
	r := s.read(dir, out.String())
	r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return r, nil
}

func readOurs(_, out string) run {
	r := nothing()
	var status string
	var value, bound int64
	if _, err := fmt.Sscan(out, &status, &value, &bound); err != nil {
		return r
	}
	r.bound = float64(bound)
	if status == "optimal" || status == "feasible" {
		r.value = float64(value)
	}
	r.proven = status == "optimal" || status == "infeasible"
	return r
}

var (
	cbcValue  = regexp.MustCompile(`Objective value:\s+(-?[\d.e+]+)`)
	cbcBound  = regexp.MustCompile(`(?:Upper|Lower) bound:\s+(-?[\d.e+]+)`)
	glpkBound = regexp.MustCompile(`<=\s+([\d.e+]+)`)
	glpkValue = regexp.MustCompile(`Objective:\s+obj = ([\d.e+]+)`)
	highsLine = regexp.MustCompile(`(Primal|Dual) bound\s+(-?[\d.e+]+)`)
)

func readCBC(_, out string) run {
	r := nothing()
	r.value, r.bound = last(cbcValue, out), last(cbcBound, out)
	if r.proven = strings.Contains(out, "Result - Optimal solution found"); r.proven {
		r.bound = r.value
	}
	return r
}

func readGLPK(dir, out string) run {
	r := nothing()
	text, err := os.ReadFile(filepath.Join(dir, "solution"))
	if err != nil {
		return r
	}
	r.bound = last(glpkBound, out)
	if !strings.Contains(string(text), "Status:     INTEGER UNDEFINED") {
		r.value = last(glpkValue, string(text))
	}
	if r.proven = strings.Contains(string(text), "INTEGER OPTIMAL"); r.proven {
		r.bound = r.value
	}
	return r
}

func readHiGHS(_, out string) run {
	r := nothing()
	for _, m := range highsLine.FindAllStringSubmatch(out, -1) {
		v := value(m[2])
		if m[1] == "Primal" {
			r.value = v
		} else {
			r.bound = v
		}
	}
	if r.proven = regexp.MustCompile(`Status\s+Optimal`).MatchString(out); r.proven {
		r.bound = r.value
	}
	return r
}

// medianCPU is the median processor time in seconds.
func medianCPU(runs []run) float64 {
	var all []float64
	for _, r := range runs {
		all = append(all, r.cpu.Seconds())
	}
	return benchtest.Median(all)
}
