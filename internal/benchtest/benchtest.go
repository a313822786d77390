// Package benchtest measures benchmarks as CPU time, user and system, beside a reference of the same
// run: on a machine that others use too, wall times tell more of the neighbours than of the program.
package benchtest

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A Meter gives the CPU time that somebody has spent so far: this process, or a server it asks.
type Meter func() time.Duration

// Self is the CPU time of this process with all its threads, those of the garbage collector included.
func Self() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Processes is the CPU time of the living threads of other processes of this machine, which are named
// anew at each reading. It is nil where the kernel does not tell it (schedstat in /proc) or the first
// reading finds none.
func Processes(ids func() []int) Meter {
	read := func() (sum time.Duration, ok bool) {
		for _, id := range ids() {
			threads, _ := filepath.Glob("/proc/" + strconv.Itoa(id) + "/task/*/schedstat")
			for _, thread := range threads {
				text, err := os.ReadFile(thread)
				first, _, found := strings.Cut(string(text), " ")
				if err != nil || !found { // the thread has ended in between
					continue
				}
				n, err := strconv.ParseInt(first, 10, 64)
				sum, ok = sum+time.Duration(n), ok || err == nil
			}
		}
		return sum, ok
	}
	if _, ok := read(); !ok {
		return nil
	}
	return func() time.Duration { sum, _ := read(); return sum }
}

// A Side is one of the two things that are compared.
type Side struct {
	Name string // of its figures, such as "bare"; "" for the one that the benchmark is named after
	Run  func() // once
}

// Compare runs both sides in turn, each so many times a round, and reports for each the median over
// the rounds of the CPU time of one run, and the median ratio of the first to the second. The time of
// the server, where there is one, is part of the figures and told apart as well.
func Compare(b *testing.B, each int, ours, reference Side, server Meter) {
	b.Helper()
	sides := []Side{ours}
	if reference.Run != nil {
		sides = append(sides, reference)
	}
	cpu, served, wall := make([][]float64, len(sides)), make([][]float64, len(sides)), []float64{}
	for _, s := range sides { // caches fill and pages of the program come in
		s.Run()
	}
	for b.Loop() {
		for i, s := range sides {
			there := reading(server)
			start, self := time.Now(), Self()
			for range each {
				s.Run()
			}
			spent, passed := Self()-self, time.Since(start)
			behind := reading(server) - there
			cpu[i] = append(cpu[i], milliseconds(spent+behind, each))
			served[i] = append(served[i], milliseconds(behind, each))
			if i == 0 {
				wall = append(wall, milliseconds(passed, each))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // of both sides together: it would only mislead
	b.ReportMetric(Median(wall), "wall-ms")
	for i, s := range sides {
		b.ReportMetric(Median(cpu[i]), named(s.Name, "cpu-ms"))
		if server != nil {
			b.ReportMetric(Median(served[i]), named(s.Name, "server-cpu-ms"))
		}
	}
	if len(sides) == 2 {
		ratios := make([]float64, len(cpu[0]))
		for i := range ratios {
			ratios[i] = cpu[0][i] / cpu[1][i]
		}
		b.ReportMetric(Median(ratios), "ratio")
	}
}

func reading(m Meter) time.Duration {
	if m == nil {
		return 0
	}
	return m()
}

func milliseconds(d time.Duration, runs int) float64 {
	return float64(d) / float64(time.Millisecond) / float64(runs)
}

func named(side, unit string) string {
	if side == "" {
		return unit
	}
	return side + "-" + unit
}

// Median gives the middle of the values, the lower one of two; 0 of none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return v[(len(v)-1)/2]
}
