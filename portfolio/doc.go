// Package portfolio is the register of digital roadmaps: their themes and objectives, their
// projects with phases, baselines, dated estimates, milestones, dependencies and status reports; and of
// what comes before a project: requests, with the skills and days that they and the projects need.
//
// Invariants: an estimate, a baseline and a status report are written once and never changed, so
// that any past day can be shown again; the first baseline of a project is its reference for good;
// every row belongs to one organisation, and no row points into another one.
//
// It does not decide anything: what needs a committee's decision is exported as a step that
// governance calls inside its own transaction (within.go), with an opaque DecisionRef.
package portfolio
