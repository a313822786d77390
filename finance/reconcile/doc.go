// Package reconcile ties the lines of finance files to the books and to projects: what a file changes against what is
// booked, and which project a line belongs to. It is pure: values in, values out; no clock, no database, no file.
//
// Vocabulary: a *print* is what identifies one line of a file, or one live posting of the books, by two hashes; a
// *plan* puts every line of the file in exactly one outcome; *facts* are what a line says that a rule may ask for; a
// *rule* has a rank, by how surely it identifies a project, conditions and an action; a *verdict* says what the rules
// make of a line and which of its fields agreed; *parts* say how an amount is shared, *shares* are the result in money.
//
// Invariants: the order of lines, of postings and of rules never matters. Every line has one outcome, and the sums over
// the outcomes are the sum over the lines. What is shared sums to the cent, a residual has the sign of the amount, and
// nothing is shared against it. Where two rules of equal standing or two projects claim a line, none is picked.
//
// What it does not do: read files, decide in which period an entry is booked, store or close anything.
package reconcile

// Method is the version of the built-in rules and of the ways of sharing; it stands in every RuleRef of a built-in
// rule, so that a booking can be explained by the rules that made it.
const Method = 1
