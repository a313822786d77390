// Package ledgerfile reads the files of finance systems: exports of postings and of commitments as
// CSV or XLSX by a declarative Profile, PES V2, Chorus, and voted budgets. It is pure and streams:
// a Source in, one Line at a time out, memory that does not grow with the file.
//
// Vocabulary: a *profile* says how a kind of file is written; a *line* is one record of it, of
// exactly one Kind; a *finding* says what is wrong with a line and what was done about it; a *fault*
// refuses the file as a whole, with the figure that does not tie and where it stands. The *natural
// key* of a line is what names it in the finance system (exercice, budget, mandat, line); its
// *content* is everything that it says.
//
// Invariants: every line of the file is handed out once, in order, and counted by its kind; the sum
// over the kinds is the sum of the file, to the cent. Amounts are whole minor units. A number or a
// date that can be read in two ways refuses the file: nothing is guessed. Keys and contents depend on
// what a line says, never on its place, on the order of the columns or on the encoding.
//
// What it does not do: compare with what is booked (package reconcile), book, or know a clock, a
// database or a file system.
package ledgerfile
