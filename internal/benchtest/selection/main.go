// Command selection measures the selection engine beside other solvers, where they are installed: the same problem, one at a time on one processor, each as a
// process of its own whose processor seconds are counted. It prints one line for each problem and solver and a summary, and writes nothing but a
// git-ignored copy of the public problems.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"jalon/internal/benchtest"
	"jalon/portfolio/selection"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "solve" {
		if err := solveHere(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	limit := flag.Duration("limit", 10*time.Second, "processor time for each problem and solver (wall time for GLPK and HiGHS, which know no other)")
	sets := flag.String("sets", "mknap1,mknapcb1,mknapcb4,mknapcb7,portfolio60,portfolio100,portfolio150,portfolio300,tight150", "sets of problems")
	each := flag.Int("each", 2, "problems of each ten of a public file, and of each portfolio size; 10: all")
	only := flag.String("only", "", "solvers, instead of all that are installed")
	cache := flag.String("cache", "var/orlib", "folder for the public problems")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, *limit, strings.Split(*sets, ","), *each, *only, *cache); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure runs every solver on every problem.
func measure(ctx context.Context, limit time.Duration, sets []string, each int, only, cache string) error {
	solvers, missing := installed(only)
	if missing != "" {
		fmt.Println(missing)
	}
	dir, err := os.MkdirTemp("", "jalon-selection-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const line = "%-16s %4v  %-6s %-8s %10s %10s %8s %11s %7s\n"
	fmt.Printf(line, "problem", "n", "solver", "status", "value", "bound", "gap", "best known", "CPU s")
	var all []run
	for _, set := range sets {
		problems, err := load(ctx, set, each, cache)
		if err != nil {
			fmt.Printf("%s: %v\n", set, err)
			continue
		}
		for _, p := range problems {
			if err := p.write(dir); err != nil {
				return err
			}
			for _, s := range solvers {
				r, err := s.run(ctx, dir, limit)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					fmt.Printf("%s, %s: %v\n", p.name, s.name, err)
					continue
				}
				r.set, r.problem, r.solver, r.best = set, p.name, s.name, p.best
				all = append(all, r)
				fmt.Printf(line, p.name, len(p.problem.Projects), s.name, r.status(), number(r.value), number(r.bound), percent(r.bound, r.value), percent(p.best, r.value), fmt.Sprintf("%.2f", r.cpu.Seconds()))
			}
		}
	}
	summary(all)
	return nil
}

// solveHere is the engine as a process of its own.
func solveHere(file, limit string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	p, err := selection.Parse(in)
	if err != nil {
		return err
	}
	most, err := time.ParseDuration(limit)
	if err != nil {
		return err
	}
	a, err := selection.Solve(p, selection.Options{Stop: func() bool { return benchtest.Self() >= most }})
	if err != nil {
		return err
	}
	fmt.Printf("%s %d %d\n", a.Status, a.Value, a.Bound)
	return nil
}
