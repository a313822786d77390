// Package archtest holds the shape of the house as tests: which package may import which, who may use a foreign
// library, where the clock is read and a database's name is known, and how long a file or a function may grow.
//
// The tables in floors_test.go are the plan. A package that they do not name fails the tests until somebody decides
// on which floor it lives; a wall that stands in the wrong place is moved there, in a commit that says why in
// ARCHITECTURE.md. Every rule is a plain function over a list of facts, and has a test of its own that shows it a
// made-up offence which it must report.
package archtest
