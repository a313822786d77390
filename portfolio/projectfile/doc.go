// Package projectfile reads lists of projects (CSV, XLSX) by a declarative Profile and writes the
// list that Jalon exports itself. It is pure: bytes in, rows and findings out; no clock, no
// database, no file system.
//
// Vocabulary: a *profile* says how a kind of file is written (headers, dates, decimal mark, unit
// of cost); a *row* is one project, or, in a series, one project on one date; a *figure* is a cost
// or a date; a *finding* says what is wrong with one cell, row or file and, by its code, what was
// done about it. A *fault* (package fault) refuses the whole file.
//
// Invariants: nothing is guessed where a guess could move a figure (which of 01/02 is the month,
// whether 1.234 is one thousand): such a figure is not booked and a finding says so. An empty cell
// books no figure. Every data row is either matched or rejected, and a rejected row has a finding.
//
// What it does not do: compare with the projects that are already known, store anything, or
// decide that a project was renamed. Similar only scores a suggestion.
package projectfile
