package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"jalon/portfolio/selection"
)

// named is a problem to measure, and the best value that is known of it; 0 for none.
type named struct {
	name    string
	problem selection.Problem
	best    int64
}

// write puts a problem where the solvers read it.
func (n named) write(dir string) error {
	text, err := json.Marshal(n.problem)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "problem.json"), text, 0o600); err != nil {
		return err
	}
	lp, err := os.Create(filepath.Join(dir, "problem.lp"))
	if err != nil {
		return err
	}
	return errors.Join(selection.WriteLP(lp, n.problem), lp.Close())
}

// load gives the problems of a set: portfolios are generated, the others are J. E. Beasley's OR-Library.
func load(ctx context.Context, set string, each int, cache string) ([]named, error) {
	sample, size := selection.Sample, ""
	portfolio := false
	if size, portfolio = strings.CutPrefix(set, "portfolio"); !portfolio {
		sample = selection.SampleTight
		size, portfolio = strings.CutPrefix(set, "tight")
	}
	if portfolio {
		n, err := strconv.Atoi(size)
		if err != nil {
			return nil, fmt.Errorf("no size: %w", err)
		}
		var out []named
		for seed := range each {
			out = append(out, named{name: fmt.Sprintf("%s-%d", set, seed), problem: sample(uint64(seed), n, 3+seed%3, 8+4*(seed%4))})
		}
		return out, nil
	}
	text, err := fetched(ctx, set+".txt", cache)
	if err != nil {
		return nil, err
	}
	all, err := library(set, text)
	if err != nil {
		return nil, err
	}
	if known, err := fetched(ctx, "mkcbres.txt", cache); err == nil {
		bestKnown(set, all, known)
	}
	var out []named
	for i, p := range all {
		if len(all) < 30 || i%10 < each {
			out = append(out, p)
		}
	}
	return out, nil
}

// address is where the public problems come from.
const address = "https://people.brunel.ac.uk/~mastjjb/jeb/orlib/files/"

// beside are folders that may hold the public files already, and the names that they have there.
var beside = filepath.Join("..", "shared", "data", "selection")

// fetched gives a public file, from beside the project, from the cache, or from the network.
func fetched(ctx context.Context, name, cache string) (string, error) {
	for _, file := range []string{filepath.Join(beside, name), filepath.Join(beside, strings.Replace(name, "mkcbres", "best-feasible-slns", 1)), filepath.Join(cache, name)} {
		if text, err := os.ReadFile(file); err == nil {
			return string(text), nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+name, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("get it from %s into %s: %w", address+name, cache, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", address+name, answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<20))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	return string(text), os.WriteFile(filepath.Join(cache, name), text, 0o644)
}

// library reads a file of multidimensional knapsacks: their number, then for each n, m and the best value, n profits, m rows of n weights, m limits. Numbers with decimals are
// multiplied by ten.
func library(set, text string) ([]named, error) {
	words := strings.Fields(text)
	scale := int64(1)
	if set == "mknap1" {
		scale = 10
	}
	var wrong error
	next := func(scale int64) int64 {
		if wrong != nil || len(words) == 0 {
			wrong = errors.Join(wrong, io.ErrUnexpectedEOF)
			return 0
		}
		v, ok := new(big.Rat).SetString(words[0])
		words = words[1:]
		if !ok || !v.Mul(v, big.NewRat(scale, 1)).IsInt() {
			wrong = fmt.Errorf("%s holds what is no number of it", set)
			return 0
		}
		return v.Num().Int64()
	}
	out := make([]named, next(1))
	for i := range out {
		n, m := int(next(1)), int(next(1))
		p := named{name: fmt.Sprintf("%s-%02d", set, i), best: next(scale)}
		if wrong != nil {
			return nil, wrong
		}
		p.problem = selection.Problem{Projects: make([]selection.Project, n), Limits: map[string]int64{}}
		for j := range n {
			p.problem.Projects[j] = selection.Project{ID: strconv.Itoa(j), Value: next(scale), Uses: map[string]int64{}}
		}
		for k := range m {
			for j := range n {
				if w := next(scale); w != 0 {
					p.problem.Projects[j].Uses[fmt.Sprintf("k%02d", k)] = w
				}
			}
		}
		for k := range m {
			p.problem.Limits[fmt.Sprintf("k%02d", k)] = next(scale)
		}
		out[i] = p
	}
	return out, wrong
}

// shapes are the rows and columns of the files mknapcb1 to mknapcb9, as the list of best values names them.
var shapes = map[string]string{"mknapcb1": "5.100", "mknapcb2": "5.250", "mknapcb3": "5.500", "mknapcb4": "10.100", "mknapcb5": "10.250", "mknapcb6": "10.500", "mknapcb7": "30.100", "mknapcb8": "30.250", "mknapcb9": "30.500"}

var bestLine = regexp.MustCompile(`(?m)^\s*(\d+\.\d+)-(\d+)\s+(\d+)\s*$`)

// bestKnown fills in the best values of P. C. Chu and J. E. Beasley. The list is followed by another one, of relaxations, with the same names.
func bestKnown(set string, all []named, list string) {
	for _, line := range bestLine.FindAllStringSubmatch(list, -1) {
		i, _ := strconv.Atoi(line[2])
		if line[1] == shapes[set] && i < len(all) && all[i].best == 0 {
			all[i].best, _ = strconv.ParseInt(line[3], 10, 64)
		}
	}
}
